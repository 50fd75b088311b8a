#include "program/dense_layer.h"

namespace ranvier {

int64_t row_stride(int64_t width) {
  constexpr int64_t kLine = 16;
  const int64_t lines = tiles(width, kLine);
  return (lines > 4 && lines % 2 == 0 ? lines + 1 : lines) * kLine;
}

DenseLayer::DenseLayer(const Kernels& kernels, Signal& input, int64_t units, Bend bend,
                       bool has_bias)
    : kernels_(kernels), input_(input), has_bias_(has_bias) {
  const int64_t padded = round_up(units, kernels.lanes);
  output_.width = units;
  output_.stride = row_stride(units);
  output_.bend = bend;
  weight_ = {"weight", input.width, units, input.width * padded, {}};
  bias_ = {"bias", 1, units, padded, {}};
}

void DenseLayer::plan(Arena& arena, int64_t capacity, int slots) {
  for (Parameter* parameter : parameters()) {
    Learnt& learnt = parameter->learnt;
    arena.ask(&learnt.values, parameter->count);
    arena.ask(&learnt.gradient, parameter->count);
    if (slots > 0) arena.ask(&learnt.slot_1, parameter->count);
    if (slots > 1) arena.ask(&learnt.slot_2, parameter->count);
    if (slots > 2) arena.ask(&learnt.slot_3, parameter->count);
  }
  arena.ask(&output_.values, capacity * output_.stride);
  arena.ask(&output_.grad, capacity * output_.stride);
  if (needs_slopes(output_.bend.activation)) {
    arena.ask(&output_.slopes, capacity * output_.stride);
  }
  arena.ask(&transposed_, output_.width * round_up(input_.width, kernels_.lanes));
}

void DenseLayer::forward(const Worker& worker, int64_t rows) {
  const Matrix out = output_.matrix(rows);
  kernels_.dense_forward(input_.sparse(rows), weight_.learnt.values,
                         bias_.learnt.values, output_.bend, out, output_.slopes,
                         worker.share(product_units(kernels_, rows, output_.width)));
  if (output_.bend.activation == Activation::kSoftmax) {
    worker.wait();
    kernels_.softmax(out, worker.share(rows));
  }
}

void DenseLayer::backward(const Worker& worker, int64_t rows, const Update& update,
                          bool wants_grad_x) {
  const Matrix grad = output_.grad_matrix(rows);
  if (output_.bend.activation == Activation::kSoftmax) {
    kernels_.softmax_grad(output_.matrix(rows), output_.grad, worker.share(rows));
    worker.wait();
  }
  if (wants_grad_x) {
    kernels_.transpose(weight_.learnt.values, input_.width, output_.width, transposed_,
                       worker.share(tiles(input_.width, 2 * kernels_.lanes)));
    worker.wait();
    kernels_.dense_grad_x(grad, transposed_, input_.bend, input_.values, input_.slopes,
                          input_.grad_matrix(rows),
                          worker.share(product_units(kernels_, rows, input_.width)));
  }
  const Sparse x = input_.sparse(rows);
  kernels_.dense_grad_weight(
      x, grad, update, weight_.learnt, bias_.learnt,
      worker.share(product_units(kernels_, x.kept.width, output_.width)));
}

std::vector<Parameter*> DenseLayer::parameters() {
  if (has_bias_) return {&weight_, &bias_};
  return {&weight_};
}

}  // namespace ranvier
