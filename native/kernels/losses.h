// losses: the loss of each row, its gradient, and whether the class is right. Row
// losses and gradients carry the weights of their rows, gradients also the batch's
// scale.

RANVIER_INLINE float target_of(const LossBatch& batch, int64_t source, int64_t column) {
  if (batch.targets.values != nullptr) {
    return batch.targets.values[source * batch.output.width + column];
  }
  const int32_t label = batch.targets.classes[source];
  if (batch.output.width == 1) return static_cast<float>(label);
  return label == column ? 1.0f : 0.0f;
}

RANVIER_INLINE float weight_of(const LossBatch& batch, int64_t row) {
  return batch.weights == nullptr ? 1.0f : batch.weights[batch.rows[row]];
}

// The targets of kLanes columns from `column` on, of row `source` of all targets.
RANVIER_INLINE Vector targets_at(const LossBatch& batch, int64_t source,
                                 int64_t column) {
  if (batch.targets.classes != nullptr && batch.output.width > 1) {
    const int32_t label = batch.targets.classes[source];
    const IntVector here = lane_numbers() == static_cast<int32_t>(label - column);
    return select(here, broadcast(1.0f), Vector{});
  }
  Vector values{};
  for (int lane = 0; lane < kLanes && column + lane < batch.output.width; ++lane) {
    values[lane] = target_of(batch, source, column + lane);
  }
  return values;
}

RANVIER_INLINE uint32_t partner_of(const LossBatch& batch, int64_t row) {
  return batch.rows[batch.output.rows - 1 - row];
}

// The targets of kLanes columns from `column` on; zero beyond the width.
RANVIER_INLINE Vector targets_of(const LossBatch& batch, int64_t row, int64_t column) {
  const Vector own = targets_at(batch, batch.rows[row], column);
  if (batch.shares == nullptr || batch.shares[row] == 1.0f) return own;
  const float share = batch.shares[row];
  return own * share +
         targets_at(batch, partner_of(batch, row), column) * (1.0f - share);
}

// The class of a row, where there are classes; of a mixed row, that of its larger part.
RANVIER_INLINE int32_t label_of(const LossBatch& batch, int64_t row) {
  const bool is_own = batch.shares == nullptr || batch.shares[row] >= 0.5f;
  return batch.targets.classes[is_own ? batch.rows[row] : partner_of(batch, row)];
}

RANVIER_INLINE float* grad_row(const LossBatch& batch, int64_t row) {
  return batch.grad == nullptr ? nullptr : batch.grad + row * batch.output.stride;
}

// Whether the row has weight 0: then it has no loss and no gradient, whatever it holds.
RANVIER_INLINE bool is_absent(const LossBatch& batch, int64_t row) {
  if (weight_of(batch, row) != 0.0f) return false;
  batch.row_loss[row] = 0.0f;
  batch.row_correct[row] = 0;
  float* grad = grad_row(batch, row);
  for (int64_t at = 0; grad != nullptr && at < batch.output.width; at += kLanes) {
    store(grad + at, Vector{});
  }
  return true;
}

// With classes: the first largest output is the answer; one output says 1 above `half`.
RANVIER_INLINE bool is_right(const LossBatch& batch, int64_t row, float half) {
  if (batch.targets.classes == nullptr) return false;
  const float* y = batch.output.data + row * batch.output.stride;
  const int32_t label = label_of(batch, row);
  if (batch.output.width == 1) return (y[0] > half) == (label == 1);
  int64_t best = 0;
  for (int64_t column = 1; column < batch.output.width; ++column) {
    if (y[column] > y[best]) best = column;
  }
  return best == label;
}

constexpr float kPoissonEpsilon = 1e-8f;  // as PyTorch

struct LossTerm {
  Vector value;
  Vector slope;  // by the output
};

// The loss of one output p with target y; see recipe/losses.
template <Loss kLoss>
RANVIER_INLINE LossTerm loss_term(Vector p, Vector y, float parameter) {
  const Vector zero{};
  const Vector one = broadcast(1.0f);
  const Vector d = p - y;
  const Vector size = absolute(d);
  const Vector sign = select(d > 0.0f, one, select(d < 0.0f, -one, zero));
  if constexpr (kLoss == Loss::kMae) return {size, sign};
  if constexpr (kLoss == Loss::kHuber) {
    const IntVector is_far = size > parameter;
    return {select(is_far, parameter * (size - 0.5f * parameter), 0.5f * d * d),
            select(is_far, sign * parameter, d)};
  }
  if constexpr (kLoss == Loss::kLogCosh) {
    // Near 0 its Taylor series, where the difference would lose its digits.
    const Vector s = d * d;
    const Vector series =
        s * (0.5f + s * (-1.0f / 12.0f + s * (1.0f / 45.0f - s * (17.0f / 2520.0f))));
    const Vector far = size + log_1_plus(exp(-2.0f * size)) - 0.69314718f;
    return {select(size < 0.3f, series, far), tanh(d)};
  }
  if constexpr (kLoss == Loss::kHinge) {
    const Vector side = 2.0f * y - 1.0f;
    const Vector margin = 1.0f - side * p;
    const IntVector is_short = margin > 0.0f;
    // Written so that NaN passes.
    return {select(margin <= 0.0f, zero, margin), select(is_short, -side, zero)};
  }
  if constexpr (kLoss == Loss::kPoisson) {
    const Vector rate = p + kPoissonEpsilon;
    return {p - y * log(rate), 1.0f - y / rate};
  }
  if constexpr (kLoss == Loss::kQuantile) {
    const IntVector is_above = d > 0.0f;
    return {select(is_above, (1.0f - parameter) * d, -parameter * d),
            select(is_above, broadcast(1.0f - parameter),
                   select(d < 0.0f, broadcast(-parameter), zero))};
  }
  return {d * d, 2.0f * d};
}

