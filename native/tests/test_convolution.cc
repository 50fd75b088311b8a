// Convolutions and pools, as layers, against plain loops in double.
#include <algorithm>
#include <bit>

#include "check.h"
#include "program/convolution_layer.h"
#include "program/pool_layer.h"

namespace ranvier::tests {
namespace {

// Outputs of a window over one axis, and the padding before the first.
struct Axis {
  int64_t outputs;
  int64_t pad;
};

Axis axis_of(int64_t size, int64_t window, int64_t stride, bool is_same) {
  if (!is_same) return {(size - window) / stride + 1, 0};
  const int64_t outputs = (size + stride - 1) / stride;
  return {outputs, std::max<int64_t>((outputs - 1) * stride + window - size, 0) / 2};
}

struct Shape {
  int64_t height, width, channels, filters, kernel_height, kernel_width;
  int64_t stride = 1, dilation = 1, groups = 1;
  bool is_same = true;
  bool has_bias = true;
};

ConvolutionSpec spec_of(const Shape& s, const Bend& bend) {
  const Axis down =
      axis_of(s.height, (s.kernel_height - 1) * s.dilation + 1, s.stride, s.is_same);
  const Axis across =
      axis_of(s.width, (s.kernel_width - 1) * s.dilation + 1, s.stride, s.is_same);
  return {s.height,       s.width,    s.channels,   s.filters,      s.kernel_height,
          s.kernel_width, s.stride,   s.stride,     s.dilation,     s.dilation,
          down.pad,       across.pad, down.outputs, across.outputs, s.groups,
          bend,           s.has_bias};
}

// What a layer wrote: rows of outputs and input gradients, and gradients of weights.
struct Result {
  std::vector<float> outputs, grad_x, weight, bias;
  bool operator==(const Result& other) const {
    const auto same = [](const std::vector<float>& a, const std::vector<float>& b) {
      return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float x, float y) {
        return std::bit_cast<uint32_t>(x) == std::bit_cast<uint32_t>(y);
      });
    };
    return same(outputs, other.outputs) && same(grad_x, other.grad_x) &&
           same(weight, other.weight) && same(bias, other.bias);
  }
};

// A layer over a batch of random images, whose rows begin `shift` floats off a line.
template <typename LayerType, typename Spec>
struct Case {
  Case(const Kernels& kernels, const Spec& spec, int64_t rows, int64_t shift)
      : kernels(kernels),
        rows(rows),
        input(signal_of(spec.height * spec.width * spec.channels,
                        {Activation::kTanh, 0.0f})),
        values(rows * input.stride, shift),
        grad(rows * input.stride, shift),
        layer(kernels, input, spec) {
    input.values = values.data();
    input.grad = grad.data();
    layer.plan(arena, rows, 0);
    arena.take();
    for (int64_t row = 0; row < rows; ++row) {
      random.fill(values.data() + row * input.stride, input.width);
    }
    for (Parameter* parameter : layer.parameters()) {
      for_each_place(kernels, *parameter, [&](int64_t place, int64_t) {
        parameter->learnt.values[place] = random.next();
      });
    }
    out_grad.resize(rows * layer.output().width);
    random.fill(out_grad.data(), out_grad.size());
  }

  std::vector<float> row_major(const Matrix& matrix) const {
    std::vector<float> all;
    for (int64_t row = 0; row < matrix.rows; ++row) {
      const float* from = matrix.data + row * matrix.stride;
      all.insert(all.end(), from, from + matrix.width);
    }
    return all;
  }

  std::vector<float> read(size_t index, bool gradient) {
    const std::vector<Parameter*> all = layer.parameters();
    if (index >= all.size()) return {};
    const Parameter& parameter = *all[index];
    std::vector<float> out(parameter.rows * parameter.columns());
    const float* from = gradient ? parameter.learnt.gradient : parameter.learnt.values;
    for_each_place(kernels, parameter,
                   [&](int64_t place, int64_t plain) { out[plain] = from[place]; });
    return out;
  }

  Result run(int threads) {
    Signal& output = layer.output();
    std::fill_n(input.grad, rows * input.stride, 7.0f);
    for (int64_t row = 0; row < rows; ++row) {
      std::fill_n(input.grad + row * input.stride + input.width,
                  input.stride - input.width, 0.0f);
      std::copy_n(out_grad.data() + row * output.width, output.width,
                  output.grad + row * output.stride);
    }
    Pass pass;
    pass.rows = rows;
    Update store{};
    store.kind = Update::Kind::kStore;
    run_team(threads, [&](const Worker& worker) {
      layer.forward(worker, pass);
      worker.wait();
      layer.backward(worker, pass, store, true);
    });
    return {row_major(output.matrix(rows)), row_major(input.grad_matrix(rows)),
            read(0, true), read(1, true)};
  }

