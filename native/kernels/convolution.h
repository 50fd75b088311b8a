// convolution: y = x ∗ weight + bias over images, forward and backward.
//
// Forward, a tile is some neighbouring pixels of one row of outputs × a panel of
// filters; the windows are read where they lie, through a list of taps. Backward, the
// gradient of a row's windows is one product (the patches), which each input pixel
// gathers; the gradient of the weights stays in registers over an image.

// Rows of a register tile of one vector: enough sums at once to hide the latency.
constexpr int kSingleRows = kTileRows == 12 ? 14 : 12;

template <int kVectors>
constexpr int kMostRows = kVectors == 1 ? kSingleRows : kTileRows;

// Calls use.template operator()<kRows>(begin) for even pieces of at most kMost rows.
template <int kMost, typename Use>
RANVIER_INLINE void cut_evenly(int64_t count, Use use) {
  const int64_t pieces = tiles(count, kMost);
  const int64_t longer = pieces == 0 ? 0 : count % pieces;
  int64_t begin = 0;
  for (int64_t piece = 0; piece < pieces; ++piece) {
    const int64_t rows = count / pieces + (piece < longer ? 1 : 0);
    with_rows<kMost>(rows, [&]<int kRows>() { use.template operator()<kRows>(begin); });
    begin += rows;
  }
}

// Calls use.template operator()<kVectors>(first column) for each panel of `width`.
template <typename Use>
RANVIER_INLINE void for_each_panel(int64_t width, Use use) {
  for (int64_t column = 0; column < width; column += 2 * kLanes) {
    if (width - column > kLanes) {
      use.template operator()<2>(column);
    } else {
      use.template operator()<1>(column);
    }
  }
}

// The frame of an image. The border of `frame` is zero, and stays so.
inline const float* framed(const Convolution& c, const float* image, float* frame) {
  if (!c.is_framed()) return image;
  const int64_t row = c.width * c.channels;
  const int64_t stride = c.frame_width * c.channels;
  float* to = frame + c.pad_top * stride + c.pad_left * c.channels;
  for (int64_t y = 0; y < c.height; ++y) {
    std::memcpy(to + y * stride, image + y * row, row * sizeof(float));
  }
  return frame;
}

// A panel of filters, and the windows that it slides over.
struct FilterPanel {
  const int32_t* taps;
  int64_t inputs;
  const float* weights;
  const float* start;  // null: zero
  int64_t step;        // floats from one window to the next
  int64_t out_step;    // the same in the output
  int64_t last;        // filters in the panel's last vector
};

// Writes a vector of which `count` lanes count; `room` floats from `to` may be written.
RANVIER_INLINE void store_within(float* to, Vector value, int64_t count, int64_t room) {
  if (room >= kLanes) {
    store(to, value);
  } else {
    store_first(to, value, count);
  }
}

template <int kRows, int kVectors>
__attribute__((noinline)) void filter_tile(const FilterPanel& filters, const float* x,
                                           float* out, int64_t room) {
  const FilterPanel f = filters;
  Vector acc[kRows][kVectors];
#pragma GCC unroll 32
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      acc[r][v] = f.start == nullptr ? Vector{} : load(f.start + v * kLanes);
    }
  }
  for (int64_t k = 0; k < f.inputs; ++k) {
    const float* at = x + f.taps[k];
    Vector w[kVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      w[v] = load(f.weights + (k * kVectors + v) * kLanes);
    }
#pragma GCC unroll 32
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v)
        acc[r][v] = fma(w[v], at[r * f.step], acc[r][v]);
    }
  }
  constexpr int kLast = (kVectors - 1) * kLanes;
#pragma GCC unroll 32
  for (int r = 0; r < kRows; ++r) {
    float* to = out + r * f.out_step;
    if constexpr (kVectors == 2) store(to, acc[r][0]);
    store_within(to + kLast, acc[r][kVectors - 1], f.last,
                 room - r * f.out_step - kLast);
  }
}

// One panel over all pixels of an image. Where `fills` is true a vector may run over
// the pixels behind it, which are written later.
template <int kVectors>
RANVIER_INLINE void filter_image(const Convolution& c, const FilterPanel& filters,
                                 const float* frame, float* out, bool fills) {
  const int64_t end = filters.last == kLanes ? INT64_MAX : 0;
  const int64_t down = c.stride_height * c.frame_width * c.channels;
  for (int64_t y = 0; y < c.out_height; ++y) {
    const float* from = frame + y * down;
    cut_evenly<kMostRows<kVectors>>(c.out_width, [&]<int kRows>(int64_t x) {
      const int64_t at = (y * c.out_width + x) * c.filters;
      const int64_t room = fills ? c.pixels() * c.filters - at : end;
      filter_tile<kRows, kVectors>(filters, from + x * filters.step, out + at, room);
    });
  }
}

