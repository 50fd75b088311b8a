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

// Calls use(pixel) for each pixel of the window, in rows.
template <typename Use>
RANVIER_INLINE void for_each_pixel(const Pool& pool, const Window& window, Use use) {
  for (int64_t y = window.top; y < window.bottom; ++y) {
    for (int64_t x = window.left; x < window.right; ++x) use(y * pool.width + x);
  }
}

// The larger of two, NaN where there is one.
RANVIER_INLINE Vector larger(Vector a, Vector b) {
  return select((b > a) | (b != b), b, a);
}

// The result of any window, in a vector of channels.
RANVIER_INLINE Vector pooled(const Pool& pool, const Window& window, const float* x,
                             int64_t channel) {
  const float share = 1.0f / static_cast<float>(window.pixels());
  Vector result = broadcast(pool.is_max ? -__builtin_inff() : 0.0f);
  for_each_pixel(pool, window, [&](int64_t pixel) {
    const Vector here =
        load_first(x + pixel * pool.channels + channel, pool.channels - channel);
    result = pool.is_max ? larger(result, here) : result + here;
  });
  return pool.is_max ? result : result * share;
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

// One vector of a 2 × 2 window whose first pixel is at x.
RANVIER_INLINE Vector halved(const Pool& pool, const float* x) {
  const float* below = x + pool.width * pool.channels;
  const Vector a = load(x), b = load(x + pool.channels);
  const Vector c = load(below), d = load(below + pool.channels);
  if (pool.is_max) return larger(larger(a, b), larger(c, d));
  return (a + b + (c + d)) * 0.25f;
}

inline void pool_forward(const Pool& pool, const Matrix& x, const Matrix& out,
                         Range images) {
  const int64_t channels = pool.channels;
  const int64_t roomy = roomy_windows(pool);
  for (int64_t image = images.begin; image < images.end; ++image) {
    const float* from = x.data + image * x.stride;
    float* to = out.data + image * out.stride;
    for (int64_t row = 0; row < pool.out_height; ++row) {
      int64_t column = 0;
      for (; column < roomy; ++column) {
        const float* first = from + (2 * row * pool.width + 2 * column) * channels;
        for (int64_t channel = 0; channel < channels; channel += kLanes) {
          store(to + channel, halved(pool, first + channel));
        }
        to += channels;
      }
      for (; column < pool.out_width; ++column) {
        const Window window(pool, row, column);
        for (int64_t channel = 0; channel < channels; channel += kLanes) {
          store_first(to + channel, pooled(pool, window, from, channel),
                      channels - channel);
        }
        to += channels;
      }
    }
  }
}

// A row of windows of 2 × 2: each writes its pixels, over their ends where it may.
RANVIER_INLINE void halve_grad_row(const Pool& pool, const float* x, const float* y,
                                   const float* grad, float* grad_x) {
  const int64_t channels = pool.channels;
  const int64_t down = pool.width * channels;
  const int64_t places[4] = {0, channels, down, down + channels};
  const int64_t roomy = roomy_windows(pool);
  for (int64_t column = 0; column < pool.out_width; ++column) {
    for (int64_t channel = 0; channel < channels; channel += kLanes) {
      const int64_t at = column * channels + channel;
      const int64_t first = 2 * column * channels + channel;
      const int64_t count = channels - channel;
      const bool fills = count >= kLanes || (channel == 0 && column < roomy);
      const Vector g = fills ? load(grad + at) : load_first(grad + at, count);
      const Vector top = fills ? load(y + at) : load_first(y + at, count);
      IntVector is_open = lane_numbers() >= 0;
#pragma GCC unroll 4
      for (const int64_t place : places) {
        Vector part = g * 0.25f;
        if (pool.is_max) {
          const float* here = x + first + place;
          const IntVector hit =
              ((fills ? load(here) : load_first(here, count)) == top) & is_open;
          is_open &= ~hit;
          part = select(hit, g, Vector{});
        }
        store_within(grad_x + first + place, part, count, fills ? kLanes : 0);
      }
    }
  }
}

// A row of any windows: each adds to the gradient of its pixels.
RANVIER_INLINE void spread_row(const Pool& pool, int64_t row, const float* x,
                               const float* y, const float* grad, float* grad_x) {
  const int64_t channels = pool.channels;
  for (int64_t column = 0; column < pool.out_width; ++column) {
    const Window window(pool, row, column);
    const float share = 1.0f / static_cast<float>(window.pixels());
    for (int64_t channel = 0; channel < channels; channel += kLanes) {
      const int64_t count = channels - channel;
      const Vector g = load_first(grad + column * channels + channel, count);
      const Vector top = load_first(y + column * channels + channel, count);
      IntVector is_open = lane_numbers() >= 0;
      for_each_pixel(pool, window, [&](int64_t pixel) {
        const int64_t at = pixel * channels + channel;
        Vector part = g * share;
        if (pool.is_max) {
          const IntVector hit = (load_first(x + at, count) == top) & is_open;
          is_open &= ~hit;
          part = select(hit, g, Vector{});
        }
        store_first(grad_x + at, load_first(grad_x + at, count) + part, count);
      });
    }
  }
}

inline void pool_grad_x(const Pool& pool, const Matrix& x, const Matrix& y,
                        const float* grad, const Matrix& grad_x, Range images) {
  const int64_t line = pool.width * pool.channels;
  const int64_t out_line = pool.out_width * pool.channels;
  const bool halves = is_halving(pool);
  for (int64_t image = images.begin; image < images.end; ++image) {
    const float* from = x.data + image * x.stride;
    const int64_t out = image * y.stride;
    float* to = grad_x.data + image * grad_x.stride;
    const int64_t covered = halves ? 2 * pool.out_height * line : 0;
    std::memset(to + covered, 0, (grad_x.width - covered) * sizeof(float));
    for (int64_t row = 0; row < pool.out_height; ++row) {
      const int64_t at = out + row * out_line;
      if (halves) {
        halve_grad_row(pool, from + 2 * row * line, y.data + at, grad + at,
                       to + 2 * row * line);
      } else {
        spread_row(pool, row, from, y.data + at, grad + at, to);
      }
    }
  }
}
