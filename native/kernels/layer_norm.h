// layer_norm: y = f((x - mean) / sqrt(variance + epsilon) · scale + shift) with the
// moments of each position over its channels (Ba, Kiros and Hinton 2016), forward and
// backward. Positions lie without gaps, so that their last vector may be a part of one.

// Calls use.template operator()<kIsWhole>(at) for the vectors of `count` floats.
template <typename Use>
RANVIER_INLINE void for_each_part(int64_t count, Use use) {
  int64_t at = 0;
  for (; at + kLanes <= count; at += kLanes) use.template operator()<true>(at);
  if (at < count) use.template operator()<false>(at);
}

// A vector of a position, zero beyond its channels. Where the position lies well inside
// a row, more may be read, and written too, since the next position comes later.
template <bool kIsWhole, bool kIsInside>
RANVIER_INLINE Vector load_channels(const float* from, int64_t left) {
  if constexpr (!kIsWhole && kIsInside) {
    return select(first_lanes(left), load(from), Vector{});
  }
  return load_part<kIsWhole>(from, left);
}

template <bool kIsWhole, bool kIsInside>
RANVIER_INLINE void store_channels(float* to, Vector value, int64_t left) {
  store_part<kIsWhole || kIsInside>(to, value, left);
}

// Calls use.template operator()<kIsInside>(begin) for the positions of a row.
template <typename Use>
RANVIER_INLINE void for_each_position(int64_t width, int64_t channels, Use use) {
  const int64_t padded = round_up(channels, kLanes);
  int64_t begin = 0;
  for (; begin + padded <= width; begin += channels) {
    use.template operator()<true>(begin);
  }
  for (; begin < width; begin += channels) use.template operator()<false>(begin);
}

// Mean, and 1 / sqrt(variance + epsilon).
struct Moments {
  float mean;
  float inverse;
};

RANVIER_INLINE Moments* moments_at(const LayerNorm& norm, const Matrix& x,
                                   int64_t row) {
  return reinterpret_cast<Moments*>(norm.moments) + row * (x.width / norm.channels);
}

template <bool kIsInside>
RANVIER_INLINE Moments moments_of(const LayerNorm& norm, const float* x) {
  const int64_t count = norm.channels;
  const float share = 1.0f / static_cast<float>(count);
  Vector total{};
  for_each_part(count, [&]<bool kIsWhole>(int64_t at) {
    total += load_channels<kIsWhole, kIsInside>(x + at, count - at);
  });
  const float mean = sum(total) * share;
  Vector squares{};
  for_each_part(count, [&]<bool kIsWhole>(int64_t at) {
    Vector far = load_channels<kIsWhole, kIsInside>(x + at, count - at) - mean;
    if (!kIsWhole) far = select(first_lanes(count - at), far, Vector{});
    squares = fma(far, far, squares);
  });
  const float variance = sum(squares) * share;
  // Divided by infinity, all would be 0, and the overflow unseen.
  if (!__builtin_isfinite(variance)) return {mean, __builtin_nanf("")};
  return {mean, 1.0f / __builtin_sqrtf(variance + norm.epsilon)};
}

inline void layer_norm_forward(const LayerNorm& norm, const Matrix& x, const Bend& bend,
                               const Matrix& out, float* slopes, Range rows) {
  const int64_t count = norm.channels;
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    Moments* kept = moments_at(norm, x, row);
    for_each_position(x.width, count, [&]<bool kIsInside>(int64_t begin) {
      const float* from = x.data + row * x.stride + begin;
      float* to = out.data + row * out.stride + begin;
      const Moments moments = moments_of<kIsInside>(norm, from);
      *kept++ = moments;
      for_each_part(count, [&]<bool kIsWhole>(int64_t at) {
        const Vector value = load_channels<kIsWhole, kIsInside>(from + at, count - at);
        const Vector normal = (value - moments.mean) * moments.inverse;
        const Vector z = fma(normal, load(norm.scale + at), load(norm.shift + at));
        store_channels<kIsWhole, kIsInside>(to + at, z, count - at);
      });
    });
    const int64_t begin = row * out.stride;
    activate_block(bend, out.data + begin, slopes == nullptr ? nullptr : slopes + begin,
                   out.stride, 1, tiles(out.width, kLanes));
  }
}

