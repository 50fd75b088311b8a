// dense_layer: plans and calls the dense kernels.
#pragma once

#include "program/layer.h"

namespace ranvier {

class DenseLayer final : public Layer {
 public:
  // `bend` is what the kernels apply: identity where the loss does the rest.
  DenseLayer(const Kernels& kernels, Signal& input, int64_t units, Bend bend,
             bool has_bias);

  void plan(Arena& arena, int64_t capacity, int slots) override;
  void forward(const Worker& worker, int64_t rows) override;
  void backward(const Worker& worker, int64_t rows, const Update& update,
                bool wants_grad_x) override;
  std::vector<Parameter*> parameters() override;
  const Signal& output() const override { return output_; }
  Signal& output() { return output_; }

 private:
  const Kernels& kernels_;
  Signal& input_;
  Signal output_;
  bool has_bias_;
  Parameter weight_;
  Parameter bias_;
  float* transposed_ = nullptr;
};

// The stride of rows of `width` floats: whole cache lines, an odd number of them where
// there are many, so that rows do not fall on each other in the cache.
int64_t row_stride(int64_t width);

}  // namespace ranvier
