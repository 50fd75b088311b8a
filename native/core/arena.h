// arena: one aligned, zeroed block of memory, planned before it is taken.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

namespace ranvier {

// Hands out arrays of floats: first each is asked for, then `take` fills the pointers.
class Arena {
 public:
  // `*place` will point to `count` zeroed floats on a cache line of their own.
  void ask(float** place, int64_t count) {
    constexpr int64_t kLine = 16;
    wishes_.push_back({place, size_});
    size_ += (count + kLine - 1) / kLine * kLine;
  }

  // `*place` will point to the same array as `*other`, which was asked for before.
  void share(float** place, float* const* other) { shared_.push_back({place, other}); }

  void take() {
    constexpr int64_t kSlack = 16;  // a vector may be read past the last array's end
    // Zeroed as it is touched: what nobody uses takes no memory.
    size_t room = (size_ + kSlack) * sizeof(float) + kAlignment;
    block_.reset(std::calloc(room, 1));
    if (block_ == nullptr) throw std::bad_alloc();
    void* start = block_.get();
    float* const floats =
        static_cast<float*>(std::align(kAlignment, sizeof(float), start, room));
    for (const Wish& wish : wishes_) *wish.place = floats + wish.offset;
    for (const Shared& shared : shared_) *shared.place = *shared.other;
    wishes_.clear();
    shared_.clear();
  }

 private:
  struct Wish {
    float** place;
    int64_t offset;
  };
  struct Shared {
    float** place;
    float* const* other;
  };
  struct Free {
    void operator()(void* block) const { std::free(block); }
  };

  static constexpr size_t kAlignment = 64;

  std::vector<Wish> wishes_;
  std::vector<Shared> shared_;
  int64_t size_ = 0;
  std::unique_ptr<void, Free> block_;
};

}  // namespace ranvier
