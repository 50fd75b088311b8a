// Decoding of bytes and floats, at every alignment, in any order of rows.
#include <vector>

#include "check.h"

namespace ranvier::tests {
namespace {

Inputs inputs_of(const uint8_t* raw, int64_t width) { return {raw, nullptr, width}; }
Inputs inputs_of(const float* raw, int64_t width) { return {nullptr, raw, width}; }

template <typename Raw>
void test_rows(const Kernels& kernels, int64_t width, int64_t shift) {
  constexpr int64_t kRows = 9;
  const int64_t stride = round_up(width, 16);
  std::vector<Raw> storage(kRows * width + shift);
  Raw* raw = storage.data() + shift;
  for (int64_t at = 0; at < kRows * width; ++at) {
    raw[at] = static_cast<Raw>((at * 37) % 256);
  }
  Random random;
  Buffer scale(round_up(width, 16)), offset(round_up(width, 16)), out(5 * stride);
  random.fill(scale.data(), width);
  random.fill(offset.data(), width);
  const std::vector<uint32_t> rows = {8, 0, 3, 3, 1};
  const std::vector<uint32_t> next = {2, 7};
  const Inputs inputs = inputs_of(raw, width);
  kernels.decode(inputs, {scale.data(), offset.data()}, rows.data(), next.data(), 2,
                 {out.data(), 5, width, stride}, {1, 5});
  for (int64_t row = 0; row < 5; ++row) {
    for (int64_t column = 0; column < width; ++column) {
      const double value = static_cast<double>(raw[rows[row] * width + column]);
      const double expected = row == 0 ? 0.0 : value * scale[column] + offset[column];
      expect_near(out[row * stride + column], expected, 2 * kEpsilon * 256, "decode");
    }
  }
}

// Columns 1, 4, 7 … of each row are zero, and all of them where `is_blank`.
template <typename Raw>
void test_columns(const Kernels& kernels, int64_t width, bool is_blank) {
  constexpr int64_t kRows = 3;
  std::vector<Raw> raw(kRows * width);
  for (int64_t at = 0; at < kRows * width; ++at) {
    const bool is_zero = is_blank || at % width % 3 == 1;
    raw[at] = is_zero ? static_cast<Raw>(-0.0f) : static_cast<Raw>(at % 255 + 1);
  }
  const int64_t stride = round_up(width, 16);
  Random random;
  Buffer scale(stride), out(kRows * stride);
  random.fill(scale.data(), width);
  const std::vector<uint32_t> rows = {2, 0, 1};
  std::vector<int32_t> index(width);
  std::vector<uint16_t> bits(tiles(width, 16));
  const Inputs inputs = inputs_of(raw.data(), width);
  const int64_t kept =
      kernels.find_columns(inputs, rows.data(), kRows, index.data(), bits.data());
  expect(kept == (is_blank ? 1 : width - (width + 1) / 3), "kept columns are counted");
  kernels.decode_columns(inputs, {scale.data(), nullptr}, rows.data(), rows.data(), 3,
                         index.data(), bits.data(), {out.data(), kRows, kept, stride},
                         {0, kRows});
  for (int64_t row = 0; row < kRows; ++row) {
    for (int64_t j = 0; j < kept; ++j) {
      expect(is_blank || index[j] % 3 != 1, "zero columns are left out");
      const double expected =
          double{scale[index[j]]} * raw[rows[row] * width + index[j]];
      expect_near(out[row * stride + j], expected, kEpsilon * 256, "decode_columns");
    }
  }
}

}  // namespace

void test_decode(const Kernels& kernels) {
  test_columns<uint8_t>(kernels, 1023, false);
  test_columns<uint8_t>(kernels, 1041, false);
  test_columns<float>(kernels, 1041, false);
  for (const int64_t width : kSizes) {
    for (const int64_t shift : {0, 1, 3}) {
      test_rows<uint8_t>(kernels, width, shift);
      test_rows<float>(kernels, width, shift);
    }
    for (const bool is_blank : {false, true}) {
      test_columns<uint8_t>(kernels, width, is_blank);
      test_columns<float>(kernels, width, is_blank);
    }
  }
}

}  // namespace ranvier::tests
