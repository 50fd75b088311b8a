#include "program/dropout_layer.h"

namespace ranvier {
namespace {

constexpr Bend kPlain{Activation::kIdentity, 0.0f};

}  // namespace

DropoutLayer::DropoutLayer(const Kernels& kernels, Signal& input,
                           const DropoutSpec& spec, uint64_t seed)
    : kernels_(kernels),
      input_(input),
      output_(signal_of(input.width, kPlain)),
      spec_(spec),
      seed_(seed) {}

void DropoutLayer::plan(Arena& arena, int64_t capacity, int) {
  ask(arena, output_, capacity);
}

void DropoutLayer::forward(const Worker& worker, const Pass& pass) {
  const Matrix x = input_.matrix(pass.rows);
  const Matrix out = output_.matrix(pass.rows);
  const Range rows = worker.share(pass.rows);
  if (pass.is_training) {
    kernels_.dropout_forward({seed_, pass.step, spec_.stream}, spec_.rate, x, out,
                             rows);
  } else {
    copy_rows(x, out, rows);
  }
}

void DropoutLayer::backward(const Worker& worker, const Pass& pass, const Update&,
                            bool wants_grad_x) {
  if (!wants_grad_x) return;
  kernels_.dropout_grad_x(spec_.rate, output_.grad_matrix(pass.rows), output_.values,
                          input_.bend, input_.values, input_.slopes,
                          input_.grad_matrix(pass.rows), worker.share(pass.rows));
}

NoiseLayer::NoiseLayer(const Kernels& kernels, Signal& input, const NoiseSpec& spec,
                       uint64_t seed)
    : kernels_(kernels),
      input_(input),
      output_(signal_of(input.width, kPlain)),
      spec_(spec),
      seed_(seed) {}

void NoiseLayer::plan(Arena& arena, int64_t capacity, int) {
  ask(arena, output_, capacity);
}

void NoiseLayer::forward(const Worker& worker, const Pass& pass) {
  const Matrix x = input_.matrix(pass.rows);
  const Matrix out = output_.matrix(pass.rows);
  const Range rows = worker.share(pass.rows);
  if (pass.is_training) {
    kernels_.add_noise({seed_, pass.step, spec_.stream},
                       static_cast<float>(spec_.deviation), x, out, rows);
  } else {
    copy_rows(x, out, rows);
  }
}

void NoiseLayer::backward(const Worker& worker, const Pass& pass, const Update&,
                          bool wants_grad_x) {
  if (!wants_grad_x) return;
  const Range rows = worker.share(pass.rows);
  copy_rows(output_.grad_matrix(pass.rows), input_.grad_matrix(pass.rows), rows);
  kernels_.derive(input_.bend, input_.values, input_.slopes,
                  input_.grad_matrix(pass.rows), rows);
}

}  // namespace ranvier
