#include "program/image_layer.h"

namespace ranvier {
namespace {

// Calls use(place) for the rows of a block.
template <typename Use>
void for_each_row(int64_t block, int64_t rows, int64_t slot, Use use) {
  const int64_t blocks = blocks_of(rows);
  const int64_t end = rows * (block + 1) / blocks;
  for (int64_t row = rows * block / blocks; row < end; ++row) {
    use(Place{row, block, slot});
  }
}

}  // namespace

Row row_of(const Signal& signal, const Place& place) {
  const auto at = [&signal](float* array, int64_t row) {
    return array == nullptr ? array : array + row * signal.stride;
  };
  const int64_t grad_row = signal.is_passing ? place.slot : place.row;
  return {at(signal.values, place.row), at(signal.grad, grad_row),
          at(signal.slopes, place.row)};
}

void activate_row(const Kernels& kernels, const Signal& signal, const Row& row) {
  const Matrix out{row.values, 1, signal.width, signal.stride};
  kernels.activate(signal.bend, out, row.slopes, {0, 1});
}

void derive_row(const Kernels& kernels, const Signal& signal, const Row& row) {
  const Matrix grad{row.grad, 1, signal.width, signal.stride};
  kernels.derive(signal.bend, row.values, row.slopes, grad, {0, 1});
}

void forward_chain(std::span<ImageLayer* const> chain, const Worker& worker,
                   const Pass& pass) {
  for (ImageLayer* layer : chain) layer->prepare_forward(worker);
  worker.wait();
  const Range blocks = worker.share(blocks_of(pass.rows));
  for (int64_t block = blocks.begin; block < blocks.end; ++block) {
    for_each_row(block, pass.rows, blocks.begin, [&](const Place& place) {
      for (ImageLayer* layer : chain) layer->forward_row(place);
    });
  }
}

void backward_chain(std::span<ImageLayer* const> chain, const Worker& worker,
                    const Pass& pass, const Update& update, bool wants_grad_x) {
  for (ImageLayer* layer : chain) {
    if (layer != chain.front() || wants_grad_x) layer->prepare_backward(worker);
  }
  worker.wait();
  const int64_t count = blocks_of(pass.rows);
  const Range blocks = worker.share(count);
  for (int64_t block = blocks.begin; block < blocks.end; ++block) {
    for (ImageLayer* layer : chain) layer->start_block(block);
    for_each_row(block, pass.rows, blocks.begin, [&](const Place& place) {
      for (size_t i = chain.size(); i-- > 0;) {
        chain[i]->backward_row(place, i > 0 || wants_grad_x);
      }
    });
  }
  worker.wait();
  for (ImageLayer* layer : chain) layer->learn(worker, count, update);
}

void ImageLayer::forward(const Worker& worker, const Pass& pass) {
  ImageLayer* self = this;
  forward_chain({&self, 1}, worker, pass);
}

void ImageLayer::backward(const Worker& worker, const Pass& pass, const Update& update,
                          bool wants_grad_x) {
  ImageLayer* self = this;
  backward_chain({&self, 1}, worker, pass, update, wants_grad_x);
}

}  // namespace ranvier