  void expect_padding_stays_zero() {
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t at = input.width; at < input.stride; ++at) {
        expect_near(input.grad[row * input.stride + at], 0.0, 0.0, "row padding");
      }
    }
    for (const Parameter* parameter : layer.parameters()) {
      std::vector<bool> is_used(parameter->count);
      for_each_place(kernels, *parameter,
                     [&](int64_t place, int64_t) { is_used[place] = true; });
      for (int64_t at = 0; at < parameter->count; ++at) {
        if (is_used[at]) continue;
        expect_near(parameter->learnt.gradient[at], 0.0, 0.0, "panel padding");
      }
    }
  }

  const Kernels& kernels;
  const int64_t rows;
  Random random;
  Signal input;
  Buffer values, grad;
  LayerType layer;
  Arena arena;
  std::vector<float> out_grad;
};

using ConvolutionCase = Case<ConvolutionLayer, ConvolutionSpec>;
using PoolCase = Case<PoolLayer, PoolSpec>;

// Sums in double, and how many terms the longest one has.
struct Expected {
  std::vector<double> outputs, grad_x, weight, bias;
};

// Calls use(output, input, weight), row-major places, for every product of a row.
template <typename Use>
void for_each_product(const ConvolutionSpec& s, Use use) {
  const int64_t deep = s.channels / s.groups, wide = s.filters / s.groups;
  for (int64_t pixel = 0; pixel < s.out_height * s.out_width; ++pixel) {
    for (int64_t tap = 0; tap < s.kernel_height * s.kernel_width; ++tap) {
      const int64_t y = pixel / s.out_width * s.stride_height - s.pad_top +
                        tap / s.kernel_width * s.dilation_height;
      const int64_t x = pixel % s.out_width * s.stride_width - s.pad_left +
                        tap % s.kernel_width * s.dilation_width;
      if (y < 0 || y >= s.height || x < 0 || x >= s.width) continue;
      for (int64_t filter = 0; filter < s.filters; ++filter) {
        for (int64_t channel = 0; channel < deep; ++channel) {
          use(pixel * s.filters + filter,
              (y * s.width + x) * s.channels + filter / wide * deep + channel,
              (tap * deep + channel) * s.filters + filter);
        }
      }
    }
  }
}

Expected expected_of(ConvolutionCase& c, const ConvolutionSpec& s) {
  const std::vector<float> weight = c.read(0, false), bias = c.read(1, false);
  const int64_t width = c.layer.output().width;
  Expected e;
  e.outputs.resize(c.rows * width);
  e.grad_x.resize(c.rows * c.input.width);
  e.weight.resize(weight.size());
  e.bias.resize(bias.size());
  for (int64_t row = 0; row < c.rows; ++row) {
    const float* x = c.values.data() + row * c.input.stride;
    const float* g = c.out_grad.data() + row * width;
    double* y = e.outputs.data() + row * width;
    double* grad_x = e.grad_x.data() + row * c.input.width;
    for (int64_t at = 0; s.has_bias && at < width; ++at) {
      y[at] = bias[at % s.filters];
      e.bias[at % s.filters] += g[at];
    }
    for_each_product(s, [&](int64_t out, int64_t in, int64_t w) {
      y[out] += double{x[in]} * weight[w];
      grad_x[in] += double{g[out]} * weight[w];
      e.weight[w] += double{g[out]} * x[in];
    });
    for (int64_t at = 0; at < c.input.width; ++at) {
      grad_x[at] *= 1.0 - double{x[at]} * x[at];  // tanh
    }
  }
  return e;
}

void expect_all_near(const std::vector<float>& actual,
                     const std::vector<double>& expected, double terms,
                     const std::string& message) {
  expect(actual.size() == expected.size(), message + " in full");
  for (size_t at = 0; at < expected.size(); ++at) {
    expect_near(actual[at], expected[at], kEpsilon * (terms + 2), message);
  }
}

