// prelu_layer: y = x above zero and slope · x below, with a learnt slope a channel
// (He, Zhang, Ren and Sun 2015, section 2.1).
#pragma once

#include "program/layer.h"
#include "program/spec.h"

namespace ranvier {

class PreluLayer final : public Layer {
 public:
  PreluLayer(const Kernels& kernels, Signal& input, const PreluSpec& spec);

  void plan(Arena& arena, int64_t capacity, int slots) override;
  void forward(const Worker& worker, const Pass& pass) override;
  void backward(const Worker& worker, const Pass& pass, const Update& update,
                bool wants_grad_x) override;
  std::vector<Parameter*> parameters() override { return {&slope_}; }
  const Signal& output() const override { return output_; }
  Signal& output() override { return output_; }

 private:
  const Kernels& kernels_;
  Signal& input_;
  Signal output_;
  Parameter slope_;
  float* row_slopes_ = nullptr;  // (width): the slopes, position after position
  float* row_grads_ = nullptr;   // (width): their gradients, summed over the rows
};

}  // namespace ranvier
