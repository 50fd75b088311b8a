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

struct OptimizerSpec {
  Update::Kind kind;
  double decay = 0.0;
  double decay_2 = 0.0;
  double epsilon = 0.0;
};

struct ProgramSpec {
  int64_t inputs;  // K, the width of a row
  std::vector<DenseSpec> layers;
  Loss loss;
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
