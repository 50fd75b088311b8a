// optimizers: one vector of weights, its gradient and its state; see recipe/optimizers.
// A running mean is before + (1 - decay) · (now - before).

// The weight after a step of adam or one of its kin.
template <Update::Kind kKind>
RANVIER_INLINE Vector adam_step(const Update& update, const Learnt& learnt, int64_t at,
                                Vector w, Vector g) {
  const Vector mean_before = load(learnt.slot_1 + at);
  const Vector square_before = load(learnt.slot_2 + at);
  const Vector mean = fma(g - mean_before, update.blend, mean_before);
  const Vector square = fma(fma(g, g, -square_before), update.blend_2, square_before);
  store(learnt.slot_1 + at, mean);
  store(learnt.slot_2 + at, square);
  Vector below = square;
  if constexpr (kKind == Update::Kind::kAmsgrad) {
    const Vector largest_before = load(learnt.slot_3 + at);
    below = select(square < largest_before, largest_before, square);
    store(learnt.slot_3 + at, below);
  }
  Vector along = update.rate * mean;
  if constexpr (kKind == Update::Kind::kNadamw) along = fma(g, update.rate_2, along);
  constexpr bool kDecays =
      kKind == Update::Kind::kAdamw || kKind == Update::Kind::kNadamw;
  if constexpr (kDecays) w = w * update.keep;
  return w - along / (square_root(below) * update.correction + update.epsilon);
}

// The weight y of the next gradient.
RANVIER_INLINE Vector schedule_free_step(const Update& update, const Learnt& learnt,
                                         int64_t at, Vector y, Vector g) {
  const Vector lead = load(learnt.slot_1 + at);
  const Vector before = load(learnt.slot_2 + at);
  const Vector square = fma(fma(g, g, -before), update.blend_2, before);
  const Vector below = square_root(square) * update.correction + update.epsilon;
  const Vector ahead = lead - fma(y, update.rate_2, update.rate * g / below);
  const Vector left = fma(ahead, -update.share, ahead);
  store(learnt.slot_1 + at, left);
  store(learnt.slot_2 + at, square);
  const Vector mean = fma(ahead, update.share, fma(lead, -update.blend, y));
  return fma(left, update.blend, mean);
}

RANVIER_INLINE void blend_vector(float share, Vector values, float* average) {
  const Vector mean = load(average);
  store(average, fma(values - mean, share, mean));
}

// Moves the running mean towards what a step has left: the weight, or the mean of all
// z.
template <Update::Kind kKind>
RANVIER_INLINE void average_vector(const Update& update, const Learnt& learnt,
                                   int64_t at) {
  Vector shown = load(learnt.values + at);
  if constexpr (kKind == Update::Kind::kScheduleFree) {
    shown = fma(load(learnt.slot_1 + at), -update.blend, shown);
  }
  blend_vector(update.average, shown, learnt.average + at);
}

// The step alone, without the running mean.
template <Update::Kind kKind>
RANVIER_INLINE void step_vector(const Update& update, const Learnt& learnt, int64_t at,
                                Vector g) {
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
  if constexpr (kKind == Update::Kind::kAdadelta) {
    const Vector before = load(learnt.slot_1 + at);
    const Vector moved = load(learnt.slot_2 + at);
    const Vector square = fma(fma(g, g, -before), update.blend, before);
    const Vector step =
        g * square_root(moved + update.epsilon) / square_root(square + update.epsilon);
    store(learnt.slot_1 + at, square);
    store(learnt.slot_2 + at, fma(fma(step, step, -moved), update.blend, moved));
    w = fma(step, -update.rate, w);
  }
  if constexpr (kKind == Update::Kind::kLion) {
    const Vector before = load(learnt.slot_1 + at);
    const Vector towards = fma(g - before, update.blend, before);
    store(learnt.slot_1 + at, fma(g - before, update.blend_2, before));
    const Vector one = broadcast(1.0f);
    const Vector sign =
        select(towards > 0.0f, one, select(towards < 0.0f, -one, towards));
    w = fma(sign, -update.rate, w * update.keep);
  }
  if constexpr (is_adam(kKind)) w = adam_step<kKind>(update, learnt, at, w, g);
  if constexpr (kKind == Update::Kind::kScheduleFree) {
    w = schedule_free_step(update, learnt, at, w, g);
  }
  store(learnt.values + at, w);
}

