// Activations against the standard library in double, within the bounds of simd.h.
#include <algorithm>

#include "check.h"

namespace ranvier::tests {
namespace {

constexpr float kSlope = 0.3f;

double softplus(double z) {
  return std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z)));
}

double expected_activation(Activation activation, double z) {
  switch (activation) {
    case Activation::kSigmoid:
      return 1.0 / (1.0 + std::exp(-z));
    case Activation::kTanh:
      return std::tanh(z);
    case Activation::kRelu:
      return z < 0.0 ? 0.0 : z;
    case Activation::kLeakyRelu:
      return z < 0.0 ? kSlope * z : z;
    case Activation::kElu:
      return z < 0.0 ? std::expm1(z) : z;
    case Activation::kSelu:
      return 1.0507009873554805 * (z < 0.0 ? 1.6732632423543772 * std::expm1(z) : z);
    case Activation::kGelu:
      return 0.5 * z * std::erfc(-z / std::sqrt(2.0));
    case Activation::kSilu:
      return z / (1.0 + std::exp(-z));
    case Activation::kMish:
      return z * std::tanh(softplus(z));
    case Activation::kSoftplus:
      return softplus(z);
    case Activation::kHardSigmoid:
      return std::min(std::max(z / 6.0 + 0.5, 0.0), 1.0);
    default:
      return z;
  }
}

// By central differences in double, away from the kinks.
double expected_slope(Activation activation, double z) {
  constexpr double kStep = 1e-5;
  return (expected_activation(activation, z + kStep) -
          expected_activation(activation, z - kStep)) /
         (2.0 * kStep);
}

struct Pair {
  float y, slope;
};

// A product of one row by one weight gives y, and a gradient of 1 its slope.
Pair activated(const Kernels& kernels, Activation activation, float z) {
  const int64_t lanes = kernels.lanes;
  Buffer x(16), panel(lanes), bias(lanes), out(16), slopes(16), grad(16), grad_x(16);
  x[0] = 1.0f;
  panel[0] = z;
  const Sparse in{{x.data(), 1, 1, 16}, nullptr, 1};
  const Matrix result{out.data(), 1, 1, 16};
  const Bend bend{activation, kSlope};
  kernels.dense_forward(in, panel.data(), bias.data(), bend, result, slopes.data(),
                        {0, 1});
  grad[0] = panel[0] = 1.0f;
  kernels.dense_grad_x({grad.data(), 1, 1, 16}, panel.data(), bend, out.data(),
                       slopes.data(), {grad_x.data(), 1, 1, 16}, {0, 1});
  return {out[0], grad_x[0]};
}

void test_values(const Kernels& kernels, Activation activation) {
  for (double z = -30.0; z <= 30.0; z += 0.037) {
    const auto input = static_cast<float>(z);
    const double expected = expected_activation(activation, input);
    const Pair found = activated(kernels, activation, input);
    const std::string where =
        std::to_string(static_cast<int>(activation)) + " at " + std::to_string(z);
    // In the normal distribution's tail the rounding of z² / 2 is one of the value.
    const double tail = z < 0 ? 40 + z * z / 2 : 10;
    const bool is_line = activation == Activation::kHardSigmoid;  // 0.5 + z / 6
    const double bound =
        tail * kEpsilon * std::abs(expected) + (is_line ? kEpsilon : 1e-37);
    expect_near(found.y, expected, bound, "activation " + where);
    const bool is_kink = std::abs(z) < 1e-3 || std::abs(std::abs(z) - 3.0) < 1e-3;
    const double slope = expected_slope(activation, input);
    if (!is_kink) expect_near(found.slope, slope, 2e-6, "slope " + where);
  }
}

void test_extremes(const Kernels& kernels, Activation activation) {
  const std::string where = std::to_string(static_cast<int>(activation));
  expect(std::isnan(activated(kernels, activation, kNan).y), "NaN passes " + where);
  for (const float z : {1e30f, -1e30f, 1e-30f, -1e-30f, 0.0f, 88.5f, -88.5f}) {
    const double expected = expected_activation(activation, z);
    const double least = 2e-38 * std::max(1.0f, std::abs(z));  // exp ends at exp(-87)
    expect_near(activated(kernels, activation, z).y, expected,
                8 * kEpsilon * std::abs(expected) + least, "extreme " + where);
  }
}

void test_softmax(const Kernels& kernels, int64_t width) {
  const int64_t stride = round_up(width, 16);
  Random random;
  Buffer y(3 * stride), grad(3 * stride);
  random.fill(grad.data(), 3 * stride);
  std::vector<double> z(3 * stride);
  for (int64_t row = 0; row < 3; ++row) {
    for (int64_t column = 0; column < stride; ++column) {
      const float value = column < width ? random.next() * 40.0f : 0.0f;
      if (column >= width) grad[row * stride + column] = 0.0f;
      z[row * stride + column] = y[row * stride + column] = value;
    }
  }
  std::vector<float> before(grad.data(), grad.data() + 3 * stride);
  kernels.softmax({y.data(), 3, width, stride}, {0, 3});
  kernels.softmax_grad({y.data(), 3, width, stride}, grad.data(), {0, 3});
  for (int64_t row = 0; row < 3; ++row) {
    double total = 0.0;
    double product = 0.0;
    const double top =
        *std::max_element(z.begin() + row * stride, z.begin() + row * stride + width);
    for (int64_t at = row * stride; at < row * stride + width; ++at) {
      total += std::exp(z[at] - top);
    }
    for (int64_t at = row * stride; at < row * stride + width; ++at) {
      product += std::exp(z[at] - top) / total * before[at];
    }
    for (int64_t at = row * stride; at < row * stride + width; ++at) {
      const double p = std::exp(z[at] - top) / total;
      // z - top is rounded before the exponential is taken.
      const double bound = kEpsilon * (16 + std::abs(z[at] - top));
      expect_near(y[at], p, bound * p + 1e-37, "softmax");
      expect_near(grad[at], p * (before[at] - product), 32 * kEpsilon, "softmax_grad");
    }
    for (int64_t at = row * stride + width; at < (row + 1) * stride; ++at) {
      expect_near(grad[at], 0.0, 0.0, "padding of softmax_grad");
    }
  }
}

}  // namespace

void test_activations(const Kernels& kernels) {
  for (const Activation activation :
       {Activation::kIdentity, Activation::kSigmoid, Activation::kTanh,
        Activation::kRelu, Activation::kLeakyRelu, Activation::kElu, Activation::kSelu,
        Activation::kGelu, Activation::kSilu, Activation::kMish, Activation::kSoftplus,
        Activation::kHardSigmoid}) {
    test_values(kernels, activation);
    test_extremes(kernels, activation);
  }
  for (const int64_t width : kSizes) test_softmax(kernels, width);
}

}  // namespace ranvier::tests
