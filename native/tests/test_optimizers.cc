// Each update against its formula in double, three steps in a row.
#include "check.h"

namespace ranvier::tests {
namespace {

struct Weight {
  double w, s, t;
};

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
    case Update::Kind::kAdam:
      x.s += u.blend * (g - x.s);
      x.t += u.blend_2 * (g * g - x.t);
      x.w -= u.rate * x.s / (std::sqrt(x.t) * u.correction + u.epsilon);
      return;
  }
}

void test_update(const Kernels& kernels, Update::Kind kind) {
  const int64_t count = 3 * kernels.lanes;
  Random random;
  Buffer w(count), g(count), s(count), t(count);
  std::vector<Weight> expected(count);
  random.fill(w.data(), count);
  for (int64_t at = 0; at < count; ++at) expected[at] = {w[at], 0.0, 0.0};
  const Update update{kind, 0.05f, 0.9f, 0.1f, 0.01f, 1e-6f, 1.5f};
  for (int step = 0; step < 3; ++step) {
    random.fill(g.data(), count);
    for (int64_t at = 0; at < count; ++at) expected_step(update, expected[at], g[at]);
    kernels.apply(update, {w.data(), g.data(), s.data(), t.data()}, count);
  }
  for (int64_t at = 0; at < count; ++at) {
    // The first adagrad step divides g by |g|: a rounding of g is one of the step.
    expect_near(w[at], expected[at].w, 32 * kEpsilon, "weight after three steps");
    expect_near(s[at], expected[at].s, 16 * kEpsilon, "first slot");
    expect_near(t[at], expected[at].t, 16 * kEpsilon, "second slot");
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

}  // namespace

void test_optimizers(const Kernels& kernels) {
  using Kind = Update::Kind;
  for (const Kind kind : {Kind::kSgd, Kind::kMomentum, Kind::kNag, Kind::kAdagrad,
                          Kind::kRmsprop, Kind::kAdam}) {
    test_update(kernels, kind);
  }
  test_norm(kernels);
}

}  // namespace ranvier::tests
