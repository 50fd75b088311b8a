// dropout_layer: layers that make training harder by chance, and change no answer:
// dropout (Srivastava et al. 2014) and added noise.
#pragma once

#include "program/layer.h"
#include "program/spec.h"

namespace ranvier {

class DropoutLayer final : public Layer {
 public:
  DropoutLayer(const Kernels& kernels, Signal& input, const DropoutSpec& spec,
               uint64_t seed);

  void plan(Arena& arena, int64_t capacity, int slots) override;
  void forward(const Worker& worker, const Pass& pass) override;
  void backward(const Worker& worker, const Pass& pass, const Update& update,
                bool wants_grad_x) override;
  const Signal& output() const override { return output_; }
  Signal& output() override { return output_; }

 private:
  const Kernels& kernels_;
  Signal& input_;
  Signal output_;
  const DropoutSpec spec_;
  const uint64_t seed_;
};

class NoiseLayer final : public Layer {
 public:
  NoiseLayer(const Kernels& kernels, Signal& input, const NoiseSpec& spec,
             uint64_t seed);

  void plan(Arena& arena, int64_t capacity, int slots) override;
  void forward(const Worker& worker, const Pass& pass) override;
  void backward(const Worker& worker, const Pass& pass, const Update& update,
                bool wants_grad_x) override;
  const Signal& output() const override { return output_; }
  Signal& output() override { return output_; }

 private:
  const Kernels& kernels_;
  Signal& input_;
  Signal output_;
  const NoiseSpec spec_;
  const uint64_t seed_;
};

}  // namespace ranvier
