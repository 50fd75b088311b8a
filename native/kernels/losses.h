// losses: the loss of each row, its gradient, and whether the class is right.

RANVIER_INLINE float target_of(const LossBatch& batch, int64_t row, int64_t column) {
  const int64_t source = batch.rows[row];
  if (batch.targets.values != nullptr) {
    return batch.targets.values[source * batch.output.width + column];
  }
  const int32_t label = batch.targets.classes[source];
  if (batch.output.width == 1) return static_cast<float>(label);
  return label == column ? 1.0f : 0.0f;
}

// The targets of kLanes columns from `column` on; zero beyond the width.
RANVIER_INLINE Vector targets_of(const LossBatch& batch, int64_t row, int64_t column) {
  if (batch.targets.classes != nullptr && batch.output.width > 1) {
    const int32_t label = batch.targets.classes[batch.rows[row]];
    const IntVector here = lane_numbers() == static_cast<int32_t>(label - column);
    return select(here, broadcast(1.0f), Vector{});
  }
  Vector values{};
  for (int lane = 0; lane < kLanes && column + lane < batch.output.width; ++lane) {
    values[lane] = target_of(batch, row, column + lane);
  }
  return values;
}

// With classes: the first largest output is the answer; one output says 1 above `half`.
RANVIER_INLINE bool is_right(const LossBatch& batch, int64_t row, float half) {
  if (batch.targets.classes == nullptr) return false;
  const float* y = batch.output.data + row * batch.output.stride;
  const int32_t label = batch.targets.classes[batch.rows[row]];
  if (batch.output.width == 1) return (y[0] > half) == (label == 1);
  int64_t best = 0;
  for (int64_t column = 1; column < batch.output.width; ++column) {
    if (y[column] > y[best]) best = column;
  }
  return best == label;
}

// L = mean (p - y)²; grad = 2 (p - y) / (M · rows) · f'(z).
inline void mse(const LossBatch& batch, Range rows) {
  const Matrix& output = batch.output;
  const float scale = 2.0f / (static_cast<float>(output.width) * output.rows);
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const float* y = output.data + row * output.stride;
    batch.row_correct[row] = is_right(batch, row, 0.5f);
    Vector total{};
    for (int64_t at = 0; at < output.width; at += kLanes) {
      const Vector difference =
          select(first_lanes(output.width - at),
                 load(y + at) - targets_of(batch, row, at), Vector{});
      total += difference * difference;
      if (batch.grad != nullptr) {
        store(batch.grad + row * output.stride + at, difference * scale);
      }
    }
    batch.row_loss[row] = sum(total) / static_cast<float>(output.width);
    if (batch.grad != nullptr) {
      const int64_t at = row * output.stride;
      derive_block(batch.bend, y, batch.slopes == nullptr ? nullptr : batch.slopes + at,
                   batch.grad + at, output.stride, 1, tiles(output.width, kLanes));
    }
  }
}

// Logits in, probabilities out; L = log sum exp(z) - z_y; grad = (p - y) / rows.
// Targets may be distributions: L = sum over j of y_j (log sum exp(z) - z_j).
inline void cross_entropy(const LossBatch& batch, Range rows) {
  const Matrix& output = batch.output;
  const float scale = 1.0f / static_cast<float>(output.rows);
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    float* y = output.data + row * output.stride;
    batch.row_correct[row] = is_right(batch, row, 0.0f);
    Vector most = broadcast(-__builtin_inff());
    for (int64_t at = 0; at < output.width; at += kLanes) {
      const Vector z = load(y + at);
      most = select((z < most) | ~first_lanes(output.width - at), most, z);
    }
    const float top = largest(most);
    Vector total{};
    Vector weighted{};
    Vector mass{};
    for (int64_t at = 0; at < output.width; at += kLanes) {
      const IntVector inside = first_lanes(output.width - at);
      const Vector z = load(y + at) - top;
      const Vector target = targets_of(batch, row, at);
      const Vector e = select(inside, exp(z), Vector{});
      total += e;
      weighted += select(inside & (target != 0.0f), z * target, Vector{});
      mass += target;
      store(y + at, e);
    }
    const float partition = sum(total);
    const float weight = sum(mass);
    batch.row_loss[row] = weight * log(broadcast(partition))[0] - sum(weighted);
    for (int64_t at = 0; at < output.width; at += kLanes) {
      const Vector p = load(y + at) / partition;
      store(y + at, p);
      if (batch.grad != nullptr) {
        const Vector target = targets_of(batch, row, at);
        store(batch.grad + row * output.stride + at, (p * weight - target) * scale);
      }
    }
  }
}

// Logits in, probabilities out; L = mean of max(z, 0) - z y + log(1 + exp(-|z|)).
inline void binary_cross_entropy(const LossBatch& batch, Range rows) {
  const Matrix& output = batch.output;
  const float scale = 1.0f / (static_cast<float>(output.width) * output.rows);
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    float* y = output.data + row * output.stride;
    batch.row_correct[row] = is_right(batch, row, 0.0f);
    Vector total{};
    for (int64_t at = 0; at < output.width; at += kLanes) {
      const IntVector inside = first_lanes(output.width - at);
      const Vector z = load(y + at);
      const Vector target = targets_of(batch, row, at);
      const Vector positive = select(z < 0.0f, Vector{}, z);
      const Vector loss = positive - z * target + log_1_plus(exp(-absolute(z)));
      total += select(inside, loss, Vector{});
      const Vector p = sigmoid(z);
      store(y + at, p);
      if (batch.grad != nullptr) {
        const Vector grad = select(inside, (p - target) * scale, Vector{});
        store(batch.grad + row * output.stride + at, grad);
      }
    }
    batch.row_loss[row] = sum(total) / static_cast<float>(output.width);
  }
}

inline void loss(Loss loss, const LossBatch& batch, Range rows) {
  switch (loss) {
    case Loss::kMse:
      return mse(batch, rows);
    case Loss::kCrossEntropy:
      return cross_entropy(batch, rows);
    case Loss::kBinaryCrossEntropy:
      return binary_cross_entropy(batch, rows);
  }
}
