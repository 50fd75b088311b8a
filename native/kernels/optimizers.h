// optimizers: one vector of weights, its gradient and its state; see recipe/optimizers.
// A running mean is before + (1 - decay) · (now - before).

template <Update::Kind kKind>
RANVIER_INLINE void update_vector(const Update& update, const Learnt& learnt,
                                  int64_t at, Vector g) {
  if constexpr (kKind == Update::Kind::kStore) {
    store(learnt.gradient + at, g);
    return;
  }
  Vector w = load(learnt.values + at);
  if constexpr (kKind == Update::Kind::kSgd) w = fma(g, -update.rate, w);
  if constexpr (kKind == Update::Kind::kMomentum || kKind == Update::Kind::kNag) {
    const Vector velocity = fma(load(learnt.slot_1 + at), update.momentum, g);
    store(learnt.slot_1 + at, velocity);
    const bool looks_ahead = kKind == Update::Kind::kNag;
    w = fma(looks_ahead ? fma(velocity, update.momentum, g) : velocity, -update.rate,
            w);
  }
  if constexpr (kKind == Update::Kind::kAdagrad) {
    const Vector total = fma(g, g, load(learnt.slot_1 + at));
    store(learnt.slot_1 + at, total);
    w -= update.rate * g / (square_root(total) + update.epsilon);
  }
  if constexpr (kKind == Update::Kind::kRmsprop) {
    const Vector before = load(learnt.slot_1 + at);
    const Vector square = fma(fma(g, g, -before), update.blend, before);
    store(learnt.slot_1 + at, square);
    w -= update.rate * g / (square_root(square) + update.epsilon);
  }
  if constexpr (kKind == Update::Kind::kAdam) {
    const Vector mean_before = load(learnt.slot_1 + at);
    const Vector square_before = load(learnt.slot_2 + at);
    const Vector mean = fma(g - mean_before, update.blend, mean_before);
    const Vector square = fma(fma(g, g, -square_before), update.blend_2, square_before);
    store(learnt.slot_1 + at, mean);
    store(learnt.slot_2 + at, square);
    w -=
        update.rate * mean / (square_root(square) * update.correction + update.epsilon);
  }
  store(learnt.values + at, w);
}

// Calls `use.template operator()<kKind>()` for the kind of update.
template <typename Use>
RANVIER_INLINE void with_update(Update::Kind kind, Use use) {
  switch (kind) {
    case Update::Kind::kStore:
      return use.template operator()<Update::Kind::kStore>();
    case Update::Kind::kSgd:
      return use.template operator()<Update::Kind::kSgd>();
    case Update::Kind::kMomentum:
      return use.template operator()<Update::Kind::kMomentum>();
    case Update::Kind::kNag:
      return use.template operator()<Update::Kind::kNag>();
    case Update::Kind::kAdagrad:
      return use.template operator()<Update::Kind::kAdagrad>();
    case Update::Kind::kRmsprop:
      return use.template operator()<Update::Kind::kRmsprop>();
    case Update::Kind::kAdam:
      return use.template operator()<Update::Kind::kAdam>();
  }
}

inline void apply(const Update& update, const Learnt& learnt, int64_t count) {
  with_update(update.kind, [&]<Update::Kind kKind>() {
    for (int64_t at = 0; at < count; at += kLanes) {
      update_vector<kKind>(update, learnt, at, load(learnt.gradient + at));
    }
  });
}

inline double sum_of_squares(const float* values, int64_t count) {
  double total = 0.0;
  for (int64_t at = 0; at < count; at += kLanes) {
    const Vector value = load(values + at);
    total += static_cast<double>(sum(value * value));
  }
  return total;
}
