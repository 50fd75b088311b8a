// update: how one step changes weights, and the arrays that it changes.
#pragma once

#include <cstdint>

namespace ranvier {

// One step's update of weights by their gradient; `kStore` writes the gradient alone.
struct Update {
  enum class Kind {
    kStore,
    kSgd,
    kMomentum,
    kNag,
    kAdagrad,
    kAdadelta,
    kRmsprop,
    kAdam,
    kAdamw,
    kNadamw,
    kAmsgrad,
    kLion,
    kScheduleFree
  };
  Kind kind;
  float rate;
  float rate_2;  // nadamw: of the gradient itself; schedule-free: of the weights
  float keep;    // 1 - rate · weight decay, where it is decoupled
  float momentum;
  float blend;    // 1 - decay or 1 - beta_1, rounded once
  float blend_2;  // 1 - beta_2
  float epsilon;
  float correction;      // adam: 1 / sqrt(1 - beta_2^t)
  float share = 0.0f;    // schedule-free: of the last z in the mean of all
  float average = 0.0f;  // of the new weights in their running mean
};

constexpr bool is_adam(Update::Kind kind) {
  return kind == Update::Kind::kAdam || kind == Update::Kind::kAdamw ||
         kind == Update::Kind::kNadamw || kind == Update::Kind::kAmsgrad;
}

// Whether the mean of squares is freed of its start at zero by `correction`.
constexpr bool debiases_square(Update::Kind kind) {
  return is_adam(kind) || kind == Update::Kind::kScheduleFree;
}

// What an update changes; every array has the same layout, unused ones are null.
// With schedule-free, the values lie between the mean x of all z and the last z, which
// is x + slot_1: they are x + (1 - beta_1) slot_1.
struct Learnt {
  float* values;
  float* gradient;
  float* slot_1;
  float* slot_2;
  float* slot_3;
  float* average = nullptr;  // the running mean of the values, or of x

  // The same from element `at` on.
  Learnt from(int64_t at) const {
    const auto move = [at](float* array) {
      return array == nullptr ? array : array + at;
    };
    return {move(values), move(gradient), move(slot_1),
            move(slot_2), move(slot_3),   move(average)};
  }
};

// Whether a weight with a gradient of zero stays as it is, and all that goes with it.
constexpr bool leaves_alone(Update::Kind kind, const Learnt& learnt) {
  return kind == Update::Kind::kSgd && learnt.average == nullptr;
}

}  // namespace ranvier