// The mean of the outputs' terms; the gradient goes through the activation.
template <Loss kLoss>
inline void term_loss(const LossBatch& batch, Range rows) {
  const Matrix& output = batch.output;
  const float share = 1.0f / static_cast<float>(output.width);
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    if (is_absent(batch, row)) continue;
    const float* p = output.data + row * output.stride;
    float* grad = grad_row(batch, row);
    const float weight = weight_of(batch, row) * share;
    batch.row_correct[row] = is_right(batch, row, kLoss == Loss::kHinge ? 0.0f : 0.5f);
    Vector total{};
    for (int64_t at = 0; at < output.width; at += kLanes) {
      const IntVector inside = first_lanes(output.width - at);
      const Vector y = targets_of(batch, row, at);
      const LossTerm term = loss_term<kLoss>(load(p + at), y, batch.parameter);
      total += select(inside, term.value, Vector{});
      if (batch.grad != nullptr) {
        store(grad + at, select(inside, term.slope * (weight * batch.scale), Vector{}));
      }
    }
    batch.row_loss[row] = sum(total) * weight;
    if (batch.grad != nullptr) {
      const int64_t at = row * output.stride;
      derive_block(batch.bend, p, batch.slopes == nullptr ? nullptr : batch.slopes + at,
                   grad, output.stride, 1, tiles(output.width, kLanes));
    }
  }
}

// The targets, smoothed towards 1 / M (Szegedy et al. 2016, section 7).
RANVIER_INLINE Vector smoothed_targets(const LossBatch& batch, int64_t row,
                                       int64_t at) {
  const Vector y = targets_of(batch, row, at);
  if (batch.parameter == 0.0f) return y;
  const float share = batch.parameter / static_cast<float>(batch.output.width);
  return select(first_lanes(batch.output.width - at),
                y * (1.0f - batch.parameter) + share, Vector{});
}

// Logits in, probabilities out; L = sum over j of y_j (log sum exp(z) - z_j).
inline void cross_entropy(const LossBatch& batch, Range rows) {
  const Matrix& output = batch.output;
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    if (is_absent(batch, row)) continue;
    float* p = output.data + row * output.stride;
    float* grad = grad_row(batch, row);
    const float weight = weight_of(batch, row);
    batch.row_correct[row] = is_right(batch, row, 0.0f);
    Vector weighted{};
    Vector mass{};
    for (int64_t at = 0; at < output.width; at += kLanes) {
      const Vector y = smoothed_targets(batch, row, at);
      weighted += select(y != 0.0f, load(p + at) * y, Vector{});
      mass += y;
    }
    const Partition partition = softmax_row(p, output.width);
    const float total = sum(mass);
    batch.row_loss[row] =
        weight * (total * partition.log_sum - (sum(weighted) - total * partition.top));
    if (batch.grad == nullptr) continue;
    for (int64_t at = 0; at < output.width; at += kLanes) {
      const Vector y = smoothed_targets(batch, row, at);
      store(grad + at, (load(p + at) * total - y) * (weight * batch.scale));
    }
  }
}

// Turns a row of logits into the logarithms of their probabilities.
RANVIER_INLINE void log_softmax_row(float* y, int64_t width) {
  const float top = largest_of(y, width);
  Vector total{};
  for (int64_t at = 0; at < width; at += kLanes) {
    total += select(first_lanes(width - at), exp(load(y + at) - top), Vector{});
  }
  const Vector log_sum = log(broadcast(sum(total)));
  for (int64_t at = 0; at < width; at += kLanes) {
    store(y + at, load(y + at) - top - log_sum);
  }
}

