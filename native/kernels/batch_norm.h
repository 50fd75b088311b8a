// batch_norm: y = f((x - mean) / sqrt(variance + epsilon) · scale + shift) with the
// moments of the batch (Ioffe and Szegedy 2015), forward and backward.
//
// A row is walked in periods, after which vectors meet the same channels again, so
// that any number of channels fills the lanes. Sums go over blocks of rows, from a
// pivot near the mean, in float; those of the blocks are added in double.

// The lanes from `at` to the end of a row of `width`.
RANVIER_INLINE IntVector lanes_inside(int64_t at, int64_t width) {
  return first_lanes(width > at ? width - at : 0);
}

RANVIER_INLINE Vector load_inside(const float* row, int64_t at, int64_t width) {
  if (at >= width) return Vector{};
  return select(lanes_inside(at, width), load(row + at), Vector{});
}

// How often the lanes of the pattern's vector at `at` appear in a row.
RANVIER_INLINE Vector appearances(int64_t at, int64_t width, int64_t period) {
  const int64_t whole = width - at < kLanes ? 0 : (width - at - kLanes) / period + 1;
  const IntVector more = lanes_inside(at + whole * period, width);
  return select(more, broadcast(1.0f), Vector{}) + static_cast<float>(whole);
}

// Calls use.template operator()<kIsWhole>(row, at) where the pattern's vectors from
// `first` on appear; the last place in a row may lie partly beyond its end.
template <int kVectors, typename Use>
RANVIER_INLINE void for_each_place(Range rows, int64_t width, int64_t period,
                                   int64_t first, Use use) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    int64_t at = first;
    for (; at + kVectors * kLanes <= width; at += period) {
      use.template operator()<true>(row, at);
    }
    if (at < width) use.template operator()<false>(row, at);
  }
}

// Calls use.template operator()<kVectors>(at) for groups of vectors of a pattern.
template <typename Use>
RANVIER_INLINE void for_each_group(int64_t period, Use use) {
  constexpr int kGroup = 4;
  int64_t at = 0;
  for (; at + kGroup * kLanes <= period; at += kGroup * kLanes) {
    use.template operator()<kGroup>(at);
  }
  for (; at < period; at += kLanes) use.template operator()<1>(at);
}

RANVIER_INLINE Range rows_of_block(const BatchNorm& norm, int64_t block, int64_t rows) {
  const int64_t begin = block * norm.block_rows;
  const int64_t end = begin + norm.block_rows;
  return {begin, end < rows ? end : rows};
}

RANVIER_INLINE float weight_of(const float* weights, Range rows) {
  if (weights == nullptr) return static_cast<float>(rows.end - rows.begin);
  float total = 0.0f;
  for (int64_t row = rows.begin; row < rows.end; ++row) total += weights[row];
  return total;
}

// The pivots of a block, its own means, and the weighted sums of the distances from
// them and of their squares.
template <int kVectors>
RANVIER_INLINE void block_moments(const BatchNorm& norm, const Matrix& x,
                                  const float* weights, Range rows, int64_t first,
                                  float* partial) {
  const auto weight_at = [&](int64_t row) {
    return broadcast(weights == nullptr ? 1.0f : weights[row]);
  };
  Vector total[kVectors] = {};
  for_each_place<kVectors>(
      rows, x.width, norm.period, first, [&]<bool kIsWhole>(int64_t row, int64_t at) {
        const float* from = x.data + row * x.stride;
        const Vector weight = weight_at(row);
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) {
          const int64_t here = at + v * kLanes;
          const Vector value =
              kIsWhole ? load(from + here) : load_inside(from, here, x.width);
          total[v] = fma(value, weight, total[v]);
        }
      });
  Vector pivot[kVectors];
  const float weight = weight_of(weights, rows);
  for (int v = 0; v < kVectors; ++v) {
    const Vector count = appearances(first + v * kLanes, x.width, norm.period) * weight;
    pivot[v] = total[v] / select(count > 0.0f, count, broadcast(1.0f));
  }
  Vector sums[kVectors] = {};
  Vector squares[kVectors] = {};
  for_each_place<kVectors>(
      rows, x.width, norm.period, first, [&]<bool kIsWhole>(int64_t row, int64_t at) {
        const float* from = x.data + row * x.stride;
        const Vector weight = weight_at(row);
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) {
          const int64_t here = at + v * kLanes;
          if (!kIsWhole && here >= x.width) break;
          Vector far = load(from + here) - pivot[v];
          if (!kIsWhole) far = select(lanes_inside(here, x.width), far, Vector{});
          const Vector weighted = far * weight;
          sums[v] += weighted;
          squares[v] = fma(weighted, far, squares[v]);
        }
      });
  for (int v = 0; v < kVectors; ++v) {
    float* to = partial + first + v * kLanes;
    store(to, pivot[v]);
    store(to + norm.period, sums[v]);
    store(to + 2 * norm.period, squares[v]);
  }
}

