// pooling: the largest or the mean value of each window of an image, and its gradient.
// Pixels outside the image do not count.

// The part of one window that lies in the image, as ranges of rows and columns.
struct Window {
  RANVIER_INLINE Window(const Pool& pool, int64_t y, int64_t x)
      : top(y * pool.stride_height - pool.pad_top),
        left(x * pool.stride_width - pool.pad_left),
        bottom(least(top + pool.window_height, pool.height)),
        right(least(left + pool.window_width, pool.width)) {
    top = top < 0 ? 0 : top;
    left = left < 0 ? 0 : left;
  }

  RANVIER_INLINE int64_t pixels() const { return (bottom - top) * (right - left); }

  int64_t top, left, bottom, right;
};

// Calls use(place of the pixel in the image) for each pixel of the window, in rows.
template <typename Use>
RANVIER_INLINE void for_each_pixel(const Pool& pool, const Window& window, Use use) {
  for (int64_t y = window.top; y < window.bottom; ++y) {
    for (int64_t x = window.left; x < window.right; ++x) {
      use((y * pool.width + x) * pool.channels);
    }
  }
}

// The largest values so far of a vector of channels, and their places in the image.
struct Winner {
  Vector value;
  IntVector place;

  // The first of equal values wins, and NaN over all.
  RANVIER_INLINE void meet(Vector other, IntVector other_place) {
    const IntVector loses = (other > value) | (other != other);
    value = select(loses, other, value);
    place = (loses & other_place) | (~loses & place);
  }
};

RANVIER_INLINE IntVector places_from(int64_t first) {
  return lane_numbers() + static_cast<int32_t>(first);
}

// Whether the windows are 2 × 2, side by side, and fill whole rows of the image.
RANVIER_INLINE bool is_halving(const Pool& pool) {
  return pool.window_height == 2 && pool.window_width == 2 && pool.stride_height == 2 &&
         pool.stride_width == 2 && pool.pad_top == 0 && pool.pad_left == 0 &&
         pool.height >= 2 * pool.out_height && pool.width == 2 * pool.out_width;
}

// How many windows of a row of outputs can be read and written by whole vectors that
// run over into pixels of the same row which come later.
RANVIER_INLINE int64_t roomy_windows(const Pool& pool) {
  if (!is_halving(pool)) return 0;
  const int64_t touched = tiles(round_up(pool.channels, kLanes), pool.channels);
  return pool.out_width - touched + 1;
}

RANVIER_INLINE void store_places(int32_t* to, IntVector places, int64_t count) {
  store_first(reinterpret_cast<float*>(to), float_of_bits(places), count);
}

// One vector of a 2 × 2 window whose first float is at `first`.
RANVIER_INLINE Winner largest_of_four(const Pool& pool, const float* x, int64_t first) {
  const int64_t across = pool.channels, down = pool.width * pool.channels;
  Winner winner{load(x + first), places_from(first)};
  winner.meet(load(x + first + across), places_from(first + across));
  Winner below{load(x + first + down), places_from(first + down)};
  below.meet(load(x + first + down + across), places_from(first + down + across));
  winner.meet(below.value, below.place);
  return winner;
}

inline void max_pool_forward(const Pool& pool, const float* x, float* out,
                             int32_t* winners) {
  const int64_t channels = pool.channels;
  const int64_t roomy = roomy_windows(pool);
  int64_t to = 0;
  for (int64_t row = 0; row < pool.out_height; ++row) {
    for (int64_t column = 0; column < pool.out_width; ++column, to += channels) {
      if (column < roomy) {
        const int64_t first = (2 * row * pool.width + 2 * column) * channels;
        for (int64_t channel = 0; channel < channels; channel += kLanes) {
          const Winner winner = largest_of_four(pool, x, first + channel);
          store(out + to + channel, winner.value);
          store_places(winners + to + channel, winner.place, kLanes);
        }
        continue;
      }
      const Window window(pool, row, column);
      for (int64_t channel = 0; channel < channels; channel += kLanes) {
        const int64_t count = channels - channel;
        Winner winner{
            broadcast(-__builtin_inff()),
            places_from((window.top * pool.width + window.left) * channels + channel)};
        for_each_pixel(pool, window, [&](int64_t pixel) {
          winner.meet(load_first(x + pixel + channel, count),
                      places_from(pixel + channel));
        });
        store_first(out + to + channel, winner.value, count);
        store_places(winners + to + channel, winner.place, count);
      }
    }
  }
}

