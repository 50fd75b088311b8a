// pictures: what the kernels of augmentation are told about pictures, and a change.
#pragma once

#include <cstdint>

namespace ranvier {

// Knots of the elastic grid along an axis, and floats from one row of them to the next.
constexpr int64_t kKnots = 7;
constexpr int64_t kKnotStride = 8;

// What pictures of one size share. A row of a picture is row_width() values; arrays
// over these go on to stride(). The tile is a picture with a border of background, one
// pixel above and on the left, two below and on the right.
struct Pictures {
  int64_t height;
  int64_t width;
  int64_t channels;
  const float* columns;       // (stride): the column of each value's pixel
  const int32_t* channel_of;  // (stride)
  const float* spline_down;   // (height × kKnotStride): weights of knots
  const float* spline_right;  // (kKnots × stride)

  int64_t row_width() const { return width * channels; }
  int64_t stride() const { return (row_width() + 15) / 16 * 16; }
  int64_t tile_stride() const { return (width + 3) * channels; }
  int64_t tile_size() const { return (height + 3) * tile_stride(); }
};

// A place along one axis, as it depends on a pixel of the new picture.
struct Line {
  float by_row;
  float by_column;
  float start;
};

// Pixels from row `top` and column `left` up to, and without, `bottom` and `right`.
struct Window {
  int64_t top;
  int64_t bottom;
  int64_t left;
  int64_t right;
};

// Where a new picture is read from, in rows and columns of the old one, and what is cut
// out of it.
struct Warp {
  Line down;
  Line right;
  bool is_elastic;
  float knots_down[kKnots * kKnotStride];  // zero in the columns beyond kKnots
  float knots_right[kKnots * kKnotStride];
  Window cut;
};

}  // namespace ranvier
