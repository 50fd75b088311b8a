// team: threads that go through the same program, each with its share of every phase.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "kernels/contracts.h"

namespace ranvier {

// The meeting point of `count` threads.
class Barrier {
 public:
  explicit Barrier(int count) : count_(count) {}

  // Returns when all threads have come; spins, then gives way to other work.
  void wait() {
    if (count_ == 1) return;
    const uint32_t round = round_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == count_) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      return;
    }
    for (int spins = 0; round_.load(std::memory_order_acquire) == round; ++spins) {
      pause(spins);
    }
  }

 private:
  static void pause(int spins);

  const int count_;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<uint32_t> round_{0};
};

// One thread of a team.
struct Worker {
  int index;
  int count;
  Barrier* barrier;

  bool is_first() const { return index == 0; }
  void wait() const { barrier->wait(); }

  // This worker's share of `units`.
  Range share(int64_t units) const {
    return {units * index / count, units * (index + 1) / count};
  }
};

// Calls `work` on `count` threads, the calling one among them, and waits for all.
// Denormal numbers count as zero while it runs.
void run_team(int count, const std::function<void(const Worker&)>& work);

}  // namespace ranvier
