#include "program/prelu_layer.h"

#include <algorithm>

namespace ranvier {

PreluLayer::PreluLayer(const Kernels& kernels, Signal& input, const PreluSpec& spec)
    : kernels_(kernels),
      input_(input),
      output_(signal_of(input.width, {Activation::kIdentity, 0.0f})),
      slope_(Parameter{.name = "slope", .rows = 1, .width = spec.channels}.sized_for(
          kernels)) {}

void PreluLayer::plan(Arena& arena, int64_t capacity, int slots) {
  ask(arena, slope_, slots);
  ask(arena, output_, capacity);
  arena.ask(&row_slopes_, output_.stride);
  arena.ask(&row_grads_, output_.stride);
}

void PreluLayer::forward(const Worker& worker, const Pass& pass) {
  if (worker.is_first()) {
    for (int64_t at = 0; at < output_.width; at += slope_.width) {
      std::copy_n(slope_.learnt.values, slope_.width, row_slopes_ + at);
    }
  }
  worker.wait();
  kernels_.prelu_forward(input_.matrix(pass.rows), row_slopes_,
                         output_.matrix(pass.rows), worker.share(pass.rows));
}

void PreluLayer::backward(const Worker& worker, const Pass& pass, const Update& update,
                          bool wants_grad_x) {
  const Matrix x = input_.matrix(pass.rows);
  const Matrix grad = output_.grad_matrix(pass.rows);
  if (wants_grad_x) {
    const Range rows = worker.share(pass.rows);
    kernels_.prelu_grad_x(x, row_slopes_, grad, input_.grad_matrix(pass.rows), rows);
    kernels_.derive(input_.bend, input_.values, input_.slopes,
                    input_.grad_matrix(pass.rows), rows);
  }
  kernels_.prelu_grad_slopes(x, grad, row_grads_,
                             worker.share(tiles(output_.width, kernels_.lanes)));
  worker.wait();
  if (!worker.is_first()) return;
  std::fill_n(slope_.learnt.gradient, slope_.count, 0.0f);
  for (int64_t at = 0; at < output_.width; ++at) {
    slope_.learnt.gradient[at % slope_.width] += row_grads_[at];
  }
  if (update.kind != Update::Kind::kStore) {
    kernels_.apply(update, slope_.learnt, slope_.count);
  }
}

}  // namespace ranvier
