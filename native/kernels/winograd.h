// winograd: convolutions of 3 × 3 by Winograd's filtering F(2 × 2, 3 × 3), after Lavin
// and Gray 2015, "Fast Algorithms for Convolutional Neural Networks", section 4.1.
//
// Outputs are cut into tiles of 2 × 2, each made of 4 × 4 inputs. The inputs of a tile
// and a kernel both become 16 points, in which a convolution is a product: of 16
// numbers, not of 36. So each point has a matrix product of its own, of a strip of
// tiles (tiles × channels) by the weights (channels × filters); gradients go the way
// back.

// to = change of the columns of `from`, then of the rows.
template <int kFrom, int kTo, typename Change>
RANVIER_INLINE void change_both(const Vector (&from)[kFrom][kFrom],
                                Vector (&to)[kTo][kTo], Change change) {
  Vector half[kTo][kFrom];
#pragma GCC unroll 4
  for (int i = 0; i < kFrom; ++i) {
    Vector line[kFrom], changed[kTo];
#pragma GCC unroll 4
    for (int k = 0; k < kFrom; ++k) line[k] = from[k][i];
    change(line, changed);
#pragma GCC unroll 4
    for (int k = 0; k < kTo; ++k) half[k][i] = changed[k];
  }
#pragma GCC unroll 4
  for (int k = 0; k < kTo; ++k) change(half[k], to[k]);
}

using Square = Vector[4][4];

// The transforms of a line, each with its transpose, which takes a gradient back.
RANVIER_INLINE void points_of_inputs(const Vector (&x)[4], Vector (&points)[4]) {
  points[0] = x[0] - x[2];
  points[1] = x[1] + x[2];
  points[2] = x[2] - x[1];
  points[3] = x[1] - x[3];
}

RANVIER_INLINE void inputs_of_points(const Vector (&points)[4], Vector (&x)[4]) {
  x[0] = points[0];
  x[1] = points[1] - points[2] + points[3];
  x[2] = points[1] + points[2] - points[0];
  x[3] = -points[3];
}

RANVIER_INLINE void points_of_weights(const Vector (&w)[3], Vector (&points)[4]) {
  const Vector ends = w[0] + w[2];
  points[0] = w[0];
  points[1] = (ends + w[1]) * 0.5f;
  points[2] = (ends - w[1]) * 0.5f;
  points[3] = w[2];
}

RANVIER_INLINE void weights_of_points(const Vector (&points)[4], Vector (&w)[3]) {
  const Vector middle = (points[1] + points[2]) * 0.5f;
  w[0] = points[0] + middle;
  w[1] = (points[1] - points[2]) * 0.5f;
  w[2] = points[3] + middle;
}

RANVIER_INLINE void outputs_of_points(const Vector (&points)[4], Vector (&y)[2]) {
  y[0] = points[0] + points[1] + points[2];
  y[1] = points[1] - points[2] - points[3];
}

RANVIER_INLINE void points_of_outputs(const Vector (&y)[2], Vector (&points)[4]) {
  points[0] = y[0];
  points[1] = y[0] + y[1];
  points[2] = y[0] - y[1];
  points[3] = -y[1];
}

// A strip's matrices (tiles × width), one for each point, `step` floats apart.
struct Points {
  float* data;
  int64_t width;
  int64_t stride;
  int64_t step;
};

RANVIER_INLINE void store_points(const Square& square, float* to, int64_t step) {
#pragma GCC unroll 16
  for (int p = 0; p < kWinogradPoints; ++p) store(to + p * step, square[p / 4][p % 4]);
}

RANVIER_INLINE void load_points(const float* from, int64_t step, Square& square) {
#pragma GCC unroll 16
  for (int p = 0; p < kWinogradPoints; ++p)
    square[p / 4][p % 4] = load(from + p * step);
}

// Some tiles of an image, one behind the other.
struct Strip {
  int64_t first;
  int64_t count;
};

template <typename Use>
RANVIER_INLINE void for_each_strip(const Convolution& c, Use use) {
  const int64_t all = c.tile_rows() * c.tile_columns();
  const int64_t strips = tiles(all, kWinogradStrip);
  for (int64_t strip = 0; strip < strips; ++strip) {
    const int64_t begin = all * strip / strips;
    use(Strip{begin, all * (strip + 1) / strips - begin});
  }
}

// Calls use(i, y, x, column) for each tile's first output and each vector of `width`.
template <typename Use>
RANVIER_INLINE void for_each_tile(const Convolution& c, const Strip& strip,
                                  int64_t width, Use use) {
  int64_t y = strip.first / c.tile_columns() * 2;
  int64_t x = strip.first % c.tile_columns() * 2;
  for (int64_t i = 0; i < strip.count; ++i) {
    for (int64_t column = 0; column < width; column += kLanes) use(i, y, x, column);
    x += 2;
    if (x >= c.out_width) {
      x = 0;
      y += 2;
    }
  }
}

