#include "parallel/team.h"

#include <sched.h>

#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ranvier {
namespace {

// Flushes denormal numbers to zero in this thread while it lives.
class FlushDenormals {
 public:
#if defined(__x86_64__)
  FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
  ~FlushDenormals() { _mm_setcsr(before_); }

 private:
  unsigned before_;
#elif defined(__aarch64__)
  FlushDenormals() {
    asm volatile("mrs %0, fpcr" : "=r"(before_));
    asm volatile("msr fpcr, %0" : : "r"(before_ | (uint64_t{1} << 24)));
  }
  ~FlushDenormals() { asm volatile("msr fpcr, %0" : : "r"(before_)); }

 private:
  uint64_t before_;
#endif
};

}  // namespace

void Barrier::pause(int spins) {
  constexpr int kSpins = 1024;  // about 10 µs: longer, and another needs the core
  if (spins > kSpins) {
    sched_yield();
    return;
  }
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

void run_team(int count, const std::function<void(const Worker&)>& work) {
  Barrier barrier(count);
  std::vector<std::jthread> others;
  others.reserve(count - 1);
  for (int index = 1; index < count; ++index) {
    others.emplace_back([&, index] {
      const FlushDenormals flush;
      work({index, count, &barrier});
    });
  }
  const FlushDenormals flush;
  work({0, count, &barrier});
}

}  // namespace ranvier
