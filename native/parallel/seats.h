// seats: a core for each thread of a team. The system may start a thread on the core of
// the one that made it, and leave it there although others are idle.
#pragma once

#include <sched.h>

#include <mutex>

namespace ranvier {

class Seats {
 public:
  Seats() { CPU_ZERO(&taken_); }

  // Moves the calling thread to a free core if another of the team sits on its own, and
  // returns the core; it may leave again. Without a free core, or the right to choose,
  // it stays.
  int take();

 private:
  std::mutex mutex_;
  cpu_set_t taken_;
};

}  // namespace ranvier
