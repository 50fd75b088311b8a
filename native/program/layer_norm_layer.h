// layer_norm_layer: each position to mean 0 and variance 1 over its channels, then
// scaled and shifted as learnt (Ba, Kiros and Hinton 2016).
#pragma once

#include "program/layer.h"
#include "program/spec.h"

namespace ranvier {

class LayerNormLayer final : public Layer {
 public:
  LayerNormLayer(const Kernels& kernels, Signal& input, const LayerNormSpec& spec);

  void plan(Arena& arena, int64_t capacity, int slots) override;
  void forward(const Worker& worker, const Pass& pass) override;
  void backward(const Worker& worker, const Pass& pass, const Update& update,
                bool wants_grad_x) override;
  std::vector<Parameter*> parameters() override { return {&scale_, &shift_}; }
  const Signal& output() const override { return output_; }
  Signal& output() override { return output_; }

 private:
  const Kernels& kernels_;
  Signal& input_;
  Signal output_;
  Parameter scale_;
  Parameter shift_;
  LayerNorm norm_;
};

}  // namespace ranvier
