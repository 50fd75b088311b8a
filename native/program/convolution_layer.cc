#include "program/convolution_layer.h"

#include <algorithm>

namespace ranvier {
namespace {

// The outputs `o`, by taps `k`, that input i goes to: o · stride + k · dilation - pad
// = i. Calls use(i, o, k), k ascending.
template <typename Use>
void for_each_source(int64_t inputs, int64_t outputs, int64_t kernel, int64_t stride,
                     int64_t dilation, int64_t pad, Use use) {
  for (int64_t i = 0; i < inputs; ++i) {
    for (int64_t k = 0; k < kernel; ++k) {
      const int64_t from = i + pad - k * dilation;
      if (from >= 0 && from % stride == 0 && from / stride < outputs) {
        use(i, from / stride, k);
      }
    }
  }
}

}  // namespace

ConvolutionPlan::ConvolutionPlan(const Kernels& kernels, const ConvolutionSpec& spec) {
  Convolution& c = geometry_;
  c.height = spec.height;
  c.width = spec.width;
  c.channels = spec.channels;
  c.filters = spec.filters;
  c.kernel_height = spec.kernel_height;
  c.kernel_width = spec.kernel_width;
  c.stride_height = spec.stride_height;
  c.stride_width = spec.stride_width;
  c.dilation_height = spec.dilation_height;
  c.dilation_width = spec.dilation_width;
  c.pad_top = spec.pad_top;
  c.pad_left = spec.pad_left;
  c.out_height = spec.out_height;
  c.out_width = spec.out_width;
  c.groups = spec.groups;
  const int64_t below = (c.out_height - 1) * c.stride_height +
                        c.dilation_height * (c.kernel_height - 1) + 1;
  const int64_t beyond =
      (c.out_width - 1) * c.stride_width + c.dilation_width * (c.kernel_width - 1) + 1;
  c.frame_height = std::max(c.pad_top + c.height, below);
  c.frame_width = std::max(c.pad_left + c.width, beyond);
  if (c.is_winograd()) {
    c.frame_height = std::max(c.frame_height, 2 * c.tile_rows() + 2);
    c.frame_width = std::max(c.frame_width, 2 * c.tile_columns() + 2);
  }
  const bool runs_over =
      (c.is_depthwise() || c.is_winograd()) && c.channels % kernels.lanes != 0;
  if (runs_over && !c.is_framed()) ++c.frame_width;  // vectors stay in the frame
  list_taps();
  list_sources(kernels);
}

void ConvolutionPlan::list_taps() {
  Convolution& c = geometry_;
  for (int64_t y = 0; y < c.kernel_height; ++y) {
    for (int64_t x = 0; x < c.kernel_width; ++x) {
      const int64_t pixel =
          y * c.dilation_height * c.frame_width + x * c.dilation_width;
      for (int64_t channel = 0; channel < c.group_channels(); ++channel) {
        taps_.push_back(static_cast<int32_t>(pixel * c.channels + channel));
      }
    }
  }
  c.taps = taps_.data();
}

void ConvolutionPlan::list_sources(const Kernels& kernels) {
  Convolution& c = geometry_;
  const auto note = [](Places& places, int64_t input, int64_t place, int64_t tap) {
    places.list.push_back({static_cast<int32_t>(place), static_cast<int32_t>(tap)});
    places.begins[input + 1] = static_cast<int32_t>(places.list.size());
  };
  const auto close = [](Places& places) {  // inputs without sources
    for (size_t i = 1; i < places.begins.size(); ++i) {
      places.begins[i] = std::max(places.begins[i], places.begins[i - 1]);
    }
  };
  rows_.begins.resize(c.height + 1);
  columns_.begins.resize(c.width + 1);
  for_each_source(c.height, c.out_height, c.kernel_height, c.stride_height,
                  c.dilation_height, c.pad_top,
                  [&](int64_t i, int64_t o, int64_t k) { note(rows_, i, o, k); });
  const int64_t patch = round_up(c.inputs(), kernels.lanes);
  const int64_t flat = round_up(c.channels, kernels.lanes);
  for_each_source(c.width, c.out_width, c.kernel_width, c.stride_width,
                  c.dilation_width, c.pad_left, [&](int64_t i, int64_t o, int64_t k) {
                    if (c.is_depthwise()) {
                      note(columns_, i, o * c.channels, k * flat);
                    } else {
                      note(columns_, i, o * patch + k * c.group_channels(), k);
                    }
                  });
  close(rows_);
  close(columns_);
  c.rows = rows_.sources();
  c.columns = columns_.sources();
}

ConvolutionLayer::ConvolutionLayer(const Kernels& kernels, Signal& input,
                                   const ConvolutionSpec& spec)
    : kernels_(kernels),
      input_(input),
      plan_(kernels, spec),
      choice_(chosen()),
      output_(signal_of(plan_.geometry().pixels() * spec.filters, spec.bend)),
      has_bias_(spec.has_bias),
      weight_(Parameter{.name = "weight",
                        .rows = plan_.geometry().inputs(),
                        .width = plan_.geometry().group_filters(),
                        .groups = spec.groups}
                  .sized_for(kernels)),
      bias_(Parameter{.name = "bias", .rows = 1, .width = spec.filters}.sized_for(
          kernels)) {}

int64_t ConvolutionLayer::prepared_size() const {
  const Convolution& c = plan_.geometry();
  if (c.is_depthwise()) return c.inputs() * round_up(c.channels, kernels_.lanes);
  const int64_t point = c.channels * round_up(c.filters, kernels_.lanes);
  return c.is_winograd() ? kWinogradPoints * point : 0;
}

int64_t ConvolutionLayer::sums_size() const {
  return plan_.geometry().is_winograd() ? prepared_size() : weight_.count;
}

int64_t ConvolutionLayer::block_size() const {
  return round_up(sums_size() + bias_.count, 16);
}

void ConvolutionLayer::plan(Arena& arena, int64_t capacity, int slots) {
  const Convolution& c = plan_.geometry();
  const int64_t blocks = blocks_of(capacity);
  ask(arena, weight_, slots);
  if (has_bias_) ask(arena, bias_, slots);
  ask(arena, output_, capacity);
  if (prepared_size() > 0) arena.ask(&prepared_, prepared_size());
  if (!c.is_depthwise()) {
    const Matrices from = matrices();
    arena.ask(&transposed_,
              from.count * from.width * round_up(from.rows, kernels_.lanes));
  }
  arena.ask(&sums_, blocks * block_size());
  arena.ask(&scratch_, blocks * convolution_scratch(kernels_, c));
}

double ConvolutionLayer::flops_per_row() const {
  const Convolution& c = plan_.geometry();
  return 6.0 * static_cast<double>(c.pixels() * c.inputs() * c.filters);
}

void ConvolutionLayer::prepare_forward(const Worker& worker) {
  const Convolution& c = plan_.geometry();
  const Range channels = worker.share(c.channels);
  if (c.is_depthwise()) flatten(channels);
  if (c.is_winograd()) {
    kernels_.winograd.prepare(c, weight_.learnt.values, prepared_, channels);
  }
}

// Flat weights out of the panels of each channel.
void ConvolutionLayer::flatten(Range channels) {
  const Convolution& c = plan_.geometry();
  const int64_t stride = round_up(c.channels, kernels_.lanes);
  for (int64_t channel = channels.begin; channel < channels.end; ++channel) {
    const float* from = weight_.learnt.values + channel * weight_.group_size(kernels_);
    for (int64_t tap = 0; tap < c.inputs(); ++tap) {
      prepared_[tap * stride + channel] = from[tap * kernels_.lanes];
    }
  }
}

const ConvolutionKernels& ConvolutionLayer::chosen() const {
  if (plan_.geometry().is_depthwise()) return kernels_.depthwise;
  if (plan_.geometry().is_winograd()) return kernels_.winograd;
  if (plan_.geometry().is_paired(kernels_.lanes)) return kernels_.paired;
  return kernels_.convolution;
}

void ConvolutionLayer::forward_row(const Place& place) {
  const Row out = row_of(output_, place);
  const float* weights = prepared_ == nullptr ? weight_.learnt.values : prepared_;
  choice_.forward(plan_.geometry(), row_of(input_, place).values, weights,
                  bias_.learnt.values, out.values, scratch_of(place));
  activate_row(kernels_, output_, out);
}

ConvolutionLayer::Matrices ConvolutionLayer::matrices() const {
  const Convolution& c = plan_.geometry();
  if (c.is_winograd()) return {prepared_, kWinogradPoints, c.channels, c.filters};
  return {weight_.learnt.values, c.groups, c.inputs(), c.group_filters()};
}

// Transposes the weights; flat ones serve both ways.
void ConvolutionLayer::prepare_backward(const Worker& worker) {
  if (plan_.geometry().is_depthwise()) return;
  const Matrices from = matrices();
  const int64_t size = from.rows * round_up(from.width, kernels_.lanes);
  const int64_t to_size = from.width * round_up(from.rows, kernels_.lanes);
  const int64_t panels = tiles(from.rows, 2 * kernels_.lanes);
  const Range share = worker.share(from.count * panels);
  for (int64_t unit = share.begin; unit < share.end; ++unit) {
    const int64_t matrix = unit / panels, panel = unit % panels;
    kernels_.transpose(from.panels + matrix * size, from.rows, from.width,
                       transposed_ + matrix * to_size, {panel, panel + 1});
  }
}

void ConvolutionLayer::start_block(int64_t block) {
  std::fill_n(sums_ + block * block_size(), block_size(), 0.0f);
}

void ConvolutionLayer::backward_row(const Place& place, bool wants_grad_x) {
  const Convolution& c = plan_.geometry();
  const Row in = row_of(input_, place), out = row_of(output_, place);
  float* sums = sums_ + place.block * block_size();
  choice_.grad_weight(c, in.values, out.grad, sums,
                      has_bias_ ? sums + sums_size() : nullptr, scratch_of(place));
  if (!wants_grad_x) return;
  choice_.grad_x(c, out.grad, c.is_depthwise() ? prepared_ : transposed_, in.grad,
                 scratch_of(place));
  derive_row(kernels_, input_, in);
}

float* ConvolutionLayer::scratch_of(const Place& place) const {
  return scratch_ + place.slot * convolution_scratch(kernels_, plan_.geometry());
}

// Adds up the blocks' sums in their order, and updates this worker's share.
void ConvolutionLayer::learn(const Worker& worker, int64_t blocks,
                             const Update& update) {
  const Convolution& c = plan_.geometry();
  if (c.is_winograd()) {
    learn_winograd(worker.share(c.channels), blocks, update);
  } else if (c.is_depthwise()) {
    const Range channels = worker.share(c.channels);
    const int64_t size = weight_.group_size(kernels_);
    gather_depthwise(channels, blocks);
    apply(update, weight_, {channels.begin * size, channels.end * size});
  } else {
    add_up(worker, weight_, sums_, blocks, update);
  }
  if (has_bias_) add_up(worker, bias_, sums_ + sums_size(), blocks, update);
}

void ConvolutionLayer::add_up(const Worker& worker, const Parameter& parameter,
                              const float* sums, int64_t blocks, const Update& update) {
  const Range units = worker.share(parameter.count / kernels_.lanes);
  const Range floats{units.begin * kernels_.lanes, units.end * kernels_.lanes};
  kernels_.add_up(sums, blocks, block_size(), parameter.learnt.gradient, floats);
  apply(update, parameter, floats);
}

void ConvolutionLayer::apply(const Update& update, const Parameter& parameter,
                             Range floats) {
  if (update.kind == Update::Kind::kStore) return;
  kernels_.apply(update, parameter.learnt.from(floats.begin),
                 floats.end - floats.begin);
}

void ConvolutionLayer::learn_winograd(Range channels, int64_t blocks,
                                      const Update& update) {
  const Convolution& c = plan_.geometry();
  kernels_.winograd.gather(c, sums_, blocks, block_size(), weight_.learnt.gradient,
                           channels);
  const int64_t columns = round_up(c.filters, kernels_.lanes);
  for (int64_t column = 0; column < columns; column += 2 * kernels_.lanes) {
    const int64_t wide = std::min(columns - column, 2 * kernels_.lanes);
    for (int64_t tap = 0; tap < c.kernel_height * c.kernel_width; ++tap) {
      const int64_t first = column * c.inputs() + tap * c.channels * wide;
      apply(update, weight_,
            {first + channels.begin * wide, first + channels.end * wide});
    }
  }
}

void ConvolutionLayer::gather_depthwise(Range channels, int64_t blocks) {
  const Convolution& c = plan_.geometry();
  const int64_t stride = round_up(c.channels, kernels_.lanes);
  for (int64_t channel = channels.begin; channel < channels.end; ++channel) {
    float* to = weight_.learnt.gradient + channel * weight_.group_size(kernels_);
    for (int64_t tap = 0; tap < c.inputs(); ++tap) {
      float total = 0.0f;
      for (int64_t block = 0; block < blocks; ++block) {
        total += sums_[block * block_size() + tap * stride + channel];
      }
      to[tap * kernels_.lanes] = total;
    }
  }
}

std::vector<Parameter*> ConvolutionLayer::parameters() {
  if (has_bias_) return {&weight_, &bias_};
  return {&weight_};
}

}  // namespace ranvier
