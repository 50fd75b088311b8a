// augmentation: raw pictures to rows of floats, read where a map of the new picture's
// pixels leads; and pairs of rows mixed.

RANVIER_INLINE Vector gather(const float* from, IntVector index) {
#if defined(RANVIER_GATHER)
  return (Vector)RANVIER_GATHER;
#else
  Vector found;
  for (int lane = 0; lane < kLanes; ++lane) found[lane] = from[index[lane]];
  return found;
#endif
}

RANVIER_INLINE IntVector load_numbers(const int32_t* from) {
  IntVector numbers;
  __builtin_memcpy(&numbers, from, sizeof numbers);
  return numbers;
}

// Puts a raw picture into the middle of the tile, whose border stays background.
template <typename Raw>
RANVIER_INLINE void lay_picture(const Raw* raw, const Pictures& pictures, float* tile) {
  const int64_t width = pictures.row_width();
  for (int64_t row = 0; row < pictures.height; ++row) {
    const Raw* from = raw + row * width;
    float* to = tile + (row + 1) * pictures.tile_stride() + pictures.channels;
    for (int64_t at = 0; at < width; ++at) to[at] = static_cast<float>(from[at]);
  }
}

// The places that a row of the new picture reads from are linear in the column, moved
// by the knots of the elastic grid as they weigh in this row.
struct WarpedRow {
  float down;
  float right;
  float knots_down[kKnotStride];
  float knots_right[kKnotStride];
};

RANVIER_INLINE void blend_knots(const float* weights, const float* knots, float* out) {
  for (int64_t column = 0; column < kKnotStride; ++column) out[column] = 0.0f;
  for (int64_t row = 0; row < kKnots; ++row) {
    for (int64_t column = 0; column < kKnotStride; ++column) {
      out[column] += weights[row] * knots[row * kKnotStride + column];
    }
  }
}

RANVIER_INLINE WarpedRow warped_row(const Pictures& pictures, const Warp& warp,
                                    int64_t row) {
  WarpedRow found;
  const auto y = static_cast<float>(row);
  found.down = warp.down.by_row * y + warp.down.start;
  found.right = warp.right.by_row * y + warp.right.start;
  if (warp.is_elastic) {
    const float* weights = pictures.spline_down + row * kKnotStride;
    blend_knots(weights, warp.knots_down, found.knots_down);
    blend_knots(weights, warp.knots_right, found.knots_right);
  }
  return found;
}

RANVIER_INLINE Vector clamped(Vector value, float least, float most) {
  value = select(value < least, broadcast(least), value);
  return select(value > most, broadcast(most), value);
}

// kLanes values of the new picture, from `at` of its row on; see Pictures.
RANVIER_INLINE Vector sampled(const Pictures& pictures, const Warp& warp,
                              const WarpedRow& row, int64_t at, const float* tile) {
  const Vector x = load(pictures.columns + at);
  Vector down = fma(x, warp.down.by_column, broadcast(row.down));
  Vector right = fma(x, warp.right.by_column, broadcast(row.right));
  if (warp.is_elastic) {
    for (int64_t knot = 0; knot < kKnots; ++knot) {
      const Vector weight = load(pictures.spline_right + knot * pictures.stride() + at);
      down = fma(weight, row.knots_down[knot], down);
      right = fma(weight, row.knots_right[knot], right);
    }
  }
  // From here on places are those of the tile, whose first row and column are border.
  down = clamped(down, -1.0f, static_cast<float>(pictures.height)) + 1.0f;
  right = clamped(right, -1.0f, static_cast<float>(pictures.width)) + 1.0f;
  const IntVector upper = __builtin_convertvector(down, IntVector);
  const IntVector left = __builtin_convertvector(right, IntVector);
  const Vector below = down - __builtin_convertvector(upper, Vector);
  const Vector beside = right - __builtin_convertvector(left, Vector);
  const auto stride = static_cast<int32_t>(pictures.tile_stride());
  const auto channels = static_cast<int32_t>(pictures.channels);
  const IntVector place =
      upper * stride + left * channels + load_numbers(pictures.channel_of + at);
  const Vector here = gather(tile, place);
  const Vector top = fma(beside, gather(tile + channels, place) - here, here);
  const Vector under = gather(tile + stride, place);
  const Vector bottom =
      fma(beside, gather(tile + stride + channels, place) - under, under);
  return fma(below, bottom - top, top);
}

RANVIER_INLINE void warp_picture(const Pictures& pictures, const Warp& warp,
                                 const Decoding& decoding, const float* tile,
                                 float* out) {
  const int64_t width = pictures.row_width();
  for (int64_t row = 0; row < pictures.height; ++row) {
    const WarpedRow here = warped_row(pictures, warp, row);
    const bool is_cut = warp.cut.top <= row && row < warp.cut.bottom;
    const int64_t first = row * width;
    for (int64_t at = 0; at < width; at += kLanes) {
      Vector value = sampled(pictures, warp, here, at, tile);
      if (is_cut) {
        const Vector column = load(pictures.columns + at);
        const IntVector inside = (column >= static_cast<float>(warp.cut.left)) &
                                 (column < static_cast<float>(warp.cut.right));
        value = select(inside, Vector{}, value);
      }
      value =
          value * load(decoding.scale + first + at) + load(decoding.shift + first + at);
      store_first(out + first + at, value, width - at);
    }
  }
}

inline void decode_picture(const Inputs& inputs, uint32_t row, const Pictures& pictures,
                           const Warp& warp, const Decoding& decoding, float* tile,
                           float* out) {
  const int64_t first = row * inputs.width;
  if (inputs.bytes != nullptr) {
    lay_picture(inputs.bytes + first, pictures, tile);
  } else {
    lay_picture(inputs.floats + first, pictures, tile);
  }
  warp_picture(pictures, warp, decoding, tile, out);
}

inline void mix_rows(float share_1, float share_2, float* row_1, float* row_2,
                     int64_t count) {
  for (int64_t at = 0; at < count; at += kLanes) {
    const Vector one = load(row_1 + at);
    const Vector two = load(row_2 + at);
    store(row_1 + at, one * share_1 + two * (1.0f - share_1));
    store(row_2 + at, two * share_2 + one * (1.0f - share_2));
  }
}
