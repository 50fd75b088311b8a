// Losses, their gradients and hits against plain loops in double.
#include <algorithm>

#include "check.h"

namespace ranvier::tests {
namespace {

struct Case {
  Case(int64_t rows, int64_t width, bool has_classes)
      : rows(rows),
        width(width),
        stride(round_up(width, 16)),
        z(rows * stride),
        grad(rows * stride),
        row_loss(rows),
        row_correct(rows),
        values(rows * width),
        classes(rows),
        order(rows),
        weights(rows) {
    Random random;
    for (int64_t row = 0; row < rows; ++row) {
      random.fill(z.data() + row * stride, width);
      for (int64_t m = 0; m < width; ++m) {
        z[row * stride + m] *= 20.0f;
        values[row * width + m] = std::abs(random.next());
      }
      classes[row] = static_cast<int32_t>(row % (width == 1 ? 2 : width));
      order[row] = static_cast<uint32_t>(rows - 1 - row);
      weights[row] = static_cast<float>(row % 3);  // 0, 1 and 2
    }
    targets = has_classes ? Targets{classes.data(), nullptr}
                          : Targets{nullptr, values.data()};
  }

  double target(int64_t row, int64_t m) const {
    if (shares.empty()) return target_at(order[row], m);
    return shares[row] * target_at(order[row], m) +
           (1.0 - shares[row]) * target_at(order[rows - 1 - row], m);
  }

  double target_at(int64_t source, int64_t m) const {
    if (targets.values != nullptr) return values[source * width + m];
    if (width == 1) return classes[source];
    return classes[source] == m ? 1.0 : 0.0;
  }

  int32_t label(int64_t row) const {
    const bool is_own = shares.empty() || shares[row] >= 0.5f;
    return classes[order[is_own ? row : rows - 1 - row]];
  }

  float total_weight() const {
    float total = 0.0f;
    for (const float weight : weights) total += weight;
    return total;
  }

  LossBatch batch() {
    return {{z.data(), rows, width, stride},
            {Activation::kIdentity, 0.0f},
            nullptr,
            targets,
            weights.data(),
            order.data(),
            parameter,
            1.0f / total_weight(),
            grad.data(),
            row_loss.data(),
            row_correct.data(),
            shares.empty() ? nullptr : shares.data(),
            label_weights.empty() ? nullptr : label_weights.data()};
  }

