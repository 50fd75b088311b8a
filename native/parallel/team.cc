#include "parallel/team.h"

#include <sched.h>

#include <thread>
#include <vector>

#include "parallel/denormals.h"
#include "parallel/pause.h"
#include "parallel/seats.h"

namespace ranvier {
void Barrier::pause(int spins) {
  constexpr int kSpins = 1024;  // about 10 µs: longer, and another needs the core
  if (spins > kSpins) {
    sched_yield();
    return;
  }
  pause_core();
}

void run_team(int count, const std::function<void(const Worker&)>& work) {
  Barrier barrier(count);
  Seats seats;
  if (count > 1) seats.take();
  std::vector<std::jthread> others;
  others.reserve(count - 1);
  for (int index = 1; index < count; ++index) {
    others.emplace_back([&, index] {
      seats.take();
      const FlushDenormals flush;
      work({index, count, &barrier});
    });
  }
  const FlushDenormals flush;
  work({0, count, &barrier});
}

}  // namespace ranvier
