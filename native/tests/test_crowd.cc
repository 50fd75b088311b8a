// A crowd does all the work, and nothing after its end.
#include <atomic>
#include <vector>

#include "check.h"
#include "parallel/crowd.h"

namespace ranvier::tests {
namespace {

void test_all_work_is_done(int count) {
  constexpr int kChunks = 100;
  std::vector<std::atomic<int>> taken(kChunks);
  std::vector<std::atomic<int>> came(count);
  std::atomic<int> next{0};
  std::atomic<bool> is_over{false}, came_after{false};
  run_crowd(count, [&](int index) {
    came[index].fetch_add(1);
    for (int chunk; (chunk = next.fetch_add(1)) < kChunks;) taken[chunk].fetch_add(1);
    if (is_over) came_after = true;
  });
  is_over = true;
  for (const std::atomic<int>& times : taken) {
    expect(times == 1, "each chunk is taken once");
  }
  expect(!came_after, "nobody works after the end");
  expect(came[0] == 1, "the calling thread takes part");
  for (const std::atomic<int>& times : came) {
    expect(times <= 1, "a thread comes once, or too late");
  }
}

}  // namespace

void test_crowd() {
  for (const int count : {1, 2, 3, 8}) {
    for (int repeat = 0; repeat < 50; ++repeat) test_all_work_is_done(count);
  }
}

}  // namespace ranvier::tests
