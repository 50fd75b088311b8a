// pause: what a thread does while it spins.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ranvier {

// Leaves the core to its other hardware thread for a moment: about 10 ns.
inline void pause_core() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace ranvier
