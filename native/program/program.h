// program: a network and a recipe with all their memory, planned once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/arena.h"
#include "parallel/pace.h"
#include "program/augmenter.h"
#include "program/optimizer.h"
#include "program/spec.h"
#include "program/stack.h"

namespace ranvier {

struct Samples {
  Inputs inputs;
  Targets targets;
  const float* weights = nullptr;        // (N); null: all one
  const float* label_weights = nullptr;  // (2, outputs), no and yes; null: all one
};

struct EpochResult {
  double loss = 0.0;                   // mean over the rows
  double accuracy = 0.0;               // share of rows; meaningless without classes
  std::vector<double> gradient_norms;  // an owner each, mean over the sampled steps
  int64_t failed_step = -1;            // the step whose loss is not finite, or -1
  int64_t failed_owner = -1;
  bool interrupted = false;
};

struct Evaluation {
  double loss = 0.0;
  double accuracy = 0.0;
};

// Weighted sums over rows.
struct Sums {
  double loss = 0.0;
  double correct = 0.0;
  double weight = 0.0;

  void add(const Sums& other) {
    loss += other.loss;
    correct += other.correct;
    weight += other.weight;
  }
  Evaluation means() const {
    if (weight == 0.0) return {};
    return {loss / weight, correct / weight};
  }
};

// Adds up an epoch, step by step.
class Tally {
 public:
  explicit Tally(int64_t owners) { result_.gradient_norms.assign(owners, 0.0); }

  void count(const Sums& sums) {
    sums_.add(sums);
    if (sums.weight > 0.0) ++steps_;
  }
  void sample() { ++sampled_; }
  void fail(int64_t step, int64_t owner) {
    result_.failed_step = step;
    result_.failed_owner = owner;
  }
  void interrupt() { result_.interrupted = true; }

  bool has_failed() const { return result_.failed_step >= 0; }
  int64_t steps() const { return steps_; }
  std::vector<double>& gradient_norms() { return result_.gradient_norms; }

  EpochResult result() {
    const auto sampled = static_cast<double>(std::max<int64_t>(sampled_, 1));
    const Evaluation means = sums_.means();
    result_.loss = means.loss;
    result_.accuracy = means.accuracy;
    for (double& norm : result_.gradient_norms) norm /= sampled;
    return result_;
  }

 private:
  EpochResult result_;
  Sums sums_;
  int64_t steps_ = 0;
  int64_t sampled_ = 0;
};

// With a running mean of the weights, that is the values, and kRaw what learns.
enum class Slot { kValues, kGradient, kFirst, kSecond, kThird, kRaw };

class Program {
 public:
  // Asked a few times a second; true ends what is being done.
  using Interrupt = std::function<bool()>;

  // Throws std::invalid_argument where the spec cannot be run.
  explicit Program(const ProgramSpec& spec);

  // One step for each batch of `rows`, with the learning rate of that step.
  EpochResult epoch(const Samples& samples, std::span<const uint32_t> rows,
                    std::span<const float> rates, int64_t statistics_every,
                    const Interrupt& interrupt);

  Evaluation evaluate(
      const Samples& samples, std::span<const uint32_t> rows,
      const Interrupt& interrupt = [] { return false; });

  // out (rows × outputs), row-major without padding.
  void predict(
      const Inputs& inputs, int64_t rows, float* out,
      const Interrupt& interrupt = [] { return false; });

  // Fills the gradient slots for one batch of at most `capacity()` rows.
  void gradients(const Samples& samples, std::span<const uint32_t> rows);

  // Row-major (K × M) copies of a parameter's arrays.
  void read(const Parameter& parameter, Slot slot, float* out) const;
  void write(const Parameter& parameter, Slot slot, const float* values);

  std::vector<Parameter*> parameters(size_t layer) const;
  size_t layer_count() const { return stack_.layers().size(); }
  bool averages() const { return spec_.optimizer.average > 0.0; }
  Mean& mean() { return optimizer_.mean; }
  int slots() const { return slots_of(spec_.optimizer.kind); }
  int64_t outputs() const { return output().width; }
  int64_t inputs() const { return spec_.inputs; }
  int64_t batch_size() const { return spec_.batch_size; }
  int64_t capacity() const { return capacity_; }
  const char* target() const { return kernels_.name; }

  int64_t steps = 0;  // taken so far

 private:
  // The layers once more, for another thread that does not learn.
  struct Lane {
    Lane(const Kernels& kernels, const ProgramSpec& spec, int64_t capacity);
    Arena arena;
    Stack stack;
  };

  void follow_parameters();
  Batch batch_at(std::span<const uint32_t> rows, int64_t begin, int64_t size,
                 int64_t ahead = 1) const;
  void run(int64_t rows_at_once, const std::function<void(const Worker&)>& work);
  void run_on(int threads, const std::function<void(const Worker&)>& work);
  bool is_worth_a_team(int64_t rows_at_once) const;
  bool learn(const Worker& worker, const Samples& samples, const Batch& batch,
             float rate, bool is_sampled, Tally& tally);
  void augment(const Worker& worker, const Inputs& inputs, const Batch& batch,
               const Pass& pass);
  static int64_t chunk_of(Stack& stack);
  void for_each_chunk(const Inputs& inputs, std::span<const uint32_t> rows,
                      const Interrupt& interrupt,
                      const std::function<void(Stack&, int64_t, int64_t)>& use);
  int borrow_stacks(int64_t count, int64_t chunk);
  void finish(const Matrix& values) const;
  LossBatch loss_of(const Stack& stack, const Samples& samples,
                    std::span<const uint32_t> rows) const;
  Pass pass_of(const Samples& samples, const Batch& batch, bool is_training) const;
  void gather_weights(const Worker& worker, const Samples& samples, const Batch& batch);
  void forward(const Worker& worker, const Samples& samples, const Batch& batch,
               const Pass& pass);
  void blank_absent_rows(const Worker& worker, const Pass& pass);
  Sums judge(const Worker& worker, const Samples& samples, const Batch& batch,
             const Pass& pass, bool wants_grad);
  void measure_gradients(const Worker& worker, std::vector<double>& norms);
  int64_t failed_owner(int64_t rows) const;

  const Signal& output() const { return stack_.output(); }
  float* slot_of(const Parameter& parameter, Slot slot) const;

  const ProgramSpec spec_;
  const Kernels& kernels_;
  Arena arena_;
  Stack stack_;
  const int64_t chunk_;                       // rows at once where nothing is learnt
  const int64_t capacity_;                    // rows at once
  std::vector<std::unique_ptr<Lane>> lanes_;  // a thread each, but the first
  size_t first_learning_ = 0;                 // the layers before have nothing to learn
  int64_t weight_count_ = 0;
  int64_t owner_count_ = 0;
  Optimizer optimizer_;
  std::optional<Augmenter> augmenter_;
  float* row_loss_ = nullptr;
  float* row_weights_ = nullptr;
  std::vector<uint8_t> row_correct_;
  std::vector<int64_t> owner_of_;  // a learnt array each
  double flops_per_row_ = 0.0;
  Pace pace_;
};

}  // namespace ranvier
