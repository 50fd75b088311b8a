// The words of Philox against its authors' known answers and plain code; what dropout
// and noise make of them.
#include <array>
#include <numbers>

#include "check.h"

namespace ranvier::tests {
namespace {

using Words = std::array<uint32_t, 4>;

// Random123's kat_vectors for philox4x32-10.
struct Answer {
  Words counter;
  uint64_t key;
  Words words;
};
const Answer kAnswers[] = {
    {{0, 0, 0, 0}, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     0xffffffffffffffff,
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     0x299f31d0a4093822,
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};

// A second, plain Philox4x32-10.
Words philox(Words c, uint64_t key) {
  uint32_t key_0 = static_cast<uint32_t>(key);
  uint32_t key_1 = static_cast<uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t p = uint64_t{0xd2511f53} * c[0];
    const uint64_t q = uint64_t{0xcd9e8d57} * c[2];
    c = {static_cast<uint32_t>(q >> 32) ^ c[1] ^ key_0, static_cast<uint32_t>(q),
         static_cast<uint32_t>(p >> 32) ^ c[3] ^ key_1, static_cast<uint32_t>(p)};
    key_0 += 0x9e3779b9;
    key_1 += 0xbb67ae85;
  }
  return c;
}

uint32_t word_at(const Draw& draw, int64_t row, int64_t column, uint32_t twist = 0) {
  const Words counter{
      static_cast<uint32_t>(column / 64 * 16 + column % 16), static_cast<uint32_t>(row),
      (draw.stream << 16) ^ static_cast<uint32_t>(draw.step >> 32) ^ twist,
      static_cast<uint32_t>(draw.step)};
  return philox(counter, draw.seed)[column % 64 / 16];
}

void test_known_answers(const Kernels& kernels) {
  for (const Answer& answer : kAnswers) {
    expect(philox(answer.counter, answer.key) == answer.words, "plain philox");
    const Words& c = answer.counter;
    const Draw draw{answer.key, uint64_t{c[2] & 0xffff} << 32 | c[3], c[2] >> 16};
    const int64_t first = int64_t{c[0] / 16} * 64;
    std::array<uint32_t, 64> words;
    kernels.draw_words(draw, c[1], {first, first + 64}, words.data());
    for (int word = 0; word < 4; ++word) {
      expect(words[word * 16 + c[0] % 16] == answer.words[word], "known answer");
    }
  }
}

void test_places(const Kernels& kernels) {
  const Draw draw{0x0123456789abcdef, 0x2a00000003, 5};
  for (const int64_t width : {1, 15, 16, 17, 63, 64, 65, 200}) {
    std::vector<uint32_t> words(width + 1, 7u);
    kernels.draw_words(draw, 3, {0, width}, words.data());
    for (int64_t column = 0; column < width; ++column) {
      expect(words[column] == word_at(draw, 3, column), "the word of a column");
    }
    expect(words[width] == 7u, "nothing is written beyond the columns");
  }
}

// Rows of `width` random numbers, some of them zero, with their gradient.
struct Case {
  explicit Case(int64_t width)
      : width(width),
        stride(round_up(width, 16)),
        x(kRows * stride),
        y(kRows * stride),
        grad(kRows * stride),
        grad_x(kRows * stride) {
    Random random;
    for (int64_t row = 0; row < kRows; ++row) {
      random.fill(x.data() + row * stride, width);
      random.fill(grad.data() + row * stride, width);
    }
    x[0] = 0.0f;
    x[stride] = -0.0f;
  }
  Matrix matrix(Buffer& buffer) const { return {buffer.data(), kRows, width, stride}; }

  static constexpr int64_t kRows = 5;
  const Draw draw{99, 12, 2};
  int64_t width, stride;
  Buffer x, y, grad, grad_x;
};

void test_dropout(const Kernels& kernels, int64_t width, double rate) {
  Case c(width);
  for (const Range rows : {Range{0, 2}, Range{2, Case::kRows}}) {
    kernels.dropout_forward(c.draw, rate, c.matrix(c.x), c.matrix(c.y), rows);
    kernels.dropout_grad_x(rate, c.matrix(c.grad), c.y.data(),
                           {Activation::kTanh, 0.0f}, c.x.data(), nullptr,
                           c.matrix(c.grad_x), rows);
  }
  const double threshold = std::floor(rate * 4294967296.0);
  for (int64_t row = 0; row < Case::kRows; ++row) {
    for (int64_t column = 0; column < width; ++column) {
      const int64_t at = row * c.stride + column;
      const bool is_kept = word_at(c.draw, row, column) >= threshold;
      const double factor = is_kept ? 1.0 / (1.0 - rate) : 0.0;
      const double slope = 1.0 - double{c.x[at]} * c.x[at];
      expect_near(c.y[at], factor * c.x[at], kEpsilon * factor, "dropout");
      expect_near(c.grad_x[at], factor * slope * c.grad[at], 3 * kEpsilon * factor,
                  "gradient through dropout");
      expect(std::signbit(c.y[at]) == (!is_kept || c.x[at] < 0.0f), "a zero's sign");
    }
    for (int64_t column = width; column < c.stride; ++column) {
      expect_near(c.grad_x[row * c.stride + column], 0.0, 0.0, "padding");
    }
  }
}

void test_noise(const Kernels& kernels, int64_t width) {
  Case c(width);
  constexpr float kDeviation = 0.5f;
  kernels.add_noise(c.draw, kDeviation, c.matrix(c.x), c.matrix(c.y), {0, Case::kRows});
  for (int64_t row = 0; row < Case::kRows; ++row) {
    for (int64_t column = 0; column < width; ++column) {
      const double u = (word_at(c.draw, row, column) + 1.0) / 4294967296.0;
      const double turn = word_at(c.draw, row, column, 0x80000000u) / 4294967296.0;
      const double normal =
          std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * turn);
      const int64_t at = row * c.stride + column;
      expect_near(c.y[at], c.x[at] + kDeviation * normal, kDeviation * 3e-6, "noise");
    }
  }
}

// Mean, variance and correlation of neighbours of many numbers.
void test_moments(const Kernels& kernels) {
  constexpr int64_t kWidth = 1 << 16;
  Buffer zeros(kWidth), out(kWidth);
  const Matrix x{zeros.data(), 1, kWidth, kWidth};
  kernels.add_noise({3, 4, 5}, 1.0f, x, {out.data(), 1, kWidth, kWidth}, {0, 1});
  double sum = 0.0, squares = 0.0, products = 0.0;
  for (int64_t at = 0; at < kWidth; ++at) {
    sum += out[at];
    squares += double{out[at]} * out[at];
    products += double{out[at]} * out[(at + 1) % kWidth];
  }
  const double deviation = 1.0 / std::sqrt(double{kWidth});  // of each mean below
  expect_near(sum / kWidth, 0.0, 4 * deviation, "mean of noise");
  expect_near(squares / kWidth, 1.0, 6 * deviation, "variance of noise");
  expect_near(products / kWidth, 0.0, 4 * deviation, "neighbours do not correlate");
}

}  // namespace

void test_randomness(const Kernels& kernels) {
  test_known_answers(kernels);
  test_places(kernels);
  for (const int64_t width : {1, 3, 15, 16, 17, 63, 64, 65, 131, 1000}) {
    for (const double rate : {0.0, 0.1, 0.5, 0.999}) test_dropout(kernels, width, rate);
    test_noise(kernels, width);
  }
  test_moments(kernels);
}

}  // namespace ranvier::tests