inline void take_inputs(const Convolution& c, const float* frame, const Strip& strip,
                        const Points& to) {
  for_each_tile(c, strip, to.width, [&](int64_t i, int64_t y, int64_t x, int64_t at) {
    const float* from = frame + (y * c.frame_width + x) * c.channels + at;
    Square inputs, points;
#pragma GCC unroll 16
    for (int k = 0; k < 16; ++k) {
      inputs[k / 4][k % 4] = load(from + (k / 4 * c.frame_width + k % 4) * c.channels);
    }
    change_both(inputs, points, points_of_inputs);
    store_points(points, to.data + i * to.stride + at, to.step);
  });
}

// Adds the tiles' gradients to the frame of gradients.
inline void add_inputs(const Convolution& c, const Points& from, const Strip& strip,
                       float* frame) {
  for_each_tile(c, strip, from.width, [&](int64_t i, int64_t y, int64_t x, int64_t at) {
    float* to = frame + (y * c.frame_width + x) * c.channels + at;
    Square points, inputs;
    load_points(from.data + i * from.stride + at, from.step, points);
    change_both(points, inputs, inputs_of_points);
#pragma GCC unroll 16
    for (int k = 0; k < 16; ++k) {
      float* place = to + (k / 4 * c.frame_width + k % 4) * c.channels;
      store(place, load(place) + inputs[k / 4][k % 4]);
    }
  });
}

// Outputs of a tile that lie in the image.
RANVIER_INLINE bool is_output(const Convolution& c, int64_t y, int64_t x, int k) {
  return y + k / 2 < c.out_height && x + k % 2 < c.out_width;
}

inline void take_outputs(const Convolution& c, const float* grad, const Strip& strip,
                         const Points& to) {
  for_each_tile(c, strip, to.width, [&](int64_t i, int64_t y, int64_t x, int64_t at) {
    const float* from = grad + (y * c.out_width + x) * c.filters + at;
    Vector outputs[2][2];
    Square points;
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) {
      const float* place = from + (k / 2 * c.out_width + k % 2) * c.filters;
      outputs[k / 2][k % 2] =
          is_output(c, y, x, k) ? load_first(place, to.width - at) : Vector{};
    }
    change_both(outputs, points, points_of_outputs);
    store_points(points, to.data + i * to.stride + at, to.step);
  });
}

inline void give_outputs(const Convolution& c, const Points& from, const Strip& strip,
                         const float* bias, float* out) {
  for_each_tile(c, strip, from.width, [&](int64_t i, int64_t y, int64_t x, int64_t at) {
    float* to = out + (y * c.out_width + x) * c.filters + at;
    const Vector start = bias == nullptr ? Vector{} : load(bias + at);
    Square points;
    Vector outputs[2][2];
    load_points(from.data + i * from.stride + at, from.step, points);
    change_both(points, outputs, outputs_of_points);
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) {
      if (!is_output(c, y, x, k)) continue;
      store_first(to + (k / 2 * c.out_width + k % 2) * c.filters,
                  outputs[k / 2][k % 2] + start, from.width - at);
    }
  });
}

// At each point: to = from · weights, panels (from.width × to.width).
inline void multiply_points(const Points& from, const float* weights, const Points& to,
                            int64_t count) {
  for (int point = 0; point < kWinogradPoints; ++point) {
    const float* a = from.data + point * from.step;
    const float* b = weights + point * from.width * to.stride;
    float* out = to.data + point * to.step;
    for_each_panel(to.width, [&]<int kVectors>(int64_t column) {
      cut_evenly<kMostRows<kVectors>>(count, [&]<int kRows>(int64_t row) {
        product_tile<kRows, kVectors, false>(a + row * from.stride, from.stride,
                                             b + column * from.width, kVectors * kLanes,
                                             from.width, nullptr,
                                             out + row * to.stride + column, to.stride);
      });
    });
  }
}

template <int kRows, int kVectors>
__attribute__((noinline)) void add_product(const float* a, int64_t a_stride,
                                           const float* b, int64_t b_stride,
                                           int64_t steps, float* sums) {
  constexpr int kWide = kVectors * kLanes;
  Vector acc[kRows][kVectors];
#pragma GCC unroll 32
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) acc[r][v] = load(sums + r * kWide + v * kLanes);
  }
  multiply<kRows, kVectors, true>(a, a_stride, b, b_stride, steps, acc);
#pragma GCC unroll 32
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) store(sums + r * kWide + v * kLanes, acc[r][v]);
  }
}

// At each point: sums, panels (a.width × b.width), += aᵀ · b.
inline void correlate_points(const Points& a, const Points& b, int64_t count,
                             float* sums) {
  for (int point = 0; point < kWinogradPoints; ++point) {
    const float* left = a.data + point * a.step;
    const float* right = b.data + point * b.step;
    float* to = sums + point * a.width * b.stride;
    for_each_panel(b.width, [&]<int kVectors>(int64_t column) {
      cut_evenly<kMostRows<kVectors>>(a.width, [&]<int kRows>(int64_t row) {
        add_product<kRows, kVectors>(left + row, a.stride, right + column, b.stride,
                                     count,
                                     to + column * a.width + row * kVectors * kLanes);
      });
    });
  }
}

