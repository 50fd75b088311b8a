// spec: the description of a program, and the check that it means something.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "kernels/contracts.h"

namespace ranvier {

struct DenseSpec {
  int64_t units;
  Bend bend;
  bool has_bias;
};

// Images of (height × width × channels), channels last; sounds have a height of 1.
// Padding is zeros, given for the top and the left; the outputs say the rest.
struct ConvolutionSpec {
  int64_t height, width, channels;
  int64_t filters;
  int64_t kernel_height, kernel_width;
  int64_t stride_height, stride_width;
  int64_t dilation_height, dilation_width;
  int64_t pad_top, pad_left;
  int64_t out_height, out_width;
  int64_t groups;
  Bend bend;
  bool has_bias;
};

// The largest value of each window, or the mean; pixels outside do not count.
struct PoolSpec {
  int64_t height, width, channels;
  int64_t window_height, window_width;
  int64_t stride_height, stride_width;
  int64_t pad_top, pad_left;
  int64_t out_height, out_width;
  bool is_max;
};

// A row holds positions of `channels` values each.
struct BatchNormSpec {
  int64_t channels;
  double momentum;
  double epsilon;
  Bend bend;
};

struct LayerNormSpec {
  int64_t channels;
  double epsilon;
  Bend bend;
};

// Table i has ids[i] rows of widths[i], chosen by the number in columns[i].
struct EmbeddingSpec {
  std::vector<int64_t> columns;
  std::vector<int64_t> ids;
  std::vector<int64_t> widths;
};

// `stream` tells this layer's random numbers from those of others.
struct DropoutSpec {
  double rate;
  uint32_t stream;
};

struct NoiseSpec {
  double deviation;
  uint32_t stream;
};

// A learnt slope below zero for each channel.
struct PreluSpec {
  int64_t channels;
};

// Where a branch begins; its input also goes to the AddSpec that names this layer.
struct ForkSpec {};

struct AddSpec {
  int64_t fork;  // the number of a layer before
  Bend bend;
};

using LayerSpec =
    std::variant<DenseSpec, ConvolutionSpec, PoolSpec, BatchNormSpec, LayerNormSpec,
                 EmbeddingSpec, DropoutSpec, NoiseSpec, PreluSpec, ForkSpec, AddSpec>;

struct LossSpec {
  Loss kind;
  float parameter = 0.0f;  // delta, smoothing, gamma or quantile
};

// Added to the gradients of weights, not of biases; max_norm 0 is none.
struct PenaltySpec {
  float l1 = 0.0f;
  float l2 = 0.0f;
  float max_norm = 0.0f;
};

// Bounds of the gradients; 0 is none.
struct ClipSpec {
  float value = 0.0f;
  float norm = 0.0f;
  float global_norm = 0.0f;
};

// Beside an optimizer for all other arrays. `layers` are the numbers of those whose
// weight is a hidden matrix; the optimizer's rate is `rate_share` of Muon's.
struct MuonSpec {
  std::vector<int64_t> layers;
  double momentum = 0.0;
  double weight_decay = 0.0;
  bool matches_rms = false;
  double rate_share = 1.0;
};

struct OptimizerSpec {
  Update::Kind kind;
  double decay = 0.0;
  double decay_2 = 0.0;
  double epsilon = 0.0;
  double weight_decay = 0.0;
  double average = 0.0;  // the decay of a running mean of the weights; 0 is none
};

// How pictures change in training steps; see src/ranvier/recipe/augmentation.py.
struct AugmentationSpec {
  int64_t height;
  int64_t width;
  int64_t channels;
  double shift = 0.0;    // pixels
  double rotate = 0.0;   // degrees
  double scale = 0.0;    // a share
  double shear = 0.0;    // degrees
  double elastic = 0.0;  // pixels
  bool flips_down = false;
  bool flips_right = false;
  double crop = 0.0;            // a share
  int64_t cutout = 0;           // pixels
  std::vector<float> shares{};  // mixup's, equally likely; none: no mixup
};

struct ProgramSpec {
  int64_t inputs;  // K, the width of a row
  std::vector<LayerSpec> layers;
  std::vector<int64_t> owners;  // a layer each: whose statistics it counts towards
  LossSpec loss;
  PenaltySpec penalty;
  ClipSpec clip;
  OptimizerSpec optimizer;
  MuonSpec muon;
  int64_t batch_size;
  std::optional<AugmentationSpec> augmentation;
  uint64_t seed = 0;         // of what is drawn inside an epoch
  std::vector<float> scale;  // (K)
  std::vector<float> shift;  // (K)
  int threads;
  std::string target;  // empty: the fastest
};

// The activation at the end of a layer; identity where it has none.
Bend bend_of(const LayerSpec& layer);

// Throws std::invalid_argument, saying what is wrong, where `spec` cannot be run.
void check(const ProgramSpec& spec);

}  // namespace ranvier
