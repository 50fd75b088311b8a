// Losses, their gradients and hits against plain loops in double.
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
        order(rows) {
    Random random;
    for (int64_t row = 0; row < rows; ++row) {
      random.fill(z.data() + row * stride, width);
      for (int64_t m = 0; m < width; ++m) {
        z[row * stride + m] *= 20.0f;
        values[row * width + m] = std::abs(random.next());
      }
      classes[row] = static_cast<int32_t>(row % (width == 1 ? 2 : width));
      order[row] = static_cast<uint32_t>(rows - 1 - row);
    }
    targets = has_classes ? Targets{classes.data(), nullptr}
                          : Targets{nullptr, values.data()};
  }

  double target(int64_t row, int64_t m) const {
    const int64_t source = order[row];
    if (targets.values != nullptr) return values[source * width + m];
    if (width == 1) return classes[source];
    return classes[source] == m ? 1.0 : 0.0;
  }

  LossBatch batch() {
    return {{z.data(), rows, width, stride},
            {Activation::kIdentity, 0.0f},
            nullptr,
            targets,
            order.data(),
            grad.data(),
            row_loss.data(),
            row_correct.data()};
  }

  int64_t rows, width, stride;
  Buffer z, grad;
  std::vector<float> row_loss;
  std::vector<uint8_t> row_correct;
  std::vector<float> values;
  std::vector<int32_t> classes;
  std::vector<uint32_t> order;
  Targets targets{};
};

double partition(const std::vector<double>& z) {
  double total = 0.0;
  for (const double value : z) total += std::exp(value);
  return std::log(total);
}

// Loss of one row and its gradient by each z, before the division by rows.
double expected_row(Loss loss, const std::vector<double>& z,
                    const std::vector<double>& y, std::vector<double>& grad) {
  const auto width = static_cast<double>(z.size());
  const double log_sum = partition(z);
  double total = 0.0;
  double mass = 0.0;
  for (const double target : y) mass += target;
  for (size_t m = 0; m < z.size(); ++m) {
    const double sigmoid = 1.0 / (1.0 + std::exp(-z[m]));
    switch (loss) {
      case Loss::kMse:
        total += (z[m] - y[m]) * (z[m] - y[m]) / width;
        grad[m] = 2.0 * (z[m] - y[m]) / width;
        break;
      case Loss::kCrossEntropy:
        total += y[m] * (log_sum - z[m]);
        grad[m] = mass * std::exp(z[m] - log_sum) - y[m];
        break;
      case Loss::kBinaryCrossEntropy:
        total += (std::max(z[m], 0.0) - z[m] * y[m] +
                  std::log1p(std::exp(-std::abs(z[m])))) /
                 width;
        grad[m] = (sigmoid - y[m]) / width;
        break;
    }
  }
  return total;
}

bool expected_hit(Loss loss, const std::vector<double>& z, int32_t label) {
  if (z.size() == 1) return (z[0] > (loss == Loss::kMse ? 0.5 : 0.0)) == (label == 1);
  size_t best = 0;
  for (size_t m = 1; m < z.size(); ++m) {
    if (z[m] > z[best]) best = m;
  }
  return static_cast<int32_t>(best) == label;
}

void test_rows(const Kernels& kernels, Loss loss, int64_t width, bool has_classes) {
  constexpr int64_t kRows = 7;
  Case c(kRows, width, has_classes);
  std::vector<std::vector<double>> z(kRows);
  for (int64_t row = 0; row < kRows; ++row) {
    for (int64_t m = 0; m < width; ++m) z[row].push_back(c.z[row * c.stride + m]);
  }
  kernels.loss(loss, c.batch(), {0, 3});
  kernels.loss(loss, c.batch(), {3, kRows});
  for (int64_t row = 0; row < kRows; ++row) {
    std::vector<double> y, grad(width);
    for (int64_t m = 0; m < width; ++m) y.push_back(c.target(row, m));
    const double expected = expected_row(loss, z[row], y, grad);
    const double scale = kEpsilon * (width + 8);
    expect_near(c.row_loss[row], expected, scale * (40 + expected), "loss");
    for (int64_t m = 0; m < width; ++m) {
      const double size = 2 * std::abs(grad[m]) + static_cast<double>(width);
      expect_near(c.grad[row * c.stride + m], grad[m] / kRows, scale * size,
                  "loss grad");
    }
    for (int64_t m = width; m < c.stride && m < round_up(width, kernels.lanes); ++m) {
      expect_near(c.grad[row * c.stride + m], 0.0, 0.0, "padding of the loss's grad");
    }
    if (has_classes) {
      const bool hit = expected_hit(loss, z[row], c.classes[c.order[row]]);
      expect((c.row_correct[row] != 0) == hit, "hit");
    }
  }
}

void test_not_finite(const Kernels& kernels, Loss loss) {
  for (const float bad : {kNan, kInfinity}) {
    Case c(3, 5, true);
    c.z[c.stride + 2] = bad;
    kernels.loss(loss, c.batch(), {0, 3});
    expect(std::isfinite(c.row_loss[0]) && std::isfinite(c.row_loss[2]), "good rows");
    expect(!std::isfinite(c.row_loss[1]), "a loss that is not finite is seen");
  }
}

}  // namespace

void test_losses(const Kernels& kernels) {
  for (const Loss loss : {Loss::kMse, Loss::kCrossEntropy, Loss::kBinaryCrossEntropy}) {
    for (const int64_t width : kSizes) {
      if (loss == Loss::kCrossEntropy && width == 1) continue;
      test_rows(kernels, loss, width, true);
      test_rows(kernels, loss, width, false);
    }
    test_not_finite(kernels, loss);
  }
}

}  // namespace ranvier::tests
