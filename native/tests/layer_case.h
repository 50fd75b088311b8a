// layer_case: one layer between an input and the gradient of its output.
#pragma once

#include <functional>
#include <memory>

#include "check.h"
#include "program/layer.h"

namespace ranvier::tests {

// Where `use(row, column)` goes over a batch.
template <typename Use>
void for_each_value(int64_t rows, int64_t width, Use use) {
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t column = 0; column < width; ++column) use(row, column);
  }
}

class LayerCase {
 public:
  using Make = std::function<std::unique_ptr<Layer>(const Kernels&, Signal&)>;

  LayerCase(const Kernels& kernels, int64_t rows, int64_t width, const Bend& input_bend,
            const Make& make, int slots = 0)
      : input(signal_of(width, input_bend)) {
    pass.rows = rows;
    pass.is_training = true;
    pass.weight = static_cast<double>(rows);
    layer = make(kernels, input);
    ask(arena, input, rows);
    layer->plan(arena, rows, slots);
    arena.take();
    for_each_value(rows, width, [&](int64_t row, int64_t column) {
      input.values[row * input.stride + column] = random.next();
      if (input.slopes != nullptr) {
        input.slopes[row * input.stride + column] = random.next();
      }
    });
    const Signal& output = layer->output();
    for_each_value(rows, output.width, [&](int64_t row, int64_t column) {
      output.grad[row * output.stride + column] = random.next();
    });
    for (Parameter* parameter : layer->parameters()) {
      random.fill(parameter->learnt.values, parameter->rows * parameter->width);
    }
  }

  LayerCase(const LayerCase&) = delete;  // the layer keeps its input's address
  LayerCase& operator=(const LayerCase&) = delete;

  // Every row weighs what `weights` says.
  void weigh(std::vector<float> by) {
    weights = std::move(by);
    pass.weights = weights.data();
    pass.weight = 0.0;
    for (const float weight : weights) pass.weight += weight;
  }

  void forward(int threads) {
    run_team(threads, [&](const Worker& worker) { layer->forward(worker, pass); });
  }

  void backward(int threads, const Update& update) {
    run_team(threads, [&](const Worker& worker) {
      layer->backward(worker, pass, update, true);
    });
  }

  // Gradients alone.
  void backward(int threads) {
    Update store{};
    store.kind = Update::Kind::kStore;
    backward(threads, store);
  }

  double x(int64_t row, int64_t column) const {
    return input.values[row * input.stride + column];
  }
  double y(int64_t row, int64_t column) const {
    return layer->output().values[row * layer->output().stride + column];
  }
  double grad(int64_t row, int64_t column) const {
    return layer->output().grad[row * layer->output().stride + column];
  }
  double grad_x(int64_t row, int64_t column) const {
    return input.grad[row * input.stride + column];
  }
  double weight_of(int64_t row) const { return weights.empty() ? 1.0 : weights[row]; }
  Learnt& learnt(size_t parameter) { return layer->parameters()[parameter]->learnt; }

  // Everything that a forward and a backward pass have written.
  std::vector<float> written() {
    std::vector<float> all;
    const Signal& output = layer->output();
    const auto append = [&](const float* from, int64_t count) {
      if (from != nullptr) all.insert(all.end(), from, from + count);
    };
    for_each_value(pass.rows, 1, [&](int64_t row, int64_t) {
      append(output.values + row * output.stride, output.width);
      append(input.grad + row * input.stride, input.stride);
    });
    for (const Parameter* parameter : layer->parameters()) {
      append(parameter->learnt.values, parameter->count);
      append(parameter->learnt.gradient, parameter->count);
    }
    return all;
  }

  Arena arena;
  Random random;
  Signal input;
  Pass pass;
  std::vector<float> weights;
  std::unique_ptr<Layer> layer;
};

}  // namespace ranvier::tests
