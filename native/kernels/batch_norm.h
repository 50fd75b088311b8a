// batch_norm: y = f((x - mean) / sqrt(variance + epsilon) · scale + shift) with the
// moments of the batch (Ioffe and Szegedy 2015), forward and backward.
//
// A row is walked in periods, after which vectors meet the same channels again, so
// that any number of channels fills the lanes. Sums go over blocks of rows, from a
// pivot near the mean, in float; those of the blocks are added in double.

// Calls use.template operator()<kIsWhole>(row, at, left) where the pattern's vectors
// from `first` on appear; fewer than all their floats are left at the end of a period
// and of a row.
template <int kVectors, typename Use>
RANVIER_INLINE void for_each_place(Range rows, int64_t width, int64_t period,
                                   int64_t first, Use use) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    for (int64_t at = first; at < width; at += period) {
      const int64_t left = least(width - at, period - first);
      if (left >= kVectors * kLanes) {
        use.template operator()<true>(row, at, left);
      } else {
        use.template operator()<false>(row, at, left);
      }
    }
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

// Three patterns of sums, each of whole vectors.
RANVIER_INLINE float* partial_of(const BatchNorm& norm, int64_t block) {
  return norm.partials + block * 3 * round_up(norm.period, kLanes);
}

RANVIER_INLINE float weight_of(const float* weights, Range rows) {
  if (weights == nullptr) return static_cast<float>(rows.end - rows.begin);
  float total = 0.0f;
  for (int64_t row = rows.begin; row < rows.end; ++row) total += weights[row];
  return total;
}

// The pivots of a block, its own means.
template <int kVectors>
RANVIER_INLINE void block_means(const BatchNorm& norm, const Matrix& x,
                                const float* weights, Range rows, int64_t first,
                                Vector (&means)[kVectors]) {
  Vector total[kVectors] = {};
  Vector count[kVectors] = {};  // of what is not whole
  float whole = 0.0f;
  const auto add = [&]<bool kIsWhole>(int64_t row, int64_t at, int64_t left) {
    const float* from = x.data + row * x.stride + at;
    const float by = weights == nullptr ? 1.0f : weights[row];
    const Vector weight = broadcast(by);
    if constexpr (kIsWhole) whole += by;
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      const int64_t here = left - v * kLanes;
      total[v] = fma(load_part<kIsWhole>(from + v * kLanes, here), weight, total[v]);
      if (!kIsWhole) count[v] += select(first_lanes(here), weight, Vector{});
    }
  };
  for_each_place<kVectors>(rows, x.width, norm.period, first, add);
  for (int v = 0; v < kVectors; ++v) {
    const Vector all = count[v] + whole;
    means[v] = total[v] / select(all > 0.0f, all, broadcast(1.0f));
  }
}

// The pivots of a block, and the weighted sums of the distances from them and of their
// squares.
template <int kVectors>
RANVIER_INLINE void block_moments(const BatchNorm& norm, const Matrix& x,
                                  const float* weights, Range rows, int64_t first,
                                  float* partial) {
  Vector pivot[kVectors];
  block_means(norm, x, weights, rows, first, pivot);
  Vector sums[kVectors] = {};
  Vector squares[kVectors] = {};
  const auto add = [&]<bool kIsWhole>(int64_t row, int64_t at, int64_t left) {
    const float* from = x.data + row * x.stride + at;
    const Vector weight = broadcast(weights == nullptr ? 1.0f : weights[row]);
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      const int64_t here = left - v * kLanes;
      Vector far = load_part<kIsWhole>(from + v * kLanes, here) - pivot[v];
      if (!kIsWhole) far = select(first_lanes(here), far, Vector{});
      const Vector weighted = far * weight;
      sums[v] += weighted;
      squares[v] = fma(weighted, far, squares[v]);
    }
  };
  for_each_place<kVectors>(rows, x.width, norm.period, first, add);
  const int64_t size = round_up(norm.period, kLanes);
  for (int v = 0; v < kVectors; ++v) {
    float* to = partial + first + v * kLanes;
    store(to, pivot[v]);
    store(to + size, sums[v]);
    store(to + 2 * size, squares[v]);
  }
}

