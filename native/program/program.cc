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
constexpr int64_t kLeastCapacity = 96;  // whole tiles of 12 and of 6

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
      optimizer_(kernels_, spec_),
      row_correct_(capacity_),
      pace_(1) {
  input_.width = spec_.inputs;
  input_.stride = row_stride(spec_.inputs);
  arena_.ask(&input_.values, capacity_ * input_.stride);
  arena_.ask(&row_loss_, capacity_);
  arena_.ask(&row_weights_, capacity_);
  if (spec_.augmentation) augmenter_.emplace(kernels_, spec_).plan(arena_, capacity_);
  layers_ = build_layers(kernels_, input_, spec_);
  link_image_layers();
  for (const auto& layer : layers_) {
    flops_per_row_ += layer->flops_per_row();
    layer->plan(arena_, capacity_, slots());
    for (Parameter* parameter : layer->parameters()) {
      if (!averages() || !parameter->is_learnt) continue;
      arena_.ask(&parameter->learnt.average, parameter->count);
    }
  }
  follow_parameters();
  optimizer_.plan(arena_);
  arena_.take();
  pace_ = Pace(is_worth_a_team(spec_.batch_size) ? spec_.threads : 1);
  const bool keeps_zero = std::all_of(spec_.shift.begin(), spec_.shift.end(),
                                      [](float shift) { return shift == 0.0f; });
  if (keeps_zero && std::holds_alternative<DenseSpec>(spec_.layers.front())) {
    columns_.resize(spec_.threads);
  }
  for (Columns& columns : columns_) {
    columns.index.resize(spec_.inputs);
    columns.bits.resize(tiles(spec_.inputs, 16));
  }
}

// Finds the chains of image layers; inside one, gradients only pass. A convolution
// reads them some lanes over their end, where no other worker may write.
void Program::link_image_layers() {
  for (const auto& layer : layers_) {
    image_layers_.push_back(dynamic_cast<ImageLayer*>(layer.get()));
  }
  for (size_t i = 0; i + 1 < layers_.size(); ++i) {
    if (image_layers_[i] == nullptr || image_layers_[i + 1] == nullptr) continue;
    Signal& signal = layers_[i]->output();
    signal.is_passing = true;
    signal.stride = row_stride(signal.width + kernels_.lanes);
  }
}

// Hands what is learnt to the optimizer, and notes whose it is.
void Program::follow_parameters() {
  std::vector<Parameter*> learnt;
  first_learning_ = layers_.size();
  for (size_t i = 0; i < layers_.size(); ++i) {
    owner_count_ = std::max(owner_count_, spec_.owners[i] + 1);
    for (Parameter* parameter : layers_[i]->parameters()) {
      if (!parameter->is_learnt) continue;
      first_learning_ = std::min(first_learning_, i);
      learnt.push_back(parameter);
      const auto& hidden = spec_.muon.layers;
      const bool is_hidden = std::find(hidden.begin(), hidden.end(),
                                       static_cast<int64_t>(i)) != hidden.end() &&
                             parameter->name == "weight";
      if (is_hidden) optimizer_.lead(parameter);
      owner_of_.push_back(spec_.owners[i]);
    }
  }
  optimizer_.follow(std::move(learnt));
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
  Tally tally(owner_count_);
  optimizer_.start();
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
        const bool is_sampled = here % statistics_every == 0;
        if (!learn(worker, samples, batch, rates[here], is_sampled, tally)) break;
      }
    });
    pace_.took(slice, std::chrono::duration<double>(Clock::now() - begin).count());
    step += slice.steps;
  }
  steps += tally.steps();
  optimizer_.finish();
  return tally.result();
}

// One step. Returns false, with nothing learnt, where the loss is not finite.
bool Program::learn(const Worker& worker, const Samples& samples, const Batch& batch,
                    float rate, bool is_sampled, Tally& tally) {
  const int64_t taken = steps + tally.steps();
  const Update update = optimizer_.update_at(rate, taken + 1);
  Pass pass = pass_of(samples, batch, true);
  pass.step = static_cast<uint64_t>(taken);
  pass.is_augmented = augmenter_.has_value();
  forward(worker, samples, batch, pass);
  const Sums sums = judge(worker, samples, batch, pass, true);
  if (!std::isfinite(sums.loss)) {
    if (worker.is_first()) tally.fail(failed_owner(pass.rows));
    return false;
  }
  const bool learns = sums.weight > 0.0;  // rows of weight 0 are not there
  if (worker.is_first()) {
    tally.count(sums);
    if (is_sampled && learns) tally.sample();
    if (learns) optimizer_.count(rate);
  }
  if (!learns) {
    worker.wait();
    return true;
  }
  const bool is_whole = is_sampled || optimizer_.needs_whole_gradients();
  Update here = update;
  if (is_whole) here.kind = Update::Kind::kStore;
  backward(worker, pass, here);
  if (worker.is_first()) {
    for (const auto& layer : layers_) layer->remember(pass);
  }
  if (is_sampled) measure_gradients(worker, tally.gradient_norms());
  if (is_whole) optimizer_.update(worker, update, rate);
  return true;
}

