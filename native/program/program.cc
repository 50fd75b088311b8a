#include "program/program.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "parallel/crowd.h"
#include "targets/target.h"

namespace ranvier {
namespace {

// Prediction and evaluation go in chunks of so many rows, whole tiles of 12 and of 6;
// in smaller ones where columns are left out, which few rows share: then weights are
// read more often, which costs nothing while they stay in a core's own cache.
constexpr int64_t kChunk = 96;
constexpr int64_t kChunkTiles = 2;
constexpr int64_t kCachedWeights = int64_t{1} << 18;

// Below so many operations a step, threads cost more than they bring.
constexpr double kTeamFlops = 4e6;

// Below so many in a whole call, a thread costs more than it brings.
constexpr double kCrowdFlops = 3e7;

// A step of so many takes longer than one waits for an answer to Ctrl-C.
constexpr double kLongStep = 1e9;

// Rows of the widest layer take at most so many floats at once, 64 MB, where batches
// are no larger.
constexpr int64_t kChunkFloats = int64_t{1} << 24;

// Between two looks whether the user has interrupted.
constexpr std::chrono::milliseconds kLook{50};
constexpr std::chrono::steady_clock::time_point kNever{};

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

Sums sums_of(const Samples& samples, std::span<const uint32_t> rows,
             const float* losses, const uint8_t* correct) {
  Sums sums;
  for (size_t at = 0; at < rows.size(); ++at) {
    const float weight = samples.weights == nullptr ? 1.0f : samples.weights[rows[at]];
    if (weight == 0.0f) continue;
    sums.loss += losses[at];
    sums.correct += correct[at] * double{weight};
    sums.weight += double{weight};
  }
  return sums;
}

}  // namespace

// How many rows go through the layers at once where nothing is learnt.
int64_t Program::chunk_of(Stack& stack) {
  int64_t widest = stack.input().stride;
  for (const auto& layer : stack.layers()) {
    widest = std::max(widest, layer->output().stride);
  }
  return std::clamp<int64_t>(kChunkFloats / widest, 1, kChunk);
}

Program::Program(const ProgramSpec& spec)
    : spec_(checked(spec)),
      kernels_(choose_target(spec.target)),
      stack_(kernels_, spec_, spec_.threads),
      chunk_(chunk_of(stack_)),
      capacity_(std::max(spec.batch_size, chunk_)),
      optimizer_(kernels_, spec_),
      row_correct_(capacity_),
      pace_(1) {
  arena_.ask(&row_loss_, capacity_);
  arena_.ask(&row_weights_, capacity_);
  if (spec_.augmentation) augmenter_.emplace(kernels_, spec_).plan(arena_, capacity_);
  stack_.plan(arena_, capacity_, slots());
  for (const auto& layer : stack_.layers()) {
    flops_per_row_ += layer->flops_per_row();
    for (Parameter* parameter : layer->parameters()) {
      weight_count_ += parameter->count;
      if (!averages() || !parameter->is_learnt) continue;
      arena_.ask(&parameter->learnt.average, parameter->count);
    }
  }
  follow_parameters();
  optimizer_.plan(arena_);
  arena_.take();
  const double flops = flops_per_row_ * static_cast<double>(spec_.batch_size);
  const int most = is_worth_a_team(spec_.batch_size) ? spec_.threads : 1;
  pace_ = flops < kLongStep ? Pace(most) : Pace(most, 1);
}

// Hands what is learnt to the optimizer, and notes whose it is.
void Program::follow_parameters() {
  std::vector<Parameter*> learnt;
  const auto& layers = stack_.layers();
  first_learning_ = layers.size();
  for (size_t i = 0; i < layers.size(); ++i) {
    owner_count_ = std::max(owner_count_, spec_.owners[i] + 1);
    for (Parameter* parameter : layers[i]->parameters()) {
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

// The rows from `begin` on, and those that come `ahead` batches later.
Batch Program::batch_at(std::span<const uint32_t> rows, int64_t begin, int64_t size,
                        int64_t ahead) const {
  const auto count = static_cast<int64_t>(rows.size());
  const auto from = [&](int64_t first) {
    first = std::min(first, count);
    return rows.subspan(first, std::min(size, count - first));
  };
  return {from(begin), from(begin + ahead * size)};
}

// Calls `work` on the threads that go fastest, where so many rows are worth a team.
void Program::run(int64_t rows_at_once,
                  const std::function<void(const Worker&)>& work) {
  run_on(is_worth_a_team(rows_at_once) ? pace_.best() : 1, work);
}

void Program::run_on(int threads, const std::function<void(const Worker&)>& work) {
  stack_.start();
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
        if (learn(worker, samples, batch, rates[here], is_sampled, tally)) continue;
        if (worker.is_first()) tally.fail(here, failed_owner(batch.size()));
        break;
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
  if (!std::isfinite(sums.loss)) return false;
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
  stack_.backward(worker, pass, here, first_learning_);
  if (worker.is_first()) {
    for (const auto& layer : stack_.layers()) layer->remember(pass);
  }
  if (is_sampled) measure_gradients(worker, tally.gradient_norms());
  if (is_whole) optimizer_.update(worker, update, rate);
  return true;
}

Evaluation Program::evaluate(const Samples& samples, std::span<const uint32_t> rows,
                             const Interrupt& interrupt) {
  std::vector<float> losses(rows.size());
  std::vector<uint8_t> correct(rows.size());
  const auto judge = [&](Stack& stack, int64_t begin, int64_t size) {
    LossBatch loss = loss_of(stack, samples, rows.subspan(begin, size));
    loss.row_loss = losses.data() + begin;
    loss.row_correct = correct.data() + begin;
    kernels_.loss(spec_.loss.kind, loss, {0, size});
  };
  for_each_chunk(samples.inputs, rows, interrupt, judge);
  return sums_of(samples, rows, losses.data(), correct.data()).means();
}

void Program::predict(const Inputs& inputs, int64_t count, float* out,
                      const Interrupt& interrupt) {
  std::vector<uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0u);
  const auto answer = [&](Stack& stack, int64_t begin, int64_t size) {
    const Matrix answers = stack.output().matrix(size);
    finish(answers);
    for (int64_t row = 0; row < size; ++row) {
      std::copy_n(answers.data + row * answers.stride, answers.width,
                  out + (begin + row) * answers.width);
    }
  };
  for_each_chunk(inputs, rows, interrupt, answer);
}

// Sends the rows through the layers, a chunk at a time, and calls use(stack, begin,
// size) with what has come out. Each thread has a stack of its own and takes chunk
// after chunk: where another program takes its core, the others do its work. The rest
// is left undone where `interrupt` says so.
void Program::for_each_chunk(const Inputs& inputs, std::span<const uint32_t> rows,
                             const Interrupt& interrupt,
                             const std::function<void(Stack&, int64_t, int64_t)>& use) {
  using Clock = std::chrono::steady_clock;
  const auto count = static_cast<int64_t>(rows.size());
  if (count == 0) return;
  const int64_t few = std::min(kChunkTiles * kernels_.tile_rows, chunk_);
  const bool looks =
      count <= few ? stack_.keeps_zero() : stack_.pays(inputs, batch_at(rows, 0, few));
  const int64_t chunk = looks && weight_count_ <= kCachedWeights ? few : chunk_;
  const int threads = borrow_stacks(count, chunk);
  std::atomic<int64_t> next{0};
  run_crowd(threads, [&](int index) {
    Stack& stack = index == 0 ? stack_ : lanes_[index - 1]->stack;
    Barrier nobody(1);
    const Worker alone{0, 1, &nobody};
    Clock::time_point looked = index == 0 && count > chunk ? Clock::now() : kNever;
    for (int64_t begin; (begin = next.fetch_add(chunk)) < count;) {
      const Batch batch = batch_at(rows, begin, chunk, threads);
      Pass pass;
      pass.rows = batch.size();
      pass.step = static_cast<uint64_t>(steps);
      stack.decode_looking(alone, inputs, batch, looks);
      stack.forward(alone, pass);
      use(stack, begin, batch.size());
      if (looked == kNever || Clock::now() - looked < kLook) continue;
      if (interrupt()) next = count;
      looked = Clock::now();
    }
  });
}

// Makes ready as many stacks as so many chunks are worth; returns their number.
int Program::borrow_stacks(int64_t count, int64_t chunk) {
  if (flops_per_row_ * static_cast<double>(count) < kCrowdFlops) return 1;
  const auto threads =
      static_cast<int>(std::min<int64_t>(spec_.threads, tiles(count, chunk)));
  while (static_cast<int>(lanes_.size()) < threads - 1) {
    lanes_.push_back(std::make_unique<Lane>(kernels_, spec_, chunk_));
  }
  for (const auto& lane : lanes_) lane->stack.borrow(stack_);
  return threads;
}

Program::Lane::Lane(const Kernels& kernels, const ProgramSpec& spec, int64_t capacity)
    : stack(kernels, spec, 1) {
  stack.plan(arena, capacity, 0);
  arena.take();
}

// What the loss does where it is fused with the last activation.
void Program::finish(const Matrix& values) const {
  if (spec_.loss.kind == Loss::kCrossEntropy || spec_.loss.kind == Loss::kFocal) {
    kernels_.softmax(values, {0, values.rows});
  }
  if (spec_.loss.kind == Loss::kBinaryCrossEntropy) {
    kernels_.sigmoid(values, {0, values.rows});
  }
}

void Program::gradients(const Samples& samples, std::span<const uint32_t> rows) {
  const Batch batch{rows, {}};
  Update store{};
  store.kind = Update::Kind::kStore;
  run(batch.size(), [&](const Worker& worker) {
    const Pass pass = pass_of(samples, batch, true);
    forward(worker, samples, batch, pass);
    judge(worker, samples, batch, pass, true);
    stack_.backward(worker, pass, store, first_learning_);
  });
}

void Program::augment(const Worker& worker, const Inputs& inputs, const Batch& batch,
                      const Pass& pass) {
  if (worker.is_first()) stack_.keep_all();
  augmenter_->decode(worker, inputs, batch.rows, pass.step,
                     stack_.input().matrix(pass.rows));
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
    stack_.decode(worker, samples.inputs, batch);
  }
  if (samples.weights != nullptr) {
    gather_weights(worker, samples, batch);
    blank_absent_rows(worker, pass);
  }
  worker.wait();
  if (pass.is_augmented && augmenter_->mixes()) {
    augmenter_->mix(worker, pass.weights, stack_.input().matrix(pass.rows));
    worker.wait();
  }
  stack_.forward(worker, pass);
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
  const Signal& input = stack_.input();
  const Range share = worker.share(pass.rows);
  for (int64_t row = share.begin; row < share.end; ++row) {
    if (row_weights_[row] != 0.0f) continue;
    std::fill_n(input.values + row * input.stride, input.stride, 0.0f);
  }
}

// Every worker returns the sums of the whole batch.
Sums Program::judge(const Worker& worker, const Samples& samples, const Batch& batch,
                    const Pass& pass, bool wants_grad) {
  LossBatch loss = loss_of(stack_, samples, batch.rows);
  loss.scale = static_cast<float>(pass.weight > 0.0 ? 1.0 / pass.weight : 0.0);
  loss.grad = wants_grad ? output().grad : nullptr;
  loss.row_loss = row_loss_;
  loss.row_correct = row_correct_.data();
  loss.shares = pass.is_augmented ? augmenter_->shares() : nullptr;
  kernels_.loss(spec_.loss.kind, loss, worker.share(batch.size()));
  worker.wait();
  return sums_of(samples, batch.rows, row_loss_, row_correct_.data());
}

// What the loss reads; what it writes is the caller's.
LossBatch Program::loss_of(const Stack& stack, const Samples& samples,
                           std::span<const uint32_t> rows) const {
  LossBatch loss{};
  loss.output = stack.output().matrix(static_cast<int64_t>(rows.size()));
  loss.bend = stack.output().bend;
  loss.slopes = stack.output().slopes;
  loss.targets = samples.targets;
  loss.weights = samples.weights;
  loss.label_weights = samples.label_weights;
  loss.rows = rows.data();
  loss.parameter = spec_.loss.parameter;
  return loss;
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

int64_t Program::failed_owner(int64_t rows) const {
  const auto& layers = stack_.layers();
  const auto broken = std::find_if(
      layers.begin(), layers.end() - 1,
      [&](const auto& layer) { return !is_finite(layer->output(), rows); });
  return spec_.owners[broken - layers.begin()];
}

std::vector<Parameter*> Program::parameters(size_t layer) const {
  return stack_.layers().at(layer)->parameters();
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
