// batch_norm_layer: each channel to mean 0 and variance 1 over the batch, then scaled
// and shifted as learnt (Ioffe and Szegedy 2015).
#pragma once

#include "program/layer.h"
#include "program/spec.h"

namespace ranvier {

class BatchNormLayer final : public Layer {
 public:
  BatchNormLayer(const Kernels& kernels, Signal& input, const BatchNormSpec& spec);

  void plan(Arena& arena, int64_t capacity, int slots) override;
  void forward(const Worker& worker, const Pass& pass) override;
  void backward(const Worker& worker, const Pass& pass, const Update& update,
                bool wants_grad_x) override;
  void remember(const Pass& pass) override;
  std::vector<Parameter*> parameters() override;
  const Signal& output() const override { return output_; }
  Signal& output() override { return output_; }

 private:
  Range blocks_of(const Worker& worker, int64_t rows) const;
  double count_of(const Pass& pass) const;
  double places_of(const Pass& pass) const;

  const Kernels& kernels_;
  Signal& input_;
  Signal output_;
  const double momentum_;
  Parameter scale_;
  Parameter shift_;
  Parameter running_mean_;
  Parameter running_variance_;
  BatchNorm norm_;
};

}  // namespace ranvier