// Adds the gradients of scale and shift at one position to `partial`; writes grad_x,
// unless it is null, but for the activation's derivative.
template <bool kIsInside>
RANVIER_INLINE void position_backward(const LayerNorm& norm, const float* x,
                                      const float* grad, const Moments& moments,
                                      float* partial, float* grad_x) {
  const int64_t count = norm.channels;
  float* of_shift = partial + round_up(count, kLanes);
  Vector sums{};
  Vector products{};
  for_each_part(count, [&]<bool kIsWhole>(int64_t at) {
    const Vector value = load_channels<kIsWhole, kIsInside>(x + at, count - at);
    const Vector g = load_channels<kIsWhole, kIsInside>(grad + at, count - at);
    const Vector normal = (value - moments.mean) * moments.inverse;
    store(partial + at, fma(g, normal, load(partial + at)));
    store(of_shift + at, load(of_shift + at) + g);
    const Vector scaled = g * load(norm.scale + at);
    sums += scaled;
    products = fma(scaled, normal, products);
  });
  if (grad_x == nullptr) return;
  const float share = 1.0f / static_cast<float>(count);
  const Vector mean_grad = broadcast(sum(sums) * share);
  const float mean_product = sum(products) * share;
  for_each_part(count, [&]<bool kIsWhole>(int64_t at) {
    const Vector value = load_channels<kIsWhole, kIsInside>(x + at, count - at);
    const Vector g = load_channels<kIsWhole, kIsInside>(grad + at, count - at);
    const Vector normal = (value - moments.mean) * moments.inverse;
    const Vector left =
        g * load(norm.scale + at) - fma(normal, mean_product, mean_grad);
    store_channels<kIsWhole, kIsInside>(grad_x + at, left * moments.inverse,
                                        count - at);
  });
}

inline void layer_norm_backward(const LayerNorm& norm, const Matrix& x,
                                const Matrix& grad, const Bend& bend,
                                const float* slopes, const Matrix& grad_x,
                                Range blocks) {
  const int64_t size = 2 * round_up(norm.channels, kLanes);
  for (int64_t block = blocks.begin; block < blocks.end; ++block) {
    float* partial = norm.partials + block * size;
    __builtin_memset(partial, 0, size * sizeof(float));
    const int64_t end = least((block + 1) * norm.block_rows, x.rows);
    for (int64_t row = block * norm.block_rows; row < end; ++row) {
      const float* from = x.data + row * x.stride;
      const float* g = grad.data + row * grad.stride;
      float* to = grad_x.data == nullptr ? nullptr : grad_x.data + row * grad_x.stride;
      const Moments* moments = moments_at(norm, x, row);
      for_each_position(x.width, norm.channels, [&]<bool kIsInside>(int64_t begin) {
        position_backward<kIsInside>(norm, from + begin, g + begin, *moments++, partial,
                                     to == nullptr ? nullptr : to + begin);
      });
      if (to == nullptr) continue;
      const float* slope = slopes == nullptr ? nullptr : slopes + row * x.stride;
      derive_block(bend, from, slope, to, grad_x.stride, 1, tiles(x.width, kLanes));
    }
  }
}

inline void layer_norm_gradients(const LayerNorm& norm, int64_t blocks,
                                 float* grad_scale, float* grad_shift, Range vectors) {
  const int64_t padded = round_up(norm.channels, kLanes);
  for (int64_t vector = vectors.begin; vector < vectors.end; ++vector) {
    const int64_t channel = vector * kLanes;
    double scales[kLanes] = {};
    double shifts[kLanes] = {};
    for (int64_t block = 0; block < blocks; ++block) {
      const float* partial = norm.partials + 2 * padded * block + channel;
      for (int lane = 0; lane < kLanes; ++lane) {
        scales[lane] += double{partial[lane]};
        shifts[lane] += double{partial[padded + lane]};
      }
    }
    for (int lane = 0; lane < kLanes && channel + lane < norm.channels; ++lane) {
      grad_scale[channel + lane] = static_cast<float>(scales[lane]);
      grad_shift[channel + lane] = static_cast<float>(shifts[lane]);
    }
  }
}
