// image_layer: layers that take one row of a batch after the other, and chains of them.
#pragma once

#include <algorithm>
#include <span>

#include "program/layer.h"

namespace ranvier {

// A batch is cut into so many blocks at most. Their borders depend on the batch alone,
// and each has sums of its own, so that any number of workers gives the same bits.
constexpr int64_t kBlocks = 16;

inline int64_t blocks_of(int64_t rows) { return std::min(rows, kBlocks); }

// Where one row is: its number, its block, and its worker's slot of scratch memory.
struct Place {
  int64_t row;
  int64_t block;
  int64_t slot;
};

// A row of a signal; null where the signal has no such array.
struct Row {
  float* values;
  float* grad;
  float* slopes;
};

Row row_of(const Signal& signal, const Place& place);

// What the signal's activation does to the values, and to the gradient, of a row.
void activate_row(const Kernels& kernels, const Signal& signal, const Row& row);
void derive_row(const Kernels& kernels, const Signal& signal, const Row& row);

// A layer whose rows have nothing to do with each other. A chain of them is run row by
// row through all its layers, so that what they hand on stays in the cache; between
// two of them the gradient of a row only passes (see Signal::is_passing).
class ImageLayer : public Layer {
 public:
  void forward(const Worker& worker, const Pass& pass) final;
  void backward(const Worker& worker, const Pass& pass, const Update& update,
                bool wants_grad_x) final;

  // Before rows: every worker calls these, and all meet afterwards.
  virtual void prepare_forward(const Worker&) {}
  virtual void prepare_backward(const Worker&) {}  // where grad_x is wanted

  virtual void forward_row(const Place& place) = 0;

  // Sums of the block count from zero.
  virtual void start_block(int64_t) {}
  virtual void backward_row(const Place& place, bool wants_grad_x) = 0;

  // After all rows, when the workers have met: every worker calls it.
  virtual void learn(const Worker&, int64_t /*blocks*/, const Update&) {}
};

void forward_chain(std::span<ImageLayer* const> chain, const Worker& worker,
                   const Pass& pass);

// wants_grad_x: of the chain's first layer.
void backward_chain(std::span<ImageLayer* const> chain, const Worker& worker,
                    const Pass& pass, const Update& update, bool wants_grad_x);

}  // namespace ranvier