Evaluation Program::evaluate(const Samples& samples, std::span<const uint32_t> rows) {
  Sums sums;
  const auto count = static_cast<int64_t>(rows.size());
  run(count, [&](const Worker& worker) {
    for (int64_t begin = 0; begin < count; begin += capacity_) {
      const Batch batch = batch_at(rows, begin, capacity_);
      const Pass pass = pass_of(samples, batch, false);
      forward(worker, samples, batch, pass);
      const Sums here = judge(worker, samples, batch, pass, false);
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
      const Samples samples{here, {}};
      const Batch batch{std::span(rows).first(size), {}};
      forward(worker, samples, batch, pass_of(samples, batch, false));
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
    const Pass pass = pass_of(samples, batch, true);
    forward(worker, samples, batch, pass);
    judge(worker, samples, batch, pass, true);
    backward(worker, pass, store);
  });
}

void Program::decode(const Worker& worker, const Inputs& inputs, const Batch& batch) {
  if (leave_out_columns(worker, inputs, batch)) return;
  if (worker.is_first()) input_.kept_index = nullptr;
  kernels_.decode(inputs, {spec_.scale.data(), spec_.shift.data()}, batch.rows.data(),
                  batch.next.data(), static_cast<int64_t>(batch.next.size()),
                  input_.matrix(batch.size()), worker.share(batch.size()));
}

void Program::augment(const Worker& worker, const Inputs& inputs, const Batch& batch,
                      const Pass& pass) {
  if (worker.is_first()) input_.kept_index = nullptr;
  augmenter_->decode(worker, inputs, batch.rows, pass.step, input_.matrix(pass.rows));
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

Pass Program::pass_of(const Samples& samples, const Batch& batch,
                      bool is_training) const {
  Pass pass;
  pass.rows = batch.size();
  pass.is_training = is_training;
  pass.step = static_cast<uint64_t>(steps);
  pass.weight = static_cast<double>(batch.size());
  if (samples.weights != nullptr) {
    pass.weights = row_weights_;
    pass.weight = 0.0;
    for (const uint32_t row : batch.rows) pass.weight += samples.weights[row];
  }
  return pass;
}

void Program::forward(const Worker& worker, const Samples& samples, const Batch& batch,
                      const Pass& pass) {
  if (pass.is_augmented) {
    augment(worker, samples.inputs, batch, pass);
  } else {
    decode(worker, samples.inputs, batch);
  }
  if (samples.weights != nullptr) {
    gather_weights(worker, samples, batch);
    blank_absent_rows(worker, pass);
  }
  worker.wait();
  if (pass.is_augmented && augmenter_->mixes()) {
    augmenter_->mix(worker, pass.weights, input_.matrix(pass.rows));
    worker.wait();
  }
  for (size_t begin = 0, end = 0; begin < layers_.size(); begin = end) {
    end = begin;
    while (end < layers_.size() && image_layers_[end] != nullptr) ++end;
    if (begin < end) {
      forward_chain(std::span(image_layers_).subspan(begin, end - begin), worker, pass);
    } else {
      layers_[end++]->forward(worker, pass);
    }
    worker.wait();
  }
}

void Program::gather_weights(const Worker& worker, const Samples& samples,
                             const Batch& batch) {
  const Range share = worker.share(batch.size());
  for (int64_t row = share.begin; row < share.end; ++row) {
    row_weights_[row] = samples.weights[batch.rows[row]];
  }
}

// A row of weight 0 is not there, whatever it holds.
void Program::blank_absent_rows(const Worker& worker, const Pass& pass) {
  const Range share = worker.share(pass.rows);
  for (int64_t row = share.begin; row < share.end; ++row) {
    if (row_weights_[row] != 0.0f) continue;
    std::fill_n(input_.values + row * input_.stride, input_.stride, 0.0f);
  }
}

// Every worker returns the sums of the whole batch.
Sums Program::judge(const Worker& worker, const Samples& samples, const Batch& batch,
                    const Pass& pass, bool wants_grad) {
  Sums sums;
  sums.weight = pass.weight;
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
                       row_correct_.data(),
                       pass.is_augmented ? augmenter_->shares() : nullptr};
  kernels_.loss(spec_.loss.kind, loss, worker.share(batch.size()));
  worker.wait();
  for (int64_t row = 0; row < batch.size(); ++row) {
    const float weight = pass.weights == nullptr ? 1.0f : pass.weights[row];
    if (weight == 0.0f) continue;
    sums.loss += row_loss_[row];
    sums.correct += row_correct_[row] * double{weight};
  }
  return sums;
}

void Program::backward(const Worker& worker, const Pass& pass, const Update& update) {
  for (size_t begin = 0, end = layers_.size(); end > first_learning_; end = begin) {
    begin = end;
    while (begin > first_learning_ && image_layers_[begin - 1] != nullptr) --begin;
    if (begin < end) {
      backward_chain(std::span(image_layers_).subspan(begin, end - begin), worker, pass,
                     update, begin > first_learning_);
    } else {
      --begin;
      layers_[begin]->backward(worker, pass, update, begin > first_learning_);
    }
    worker.wait();
  }
}

void Program::measure_gradients(const Worker& worker, std::vector<double>& norms) {
  optimizer_.square_gradients(worker);
  if (worker.is_first()) {
    std::vector<double> squares(norms.size(), 0.0);
    for (size_t i = 0; i < owner_of_.size(); ++i) {
      squares[owner_of_[i]] += optimizer_.squares()[i];
    }
    for (size_t i = 0; i < norms.size(); ++i) norms[i] += std::sqrt(squares[i]);
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

int64_t Program::failed_owner(int64_t rows) const {
  const auto broken = std::find_if(
      layers_.begin(), layers_.end() - 1,
      [&](const auto& layer) { return !is_finite(layer->output(), rows); });
  return spec_.owners[broken - layers_.begin()];
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
    case Slot::kRaw:
      return parameter.learnt.average;
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
