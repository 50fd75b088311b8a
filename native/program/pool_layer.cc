#include "program/pool_layer.h"

namespace ranvier {

PoolLayer::PoolLayer(const Kernels& kernels, Signal& input, const PoolSpec& spec)
    : kernels_(kernels),
      input_(input),
      pool_{spec.height,        spec.width,        spec.channels,
            spec.window_height, spec.window_width, spec.stride_height,
            spec.stride_width,  spec.pad_top,      spec.pad_left,
            spec.out_height,    spec.out_width,    spec.is_max},
      output_(signal_of(spec.out_height * spec.out_width * spec.channels,
                        {Activation::kIdentity, 0.0f})) {}

void PoolLayer::plan(Arena& arena, int64_t capacity, int) {
  ask(arena, output_, capacity);
  if (pool_.is_max) winners_.resize(capacity * output_.stride);
}

void PoolLayer::forward_row(const Place& place) {
  const float* x = row_of(input_, place).values;
  float* out = row_of(output_, place).values;
  if (pool_.is_max) {
    kernels_.max_pool_forward(pool_, x, out, winners_of(place));
  } else {
    kernels_.average_pool_forward(pool_, x, out);
  }
}

void PoolLayer::backward_row(const Place& place, bool wants_grad_x) {
  if (!wants_grad_x) return;
  const Row in = row_of(input_, place), out = row_of(output_, place);
  if (!pool_.is_max) {
    kernels_.average_pool_grad_x(pool_, out.grad, in.grad);
    return derive_row(kernels_, input_, in);
  }
  // The largest values, which are here, tell the derivative where they tell it at all.
  const bool is_told = !needs_slopes(input_.bend.activation);
  if (is_told) {
    const Matrix grad{out.grad, 1, output_.width, output_.stride};
    kernels_.derive(input_.bend, out.values, nullptr, grad, {0, 1});
  }
  kernels_.max_pool_grad_x(pool_, out.grad, winners_of(place), in.grad);
  if (!is_told) derive_row(kernels_, input_, in);
}

}  // namespace ranvier
