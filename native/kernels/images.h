// images: the geometry of convolutions and pools over images that lie flat in a row,
// pixel by pixel, channels fastest, without padding between pixels.
#pragma once

#include <cstdint>

namespace ranvier {

// Where the gradient of an input row or column comes from: outputs, each by one tap.
struct Source {
  int32_t place;
  int32_t tap;
};

// Sources of input i: list[begins[i]] … list[begins[i + 1] - 1], the last output first.
struct Sources {
  const int32_t* begins;
  const Source* list;
};

// A frame is a copy of an image with its padding around it; where there is no padding
// the image is its own frame. Weights of a group are (K × filters of the group), K
// going over (kernel row, kernel column, channel of the group).
struct Convolution {
  int64_t height, width, channels;
  int64_t filters;
  int64_t kernel_height, kernel_width;
  int64_t stride_height, stride_width;
  int64_t dilation_height, dilation_width;
  int64_t pad_top, pad_left;
  int64_t out_height, out_width;
  int64_t groups;
  int64_t frame_height, frame_width;
  const int32_t* taps;  // (K) where a window's inputs lie in the frame, from its first
  // Of depthwise convolutions the columns' places and taps are in floats of a row of
  // outputs and of weights; of others the places are in floats of a row of patches.
  Sources rows;     // place: the output's row; tap: the kernel's row
  Sources columns;  // place: into its row

  int64_t group_channels() const { return channels / groups; }
  int64_t group_filters() const { return filters / groups; }
  int64_t inputs() const { return kernel_height * kernel_width * group_channels(); }
  int64_t pixels() const { return out_height * out_width; }
  int64_t frame_size() const { return frame_height * frame_width * channels; }
  bool is_depthwise() const { return groups == channels && filters == channels; }
  // Few filters of one channel: two pixels fit in a vector.
  bool is_paired(int64_t lanes) const {
    return !is_depthwise() && channels == 1 && stride_width == 1 &&
           2 * filters <= lanes;
  }
  // Kernels of 3 × 3, with enough channels, filters and tiles of 2 × 2 outputs that
  // what winograd.h saves in products is more than what its transforms cost; and not so
  // many that its sums, 16 points for 9 weights, fill the memory.
  bool is_winograd() const {
    const bool is_plain = stride_height == 1 && stride_width == 1 &&
                          dilation_height == 1 && dilation_width == 1 && groups == 1;
    const int64_t size = channels * filters;
    const bool is_deep =
        channels >= 8 && filters >= 8 && size >= 128 && size <= 256 * 256;
    return kernel_height == 3 && kernel_width == 3 && is_plain && is_deep &&
           out_height >= 4 && out_width >= 4;
  }
  int64_t tile_rows() const { return (out_height + 1) / 2; }
  int64_t tile_columns() const { return (out_width + 1) / 2; }
  bool is_framed() const { return frame_height != height || frame_width != width; }

  // Rows of outputs that one row of inputs touches.
  int64_t reach() const {
    return dilation_height * (kernel_height - 1) / stride_height + 1;
  }
};

struct Pool {
  int64_t height, width, channels;
  int64_t window_height, window_width;
  int64_t stride_height, stride_width;
  int64_t pad_top, pad_left;
  int64_t out_height, out_width;
  bool is_max;
};

}  // namespace ranvier