template <Update::Kind kKind>
RANVIER_INLINE void update_vector(const Update& update, const Learnt& learnt,
                                  int64_t at, Vector g) {
  step_vector<kKind>(update, learnt, at, g);
  if (kKind != Update::Kind::kStore && learnt.average != nullptr) {
    average_vector<kKind>(update, learnt, at);
  }
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
    case Update::Kind::kAdadelta:
      return use.template operator()<Update::Kind::kAdadelta>();
    case Update::Kind::kRmsprop:
      return use.template operator()<Update::Kind::kRmsprop>();
    case Update::Kind::kAdamw:
      return use.template operator()<Update::Kind::kAdamw>();
    case Update::Kind::kNadamw:
      return use.template operator()<Update::Kind::kNadamw>();
    case Update::Kind::kAmsgrad:
      return use.template operator()<Update::Kind::kAmsgrad>();
    case Update::Kind::kLion:
      return use.template operator()<Update::Kind::kLion>();
    case Update::Kind::kScheduleFree:
      return use.template operator()<Update::Kind::kScheduleFree>();
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

inline void blend(float share, const float* values, float* average, int64_t count) {
  for (int64_t at = 0; at < count; at += kLanes) {
    blend_vector(share, load(values + at), average + at);
  }
}

inline void lean(float factor, const float* lead, float* values, int64_t count) {
  for (int64_t at = 0; at < count; at += kLanes) {
    store(values + at, fma(load(lead + at), factor, load(values + at)));
  }
}

// g ← g + l1 · sign(w) + l2 · w, then g into [-limit, limit].
inline void penalize(float l1, float l2, float limit, const float* values,
                     float* gradient, int64_t count) {
  const Vector one = broadcast(1.0f);
  for (int64_t at = 0; at < count; at += kLanes) {
    const Vector w = load(values + at);
    const Vector sign = select(w > 0.0f, one, select(w < 0.0f, -one, Vector{}));
    const Vector g = fma(w, l2, fma(sign, l1, load(gradient + at)));
    const Vector high = select(g > limit, broadcast(limit), g);
    store(gradient + at, select(high < -limit, broadcast(-limit), high));
  }
}

inline void scale(float factor, float* values, int64_t count) {
  for (int64_t at = 0; at < count; at += kLanes) {
    store(values + at, load(values + at) * factor);
  }
}

// Scales each column of panels (rows × width) down to a norm of `most`.
inline void limit_columns(float most, float* panels, int64_t rows, int64_t width,
                          Range units) {
  for (int64_t panel = units.begin; panel < units.end; ++panel) {
    const int64_t first = panel * 2 * kLanes;
    const int64_t vectors = width - first > kLanes ? 2 : 1;
    for (int64_t v = 0; v < vectors; ++v) {
      float* from = panels + first * rows + v * kLanes;
      Vector squares{};
      for (int64_t row = 0; row < rows; ++row) {
        const Vector w = load(from + row * vectors * kLanes);
        squares = fma(w, w, squares);
      }
      const Vector norm = square_root(squares);
      const IntVector is_long = norm > most;
      const Vector factor = select(
          is_long, most / select(is_long, norm, broadcast(1.0f)), broadcast(1.0f));
      for (int64_t row = 0; row < rows; ++row) {
        float* at = from + row * vectors * kLanes;
        store(at, load(at) * factor);
      }
    }
  }
}

inline double sum_of_squares(const float* values, int64_t count) {
  double total = 0.0;
  for (int64_t at = 0; at < count; at += kLanes) {
    const Vector value = load(values + at);
    total += static_cast<double>(sum(value * value));
  }
  return total;
}
