#include "program/program.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "targets/target.h"

namespace ranvier {
namespace {

// Prediction and evaluation go in batches of at least so many rows.
constexpr int64_t kLeastCapacity = 64;

// Below so many operations a step, threads cost more than they bring.
constexpr double kTeamFlops = 4e6;

ProgramSpec checked(const ProgramSpec& spec) {
  check(spec);
  return spec;
}

bool is_finite(const Signal& signal, int64_t rows) {
  for (int64_t row = 0; row < rows; ++row) {
    const float* values = signal.values + row * signal.stride;
    for (int64_t column = 0; column < signal.width; ++column) {
      if (!std::isfinite(values[column])) return false;
    }
  }
  return true;
}

}  // namespace

Program::Program(const ProgramSpec& spec)
    : spec_(checked(spec)),
      kernels_(choose_target(spec.target)),
      capacity_(std::max(spec.batch_size, kLeastCapacity)),
      row_correct_(capacity_),
      pace_(1) {
  input_.width = spec_.inputs;
  input_.stride = row_stride(spec_.inputs);
  arena_.ask(&input_.values, capacity_ * input_.stride);
  arena_.ask(&row_loss_, capacity_);
  Signal* signal = &input_;
  for (const DenseSpec& layer : spec_.layers) {
    const bool is_last = &layer == &spec_.layers.back();
    Bend bend = layer.bend;
    if (is_last && is_loss_fused()) bend.activation = Activation::kIdentity;
    flops_per_row_ += 6.0 * static_cast<double>(signal->width * layer.units);
    layers_.push_back(std::make_unique<DenseLayer>(kernels_, *signal, layer.units, bend,
                                                   layer.has_bias));
    layers_.back()->plan(arena_, capacity_, slots());
    signal = &layers_.back()->output();
  }
  arena_.take();
  pace_ = Pace(is_worth_a_team(spec_.batch_size) ? spec_.threads : 1);
  const bool keeps_zero = std::all_of(spec_.shift.begin(), spec_.shift.end(),
                                      [](float shift) { return shift == 0.0f; });
  if (keeps_zero) columns_.resize(spec_.threads);
  for (Columns& columns : columns_) {
    columns.index.resize(spec_.inputs);
    columns.bits.resize(tiles(spec_.inputs, 16));
  }
}

int Program::slots() const {
  switch (spec_.optimizer.kind) {
    case Update::Kind::kStore:
    case Update::Kind::kSgd:
      return 0;
    case Update::Kind::kAdam:
      return 2;
    default:
      return 1;
  }
}

Program::Batch Program::batch_at(std::span<const uint32_t> rows, int64_t begin,
                                 int64_t size) const {
  const auto count = static_cast<int64_t>(rows.size());
  const int64_t end = std::min(begin + size, count);
  const int64_t after = std::min(end + size, count);
  return {rows.subspan(begin, end - begin), rows.subspan(end, after - end)};
}

// Calls `work` on the threads that go fastest, where so many rows are worth a team.
void Program::run(int64_t rows_at_once,
                  const std::function<void(const Worker&)>& work) {
  run_on(is_worth_a_team(rows_at_once) ? pace_.best() : 1, work);
}

void Program::run_on(int threads, const std::function<void(const Worker&)>& work) {
  for (Columns& columns : columns_) columns.rest = 0;  // all workers start alike
  run_team(threads, work);
}

bool Program::is_worth_a_team(int64_t rows_at_once) const {
  return flops_per_row_ * static_cast<double>(rows_at_once) >= kTeamFlops;
}

EpochResult Program::epoch(const Samples& samples, std::span<const uint32_t> rows,
                           std::span<const float> rates, int64_t statistics_every,
                           const Interrupt& interrupt) {
  using Clock = std::chrono::steady_clock;
  Tally tally(layers_.size());
  const auto step_count = static_cast<int64_t>(rates.size());
  for (int64_t step = 0; step < step_count && !tally.has_failed();) {
    if (interrupt()) {
      tally.interrupt();
      break;
    }
    Pace::Slice slice = pace_.next();
    slice.steps = std::min(slice.steps, step_count - step);
    const Clock::time_point begin = Clock::now();
    run_on(slice.threads, [&](const Worker& worker) {
      for (int64_t here = step; here < step + slice.steps; ++here) {
        const Batch batch = batch_at(rows, here * spec_.batch_size, spec_.batch_size);
        const Update update = update_at(rates[here], steps + here + 1);
        const bool is_sampled = here % statistics_every == 0;
        if (!learn(worker, samples, batch, update, is_sampled, tally)) break;
      }
    });
    pace_.took(slice, std::chrono::duration<double>(Clock::now() - begin).count());
    step += slice.steps;
  }
  steps += tally.steps();
  return tally.result();
}

// One step. Returns false, with nothing learnt, where the loss is not finite.
bool Program::learn(const Worker& worker, const Samples& samples, const Batch& batch,
                    const Update& update, bool is_sampled, Tally& tally) {
  forward(worker, samples.inputs, batch);
  judge(worker, samples.targets, batch, true);
  const double loss = total_loss(batch.size());
  if (!std::isfinite(loss)) {
    if (worker.is_first()) tally.fail(failed_layer(batch.size()));
    return false;
  }
  if (worker.is_first()) {
    tally.count(loss, total_correct(batch.size()), batch.size());
    if (is_sampled) tally.sample();
  }
  Update here = update;
  if (is_sampled) here.kind = Update::Kind::kStore;
  backward(worker, batch.size(), here);
  if (is_sampled) update_from_gradients(worker, update, tally.gradient_norms());
  return true;
}

Evaluation Program::evaluate(const Samples& samples, std::span<const uint32_t> rows) {
  double loss = 0.0;
  int64_t correct = 0;
  const auto count = static_cast<int64_t>(rows.size());
  run(count, [&](const Worker& worker) {
    for (int64_t begin = 0; begin < count; begin += capacity_) {
      const Batch batch = batch_at(rows, begin, capacity_);
      forward(worker, samples.inputs, batch);
      judge(worker, samples.targets, batch, false);
      if (worker.is_first()) {
        loss += total_loss(batch.size());
        correct += total_correct(batch.size());
      }
      worker.wait();
    }
  });
  const double seen = static_cast<double>(std::max<int64_t>(count, 1));
  return {loss / seen, static_cast<double>(correct) / seen};
}

void Program::predict(const Inputs& inputs, int64_t count, float* out) {
  std::vector<uint32_t> rows(std::min(count, capacity_));
  std::iota(rows.begin(), rows.end(), 0u);
  run(count, [&](const Worker& worker) {
    for (int64_t begin = 0; begin < count; begin += capacity_) {
      const int64_t size = std::min(capacity_, count - begin);
      Inputs here = inputs;
      if (here.bytes != nullptr) here.bytes += begin * here.width;
      if (here.floats != nullptr) here.floats += begin * here.width;
      forward(worker, here, {std::span(rows).first(size), {}});
      finish_outputs(worker, size);
      const Range share = worker.share(size);
      for (int64_t row = share.begin; row < share.end; ++row) {
        std::copy_n(output().values + row * output().stride, outputs(),
                    out + (begin + row) * outputs());
      }
      worker.wait();
    }
  });
}

void Program::gradients(const Samples& samples, std::span<const uint32_t> rows) {
  const Batch batch{rows, {}};
  Update store{};
  store.kind = Update::Kind::kStore;
  run(batch.size(), [&](const Worker& worker) {
    forward(worker, samples.inputs, batch);
    judge(worker, samples.targets, batch, true);
    backward(worker, batch.size(), store);
  });
}

void Program::decode(const Worker& worker, const Inputs& inputs, const Batch& batch) {
  if (leave_out_columns(worker, inputs, batch)) return;
  if (worker.is_first()) input_.kept_index = nullptr;
  kernels_.decode(inputs, {spec_.scale.data(), spec_.shift.data()}, batch.rows.data(),
                  batch.next.data(), static_cast<int64_t>(batch.next.size()),
                  input_.matrix(batch.size()), worker.share(batch.size()));
}

// Decodes without the columns that are zero in the whole batch, where that pays. Every
// worker finds the same columns; all use the first one's note after the next meeting.
bool Program::leave_out_columns(const Worker& worker, const Inputs& inputs,
                                const Batch& batch) {
  constexpr int kRest = 31;
  if (inputs.bytes == nullptr || columns_.empty()) return false;
  Columns& columns = columns_[worker.index];
  if (columns.rest > 0) {
    --columns.rest;
    return false;
  }
  const int64_t kept = kernels_.find_columns(inputs, batch.rows.data(), batch.size(),
                                             columns.index.data(), columns.bits.data());
  if (10 * kept > 9 * inputs.width) {
    columns.rest = kRest;
    return false;
  }
  if (worker.is_first()) {
    input_.kept_index = columns.index.data();
    input_.kept_width = kept;
  }
  kernels_.decode_columns(inputs, {spec_.scale.data(), nullptr}, batch.rows.data(),
                          batch.next.data(), static_cast<int64_t>(batch.next.size()),
                          columns.index.data(), columns.bits.data(),
                          {input_.values, batch.size(), kept, input_.stride},
                          worker.share(batch.size()));
  return true;
}

void Program::forward(const Worker& worker, const Inputs& inputs, const Batch& batch) {
  decode(worker, inputs, batch);
  worker.wait();
  for (const auto& layer : layers_) {
    layer->forward(worker, batch.size());
    worker.wait();
  }
}

void Program::judge(const Worker& worker, const Targets& targets, const Batch& batch,
                    bool wants_grad) {
  const LossBatch loss{output().matrix(batch.size()),
                       output().bend,
                       output().slopes,
                       targets,
                       batch.rows.data(),
                       wants_grad ? output().grad : nullptr,
                       row_loss_,
                       row_correct_.data()};
  kernels_.loss(spec_.loss, loss, worker.share(batch.size()));
  worker.wait();
}

void Program::backward(const Worker& worker, int64_t rows, const Update& update) {
  for (size_t i = layers_.size(); i-- > 0;) {
    layers_[i]->backward(worker, rows, update, i > 0);
    worker.wait();
  }
}

void Program::update_from_gradients(const Worker& worker, const Update& update,
                                    std::vector<double>& norms) {
  for (size_t i = 0; i < layers_.size(); ++i) {
    double squares = 0.0;
    for (const Parameter* parameter : layers_[i]->parameters()) {
      const Range share = worker.share(parameter->count / kernels_.lanes);
      const int64_t begin = share.begin * kernels_.lanes;
      Learnt part = parameter->learnt;
      for (float** array : {&part.values, &part.gradient, &part.slot_1, &part.slot_2}) {
        if (*array != nullptr) *array += begin;
      }
      kernels_.apply(update, part, share.end * kernels_.lanes - begin);
      const bool is_mine = static_cast<int>(i) % worker.count == worker.index;
      if (is_mine) {
        squares +=
            kernels_.sum_of_squares(parameter->learnt.gradient, parameter->count);
      }
    }
    if (squares > 0.0) norms[i] += std::sqrt(squares);
  }
  worker.wait();
}

void Program::finish_outputs(const Worker& worker, int64_t rows) {
  const Matrix values = output().matrix(rows);
  if (spec_.loss == Loss::kCrossEntropy) kernels_.softmax(values, worker.share(rows));
  if (spec_.loss == Loss::kBinaryCrossEntropy) {
    kernels_.sigmoid(values, worker.share(rows));
  }
}

double Program::total_loss(int64_t rows) const {
  return std::accumulate(row_loss_, row_loss_ + rows, 0.0);
}

int64_t Program::total_correct(int64_t rows) const {
  return std::accumulate(row_correct_.begin(), row_correct_.begin() + rows, int64_t{0});
}

int Program::failed_layer(int64_t rows) const {
  const auto broken = std::find_if(
      layers_.begin(), layers_.end() - 1,
      [&](const auto& layer) { return !is_finite(layer->output(), rows); });
  return static_cast<int>(broken - layers_.begin());
}

Update Program::update_at(float rate, int64_t step) const {
  const OptimizerSpec& optimizer = spec_.optimizer;
  Update update{};
  update.kind = optimizer.kind;
  update.rate = rate;
  update.momentum = static_cast<float>(optimizer.decay);
  update.blend = static_cast<float>(1.0 - optimizer.decay);
  update.blend_2 = static_cast<float>(1.0 - optimizer.decay_2);
  update.epsilon = static_cast<float>(optimizer.epsilon);
  if (optimizer.kind == Update::Kind::kAdam) {
    const auto t = static_cast<double>(step);
    update.rate = static_cast<float>(rate / (1.0 - std::pow(optimizer.decay, t)));
    update.correction =
        static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(optimizer.decay_2, t)));
  }
  return update;
}

std::vector<Parameter*> Program::parameters(size_t layer) const {
  return layers_.at(layer)->parameters();
}

float* Program::slot_of(const Parameter& parameter, Slot slot) const {
  switch (slot) {
    case Slot::kValues:
      return parameter.learnt.values;
    case Slot::kGradient:
      return parameter.learnt.gradient;
    case Slot::kFirst:
      return parameter.learnt.slot_1;
    default:
      return parameter.learnt.slot_2;
  }
}

void Program::read(const Parameter& parameter, Slot slot, float* out) const {
  const float* from = slot_of(parameter, slot);
  for_each_place(kernels_, parameter,
                 [&](int64_t place, int64_t plain) { out[plain] = from[place]; });
}

void Program::write(const Parameter& parameter, Slot slot, const float* values) {
  float* to = slot_of(parameter, slot);
  for_each_place(kernels_, parameter,
                 [&](int64_t place, int64_t plain) { to[place] = values[plain]; });
}

}  // namespace ranvier
