#include "program/spec.h"

#include <stdexcept>

namespace ranvier {
namespace {

constexpr int64_t kMost = int64_t{1} << 31;  // of any one array, in floats

void require(bool holds, const std::string& message) {
  if (!holds) throw std::invalid_argument(message);
}

}  // namespace

void check(const ProgramSpec& spec) {
  require(spec.inputs >= 1 && spec.inputs < kMost,
          "a row must have at least one input, got " + std::to_string(spec.inputs));
  require(!spec.layers.empty(), "a program needs at least one layer");
  require(spec.batch_size >= 1 && spec.batch_size < kMost,
          "the batch size must be positive, got " + std::to_string(spec.batch_size));
  require(spec.threads >= 1 && spec.threads <= 1024,
          "threads must be from 1 to 1024, got " + std::to_string(spec.threads));
  const auto inputs = static_cast<size_t>(spec.inputs);
  require(spec.scale.size() == inputs && spec.shift.size() == inputs,
          "scale and shift must have one value for each input");
  int64_t width = spec.inputs;
  for (const DenseSpec& layer : spec.layers) {
    require(layer.units >= 1 && layer.units < kMost,
            "a layer must have at least one unit, got " + std::to_string(layer.units));
    require(layer.units <= kMost / width, "a layer of " + std::to_string(width) +
                                              " × " + std::to_string(layer.units) +
                                              " weights is too large");
    require(spec.batch_size <= kMost / layer.units,
            "a batch of " + std::to_string(spec.batch_size) + " rows of " +
                std::to_string(layer.units) + " units is too large");
    width = layer.units;
  }
  require(spec.batch_size <= kMost / spec.inputs,
          "a batch of " + std::to_string(spec.batch_size) + " rows of " +
              std::to_string(spec.inputs) + " inputs is too large");
  const Activation last = spec.layers.back().bend.activation;
  const Loss loss = spec.loss.kind;
  const bool wants_softmax = loss == Loss::kCrossEntropy || loss == Loss::kFocal;
  require(!wants_softmax || last == Activation::kSoftmax,
          "this loss needs softmax at the output");
  require(loss != Loss::kBinaryCrossEntropy || last == Activation::kSigmoid,
          "this loss needs sigmoid at the output");
}

}  // namespace ranvier
