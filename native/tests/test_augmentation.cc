// Pictures read through a map, against the same in double precision; and mixed rows.
#include <algorithm>

#include "check.h"

namespace ranvier::tests {
namespace {

// Pictures of one size, with weights of knots that need not be a spline's.
struct Album {
  Album(int64_t height, int64_t width, int64_t channels)
      : pictures{height, width, channels, nullptr, nullptr, nullptr, nullptr},
        size(height * width * channels),
        columns(pictures.stride()),
        channel_of(pictures.stride()),
        spline_down(height * kKnotStride),
        spline_right(kKnots * pictures.stride()),
        tile(pictures.tile_size() + 16),
        scale(size + 15),
        shift(size + 15),
        bytes(3 * size),
        floats(3 * size) {
    Random random;
    for (int64_t at = 0; at < pictures.row_width(); ++at) {
      columns[at] = static_cast<float>(at / channels);
      channel_of[at] = static_cast<int32_t>(at % channels);
    }
    random.fill(spline_down.data(), height * kKnotStride);
    random.fill(spline_right.data(), kKnots * pictures.stride());
    random.fill(scale.data(), size);
    random.fill(shift.data(), size);
    random.fill(floats.data(), 3 * size);
    for (int64_t at = 0; at < 3 * size; ++at) bytes[at] = at * 7919 % 251;
    pictures.columns = columns.data();
    pictures.channel_of = channel_of.data();
    pictures.spline_down = spline_down.data();
    pictures.spline_right = spline_right.data();
  }

  Inputs inputs(bool is_bytes) const {
    return {is_bytes ? bytes.data() : nullptr, is_bytes ? nullptr : floats.data(),
            size};
  }

  double raw(bool is_bytes, int64_t row, int64_t y, int64_t x, int64_t c) const {
    if (y < 0 || y >= pictures.height || x < 0 || x >= pictures.width) return 0.0;
    const int64_t at = row * size + (y * pictures.width + x) * pictures.channels + c;
    return is_bytes ? bytes[at] : floats[at];
  }

