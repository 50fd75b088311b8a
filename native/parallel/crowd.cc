#include "parallel/crowd.h"

#include <atomic>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "parallel/denormals.h"
#include "parallel/pause.h"
#include "parallel/seats.h"

namespace ranvier {
namespace {

// Lets threads in until it is closed.
class Door {
 public:
  bool enter() {
    if (state_.fetch_add(1, std::memory_order_acquire) < kClosed) return true;
    leave();
    return false;
  }
  void leave() {
    state_.fetch_sub(1, std::memory_order_release);
    state_.notify_one();
  }

  // Returns when nobody is inside any more.
  void close() {
    uint32_t state = state_.fetch_or(kClosed, std::memory_order_acquire) | kClosed;
    for (int spins = 0; state != kClosed; ++spins) {
      // Asleep, it leaves its core to the one that is waited for.
      if (spins > kSpins) state_.wait(state, std::memory_order_acquire);
      pause_core();
      state = state_.load(std::memory_order_acquire);
    }
  }

 private:
  static constexpr int kSpins = 4096;  // about 40 µs: waking up takes longer
  static constexpr uint32_t kClosed = uint32_t{1} << 31;
  std::atomic<uint32_t> state_{0};  // how many are inside; the highest bit: closed
};

// Calls `work` on a thread of its own; false where the system has none left.
template <typename Work>
bool begin(Work work) {
  try {
    std::thread(std::move(work)).detach();
  } catch (const std::exception&) {
    return false;
  }
  return true;
}

}  // namespace

void run_crowd(int count, const std::function<void(int)>& work) {
  const auto door = std::make_shared<Door>();  // who comes late still finds it
  Seats seats;
  if (count > 1) seats.take();
  for (int index = 1; index < count; ++index) {
    const bool has_begun = begin([door, index, &seats, &work] {
      if (!door->enter()) return;
      {
        seats.take();
        const FlushDenormals flush;
        work(index);
      }
      door->leave();
    });
    if (!has_begun) break;  // fewer do as well
  }
  {
    const FlushDenormals flush;
    work(0);
  }
  door->close();
}

}  // namespace ranvier
