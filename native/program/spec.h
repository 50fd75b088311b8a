// spec: the description of a program, and the check that it means something.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/contracts.h"

namespace ranvier {

struct DenseSpec {
  int64_t units;
  Bend bend;
  bool has_bias;
};

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

struct OptimizerSpec {
  Update::Kind kind;
  double decay = 0.0;
  double decay_2 = 0.0;
  double epsilon = 0.0;
  double weight_decay = 0.0;
};

struct ProgramSpec {
  int64_t inputs;  // K, the width of a row
  std::vector<DenseSpec> layers;
  LossSpec loss;
  PenaltySpec penalty;
  ClipSpec clip;
  OptimizerSpec optimizer;
  int64_t batch_size;
  std::vector<float> scale;  // (K)
  std::vector<float> shift;  // (K)
  int threads;
  std::string target;  // empty: the fastest
};

// Throws std::invalid_argument, saying what is wrong, where `spec` cannot be run.
void check(const ProgramSpec& spec);

}  // namespace ranvier
