// optimizer: the update of each step, and what whole gradients go through before it.
#pragma once

#include <vector>

#include "program/layer.h"
#include "program/muon.h"
#include "program/spec.h"

namespace ranvier {

// The number of arrays that an optimizer keeps of each weight.
int slots_of(Update::Kind kind);

// The mean of all z that schedule-free has stepped to: a step's z counts by the square
// of the largest rate up to it.
struct Mean {
  float largest = 0.0f;
  double weight = 0.0;  // of all z so far together, that of the last being one

  Mean after(float rate) const {
    const float most = rate > largest ? rate : largest;
    const double shrunk = most > 0.0f ? double{largest} / most : 0.0;
    return {most, weight * shrunk * shrunk + 1.0};
  }
};

class Optimizer {
 public:
  Optimizer(const Kernels& kernels, const ProgramSpec& spec);

  // Every learnt array of the program, in order.
  void follow(std::vector<Parameter*> parameters);

  // Steps a hidden matrix, one of the learnt arrays, by Muon.
  void lead(Parameter* matrix) { muon_.follow(matrix); }

  // Asks for memory of its own.
  void plan(Arena& arena);

  // Turn, at the start and at the end of an epoch, the weights that are shown into
  // those that learn, and back. Both give the same bits, resumed or not.
  void start();
  void finish();

  // Counts a step. One worker calls it, after all have asked for the update.
  void count(float rate) { mean = mean.after(rate); }

  // The update of the step with this number, from 1.
  Update update_at(float rate, int64_t step) const;

  // Whether gradients must be stored before the weights may change.
  bool needs_whole_gradients() const;

  // Fills squares() with the sum of squares of each array's gradient.
  void square_gradients(const Worker& worker);
  const std::vector<double>& squares() const { return squares_; }

  // Changes the weights by the stored gradients; `rate` is that of the step.
  void update(const Worker& worker, const Update& update, float rate);

  Mean mean;

 private:
  Range vectors_of(const Worker& worker, const Parameter& parameter) const;
  bool bounds() const;
  void bound_gradients(const Worker& worker);
  void average(const Worker& worker, float share);
  void shrink(const Worker& worker, const Parameter& parameter, double squares,
              float most);
  void limit_norms(const Worker& worker);
  void lean(float factor);
  bool averages() const { return spec_.average > 0.0; }

  const Kernels& kernels_;
  const OptimizerSpec spec_;
  const PenaltySpec penalty_;
  const ClipSpec clip_;
  std::vector<Parameter*> parameters_;
  std::vector<double> squares_;
  Muon muon_;
  double rate_share_;
};

}  // namespace ranvier