void test_shape(const Kernels& kernels, const Shape& shape, int64_t rows,
                int64_t shift = 0) {
  const ConvolutionSpec spec = spec_of(shape, {Activation::kIdentity, 0.0f});
  ConvolutionCase c(kernels, spec, rows, shift);
  const Expected e = expected_of(c, spec);
  const Result result = c.run(1);
  const auto inputs =
      static_cast<double>(shape.kernel_height * shape.kernel_width * shape.channels);
  const auto outputs =
      static_cast<double>(shape.kernel_height * shape.kernel_width * shape.filters);
  const auto pixels = static_cast<double>(rows * spec.out_height * spec.out_width);
  expect_all_near(result.outputs, e.outputs, inputs, "convolution");
  expect_all_near(result.grad_x, e.grad_x, outputs, "convolution's grad_x");
  expect_all_near(result.weight, e.weight, pixels, "convolution's weight gradient");
  expect_all_near(result.bias, e.bias, pixels, "convolution's bias gradient");
  c.expect_padding_stays_zero();
  for (const int threads : {2, 3, 8}) {
    expect(c.run(threads) == result, "same bits on any number of threads");
  }
}

void test_shapes(const Kernels& kernels) {
  for (const int64_t size : {1, 2, 5, 7, 13, 14, 15, 28}) {
    for (const int64_t channels : {1, 3, 6, 16}) {
      for (const int64_t filters : {1, 4, 6, 16, 17, 32, 33, 40}) {
        if (size * channels * filters > 3000) continue;
        test_shape(kernels, {size, size, channels, filters, 3, 3}, 2);
      }
    }
  }
  for (const int64_t channels : {8, 13, 16, 33}) {  // by Winograd's filtering
    for (const int64_t filters : {16, 17, 40}) {
      test_shape(kernels, {4, 5, channels, filters, 3, 3}, 2);
      test_shape(kernels, {9, 15, channels, filters, 3, 3}, 18, 1);
      test_shape(kernels, {6, 7, channels, filters, 3, 3, 1, 1, 1, false, false}, 2);
    }
  }
  for (const int64_t kernel : {1, 2, 3, 5}) {
    for (const int64_t stride : {1, 2, 3}) {
      for (const int64_t dilation : {1, 2}) {
        for (const bool is_same : {true, false}) {
          test_shape(kernels,
                     {11, 9, 5, 7, kernel, kernel, stride, dilation, 1, is_same}, 3);
          test_shape(kernels,
                     {9, 12, 6, 6, kernel, kernel, stride, dilation, 6, is_same}, 3);
          test_shape(
              kernels,
              {8, 9, 1, 2 * kernel, kernel, kernel, stride, dilation, 1, is_same}, 3,
              1);
          test_shape(kernels,
                     {9, 11, 6, 4, kernel, kernel, stride, dilation, 2, is_same}, 3, 1);
        }
      }
    }
  }
  for (const int64_t channels : {1, 2, 3, 8, 15, 16, 17, 20, 33}) {
    test_shape(kernels, {6, 5, channels, channels, 3, 3, 1, 1, channels}, 2, 3);
    test_shape(kernels, {6, 5, channels, 2 * channels, 3, 2, 1, 1, channels}, 2);
    test_shape(kernels, {4, 17, 20 * channels, 4 * channels, 3, 3, 1, 1, channels}, 1);
  }
  test_shape(kernels, {1, 40, 3, 8, 1, 5}, 18);                           // a sound
  test_shape(kernels, {40, 1, 3, 8, 5, 1, 2, 1, 1, false}, 35);           // on its side
  test_shape(kernels, {6, 6, 4, 5, 1, 4, 3, 1, 1, false, false}, 17, 2);  // gaps
  test_shape(kernels, {3, 3, 64, 64, 3, 3}, 2);
}

// The activation follows the product, with its slopes where it needs them.
void test_bend(const Kernels& kernels) {
  const Shape shape{5, 5, 3, 6, 3, 3};
  ConvolutionCase flat(kernels, spec_of(shape, {Activation::kIdentity, 0.0f}), 2, 0);
  ConvolutionCase bent(kernels, spec_of(shape, {Activation::kLeakyRelu, 0.25f}), 2, 0);
  ConvolutionCase smooth(kernels, spec_of(shape, {Activation::kSilu, 0.0f}), 2, 0);
  const std::vector<float> z = flat.run(1).outputs;
  const std::vector<float> y = bent.run(1).outputs;
  smooth.run(1);
  const Signal& output = smooth.layer.output();
  for (size_t at = 0; at < z.size(); ++at) {
    expect_near(y[at], z[at] < 0.0f ? 0.25 * z[at] : z[at], 0.0, "bent convolution");
    const int64_t row = at / output.width, column = at % output.width;
    const double share = 1.0 / (1.0 + std::exp(-double{z[at]}));
    expect_near(output.slopes[row * output.stride + column],
                share + z[at] * share * (1.0 - share), 1e-6, "silu's slope");
  }
}

