// stack: the layers of a network, and the signals between them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/arena.h"
#include "program/build.h"
#include "program/image_layer.h"
#include "program/spec.h"

namespace ranvier {

// The rows of a batch, and those of the next, which may be fetched.
struct Batch {
  std::span<const uint32_t> rows;
  std::span<const uint32_t> next;
  int64_t size() const { return static_cast<int64_t>(rows.size()); }
};

class Stack {
 public:
  // `spec` is checked; it and `kernels` must outlive this.
  Stack(const Kernels& kernels, const ProgramSpec& spec, int workers);
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  // Asks for the memory of batches of up to `capacity` rows, `slots` arrays of state.
  void plan(Arena& arena, int64_t capacity, int slots);

  // Takes the weights of another stack of the same network for its own.
  void borrow(const Stack& owner);

  // Whether the columns of raw rows that are zero in a whole batch may be left out.
  bool keeps_zero() const { return !columns_.empty(); }

  // The inputs of a batch: without the columns that are zero in all of it, where that
  // pays. Looks for them again after a while where it does not.
  void decode(const Worker& worker, const Inputs& inputs, const Batch& batch);

  // As decode; looks for such columns, or does not. Needs keeps_zero() to look.
  void decode_looking(const Worker& worker, const Inputs& inputs, const Batch& batch,
                      bool looks);

  // Whether leaving columns out would pay for the batch.
  bool pays(const Inputs& inputs, const Batch& batch);

  // What follows after the inputs, and all workers have met.
  void forward(const Worker& worker, const Pass& pass);
  void backward(const Worker& worker, const Pass& pass, const Update& update,
                size_t first_learning);

  // All workers start alike, which they must to find the same columns.
  void start();

  // Notes that the inputs hold all columns.
  void keep_all() { input_.kept_index = nullptr; }

  const Signal& input() const { return input_; }
  const Signal& output() const { return layers_.back()->output(); }
  const std::vector<std::unique_ptr<Layer>>& layers() const { return layers_; }

 private:
  // One worker's note of the columns of a batch that are not zero in all its rows.
  struct Columns {
    std::vector<int32_t> index;
    std::vector<uint16_t> bits;
    int rest = 0;  // batches for which it is not worth looking
  };

  void link_image_layers();
  int64_t find_columns(Columns& columns, const Inputs& inputs, const Batch& batch);
  bool leave_out_columns(const Worker& worker, const Inputs& inputs,
                         const Batch& batch);

  const Kernels& kernels_;
  const ProgramSpec& spec_;
  Signal input_;
  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<ImageLayer*> image_layers_;  // as layers_; null: a layer of another kind
  std::vector<Columns> columns_;  // a worker each; empty where zeros do not stay zero
};

}  // namespace ranvier