inline void convolution_forward(const Convolution& c, const float* image,
                                const float* panels, const float* bias, float* out,
                                float* scratch) {
  const int64_t wide = c.group_filters();
  const int64_t inputs = c.inputs();
  const float* frame = framed(c, image, scratch);
  for (int64_t group = 0; group < c.groups; ++group) {
    const float* weights = panels + group * inputs * round_up(wide, kLanes);
    for_each_panel(wide, [&]<int kVectors>(int64_t column) {
      const int64_t filter = group * wide + column;
      const int64_t last = least(wide - column - (kVectors - 1) * kLanes, kLanes);
      const FilterPanel filters{c.taps,
                                inputs,
                                weights + column * inputs,
                                bias == nullptr ? nullptr : bias + filter,
                                c.stride_width * c.channels,
                                c.filters,
                                last};
      const bool fills = last < kLanes && wide == c.filters && column == 0;
      filter_image<kVectors>(c, filters, frame + group * c.group_channels(),
                             out + filter, fills);
    });
  }
}

// The patches of one row of outputs: row x of them is the gradient of window x.
inline void patch_row(const Convolution& c, const float* grad, const float* transposed,
                      float* patches) {
  const int64_t inputs = c.inputs();
  const int64_t stride = round_up(inputs, kLanes);
  const int64_t wide = c.group_filters();
  for_each_panel(inputs, [&]<int kVectors>(int64_t column) {
    cut_evenly<kMostRows<kVectors>>(c.out_width, [&]<int kRows>(int64_t x) {
      product_tile<kRows, kVectors, false>(
          grad + x * c.filters, c.filters, transposed + column * wide,
          kVectors * kLanes, wide, nullptr, patches + x * stride + column, stride);
    });
  });
}

// Adds up one row of input gradient of a group; `patches` are those of its sources.
inline void gather_row(const Convolution& c, const float* patches, int64_t y,
                       float* grad_x, int64_t room) {
  const int64_t wide = c.group_channels();
  const int64_t slot = c.out_width * round_up(c.inputs(), kLanes);
  const Source* row_begin = c.rows.list + c.rows.begins[y];
  const Source* row_end = c.rows.list + c.rows.begins[y + 1];
  const int64_t tap = c.kernel_width * wide;
  for (int64_t x = 0; x < c.width; ++x) {
    const Source* begin = c.columns.list + c.columns.begins[x];
    const Source* end = c.columns.list + c.columns.begins[x + 1];
    for (int64_t channel = 0; channel < wide; channel += kLanes) {
      Vector total{};
      for (const Source* row = row_begin; row < row_end; ++row) {
        const float* from =
            patches + row->place % c.reach() * slot + row->tap * tap + channel;
        for (const Source* column = begin; column < end; ++column) {
          total += load(from + column->place);
        }
      }
      const int64_t at = x * c.channels + channel;
      const int64_t count = wide - channel;
      const bool fills = count >= kLanes || wide == c.channels;
      store_within(grad_x + at, total, count, fills ? room - at : 0);
    }
  }
}

inline void convolution_grad_x(const Convolution& c, const float* grad,
                               const float* transposed, float* grad_x, float* scratch) {
  const int64_t stride = round_up(c.inputs(), kLanes);
  const int64_t slot = c.out_width * stride;
  const int64_t line = c.width * c.channels;
  float* patches = scratch + frame_room(c);
  for (int64_t group = 0; group < c.groups; ++group) {
    const float* weights = transposed + group * c.group_filters() * stride;
    const float* from = grad + group * c.group_filters();
    const int64_t first = group * c.group_channels();
    int64_t next = 0;  // row of outputs whose patches are not there yet
    for (int64_t y = 0; y < c.height; ++y) {
      const int32_t begin = c.rows.begins[y];
      const bool has_sources = begin < c.rows.begins[y + 1];
      for (; has_sources && next <= c.rows.list[begin].place; ++next) {
        patch_row(c, from + next * c.out_width * c.filters, weights,
                  patches + next % c.reach() * slot);
      }
      const int64_t at = y * line + first;
      gather_row(c, patches, y, grad_x + at, c.height * line - at);
    }
  }
}

// Where a tile of weight gradient reads: an image's frame and its gradient.
struct Correlation {
  const float* x;
  const float* grad;
  int64_t down;  // floats from a window to the one below it
  int64_t step;  // floats from a window to the next
  int64_t filters;
  int64_t height, width;  // of the outputs
  int64_t last;           // filters in the last vector
};

