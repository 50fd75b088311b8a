#include "program/spec.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <stdexcept>

#include "program/optimizer.h"

namespace ranvier {
namespace {

constexpr int64_t kMost = int64_t{1} << 31;  // of any one array, in floats

void require(bool holds, const std::string& message) {
  if (!holds) throw std::invalid_argument(message);
}

// Refuses what is not positive or, times what came before, too large for an array.
int64_t checked_product(const std::string& what, std::initializer_list<int64_t> sizes) {
  int64_t product = 1;
  for (const int64_t size : sizes) {
    require(size >= 1, what + " must be positive, got " + std::to_string(size));
    require(size <= kMost / product, what + " is too large");
    product *= size;
  }
  return product;
}

void require_width(const std::string& what, int64_t expected, int64_t width) {
  require(expected == width, what + " is made for rows of " + std::to_string(expected) +
                                 ", got rows of " + std::to_string(width));
}

// Windows of one axis: every window must touch the axis, so that nothing is read far
// outside of it.
void check_windows(int64_t size, int64_t window, int64_t stride, int64_t before,
                   int64_t out) {
  require(before >= 0 && before < window && stride < kMost && window < kMost,
          "padding must be smaller than the window, and both less than 2^31");
  const int64_t last = (out - 1) * stride - before;
  require(last < size, "the last window lies outside of its input");
}

// Checks a layer for rows of `width`, and returns the width of its outputs.
struct WidthAfter {
  const std::vector<int64_t>& widths;      // of the inputs of the layers so far
  const std::vector<int64_t>& open_forks;  // the numbers of their layers
  int64_t width;

  int64_t operator()(const DenseSpec& layer) const {
    checked_product("a layer of " + std::to_string(width) + " × " +
                        std::to_string(layer.units) + " weights",
                    {width, layer.units});
    return layer.units;
  }

  int64_t operator()(const ConvolutionSpec& layer) const {
    const int64_t inputs = checked_product("the image of a convolution",
                                           {layer.height, layer.width, layer.channels});
    require_width("a convolution", inputs, width);
    checked_product("the kernel of a convolution",
                    {layer.kernel_height, layer.kernel_width, layer.channels,
                     layer.filters, layer.groups});
    checked_product("the stride and dilation of a convolution",
                    {layer.stride_height, layer.stride_width, layer.dilation_height,
                     layer.dilation_width});
    require(layer.channels % layer.groups == 0 && layer.filters % layer.groups == 0,
            "groups must divide the channels and the filters of a convolution");
    const int64_t outputs =
        checked_product("the output of a convolution",
                        {layer.out_height, layer.out_width, layer.filters});
    const int64_t down = (layer.kernel_height - 1) * layer.dilation_height + 1;
    const int64_t across = (layer.kernel_width - 1) * layer.dilation_width + 1;
    check_windows(layer.height, down, layer.stride_height, layer.pad_top,
                  layer.out_height);
    check_windows(layer.width, across, layer.stride_width, layer.pad_left,
                  layer.out_width);
    // Places in them are written as 32 bits.
    checked_product(
        "the image of a convolution with its border",
        {layer.height + 2 * down, layer.width + 2 * across, layer.channels});
    checked_product("the patches of a convolution",
                    {layer.out_width, layer.kernel_height, layer.kernel_width,
                     layer.channels / layer.groups});
    return outputs;
  }

  int64_t operator()(const PoolSpec& layer) const {
    const int64_t inputs = checked_product("the image of a pool",
                                           {layer.height, layer.width, layer.channels});
    require_width("a pool", inputs, width);
    checked_product("the window of a pool", {layer.window_height, layer.window_width,
                                             layer.stride_height, layer.stride_width});
    const int64_t outputs = checked_product(
        "the output of a pool", {layer.out_height, layer.out_width, layer.channels});
    check_windows(layer.height, layer.window_height, layer.stride_height, layer.pad_top,
                  layer.out_height);
    check_windows(layer.width, layer.window_width, layer.stride_width, layer.pad_left,
                  layer.out_width);
    return outputs;
  }

  int64_t operator()(const BatchNormSpec& layer) const {
    return whole_positions(layer.channels);
  }
  int64_t operator()(const LayerNormSpec& layer) const {
    return whole_positions(layer.channels);
  }
  int64_t operator()(const PreluSpec& layer) const {
    return whole_positions(layer.channels);
  }

  int64_t operator()(const EmbeddingSpec& layer) const {
    const size_t tables = layer.columns.size();
    require(tables >= 1 && layer.ids.size() == tables && layer.widths.size() == tables,
            "an embedding needs a column, a number of ids and a width for each table");
    int64_t outputs = width;
    for (size_t i = 0; i < tables; ++i) {
      require(layer.columns[i] >= 0 && layer.columns[i] < width,
              "an embedding reads column " + std::to_string(layer.columns[i]) +
                  " of rows of " + std::to_string(width));
      for (size_t j = 0; j < i; ++j) {
        require(layer.columns[i] != layer.columns[j],
                "two tables of an embedding read the same column");
      }
      checked_product("the table of an embedding", {layer.ids[i], layer.widths[i]});
      outputs += layer.widths[i] - 1;
      require(outputs < kMost, "the output of an embedding is too large");
    }
    return outputs;
  }

