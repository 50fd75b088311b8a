#include "program/batch_norm_layer.h"

#include <algorithm>

namespace ranvier {
namespace {

// Few enough for the first cache, enough to be worth a block.
constexpr int64_t kBlockFloats = 4096;

}  // namespace

BatchNormLayer::BatchNormLayer(const Kernels& kernels, Signal& input,
                               const BatchNormSpec& spec)
    : kernels_(kernels),
      input_(input),
      output_(signal_of(input.width, spec.bend)),
      momentum_(spec.momentum) {
  Parameter parameter{.name = "scale", .rows = 1, .width = spec.channels};
  scale_ = parameter.sized_for(kernels);
  parameter.name = "shift";
  shift_ = parameter.sized_for(kernels);
  parameter.is_learnt = false;
  parameter.name = "running_mean";
  running_mean_ = parameter.sized_for(kernels);
  parameter.name = "running_variance";
  running_variance_ = parameter.sized_for(kernels);
  norm_ = {};
  norm_.channels = spec.channels;
  norm_.period = period_of(kernels, spec.channels, input.width);
  norm_.block_rows = std::max<int64_t>(1, kBlockFloats / input.width);
  norm_.epsilon = static_cast<float>(spec.epsilon);
}

void BatchNormLayer::plan(Arena& arena, int64_t capacity, int slots) {
  for (Parameter* parameter : parameters()) ask(arena, *parameter, slots);
  ask(arena, output_, capacity);
  arena.ask(&norm_.mean, norm_.channels);
  arena.ask(&norm_.variance, norm_.channels);
  for (float** pattern : {&norm_.means, &norm_.factors, &norm_.shifts,
                          &norm_.mean_grads, &norm_.mean_products}) {
    arena.ask(pattern, norm_.period);
  }
  const int64_t blocks = tiles(capacity, norm_.block_rows);
  const int64_t size = round_up(norm_.period, kernels_.lanes);
  arena.ask(&norm_.partials, blocks * 3 * size + kernels_.lanes);
}

Range BatchNormLayer::blocks_of(const Worker& worker, int64_t rows) const {
  return worker.share(tiles(rows, norm_.block_rows));
}

// What the sums over the batch are divided by.
double BatchNormLayer::count_of(const Pass& pass) const {
  return pass.weight * static_cast<double>(input_.width / norm_.channels);
}

void BatchNormLayer::forward(const Worker& worker, const Pass& pass) {
  const Matrix x = input_.matrix(pass.rows);
  const Range channels = worker.share(tiles(norm_.channels, kernels_.lanes));
  BatchNorm norm = norm_;
  norm.scale = scale_.learnt.values;
  norm.shift = shift_.learnt.values;
  if (pass.is_training) {
    kernels_.batch_norm_moments(norm, x, pass.weights, blocks_of(worker, pass.rows));
    worker.wait();
    kernels_.batch_norm_statistics(norm, x, pass.weights, count_of(pass), channels);
  } else {
    norm.mean = running_mean_.learnt.values;
    norm.variance = running_variance_.learnt.values;
  }
  kernels_.batch_norm_prepare(norm, channels);
  worker.wait();
  kernels_.batch_norm_forward(norm, x, output_.bend, output_.matrix(pass.rows),
                              output_.slopes, worker.share(pass.rows));
}

void BatchNormLayer::backward(const Worker& worker, const Pass& pass,
                              const Update& update, bool wants_grad_x) {
  const Matrix x = input_.matrix(pass.rows);
  const Matrix grad = output_.grad_matrix(pass.rows);
  kernels_.batch_norm_sums(norm_, x, grad, blocks_of(worker, pass.rows));
  worker.wait();
  const Range vectors = worker.share(tiles(norm_.channels, kernels_.lanes));
  kernels_.batch_norm_gradients(norm_, x, count_of(pass), scale_.learnt.gradient,
                                shift_.learnt.gradient, vectors);
  if (update.kind != Update::Kind::kStore) {
    const int64_t begin = vectors.begin * kernels_.lanes;
    const int64_t count = vectors.end * kernels_.lanes - begin;
    kernels_.apply(update, scale_.learnt.from(begin), count);
    kernels_.apply(update, shift_.learnt.from(begin), count);
  }
  if (!wants_grad_x) return;
  worker.wait();
  kernels_.batch_norm_grad_x(norm_, x, grad, pass.weights, input_.bend, input_.slopes,
                             input_.grad_matrix(pass.rows), worker.share(pass.rows));
}

// How many places there are: a row of weight 2 is two, one of less than 1 is one.
double BatchNormLayer::places_of(const Pass& pass) const {
  int64_t rows = pass.rows;
  if (pass.weights != nullptr) {
    rows -= std::count(pass.weights, pass.weights + pass.rows, 0.0f);
  }
  const int64_t positions = input_.width / norm_.channels;
  return std::max(count_of(pass), static_cast<double>(rows * positions));
}

// The running variance is that of a sample: unbiased. One place alone has none.
void BatchNormLayer::remember(const Pass& pass) {
  const double count = places_of(pass);
  if (count <= 1.0) return;
  const double unbiased = count / (count - 1.0);
  float* mean = running_mean_.learnt.values;
  float* variance = running_variance_.learnt.values;
  for (int64_t channel = 0; channel < norm_.channels; ++channel) {
    const auto blend = [&](double before, double now) {
      return static_cast<float>(momentum_ * before + (1.0 - momentum_) * now);
    };
    mean[channel] = blend(mean[channel], norm_.mean[channel]);
    variance[channel] = blend(variance[channel], norm_.variance[channel] * unbiased);
  }
}

std::vector<Parameter*> BatchNormLayer::parameters() {
  return {&scale_, &shift_, &running_mean_, &running_variance_};
}

}  // namespace ranvier