// sums (kRows × kVectors) += windows' inputs · gradient, over the pixels of an image;
// kSets pixels go side by side where the tile is small.
template <int kRows, int kVectors, int kSets>
__attribute__((noinline)) void correlate(const Correlation& correlation, float* sums) {
  const Correlation c = correlation;
  Vector acc[kSets][kRows][kVectors] = {};
  const auto add = [&](int set, const float* x, const float* g)
                       __attribute__((always_inline)) {
                         Vector row[kVectors];
#pragma GCC unroll 2
                         for (int v = 0; v < kVectors; ++v)
                           row[v] = load(g + v * kLanes);
#pragma GCC unroll 32
                         for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
                           for (int v = 0; v < kVectors; ++v) {
                             acc[set][r][v] = fma(row[v], x[r], acc[set][r][v]);
                           }
                         }
                       };
  for (int64_t y = 0; y < c.height; ++y) {
    const float* x = c.x + y * c.down;
    const float* g = c.grad + y * c.width * c.filters;
    int64_t left = c.width;
    for (; left >= kSets; left -= kSets) {
#pragma GCC unroll 4
      for (int set = 0; set < kSets; ++set) {
        add(set, x, g);
        x += c.step;
        g += c.filters;
      }
    }
    for (; left > 0; --left) {
      add(0, x, g);
      x += c.step;
      g += c.filters;
    }
  }
#pragma GCC unroll 32
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      float* to = sums + (r * kVectors + v) * kLanes;
      Vector total = acc[0][r][v];
#pragma GCC unroll 4
      for (int set = 1; set < kSets; ++set) total += acc[set][r][v];
      if (v == kVectors - 1) {
        total = select(first_lanes(c.last), total, Vector{});
      }
      store(to, load(to) + total);
    }
  }
}

// One panel of filters' gradient by one run of inputs that lie side by side.
template <int kVectors>
RANVIER_INLINE void correlate_run(const Correlation& c, int64_t length, float* sums) {
  Correlation here = c;
  cut_evenly<kMostRows<kVectors>>(length, [&]<int kRows>(int64_t k) {
    constexpr int kChains = kRows * kVectors;
    constexpr int kSets = kChains <= 3 ? 4 : kChains <= 6 ? 2 : 1;
    here.x = c.x + k;
    correlate<kRows, kVectors, kSets>(here, sums + k * kVectors * kLanes);
  });
}

// bias_sums (filters) += gradient over the pixels of an image.
inline void add_pixels(const Convolution& c, const float* grad, float* bias_sums) {
  constexpr int kSets = 4;
  for (int64_t filter = 0; filter < c.filters; filter += kLanes) {
    Vector total[kSets] = {};
    int64_t pixel = 0;
    for (; pixel + kSets <= c.pixels(); pixel += kSets) {
#pragma GCC unroll 4
      for (int set = 0; set < kSets; ++set) {
        total[set] += load(grad + (pixel + set) * c.filters + filter);
      }
    }
    for (; pixel < c.pixels(); ++pixel) {
      total[0] += load(grad + pixel * c.filters + filter);
    }
    const Vector all = total[0] + total[1] + (total[2] + total[3]);
    const Vector inside = select(first_lanes(c.filters - filter), all, Vector{});
    store(bias_sums + filter, load(bias_sums + filter) + inside);
  }
}

inline void convolution_grad_weight(const Convolution& c, const float* image,
                                    const float* grad, float* sums, float* bias_sums,
                                    float* scratch) {
  const int64_t inputs = c.inputs();
  const int64_t wide = c.group_filters();
  const bool is_dense = c.groups == 1 && c.dilation_width == 1;
  const int64_t run = (is_dense ? c.kernel_width : 1) * c.group_channels();
  const float* frame = framed(c, image, scratch);
  if (bias_sums != nullptr) add_pixels(c, grad, bias_sums);
  for (int64_t group = 0; group < c.groups; ++group) {
    float* to = sums + group * inputs * round_up(wide, kLanes);
    for_each_panel(wide, [&]<int kVectors>(int64_t column) {
      const int64_t last = wide - column - (kVectors - 1) * kLanes;
      for (int64_t k = 0; k < inputs; k += run) {
        const Correlation correlation{frame + group * c.group_channels() + c.taps[k],
                                      grad + group * wide + column,
                                      c.stride_height * c.frame_width * c.channels,
                                      c.stride_width * c.channels,
                                      c.filters,
                                      c.out_height,
                                      c.out_width,
                                      last};
        correlate_run<kVectors>(correlation, run,
                                to + column * inputs + k * kVectors * kLanes);
      }
    });
  }
}

// out = the sum of `count` arrays, `stride` floats apart, in their order, for the
// floats of `range`: whole vectors.
inline void add_up(const float* arrays, int64_t count, int64_t stride, float* out,
                   Range range) {
  for (int64_t at = range.begin; at < range.end; at += kLanes) {
    Vector total = load(arrays + at);
    for (int64_t array = 1; array < count; ++array) {
      total += load(arrays + array * stride + at);
    }
    store(out + at, total);
  }
}
