#include "program/build.h"

#include "program/batch_norm_layer.h"
#include "program/convolution_layer.h"
#include "program/dense_layer.h"
#include "program/dropout_layer.h"
#include "program/embedding_layer.h"
#include "program/layer_norm_layer.h"
#include "program/pool_layer.h"
#include "program/prelu_layer.h"
#include "program/residual_layer.h"

namespace ranvier {
namespace {

using Layers = std::vector<std::unique_ptr<Layer>>;

struct Build {
  const Kernels& kernels;
  Signal& input;
  const Layers& before;
  uint64_t seed;

  std::unique_ptr<Layer> operator()(const DenseSpec& spec) const {
    return std::make_unique<DenseLayer>(kernels, input, spec);
  }
  std::unique_ptr<Layer> operator()(const BatchNormSpec& spec) const {
    return std::make_unique<BatchNormLayer>(kernels, input, spec);
  }
  std::unique_ptr<Layer> operator()(const DropoutSpec& spec) const {
    return std::make_unique<DropoutLayer>(kernels, input, spec, seed);
  }
  std::unique_ptr<Layer> operator()(const NoiseSpec& spec) const {
    return std::make_unique<NoiseLayer>(kernels, input, spec, seed);
  }
  std::unique_ptr<Layer> operator()(const ConvolutionSpec& spec) const {
    return std::make_unique<ConvolutionLayer>(kernels, input, spec);
  }
  std::unique_ptr<Layer> operator()(const PoolSpec& spec) const {
    return std::make_unique<PoolLayer>(kernels, input, spec);
  }
  std::unique_ptr<Layer> operator()(const EmbeddingSpec& spec) const {
    return std::make_unique<EmbeddingLayer>(kernels, input, spec);
  }
  std::unique_ptr<Layer> operator()(const LayerNormSpec& spec) const {
    return std::make_unique<LayerNormLayer>(kernels, input, spec);
  }
  std::unique_ptr<Layer> operator()(const PreluSpec& spec) const {
    return std::make_unique<PreluLayer>(kernels, input, spec);
  }
  std::unique_ptr<Layer> operator()(const ForkSpec&) const {
    return std::make_unique<ForkLayer>(kernels, input);
  }
  std::unique_ptr<Layer> operator()(const AddSpec& spec) const {
    auto& fork = static_cast<ForkLayer&>(*before[spec.fork]);
    return std::make_unique<AddLayer>(kernels, input, fork, spec.bend);
  }
};

// The same layer without its activation, where the loss does that.
LayerSpec without_bend(LayerSpec layer) {
  std::visit(
      [](auto& spec) {
        if constexpr (requires { spec.bend; }) {
          spec.bend.activation = Activation::kIdentity;
        }
      },
      layer);
  return layer;
}

}  // namespace

Layers build_layers(const Kernels& kernels, Signal& input, const ProgramSpec& spec) {
  Layers layers;
  Signal* signal = &input;
  for (const LayerSpec& layer : spec.layers) {
    const bool is_within_loss =
        &layer == &spec.layers.back() && is_fused(spec.loss.kind);
    layers.push_back(std::visit(Build{kernels, *signal, layers, spec.seed},
                                is_within_loss ? without_bend(layer) : layer));
    signal = &layers.back()->output();
  }
  return layers;
}

}  // namespace ranvier
