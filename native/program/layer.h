// layer: what a program is made of. Every worker calls every method; work is shared
// inside, and the caller lets the workers meet after each call.
#pragma once

#include <string>
#include <vector>

#include "core/arena.h"
#include "kernels/contracts.h"
#include "parallel/team.h"

namespace ranvier {

// Rows between two layers. Who writes `grad` writes the gradient before the
// activation: multiplied by its derivative, but for softmax, whose layer does that.
struct Signal {
  float* values = nullptr;  // (capacity × stride)
  float* grad = nullptr;    // as values
  float* slopes = nullptr;  // as values, where the activation needs them
  int64_t width = 0;
  int64_t stride = 0;
  Bend bend{Activation::kIdentity, 0.0f};
  const int32_t* kept_index = nullptr;  // the columns that values hold; null: all
  int64_t kept_width = 0;

  Sparse sparse(int64_t rows) const {
    if (kept_index == nullptr) return {matrix(rows), nullptr, width};
    return {{values, rows, kept_width, stride}, kept_index, width};
  }
  Matrix matrix(int64_t rows) const { return {values, rows, width, stride}; }
  Matrix grad_matrix(int64_t rows) const { return {grad, rows, width, stride}; }
};

// One learnt array in the layout of the kernels.
struct Parameter {
  std::string name;  // "weight", "bias"
  int64_t rows = 0;
  int64_t width = 0;
  int64_t count = 0;  // floats, padding included
  Learnt learnt{};
};

// Calls use(place in panels, place in row-major order) for every value of `parameter`.
template <typename Use>
void for_each_place(const Kernels& kernels, const Parameter& parameter, Use use) {
  const int64_t panel_width = 2 * kernels.lanes;
  for (int64_t column = 0; column < parameter.width; ++column) {
    const int64_t first = column / panel_width * panel_width;
    const int64_t wide =
        parameter.width - first > kernels.lanes ? panel_width : kernels.lanes;
    for (int64_t row = 0; row < parameter.rows; ++row) {
      use(first * parameter.rows + row * wide + column - first,
          row * parameter.width + column);
    }
  }
}

class Layer {
 public:
  virtual ~Layer() = default;

  // Asks for the memory of batches of up to `capacity` rows, `slots` arrays of state.
  virtual void plan(Arena& arena, int64_t capacity, int slots) = 0;

  virtual void forward(const Worker& worker, int64_t rows) = 0;

  // Reads the output's grad; writes the input's where `wants_grad_x`; updates weights.
  virtual void backward(const Worker& worker, int64_t rows, const Update& update,
                        bool wants_grad_x) = 0;

  virtual std::vector<Parameter*> parameters() = 0;

  virtual const Signal& output() const = 0;
};

}  // namespace ranvier