  int64_t operator()(const DropoutSpec& layer) const {
    require(layer.rate >= 0.0 && layer.rate < 1.0,
            "the rate of a dropout must be at least 0 and below 1");
    return width;
  }
  int64_t operator()(const NoiseSpec&) const { return width; }
  int64_t operator()(const ForkSpec&) const { return width; }

  int64_t operator()(const AddSpec& layer) const {
    require(!open_forks.empty() && layer.fork == open_forks.back(),
            "a branch ends without a beginning, or before one that was begun later");
    require_width("the end of a branch", widths[layer.fork], width);
    return width;
  }

  int64_t whole_positions(int64_t channels) const {
    require(channels >= 1 && width % channels == 0,
            "rows of " + std::to_string(width) + " do not hold whole positions of " +
                std::to_string(channels) + " channels");
    return width;
  }
};

void check_layers(const ProgramSpec& spec) {
  require(!spec.layers.empty(), "a program needs at least one layer");
  require(spec.owners.size() == spec.layers.size(), "each layer needs an owner");
  for (const int64_t owner : spec.owners) {
    require(owner >= 0 && owner < kMost, "an owner must not be negative");
  }
  std::vector<int64_t> widths;
  int64_t width = spec.inputs;
  std::vector<int64_t> open_forks;
  for (const LayerSpec& layer : spec.layers) {
    const bool is_embedding = std::holds_alternative<EmbeddingSpec>(layer);
    require(!is_embedding || widths.empty(), "an embedding must be the first layer");
    const int64_t after = std::visit(WidthAfter{widths, open_forks, width}, layer);
    if (std::holds_alternative<ForkSpec>(layer))
      open_forks.push_back(std::ssize(widths));
    if (std::holds_alternative<AddSpec>(layer)) open_forks.pop_back();
    widths.push_back(width);
    width = after;
    require(spec.batch_size <= kMost / width,
            "a batch of " + std::to_string(spec.batch_size) + " rows of " +
                std::to_string(width) + " units is too large");
  }
  require(open_forks.empty(), "each branch needs one end");
}

}  // namespace

Bend bend_of(const LayerSpec& layer) {
  return std::visit(
      [](const auto& spec) -> Bend {
        if constexpr (requires { spec.bend; }) return spec.bend;
        return {Activation::kIdentity, 0.0f};
      },
      layer);
}

void check_augmentation(const AugmentationSpec& spec, int64_t inputs) {
  require(
      checked_product("a picture", {spec.height, spec.width, spec.channels}) == inputs,
      "pictures and rows of inputs differ in size");
  checked_product("a picture with its border",
                  {spec.height + 3, spec.width + 3, spec.channels});
  const auto is_within = [](double value, double most) {
    return value >= 0.0 && value <= most;
  };
  require(is_within(spec.shift, 1e6) && is_within(spec.elastic, 1e6) &&
              is_within(spec.rotate, 180.0) && is_within(spec.shear, 80.0),
          "shift, elastic, rotation or shear is out of bounds");
  require(is_within(spec.scale, 1.0) && spec.scale < 1.0 && is_within(spec.crop, 1.0) &&
              spec.crop < 1.0,
          "scale and crop must be at least 0 and below 1");
  require(spec.cutout >= 0 && spec.cutout <= 1'000'000, "cutout is out of bounds");
  for (const float share : spec.shares) {
    require(is_within(share, 1.0), "a share of mixup is not between 0 and 1");
  }
}

void check(const ProgramSpec& spec) {
  require(spec.inputs >= 1 && spec.inputs < kMost,
          "a row must have at least one input, got " + std::to_string(spec.inputs));
  require(spec.batch_size >= 1 && spec.batch_size < kMost,
          "the batch size must be positive, got " + std::to_string(spec.batch_size));
  require(spec.threads >= 1 && spec.threads <= 1024,
          "threads must be from 1 to 1024, got " + std::to_string(spec.threads));
  const auto inputs = static_cast<size_t>(spec.inputs);
  require(spec.scale.size() == inputs && spec.shift.size() == inputs,
          "scale and shift must have one value for each input");
  check_layers(spec);
  if (spec.augmentation) check_augmentation(*spec.augmentation, spec.inputs);
  require(spec.batch_size <= kMost / spec.inputs,
          "a batch of " + std::to_string(spec.batch_size) + " rows of " +
              std::to_string(spec.inputs) + " inputs is too large");
  const Activation last = bend_of(spec.layers.back()).activation;
  const Loss loss = spec.loss.kind;
  const bool wants_softmax = loss == Loss::kCrossEntropy || loss == Loss::kFocal;
  require(!wants_softmax || last == Activation::kSoftmax,
          "this loss needs softmax at the output");
  require(spec.optimizer.average >= 0.0 && spec.optimizer.average < 1.0,
          "the decay of a running mean must be at least 0 and below 1");
  const auto& led = spec.muon.layers;
  require(led.empty() || slots_of(spec.optimizer.kind) >= 1,
          "Muon needs an optimizer that keeps a mean of the gradients beside it");
  require(std::ranges::all_of(led,
                              [&](int64_t layer) {
                                return layer >= 0 && layer < std::ssize(spec.layers);
                              }),
          "Muon leads a layer that there is not");
  require(loss != Loss::kBinaryCrossEntropy || last == Activation::kSigmoid,
          "this loss needs sigmoid at the output");
}

}  // namespace ranvier
