// Threads of a team sit on cores of their own where there are enough, and are free
// after.
#include <sched.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include "check.h"
#include "parallel/seats.h"

namespace ranvier::tests {
namespace {

cpu_set_t allowed() {
  cpu_set_t cores;
  expect(sched_getaffinity(0, sizeof cores, &cores) == 0, "the cores are known");
  return cores;
}

void allow(const cpu_set_t& cores) {
  expect(sched_setaffinity(0, sizeof cores, &cores) == 0, "the cores can be chosen");
}

// Lets so many threads take a seat while all of them live, and returns how many cores
// they sit on.
int seats_of(int count) {
  Seats seats;
  std::vector<int> cores(count);
  std::vector<std::jthread> threads;
  for (int index = 0; index < count; ++index) {
    threads.emplace_back([&, index] { cores[index] = seats.take(); });
  }
  threads.clear();
  return static_cast<int>(std::set<int>(cores.begin(), cores.end()).size());
}

}  // namespace

void test_seats() {
  const cpu_set_t before = allowed();
  const int cores = CPU_COUNT(&before);
  for (const int count : {1, cores, cores + 1}) {
    expect(seats_of(count) == std::min(count, cores), "each sits on its own core");
  }
  Seats seats;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  allow(one);
  const int first = seats.take();
  expect(seats.take() == first, "without another core a thread stays");
  const cpu_set_t alone = allowed();
  expect(CPU_EQUAL(&alone, &one), "it may not go where it might not");
  allow(before);
  Seats others;
  others.take();
  others.take();
  const cpu_set_t after = allowed();
  expect(CPU_EQUAL(&after, &before), "it may go where it might");
}

}  // namespace ranvier::tests
