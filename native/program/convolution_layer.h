// convolution_layer: plans and calls the kernels of convolution.
#pragma once

#include <vector>

#include "program/image_layer.h"
#include "program/spec.h"

namespace ranvier {

// A convolution's geometry, and the lists of places that it points to.
class ConvolutionPlan {
 public:
  ConvolutionPlan(const Kernels& kernels, const ConvolutionSpec& spec);
  ConvolutionPlan(const ConvolutionPlan&) = delete;
  ConvolutionPlan& operator=(const ConvolutionPlan&) = delete;

  const Convolution& geometry() const { return geometry_; }

 private:
  struct Places {
    std::vector<int32_t> begins{0};
    std::vector<Source> list;
    Sources sources() const { return {begins.data(), list.data()}; }
  };
  void list_taps();
  void list_sources(const Kernels& kernels);

  Convolution geometry_{};
  std::vector<int32_t> taps_;
  Places rows_;
  Places columns_;
};

class ConvolutionLayer final : public ImageLayer {
 public:
  ConvolutionLayer(const Kernels& kernels, Signal& input, const ConvolutionSpec& spec);

  void plan(Arena& arena, int64_t capacity, int slots) override;
  void prepare_forward(const Worker& worker) override;
  void prepare_backward(const Worker& worker) override;
  void forward_row(const Place& place) override;
  void start_block(int64_t block) override;
  void backward_row(const Place& place, bool wants_grad_x) override;
  void learn(const Worker& worker, int64_t blocks, const Update& update) override;
  std::vector<Parameter*> parameters() override;
  const Signal& output() const override { return output_; }
  Signal& output() override { return output_; }
  double flops_per_row() const override;

 private:
  // The weights as products take them: panels (rows × width), one behind the other.
  struct Matrices {
    const float* panels;
    int64_t count, rows, width;
  };
  Matrices matrices() const;
  void flatten(Range channels);
  void add_up(const Worker& worker, const Parameter& parameter, const float* sums,
              int64_t blocks, const Update& update);
  void gather_depthwise(Range channels, int64_t blocks);
  void learn_winograd(Range channels, int64_t blocks, const Update& update);
  void apply(const Update& update, const Parameter& parameter, Range floats);
  // The kernels that suit the geometry best.
  const ConvolutionKernels& chosen() const;
  float* scratch_of(const Place& place) const;
  int64_t prepared_size() const;  // of a copy of the weights, 0 where there is none
  int64_t sums_size() const;      // of the sums of the weights
  int64_t block_size() const;

  const Kernels& kernels_;
  Signal& input_;
  const ConvolutionPlan plan_;
  const ConvolutionKernels& choice_;
  Signal output_;
  const bool has_bias_;
  Parameter weight_;
  Parameter bias_;
  float* transposed_ = nullptr;  // all matrices
  float* prepared_ = nullptr;    // weights as depthwise and winograd want them
  float* sums_ = nullptr;        // (blocks × block_size()): of weight, then of bias
  float* scratch_ = nullptr;     // a slot each
};

}  // namespace ranvier
