// Steps of Muon against the same in double, for matrices of any shape.
#include <algorithm>

#include "check.h"
#include "program/muon.h"

namespace ranvier::tests {
namespace {

constexpr float kRate = 0.1f;

using Rows = std::vector<std::vector<double>>;

Rows product(const Rows& a, const Rows& b) {
  Rows out(a.size(), std::vector<double>(b.front().size(), 0.0));
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t k = 0; k < b.size(); ++k) {
      for (size_t j = 0; j < b.front().size(); ++j) out[i][j] += a[i][k] * b[k][j];
    }
  }
  return out;
}

Rows transposed(const Rows& a) {
  Rows out(a.front().size(), std::vector<double>(a.size()));
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < a.front().size(); ++j) out[j][i] = a[i][j];
  }
  return out;
}

// x ← a x + b (x xᵀ) x + c (x xᵀ)² x, five times, from a length of one.
Rows orthogonal(Rows x) {
  double squares = 0.0;
  for (const auto& row : x) {
    for (const double value : row) squares += value * value;
  }
  for (auto& row : x) {
    for (double& value : row) value /= std::sqrt(squares);
  }
  for (int step = 0; step < 5; ++step) {
    const Rows gram = product(x, transposed(x));
    const Rows once = product(gram, x);
    const Rows twice = product(gram, once);
    for (size_t i = 0; i < x.size(); ++i) {
      for (size_t j = 0; j < x.front().size(); ++j) {
        x[i][j] = 3.4445 * x[i][j] - 4.7750 * once[i][j] + 2.0315 * twice[i][j];
      }
    }
  }
  return x;
}

// A matrix of so many groups, with its memory, and Muon over it.
struct Case {
  Case(const Kernels& kernels, int64_t rows, int64_t width, int64_t groups)
      : muon(kernels, {{0}, 0.9, 0.5, false, 1.0}) {
    matrix.name = "weight";
    matrix.rows = rows;
    matrix.width = width;
    matrix.groups = groups;
    matrix = matrix.sized_for(kernels);
    ask(arena, matrix, 1);
    muon.follow(&matrix);
    muon.plan(arena);
    arena.take();
    for_each_place(kernels, matrix, [&](int64_t place, int64_t) {
      matrix.learnt.values[place] = random.next();
    });
  }

  // Draws a gradient, and returns it in rows.
  Rows draw(const Kernels& kernels) {
    Rows drawn(matrix.rows, std::vector<double>(matrix.columns()));
    for_each_place(kernels, matrix, [&](int64_t place, int64_t plain) {
      const float value = random.next();
      matrix.learnt.gradient[place] = value;
      drawn[plain / matrix.columns()][plain % matrix.columns()] = value;
    });
    return drawn;
  }

  void step(int threads) {
    run_team(threads, [&](const Worker& worker) { muon.step(worker, kRate); });
  }

  std::vector<float> values() const {
    return {matrix.learnt.values, matrix.learnt.values + matrix.count};
  }

  Arena arena;
  Random random;
  Parameter matrix;
  Muon muon;
};

void test_step(const Kernels& kernels, int64_t rows, int64_t width, int64_t groups) {
  Case one(kernels, rows, width, groups), team(kernels, rows, width, groups);
  const std::vector<float> before = one.values();
  Rows ahead = one.draw(kernels);
  team.draw(kernels);
  // the mean is 0.1 g after one step, and leads to 0.9 · 0.1 g + 0.1 g
  for (auto& row : ahead) {
    for (double& value : row) value *= 0.19;
  }
  one.step(1);
  team.step(3);
  expect(one.values() == team.values(), "Muon on three threads");
  const Rows expected = orthogonal(ahead);
  const auto columns = static_cast<double>(one.matrix.columns());
  const double factor = std::sqrt(std::max(1.0, columns / static_cast<double>(rows)));
  const int64_t length = rows + one.matrix.columns();
  for_each_place(kernels, one.matrix, [&](int64_t place, int64_t plain) {
    const double step =
        expected[plain / one.matrix.columns()][plain % one.matrix.columns()];
    const double after = 0.95 * before[place] - kRate * factor * step;
    // five steps lift the smallest singular values, and their roundings, by 3.4445^5
    expect_near(one.matrix.learnt.values[place], after,
                485 * kRate * factor * kEpsilon * static_cast<double>(length),
                "weights after Muon");
  });
}

}  // namespace

void test_muon(const Kernels& kernels) {
  for (const int64_t size : kSizes) {
    test_step(kernels, size, 20, 1);
    test_step(kernels, 20, size, 1);
  }
  test_step(kernels, 9, 5, 3);
  test_step(kernels, 9, 1, 33);
}

}  // namespace ranvier::tests
