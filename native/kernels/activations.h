// activations: y = f(z), and f'(z): read off y where y tells it, else kept from z.

constexpr float kSeluScale = 1.0507010f;  // Klambauer et al. 2017, section 2
constexpr float kSeluAlpha = 1.6732632f;

template <Activation kKind>
RANVIER_INLINE Vector activate(Vector z, float slope) {
  const Vector one = broadcast(1.0f);
  const IntVector below = z < 0.0f;
  if constexpr (kKind == Activation::kSigmoid) return sigmoid(z);
  if constexpr (kKind == Activation::kTanh) return tanh(z);
  if constexpr (kKind == Activation::kRelu) return select(below, Vector{}, z);
  if constexpr (kKind == Activation::kLeakyRelu) return select(below, z * slope, z);
  if constexpr (kKind == Activation::kElu) {
    return select(below, exp_minus_1(select(below, z, Vector{})), z);
  }
  if constexpr (kKind == Activation::kSelu) {
    const Vector bent = exp_minus_1(select(below, z, Vector{})) * kSeluAlpha;
    return select(below, bent, z) * kSeluScale;
  }
  if constexpr (kKind == Activation::kGelu) return z * normal_share(z);
  if constexpr (kKind == Activation::kSilu) return z * sigmoid(z);
  if constexpr (kKind == Activation::kMish) return z * tanh(softplus(z));
  if constexpr (kKind == Activation::kSoftplus) return softplus(z);
  if constexpr (kKind == Activation::kHardSigmoid) {
    const Vector line = z * (1.0f / 6.0f) + 0.5f;
    return select(line > 1.0f, one, select(line < 0.0f, Vector{}, line));
  }
  return z;
}

// f'(z) where y = f(z) tells it.
template <Activation kKind>
RANVIER_INLINE Vector derivative(Vector y, float slope) {
  const Vector one = broadcast(1.0f);
  const IntVector above = y > 0.0f;
  if constexpr (kKind == Activation::kSigmoid) return y * (one - y);
  if constexpr (kKind == Activation::kTanh) return one - y * y;
  if constexpr (kKind == Activation::kRelu) return select(above, one, Vector{});
  if constexpr (kKind == Activation::kLeakyRelu) {
    return select(above, one, broadcast(slope));
  }
  if constexpr (kKind == Activation::kElu) return select(above, one, y + one);
  if constexpr (kKind == Activation::kSelu) {
    return select(above, broadcast(kSeluScale), y + kSeluScale * kSeluAlpha);
  }
  if constexpr (kKind == Activation::kHardSigmoid) {
    return select(above & (y < one), broadcast(1.0f / 6.0f), Vector{});
  }
  return one;
}

// f'(z) where it takes z itself.
template <Activation kKind>
RANVIER_INLINE Vector slope_at(Vector z) {
  if constexpr (kKind == Activation::kGelu) {
    const Vector density = exp(z * z * -0.5f) * 0.39894228f;
    return normal_share(z) + z * density;
  }
  const Vector s = sigmoid(z);
  if constexpr (kKind == Activation::kSilu) return s + z * s * (1.0f - s);
  if constexpr (kKind == Activation::kMish) {
    const Vector t = tanh(softplus(z));
    return t + z * s * (1.0f - t * t);
  }
  return s;
}

// Calls `use.template operator()<kKind>()` for the activation; softmax, which is no
// function of one number, counts as identity.
template <typename Use>
RANVIER_INLINE void with_activation(Activation activation, Use use) {
  switch (activation) {
    case Activation::kSigmoid:
      return use.template operator()<Activation::kSigmoid>();
    case Activation::kTanh:
      return use.template operator()<Activation::kTanh>();
    case Activation::kRelu:
      return use.template operator()<Activation::kRelu>();
    case Activation::kLeakyRelu:
      return use.template operator()<Activation::kLeakyRelu>();
    case Activation::kElu:
      return use.template operator()<Activation::kElu>();
    case Activation::kSelu:
      return use.template operator()<Activation::kSelu>();
    case Activation::kGelu:
      return use.template operator()<Activation::kGelu>();
    case Activation::kSilu:
      return use.template operator()<Activation::kSilu>();
    case Activation::kMish:
      return use.template operator()<Activation::kMish>();
    case Activation::kSoftplus:
      return use.template operator()<Activation::kSoftplus>();
    case Activation::kHardSigmoid:
      return use.template operator()<Activation::kHardSigmoid>();
    case Activation::kIdentity:
    case Activation::kSoftmax:
      return use.template operator()<Activation::kIdentity>();
  }
}