inline void batch_norm_moments(const BatchNorm& norm, const Matrix& x,
                               const float* weights, Range blocks) {
  for (int64_t block = blocks.begin; block < blocks.end; ++block) {
    const Range rows = rows_of_block(norm, block, x.rows);
    float* partial = norm.partials + block * 3 * norm.period;
    for_each_group(norm.period, [&]<int kVectors>(int64_t first) {
      block_moments<kVectors>(norm, x, weights, rows, first, partial);
    });
  }
}

// Calls use(partial, count) for every place in the partials where the channels from
// `channel` on stand; `count` is how often a row has them there.
template <typename Use>
RANVIER_INLINE void for_each_partial(const BatchNorm& norm, const Matrix& x,
                                     int64_t channel, Use use) {
  const int64_t positions = x.width / norm.channels;
  const int64_t repeats = tiles(norm.period, norm.channels);
  const int64_t blocks = tiles(x.rows, norm.block_rows);
  for (int64_t block = 0; block < blocks; ++block) {
    const float* partial = norm.partials + block * 3 * norm.period;
    for (int64_t copy = 0; copy < repeats && copy < positions; ++copy) {
      use(block, partial + copy * norm.channels + channel,
          static_cast<double>((positions - copy + repeats - 1) / repeats));
    }
  }
}

// to[at …] = values, of the lanes that hold channels from `channel` on.
RANVIER_INLINE void store_channels(const BatchNorm& norm, int64_t channel,
                                   const double (&values)[kLanes], float* to) {
  const int64_t left = norm.channels - channel;
  for (int lane = 0; lane < kLanes && lane < left; ++lane) {
    to[lane] = static_cast<float>(values[lane]);
  }
}

inline void batch_norm_statistics(const BatchNorm& norm, const Matrix& x,
                                  const float* weights, double count, Range vectors) {
  const double share = count > 0.0 ? 1.0 / count : 0.0;
  const auto weight_at = [&](int64_t block) {
    return double{weight_of(weights, rows_of_block(norm, block, x.rows))};
  };
  for (int64_t vector = vectors.begin; vector < vectors.end; ++vector) {
    const int64_t channel = vector * kLanes;
    double mean[kLanes] = {};
    double variance[kLanes] = {};
    for_each_partial(norm, x, channel,
                     [&](int64_t block, const float* partial, double times) {
                       const double weight = times * weight_at(block) * share;
                       for (int lane = 0; lane < kLanes; ++lane) {
                         mean[lane] += weight * double{partial[lane]} +
                                       share * double{partial[norm.period + lane]};
                       }
                     });
    for_each_partial(
        norm, x, channel, [&](int64_t block, const float* partial, double times) {
          const double weight = times * weight_at(block) * share;
          for (int lane = 0; lane < kLanes; ++lane) {
            const double far = double{partial[lane]} - mean[lane];
            const double sum = partial[norm.period + lane];
            const double squares = partial[2 * norm.period + lane];
            variance[lane] += share * (squares + 2.0 * far * sum) + weight * far * far;
          }
        });
    store_channels(norm, channel, mean, norm.mean + channel);
    store_channels(norm, channel, variance, norm.variance + channel);
  }
}

// Writes channels from `channel` on wherever they stand in a pattern.
RANVIER_INLINE void store_pattern(const BatchNorm& norm, int64_t channel,
                                  const double (&values)[kLanes], float* pattern) {
  int64_t at = channel;
  for (; at + norm.channels - channel <= norm.period; at += norm.channels) {
    store_channels(norm, channel, values, pattern + at);
  }
  for (int lane = 0; at + lane < norm.period; ++lane) {
    pattern[at + lane] = static_cast<float>(values[lane]);
  }
}

inline void batch_norm_prepare(const BatchNorm& norm, Range vectors) {
  for (int64_t vector = vectors.begin; vector < vectors.end; ++vector) {
    const int64_t channel = vector * kLanes;
    const int64_t left = norm.channels - channel;
    double mean[kLanes] = {};
    double factor[kLanes] = {};
    double shift[kLanes] = {};
    for (int lane = 0; lane < kLanes && lane < left; ++lane) {
      const double variance = norm.variance[channel + lane];
      mean[lane] = norm.mean[channel + lane];
      factor[lane] =
          norm.scale[channel + lane] / __builtin_sqrt(variance + norm.epsilon);
      shift[lane] = norm.shift[channel + lane];
    }
    store_pattern(norm, channel, mean, norm.means);
    store_pattern(norm, channel, factor, norm.factors);
    store_pattern(norm, channel, shift, norm.shifts);
  }
}

// Calls use(at, in_pattern) for every vector of a row.
template <typename Use>
RANVIER_INLINE void for_each_vector(const BatchNorm& norm, int64_t width, Use use) {
  for (int64_t start = 0; start < width; start += norm.period) {
    const int64_t left = width - start;
    const int64_t size = left < norm.period ? left : norm.period;
    for (int64_t at = 0; at < size; at += kLanes) use(start + at, at);
  }
}

