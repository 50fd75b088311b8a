// Activations against the standard library in double, within the bounds of simd.h.
#include <algorithm>

#include "check.h"

namespace ranvier::tests {
namespace {

double expected_activation(Activation activation, double z) {
  switch (activation) {
    case Activation::kSigmoid:
      return 1.0 / (1.0 + std::exp(-z));
    case Activation::kTanh:
      return std::tanh(z);
    case Activation::kRelu:
      return z < 0.0 ? 0.0 : z;
    case Activation::kLeakyRelu:
      return z < 0.0 ? 0.01 * z : z;
    default:
      return z;
  }
}

// One row of inputs, weight 1 on the diagonal: the forward product is the activation.
float activated(const Kernels& kernels, Activation activation, float z) {
  const int64_t lanes = kernels.lanes;
  Buffer x(16), panel(lanes), bias(lanes), out(16);
  x[0] = 1.0f;
  panel[0] = z;
  const Sparse in{{x.data(), 1, 1, 16}, nullptr, 1};
  const Matrix result{out.data(), 1, 1, 16};
  kernels.dense_forward(in, panel.data(), bias.data(), activation, result, {0, 1});
  return out[0];
}

void test_values(const Kernels& kernels, Activation activation) {
  for (double z = -30.0; z <= 30.0; z += 0.037) {
    const auto input = static_cast<float>(z);
    const double expected = expected_activation(activation, input);
    expect_near(activated(kernels, activation, input), expected,
                8 * kEpsilon * std::abs(expected),
                "activation at " + std::to_string(z));
  }
}

void test_extremes(const Kernels& kernels, Activation activation) {
  const std::string where = std::to_string(static_cast<int>(activation));
  expect(std::isnan(activated(kernels, activation, kNan)), "NaN passes " + where);
  for (const float z : {1e30f, -1e30f, 1e-30f, -1e-30f, 0.0f, 88.5f, -88.5f}) {
    const double expected = expected_activation(activation, z);
    expect_near(activated(kernels, activation, z), expected,
                8 * kEpsilon * std::abs(expected) + 1e-37, "extreme " + where);
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
        Activation::kRelu, Activation::kLeakyRelu}) {
    test_values(kernels, activation);
    test_extremes(kernels, activation);
  }
  for (const int64_t width : kSizes) test_softmax(kernels, width);
}

}  // namespace ranvier::tests
