// Each update against its formula in double, three steps in a row.
#include <algorithm>

#include "check.h"

namespace ranvier::tests {
namespace {

struct Weight {
  double w, s, t, most, average;
};

void expected_adam_step(const Update& u, Weight& x, double g) {
  x.s += u.blend * (g - x.s);
  x.t += u.blend_2 * (g * g - x.t);
  x.most = std::max(x.most, x.t);
  const bool is_amsgrad = u.kind == Update::Kind::kAmsgrad;
  const bool is_nadamw = u.kind == Update::Kind::kNadamw;
  if (is_nadamw || u.kind == Update::Kind::kAdamw) x.w *= u.keep;
  const double below = std::sqrt(is_amsgrad ? x.most : x.t) * u.correction + u.epsilon;
  x.w -= (u.rate * x.s + (is_nadamw ? u.rate_2 * g : 0.0)) / below;
}

void expected_step(const Update& u, Weight& x, double g) {
  switch (u.kind) {
    case Update::Kind::kStore:
      return;
    case Update::Kind::kSgd:
      x.w -= u.rate * g;
      return;
    case Update::Kind::kMomentum:
      x.s = u.momentum * x.s + g;
      x.w -= u.rate * x.s;
      return;
    case Update::Kind::kNag:
      x.s = u.momentum * x.s + g;
      x.w -= u.rate * (g + u.momentum * x.s);
      return;
    case Update::Kind::kAdagrad:
      x.s += g * g;
      x.w -= u.rate * g / (std::sqrt(x.s) + u.epsilon);
      return;
    case Update::Kind::kRmsprop:
      x.s += u.blend * (g * g - x.s);
      x.w -= u.rate * g / (std::sqrt(x.s) + u.epsilon);
      return;
    case Update::Kind::kAdadelta: {
      x.s += u.blend * (g * g - x.s);
      const double step = g * std::sqrt(x.t + u.epsilon) / std::sqrt(x.s + u.epsilon);
      x.t += u.blend * (step * step - x.t);
      x.w -= u.rate * step;
      return;
    }
    case Update::Kind::kLion: {
      const double towards = x.s + u.blend * (g - x.s);
      x.s += u.blend_2 * (g - x.s);
      x.w = x.w * u.keep - u.rate * (towards > 0.0 ? 1.0 : towards < 0.0 ? -1.0 : 0.0);
      return;
    }
    case Update::Kind::kScheduleFree: {
      const double x_before = x.w - u.blend * x.s;
      x.t += u.blend_2 * (g * g - x.t);
      const double below = std::sqrt(x.t) * u.correction + u.epsilon;
      const double z = x_before + x.s - u.rate * g / below - u.rate_2 * x.w;
      const double mean = x_before + u.share * (z - x_before);
      x.s = z - mean;
      x.w = mean + u.blend * x.s;
      return;
    }
    case Update::Kind::kAdam:
    case Update::Kind::kAdamw:
    case Update::Kind::kNadamw:
    case Update::Kind::kAmsgrad:
      expected_adam_step(u, x, g);
      return;
  }
}

// A step, and the running mean of the weights or, of schedule-free, of their mean.
void expected_average(const Update& u, Weight& x, double g) {
  expected_step(u, x, g);
  const bool is_free = u.kind == Update::Kind::kScheduleFree;
  const double shown = is_free ? x.w - u.blend * x.s : x.w;
  x.average += u.average * (shown - x.average);
}

void test_moves(const Kernels& kernels) {
  const int64_t count = 3 * kernels.lanes;
  Random random;
  Buffer values(count), lead(count), mean(count);
  for (Buffer* each : {&values, &lead, &mean}) random.fill(each->data(), count);
  const double value = values[1], before = mean[1];
  kernels.blend(0.25f, values.data(), mean.data(), count);
  expect_near(mean[1], before + 0.25 * (value - before), 2 * kEpsilon, "blend");
  kernels.lean(-0.1f, lead.data(), values.data(), count);
  expect_near(values[1], value - 0.1 * lead[1], 2 * kEpsilon, "lean");
}

void test_update(const Kernels& kernels, Update::Kind kind) {
  const int64_t count = 3 * kernels.lanes;
  Random random;
  Buffer w(count), g(count), s(count), t(count), most(count), average(count);
  std::vector<Weight> expected(count);
  random.fill(w.data(), count);
  for (int64_t at = 0; at < count; ++at) expected[at] = {w[at], 0.0, 0.0, 0.0, 0.0};
  const Update update{kind,  0.05f, 0.03f, 0.99f, 0.9f, 0.1f,
                      0.01f, 1e-6f, 1.5f,  0.3f,  0.2f};
  for (int step = 0; step < 3; ++step) {
    random.fill(g.data(), count);
    for (Weight& x : expected) expected_average(update, x, g[&x - expected.data()]);
    const Learnt learnt{w.data(), g.data(),    s.data(),
                        t.data(), most.data(), average.data()};
    kernels.apply(update, learnt, count);
  }
  for (int64_t at = 0; at < count; ++at) {
    // The first adagrad step divides g by |g|: a rounding of g is one of the step.
    expect_near(w[at], expected[at].w, 32 * kEpsilon, "weight after three steps");
    expect_near(s[at], expected[at].s, 16 * kEpsilon, "first slot");
    expect_near(t[at], expected[at].t, 16 * kEpsilon, "second slot");
    expect_near(average[at], expected[at].average, 32 * kEpsilon, "average");
  }
}

void test_norm(const Kernels& kernels) {
  const int64_t count = 5 * kernels.lanes;
  Random random;
  Buffer values(count);
  random.fill(values.data(), count);
  double expected = 0.0;
  for (int64_t at = 0; at < count; ++at) expected += double{values[at]} * values[at];
  expect_near(kernels.sum_of_squares(values.data(), count), expected,
              kEpsilon * kernels.lanes * expected, "sum of squares");
}

void test_bounds(const Kernels& kernels) {
  const int64_t count = 3 * kernels.lanes;
  Random random;
  Buffer w(count), g(count);
  random.fill(w.data(), count);
  random.fill(g.data(), count);
  const std::vector<float> before(g.data(), g.data() + count);
  kernels.penalize(0.1f, 0.5f, 0.8f, w.data(), g.data(), count);
  for (int64_t at = 0; at < count; ++at) {
    const double whole = before[at] + (w[at] > 0 ? 0.1 : -0.1) + 0.5 * w[at];
    expect_near(g[at], std::clamp(whole, -0.8, 0.8), 4 * kEpsilon, "penalize");
  }
  const float first = g[0];
  kernels.scale(0.25f, g.data(), count);
  expect(g[0] == 0.25f * first, "scale");
}

void test_column_norms(const Kernels& kernels, int64_t rows, int64_t width) {
  Random random;
  Buffer w(rows * round_up(width, kernels.lanes));
  std::vector<double> squares(width);
  for (int64_t m = 0; m < width; ++m) {
    for (int64_t k = 0; k < rows; ++k) {
      float& value = w[panel_place(kernels, rows, width, k, m)];
      value = random.next() * (m % 2 == 0 ? 3.0f : 0.01f);
      squares[m] += double{value} * value;
    }
  }
  kernels.limit_columns(1.0f, w.data(), rows, width,
                        {0, tiles(width, 2 * kernels.lanes)});
  for (int64_t m = 0; m < width; ++m) {
    double now = 0.0;
    for (int64_t k = 0; k < rows; ++k) {
      const double value = w[panel_place(kernels, rows, width, k, m)];
      now += value * value;
    }
    const double expected = std::min(std::sqrt(squares[m]), 1.0);
    expect_near(std::sqrt(now), expected, kEpsilon * (rows + 8), "norm of a column");
  }
}

}  // namespace

void test_optimizers(const Kernels& kernels) {
  using Kind = Update::Kind;
  for (const Kind kind :
       {Kind::kSgd, Kind::kMomentum, Kind::kNag, Kind::kAdagrad, Kind::kAdadelta,
        Kind::kRmsprop, Kind::kAdam, Kind::kAdamw, Kind::kNadamw, Kind::kAmsgrad,
        Kind::kLion, Kind::kScheduleFree}) {
    test_update(kernels, kind);
  }
  test_moves(kernels);
  test_norm(kernels);
  test_bounds(kernels);
  for (const int64_t width : kSizes) test_column_norms(kernels, 9, width);
}

}  // namespace ranvier::tests