// One vector of gradient to the four pixels of its 2 × 2 window.
RANVIER_INLINE void give_to_winner(const Pool& pool, Vector g, IntVector winner,
                                   int64_t first, int64_t count, float* grad_x) {
  const int64_t down = pool.width * pool.channels;
#pragma GCC unroll 4
  for (int pixel = 0; pixel < 4; ++pixel) {
    const int64_t at = first + pixel / 2 * down + pixel % 2 * pool.channels;
    store_first(grad_x + at, select(winner == places_from(at), g, Vector{}), count);
  }
}

inline void max_pool_grad_x(const Pool& pool, const float* grad, const int32_t* winners,
                            float* grad_x) {
  const int64_t channels = pool.channels;
  const int64_t line = pool.width * channels;
  const int64_t covered = is_halving(pool) ? 2 * pool.out_height * line : 0;
  const int64_t rest = pool.height * line - covered;
  std::memset(grad_x + covered, 0, rest * sizeof(float));
  if (covered == 0) {
    const int64_t count = pool.out_height * pool.out_width * channels;
    for (int64_t at = 0; at < count; ++at) grad_x[winners[at]] += grad[at];
    return;
  }
  const int64_t roomy = roomy_windows(pool);
  int64_t from = 0;
  for (int64_t row = 0; row < pool.out_height; ++row) {
    for (int64_t column = 0; column < pool.out_width; ++column, from += channels) {
      const int64_t first = 2 * row * line + 2 * column * channels;
      for (int64_t channel = 0; channel < channels; channel += kLanes) {
        const bool fills = channels < kLanes && column < roomy;
        const int64_t count = fills ? kLanes : channels - channel;
        const auto* at = reinterpret_cast<const float*>(winners + from + channel);
        give_to_winner(pool, load_first(grad + from + channel, count),
                       bits(load_first(at, count)), first + channel, count, grad_x);
      }
    }
  }
}

inline void average_pool_forward(const Pool& pool, const float* x, float* out) {
  const int64_t channels = pool.channels;
  for (int64_t row = 0; row < pool.out_height; ++row) {
    for (int64_t column = 0; column < pool.out_width; ++column, out += channels) {
      const Window window(pool, row, column);
      const float share = 1.0f / static_cast<float>(window.pixels());
      for (int64_t channel = 0; channel < channels; channel += kLanes) {
        const int64_t count = channels - channel;
        Vector total{};
        for_each_pixel(pool, window, [&](int64_t pixel) {
          total += load_first(x + pixel + channel, count);
        });
        store_first(out + channel, total * share, count);
      }
    }
  }
}

inline void average_pool_grad_x(const Pool& pool, const float* grad, float* grad_x) {
  const int64_t channels = pool.channels;
  std::memset(grad_x, 0, pool.height * pool.width * channels * sizeof(float));
  for (int64_t row = 0; row < pool.out_height; ++row) {
    for (int64_t column = 0; column < pool.out_width; ++column, grad += channels) {
      const Window window(pool, row, column);
      const float share = 1.0f / static_cast<float>(window.pixels());
      for (int64_t channel = 0; channel < channels; channel += kLanes) {
        const int64_t count = channels - channel;
        const Vector part = load_first(grad + channel, count) * share;
        for_each_pixel(pool, window, [&](int64_t pixel) {
          float* to = grad_x + pixel + channel;
          store_first(to, load_first(to, count) + part, count);
        });
      }
    }
  }
}
