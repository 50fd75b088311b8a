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

  // most: threads. first: the steps of the first slice.
  explicit Pace(int most, int64_t first = kFew) : most_(most), first_steps_(first) {}

  // The next slice: about 20 ms of steps, or 2 ms to try the other way: long enough
  // that starting a thread is little of it. After a change of mind the other way is
  // tried again soon, then more and more seldom.
  Slice next() const {
    constexpr double kSlice = 0.02;
    constexpr double kTrial = 0.002;
    if (!is_warm_) return {most_, first_steps_};
    if (most_ > 1 && together_ == kUnknown) return {most_, fitting(kTrial, first_)};
    if (alone_ == kUnknown) return {1, fitting(kTrial, first_)};
    const bool is_trial = most_ > 1 && since_ >= patience_;
    const bool joins = joins_best() != is_trial;
    const double cost = joins_best() ? together_ : alone_;
    return {joins ? most_ : 1, fitting(is_trial ? kTrial : kSlice, cost)};
  }

  // Tells what a slice took, in seconds.
  void took(const Slice& slice, double seconds) {
    const double cost = std::max(seconds / static_cast<double>(slice.steps), 1e-9);
    if (!is_warm_) {
      is_warm_ = true;  // the first steps meet cold memory
      first_ = cost;
      return;
    }
    const bool joins = slice.threads > 1;
    const bool joined_best = joins_best();
    double& known = joins ? together_ : alone_;
    // One slow slice may be chance; two are not.
    known = known == kUnknown || cost < known ? cost : (known + cost) / 2.0;
    ++since_;
    if (joins_best() != joined_best) {
      patience_ = 1;
    } else if (joins != joined_best) {
      patience_ = std::min(2 * patience_, kMostPatience);
    } else {
      return;
    }
    since_ = 0;
  }

  // The number of threads that went fastest.
  int best() const { return joins_best() ? most_ : 1; }

 private:
  static constexpr double kUnknown = -1.0;
  static constexpr int64_t kFew = 4;
  static constexpr int kMostPatience = 16;

  static int64_t fitting(double seconds, double cost) {
    return std::max<int64_t>(1, static_cast<int64_t>(std::min(seconds / cost, 1e9)));
  }

  bool joins_best() const {
    return most_ > 1 &&
           (together_ == kUnknown || alone_ == kUnknown || together_ < alone_);
  }

  int most_;
  int64_t first_steps_;
  bool is_warm_ = false;
  int since_ = 0;     // slices since the other way was tried
  int patience_ = 1;  // so many slices go by before it is tried again
  double first_ = kUnknown;
  double alone_ = kUnknown;
  double together_ = kUnknown;
};

}  // namespace ranvier
