// optimizer: the update of each step, and what whole gradients go through before it.
#pragma once

#include <vector>

#include "program/layer.h"
#include "program/spec.h"

namespace ranvier {

// The number of arrays that an optimizer keeps of each weight.
int slots_of(Update::Kind kind);

class Optimizer {
 public:
  Optimizer(const Kernels& kernels, const ProgramSpec& spec);

  // Every learnt array of the program, in order.
  void follow(std::vector<const Parameter*> parameters);

  // The update of the step with this number, from 1.
  Update update_at(float rate, int64_t step) const;

  // Whether gradients must be stored before the weights may change.
  bool needs_whole_gradients() const;

  // Fills squares() with the sum of squares of each array's gradient.
  void square_gradients(const Worker& worker);
  const std::vector<double>& squares() const { return squares_; }

  // Changes the weights by the stored gradients.
  void update(const Worker& worker, const Update& update);

 private:
  Range vectors_of(const Worker& worker, const Parameter& parameter) const;
  void bound_gradients(const Worker& worker);
  void shrink(const Worker& worker, const Parameter& parameter, double squares,
              float most);
  void limit_norms(const Worker& worker);

  const Kernels& kernels_;
  const OptimizerSpec spec_;
  const PenaltySpec penalty_;
  const ClipSpec clip_;
  std::vector<const Parameter*> parameters_;
  std::vector<double> squares_;
};

}  // namespace ranvier
