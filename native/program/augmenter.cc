#include "program/augmenter.h"

#include <array>
#include <cmath>
#include <numbers>

namespace ranvier {
namespace {

constexpr uint32_t kStream = 0;
constexpr int64_t kCells = kKnots - 3;  // of the elastic grid, along each axis

// The column of a row's words that each choice takes.
enum Word {
  kShiftDown,
  kShiftRight,
  kRotate,
  kScaleHeight,
  kScaleWidth,
  kShear,
  kFlipDown,
  kFlipRight,
  kCropSize,
  kCropDown,
  kCropRight,
  kCutDown,
  kCutRight,
  kMixup,
  kKnotsDown = 16,
  kKnotsRight = kKnotsDown + kKnots * kKnots,
  kCount = kKnotsRight + kKnots * kKnots
};

// A linear map of (down, right).
struct Turn {
  double down_by_down;
  double down_by_right;
  double right_by_down;
  double right_by_right;
};

// 24 bits of a word as a share, and as a way from -1 to 1; floats hold both exactly.
double share_of(uint32_t word) { return (word >> 8) / 16777216.0; }
double way_of(uint32_t word) { return 2.0 * share_of(word) - 1.0; }

double radians(double degrees) { return degrees * std::numbers::pi / 180.0; }

// The weights of the knots of a uniform cubic B-spline at a pixel of an axis.
std::array<float, kKnots> spline_at(int64_t pixel, int64_t size) {
  const double place =
      (static_cast<double>(pixel) + 0.5) * kCells / static_cast<double>(size);
  const auto cell = static_cast<int64_t>(place);
  const double f = place - static_cast<double>(cell);
  const double rest = 1.0 - f;
  std::array<float, kKnots> weights{};
  weights[cell] = static_cast<float>(rest * rest * rest / 6.0);
  weights[cell + 1] = static_cast<float>((3.0 * f * f * f - 6.0 * f * f + 4.0) / 6.0);
  weights[cell + 2] = static_cast<float>((1.0 + 3.0 * f * (1.0 + f - f * f)) / 6.0);
  weights[cell + 3] = static_cast<float>(f * f * f / 6.0);
  return weights;
}

// The pixels of a square that lie on an axis of so many, about one of them.
Range cut(uint32_t word, int64_t size, int64_t side) {
  const auto middle = static_cast<int64_t>((uint64_t{word >> 8} * size) >> 24);
  const int64_t first = middle - side / 2;
  return {first, first + side};
}

std::vector<float> padded(const std::vector<float>& values) {
  std::vector<float> longer = values;
  longer.resize(values.size() + 15);
  return longer;
}

}  // namespace

Augmenter::Augmenter(const Kernels& kernels, const ProgramSpec& spec)
    : kernels_(kernels),
      spec_(*spec.augmentation),
      seed_(spec.seed),
      threads_(spec.threads),
      scale_(padded(spec.scale)),
      shift_(padded(spec.shift)),
      spline_down_(spec_.height * kKnotStride) {
  const Pictures sizes = pictures();
  columns_.resize(sizes.stride());
  channel_of_.resize(sizes.stride());
  spline_right_.resize(kKnots * sizes.stride());
  for (int64_t row = 0; row < spec_.height; ++row) {
    const auto weights = spline_at(row, spec_.height);
    for (int64_t knot = 0; knot < kKnots; ++knot) {
      spline_down_[row * kKnotStride + knot] = weights[knot];
    }
  }
  for (int64_t at = 0; at < sizes.row_width(); ++at) {
    const int64_t column = at / spec_.channels;
    columns_[at] = static_cast<float>(column);
    channel_of_[at] = static_cast<int32_t>(at % spec_.channels);
    const auto weights = spline_at(column, spec_.width);
    for (int64_t knot = 0; knot < kKnots; ++knot) {
      spline_right_[knot * sizes.stride() + at] = weights[knot];
    }
  }
}

void Augmenter::plan(Arena& arena, int64_t capacity) {
  tiles_.resize(threads_);
  for (float*& tile : tiles_) arena.ask(&tile, pictures().tile_size());
  if (mixes()) arena.ask(&shares_, capacity);
}

Pictures Augmenter::pictures() const {
  return {spec_.height,       spec_.width,         spec_.channels,      columns_.data(),
          channel_of_.data(), spline_down_.data(), spline_right_.data()};
}

void Augmenter::decode(const Worker& worker, const Inputs& inputs,
                       std::span<const uint32_t> rows, uint64_t step,
                       const Matrix& out) {
  const Draw draw{seed_, step, kStream};
  const Range share = worker.share(static_cast<int64_t>(rows.size()));
  for (int64_t row = share.begin; row < share.end; ++row) {
    std::array<uint32_t, kCount> words;
    const bool is_elastic = spec_.elastic > 0.0;
    kernels_.draw_words(draw, row, {0, is_elastic ? kCount : kKnotsDown}, words.data());
    kernels_.decode_picture(inputs, rows[row], pictures(), warp_of(words.data()),
                            {scale_.data(), shift_.data()}, tiles_[worker.index],
                            out.data + row * out.stride);
    if (!mixes()) continue;
    const uint64_t chosen = (uint64_t{words[kMixup]} * spec_.shares.size()) >> 32;
    shares_[row] = spec_.shares[chosen];
  }
}

void Augmenter::mix(const Worker& worker, const float* weights, const Matrix& rows) {
  const Range pairs = worker.share((rows.rows + 1) / 2);
  for (int64_t one = pairs.begin; one < pairs.end; ++one) {
    const int64_t two = rows.rows - 1 - one;
    const bool is_whole =
        weights == nullptr || (weights[one] > 0.0f && weights[two] > 0.0f);
    if (!is_whole) shares_[one] = shares_[two] = 1.0f;
    kernels_.mix_rows(shares_[one], shares_[two], rows.data + one * rows.stride,
                      rows.data + two * rows.stride, rows.width);
  }
}

Warp Augmenter::warp_of(const uint32_t* words) const {
  Warp warp{};
  place(words, warp);
  warp.is_elastic = spec_.elastic > 0.0;
  if (warp.is_elastic) scatter_knots(words, warp);
  if (spec_.cutout > 0) {
    const Range down = cut(words[kCutDown], spec_.height, spec_.cutout);
    const Range right = cut(words[kCutRight], spec_.width, spec_.cutout);
    warp.cut = {down.begin, down.end, right.begin, right.end};
  }
  return warp;
}

// Undoes, from the last to the first, shift, rotation, shear, scale, flip and crop.
void Augmenter::place(const uint32_t* words, Warp& warp) const {
  const double angle = radians(spec_.rotate * way_of(words[kRotate]));
  const double lean = std::tan(radians(spec_.shear * way_of(words[kShear])));
  const double sine = std::sin(angle);
  const double cosine = std::cos(angle);
  const double window = 1.0 - spec_.crop * share_of(words[kCropSize]);
  const bool turns_down = spec_.flips_down && words[kFlipDown] >> 31 != 0;
  const bool turns_right = spec_.flips_right && words[kFlipRight] >> 31 != 0;
  const double down = (turns_down ? -window : window) /
                      (1.0 + spec_.scale * way_of(words[kScaleHeight]));
  const double right = (turns_right ? -window : window) /
                       (1.0 + spec_.scale * way_of(words[kScaleWidth]));
  const Turn turn{down * cosine, down * sine, right * (-lean * cosine - sine),
                  right * (cosine - lean * sine)};
  const auto height = static_cast<double>(spec_.height);
  const auto width = static_cast<double>(spec_.width);
  const double middle_down = (height - 1.0) / 2.0;
  const double middle_right = (width - 1.0) / 2.0;
  const double slack = (1.0 - window) / 2.0;
  const double to_down = middle_down + slack * (height - 1) * way_of(words[kCropDown]);
  const double to_right =
      middle_right + slack * (width - 1) * way_of(words[kCropRight]);
  const double from_down = middle_down + spec_.shift * way_of(words[kShiftDown]);
  const double from_right = middle_right + spec_.shift * way_of(words[kShiftRight]);
  const auto line = [&](double by_down, double by_right, double to) {
    const double start = to - by_down * from_down - by_right * from_right;
    return Line{static_cast<float>(by_down), static_cast<float>(by_right),
                static_cast<float>(start)};
  };
  warp.down = line(turn.down_by_down, turn.down_by_right, to_down);
  warp.right = line(turn.right_by_down, turn.right_by_right, to_right);
}

void Augmenter::scatter_knots(const uint32_t* words, Warp& warp) const {
  for (int64_t row = 0; row < kKnots; ++row) {
    for (int64_t column = 0; column < kKnots; ++column) {
      const int64_t from = row * kKnots + column;
      const int64_t to = row * kKnotStride + column;
      warp.knots_down[to] =
          static_cast<float>(spec_.elastic * way_of(words[kKnotsDown + from]));
      warp.knots_right[to] =
          static_cast<float>(spec_.elastic * way_of(words[kKnotsRight + from]));
    }
  }
}

}  // namespace ranvier