// NaN in one pixel reaches the windows that hold it, and no others.
void test_nan(const Kernels& kernels, int64_t groups) {
  const Shape shape{6, 7, 6, 6, 3, 3, 1, 1, groups};
  const ConvolutionSpec spec = spec_of(shape, {Activation::kIdentity, 0.0f});
  ConvolutionCase c(kernels, spec, 2, 0);
  const int64_t wide = shape.filters / groups;
  c.values[c.input.stride + (2 * shape.width + 3) * shape.channels] = kNan;
  const std::vector<float> outputs = c.run(1).outputs;
  for (size_t at = 0; at < outputs.size(); ++at) {
    const auto place = static_cast<int64_t>(at);
    const int64_t pixel = place % c.layer.output().width / shape.filters;
    const bool is_near = std::abs(pixel / shape.width - 2) <= 1 &&
                         std::abs(pixel % shape.width - 3) <= 1;
    const bool is_hit =
        place >= c.layer.output().width && is_near && place % shape.filters < wide;
    expect(std::isnan(outputs[at]) == is_hit, "NaN stays in its windows");
  }
}

// In tiles, NaN reaches all outputs of a tile, and no other image.
void test_nan_in_tiles(const Kernels& kernels) {
  const Shape shape{6, 7, 16, 16, 3, 3};
  ConvolutionCase c(kernels, spec_of(shape, {Activation::kIdentity, 0.0f}), 2, 0);
  c.values[c.input.stride + (2 * shape.width + 3) * shape.channels] = kNan;
  const std::vector<float> outputs = c.run(1).outputs;
  for (size_t at = 0; at < outputs.size(); ++at) {
    const auto place = static_cast<int64_t>(at);
    const int64_t pixel = place % c.layer.output().width / shape.filters;
    const bool is_near = std::abs(pixel / shape.width - 2) <= 1 &&
                         std::abs(pixel % shape.width - 3) <= 1;
    const bool is_in_image = place >= c.layer.output().width;
    expect(std::isnan(outputs[at]) ? is_in_image : !(is_in_image && is_near),
           "NaN is in all of its windows, and in its image alone");
  }
}

// Weights learn at once where the update is none that stores.
void test_update(const Kernels& kernels, int64_t channels, int64_t groups) {
  const ConvolutionSpec spec = spec_of({5, 6, channels, channels, 3, 3, 1, 1, groups},
                                       {Activation::kIdentity, 0.0f});
  ConvolutionCase c(kernels, spec, 5, 0);
  const std::vector<float> before = c.read(0, false), bias = c.read(1, false);
  const Result result = c.run(1);
  Pass pass;
  pass.rows = 5;
  Update update{};
  update.kind = Update::Kind::kSgd;
  update.rate = 0.5f;
  run_team(
      2, [&](const Worker& worker) { c.layer.backward(worker, pass, update, false); });
  const std::vector<float> after = c.read(0, false), bias_after = c.read(1, false);
  for (size_t at = 0; at < before.size(); ++at) {
    expect_near(after[at], before[at] - 0.5 * result.weight[at], kEpsilon * 32,
                "convolution's update");
  }
  for (size_t at = 0; at < bias.size(); ++at) {
    expect_near(bias_after[at], bias[at] - 0.5 * result.bias[at], kEpsilon * 64,
                "convolution's bias update");
  }
}

PoolSpec pool_of(int64_t height, int64_t width, int64_t channels, int64_t window,
                 int64_t stride, bool is_same, bool is_max) {
  const Axis down = axis_of(height, window, stride, is_same);
  const Axis across = axis_of(width, window, stride, is_same);
  return {height, width,    channels,   window,       window,         stride,
          stride, down.pad, across.pad, down.outputs, across.outputs, is_max};
}

// Calls use(input pixel) for the pixels of a window that exist; returns their number.
template <typename Use>
int64_t for_each_pixel(const PoolSpec& s, int64_t pixel, Use use) {
  int64_t count = 0;
  for (int64_t tap = 0; tap < s.window_height * s.window_width; ++tap) {
    const int64_t y =
        pixel / s.out_width * s.stride_height - s.pad_top + tap / s.window_width;
    const int64_t x =
        pixel % s.out_width * s.stride_width - s.pad_left + tap % s.window_width;
    if (y < 0 || y >= s.height || x < 0 || x >= s.width) continue;
    use(y * s.width + x);
    ++count;
  }
  return count;
}