// Logits in, probabilities out; L = sum over j of y_j · -(1 - p_j)^γ log p_j.
inline void focal(const LossBatch& batch, Range rows) {
  const Matrix& output = batch.output;
  const float gamma = batch.parameter;
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    if (is_absent(batch, row)) continue;
    float* p = output.data + row * output.stride;
    float* grad = grad_row(batch, row);
    const float weight = weight_of(batch, row);
    batch.row_correct[row] = is_right(batch, row, 0.0f);
    log_softmax_row(p, output.width);
    Vector total{};
    Vector pull{};
    for (int64_t at = 0; at < output.width; at += kLanes) {
      const Vector y = targets_of(batch, row, at);
      const Vector log_p = load(p + at);
      const Vector here = select(first_lanes(output.width - at), exp(log_p), Vector{});
      store(p + at, here);
      const Vector log_rest = log(select(here < 1.0f, 1.0f - here, broadcast(1e-30f)));
      const Vector modulation = exp(gamma * log_rest);
      const Vector steep = gamma * here * exp((gamma - 1.0f) * log_rest) * log_p;
      const Vector h = select(y != 0.0f, y * (steep - modulation), Vector{});
      // NaN is no probability, and must show.
      total -= select((y != 0.0f) | (here != here), y * modulation * log_p, Vector{});
      pull += h;
      if (batch.grad != nullptr) store(grad + at, h);
    }
    batch.row_loss[row] = weight * sum(total);
    if (batch.grad == nullptr) continue;
    const float all = sum(pull);
    for (int64_t at = 0; at < output.width; at += kLanes) {
      const Vector h = load(grad + at) - load(p + at) * all;
      store(grad + at, h * (weight * batch.scale));
    }
  }
}

// What a no, or a yes, weighs in kLanes labels from `column` on.
RANVIER_INLINE Vector label_weights_at(const LossBatch& batch, bool is_yes,
                                       int64_t column) {
  const float* weights = batch.label_weights + (is_yes ? batch.output.width : 0);
  Vector values{};
  for (int lane = 0; lane < kLanes && column + lane < batch.output.width; ++lane) {
    values[lane] = weights[column + lane];
  }
  return values;
}

// a y and b (1 - y) for the weights a of yes and b of no, and their sum.
struct Sides {
  Vector yes;
  Vector mass;
};

RANVIER_INLINE Sides sides_of(const LossBatch& batch, Vector y, int64_t at) {
  const Vector yes = y * label_weights_at(batch, true, at);
  return {yes, yes + (1.0f - y) * label_weights_at(batch, false, at)};
}

// Logits in, probabilities out; L = mean of max(z, 0) - z y + log(1 + exp(-|z|)). With
// weights of labels (a y + b (1 - y)) (max(z, 0) + log(1 + exp(-|z|))) - a y z.
inline void binary_cross_entropy(const LossBatch& batch, Range rows) {
  const Matrix& output = batch.output;
  const float share = 1.0f / static_cast<float>(output.width);
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    if (is_absent(batch, row)) continue;
    float* p = output.data + row * output.stride;
    float* grad = grad_row(batch, row);
    const float weight = weight_of(batch, row) * share;
    batch.row_correct[row] = is_right(batch, row, 0.0f);
    Vector total{};
    for (int64_t at = 0; at < output.width; at += kLanes) {
      const IntVector inside = first_lanes(output.width - at);
      const Vector z = load(p + at);
      const Vector y = targets_of(batch, row, at) * (1.0f - batch.parameter) +
                       0.5f * batch.parameter;
      const Vector positive = select(z < 0.0f, Vector{}, z);
      const Vector rest = log_1_plus(exp(-absolute(z)));
      const Vector probability = sigmoid(z);
      Vector loss = positive - z * y + rest;
      Vector slope = probability - y;
      if (batch.label_weights != nullptr) {
        const Sides sides = sides_of(batch, y, at);
        loss = sides.mass * (positive + rest) - sides.yes * z;
        slope = probability * sides.mass - sides.yes;
      }
      total += select(inside, loss, Vector{});
      store(p + at, probability);
      if (batch.grad != nullptr) {
        store(grad + at, select(inside, slope * (weight * batch.scale), Vector{}));
      }
    }
    batch.row_loss[row] = sum(total) * weight;
  }
}

inline void loss(Loss loss, const LossBatch& batch, Range rows) {
  switch (loss) {
    case Loss::kMse:
      return term_loss<Loss::kMse>(batch, rows);
    case Loss::kMae:
      return term_loss<Loss::kMae>(batch, rows);
    case Loss::kHuber:
      return term_loss<Loss::kHuber>(batch, rows);
    case Loss::kLogCosh:
      return term_loss<Loss::kLogCosh>(batch, rows);
    case Loss::kHinge:
      return term_loss<Loss::kHinge>(batch, rows);
    case Loss::kPoisson:
      return term_loss<Loss::kPoisson>(batch, rows);
    case Loss::kQuantile:
      return term_loss<Loss::kQuantile>(batch, rows);
    case Loss::kCrossEntropy:
      return cross_entropy(batch, rows);
    case Loss::kFocal:
      return focal(batch, rows);
    case Loss::kBinaryCrossEntropy:
      return binary_cross_entropy(batch, rows);
  }
}
