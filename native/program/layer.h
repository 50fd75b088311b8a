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
  float* grad = nullptr;    // as values; (slots × stride) where it is passing
  float* slopes = nullptr;  // as values, where the activation needs them
  int64_t width = 0;
  int64_t stride = 0;  // row_stride(width), but where it is passing
  Bend bend{Activation::kIdentity, 0.0f};
  const int32_t* kept_index = nullptr;  // the columns that values hold; null: all
  int64_t kept_width = 0;
  bool is_passing = false;  // between two image layers: see image_layer.h

  Sparse sparse(int64_t rows) const {
    if (kept_index == nullptr) return {matrix(rows), nullptr, width};
    return {{values, rows, kept_width, stride}, kept_index, width};
  }
  Matrix matrix(int64_t rows) const { return {values, rows, width, stride}; }
  Matrix grad_matrix(int64_t rows) const { return {grad, rows, width, stride}; }
};

// One array of a layer in the layout of the kernels: `groups` matrices (rows × width)
// in panels, one after the other. Outside it is (rows × groups · width), row-major.
struct Parameter {
  std::string name;  // "weight", "bias"
  int64_t rows = 0;
  int64_t width = 0;  // of one group
  int64_t groups = 1;
  bool is_learnt = true;  // else it has values alone
  bool is_plain = false;  // row-major, with a stride of whole vectors
  int64_t count = 0;      // floats, padding included; see `sized_for`
  Learnt learnt{};

  int64_t columns() const { return groups * width; }
  int64_t group_size(const Kernels& kernels) const {
    return rows * round_up(width, kernels.lanes);
  }
  Parameter sized_for(const Kernels& kernels) const {
    Parameter sized = *this;
    sized.count = groups * group_size(kernels);
    return sized;
  }
};

// Calls use(place of the kernels, place in row-major order) for every value.
template <typename Use>
void for_each_place(const Kernels& kernels, const Parameter& parameter, Use use) {
  const int64_t panel_width = 2 * kernels.lanes;
  const int64_t stride = round_up(parameter.width, kernels.lanes);
  for (int64_t outer = 0; outer < parameter.columns(); ++outer) {
    const int64_t column = outer % parameter.width;
    const int64_t start = outer / parameter.width * parameter.group_size(kernels);
    const int64_t first = column / panel_width * panel_width;
    const int64_t wide =
        parameter.width - first > kernels.lanes ? panel_width : kernels.lanes;
    for (int64_t row = 0; row < parameter.rows; ++row) {
      const int64_t place = parameter.is_plain
                                ? row * stride + column
                                : first * parameter.rows + row * wide + column - first;
      use(start + place, row * parameter.columns() + outer);
    }
  }
}

// What a batch is, for layers that ask.
struct Pass {
  int64_t rows = 0;
  bool is_training = false;
  bool is_augmented = false;
  uint64_t step = 0;               // taken before this one
  const float* weights = nullptr;  // (rows) of the batch; null: all one
  double weight = 0.0;             // their sum
};

class Layer {
 public:
  virtual ~Layer() = default;

  // Asks for the memory of batches of up to `capacity` rows, `slots` arrays of state.
  virtual void plan(Arena& arena, int64_t capacity, int slots) = 0;

  virtual void forward(const Worker& worker, const Pass& pass) = 0;

  // Reads the output's grad; writes the input's where `wants_grad_x`; updates weights.
  virtual void backward(const Worker& worker, const Pass& pass, const Update& update,
                        bool wants_grad_x) = 0;

  // Keeps what a step has shown beside gradients, when all of it went well.
  // One worker calls it, after every backward pass of a training step.
  virtual void remember(const Pass&) {}

  virtual std::vector<Parameter*> parameters() { return {}; }

  virtual const Signal& output() const = 0;
  virtual Signal& output() = 0;

  // Of a training step, in the products that take most of its time.
  virtual double flops_per_row() const { return 0.0; }
};

// Asks for the arrays of a parameter: values, and where it is learnt a gradient and
// `slots` arrays of the optimizer's.
void ask(Arena& arena, Parameter& parameter, int slots);

// Asks for the arrays of a signal.
void ask(Arena& arena, Signal& signal, int64_t capacity);

// to ← from, for rows of the same width.
void copy_rows(const Matrix& from, const Matrix& to, Range rows);

// A signal of rows of `width` floats, without memory yet.
Signal signal_of(int64_t width, const Bend& bend);

// The stride of rows of `width` floats: whole cache lines, an odd number of them where
// there are many, so that rows do not fall on each other in the cache.
int64_t row_stride(int64_t width);

}  // namespace ranvier
