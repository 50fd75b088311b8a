// activations: f(z), and f'(z) read off y = f(z).

template <Activation kActivation>
RANVIER_INLINE Vector activate(Vector z) {
  if constexpr (kActivation == Activation::kSigmoid) return sigmoid(z);
  if constexpr (kActivation == Activation::kTanh) return tanh(z);
  if constexpr (kActivation == Activation::kRelu) {
    return select(z < 0.0f, Vector{}, z);
  }
  if constexpr (kActivation == Activation::kLeakyRelu) {
    return select(z < 0.0f, z * 0.01f, z);
  }
  return z;
}

template <Activation kActivation>
RANVIER_INLINE Vector derivative(Vector y) {
  const Vector one = broadcast(1.0f);
  if constexpr (kActivation == Activation::kSigmoid) return y * (one - y);
  if constexpr (kActivation == Activation::kTanh) return one - y * y;
  if constexpr (kActivation == Activation::kRelu)
    return select(y > 0.0f, one, Vector{});
  if constexpr (kActivation == Activation::kLeakyRelu) {
    return select(y > 0.0f, one, broadcast(0.01f));
  }
  return one;
}

// Calls `use.template operator()<kActivation>()` for the activation; softmax, which
// is no function of one number, counts as identity.
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
    case Activation::kIdentity:
    case Activation::kSoftmax:
      return use.template operator()<Activation::kIdentity>();
  }
}

// block[i][j] ← f(block[i][j]) for `rows` rows of `vectors` vectors.
inline void activate_block(Activation activation, float* block, int64_t stride,
                           int64_t rows, int64_t vectors) {
  if (activation == Activation::kIdentity || activation == Activation::kSoftmax) return;
  with_activation(activation, [&]<Activation kActivation>() {
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t v = 0; v < vectors; ++v) {
        float* at = block + row * stride + v * kLanes;
        store(at, activate<kActivation>(load(at)));
      }
    }
  });
}

// grad[i][j] ← grad[i][j] · f'(z[i][j]), where y = f(z) has grad's stride.
inline void derive_block(Activation activation, const float* y, float* grad,
                         int64_t stride, int64_t rows, int64_t vectors) {
  if (activation == Activation::kIdentity || activation == Activation::kSoftmax) return;
  with_activation(activation, [&]<Activation kActivation>() {
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t v = 0; v < vectors; ++v) {
        const int64_t at = row * stride + v * kLanes;
        store(grad + at, load(grad + at) * derivative<kActivation>(load(y + at)));
      }
    }
  });
}

inline void softmax(const Matrix& values, Range rows) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    float* y = values.data + row * values.stride;
    Vector most = broadcast(-__builtin_inff());
    for (int64_t at = 0; at < values.width; at += kLanes) {
      const IntVector inside = first_lanes(values.width - at);
      const Vector z = load(y + at);
      most = select((z < most) | ~inside, most, z);
    }
    const float top = largest(most);
    Vector total{};
    for (int64_t at = 0; at < values.width; at += kLanes) {
      const IntVector inside = first_lanes(values.width - at);
      const Vector e = select(inside, exp(load(y + at) - top), Vector{});
      total += e;
      store(y + at, e);
    }
    const float share = 1.0f / sum(total);
    for (int64_t at = 0; at < values.width; at += kLanes) {
      store(y + at, load(y + at) * share);
    }
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
  activate_block(Activation::kSigmoid, values.data + rows.begin * values.stride,
                 values.stride, rows.end - rows.begin, tiles(values.width, kLanes));
}