  int64_t rows, width, stride;
  Buffer z, grad;
  std::vector<float> row_loss;
  std::vector<uint8_t> row_correct;
  std::vector<float> values;
  std::vector<int32_t> classes;
  std::vector<uint32_t> order;
  std::vector<float> weights;
  std::vector<float> shares;
  std::vector<float> label_weights;
  float parameter = 0.0f;
  Targets targets{};
};

double log_sum_exp(const std::vector<double>& z) {
  const double top = *std::max_element(z.begin(), z.end());
  double total = 0.0;
  for (const double value : z) total += std::exp(value - top);
  return std::log(total) + top;
}

// The term of one output, before the mean over the outputs where there is one.
double expected_term(Loss loss, double z, double y, double log_sum, double parameter) {
  const double d = z - y;
  const double size = std::abs(d);
  const double log_p = z - log_sum;
  switch (loss) {
    case Loss::kMse:
      return d * d;
    case Loss::kMae:
      return size;
    case Loss::kHuber:
      return size > parameter ? parameter * (size - parameter / 2) : d * d / 2;
    case Loss::kLogCosh:
      return size + std::log1p(std::exp(-2 * size)) - std::log(2.0);
    case Loss::kHinge:
      return std::max(0.0, 1.0 - (2.0 * y - 1.0) * z);
    case Loss::kPoisson:
      return z - y * std::log(z + 1e-8);
    case Loss::kQuantile:
      return std::max(parameter * -d, (parameter - 1.0) * -d);
    case Loss::kCrossEntropy:
      return -y * log_p;
    case Loss::kFocal:
      return -y * std::pow(1.0 - std::exp(log_p), parameter) * log_p;
    case Loss::kBinaryCrossEntropy:
      return std::max(z, 0.0) - z * y + std::log1p(std::exp(-std::abs(z)));
  }
  return 0.0;
}

double smoothed(Loss loss, double y, double parameter, double width) {
  if (loss == Loss::kCrossEntropy) return y * (1.0 - parameter) + parameter / width;
  if (loss == Loss::kBinaryCrossEntropy) return y * (1.0 - parameter) + parameter / 2;
  return y;
}

double expected_loss(Loss loss, const std::vector<double>& z,
                     const std::vector<double>& y, double parameter) {
  const auto width = static_cast<double>(z.size());
  const bool is_sum = loss == Loss::kCrossEntropy || loss == Loss::kFocal;
  const double log_sum = log_sum_exp(z);
  double total = 0.0;
  for (size_t m = 0; m < z.size(); ++m) {
    const double target = smoothed(loss, y[m], parameter, width);
    total += expected_term(loss, z[m], target, log_sum, parameter);
  }
  return is_sum ? total : total / width;
}

// By central differences; kinks are rarer than the step is small.
double expected_slope(Loss loss, std::vector<double> z, const std::vector<double>& y,
                      double parameter, size_t m) {
  constexpr double kStep = 1e-6;
  const double middle = z[m];
  z[m] = middle + kStep;
  const double above = expected_loss(loss, z, y, parameter);
  z[m] = middle - kStep;
  return (above - expected_loss(loss, z, y, parameter)) / (2.0 * kStep);
}

bool expected_hit(Loss loss, const std::vector<double>& z, int32_t label) {
  const bool is_centred = is_fused(loss) || loss == Loss::kHinge;
  if (z.size() == 1) return (z[0] > (is_centred ? 0.0 : 0.5)) == (label == 1);
  return std::max_element(z.begin(), z.end()) - z.begin() == label;
}

float parameter_of(Loss loss) {
  switch (loss) {
    case Loss::kHuber:
      return 1.5f;
    case Loss::kFocal:
      return 2.0f;
    case Loss::kQuantile:
      return 0.2f;
    case Loss::kCrossEntropy:
    case Loss::kBinaryCrossEntropy:
      return 0.1f;
    default:
      return 0.0f;
  }
}

void test_rows(const Kernels& kernels, Loss loss, int64_t width, bool has_classes,
               bool is_mixed) {
  constexpr int64_t kRows = 7;
  Case c(kRows, width, has_classes);
  c.parameter = parameter_of(loss);
  if (is_mixed) c.shares = {0.3f, 0.9f, 1.0f, 0.7f, 0.5f, 0.0f, 0.6f};
  std::vector<std::vector<double>> z(kRows);
  for (int64_t row = 0; row < kRows; ++row) {
    for (int64_t m = 0; m < width; ++m) {
      float& value = c.z[row * c.stride + m];
      if (loss == Loss::kPoisson) value = std::abs(value) + 0.5f;
      if (loss == Loss::kFocal) value /= 5.0f;  // where 1 - p keeps its digits
      z[row].push_back(value);
    }
  }
  kernels.loss(loss, c.batch(), {0, 3});
  kernels.loss(loss, c.batch(), {3, kRows});
  for (int64_t row = 0; row < kRows; ++row) {
    std::vector<double> y;
    for (int64_t m = 0; m < width; ++m) y.push_back(c.target(row, m));
    const double weight = c.weights[c.order[row]];
    const double expected = weight * expected_loss(loss, z[row], y, c.parameter);
    const double bound = kEpsilon * static_cast<double>(width + 8);
    expect_near(c.row_loss[row], expected, bound * 2 * (40 + std::abs(expected)),
                "loss " + std::to_string(static_cast<int>(loss)));
    for (int64_t m = 0; m < width; ++m) {
      const double slope =
          weight * expected_slope(loss, z[row], y, c.parameter, m) / c.total_weight();
      expect_near(c.grad[row * c.stride + m], slope,
                  2 * bound * (std::abs(slope) + 2) + 1e-7,
                  "loss grad " + std::to_string(static_cast<int>(loss)));
    }
    for (int64_t m = width; m < round_up(width, kernels.lanes); ++m) {
      expect_near(c.grad[row * c.stride + m], 0.0, 0.0, "padding of the loss's grad");
    }
    if (has_classes) {
      const bool hit = weight > 0.0 && expected_hit(loss, z[row], c.label(row));
      expect((c.row_correct[row] != 0) == hit, "hit");
    }
  }
}

// Against plain loops in double, with the gradient p (a y + b (1 - y)) - a y.
void test_label_weights(const Kernels& kernels, int64_t width) {
  constexpr int64_t kRows = 5;
  Case c(kRows, width, false);
  c.parameter = 0.1f;
  for (int64_t m = 0; m < 2 * width; ++m) {
    c.label_weights.push_back(static_cast<float>(m % 4) / 2.0f);
  }
  std::vector<float> z(c.z.data(), c.z.data() + kRows * c.stride);
  kernels.loss(Loss::kBinaryCrossEntropy, c.batch(), {0, kRows});
  for (int64_t row = 0; row < kRows; ++row) {
    const double weight = c.weights[c.order[row]] / static_cast<double>(width);
    double expected = 0.0;
    for (int64_t m = 0; m < width; ++m) {
      const double at = z[row * c.stride + m];
      const double y = 0.9 * c.target(row, m) + 0.05;
      const double yes = y * c.label_weights[width + m];
      const double no = (1.0 - y) * c.label_weights[m];
      const double rest = std::log1p(std::exp(-std::abs(at)));
      expected += yes * (std::max(-at, 0.0) + rest) + no * (std::max(at, 0.0) + rest);
      const double p = 1.0 / (1.0 + std::exp(-at));
      const double slope = weight * (p * (yes + no) - yes) / c.total_weight();
      expect_near(c.grad[row * c.stride + m], slope, 20 * kEpsilon,
                  "grad with label weights");
    }
    const double bound = kEpsilon * static_cast<double>(width + 8) * 100;
    expect_near(c.row_loss[row], weight * expected, bound, "loss with label weights");
  }
}

void test_not_finite(const Kernels& kernels, Loss loss) {
  for (const float bad : {kNan, kInfinity}) {
    Case c(3, 5, true);
    c.parameter = parameter_of(loss);
    c.weights = {1.0f, 1.0f, 1.0f};
    for (int64_t at = 0; at < 3 * c.stride; ++at) c.z[at] = std::abs(c.z[at]) / 5.0f;
    c.z[c.stride + 2] = bad;
    c.classes = {2, 2, 2};
    kernels.loss(loss, c.batch(), {0, 3});
    expect(std::isfinite(c.row_loss[0]) && std::isfinite(c.row_loss[2]), "good rows");
    c.weights[1] = 0.0f;
    const float seen = c.row_loss[1];
    kernels.loss(loss, c.batch(), {0, 3});
    expect(c.row_loss[1] == 0.0f && c.grad[c.stride] == 0.0f,
           "absent rows are not seen");
    c.row_loss[1] = seen;
    const bool is_seen = loss != Loss::kHinge || std::isnan(bad);  // hinge(inf) is 0
    expect(!is_seen || !std::isfinite(c.row_loss[1]),
           "what is not finite is seen " + std::to_string(static_cast<int>(loss)));
  }
}

// The loss of one output, or of one class of two, by the program's kernels.
float loss_of(const Kernels& kernels, Loss loss, std::vector<float> z,
              std::vector<float> y, float parameter) {
  const auto width = static_cast<int64_t>(z.size());
  z.resize(round_up(width, kernels.lanes));
  y.resize(z.size());
  const uint32_t row = 0;
  float row_loss = 0.0f;
  uint8_t correct = 0;
  LossBatch batch{};
  batch.output = {z.data(), 1, width, static_cast<int64_t>(z.size())};
  batch.targets = {nullptr, y.data()};
  batch.rows = &row;
  batch.parameter = parameter;
  batch.row_loss = &row_loss;
  batch.row_correct = &correct;
  kernels.loss(loss, batch, {0, 1});
  return row_loss;
}

void test_digits(const Kernels& kernels) {
  for (const double d : {1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.29, 0.31}) {
    const double expected = std::log(std::cosh(d));
    const double exact = d < 1e-3 ? d * d / 2 : expected;
    expect_near(loss_of(kernels, Loss::kLogCosh, {static_cast<float>(d)}, {0.0f}, 0.0f),
                exact, 2e-6 * exact + (d > 0.3 ? kEpsilon : 0.0), "log_cosh near 0");
  }
  expect_near(loss_of(kernels, Loss::kFocal, {0.0f, 200.0f}, {1.0f, 0.0f}, 0.0f), 200.0,
              1e-4, "focal of what is hardly possible");
}

}  // namespace

void test_losses(const Kernels& kernels) {
  test_digits(kernels);
  for (const Loss loss : {Loss::kMse, Loss::kMae, Loss::kHuber, Loss::kLogCosh,
                          Loss::kCrossEntropy, Loss::kBinaryCrossEntropy, Loss::kFocal,
                          Loss::kHinge, Loss::kPoisson, Loss::kQuantile}) {
    for (const int64_t width : kSizes) {
      const bool is_softmax = loss == Loss::kCrossEntropy || loss == Loss::kFocal;
      if (is_softmax && width == 1) continue;
      for (const bool is_mixed : {false, true}) {
        test_rows(kernels, loss, width, true, is_mixed);
        test_rows(kernels, loss, width, false, is_mixed);
      }
    }
    test_not_finite(kernels, loss);
  }
  for (const int64_t width : kSizes) test_label_weights(kernels, width);
}

}  // namespace ranvier::tests