RANVIER_INLINE bool is_plain(Activation activation) {
  return activation == Activation::kIdentity || activation == Activation::kSoftmax;
}

// block[i][j] ← f(block[i][j]) for `rows` rows of `vectors` vectors; slopes, unless
// null, take f' for the activations that need it.
inline void activate_block(const Bend& bend, float* block, float* slopes,
                           int64_t stride, int64_t rows, int64_t vectors) {
  if (is_plain(bend.activation)) return;
  with_activation(bend.activation, [&]<Activation kKind>() {
    const float slope = bend.slope;
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t v = 0; v < vectors; ++v) {
        const int64_t at = row * stride + v * kLanes;
        const Vector z = load(block + at);
        if constexpr (needs_slopes(kKind)) {
          if (slopes != nullptr) store(slopes + at, slope_at<kKind>(z));
        }
        store(block + at, activate<kKind>(z, slope));
      }
    }
  });
}

// grad[i][j] ← grad[i][j] · f'(z[i][j]), where y = f(z) and slopes have grad's stride.
inline void derive_block(const Bend& bend, const float* y, const float* slopes,
                         float* grad, int64_t stride, int64_t rows, int64_t vectors) {
  if (is_plain(bend.activation)) return;
  with_activation(bend.activation, [&]<Activation kKind>() {
    const float slope = bend.slope;
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t v = 0; v < vectors; ++v) {
        const int64_t at = row * stride + v * kLanes;
        const Vector by = needs_slopes(kKind) ? load(slopes + at)
                                              : derivative<kKind>(load(y + at), slope);
        store(grad + at, load(grad + at) * by);
      }
    }
  });
}

inline void activate_rows(const Bend& bend, const Matrix& out, float* slopes,
                          Range rows) {
  const int64_t at = rows.begin * out.stride;
  activate_block(bend, out.data + at, slopes == nullptr ? nullptr : slopes + at,
                 out.stride, rows.end - rows.begin, tiles(out.width, kLanes));
}

inline void derive_rows(const Bend& bend, const float* y, const float* slopes,
                        const Matrix& grad, Range rows) {
  const int64_t at = rows.begin * grad.stride;
  derive_block(bend, y + at, slopes == nullptr ? nullptr : slopes + at, grad.data + at,
               grad.stride, rows.end - rows.begin, tiles(grad.width, kLanes));
}

inline void add(const float* a, const float* b, float* out, int64_t count) {
  for (int64_t at = 0; at < count; at += kLanes) {
    store(out + at, load(a + at) + load(b + at));
  }
}

RANVIER_INLINE float largest_of(const float* y, int64_t width) {
  Vector most = broadcast(-__builtin_inff());
  for (int64_t at = 0; at < width; at += kLanes) {
    const Vector z = load(y + at);
    most = select((z < most) | ~first_lanes(width - at), most, z);
  }
  return largest(most);
}

// Turns a row of logits into probabilities; returns log(sum(exp(z))) - max(z) and max.
struct Partition {
  float log_sum;
  float top;
};

RANVIER_INLINE Partition softmax_row(float* y, int64_t width) {
  const float top = largest_of(y, width);
  Vector total{};
  for (int64_t at = 0; at < width; at += kLanes) {
    const Vector e = select(first_lanes(width - at), exp(load(y + at) - top), Vector{});
    total += e;
    store(y + at, e);
  }
  const float all = sum(total);
  for (int64_t at = 0; at < width; at += kLanes) store(y + at, load(y + at) / all);
  return {log(broadcast(all))[0], top};
}

inline void softmax(const Matrix& values, Range rows) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    softmax_row(values.data + row * values.stride, values.width);
  }
}

// grad ← y · (grad - sum(grad · y)), the Jacobian of softmax times grad.
inline void softmax_grad(const Matrix& values, float* grad, Range rows) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const float* y = values.data + row * values.stride;
    float* g = grad + row * values.stride;
    Vector product{};
    for (int64_t at = 0; at < values.width; at += kLanes) {
      product += load(y + at) * load(g + at);
    }
    const float total = sum(product);
    for (int64_t at = 0; at < values.width; at += kLanes) {
      store(g + at, load(y + at) * (load(g + at) - total));
    }
  }
}

inline void sigmoid_rows(const Matrix& values, Range rows) {
  activate_block({Activation::kSigmoid, 0.0f}, values.data + rows.begin * values.stride,
                 nullptr, values.stride, rows.end - rows.begin,
                 tiles(values.width, kLanes));
}
