// pool_layer: calls the kernels of pooling.
#pragma once

#include "program/layer.h"
#include "program/spec.h"

namespace ranvier {

class PoolLayer final : public Layer {
 public:
  PoolLayer(const Kernels& kernels, Signal& input, const PoolSpec& spec);

  void plan(Arena& arena, int64_t capacity, int slots) override;
  void forward(const Worker& worker, const Pass& pass) override;
  void backward(const Worker& worker, const Pass& pass, const Update& update,
                bool wants_grad_x) override;
  const Signal& output() const override { return output_; }
  Signal& output() override { return output_; }

 private:
  const Kernels& kernels_;
  Signal& input_;
  const Pool pool_;
  Signal output_;
};

}  // namespace ranvier