// What a worker's scratch holds behind the frame; see convolution_scratch.
struct WinogradScratch {
  Points inputs;
  Points outputs;
  float* frame;  // of gradients
};

RANVIER_INLINE WinogradScratch winograd_rooms(const Convolution& c, float* scratch) {
  const auto points = [](float* data, int64_t width) {
    const int64_t stride = round_up(width, kLanes);
    return Points{data, width, stride, winograd_step(stride)};
  };
  float* begin = scratch + frame_room(c);
  const Points inputs = points(begin, c.channels);
  begin += kWinogradPoints * inputs.step;
  const Points outputs = points(begin, c.filters);
  return {inputs, outputs, begin + kWinogradPoints * outputs.step};
}

inline void winograd_forward(const Convolution& c, const float* image,
                             const float* weights, const float* bias, float* out,
                             float* scratch) {
  const WinogradScratch room = winograd_rooms(c, scratch);
  const float* frame = framed(c, image, scratch);
  for_each_strip(c, [&](const Strip& strip) {
    take_inputs(c, frame, strip, room.inputs);
    multiply_points(room.inputs, weights, room.outputs, strip.count);
    give_outputs(c, room.outputs, strip, bias, out);
  });
}

inline void winograd_grad_x(const Convolution& c, const float* grad,
                            const float* transposed, float* grad_x, float* scratch) {
  const WinogradScratch room = winograd_rooms(c, scratch);
  std::memset(room.frame, 0, frame_room(c) * sizeof(float));
  for_each_strip(c, [&](const Strip& strip) {
    take_outputs(c, grad, strip, room.outputs);
    multiply_points(room.outputs, transposed, room.inputs, strip.count);
    add_inputs(c, room.inputs, strip, room.frame);
  });
  const int64_t row = c.width * c.channels;
  for (int64_t y = 0; y < c.height; ++y) {
    const int64_t pixel = (c.pad_top + y) * c.frame_width + c.pad_left;
    std::memcpy(grad_x + y * row, room.frame + pixel * c.channels, row * sizeof(float));
  }
}

inline void winograd_grad_weight(const Convolution& c, const float* image,
                                 const float* grad, float* sums, float* bias_sums,
                                 float* scratch) {
  const WinogradScratch room = winograd_rooms(c, scratch);
  const float* frame = framed(c, image, scratch);
  if (bias_sums != nullptr) add_pixels(c, grad, bias_sums);
  for_each_strip(c, [&](const Strip& strip) {
    take_inputs(c, frame, strip, room.inputs);
    take_outputs(c, grad, strip, room.outputs);
    correlate_points(room.inputs, room.outputs, strip.count, sums);
  });
}

inline void winograd_prepare(const Convolution& c, const float* panels, float* points,
                             Range channels) {
  const int64_t step = c.channels * round_up(c.filters, kLanes);
  for_each_panel(c.filters, [&]<int kVectors>(int64_t column) {
    constexpr int kWide = kVectors * kLanes;
    for (int64_t channel = channels.begin; channel < channels.end; ++channel) {
      for (int v = 0; v < kVectors; ++v) {
        const int64_t at = channel * kWide + v * kLanes;
        const float* from = panels + column * c.inputs() + at;
        Vector weights[3][3];
        Square square;
#pragma GCC unroll 9
        for (int tap = 0; tap < 9; ++tap) {
          weights[tap / 3][tap % 3] = load(from + tap * c.channels * kWide);
        }
        change_both(weights, square, points_of_weights);
        store_points(square, points + column * c.channels + at, step);
      }
    }
  });
}

inline void winograd_gather(const Convolution& c, const float* sums, int64_t blocks,
                            int64_t stride, float* panels, Range channels) {
  const int64_t step = c.channels * round_up(c.filters, kLanes);
  for_each_panel(c.filters, [&]<int kVectors>(int64_t column) {
    constexpr int kWide = kVectors * kLanes;
    for (int64_t channel = channels.begin; channel < channels.end; ++channel) {
      for (int v = 0; v < kVectors; ++v) {
        const int64_t at = channel * kWide + v * kLanes;
        Square total = {};
        for (int64_t block = 0; block < blocks; ++block) {
          Square square;
          load_points(sums + block * stride + column * c.channels + at, step, square);
#pragma GCC unroll 16
          for (int p = 0; p < kWinogradPoints; ++p) {
            total[p / 4][p % 4] += square[p / 4][p % 4];
          }
        }
        Vector weights[3][3];
        change_both(total, weights, weights_of_points);
        float* to = panels + column * c.inputs() + at;
#pragma GCC unroll 9
        for (int tap = 0; tap < 9; ++tap) {
          store(to + tap * c.channels * kWide, weights[tap / 3][tap % 3]);
        }
      }
    }
  });
}

inline WinogradKernels winograd_kernels() {
  return {{winograd_forward, winograd_grad_x, winograd_grad_weight},
          winograd_prepare,
          winograd_gather};
}
