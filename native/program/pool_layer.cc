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
}

void PoolLayer::forward(const Worker& worker, const Pass& pass) {
  kernels_.pool_forward(pool_, input_.matrix(pass.rows), output_.matrix(pass.rows),
                        worker.share(pass.rows));
}

void PoolLayer::backward(const Worker& worker, const Pass& pass, const Update&,
                         bool wants_grad_x) {
  if (!wants_grad_x) return;
  const Matrix grad_x = input_.grad_matrix(pass.rows);
  const Range images = worker.share(pass.rows);
  for (int64_t image = images.begin; image < images.end; ++image) {
    const Range one{image, image + 1};
    kernels_.pool_grad_x(pool_, input_.matrix(pass.rows), output_.matrix(pass.rows),
                         output_.grad, grad_x, one);
    kernels_.derive(input_.bend, input_.values, input_.slopes, grad_x, one);
  }
}

}  // namespace ranvier
