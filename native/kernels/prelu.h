// prelu: y = x above zero and slope · x elsewhere; a slope for each column of a row.

inline void prelu_forward(const Matrix& x, const float* slopes, const Matrix& out,
                          Range rows) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    for (int64_t at = 0; at < x.width; at += kLanes) {
      const Vector z = load(x.data + row * x.stride + at);
      store(out.data + row * out.stride + at,
            select(z > 0.0f, z, z * load(slopes + at)));
    }
  }
}

inline void prelu_grad_x(const Matrix& x, const float* slopes, const Matrix& grad,
                         const Matrix& grad_x, Range rows) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    for (int64_t at = 0; at < x.width; at += kLanes) {
      const Vector z = load(x.data + row * x.stride + at);
      const Vector g = load(grad.data + row * grad.stride + at);
      store(grad_x.data + row * grad_x.stride + at,
            select(z > 0.0f, g, g * load(slopes + at)));
    }
  }
}

// grad_slopes[j] = the sum over the rows of grad · x where x is not above zero.
inline void prelu_grad_slopes(const Matrix& x, const Matrix& grad, float* grad_slopes,
                              Range vectors) {
  for (int64_t at = vectors.begin * kLanes; at < vectors.end * kLanes; at += kLanes) {
    Vector total{};
    for (int64_t row = 0; row < x.rows; ++row) {
      const Vector z = load(x.data + row * x.stride + at);
      const Vector g = load(grad.data + row * grad.stride + at);
      total = fma(g, select(z > 0.0f, Vector{}, z), total);
    }
    store(grad_slopes + at, total);
  }
}
