// Layer normalization against plain loops in double.
#include "layer_case.h"
#include "program/layer_norm_layer.h"

namespace ranvier::tests {
namespace {

constexpr Bend kNone{Activation::kIdentity, 0.0f};
constexpr double kSmall = 1e-3;  // epsilon

struct Shape {
  int64_t rows, positions, channels;
};

LayerCase case_of(const Kernels& kernels, const Shape& shape, const Bend& bend) {
  return LayerCase(kernels, shape.rows, shape.positions * shape.channels,
                   {Activation::kTanh, 0.0f},
                   [&](const Kernels& target, Signal& input) {
                     return std::make_unique<LayerNormLayer>(
                         target, input, LayerNormSpec{shape.channels, kSmall, bend});
                   });
}

// One position in double: its moments, and the sums that its gradient needs.
struct Position {
  Position(LayerCase& c, const Shape& shape, int64_t row, int64_t position)
      : begin(position * shape.channels) {
    const int64_t count = shape.channels;
    for (int64_t at = begin; at < begin + count; ++at) mean += c.x(row, at) / count;
    double variance = kSmall;
    for (int64_t at = begin; at < begin + count; ++at) {
      variance += std::pow(c.x(row, at) - mean, 2) / count;
    }
    inverse = 1.0 / std::sqrt(variance);
    for (int64_t at = begin; at < begin + count; ++at) {
      const double scaled = c.grad(row, at) * c.learnt(0).values[at - begin];
      mean_grad += scaled / count;
      mean_product += scaled * (c.x(row, at) - mean) * inverse / count;
    }
  }

  int64_t begin;
  double mean = 0.0, inverse = 0.0, mean_grad = 0.0, mean_product = 0.0;
};

void expect_positions(LayerCase& c, const Shape& shape) {
  std::vector<double> grad_scale(shape.channels), grad_shift(shape.channels);
  for_each_value(shape.rows, shape.positions, [&](int64_t row, int64_t position) {
    const Position expected(c, shape, row, position);
    const double rounding = 8 * kEpsilon * (1.0 + expected.inverse);
    for (int64_t channel = 0; channel < shape.channels; ++channel) {
      const int64_t at = expected.begin + channel;
      const double scale = c.learnt(0).values[channel];
      const double normal = (c.x(row, at) - expected.mean) * expected.inverse;
      expect_near(c.y(row, at), scale * normal + c.learnt(1).values[channel], rounding,
                  "layer_norm");
      const double left =
          c.grad(row, at) * scale - expected.mean_grad - normal * expected.mean_product;
      const double slope = 1.0 - c.x(row, at) * c.x(row, at);
      expect_near(c.grad_x(row, at), left * expected.inverse * slope,
                  2 * rounding * expected.inverse, "gradient through layer_norm");
      grad_scale[channel] += c.grad(row, at) * normal;
      grad_shift[channel] += c.grad(row, at);
    }
  });
  const double sum = kEpsilon * static_cast<double>(shape.rows * shape.positions + 16);
  for (int64_t channel = 0; channel < shape.channels; ++channel) {
    expect_near(c.learnt(0).gradient[channel], grad_scale[channel], 4 * sum,
                "gradient of scale");
    expect_near(c.learnt(1).gradient[channel], grad_shift[channel], sum,
                "gradient of shift");
  }
}

void test_shape(const Kernels& kernels, const Shape& shape) {
  LayerCase c = case_of(kernels, shape, kNone);
  c.forward(1);
  c.backward(1);
  expect_positions(c, shape);
  for (int64_t row = 0; row < shape.rows; ++row) {
    for (int64_t at = c.input.width; at < c.input.stride; ++at) {
      expect_near(c.grad_x(row, at), 0.0, 0.0, "padding of the gradient");
    }
  }
  const std::vector<float> first = c.written();
  for (const int threads : {2, 3, 8}) {
    c.forward(threads);
    c.backward(threads);
    expect(c.written() == first, "same bits, any threads");
  }
}

void test_activation(const Kernels& kernels) {
  const Shape shape{5, 3, 7};
  LayerCase plain = case_of(kernels, shape, kNone);
  LayerCase bent = case_of(kernels, shape, {Activation::kSoftplus, 0.0f});
  plain.forward(2);
  bent.forward(2);
  for_each_value(shape.rows, bent.input.width, [&](int64_t row, int64_t column) {
    const double z = plain.y(row, column);
    const int64_t at = row * bent.input.stride + column;
    expect_near(bent.y(row, column), std::log1p(std::exp(z)), 1e-6, "softplus of it");
    expect_near(bent.layer->output().slopes[at], 1.0 / (1.0 + std::exp(-z)), 1e-6,
                "its slope is kept");
  });
}

// NaN stays in its position.
void test_nan(const Kernels& kernels) {
  LayerCase c = case_of(kernels, {4, 3, 5}, kNone);
  c.input.values[2 * c.input.stride + 7] = kNan;
  c.forward(1);
  for_each_value(4, c.input.width, [&](int64_t row, int64_t column) {
    expect(std::isnan(c.y(row, column)) == (row == 2 && column / 5 == 1),
           "NaN stays in its position");
  });
}

}  // namespace

void test_layer_norm(const Kernels& kernels) {
  for (const int64_t channels : {1, 2, 3, 4, 7, 8, 15, 16, 17, 33, 64, 65, 130}) {
    for (const Shape& shape : {Shape{1, 1, channels}, Shape{13, 1, channels},
                               Shape{300, 1, channels}, Shape{7, 30, channels}}) {
      test_shape(kernels, shape);
    }
  }
  test_activation(kernels);
  test_nan(kernels);
}

}  // namespace ranvier::tests
