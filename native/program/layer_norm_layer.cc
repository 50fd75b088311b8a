#include "program/layer_norm_layer.h"

#include <algorithm>

namespace ranvier {
namespace {

// Rows of so many floats share the sums of the gradients of scale and shift.
constexpr int64_t kBlockFloats = 4096;

}  // namespace

LayerNormLayer::LayerNormLayer(const Kernels& kernels, Signal& input,
                               const LayerNormSpec& spec)
    : kernels_(kernels), input_(input), output_(signal_of(input.width, spec.bend)) {
  Parameter parameter{.name = "scale", .rows = 1, .width = spec.channels};
  scale_ = parameter.sized_for(kernels);
  parameter.name = "shift";
  shift_ = parameter.sized_for(kernels);
  norm_ = {};
  norm_.channels = spec.channels;
  norm_.block_rows = std::max<int64_t>(1, kBlockFloats / input.width);
  norm_.epsilon = static_cast<float>(spec.epsilon);
}

void LayerNormLayer::plan(Arena& arena, int64_t capacity, int slots) {
  ask(arena, scale_, slots);
  ask(arena, shift_, slots);
  ask(arena, output_, capacity);
  arena.ask(&norm_.moments, 2 * capacity * (input_.width / norm_.channels));
  arena.ask(&norm_.partials, tiles(capacity, norm_.block_rows) * 2 * scale_.count);
}

void LayerNormLayer::forward(const Worker& worker, const Pass& pass) {
  LayerNorm norm = norm_;
  norm.scale = scale_.learnt.values;
  norm.shift = shift_.learnt.values;
  kernels_.layer_norm_forward(norm, input_.matrix(pass.rows), output_.bend,
                              output_.matrix(pass.rows), output_.slopes,
                              worker.share(pass.rows));
}

void LayerNormLayer::backward(const Worker& worker, const Pass& pass,
                              const Update& update, bool wants_grad_x) {
  const int64_t blocks = tiles(pass.rows, norm_.block_rows);
  LayerNorm norm = norm_;
  norm.scale = scale_.learnt.values;
  Matrix grad_x = input_.grad_matrix(pass.rows);
  if (!wants_grad_x) grad_x.data = nullptr;
  kernels_.layer_norm_backward(norm, input_.matrix(pass.rows),
                               output_.grad_matrix(pass.rows), input_.bend,
                               input_.slopes, grad_x, worker.share(blocks));
  worker.wait();
  const Range vectors = worker.share(tiles(norm.channels, kernels_.lanes));
  kernels_.layer_norm_gradients(norm, blocks, scale_.learnt.gradient,
                                shift_.learnt.gradient, vectors);
  if (update.kind == Update::Kind::kStore) return;
  const int64_t begin = vectors.begin * kernels_.lanes;
  const int64_t count = vectors.end * kernels_.lanes - begin;
  kernels_.apply(update, scale_.learnt.from(begin), count);
  kernels_.apply(update, shift_.learnt.from(begin), count);
}

}  // namespace ranvier
