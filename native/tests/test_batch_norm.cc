// Batch normalization against plain loops in double.
#include "layer_case.h"
#include "program/batch_norm_layer.h"

namespace ranvier::tests {
namespace {

constexpr Bend kNone{Activation::kIdentity, 0.0f};
constexpr double kSmall = 1e-3;  // epsilon

struct Shape {
  int64_t rows, positions, channels;
};

LayerCase case_of(const Kernels& kernels, const Shape& shape, const Bend& input_bend,
                  const Bend& bend) {
  return LayerCase(kernels, shape.rows, shape.positions * shape.channels, input_bend,
                   [&](const Kernels& target, Signal& input) {
                     return std::make_unique<BatchNormLayer>(
                         target, input,
                         BatchNormSpec{shape.channels, 0.9, kSmall, bend});
                   });
}

// The statistics, sums and gradients of one channel in double.
class Channel {
 public:
  Channel(const LayerCase& c, const Shape& shape, int64_t channel)
      : c_(c), shape_(shape), channel_(channel) {
    count_ = c.pass.weight * shape.positions;
    each([&](int64_t row, int64_t at) { mean += c.weight_of(row) * c.x(row, at); });
    mean /= count_;
    each([&](int64_t row, int64_t at) {
      variance += c.weight_of(row) * std::pow(c.x(row, at) - mean, 2);
    });
    variance /= count_;
    inverse = 1.0 / std::sqrt(variance + kSmall);
    each([&](int64_t row, int64_t at) {
      grad_shift += c.grad(row, at);
      grad_scale += c.grad(row, at) * normal(row, at);
    });
  }

  template <typename Use>
  void each(Use use) const {
    for_each_value(shape_.rows, shape_.positions, [&](int64_t row, int64_t position) {
      use(row, position * shape_.channels + channel_);
    });
  }
  double normal(int64_t row, int64_t at) const {
    return (c_.x(row, at) - mean) * inverse;
  }
  double grad_x(int64_t row, int64_t at, double scale) const {
    const double through = grad_shift + normal(row, at) * grad_scale;
    return scale * inverse * (c_.grad(row, at) - c_.weight_of(row) * through / count_);
  }

  double mean = 0.0, variance = 0.0, inverse = 0.0, grad_scale = 0.0, grad_shift = 0.0;

