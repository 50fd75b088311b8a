#include "program/residual_layer.h"

namespace ranvier {
namespace {

// out ← a + b, for rows of the same width; the padding of each is up to its stride.
void add_rows(const Kernels& kernels, const Matrix& a, const Matrix& b,
              const Matrix& out, Range rows) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    kernels.add(a.data + row * a.stride, b.data + row * b.stride,
                out.data + row * out.stride, out.width);
  }
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
  add_rows(kernels_, output_.grad_matrix(pass.rows), end_->grad_matrix(pass.rows),
           input_.grad_matrix(pass.rows), rows);
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
  add_rows(kernels_, fork_.output().matrix(pass.rows), input_.matrix(pass.rows),
           output_.matrix(pass.rows), rows);
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
