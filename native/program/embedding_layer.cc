#include "program/embedding_layer.h"

#include <algorithm>

namespace ranvier {
namespace {

// A valid id, whatever the number is.
int32_t id_of(float value, int64_t ids) {
  if (!(value > 0.0f)) return 0;
  const auto last = static_cast<int32_t>(ids - 1);
  return double{value} < last ? static_cast<int32_t>(value) : last;
}

}  // namespace

EmbeddingLayer::EmbeddingLayer(const Kernels& kernels, Signal& input,
                               const EmbeddingSpec& spec)
    : kernels_(kernels), input_(input) {
  for (size_t i = 0; i < spec.columns.size(); ++i) {
    const Parameter parameter{.name = "table_" + std::to_string(i + 1),
                              .rows = spec.ids[i],
                              .width = spec.widths[i],
                              .is_plain = true};
    Table& table = tables_.emplace_back();
    table.parameter = parameter.sized_for(kernels);
    table.column = spec.columns[i];
    table.begin = rest_begin_;
    rest_begin_ += spec.widths[i];
  }
  for (int64_t column = 0; column < input.width; ++column) {
    const bool is_id = std::find(spec.columns.begin(), spec.columns.end(), column) !=
                       spec.columns.end();
    if (!is_id) rest_.push_back(column);
  }
  output_ = signal_of(rest_begin_ + static_cast<int64_t>(rest_.size()),
                      {Activation::kIdentity, 0.0f});
}

void EmbeddingLayer::plan(Arena& arena, int64_t capacity, int slots) {
  ask(arena, output_, capacity);
  for (Table& table : tables_) {
    ask(arena, table.parameter, slots);
    table.place.resize(table.parameter.rows);
    for (std::vector<int32_t>* list :
         {&table.ids, &table.touched, &table.first, &table.last, &table.next}) {
      list->resize(capacity);
    }
  }
}

void EmbeddingLayer::forward(const Worker& worker, const Pass& pass) {
  const Range share = worker.share(pass.rows);
  for (Table& table : tables_) {
    const Parameter& parameter = table.parameter;
    for (int64_t row = share.begin; row < share.end; ++row) {
      const float value = input_.values[row * input_.stride + table.column];
      table.ids[row] = id_of(value, parameter.rows);
    }
    kernels_.embed(
        {parameter.learnt.values, parameter.rows, parameter.width,
         round_up(parameter.width, kernels_.lanes)},
        table.ids.data(),
        {output_.values + table.begin, pass.rows, parameter.width, output_.stride},
        share);
  }
  for (int64_t row = share.begin; row < share.end; ++row) {
    float* to = output_.values + row * output_.stride + rest_begin_;
    for (const int64_t column : rest_) {
      *to++ = input_.values[row * input_.stride + column];
    }
  }
}

void EmbeddingLayer::Table::chain(int64_t rows) {
  count = 0;
  for (int32_t row = 0; row < rows; ++row) {
    const int32_t id = ids[row];
    next[row] = -1;
    const int32_t here = place[id];
    if (here < count && touched[here] == id) {
      next[last[here]] = row;
      last[here] = row;
      continue;
    }
    place[id] = static_cast<int32_t>(count);
    touched[count] = id;
    first[count] = last[count] = row;
    ++count;
  }
}

void EmbeddingLayer::backward(const Worker& worker, const Pass& pass,
                              const Update& update, bool wants_grad_x) {
  if (wants_grad_x) pass_on(pass.rows, worker.share(pass.rows));
  for (size_t i = worker.index; i < tables_.size(); i += worker.count) {
    tables_[i].chain(pass.rows);
  }
  worker.wait();
  for (const Table& table : tables_) {
    const Touched touched{table.place.data(), table.touched.data(), table.first.data(),
                          table.next.data(), table.count};
    const bool is_sparse = leaves_alone(update.kind, table.parameter.learnt);
    kernels_.update_table(
        update, table.parameter.learnt, touched,
        {output_.grad + table.begin, pass.rows, table.parameter.width, output_.stride},
        worker.share(is_sparse ? table.count : table.parameter.rows));
  }
}

// The gradient of the columns that are no ids; that of an id is zero.
void EmbeddingLayer::pass_on(int64_t rows, Range share) {
  for (int64_t row = share.begin; row < share.end; ++row) {
    const float* from = output_.grad + row * output_.stride + rest_begin_;
    float* to = input_.grad + row * input_.stride;
    std::fill_n(to, input_.width, 0.0f);
    for (const int64_t column : rest_) to[column] = *from++;
  }
  kernels_.derive(input_.bend, input_.values, input_.slopes, input_.grad_matrix(rows),
                  share);
}

std::vector<Parameter*> EmbeddingLayer::parameters() {
  std::vector<Parameter*> parameters;
  for (Table& table : tables_) parameters.push_back(&table.parameter);
  return parameters;
}

}  // namespace ranvier
