// The choice of threads follows what steps cost, and follows again when that changes.
#include "check.h"
#include "parallel/pace.h"

namespace ranvier::tests {
namespace {

// Goes through slices whose steps cost so much, and returns the steps taken together.
double share_together(Pace& pace, double alone, double together) {
  double steps = 0.0;
  double joined = 0.0;
  for (int slice = 0; slice < 100; ++slice) {
    const Pace::Slice next = pace.next();
    expect(next.steps >= 1, "a slice has steps");
    const bool joins = next.threads > 1;
    const auto count = static_cast<double>(next.steps);
    pace.took(next, count * (joins ? together : alone));
    steps += count;
    if (joins) joined += count;
  }
  return joined / steps;
}

}  // namespace

void test_pace() {
  Pace one(1);
  expect(share_together(one, 1e-4, 1e-4) == 0.0 && one.best() == 1, "one stays alone");
  Pace slow(2);
  expect(share_together(slow, 0.3, 0.2) > 0.8, "slow steps are tried a few at a time");
  Pace pace(4);
  expect(pace.next().threads == 4, "the first steps go together");
  expect(share_together(pace, 2e-4, 1e-4) > 0.9 && pace.best() == 4, "together pays");
  expect(share_together(pace, 2e-4, 9e-4) < 0.3 && pace.best() == 1,
         "then it does not");
  expect(share_together(pace, 2e-4, 1e-4) > 0.7 && pace.best() == 4, "then it does");
  pace.took({4, 1}, 1.0);
  expect(pace.best() == 1, "what disturbs for a while sends it alone");
  const Pace::Slice alone = pace.next();
  pace.took(alone, 2e-4 * static_cast<double>(alone.steps));
  const Pace::Slice trial = pace.next();
  expect(trial.threads == 4 && trial.steps >= 10, "but it soon tries again");
}

}  // namespace ranvier::tests
