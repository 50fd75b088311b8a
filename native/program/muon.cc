#include "program/muon.h"

#include <algorithm>
#include <cmath>

namespace ranvier {
namespace {

// x ← kA x + kB (x xᵀ) x + kC (x xᵀ)² x, so often, takes all singular values near one.
constexpr int kSteps = 5;
constexpr float kA = 3.4445f;
constexpr float kB = -4.7750f;
constexpr float kC = 2.0315f;
constexpr double kLeastNorm = 1e-7;

// Calls use(row, column, place in panels, floats) for each run of floats that lie side
// by side both in the panels of (rows × width) and in a row of it.
template <typename Use>
void for_each_run(const Kernels& kernels, int64_t rows_in_all, int64_t width,
                  Range rows, Use use) {
  const int64_t panel_width = 2 * kernels.lanes;
  for (int64_t first = 0; first < width; first += panel_width) {
    const int64_t left = width - first;
    const int64_t wide = left > kernels.lanes ? panel_width : kernels.lanes;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      use(row, first, first * rows_in_all + row * wide, std::min(left, wide));
    }
  }
}

// The same for all groups of a parameter.
template <typename Use>
void for_each_run(const Kernels& kernels, const Parameter& parameter, Range rows,
                  Use use) {
  for (int64_t group = 0; group < parameter.groups; ++group) {
    const int64_t start = group * parameter.group_size(kernels);
    for_each_run(kernels, parameter.rows, parameter.width, rows,
                 [&](int64_t row, int64_t column, int64_t place, int64_t floats) {
                   use(row, group * parameter.width + column, start + place, floats);
                 });
  }
}

}  // namespace

Muon::Shape Muon::shape_of(const Parameter& parameter) {
  const int64_t rows = parameter.rows;
  const int64_t columns = parameter.columns();
  return {rows < columns, std::max(rows, columns), std::min(rows, columns)};
}

bool Muon::leads(const Parameter* parameter) const {
  return std::find(matrices_.begin(), matrices_.end(), parameter) != matrices_.end();
}

void Muon::plan(Arena& arena) {
  int64_t tall = 0;
  int64_t square = 0;
  for (const Parameter* matrix : matrices_) {
    const Shape shape = shape_of(*matrix);
    tall = std::max(tall, shape.rows * row_stride(shape.width));
    square = std::max(square, shape.width * row_stride(shape.width));
  }
  arena.ask(&x_, tall);
  arena.ask(&next_, tall);
  arena.ask(&gram_, square);
  arena.ask(&bent_, square);
  arena.ask(&product_, square);
}

void Muon::step(const Worker& worker, float rate) {
  for (const Parameter* matrix : matrices_) {
    const Shape shape = shape_of(*matrix);
    const int64_t stride = row_stride(shape.width);
    Matrix x{x_, shape.rows, shape.width, stride};
    Matrix next{next_, shape.rows, shape.width, stride};
    lead(worker, *matrix);
    worker.wait();
    gather(worker, *matrix, x);
    worker.wait();
    for (int step = 0; step < kSteps; ++step) {
      orthogonalize(worker, x, next);
      std::swap(x, next);
    }
    move(worker, *matrix, x, rate);
    worker.wait();
  }
}

// Moves the mean towards the gradient, and the gradient to where the mean leads next.
void Muon::lead(const Worker& worker, const Parameter& parameter) {
  const Range share = worker.share(parameter.count / kernels_.lanes);
  const int64_t begin = share.begin * kernels_.lanes;
  const int64_t count = share.end * kernels_.lanes - begin;
  const Learnt learnt = parameter.learnt.from(begin);
  kernels_.blend(static_cast<float>(1.0 - spec_.momentum), learnt.gradient,
                 learnt.slot_1, count);
  kernels_.blend(static_cast<float>(spec_.momentum), learnt.slot_1, learnt.gradient,
                 count);
}