  Pictures pictures;
  int64_t size;
  std::vector<float> columns;
  std::vector<int32_t> channel_of;
  std::vector<float> spline_down, spline_right;
  Buffer tile, scale, shift;
  std::vector<uint8_t> bytes;
  std::vector<float> floats;
};

double moved(const Album& album, const float* knots, int64_t y, int64_t at) {
  double total = 0.0;
  for (int64_t row = 0; row < kKnots; ++row) {
    for (int64_t column = 0; column < kKnots; ++column) {
      total += double{album.spline_down[y * kKnotStride + row]} *
               knots[row * kKnotStride + column] *
               album.spline_right[column * album.pictures.stride() + at];
    }
  }
  return total;
}

double place_of(const Album& album, const Warp& warp, const Line& line,
                const float* knots, int64_t y, int64_t at) {
  const int64_t x = at / album.pictures.channels;
  const double plain = double{line.by_row} * static_cast<double>(y) +
                       double{line.by_column} * static_cast<double>(x) + line.start;
  return warp.is_elastic ? plain + moved(album, knots, y, at) : plain;
}

double expected_value(const Album& album, const Warp& warp, bool is_bytes, int64_t row,
                      int64_t y, int64_t at) {
  const int64_t x = at / album.pictures.channels;
  const int64_t c = at % album.pictures.channels;
  const bool is_cut = warp.cut.top <= y && y < warp.cut.bottom && warp.cut.left <= x &&
                      x < warp.cut.right;
  if (is_cut) return 0.0;
  const double down = place_of(album, warp, warp.down, warp.knots_down, y, at);
  const double right = place_of(album, warp, warp.right, warp.knots_right, y, at);
  double total = 0.0;
  for (const double j : {std::floor(down), std::floor(down) + 1}) {
    for (const double i : {std::floor(right), std::floor(right) + 1}) {
      const double weight = (1 - std::abs(down - j)) * (1 - std::abs(right - i));
      total += weight * album.raw(is_bytes, row, static_cast<int64_t>(j),
                                  static_cast<int64_t>(i), c);
    }
  }
  return total;
}

Warp warp_of(Random& random, const Album& album) {
  Warp warp{};
  const auto height = static_cast<float>(album.pictures.height);
  const auto width = static_cast<float>(album.pictures.width);
  warp.down = {1 + 0.3f * random.next(), 0.3f * random.next(), height * random.next()};
  warp.right = {0.3f * random.next(), 1 + 0.3f * random.next(), width * random.next()};
  warp.is_elastic = true;
  random.fill(warp.knots_down, kKnots * kKnotStride);
  random.fill(warp.knots_right, kKnots * kKnotStride);
  warp.cut = {-1, album.pictures.height / 3, album.pictures.width / 2,
              album.pictures.width + 2};
  return warp;
}

void test_warp(const Kernels& kernels, Album& album, const Warp& warp, bool is_bytes) {
  Buffer out(album.size);
  kernels.decode_picture(album.inputs(is_bytes), 1, album.pictures, warp,
                         {album.scale.data(), album.shift.data()}, album.tile.data(),
                         out.data());
  // A place is a sum of up to 17 products; a pixel differs from the next by `range`.
  const double range = is_bytes ? 255.0 : 2.0;
  const auto reach =
      static_cast<double>(album.pictures.height + album.pictures.width + 8);
  const double bound = kEpsilon * 20 * reach * range;
  for (int64_t y = 0; y < album.pictures.height; ++y) {
    for (int64_t at = 0; at < album.pictures.row_width(); ++at) {
      const int64_t place = y * album.pictures.row_width() + at;
      const double raw = expected_value(album, warp, is_bytes, 1, y, at);
      expect_near(out[place], raw * album.scale[place] + album.shift[place], bound,
                  "decode_picture");
    }
  }
}

// With nothing to change, the same bits as `decode`.
void test_identity(const Kernels& kernels, Album& album, bool is_bytes) {
  Warp warp{};
  warp.down.by_row = warp.right.by_column = 1.0f;
  const Decoding decoding{album.scale.data(), album.shift.data()};
  const std::vector<uint32_t> rows = {2};
  Buffer plain(album.size), out(album.size);
  kernels.decode(album.inputs(is_bytes), decoding, rows.data(), nullptr, 0,
                 {plain.data(), 1, album.size, album.size}, {0, 1});
  kernels.decode_picture(album.inputs(is_bytes), 2, album.pictures, warp, decoding,
                         album.tile.data(), out.data());
  for (int64_t at = 0; at < album.size; ++at) {
    expect(out[at] == plain[at], "a picture that does not change");
  }
}

// Far outside there is background alone, however far.
void test_outside(const Kernels& kernels, Album& album) {
  Buffer out(album.size);
  for (const float start : {-1e9f, 1e9f}) {
    Warp warp{};
    warp.down = {1.0f, 0.0f, start};
    warp.right = {0.0f, 1.0f, 0.0f};
    kernels.decode_picture(album.inputs(true), 0, album.pictures, warp,
                           {album.scale.data(), album.shift.data()}, album.tile.data(),
                           out.data());
    for (int64_t at = 0; at < album.size; ++at) {
      expect(out[at] == album.shift[at], "background outside");
    }
  }
}

void test_mix(const Kernels& kernels, int64_t width) {
  const int64_t stride = round_up(width, 16);
  Random random;
  Buffer rows(2 * stride);
  random.fill(rows.data(), width);
  random.fill(rows.data() + stride, width);
  const std::vector<float> before(rows.data(), rows.data() + 2 * stride);
  kernels.mix_rows(0.25f, 0.5f, rows.data(), rows.data() + stride, width);
  for (int64_t at = 0; at < width; ++at) {
    const double one = before[at];
    const double two = before[stride + at];
    expect_near(rows[at], 0.25 * one + 0.75 * two, 2 * kEpsilon, "mix, first");
    expect_near(rows[stride + at], 0.5 * one + 0.5 * two, 2 * kEpsilon, "mix, second");
  }
}

}  // namespace

void test_augmentation(const Kernels& kernels) {
  Random random;
  for (const int64_t width : kSizes) {
    test_mix(kernels, width);
    for (const int64_t channels : {1, 3}) {
      for (const int64_t height : {1, 5}) {
        Album album(height, width, channels);
        for (const bool is_bytes : {true, false}) {
          test_identity(kernels, album, is_bytes);
          test_warp(kernels, album, warp_of(random, album), is_bytes);
        }
        test_outside(kernels, album);
      }
    }
  }
}

}  // namespace ranvier::tests
