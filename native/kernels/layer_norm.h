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

// The floats at `at` of `count`; zero beyond them.
template <bool kIsWhole>
RANVIER_INLINE Vector load_part(const float* from, int64_t at, int64_t count) {
  if constexpr (kIsWhole) return load(from + at);
  return load_first(from + at, count - at);
}

template <bool kIsWhole>
RANVIER_INLINE void store_part(float* to, int64_t at, int64_t count, Vector value) {
  if constexpr (kIsWhole) return store(to + at, value);
  store_first(to + at, value, count - at);
}

// Mean, and 1 / sqrt(variance + epsilon).
struct Moments {
  float mean;
  float inverse;
};

RANVIER_INLINE Moments moments_of(const LayerNorm& norm, const float* x) {
  const int64_t count = norm.channels;
  const float share = 1.0f / static_cast<float>(count);
  Vector total{};
  for_each_part(count, [&]<bool kIsWhole>(int64_t at) {
    total += load_part<kIsWhole>(x, at, count);
  });
  const float mean = sum(total) * share;
  Vector squares{};
  for_each_part(count, [&]<bool kIsWhole>(int64_t at) {
    Vector far = load_part<kIsWhole>(x, at, count) - mean;
    if (!kIsWhole) far = select(first_lanes(count - at), far, Vector{});
    squares = fma(far, far, squares);
  });
  const float variance = sum(squares) * share;
  return {mean, 1.0f / __builtin_sqrtf(variance + norm.epsilon)};
}

inline void layer_norm_forward(const LayerNorm& norm, const Matrix& x, const Bend& bend,
                               const Matrix& out, float* slopes, Range rows) {
  const int64_t positions = x.width / norm.channels;
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    for (int64_t position = 0; position < positions; ++position) {
      const float* from = x.data + row * x.stride + position * norm.channels;
      float* to = out.data + row * out.stride + position * norm.channels;
      const Moments moments = moments_of(norm, from);
      float* kept = norm.moments + 2 * (row * positions + position);
      kept[0] = moments.mean;
      kept[1] = moments.inverse;
      for_each_part(norm.channels, [&]<bool kIsWhole>(int64_t at) {
        const Vector far = load_part<kIsWhole>(from, at, norm.channels) - moments.mean;
        const Vector z =
            fma(far * moments.inverse, load(norm.scale + at), load(norm.shift + at));
        store_part<kIsWhole>(to, at, norm.channels, z);
      });
    }
    const int64_t begin = row * out.stride;
    activate_block(bend, out.data + begin, slopes == nullptr ? nullptr : slopes + begin,
                   out.stride, 1, tiles(out.width, kLanes));
  }
}

// Adds the gradients of scale and shift at one position to `partial`; returns the sums
// of gradient · scale, and of that times the normalized values.
RANVIER_INLINE Moments add_position(const LayerNorm& norm, const float* x,
                                    const float* grad, const Moments& moments,
                                    float* partial) {
  const int64_t count = norm.channels;
  float* of_shift = partial + round_up(count, kLanes);
  Vector sums{};
  Vector products{};
  for_each_part(count, [&]<bool kIsWhole>(int64_t at) {
    const Vector normal =
        (load_part<kIsWhole>(x, at, count) - moments.mean) * moments.inverse;
    const Vector g = load_part<kIsWhole>(grad, at, count);
    store(partial + at, fma(g, normal, load(partial + at)));
    store(of_shift + at, load(of_shift + at) + g);
    const Vector scaled = g * load(norm.scale + at);
    sums += scaled;
    products = fma(scaled, normal, products);
  });
  return {sum(sums), sum(products)};
}

inline void layer_norm_backward(const LayerNorm& norm, const Matrix& x,
                                const Matrix& grad, const Bend& bend,
                                const float* slopes, const Matrix& grad_x,
                                Range blocks) {
  const int64_t count = norm.channels;
  const int64_t positions = x.width / count;
  const float share = 1.0f / static_cast<float>(count);
  const int64_t size = 2 * round_up(count, kLanes);
  for (int64_t block = blocks.begin; block < blocks.end; ++block) {
    float* partial = norm.partials + block * size;
    __builtin_memset(partial, 0, size * sizeof(float));
    const int64_t first = block * norm.block_rows;
    const int64_t after = first + norm.block_rows;
    for (int64_t row = first; row < after && row < x.rows; ++row) {
      const int64_t begin = row * x.stride;
      for (int64_t position = 0; position < positions; ++position) {
        const float* from = x.data + begin + position * count;
        const float* g = grad.data + row * grad.stride + position * count;
        const float* kept = norm.moments + 2 * (row * positions + position);
        const Moments moments{kept[0], kept[1]};
        const auto [sums, products] = add_position(norm, from, g, moments, partial);
        if (grad_x.data == nullptr) continue;
        float* to = grad_x.data + row * grad_x.stride + position * count;
        for_each_part(count, [&]<bool kIsWhole>(int64_t at) {
          const Vector normal =
              (load_part<kIsWhole>(from, at, count) - moments.mean) * moments.inverse;
          const Vector scaled =
              load_part<kIsWhole>(g, at, count) * load(norm.scale + at);
          const Vector left =
              scaled - fma(normal, products * share, broadcast(sums * share));
          store_part<kIsWhole>(to, at, count, left * moments.inverse);
        });
      }
      if (grad_x.data == nullptr) continue;
      derive_block(bend, x.data + begin, slopes == nullptr ? nullptr : slopes + begin,
                   grad_x.data + row * grad_x.stride, grad_x.stride, 1,
                   tiles(x.width, kLanes));
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
