// pace: how many threads the next steps go through, by what the last ones cost. Any
// number gives the same bits, so that the choice is free: on a busy machine threads
// wait for each other longer than one would take alone.
#pragma once

#include <algorithm>
#include <cstdint>

namespace ranvier {

class Pace {
 public:
  struct Slice {
    int threads;
    int64_t steps;
  };

  explicit Pace(int most) : most_(most) {}

  // The next slice: about 20 ms of steps, or a few to try the other way.
  Slice next() const {
    constexpr double kSlice = 0.02;
    constexpr int kTryEvery = 8;
    if (!is_warm_ || (most_ > 1 && together_ == kUnknown)) return {most_, kTry};
    if (alone_ == kUnknown) return {1, kTry};
    const bool is_trial = most_ > 1 && slices_ % kTryEvery == 0;
    const bool joins = joins_best() != is_trial;
    const double cost = joins ? together_ : alone_;
    const auto fitting = static_cast<int64_t>(std::min(kSlice / cost, 1e9));
    return {joins ? most_ : 1, is_trial ? kTry : std::max(fitting, kTry)};
  }

  // Tells what a slice took, in seconds.
  void took(const Slice& slice, double seconds) {
    ++slices_;
    const double cost = std::max(seconds / static_cast<double>(slice.steps), 1e-9);
    if (!is_warm_) {
      is_warm_ = true;  // the first steps meet cold memory
    } else {
      double& known = slice.threads > 1 ? together_ : alone_;
      // One slow slice may be chance; two are not.
      known = known == kUnknown || cost < known ? cost : (known + cost) / 2.0;
    }
  }

  // The number of threads that went fastest.
  int best() const { return joins_best() ? most_ : 1; }

 private:
  static constexpr double kUnknown = -1.0;
  static constexpr int64_t kTry = 4;

  bool joins_best() const {
    return most_ > 1 && (together_ == kUnknown || together_ < alone_);
  }

  int most_;
  bool is_warm_ = false;
  int slices_ = 0;
  double alone_ = kUnknown;
  double together_ = kUnknown;
};

}  // namespace ranvier
