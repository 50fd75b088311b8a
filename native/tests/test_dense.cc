// The dense products against plain loops in double.
#include "check.h"

namespace ranvier::tests {
namespace {

// A dense layer of `inputs` × `units` and a batch of `rows`, with random values.
struct Case {
  Case(const Kernels& kernels, int64_t rows, int64_t inputs, int64_t units)
      : kernels(kernels),
        rows(rows),
        inputs(inputs),
        units(units),
        x_stride(round_up(inputs, 16)),
        y_stride(round_up(units, 16)),
        x(rows * x_stride),
        y(rows * y_stride),
        grad(rows * y_stride),
        weight(inputs * round_up(units, kernels.lanes)),
        bias(round_up(units, kernels.lanes)) {
    Random random;
    for (int64_t row = 0; row < rows; ++row) {
      random.fill(x.data() + row * x_stride, inputs);
      random.fill(grad.data() + row * y_stride, units);
    }
    for (int64_t k = 0; k < inputs; ++k) {
      for (int64_t m = 0; m < units; ++m) weight[place(k, m)] = random.next();
    }
    random.fill(bias.data(), units);
  }

  int64_t place(int64_t k, int64_t m) const {
    return panel_place(kernels, inputs, units, k, m);
  }
  Sparse x_matrix() { return {{x.data(), rows, inputs, x_stride}, nullptr, inputs}; }
  Matrix y_matrix() { return {y.data(), rows, units, y_stride}; }
  Matrix grad_matrix() { return {grad.data(), rows, units, y_stride}; }

