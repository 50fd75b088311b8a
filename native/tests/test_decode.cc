// Decoding of bytes and floats, at every alignment, in any order of rows.
#include <cstring>

#include "check.h"

namespace ranvier::tests {
namespace {

template <typename Raw>
void test_rows(const Kernels& kernels, int64_t width, int64_t shift, bool is_bytes) {
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
  Inputs inputs{nullptr, nullptr, width};
  if (is_bytes) {
    inputs.bytes = reinterpret_cast<const uint8_t*>(raw);
  } else {
    inputs.floats = reinterpret_cast<const float*>(raw);
  }
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

}  // namespace

void test_decode(const Kernels& kernels) {
  for (const int64_t width : kSizes) {
    for (const int64_t shift : {0, 1, 3}) {
      test_rows<uint8_t>(kernels, width, shift, true);
      test_rows<float>(kernels, width, shift, false);
    }
  }
}

}  // namespace ranvier::tests
