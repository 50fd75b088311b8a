#include "parallel/team.h"

#include <sched.h>

#include <atomic>
#include <exception>
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

namespace {

// Threads wait here until all have started, or it is known that not all can.
class Gate {
 public:
  // Returns whether the team goes to work.
  bool pass() const {
    state_.wait(kShut, std::memory_order_acquire);
    return state_.load(std::memory_order_acquire) == kOpen;
  }
  void open() { set(kOpen); }
  void send_home() { set(kHome); }

 private:
  enum State { kShut, kOpen, kHome };

  void set(State state) {
    state_.store(state, std::memory_order_release);
    state_.notify_all();
  }

  std::atomic<State> state_{kShut};
};

}  // namespace

void run_team(int count, const std::function<void(const Worker&)>& work) {
  Barrier barrier(count), nobody(1);
  Gate gate;
  Seats seats;
  if (count > 1) seats.take();
  std::vector<std::jthread> others;
  Worker first{0, count, &barrier};
  try {
    others.reserve(count - 1);
    for (int index = 1; index < count; ++index) {
      others.emplace_back([&, index] {
        if (!gate.pass()) return;
        seats.take();
        const FlushDenormals flush;
        work({index, count, &barrier});
      });
    }
    gate.open();
  } catch (const std::exception&) {  // no thread or no memory is left: one does as well
    gate.send_home();
    first = {0, 1, &nobody};
  }
  const FlushDenormals flush;
  work(first);
}

}  // namespace ranvier