Expected expected_of(PoolCase& c, const PoolSpec& s) {
  const int64_t width = c.layer.output().width;
  Expected e;
  e.outputs.resize(c.rows * width);
  e.grad_x.resize(c.rows * c.input.width);
  for (int64_t at = 0; at < c.rows * width; ++at) {
    const int64_t row = at / width, pixel = at % width / s.channels;
    const int64_t channel = at % s.channels;
    const float* x = c.values.data() + row * c.input.stride + channel;
    double* grad_x = e.grad_x.data() + row * c.input.width + channel;
    double total = 0.0;
    int64_t most = -1;
    const int64_t count = for_each_pixel(s, pixel, [&](int64_t in) {
      total += x[in * s.channels];
      if (most < 0 || x[in * s.channels] > x[most * s.channels]) most = in;
    });
    const double g = c.out_grad[at];
    e.outputs[at] = s.is_max ? x[most * s.channels] : total / count;
    if (s.is_max) grad_x[most * s.channels] += g;
    if (s.is_max) continue;
    for_each_pixel(s, pixel, [&](int64_t in) { grad_x[in * s.channels] += g / count; });
  }
  for (int64_t row = 0; row < c.rows; ++row) {
    for (int64_t at = 0; at < c.input.width; ++at) {
      const double x = c.values[row * c.input.stride + at];
      e.grad_x[row * c.input.width + at] *= 1.0 - x * x;  // tanh
    }
  }
  return e;
}

void test_pool(const Kernels& kernels, const PoolSpec& spec, int64_t shift = 0) {
  PoolCase c(kernels, spec, 5, shift);
  for (int64_t at = 0; at < 5 * c.input.stride; ++at) {  // several largest values
    c.values[at] = std::round(c.values[at] * 4.0f) / 4.0f;
  }
  const Expected e = expected_of(c, spec);
  const Result result = c.run(1);
  const auto window = static_cast<double>(spec.window_height * spec.window_width);
  expect_all_near(result.outputs, e.outputs, window, "pool");
  expect_all_near(result.grad_x, e.grad_x, window, "pool's grad_x");
  c.expect_padding_stays_zero();
  for (const int threads : {2, 3, 8}) {
    expect(c.run(threads) == result, "same bits on any number of threads");
  }
}

void test_pools(const Kernels& kernels) {
  for (const bool is_max : {true, false}) {
    for (const int64_t channels : {1, 3, 4, 6, 8, 15, 16, 17, 20, 32, 33}) {
      for (const int64_t size : {2, 3, 4, 5, 8, 14}) {
        test_pool(kernels, pool_of(size, size, channels, 2, 2, false, is_max));
        test_pool(kernels, pool_of(size, size + 1, channels, 2, 2, true, is_max), 1);
      }
      test_pool(kernels, pool_of(7, 7, channels, 3, 2, true, is_max));
      test_pool(kernels, pool_of(7, 6, channels, 3, 1, false, is_max), 5);
      test_pool(kernels, pool_of(5, 5, channels, 1, 2, false, is_max));
      test_pool(kernels, pool_of(6, 6, channels, 6, 6, false, is_max));
    }
  }
}

// NaN in a window is what the window gives, wherever it lies; others keep theirs.
void test_pool_nan(const Kernels& kernels, int64_t window) {
  for (int64_t pixel = 0; pixel < 36; ++pixel) {
    PoolCase c(kernels, pool_of(6, 6, 16, window, window, false, true), 2, 0);
    c.values[pixel * 16 + 3] = kNan;
    const std::vector<float> outputs = c.run(1).outputs;
    const int64_t across = 6 / window;
    const int64_t hit = (pixel / 6 / window * across + pixel % 6 / window) * 16 + 3;
    for (size_t at = 0; at < outputs.size(); ++at) {
      expect(std::isnan(outputs[at]) == (static_cast<int64_t>(at) == hit),
             "NaN stays in its window");
    }
  }
}

}  // namespace

void test_convolution(const Kernels& kernels) {
  test_shapes(kernels);
  test_bend(kernels);
  for (const int64_t groups : {1, 2, 6}) test_nan(kernels, groups);
  test_nan_in_tiles(kernels);
  for (const int64_t groups : {1, 2, 4}) test_update(kernels, 4, groups);
  test_update(kernels, 20, 1);
  test_pools(kernels);
  for (const int64_t window : {2, 3}) test_pool_nan(kernels, window);
}

}  // namespace ranvier::tests
