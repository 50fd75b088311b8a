#include "program/program.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
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
    if (is_last && is_fused(spec_.loss.kind)) bend.activation = Activation::kIdentity;
    flops_per_row_ += 6.0 * static_cast<double>(signal->width * layer.units);
    layers_.push_back(std::make_unique<DenseLayer>(kernels_, *signal, layer.units, bend,
                                                   layer.has_bias));
    layers_.back()->plan(arena_, capacity_, slots());
    signal = &layers_.back()->output();
  }
  arena_.take();
  for (const auto& layer : layers_) {
    for (const Parameter* parameter : layer->parameters()) all_.push_back(parameter);
  }
  squares_.resize(all_.size());
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
    case Update::Kind::kAdadelta:
    case Update::Kind::kAdam:
    case Update::Kind::kAdamw:
    case Update::Kind::kNadamw:
      return 2;
    case Update::Kind::kAmsgrad:
      return 3;
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
  forward(worker, samples, batch);
  const Sums sums = judge(worker, samples, batch, true);
  if (!std::isfinite(sums.loss)) {
    if (worker.is_first()) tally.fail(failed_layer(batch.size()));
    return false;
  }
  const bool learns = sums.weight > 0.0;  // rows of weight 0 are not there
  if (worker.is_first()) {
    tally.count(sums);
    if (is_sampled && learns) tally.sample();
  }
  if (!learns) {
    worker.wait();
    return true;
  }
  const bool is_whole = is_sampled || needs_whole_gradients();
  Update here = update;
  if (is_whole) here.kind = Update::Kind::kStore;
  backward(worker, batch.size(), here);
  if (is_sampled) measure_gradients(worker, tally.gradient_norms());
  if (is_whole) update_from_gradients(worker, update);
  return true;
}

