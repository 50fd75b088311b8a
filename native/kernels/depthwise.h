// depthwise: convolution with one filter for each channel; vectors go over channels.
// Weights and their gradient are flat here: (taps × channels rounded up to vectors).

// Rows of a register tile, which reads a vector of inputs for each row.
constexpr int kDepthwiseRows = 8;

// kRows neighbouring pixels of a vector of channels.
template <int kRows>
RANVIER_INLINE void depthwise_tile(const FilterPanel& f, const float* x, float* out,
                                   int64_t room) {
  const int64_t wide = round_up(f.out_step, kLanes);
  Vector acc[kRows];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r)
    acc[r] = f.start == nullptr ? Vector{} : load(f.start);
  for (int64_t k = 0; k < f.inputs; ++k) {
    const float* at = x + f.taps[k];
    const Vector w = load(f.weights + k * wide);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) acc[r] = fma(w, load(at + r * f.step), acc[r]);
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
    store_within(out + r * f.out_step, acc[r], f.last, room - r * f.out_step);
  }
}

inline void depthwise_forward(const Convolution& c, const float* image,
                              const float* weights, const float* bias, float* out,
                              float* scratch) {
  const bool fills = c.channels < kLanes;
  const int64_t down = c.stride_height * c.frame_width * c.channels;
  const float* frame = framed(c, image, scratch);
  for (int64_t y = 0; y < c.out_height; ++y) {
    for (int64_t channel = 0; channel < c.channels; channel += kLanes) {
      const int64_t last = least(c.channels - channel, kLanes);
      const FilterPanel filters{c.taps,
                                c.inputs(),
                                weights + channel,
                                bias == nullptr ? nullptr : bias + channel,
                                c.stride_width * c.channels,
                                c.channels,
                                last};
      const int64_t end = last == kLanes ? INT64_MAX : 0;
      cut_evenly<kDepthwiseRows>(c.out_width, [&]<int kRows>(int64_t pixel) {
        const int64_t at = (y * c.out_width + pixel) * c.channels + channel;
        depthwise_tile<kRows>(filters,
                              frame + y * down + pixel * filters.step + channel,
                              out + at, fills ? c.pixels() * c.channels - at : end);
      });
    }
  }
}

inline void depthwise_grad_x(const Convolution& c, const float* grad,
                             const float* weights, float* grad_x, float*) {
  const int64_t wide = c.kernel_width * round_up(c.channels, kLanes);
  const int64_t across = c.out_width * c.channels;
  const int64_t pixels = c.height * c.width;
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    const int64_t y = pixel / c.width;
    const int64_t x = pixel % c.width;
    const Source* columns = c.columns.list + c.columns.begins[x];
    const int64_t count = c.columns.begins[x + 1] - c.columns.begins[x];
    for (int64_t channel = 0; channel < c.channels; channel += kLanes) {
      Vector total{};
      for (int32_t at = c.rows.begins[y]; at < c.rows.begins[y + 1]; ++at) {
        const Source& row = c.rows.list[at];
        const float* g = grad + row.place * across + channel;
        const float* w = weights + row.tap * wide + channel;
        for (int64_t i = 0; i < count; ++i) {
          total = fma(load(g + columns[i].place), load(w + columns[i].tap), total);
        }
      }
      const int64_t at = pixel * c.channels + channel;
      const int64_t last = least(c.channels - channel, kLanes);
      const bool fills = c.channels < kLanes;
      store_within(grad_x + at, total, last, fills ? pixels * c.channels - at : last);
    }
  }
}

// sums (kTaps vectors, a row of weights apart) += windows' inputs · gradient.
template <int kTaps>
__attribute__((noinline)) void depthwise_correlate(const Correlation& correlation,
                                                   const int32_t* taps, float* sums) {
  const Correlation c = correlation;
  Vector acc[kTaps] = {};
  for (int64_t y = 0; y < c.height; ++y) {
    const float* x = c.x + y * c.down;
    const float* g = c.grad + y * c.width * c.filters;
    for (int64_t left = c.width; left > 0; --left) {
      const Vector by = load(g);
#pragma GCC unroll 8
      for (int tap = 0; tap < kTaps; ++tap) {
        acc[tap] = fma(by, load(x + taps[tap]), acc[tap]);
      }
      x += c.step;
      g += c.filters;
    }
  }
#pragma GCC unroll 8
  for (int tap = 0; tap < kTaps; ++tap) {
    float* to = sums + tap * round_up(c.filters, kLanes);
    store(to, load(to) + acc[tap]);
  }
}

inline void depthwise_grad_weight(const Convolution& c, const float* image,
                                  const float* grad, float* sums, float* bias_sums,
                                  float* scratch) {
  const int64_t wide = round_up(c.channels, kLanes);
  const float* frame = framed(c, image, scratch);
  if (bias_sums != nullptr) add_pixels(c, grad, bias_sums);
  for (int64_t channel = 0; channel < c.channels; channel += kLanes) {
    const Correlation correlation{frame + channel,
                                  grad + channel,
                                  c.stride_height * c.frame_width * c.channels,
                                  c.stride_width * c.channels,
                                  c.channels,
                                  c.out_height,
                                  c.out_width,
                                  c.channels - channel};
    cut_evenly<kDepthwiseRows>(c.inputs(), [&]<int kTaps>(int64_t tap) {
      depthwise_correlate<kTaps>(correlation, c.taps + tap,
                                 sums + tap * wide + channel);
    });
  }
}