inline void batch_norm_forward(const BatchNorm& norm, const Matrix& x, const Bend& bend,
                               const Matrix& out, float* slopes, Range rows) {
  with_activation(bend.activation, [&]<Activation kKind>() {
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const float* from = x.data + row * x.stride;
      const int64_t begin = row * out.stride;
      for_each_vector(norm, x.width, [&](int64_t at, int64_t in_pattern) {
        const Vector far = load(from + at) - load(norm.means + in_pattern);
        const Vector z =
            fma(far, load(norm.factors + in_pattern), load(norm.shifts + in_pattern));
        if constexpr (needs_slopes(kKind))
          store(slopes + begin + at, slope_at<kKind>(z));
        store(out.data + begin + at, activate<kKind>(z, bend.slope));
      });
    }
  });
}

// The sums over a block of the gradient, and of its products with x - mean.
template <int kVectors>
RANVIER_INLINE void block_sums(const BatchNorm& norm, const Matrix& x,
                               const Matrix& grad, Range rows, int64_t first,
                               float* partial) {
  Vector sums[kVectors] = {};
  Vector products[kVectors] = {};
  for_each_place<kVectors>(
      rows, x.width, norm.period, first, [&]<bool kIsWhole>(int64_t row, int64_t at) {
        const float* from = x.data + row * x.stride;
        const float* g = grad.data + row * grad.stride;
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) {
          const int64_t here = at + v * kLanes;
          if (!kIsWhole && here >= x.width) break;
          const Vector along =
              kIsWhole ? load(g + here) : load_inside(g, here, x.width);
          const Vector far = load(from + here) - load(norm.means + first + v * kLanes);
          sums[v] += along;
          products[v] = fma(along, far, products[v]);
        }
      });
  for (int v = 0; v < kVectors; ++v) {
    store(partial + first + v * kLanes, sums[v]);
    store(partial + norm.period + first + v * kLanes, products[v]);
  }
}

inline void batch_norm_sums(const BatchNorm& norm, const Matrix& x, const Matrix& grad,
                            Range blocks) {
  for (int64_t block = blocks.begin; block < blocks.end; ++block) {
    const Range rows = rows_of_block(norm, block, x.rows);
    float* partial = norm.partials + block * 3 * norm.period;
    for_each_group(norm.period, [&]<int kVectors>(int64_t first) {
      block_sums<kVectors>(norm, x, grad, rows, first, partial);
    });
  }
}

inline void batch_norm_gradients(const BatchNorm& norm, const Matrix& x, double count,
                                 float* grad_scale, float* grad_shift, Range vectors) {
  const double share = count > 0.0 ? 1.0 / count : 0.0;
  for (int64_t vector = vectors.begin; vector < vectors.end; ++vector) {
    const int64_t channel = vector * kLanes;
    const int64_t left = norm.channels - channel;
    double sums[kLanes] = {};
    double products[kLanes] = {};
    for_each_partial(norm, x, channel, [&](int64_t, const float* partial, double) {
      for (int lane = 0; lane < kLanes; ++lane) {
        sums[lane] += double{partial[lane]};
        products[lane] += double{partial[norm.period + lane]};
      }
    });
    double mean_grads[kLanes] = {};
    double mean_products[kLanes] = {};
    for (int lane = 0; lane < kLanes && lane < left; ++lane) {
      const double square = double{norm.variance[channel + lane]} + norm.epsilon;
      mean_grads[lane] = sums[lane] * share;
      mean_products[lane] = products[lane] * share / square;
      products[lane] /= __builtin_sqrt(square);
    }
    store_channels(norm, channel, products, grad_scale + channel);
    store_channels(norm, channel, sums, grad_shift + channel);
    store_pattern(norm, channel, mean_grads, norm.mean_grads);
    store_pattern(norm, channel, mean_products, norm.mean_products);
  }
}

inline void batch_norm_grad_x(const BatchNorm& norm, const Matrix& x,
                              const Matrix& grad, const float* weights,
                              const Bend& bend, const float* slopes,
                              const Matrix& grad_x, Range rows) {
  with_activation(bend.activation, [&]<Activation kKind>() {
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const int64_t begin = row * x.stride;
      const float* g = grad.data + row * grad.stride;
      float* to = grad_x.data + row * grad_x.stride;
      const Vector minus = broadcast(weights == nullptr ? -1.0f : -weights[row]);
      for_each_vector(norm, x.width, [&](int64_t at, int64_t in_pattern) {
        const Vector value = load(x.data + begin + at);
        const Vector far = value - load(norm.means + in_pattern);
        const Vector along = fma(far, load(norm.mean_products + in_pattern),
                                 load(norm.mean_grads + in_pattern));
        const Vector by = needs_slopes(kKind) ? load(slopes + begin + at)
                                              : derivative<kKind>(value, bend.slope);
        const Vector left = fma(along, minus, load(g + at));
        store(to + at, left * load(norm.factors + in_pattern) * by);
      });
      const int64_t last = (x.width - 1) / kLanes * kLanes;
      store(to + last, load_inside(to, last, x.width));
    }
  });
}
