// residual_layer: the two ends of a branch that is added to what it branched from,
// y = f(x + branch(x)).
#pragma once

#include "program/layer.h"
#include "program/spec.h"

namespace ranvier {

// Hands its input on as it is, and gathers the gradients of both ways.
class ForkLayer final : public Layer {
 public:
  ForkLayer(const Kernels& kernels, Signal& input);

  // Tells where the ways meet again.
  void join(const Signal& end) { end_ = &end; }

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
  const Signal* end_ = nullptr;
};

class AddLayer final : public Layer {
 public:
  AddLayer(const Kernels& kernels, Signal& input, ForkLayer& fork, const Bend& bend);

  void plan(Arena& arena, int64_t capacity, int slots) override;
  void forward(const Worker& worker, const Pass& pass) override;
  void backward(const Worker& worker, const Pass& pass, const Update& update,
                bool wants_grad_x) override;
  const Signal& output() const override { return output_; }
  Signal& output() override { return output_; }

 private:
  const Kernels& kernels_;
  Signal& input_;
  ForkLayer& fork_;
  Signal output_;
};

}  // namespace ranvier
