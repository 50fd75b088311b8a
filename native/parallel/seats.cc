#include "parallel/seats.h"

namespace ranvier {

int Seats::take() {
  const std::lock_guard lock(mutex_);
  int here = sched_getcpu();
  if (here < 0 || here >= CPU_SETSIZE) return here;
  cpu_set_t allowed;
  const bool is_shared = CPU_ISSET(here, &taken_);
  if (is_shared && sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
    cpu_set_t free = allowed;
    for (int core = 0; core < CPU_SETSIZE; ++core) {
      if (CPU_ISSET(core, &taken_)) CPU_CLR(core, &free);
    }
    if (CPU_COUNT(&free) > 0 && sched_setaffinity(0, sizeof free, &free) == 0) {
      here = sched_getcpu();
      sched_setaffinity(0, sizeof allowed, &allowed);
    }
  }
  CPU_SET(here, &taken_);
  return here;
}

}  // namespace ranvier