inline void batch_norm_moments(const BatchNorm& norm, const Matrix& x,
                               const float* weights, Range blocks) {
  for (int64_t block = blocks.begin; block < blocks.end; ++block) {
    const Range rows = rows_of_block(norm, block, x.rows);
    float* partial = partial_of(norm, block);
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
  const int64_t repeats = norm.period / norm.channels;
  const int64_t blocks = tiles(x.rows, norm.block_rows);
  for (int64_t block = 0; block < blocks; ++block) {
    const float* partial = partial_of(norm, block);
    for (int64_t copy = 0; copy < repeats; ++copy) {
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
  const int64_t size = round_up(norm.period, kLanes);
  const auto weight_at = [&](int64_t block) {
    return double{weight_of(weights, rows_of_block(norm, block, x.rows))};
  };
  for (int64_t vector = vectors.begin; vector < vectors.end; ++vector) {
    const int64_t channel = vector * kLanes;
    double mean[kLanes] = {};
    double variance[kLanes] = {};
    for_each_partial(
        norm, x, channel, [&](int64_t block, const float* partial, double times) {
          const double weight = times * weight_at(block) * share;
          for (int lane = 0; lane < kLanes; ++lane) {
            mean[lane] +=
                weight * double{partial[lane]} + share * double{partial[size + lane]};
          }
        });
    for_each_partial(
        norm, x, channel, [&](int64_t block, const float* partial, double times) {
          const double weight = times * weight_at(block) * share;
          for (int lane = 0; lane < kLanes; ++lane) {
            const double far = double{partial[lane]} - mean[lane];
            const double sum = partial[size + lane];
            const double squares = partial[2 * size + lane];
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
  for (int64_t at = channel; at < norm.period; at += norm.channels) {
    store_channels(norm, channel, values, pattern + at);
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
      // Divided by infinity, all would be 0, and the overflow unseen.
      const double deviation = __builtin_isfinite(variance)
                                   ? __builtin_sqrt(variance + norm.epsilon)
                                   : __builtin_nan("");
      factor[lane] = norm.scale[channel + lane] / deviation;
      shift[lane] = norm.shift[channel + lane];
    }
    store_pattern(norm, channel, mean, norm.means);
    store_pattern(norm, channel, factor, norm.factors);
    store_pattern(norm, channel, shift, norm.shifts);
  }
}

// Calls use.template operator()<kIsWhole>(at, place, left) for every vector of a row,
// where `place` is its place in the pattern.
template <typename Use>
RANVIER_INLINE void walk_row(int64_t period, int64_t width, Use use) {
  for (int64_t start = 0; start < width; start += period) {
    const int64_t size = least(width - start, period);
    int64_t at = 0;
    for (; at + kLanes <= size; at += kLanes) {
      use.template operator()<true>(start + at, at, kLanes);
    }
    if (at < size) use.template operator()<false>(start + at, at, size - at);
  }
}

// The lambdas below hold copies, since a vector may be written over any object.
inline void batch_norm_forward(const BatchNorm& norm, const Matrix& x, const Bend& bend,
                               const Matrix& out, float* slopes, Range rows) {
  with_activation(bend.activation, [&]<Activation kKind>() {
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const auto finish = [from = x.data + row * x.stride,
                           to = out.data + row * out.stride,
                           slope = slopes + (slopes == nullptr ? 0 : row * out.stride),
                           means = norm.means, factors = norm.factors,
                           shifts = norm.shifts, below = bend.slope]<bool kIsWhole>(
                              int64_t at, int64_t place, int64_t left) {
        const Vector far = load_part<kIsWhole>(from + at, left) - load(means + place);
        const Vector z = fma(far, load(factors + place), load(shifts + place));
        if constexpr (needs_slopes(kKind)) {
          store_part<kIsWhole>(slope + at, slope_at<kKind>(z), left);
        }
        store_part<kIsWhole>(to + at, activate<kKind>(z, below), left);
      };
      walk_row(norm.period, x.width, finish);
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
  const auto add = [&]<bool kIsWhole>(int64_t row, int64_t at, int64_t left) {
    const float* from = x.data + row * x.stride + at;
    const float* g = grad.data + row * grad.stride + at;
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      const int64_t here = left - v * kLanes;
      const Vector along = load_part<kIsWhole>(g + v * kLanes, here);
      const Vector far = load_part<kIsWhole>(from + v * kLanes, here) -
                         load(norm.means + first + v * kLanes);
      sums[v] += along;
      products[v] = fma(along, far, products[v]);
    }
  };
  for_each_place<kVectors>(rows, x.width, norm.period, first, add);
  const int64_t size = round_up(norm.period, kLanes);
  for (int v = 0; v < kVectors; ++v) {
    store(partial + first + v * kLanes, sums[v]);
    store(partial + size + first + v * kLanes, products[v]);
  }
}

inline void batch_norm_sums(const BatchNorm& norm, const Matrix& x, const Matrix& grad,
                            Range blocks) {
  for (int64_t block = blocks.begin; block < blocks.end; ++block) {
    const Range rows = rows_of_block(norm, block, x.rows);
    float* partial = partial_of(norm, block);
    for_each_group(norm.period, [&]<int kVectors>(int64_t first) {
      block_sums<kVectors>(norm, x, grad, rows, first, partial);
    });
  }
}

inline void batch_norm_gradients(const BatchNorm& norm, const Matrix& x, double count,
                                 float* grad_scale, float* grad_shift, Range vectors) {
  const double share = count > 0.0 ? 1.0 / count : 0.0;
  const int64_t size = round_up(norm.period, kLanes);
  for (int64_t vector = vectors.begin; vector < vectors.end; ++vector) {
    const int64_t channel = vector * kLanes;
    const int64_t left = norm.channels - channel;
    double sums[kLanes] = {};
    double products[kLanes] = {};
    for_each_partial(norm, x, channel, [&](int64_t, const float* partial, double) {
      for (int lane = 0; lane < kLanes; ++lane) {
        sums[lane] += double{partial[lane]};
        products[lane] += double{partial[size + lane]};
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
      const auto finish = [from = x.data + row * x.stride,
                           g = grad.data + row * grad.stride,
                           to = grad_x.data + row * grad_x.stride,
                           slope = slopes + (slopes == nullptr ? 0 : row * x.stride),
                           minus =
                               broadcast(weights == nullptr ? -1.0f : -weights[row]),
                           below = bend.slope, by = norm]<bool kIsWhole>(
                              int64_t at, int64_t place, int64_t left) {
        const Vector value = load_part<kIsWhole>(from + at, left);
        const Vector along =
            fma(value - load(by.means + place), load(by.mean_products + place),
                load(by.mean_grads + place));
        const Vector inner = fma(along, minus, load_part<kIsWhole>(g + at, left));
        Vector bent = derivative<kKind>(value, below);
        if constexpr (needs_slopes(kKind)) {
          bent = load_part<kIsWhole>(slope + at, left);
        }
        store_part<kIsWhole>(to + at, inner * load(by.factors + place) * bent, left);
      };
      walk_row(norm.period, x.width, finish);
    }
  });
}