Evaluation Program::evaluate(const Samples& samples, std::span<const uint32_t> rows) {
  Sums sums;
  const auto count = static_cast<int64_t>(rows.size());
  run(count, [&](const Worker& worker) {
    for (int64_t begin = 0; begin < count; begin += capacity_) {
      const Batch batch = batch_at(rows, begin, capacity_);
      forward(worker, samples, batch);
      const Sums here = judge(worker, samples, batch, false);
      if (worker.is_first()) sums.add(here);
      worker.wait();
    }
  });
  return sums.means();
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
      forward(worker, {here, {}}, {std::span(rows).first(size), {}});
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
    forward(worker, samples, batch);
    judge(worker, samples, batch, true);
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

void Program::forward(const Worker& worker, const Samples& samples,
                      const Batch& batch) {
  decode(worker, samples.inputs, batch);
  if (samples.weights != nullptr) blank_absent_rows(worker, samples, batch);
  worker.wait();
  for (const auto& layer : layers_) {
    layer->forward(worker, batch.size());
    worker.wait();
  }
}

// A row of weight 0 is not there, whatever it holds.
void Program::blank_absent_rows(const Worker& worker, const Samples& samples,
                                const Batch& batch) {
  const Range share = worker.share(batch.size());
  for (int64_t row = share.begin; row < share.end; ++row) {
    if (samples.weights[batch.rows[row]] != 0.0f) continue;
    std::fill_n(input_.values + row * input_.stride, input_.stride, 0.0f);
  }
}

// Every worker returns the sums of the whole batch.
Sums Program::judge(const Worker& worker, const Samples& samples, const Batch& batch,
                    bool wants_grad) {
  Sums sums;
  if (samples.weights == nullptr) {
    sums.weight = static_cast<double>(batch.size());
  } else {
    for (const uint32_t row : batch.rows) sums.weight += samples.weights[row];
  }
  const double scale = sums.weight > 0.0 ? 1.0 / sums.weight : 0.0;
  const LossBatch loss{output().matrix(batch.size()),
                       output().bend,
                       output().slopes,
                       samples.targets,
                       samples.weights,
                       batch.rows.data(),
                       spec_.loss.parameter,
                       static_cast<float>(scale),
                       wants_grad ? output().grad : nullptr,
                       row_loss_,
                       row_correct_.data()};
  kernels_.loss(spec_.loss.kind, loss, worker.share(batch.size()));
  worker.wait();
  for (int64_t row = 0; row < batch.size(); ++row) {
    const float weight =
        samples.weights == nullptr ? 1.0f : samples.weights[batch.rows[row]];
    if (weight == 0.0f) continue;
    sums.loss += row_loss_[row];
    sums.correct += row_correct_[row] * double{weight};
  }
  return sums;
}

void Program::backward(const Worker& worker, int64_t rows, const Update& update) {
  for (size_t i = layers_.size(); i-- > 0;) {
    layers_[i]->backward(worker, rows, update, i > 0);
    worker.wait();
  }
}

bool Program::needs_whole_gradients() const {
  const PenaltySpec& penalty = spec_.penalty;
  const ClipSpec& clip = spec_.clip;
  return penalty.l1 > 0.0f || penalty.l2 > 0.0f || penalty.max_norm > 0.0f ||
         clip.value > 0.0f || clip.norm > 0.0f || clip.global_norm > 0.0f;
}

// A worker's share of the vectors of an array.
Range Program::vectors_of(const Worker& worker, const Parameter& parameter) const {
  const Range share = worker.share(parameter.count / kernels_.lanes);
  return {share.begin * kernels_.lanes, share.end * kernels_.lanes};
}

// Sums the squares of each parameter's gradient; workers take turns by parameter.
void Program::square_gradients(const Worker& worker) {
  const int count = static_cast<int>(all_.size());
  for (int i = worker.index; i < count; i += worker.count) {
    squares_[i] = kernels_.sum_of_squares(all_[i]->learnt.gradient, all_[i]->count);
  }
  worker.wait();
}

void Program::measure_gradients(const Worker& worker, std::vector<double>& norms) {
  square_gradients(worker);
  if (worker.is_first()) {
    size_t next = 0;
    for (size_t layer = 0; layer < layers_.size(); ++layer) {
      double squares = 0.0;
      for (size_t i = layers_[layer]->parameters().size(); i > 0; --i) {
        squares += squares_[next++];
      }
      norms[layer] += std::sqrt(squares);
    }
  }
  worker.wait();
}

// Penalties, then clipping by value, by each parameter's norm, and by that of all.
void Program::bound_gradients(const Worker& worker) {
  constexpr float kNone = std::numeric_limits<float>::infinity();
  const ClipSpec& clip = spec_.clip;
  const float limit = clip.value > 0.0f ? clip.value : kNone;
  for (const Parameter* parameter : all_) {
    const Range here = vectors_of(worker, *parameter);
    const bool is_weight = parameter->name == "weight";
    kernels_.penalize(is_weight ? spec_.penalty.l1 : 0.0f,
                      is_weight ? spec_.penalty.l2 : 0.0f, limit,
                      parameter->learnt.values + here.begin,
                      parameter->learnt.gradient + here.begin, here.end - here.begin);
  }
  worker.wait();
  if (clip.norm > 0.0f) {
    square_gradients(worker);
    for (size_t i = 0; i < all_.size(); ++i)
      shrink(worker, *all_[i], squares_[i], clip.norm);
    worker.wait();
  }
  if (clip.global_norm > 0.0f) {
    square_gradients(worker);
    const double total = std::accumulate(squares_.begin(), squares_.end(), 0.0);
    for (const Parameter* parameter : all_) {
      shrink(worker, *parameter, total, clip.global_norm);
    }
    worker.wait();
  }
}

// Scales a worker's share of a gradient so that a norm of sqrt(squares) becomes `most`.
void Program::shrink(const Worker& worker, const Parameter& parameter, double squares,
                     float most) {
  const double norm = std::sqrt(squares);
  if (norm <= most) return;
  const Range here = vectors_of(worker, parameter);
  kernels_.scale(static_cast<float>(most / norm),
                 parameter.learnt.gradient + here.begin, here.end - here.begin);
}

void Program::update_from_gradients(const Worker& worker, const Update& update) {
  if (needs_whole_gradients()) bound_gradients(worker);
  for (const Parameter* parameter : all_) {
    const Range here = vectors_of(worker, *parameter);
    kernels_.apply(update, parameter->learnt.from(here.begin), here.end - here.begin);
  }
  worker.wait();
  if (spec_.penalty.max_norm > 0.0f) limit_norms(worker);
}

void Program::limit_norms(const Worker& worker) {
  for (const Parameter* parameter : all_) {
    if (parameter->name != "weight") continue;
    kernels_.limit_columns(spec_.penalty.max_norm, parameter->learnt.values,
                           parameter->rows, parameter->width,
                           worker.share(tiles(parameter->width, 2 * kernels_.lanes)));
  }
  worker.wait();
}

void Program::finish_outputs(const Worker& worker, int64_t rows) {
  const Matrix values = output().matrix(rows);
  if (spec_.loss.kind == Loss::kCrossEntropy || spec_.loss.kind == Loss::kFocal) {
    kernels_.softmax(values, worker.share(rows));
  }
  if (spec_.loss.kind == Loss::kBinaryCrossEntropy) {
    kernels_.sigmoid(values, worker.share(rows));
  }
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
  update.keep = static_cast<float>(1.0 - double{rate} * optimizer.weight_decay);
  if (is_adam(optimizer.kind)) {
    const auto t = static_cast<double>(step);
    const double beta_1 = optimizer.decay;
    const double debias = 1.0 - std::pow(beta_1, t);
    update.correction =
        static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(optimizer.decay_2, t)));
    update.rate = static_cast<float>(rate / debias);
    if (optimizer.kind == Update::Kind::kNadamw) {
      update.rate = static_cast<float>(rate * beta_1 / (1.0 - std::pow(beta_1, t + 1)));
      update.rate_2 = static_cast<float>(rate * (1.0 - beta_1) / debias);
    }
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
    case Slot::kSecond:
      return parameter.learnt.slot_2;
    default:
      return parameter.learnt.slot_3;
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
