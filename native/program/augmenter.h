// augmenter: draws a change for each picture of a batch, and decodes it so changed.
// src/ranvier/recipe/augmentation.py says what is drawn, engine/augmentation.py how.
#pragma once

#include <span>
#include <vector>

#include "core/arena.h"
#include "parallel/team.h"
#include "program/spec.h"

namespace ranvier {

class Augmenter {
 public:
  // `spec` has an augmentation, and is checked; it and `kernels` must outlive this.
  Augmenter(const Kernels& kernels, const ProgramSpec& spec);

  // Asks for the memory of batches of up to `capacity` rows.
  void plan(Arena& arena, int64_t capacity);

  // out = this worker's share of the chosen rows, changed as drawn for the step.
  void decode(const Worker& worker, const Inputs& inputs,
              std::span<const uint32_t> rows, uint64_t step, const Matrix& out);

  bool mixes() const { return !spec_.shares.empty(); }

  // Mixes this worker's share of the pairs of rows, after all were decoded.
  // weights (rows): a row whose partner has weight 0 stays as it is; null: all one.
  void mix(const Worker& worker, const float* weights, const Matrix& rows);

  // How much of itself each row of the batch has; null: all of it.
  const float* shares() const { return shares_; }

 private:
  Pictures pictures() const;
  Warp warp_of(const uint32_t* words) const;
  void place(const uint32_t* words, Warp& warp) const;
  void scatter_knots(const uint32_t* words, Warp& warp) const;

  const Kernels& kernels_;
  const AugmentationSpec& spec_;
  const uint64_t seed_;
  const int threads_;
  std::vector<float> scale_;
  std::vector<float> shift_;
  std::vector<float> columns_;
  std::vector<int32_t> channel_of_;
  std::vector<float> spline_down_;
  std::vector<float> spline_right_;
  std::vector<float*> tiles_;  // a worker each
  float* shares_ = nullptr;    // (capacity)
};

}  // namespace ranvier
