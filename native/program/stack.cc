#include "program/stack.h"

#include <algorithm>

namespace ranvier {
namespace {

// Leaving columns out pays below this share of them.
bool is_few(int64_t kept, int64_t width) { return 10 * kept <= 9 * width; }

}  // namespace

Stack::Stack(const Kernels& kernels, const ProgramSpec& spec, int workers)
    : kernels_(kernels), spec_(spec) {
  input_.width = spec.inputs;
  input_.stride = row_stride(spec.inputs);
  layers_ = build_layers(kernels_, input_, spec);
  link_image_layers();
  const bool keeps_zero = std::all_of(spec.shift.begin(), spec.shift.end(),
                                      [](float shift) { return shift == 0.0f; });
  if (!keeps_zero || !std::holds_alternative<DenseSpec>(spec.layers.front())) return;
  columns_.resize(workers);
  for (Columns& columns : columns_) {
    columns.index.resize(spec.inputs);
    columns.bits.resize(tiles(spec.inputs, 16));
  }
}

// Finds the chains of image layers; inside one, gradients only pass. A convolution
// reads them some lanes over their end, where no other worker may write.
void Stack::link_image_layers() {
  for (const auto& layer : layers_) {
    image_layers_.push_back(dynamic_cast<ImageLayer*>(layer.get()));
  }
  for (size_t i = 0; i + 1 < layers_.size(); ++i) {
    if (image_layers_[i] == nullptr || image_layers_[i + 1] == nullptr) continue;
    Signal& signal = layers_[i]->output();
    signal.is_passing = true;
    signal.stride = row_stride(signal.width + kernels_.lanes);
  }
}

void Stack::plan(Arena& arena, int64_t capacity, int slots) {
  arena.ask(&input_.values, capacity * input_.stride);
  for (const auto& layer : layers_) layer->plan(arena, capacity, slots);
}

void Stack::borrow(const Stack& owner) {
  for (size_t i = 0; i < layers_.size(); ++i) {
    const std::vector<Parameter*> theirs = owner.layers_[i]->parameters();
    const std::vector<Parameter*> ours = layers_[i]->parameters();
    for (size_t k = 0; k < ours.size(); ++k) ours[k]->learnt = theirs[k]->learnt;
  }
}

void Stack::start() {
  for (Columns& columns : columns_) columns.rest = 0;
}

void Stack::decode(const Worker& worker, const Inputs& inputs, const Batch& batch) {
  constexpr int kRest = 31;
  bool looks = inputs.bytes != nullptr && keeps_zero();
  if (looks) {
    int& rest = columns_[worker.index].rest;
    looks = rest == 0;
    rest = looks ? kRest : rest - 1;
  }
  decode_looking(worker, inputs, batch, looks);
}

void Stack::decode_looking(const Worker& worker, const Inputs& inputs,
                           const Batch& batch, bool looks) {
  if (looks && leave_out_columns(worker, inputs, batch)) {
    columns_[worker.index].rest = 0;
    return;
  }
  if (worker.is_first()) keep_all();
  kernels_.decode(inputs, {spec_.scale.data(), spec_.shift.data()}, batch.rows.data(),
                  batch.next.data(), static_cast<int64_t>(batch.next.size()),
                  input_.matrix(batch.size()), worker.share(batch.size()));
}

int64_t Stack::find_columns(Columns& columns, const Inputs& inputs,
                            const Batch& batch) {
  return kernels_.find_columns(inputs, batch.rows.data(), batch.size(),
                               columns.index.data(), columns.bits.data());
}

bool Stack::pays(const Inputs& inputs, const Batch& batch) {
  return keeps_zero() &&
         is_few(find_columns(columns_.front(), inputs, batch), inputs.width);
}

// Decodes without the columns that are zero in the whole batch, where that pays. Every
// worker finds the same columns; all use the first one's note after the next meeting.
bool Stack::leave_out_columns(const Worker& worker, const Inputs& inputs,
                              const Batch& batch) {
  Columns& columns = columns_[worker.index];
  const int64_t kept = find_columns(columns, inputs, batch);
  if (!is_few(kept, inputs.width)) return false;
  if (worker.is_first()) {
    input_.kept_index = columns.index.data();
    input_.kept_width = kept;
  }
  kernels_.decode_columns(inputs, {spec_.scale.data(), nullptr}, batch.rows.data(),
                          batch.next.data(), static_cast<int64_t>(batch.next.size()),
                          columns.index.data(), columns.bits.data(),
                          {input_.values, batch.size(), kept, input_.stride},
                          worker.share(batch.size()));
  return true;
}

void Stack::forward(const Worker& worker, const Pass& pass) {
  for (size_t begin = 0, end = 0; begin < layers_.size(); begin = end) {
    end = begin;
    while (end < layers_.size() && image_layers_[end] != nullptr) ++end;
    if (begin < end) {
      forward_chain(std::span(image_layers_).subspan(begin, end - begin), worker, pass);
    } else {
      layers_[end++]->forward(worker, pass);
    }
    worker.wait();
  }
}

void Stack::backward(const Worker& worker, const Pass& pass, const Update& update,
                     size_t first_learning) {
  for (size_t begin = 0, end = layers_.size(); end > first_learning; end = begin) {
    begin = end;
    while (begin > first_learning && image_layers_[begin - 1] != nullptr) --begin;
    if (begin < end) {
      backward_chain(std::span(image_layers_).subspan(begin, end - begin), worker, pass,
                     update, begin > first_learning);
    } else {
      --begin;
      layers_[begin]->backward(worker, pass, update, begin > first_learning);
    }
    worker.wait();
  }
}

}  // namespace ranvier
