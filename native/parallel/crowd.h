// crowd: threads that take work as they come, and never wait for each other.
#pragma once

#include <functional>

namespace ranvier {

// Calls work(index) on up to `count` threads, index < count; the calling one is 0. A
// thread that has not begun when the calling one is done does nothing: on a busy
// machine it may get a core late. Denormal numbers count as zero while it runs.
void run_crowd(int count, const std::function<void(int)>& work);

}  // namespace ranvier
