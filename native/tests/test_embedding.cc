// Embeddings against plain loops: what is read, and which rows an update changes.
#include <algorithm>

#include "layer_case.h"
#include "program/embedding_layer.h"

namespace ranvier::tests {
namespace {

// Two tables, chosen by columns 2 and 0 of five.
struct Shape {
  int64_t rows, first_width, second_width;
};
constexpr int64_t kFirstIds = 40;
constexpr int64_t kSecondIds = 3;
const int64_t kRest[] = {1, 3, 4};

LayerCase case_of(const Kernels& kernels, const Shape& shape) {
  return LayerCase(
      kernels, shape.rows, 5, {Activation::kTanh, 0.0f},
      [&](const Kernels& target, Signal& input) {
        return std::make_unique<EmbeddingLayer>(
            target, input,
            EmbeddingSpec{{2, 0},
                          {kFirstIds, kSecondIds},
                          {shape.first_width, shape.second_width}});
      },
      3);
}

// Ids, values and state; what lies beside them stays zero.
void start(const Kernels& kernels, LayerCase& c) {
  for (int64_t row = 0; row < c.pass.rows; ++row) {
    c.input.values[row * c.input.stride + 2] = static_cast<float>(row * row % 37);
    c.input.values[row * c.input.stride] = static_cast<float>(row * 7 % kSecondIds);
  }
  for (Parameter* parameter : c.layer->parameters()) {
    std::fill_n(parameter->learnt.values, parameter->count, 0.0f);
    for_each_place(kernels, *parameter, [&](int64_t place, int64_t) {
      parameter->learnt.values[place] = c.random.next();
      parameter->learnt.slot_1[place] = std::abs(c.random.next());
      parameter->learnt.slot_2[place] = std::abs(c.random.next());
    });
  }
}

// A table's ids and gradient, by plain loops over the batch.
struct Expected {
  Expected(LayerCase& c, const Kernels& kernels, size_t table)
      : parameter(*c.layer->parameters()[table]),
        stride(round_up(parameter.width, kernels.lanes)),
        begin(table == 0 ? 0 : c.layer->parameters()[0]->width),
        column(table == 0 ? 2 : 0),
        gradient(parameter.count) {
    for_each_value(c.pass.rows, parameter.width, [&](int64_t row, int64_t at) {
      gradient[id(c, row) * stride + at] += c.grad(row, begin + at);
    });
  }
  int64_t id(const LayerCase& c, int64_t row) const {
    return static_cast<int64_t>(c.x(row, column));
  }

  const Parameter& parameter;
  int64_t stride, begin, column;
  std::vector<double> gradient;
};

void test_forward(const Kernels& kernels, LayerCase& c) {
  c.forward(2);
  for (const size_t table : {0, 1}) {
    const Expected expected(c, kernels, table);
    for_each_value(c.pass.rows, expected.parameter.width, [&](int64_t row, int64_t at) {
      const float* values = expected.parameter.learnt.values;
      expect(c.y(row, expected.begin + at) ==
                 values[expected.id(c, row) * expected.stride + at],
             "the row of its id");
    });
  }
  const int64_t rest = c.layer->output().width - 3;
  for_each_value(c.pass.rows, 3, [&](int64_t row, int64_t at) {
    expect(c.y(row, rest + at) == c.x(row, kRest[at]), "the numbers beside the ids");
  });
}

void test_gradient(const Kernels& kernels, LayerCase& c) {
  c.backward(2);
  for (const size_t table : {0, 1}) {
    const Expected expected(c, kernels, table);
    for (int64_t at = 0; at < expected.parameter.count; ++at) {
      expect_near(c.learnt(table).gradient[at], expected.gradient[at],
                  kEpsilon * static_cast<double>(c.pass.rows), "gradient of a table");
    }
  }
  for (int64_t row = 0; row < c.pass.rows; ++row) {
    expect(c.grad_x(row, 0) == 0.0 && c.grad_x(row, 2) == 0.0, "none for an id");
    for (int64_t at = 0; at < 3; ++at) {
      const double y = c.x(row, kRest[at]);
      const double g = c.grad(row, c.layer->output().width - 3 + at);
      expect_near(c.grad_x(row, kRest[at]), g * (1.0 - y * y), 2 * kEpsilon,
                  "the gradient of a number");
    }
  }
}

std::vector<float> arrays_of(const LayerCase& c) {
  std::vector<float> all;
  for (const Parameter* parameter : c.layer->parameters()) {
    const Learnt& learnt = parameter->learnt;
    for (const float* array :
         {learnt.values, learnt.slot_1, learnt.slot_2, learnt.slot_3}) {
      all.insert(all.end(), array, array + parameter->count);
    }
  }
  return all;
}

// An update at once is the gradient, kept and then applied to every row.
void test_update(const Kernels& kernels, const Shape& shape, Update::Kind kind) {
  const Update update{kind, 0.1f, 0.05f, 0.99f, 0.9f, 0.1f, 0.01f, 1e-6f, 1.5f};
  LayerCase whole = case_of(kernels, shape);
  start(kernels, whole);
  whole.forward(1);
  whole.backward(1);
  for (Parameter* parameter : whole.layer->parameters()) {
    kernels.apply(update, parameter->learnt, parameter->count);
  }
  const std::vector<float> expected = arrays_of(whole);
  for (const int threads : {1, 2, 3, 8}) {
    LayerCase c = case_of(kernels, shape);
    start(kernels, c);
    c.forward(threads);
    c.backward(threads, update);
    expect(arrays_of(c) == expected,
           "update " + std::to_string(static_cast<int>(kind)) + " of all rows");
  }
}

// Whatever the number, an id lies in its table.
void test_wild_ids(const Kernels& kernels) {
  LayerCase c = case_of(kernels, {6, 5, 2});
  start(kernels, c);
  const float wild[] = {kNan, kInfinity, -kInfinity, -3.0f, 1e30f, 39.5f};
  const int64_t expected[] = {0, 39, 0, 0, 39, 39};
  for (int64_t row = 0; row < 6; ++row) {
    c.input.values[row * c.input.stride + 2] = wild[row];
  }
  c.forward(1);
  c.backward(1);
  const int64_t stride = round_up(5, kernels.lanes);
  for_each_value(6, 5, [&](int64_t row, int64_t at) {
    expect(c.y(row, at) == c.learnt(0).values[expected[row] * stride + at],
           "wild ids are held to the table");
  });
}

}  // namespace

void test_embedding(const Kernels& kernels) {
  for (const int64_t rows : {1, 2, 33, 257}) {
    for (const int64_t width : {1, 3, 15, 16, 17, 64, 65, 130}) {
      const Shape shape{rows, width, 10};
      LayerCase c = case_of(kernels, shape);
      start(kernels, c);
      test_forward(kernels, c);
      test_gradient(kernels, c);
    }
  }
  using Kind = Update::Kind;
  for (const Kind kind : {Kind::kSgd, Kind::kMomentum, Kind::kAdagrad, Kind::kRmsprop,
                          Kind::kAdam, Kind::kAdamw, Kind::kAmsgrad, Kind::kLion}) {
    for (const int64_t width : {3, 16, 65}) test_update(kernels, {33, width, 5}, kind);
  }
  test_wild_ids(kernels);
}

}  // namespace ranvier::tests
