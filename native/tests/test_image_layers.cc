// Chains of image layers: row by row through all of them is the same as layer by layer.
#include <algorithm>

#include "check.h"
#include "program/convolution_layer.h"
#include "program/pool_layer.h"

namespace ranvier::tests {
namespace {

// Convolution, pool, convolution over random images of 8 × 8 × 2.
struct Chain {
  Chain(const Kernels& kernels, int64_t rows, bool is_passing, Activation activation)
      : kernels(kernels),
        rows(rows),
        input(signal_of(8 * 8 * 2, {Activation::kIdentity, 0.0f})),
        first(kernels, input,
              {8, 8, 2, 5, 3, 3, 1, 1, 1, 1, 1, 1, 8, 8, 1, {activation, 0.0f}, true}),
        pool(kernels, first.output(), {8, 8, 5, 2, 2, 2, 2, 0, 0, 4, 4, true}),
        last(kernels, pool.output(),
             {4, 4, 5, 3, 3, 3, 1, 1, 1, 1, 0, 0, 2, 2, 1, {activation, 0.0f}, false}),
        layers{&first, &pool, &last} {
    first.output().is_passing = pool.output().is_passing = is_passing;
    ask(arena, input, rows);
    for (ImageLayer* layer : layers) layer->plan(arena, rows, 0);
    arena.take();
    Random random;
    for (int64_t row = 0; row < rows; ++row) {
      random.fill(input.values + row * input.stride, input.width);
      const Signal& output = last.output();
      random.fill(output.grad + row * output.stride, output.width);
    }
    for (ImageLayer* layer : layers) {
      for (Parameter* parameter : layer->parameters()) {
        for_each_place(kernels, *parameter, [&](int64_t place, int64_t) {
          parameter->learnt.values[place] = random.next();
        });
      }
    }
  }

  // Everything that is left behind.
  std::vector<float> results() {
    std::vector<float> all;
    const auto add = [&](const Signal& signal, const float* array) {
      for (int64_t row = 0; row < rows; ++row) {
        all.insert(all.end(), array + row * signal.stride,
                   array + row * signal.stride + signal.width);
      }
    };
    add(last.output(), last.output().values);
    add(input, input.grad);
    for (ImageLayer* layer : layers) {
      for (const Parameter* parameter : layer->parameters()) {
        const float* from = parameter->learnt.gradient;
        all.insert(all.end(), from, from + parameter->count);
      }
    }
    return all;
  }

  const Kernels& kernels;
  const int64_t rows;
  Signal input;
  ConvolutionLayer first;
  PoolLayer pool;
  ConvolutionLayer last;
  std::vector<ImageLayer*> layers;
  Arena arena;
};

Update store_update() {
  Update store{};
  store.kind = Update::Kind::kStore;
  return store;
}

std::vector<float> layer_by_layer(Chain& chain) {
  Pass pass;
  pass.rows = chain.rows;
  run_team(1, [&](const Worker& worker) {
    for (ImageLayer* layer : chain.layers) layer->forward(worker, pass);
    for (size_t i = chain.layers.size(); i-- > 0;) {
      chain.layers[i]->backward(worker, pass, store_update(), true);
    }
  });
  return chain.results();
}

std::vector<float> row_by_row(Chain& chain, int threads) {
  Pass pass;
  pass.rows = chain.rows;
  run_team(threads, [&](const Worker& worker) {
    forward_chain(chain.layers, worker, pass);
    worker.wait();
    backward_chain(chain.layers, worker, pass, store_update(), true);
  });
  return chain.results();
}

}  // namespace

void test_image_layers(const Kernels& kernels) {
  for (const Activation activation : {Activation::kTanh, Activation::kSilu}) {
    for (const int64_t rows : {1, 2, 5, 16, 33}) {
      Chain whole(kernels, rows, false, activation);
      const std::vector<float> expected = layer_by_layer(whole);
      for (const int threads : {1, 2, 3, 8}) {
        Chain passing(kernels, rows, true, activation);
        expect(row_by_row(passing, threads) == expected,
               "a chain gives the bits of its layers");
      }
    }
  }
}

}  // namespace ranvier::tests