  const Kernels& kernels;
  int64_t rows, inputs, units, x_stride, y_stride;
  Buffer x, y, grad, weight, bias;
};

void test_forward(Case& c) {
  const int64_t units = product_units(c.kernels, c.rows, c.units);
  const int64_t middle = units / 2;  // two shares give the whole
  for (const Range range : {Range{0, middle}, Range{middle, units}}) {
    c.kernels.dense_forward(c.x_matrix(), c.weight.data(), c.bias.data(),
                            {Activation::kIdentity, 0.0f}, c.y_matrix(), nullptr,
                            range);
  }
  for (int64_t row = 0; row < c.rows; ++row) {
    for (int64_t m = 0; m < c.units; ++m) {
      double expected = c.bias[m];
      for (int64_t k = 0; k < c.inputs; ++k) {
        expected += double{c.x[row * c.x_stride + k]} * c.weight[c.place(k, m)];
      }
      expect_near(c.y[row * c.y_stride + m], expected, kEpsilon * (c.inputs + 1),
                  "dense_forward");
    }
  }
}

void test_grad_x(Case& c) {
  const int64_t panels = tiles(c.inputs, 2 * c.kernels.lanes);
  Buffer transposed(c.units * round_up(c.inputs, c.kernels.lanes));
  Buffer grad_x(c.rows * c.x_stride);
  c.kernels.transpose(c.weight.data(), c.inputs, c.units, transposed.data(),
                      {0, panels});
  const Matrix out{grad_x.data(), c.rows, c.inputs, c.x_stride};
  c.kernels.dense_grad_x(c.grad_matrix(), transposed.data(), {Activation::kTanh, 0.0f},
                         c.x.data(), nullptr, out,
                         {0, product_units(c.kernels, c.rows, c.inputs)});
  for (int64_t row = 0; row < c.rows; ++row) {
    for (int64_t k = 0; k < c.inputs; ++k) {
      double expected = 0.0;
      for (int64_t m = 0; m < c.units; ++m) {
        expected += double{c.grad[row * c.y_stride + m]} * c.weight[c.place(k, m)];
      }
      const double y = c.x[row * c.x_stride + k];
      expect_near(grad_x[row * c.x_stride + k], expected * (1.0 - y * y),
                  2 * kEpsilon * (c.units + 1), "dense_grad_x");
    }
    for (int64_t k = c.inputs; k < round_up(c.inputs, c.kernels.lanes); ++k) {
      expect_near(grad_x[row * c.x_stride + k], 0.0, 0.0, "padding of grad_x");
    }
  }
}

void test_grad_weight(Case& c) {
  const int64_t lanes = c.kernels.lanes;
  Buffer weight_gradient(c.inputs * round_up(c.units, lanes));
  Buffer bias_gradient(round_up(c.units, lanes));
  Update store{};
  store.kind = Update::Kind::kStore;
  const Learnt weight{c.weight.data(), weight_gradient.data(), nullptr, nullptr,
                      nullptr};
  const Learnt bias{c.bias.data(), bias_gradient.data(), nullptr, nullptr, nullptr};
  c.kernels.dense_grad_weight(c.x_matrix(), c.grad_matrix(), store, weight, bias,
                              {0, product_units(c.kernels, c.inputs, c.units)});
  for (int64_t m = 0; m < c.units; ++m) {
    double total = 0.0;
    for (int64_t row = 0; row < c.rows; ++row) total += c.grad[row * c.y_stride + m];
    expect_near(bias_gradient[m], total, kEpsilon * (c.rows + 1), "bias gradient");
    for (int64_t k = 0; k < c.inputs; ++k) {
      double expected = 0.0;
      for (int64_t row = 0; row < c.rows; ++row) {
        expected += double{c.x[row * c.x_stride + k]} * c.grad[row * c.y_stride + m];
      }
      expect_near(weight_gradient[c.place(k, m)], expected, kEpsilon * (c.rows + 1),
                  "weight gradient");
    }
  }
}

// Leaving out columns that are zero changes no bit of outputs, weights and state.
void test_left_out(const Kernels& kernels, Update::Kind kind, int64_t units) {
  constexpr int64_t kRows = 9, kInputs = 71;
  Case c(kernels, kRows, kInputs, units);
  std::vector<int32_t> index;
  for (int64_t k = 0; k < kInputs; ++k) {
    if (k % 4 == 1 || k > 40) index.push_back(static_cast<int32_t>(k));
  }
  const auto kept = static_cast<int64_t>(index.size());
  Buffer few(kRows * c.x_stride), y(kRows * c.y_stride);
  Buffer full_x(kRows * c.x_stride);
  for (int64_t row = 0; row < kRows; ++row) {
    for (int64_t j = 0; j < kept; ++j) {
      const float value = c.x[row * c.x_stride + index[j]];
      few[row * c.x_stride + j] = full_x[row * c.x_stride + index[j]] = value;
    }
  }
  const Sparse sparse{{few.data(), kRows, kept, c.x_stride}, index.data(), kInputs};
  const Sparse full{{full_x.data(), kRows, kInputs, c.x_stride}, nullptr, kInputs};
  const Matrix out{y.data(), kRows, units, c.y_stride};
  const Range all{0, product_units(kernels, kRows, units)};
  kernels.dense_forward(full, c.weight.data(), nullptr, {Activation::kTanh, 0.0f},
                        c.y_matrix(), nullptr, all);
  kernels.dense_forward(sparse, c.weight.data(), nullptr, {Activation::kTanh, 0.0f},
                        out, nullptr, all);
  for (int64_t row = 0; row < kRows; ++row) {
    for (int64_t m = 0; m < units; ++m) {
      expect(y[row * c.y_stride + m] == c.y[row * c.y_stride + m], "sparse forward");
    }
  }
  const int64_t count = kInputs * round_up(units, kernels.lanes);
  const Update update{kind, 0.1f, 0.05f, 0.99f, 0.9f, 0.1f, 0.01f, 1e-6f, 1.0f};
  std::vector<Buffer> arrays;
  for (int array = 0; array < 10; ++array) arrays.emplace_back(count);
  const Learnt no_bias{};
  for (const int first : {0, 5}) {
    for (int64_t at = 0; at < count; ++at) {
      arrays[first][at] = c.weight[at];
      arrays[first + 2][at] = arrays[first + 3][at] = std::abs(c.weight[at]);
      arrays[first + 4][at] = arrays[first + 2][at] / 2;
    }
    const Learnt weight{arrays[first].data(), arrays[first + 1].data(),
                        arrays[first + 2].data(), arrays[first + 3].data(),
                        arrays[first + 4].data()};
    const Sparse& x = first == 0 ? full : sparse;
    kernels.dense_grad_weight(x, c.grad_matrix(), update, weight, no_bias,
                              {0, product_units(kernels, x.kept.width, units)});
  }
  for (int array = 0; array < 5; ++array) {
    for (int64_t at = 0; at < count; ++at) {
      expect_near(arrays[array + 5][at], arrays[array][at], 0.0,
                  "sparse update " + std::to_string(static_cast<int>(kind)) +
                      " array " + std::to_string(array));
    }
  }
}

// NaN in one input reaches its row of outputs and no other.
void test_nan(const Kernels& kernels) {
  Case c(kernels, 13, 17, 33);
  c.x[5 * c.x_stride + 16] = kNan;
  c.kernels.dense_forward(c.x_matrix(), c.weight.data(), c.bias.data(),
                          {Activation::kRelu, 0.0f}, c.y_matrix(), nullptr,
                          {0, product_units(kernels, 13, 33)});
  for (int64_t row = 0; row < 13; ++row) {
    for (int64_t m = 0; m < 33; ++m) {
      expect(std::isnan(c.y[row * c.y_stride + m]) == (row == 5),
             "NaN stays in its row");
    }
  }
}

}  // namespace

void test_dense(const Kernels& kernels) {
  for (const int64_t rows : kSizes) {
    for (const int64_t inputs : {1, 3, 12, 13, 16, 33, 65}) {
      for (const int64_t units : {1, 4, 8, 9, 15, 16, 17, 32, 33, 65}) {
        Case c(kernels, rows, inputs, units);
        test_forward(c);
        test_grad_x(c);
        test_grad_weight(c);
      }
    }
  }
  Case empty(kernels, 0, 5, 7);
  test_forward(empty);
  test_grad_weight(empty);
  test_nan(kernels);
  using Kind = Update::Kind;
  for (const Kind kind : {Kind::kStore, Kind::kSgd, Kind::kMomentum, Kind::kNag,
                          Kind::kAdagrad, Kind::kAdadelta, Kind::kRmsprop, Kind::kAdam,
                          Kind::kAdamw, Kind::kNadamw, Kind::kAmsgrad, Kind::kLion}) {
    for (const int64_t units : {1, 15, 16, 17, 33, 48}) {
      test_left_out(kernels, kind, units);
    }
  }
}

}  // namespace ranvier::tests
