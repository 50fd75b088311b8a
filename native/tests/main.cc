#include <cstdio>

#include "check.h"

namespace ranvier::tests {
namespace {

int64_t checks = 0;
int64_t failures = 0;

}  // namespace

void expect(bool holds, const std::string& message, std::source_location where) {
  ++checks;
  if (holds) return;
  ++failures;
  constexpr int64_t kShown = 20;
  if (failures > kShown) return;
  std::printf("%s:%u: %s\n", where.file_name(), where.line(), message.c_str());
}

void expect_near(double actual, double expected, double tolerance,
                 const std::string& message, std::source_location where) {
  const bool is_same =
      actual == expected || (std::isnan(actual) && std::isnan(expected));
  const bool holds = is_same || std::abs(actual - expected) <= tolerance;
  char numbers[120] = "";
  if (!holds) {
    std::snprintf(numbers, sizeof numbers, ": %.9g, expected %.9g ± %.3g", actual,
                  expected, tolerance);
  }
  expect(holds, holds ? std::string() : message + numbers, where);
}

int64_t panel_place(const Kernels& kernels, int64_t rows, int64_t width, int64_t row,
                    int64_t column) {
  const int64_t panel = 2 * kernels.lanes;
  const int64_t first = column / panel * panel;
  const int64_t wide = width - first > kernels.lanes ? panel : kernels.lanes;
  return first * rows + row * wide + column - first;
}

// Tests the targets of this machine, or the one called `only`.
int run(const std::string& only) {
  test_crowd();
  test_pace();
  test_seats();
  for (const Kernels* kernels : available_targets()) {
    if (!only.empty() && only != kernels->name) continue;
    test_activations(*kernels);
    test_augmentation(*kernels);
    test_batch_norm(*kernels);
    test_convolution(*kernels);
    test_decode(*kernels);
    test_dense(*kernels);
    test_embedding(*kernels);
    test_layer_norm(*kernels);
    test_image_layers(*kernels);
    test_losses(*kernels);
    test_muon(*kernels);
    test_optimizers(*kernels);
    test_program(*kernels);
    test_randomness(*kernels);
    std::printf("%s: done\n", kernels->name);
  }
  std::printf("%lld checks, %lld failed\n", static_cast<long long>(checks),
              static_cast<long long>(failures));
  return failures == 0 && checks > 0 ? 0 : 1;
}

}  // namespace ranvier::tests

int main(int count, char** arguments) {
  return ranvier::tests::run(count > 1 ? arguments[1] : "");
}
