// pool_layer: calls the kernels of pooling.
#pragma once

#include <vector>

#include "program/image_layer.h"
#include "program/spec.h"

namespace ranvier {

class PoolLayer final : public ImageLayer {
 public:
  PoolLayer(const Kernels& kernels, Signal& input, const PoolSpec& spec);

  void plan(Arena& arena, int64_t capacity, int slots) override;
  void forward_row(const Place& place) override;
  void backward_row(const Place& place, bool wants_grad_x) override;
  const Signal& output() const override { return output_; }
  Signal& output() override { return output_; }

 private:
  int32_t* winners_of(const Place& place) {
    return winners_.data() + place.row * output_.stride;
  }

  const Kernels& kernels_;
  Signal& input_;
  const Pool pool_;
  Signal output_;
  std::vector<int32_t> winners_;  // (capacity × the output's stride)
};

}  // namespace ranvier
