// pairs: convolution of images of one channel by few filters, of which a vector would
// be mostly padding: here it holds two neighbouring pixels, filter by filter: lane 2 f
// is filter f of the first, lane 2 f + 1 of the second. Weights are as in convolution.

typedef int64_t PairVector __attribute__((vector_size(kLanes * 4), may_alias));

// Two neighbouring floats, over and over.
RANVIER_INLINE Vector broadcast_pair(const float* from) {
  int64_t pair;
  std::memcpy(&pair, from, sizeof pair);
  return reinterpret_cast<Vector>(PairVector{} + pair);
}

RANVIER_INLINE Vector permuted(Vector value, IntVector places) {
  return __builtin_shuffle(value, places);
}

// From a vector of filters: each twice.
RANVIER_INLINE Vector doubled(Vector value) {
  return permuted(value, lane_numbers() >> 1);
}

// Which lane of a pair each lane of two pixels, one behind the other, comes from.
RANVIER_INLINE IntVector places_in_pair(int64_t filters) {
  const auto count = static_cast<int32_t>(filters);
  const IntVector lanes = lane_numbers();
  const IntVector is_second = lanes >= count;
  return (2 * lanes & ~is_second) | ((2 * (lanes - count) + 1) & is_second);
}

// The other way round.
RANVIER_INLINE IntVector places_in_pixels(int64_t filters) {
  const IntVector lanes = lane_numbers();
  return (lanes >> 1) + (lanes & 1) * static_cast<int32_t>(filters);
}

// kRows neighbouring pairs of pixels.
template <int kRows>
__attribute__((noinline)) void pair_tile(const FilterPanel& filters, const float* x,
                                         float* out, int64_t room) {
  const FilterPanel f = filters;
  const Vector start = f.start == nullptr ? Vector{} : doubled(load(f.start));
  Vector acc[kRows];
#pragma GCC unroll 32
  for (int r = 0; r < kRows; ++r) acc[r] = start;
  for (int64_t k = 0; k < f.inputs; ++k) {
    const float* at = x + f.taps[k];
    const Vector w = doubled(load(f.weights + k * kLanes));
#pragma GCC unroll 32
    for (int r = 0; r < kRows; ++r) acc[r] = fma(w, broadcast_pair(at + 2 * r), acc[r]);
  }
  const IntVector places = places_in_pair(f.out_step);
  const int64_t count = 2 * f.out_step;
#pragma GCC unroll 32
  for (int r = 0; r < kRows; ++r) {
    store_within(out + r * count, permuted(acc[r], places), count, room - r * count);
  }
}

inline void paired_forward(const Convolution& c, const float* image,
                           const float* panels, const float* bias, float* out,
                           float* scratch) {
  const float* frame = framed(c, image, scratch);
  const FilterPanel filters{c.taps, c.inputs(), panels, bias, 1, c.filters, c.filters};
  const int64_t size = c.pixels() * c.filters;
  int64_t at = 0;
  for (int64_t y = 0; y < c.out_height; ++y) {
    const float* from = frame + y * c.stride_height * c.frame_width;
    cut_evenly<kSingleRows>(c.out_width / 2, [&]<int kRows>(int64_t pair) {
      pair_tile<kRows>(filters, from + 2 * pair, out + at, size - at);
      at += 2 * kRows * c.filters;
    });
    if (c.out_width % 2 == 1) {
      filter_tile<1, 1>(filters, from + c.out_width - 1, out + at, size - at);
      at += c.filters;
    }
  }
}

// As correlate, of a run of kRows inputs side by side; kSets pairs at once.
template <int kRows, int kSets>
__attribute__((noinline)) void correlate_pairs(const Correlation& correlation,
                                               float* sums) {
  const Correlation c = correlation;
  const IntVector places = places_in_pixels(c.filters);
  const IntVector is_first = (lane_numbers() & 1) == 0;
  Vector acc[kSets][kRows] = {};
  for (int64_t y = 0; y < c.height; ++y) {
    const float* x = c.x + y * c.down;
    const float* g = c.grad + y * c.width * c.filters;
    int64_t left = c.width;
    for (; left >= 2 * kSets; left -= 2 * kSets) {
#pragma GCC unroll 4
      for (int set = 0; set < kSets; ++set) {
        const Vector by = permuted(load(g), places);
#pragma GCC unroll 32
        for (int r = 0; r < kRows; ++r) {
          acc[set][r] = fma(by, broadcast_pair(x + r), acc[set][r]);
        }
        x += 2;
        g += 2 * c.filters;
      }
    }
    for (; left > 0; --left) {
      const Vector by = select(is_first, permuted(load(g), places), Vector{});
#pragma GCC unroll 32
      for (int r = 0; r < kRows; ++r) {
        acc[0][r] = fma(by, broadcast(x[r]), acc[0][r]);
      }
      x += 1;
      g += c.filters;
    }
  }
  const IntVector even = 2 * lane_numbers();
#pragma GCC unroll 32
  for (int r = 0; r < kRows; ++r) {
    Vector total = acc[0][r];
#pragma GCC unroll 4
    for (int set = 1; set < kSets; ++set) total += acc[set][r];
    const Vector whole = permuted(total, even) + permuted(total, even + 1);
    float* to = sums + r * kLanes;
    store(to, load(to) + select(first_lanes(c.filters), whole, Vector{}));
  }
}

inline void paired_grad_weight(const Convolution& c, const float* image,
                               const float* grad, float* sums, float* bias_sums,
                               float* scratch) {
  const float* frame = framed(c, image, scratch);
  if (bias_sums != nullptr) add_pixels(c, grad, bias_sums);
  const int64_t run = c.dilation_width == 1 ? c.kernel_width : 1;
  Correlation correlation{frame,       grad,      c.stride_height * c.frame_width,
                          1,           c.filters, c.out_height,
                          c.out_width, c.filters};
  for (int64_t first = 0; first < c.inputs(); first += run) {
    cut_evenly<kSingleRows>(run, [&]<int kRows>(int64_t k) {
      constexpr int kSets = kRows <= 3 ? 4 : kRows <= 6 ? 2 : 1;
      correlation.x = frame + c.taps[first] + k;
      correlate_pairs<kRows, kSets>(correlation, sums + (first + k) * kLanes);
    });
  }
}
