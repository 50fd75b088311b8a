#include "program/residual_layer.h"

namespace ranvier {
namespace {

// The floats of a share of rows, which lie one after the other.
Range floats_of(Range rows, int64_t stride) {
  return {rows.begin * stride, rows.end * stride};
}

}  // namespace

ForkLayer::ForkLayer(const Kernels& kernels, Signal& input)
    : kernels_(kernels),
      input_(input),
      output_(signal_of(input.width, {Activation::kIdentity, 0.0f})) {}

void ForkLayer::plan(Arena& arena, int64_t capacity, int) {
  output_.stride = input_.stride;
  arena.share(&output_.values, &input_.values);
  arena.ask(&output_.grad, capacity * output_.stride);
}

void ForkLayer::forward(const Worker&, const Pass&) {}

void ForkLayer::backward(const Worker& worker, const Pass& pass, const Update&,
                         bool wants_grad_x) {
  if (!wants_grad_x) return;
  const Range rows = worker.share(pass.rows);
  const Range share = floats_of(rows, output_.stride);
  kernels_.add(output_.grad + share.begin, end_->grad + share.begin,
               input_.grad + share.begin, share.end - share.begin);
  kernels_.derive(input_.bend, input_.values, input_.slopes,
                  input_.grad_matrix(pass.rows), rows);
}

AddLayer::AddLayer(const Kernels& kernels, Signal& input, ForkLayer& fork,
                   const Bend& bend)
    : kernels_(kernels),
      input_(input),
      fork_(fork),
      output_(signal_of(input.width, bend)) {
  fork.join(output_);
}

void AddLayer::plan(Arena& arena, int64_t capacity, int) {
  ask(arena, output_, capacity);
}

void AddLayer::forward(const Worker& worker, const Pass& pass) {
  const Range rows = worker.share(pass.rows);
  const Range share = floats_of(rows, output_.stride);
  kernels_.add(fork_.output().values + share.begin, input_.values + share.begin,
               output_.values + share.begin, share.end - share.begin);
  kernels_.activate(output_.bend, output_.matrix(pass.rows), output_.slopes, rows);
}

void AddLayer::backward(const Worker& worker, const Pass& pass, const Update&,
                        bool wants_grad_x) {
  if (!wants_grad_x) return;
  const Range rows = worker.share(pass.rows);
  copy_rows(output_.grad_matrix(pass.rows), input_.grad_matrix(pass.rows), rows);
  kernels_.derive(input_.bend, input_.values, input_.slopes,
                  input_.grad_matrix(pass.rows), rows);
}

}  // namespace ranvier
