#include "program/dense_layer.h"

namespace ranvier {

DenseLayer::DenseLayer(const Kernels& kernels, Signal& input, const DenseSpec& spec)
    : kernels_(kernels),
      input_(input),
      output_(signal_of(spec.units, spec.bend)),
      has_bias_(spec.has_bias),
      weight_(Parameter{.name = "weight", .rows = input.width, .width = spec.units}
                  .sized_for(kernels)),
      bias_(Parameter{.name = "bias", .rows = 1, .width = spec.units}.sized_for(
          kernels)) {}

void DenseLayer::plan(Arena& arena, int64_t capacity, int slots) {
  ask(arena, weight_, slots);
  if (has_bias_) ask(arena, bias_, slots);
  ask(arena, output_, capacity);
  arena.ask(&transposed_, output_.width * round_up(input_.width, kernels_.lanes));
}

double DenseLayer::flops_per_row() const {
  return 6.0 * static_cast<double>(weight_.rows * weight_.width);
}

void DenseLayer::forward(const Worker& worker, const Pass& pass) {
  const int64_t rows = pass.rows;
  const Matrix out = output_.matrix(rows);
  kernels_.dense_forward(input_.sparse(rows), weight_.learnt.values,
                         bias_.learnt.values, output_.bend, out, output_.slopes,
                         worker.share(product_units(kernels_, rows, output_.width)));
  if (output_.bend.activation == Activation::kSoftmax) {
    worker.wait();
    kernels_.softmax(out, worker.share(rows));
  }
}

void DenseLayer::backward(const Worker& worker, const Pass& pass, const Update& update,
                          bool wants_grad_x) {
  const int64_t rows = pass.rows;
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