 private:
  const LayerCase& c_;
  const Shape shape_;
  const int64_t channel_;
  double count_;
};

void expect_channel(LayerCase& c, const Shape& shape, int64_t channel) {
  const Channel expected(c, shape, channel);
  const double scale = c.learnt(0).values[channel];
  const double shift = c.learnt(1).values[channel];
  const double rounding = 8 * kEpsilon * (1.0 + expected.inverse);
  const double sum = kEpsilon * static_cast<double>(shape.rows * shape.positions + 8);
  expected.each([&](int64_t row, int64_t at) {
    expect_near(c.y(row, at), scale * expected.normal(row, at) + shift, rounding,
                "batch_norm");
    const double y = c.x(row, at);
    expect_near(c.grad_x(row, at), expected.grad_x(row, at, scale) * (1.0 - y * y),
                rounding * expected.inverse * (1.0 + c.weight_of(row)),
                "gradient through batch_norm");
  });
  expect_near(c.learnt(0).gradient[channel], expected.grad_scale,
              sum * (1.0 + expected.inverse), "gradient of scale");
  expect_near(c.learnt(1).gradient[channel], expected.grad_shift, sum,
              "gradient of shift");
}

void test_training(const Kernels& kernels, const Shape& shape, bool is_weighted) {
  LayerCase c = case_of(kernels, shape, {Activation::kTanh, 0.0f}, kNone);
  if (is_weighted) {
    std::vector<float> weights(shape.rows);
    for (int64_t row = 0; row < shape.rows; ++row) {
      weights[row] = static_cast<float>(row % 4) / 2.0f;
      if (weights[row] > 0.0f) continue;
      const Signal& output = c.layer->output();
      for (int64_t at = 0; at < output.width; ++at) {
        output.grad[row * output.stride + at] = 0.0f;
      }
    }
    c.weigh(weights);
    if (c.pass.weight == 0.0) return;
  }
  c.forward(1);
  c.backward(1);
  for (int64_t channel = 0; channel < shape.channels; ++channel) {
    expect_channel(c, shape, channel);
  }
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

// What is remembered does not go by the unit of weights below 1, nor by rows that are
// absent; and a row of weight 2 is two rows.
void test_running_of_weights(const Kernels& kernels) {
  const auto remembered = [&](int64_t rows, const std::vector<float>& weights) {
    LayerCase c = case_of(kernels, {rows, 2, 3}, kNone, kNone);
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t at = 0; at < c.input.width; ++at) {
        c.input.values[row * c.input.stride + at] =
            static_cast<float>((row % 4 + 1) * (at + 3) % 7);
      }
    }
    for (int channel = 0; channel < 3; ++channel) c.learnt(3).values[channel] = 2.0f;
    c.weigh(weights);
    c.forward(1);
    c.layer->remember(c.pass);
    return std::vector<float>(c.learnt(3).values, c.learnt(3).values + 3);
  };
  const auto alike = remembered(4, {1, 1, 1, 1});
  const auto tiny = remembered(4, {0.125f, 0.125f, 0.125f, 0.125f});
  const auto among = remembered(6, {1, 1, 1, 1, 0, 0});
  const auto twice = remembered(4, {2, 2, 2, 2});
  const auto repeated = remembered(8, {1, 1, 1, 1, 1, 1, 1, 1});
  for (int channel = 0; channel < 3; ++channel) {
    expect_near(tiny[channel], alike[channel], 8 * kEpsilon, "weights of an eighth");
    expect_near(among[channel], alike[channel], 8 * kEpsilon, "absent rows");
    expect_near(twice[channel], repeated[channel], 8 * kEpsilon, "rows of weight 2");
  }
}

// What a training step leaves behind, and what evaluation makes of it.
void test_running(const Kernels& kernels, const Shape& shape) {
  LayerCase c = case_of(kernels, shape, kNone, kNone);
  const std::vector<float> before(c.learnt(2).values,
                                  c.learnt(2).values + shape.channels);
  for (int64_t channel = 0; channel < shape.channels; ++channel) {
    c.learnt(3).values[channel] = 2.0f;
  }
  c.forward(2);
  expect(c.learnt(3).values[0] == 2.0f, "a forward pass remembers nothing");
  c.layer->remember(c.pass);
  const double count = static_cast<double>(shape.rows * shape.positions);
  if (count == 1.0) {
    expect(c.learnt(3).values[0] == 2.0f, "one place alone has no variance");
    expect(c.learnt(2).values[0] == before[0], "and is not kept");
    return;
  }
  const double unbiased = count / (count - 1.0);
  for (int64_t channel = 0; channel < shape.channels; ++channel) {
    const Channel now(c, shape, channel);
    expect_near(c.learnt(2).values[channel], 0.9 * before[channel] + 0.1 * now.mean,
                4 * kEpsilon, "running mean");
    expect_near(c.learnt(3).values[channel], 1.8 + 0.1 * now.variance * unbiased,
                8 * kEpsilon, "running variance");
  }
  c.pass.is_training = false;
  c.forward(2);
  for (int64_t channel = 0; channel < shape.channels; ++channel) {
    const Channel places(c, shape, channel);
    const double inverse = 1.0 / std::sqrt(c.learnt(3).values[channel] + kSmall);
    places.each([&](int64_t row, int64_t at) {
      const double normal = (c.x(row, at) - c.learnt(2).values[channel]) * inverse;
      expect_near(c.y(row, at),
                  c.learnt(0).values[channel] * normal + c.learnt(1).values[channel],
                  8 * kEpsilon, "evaluation uses running values");
    });
  }
}

void test_activations_around(const Kernels& kernels) {
  const Shape shape{7, 5, 3};
  const Bend gelu{Activation::kGelu, 0.0f};
  LayerCase plain = case_of(kernels, shape, kNone, kNone);
  LayerCase bent = case_of(kernels, shape, gelu, gelu);
  for_each_value(shape.rows, bent.input.width, [&](int64_t row, int64_t column) {
    const int64_t at = row * bent.input.stride + column;
    plain.input.values[at] = bent.input.values[at];
    plain.layer->output().grad[at] = bent.layer->output().grad[at];
  });
  for (const size_t parameter : {0, 1}) {
    std::copy_n(plain.learnt(parameter).values, 3, bent.learnt(parameter).values);
  }
  for (LayerCase* c : {&plain, &bent}) {
    c->forward(1);
    c->backward(1);
  }
  for_each_value(shape.rows, bent.input.width, [&](int64_t row, int64_t column) {
    const double z = plain.y(row, column);
    const double share = 0.5 * std::erfc(-z / std::sqrt(2.0));
    const int64_t at = row * bent.input.stride + column;
    const double density = std::exp(-0.5 * z * z) * 0.3989422804014327;
    expect_near(bent.y(row, column), z * share, 1e-5, "gelu of batch_norm");
    expect_near(bent.layer->output().slopes[at], share + z * density, 1e-5,
                "its slope is kept");
    expect_near(bent.grad_x(row, column),
                plain.grad_x(row, column) * bent.input.slopes[at], 1e-6,
                "the slope of the input is used");
  });
}

// 10^5 positions far from zero agree with double within rounding.
void test_many_positions(const Kernels& kernels) {
  const Shape shape{128, 784, 3};
  LayerCase c = case_of(kernels, shape, kNone, kNone);
  for_each_value(shape.rows, c.input.width, [&](int64_t row, int64_t column) {
    float& x = c.input.values[row * c.input.stride + column];
    x = 1000.0f + (column % 3 == 0 ? 0.25f : 8.0f) * x;
  });
  c.forward(2);
  c.layer->remember(c.pass);
  c.backward(2);
  for (int64_t channel = 0; channel < shape.channels; ++channel) {
    const Channel expected(c, shape, channel);
    const Parameter& mean = *c.layer->parameters()[2];
    const Parameter& variance = *c.layer->parameters()[3];
    LayerCase fresh = case_of(kernels, shape, kNone, kNone);
    const double count = static_cast<double>(shape.rows * shape.positions);
    expect_near(mean.learnt.values[channel],
                0.9 * fresh.learnt(2).values[channel] + 0.1 * expected.mean,
                2 * kEpsilon * expected.mean, "mean of many");
    const double now = expected.variance * count / (count - 1.0);
    expect_near(variance.learnt.values[channel],
                0.9 * fresh.learnt(3).values[channel] + 0.1 * now,
                8 * kEpsilon * (1.0 + now), "variance of many");
    const double root = std::sqrt(count) + 8.0;  // roundings of a sum go either way
    expect_near(c.learnt(0).gradient[channel], expected.grad_scale,
                kEpsilon * root * (1.0 + 1000.0 * expected.inverse),
                "gradient of many");
  }
}

// A batch without weight gives numbers, not NaN; NaN stays in its channel.
void test_edges(const Kernels& kernels) {
  const Shape shape{5, 3, 6};
  LayerCase empty = case_of(kernels, shape, kNone, kNone);
  empty.weigh(std::vector<float>(shape.rows, 0.0f));
  empty.forward(1);
  expect(std::isfinite(empty.y(0, 0)), "no weight is no NaN");
  LayerCase c = case_of(kernels, shape, kNone, kNone);
  c.input.values[2 * c.input.stride + 7] = kNan;
  c.forward(1);
  for_each_value(shape.rows, c.input.width, [&](int64_t row, int64_t column) {
    expect(std::isnan(c.y(row, column)) == (column % 6 == 1),
           "NaN stays in its channel");
  });
}

}  // namespace

void test_batch_norm(const Kernels& kernels) {
  test_running_of_weights(kernels);
  for (const int64_t channels : {1, 2, 3, 7, 8, 15, 16, 17, 33, 64, 65, 130}) {
    for (const Shape& shape :
         {Shape{1, 1, channels}, Shape{2, 1, channels}, Shape{13, 1, channels},
          Shape{300, 1, channels}, Shape{3, 2, channels}, Shape{7, 30, channels},
          Shape{2, 150, channels}}) {
      test_training(kernels, shape, false);
      test_training(kernels, shape, true);
      test_running(kernels, shape);
    }
  }
  test_activations_around(kernels);
  test_many_positions(kernels);
  test_edges(kernels);
}

}  // namespace ranvier::tests