// Writes the gradient, of length one, into the rows of x; padding becomes zero.
void Muon::gather(const Worker& worker, const Parameter& parameter, const Matrix& x) {
  const float* from = parameter.learnt.gradient;
  const double squares = kernels_.sum_of_squares(from, parameter.count);
  const auto scale = static_cast<float>(1.0 / std::max(std::sqrt(squares), kLeastNorm));
  const bool is_turned = shape_of(parameter).is_turned;
  const Range share = worker.share(x.rows);
  for (int64_t row = share.begin; row < share.end; ++row) {
    std::fill(x.data + row * x.stride + x.width, x.data + (row + 1) * x.stride, 0.0f);
  }
  const auto copy = [&](int64_t row, int64_t column, int64_t place, int64_t floats) {
    float* to =
        is_turned ? x.data + column * x.stride + row : x.data + row * x.stride + column;
    const int64_t across = is_turned ? x.stride : 1;
    for (int64_t i = 0; i < floats; ++i) to[i * across] = from[place + i] * scale;
  };
  for_each_run(kernels_, parameter, worker.share(parameter.rows), copy);
}

// next = x (kA + kB g + kC g²), where g = xᵀ x; its rows are those of the product
// transposed, since it is symmetric.
void Muon::orthogonalize(const Worker& worker, Matrix& x, Matrix& next) {
  const int64_t width = x.width;
  const Matrix gram{gram_, width, width, x.stride};
  const Matrix bent{bent_, width, width, x.stride};
  Update store{};
  store.kind = Update::Kind::kStore;
  Learnt product{};
  product.gradient = product_;
  const Range square = worker.share(product_units(kernels_, width, width));
  kernels_.dense_grad_weight({x, nullptr, width}, x, store, product, {}, square);
  worker.wait();
  bend(worker, width, gram, bent);
  worker.wait();
  kernels_.dense_grad_weight({gram, nullptr, width}, bent, store, product, {}, square);
  worker.wait();
  const Range share = worker.share(width);
  for_each_run(kernels_, width, width, share,
               [&](int64_t row, int64_t column, int64_t place, int64_t floats) {
                 const int64_t at = row - column;
                 if (at >= 0 && at < floats) product_[place + at] += kA;
               });
  worker.wait();
  const Bend plain{Activation::kIdentity, 0.0f};
  kernels_.dense_forward({x, nullptr, width}, product_, nullptr, plain, next, nullptr,
                         worker.share(product_units(kernels_, x.rows, width)));
  worker.wait();
}

// Reads the product g from its panels into rows, and writes kB + kC g beside it.
void Muon::bend(const Worker& worker, int64_t width, const Matrix& gram,
                const Matrix& bent) const {
  const Range share = worker.share(width);
  for (int64_t row = share.begin; row < share.end; ++row) {
    float* end = bent.data + row * bent.stride;
    std::fill(end + width, end + bent.stride, 0.0f);
  }
  for_each_run(kernels_, width, width, share,
               [&](int64_t row, int64_t column, int64_t place, int64_t floats) {
                 const float* from = product_ + place;
                 float* to = gram.data + row * gram.stride + column;
                 float* also = bent.data + row * bent.stride + column;
                 for (int64_t i = 0; i < floats; ++i) {
                   to[i] = from[i];
                   also[i] = kC * from[i];
                 }
                 const int64_t at = row - column;
                 if (at >= 0 && at < floats) also[at] += kB;
               });
}

void Muon::move(const Worker& worker, const Parameter& parameter, const Matrix& x,
                float rate) {
  const bool is_turned = shape_of(parameter).is_turned;
  const auto keep = static_cast<float>(1.0 - double{rate} * spec_.weight_decay);
  const auto by = static_cast<float>(double{rate} * factor_of(parameter));
  float* weights = parameter.learnt.values;
  const auto change = [&](int64_t row, int64_t column, int64_t place, int64_t floats) {
    const float* from =
        is_turned ? x.data + column * x.stride + row : x.data + row * x.stride + column;
    const int64_t across = is_turned ? x.stride : 1;
    for (int64_t i = 0; i < floats; ++i) {
      weights[place + i] = keep * weights[place + i] - by * from[i * across];
    }
  };
  for_each_run(kernels_, parameter, worker.share(parameter.rows), change);
}

// Of a step of length one in each direction; see recipe/optimizers.
double Muon::factor_of(const Parameter& parameter) const {
  const auto rows = static_cast<double>(parameter.rows);
  const auto columns = static_cast<double>(parameter.columns());
  if (spec_.matches_rms) return 0.2 * std::sqrt(std::max(rows, columns));
  return std::sqrt(std::max(1.0, columns / rows));
}

}  // namespace ranvier
