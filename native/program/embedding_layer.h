// embedding_layer: a learnt row for each id, several tables beside numeric columns.
#pragma once

#include <deque>

#include "program/layer.h"
#include "program/spec.h"

namespace ranvier {

class EmbeddingLayer final : public Layer {
 public:
  EmbeddingLayer(const Kernels& kernels, Signal& input, const EmbeddingSpec& spec);

  void plan(Arena& arena, int64_t capacity, int slots) override;
  void forward(const Worker& worker, const Pass& pass) override;
  void backward(const Worker& worker, const Pass& pass, const Update& update,
                bool wants_grad_x) override;
  std::vector<Parameter*> parameters() override;
  const Signal& output() const override { return output_; }
  Signal& output() override { return output_; }

 private:
  // A table and the rows of the batch by id. Those with the same id form a chain in
  // the order of the batch; the ids are a sparse set (Briggs and Torczon 1993), which
  // needs no clearing.
  struct Table {
    Parameter parameter;
    int64_t column;                // of the ids in the input
    int64_t begin;                 // of the embedding in the output
    std::vector<int32_t> ids;      // (rows) of the batch
    std::vector<int32_t> place;    // (ids) where an id may stand in `touched`
    std::vector<int32_t> touched;  // (count) the ids of the batch, each once
    std::vector<int32_t> first;    // (count) their first rows
    std::vector<int32_t> last;
    std::vector<int32_t> next;  // (rows) the next row with the same id, or -1
    int64_t count;

    void chain(int64_t rows);
  };

  void pass_on(int64_t rows, Range share);

  const Kernels& kernels_;
  Signal& input_;
  Signal output_;
  std::deque<Table> tables_;
  std::vector<int64_t> rest_;  // the columns that are no ids
  int64_t rest_begin_ = 0;     // in the output
};

}  // namespace ranvier
