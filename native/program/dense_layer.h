// dense_layer: plans and calls the dense kernels.
#pragma once

#include "program/layer.h"
#include "program/spec.h"

namespace ranvier {

class DenseLayer final : public Layer {
 public:
  // The bend is what the kernels apply: identity where the loss does the rest.
  DenseLayer(const Kernels& kernels, Signal& input, const DenseSpec& spec);

  void plan(Arena& arena, int64_t capacity, int slots) override;
  void forward(const Worker& worker, const Pass& pass) override;
  void backward(const Worker& worker, const Pass& pass, const Update& update,
                bool wants_grad_x) override;
  std::vector<Parameter*> parameters() override;
  const Signal& output() const override { return output_; }
  Signal& output() override { return output_; }
  double flops_per_row() const override;

 private:
  const Kernels& kernels_;
  Signal& input_;
  Signal output_;
  bool has_bias_;
  Parameter weight_;
  Parameter bias_;
  float* transposed_ = nullptr;
};

}  // namespace ranvier
