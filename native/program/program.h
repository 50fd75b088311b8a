// program: a network and a recipe with all their memory, planned once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/arena.h"
#include "parallel/pace.h"
#include "program/dense_layer.h"
#include "program/spec.h"

namespace ranvier {

struct Samples {
  Inputs inputs;
  Targets targets;
  const float* weights = nullptr;  // (N); null: all one
};

struct EpochResult {
  double loss = 0.0;                   // mean over the rows
  double accuracy = 0.0;               // share of rows; meaningless without classes
  std::vector<double> gradient_norms;  // a layer each, mean over the sampled steps
  int64_t failed_step = -1;            // the step whose loss is not finite, or -1
  int failed_layer = -1;
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
  explicit Tally(size_t layers) { result_.gradient_norms.assign(layers, 0.0); }

  void count(const Sums& sums) {
    sums_.add(sums);
    if (sums.weight > 0.0) ++steps_;
  }
  void sample() { ++sampled_; }
  void fail(int layer) {
    result_.failed_step = steps_;
    result_.failed_layer = layer;
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

enum class Slot { kValues, kGradient, kFirst, kSecond, kThird };

class Program {
 public:
  // Asked a few times a second; true ends the epoch.
  using Interrupt = std::function<bool()>;

  // Throws std::invalid_argument where the spec cannot be run.
  explicit Program(const ProgramSpec& spec);

  // One step for each batch of `rows`, with the learning rate of that step.
  EpochResult epoch(const Samples& samples, std::span<const uint32_t> rows,
                    std::span<const float> rates, int64_t statistics_every,
                    const Interrupt& interrupt);

  Evaluation evaluate(const Samples& samples, std::span<const uint32_t> rows);

  // out (rows × outputs), row-major without padding.
  void predict(const Inputs& inputs, int64_t rows, float* out);

  // Fills the gradient slots for one batch of at most `capacity()` rows.
  void gradients(const Samples& samples, std::span<const uint32_t> rows);

  // Row-major (K × M) copies of a parameter's arrays.
  void read(const Parameter& parameter, Slot slot, float* out) const;
  void write(const Parameter& parameter, Slot slot, const float* values);

  std::vector<Parameter*> parameters(size_t layer) const;
  size_t layer_count() const { return layers_.size(); }
  int slots() const;
  int64_t outputs() const { return output().width; }
  int64_t inputs() const { return input_.width; }
  int64_t batch_size() const { return spec_.batch_size; }
  int64_t capacity() const { return capacity_; }
  const char* target() const { return kernels_.name; }

  int64_t steps = 0;  // taken so far

 private:
  struct Batch {
    std::span<const uint32_t> rows;
    std::span<const uint32_t> next;
    int64_t size() const { return static_cast<int64_t>(rows.size()); }
  };

  // One worker's note of the columns of a batch that are not zero in all its rows.
  struct Columns {
    std::vector<int32_t> index;
    std::vector<uint16_t> bits;
    int rest = 0;  // batches for which it is not worth looking
  };

  Batch batch_at(std::span<const uint32_t> rows, int64_t begin, int64_t size) const;
  void run(int64_t rows_at_once, const std::function<void(const Worker&)>& work);
  void run_on(int threads, const std::function<void(const Worker&)>& work);
  bool is_worth_a_team(int64_t rows_at_once) const;
  bool learn(const Worker& worker, const Samples& samples, const Batch& batch,
             const Update& update, bool is_sampled, Tally& tally);
  void decode(const Worker& worker, const Inputs& inputs, const Batch& batch);
  bool leave_out_columns(const Worker& worker, const Inputs& inputs,
                         const Batch& batch);
  void forward(const Worker& worker, const Samples& samples, const Batch& batch);
  void blank_absent_rows(const Worker& worker, const Samples& samples,
                         const Batch& batch);
  Sums judge(const Worker& worker, const Samples& samples, const Batch& batch,
             bool wants_grad);
  void backward(const Worker& worker, int64_t rows, const Update& update);
  void square_gradients(const Worker& worker);
  void measure_gradients(const Worker& worker, std::vector<double>& norms);
  void shrink(const Worker& worker, const Parameter& parameter, double squares,
              float most);
  void update_from_gradients(const Worker& worker, const Update& update);
  Range vectors_of(const Worker& worker, const Parameter& parameter) const;
  void finish_outputs(const Worker& worker, int64_t rows);
  void bound_gradients(const Worker& worker);
  void limit_norms(const Worker& worker);
  bool needs_whole_gradients() const;
  int failed_layer(int64_t rows) const;
  Update update_at(float rate, int64_t step) const;

  const Signal& output() const { return layers_.back()->output(); }
  float* slot_of(const Parameter& parameter, Slot slot) const;

  const ProgramSpec spec_;
  const Kernels& kernels_;
  const int64_t capacity_;
  Arena arena_;
  Signal input_;
  std::vector<std::unique_ptr<DenseLayer>> layers_;
  float* row_loss_ = nullptr;
  std::vector<uint8_t> row_correct_;
  std::vector<const Parameter*> all_;
  std::vector<double> squares_;  // of the gradient, a parameter each
  double flops_per_row_ = 0.0;
  Pace pace_;
  std::vector<Columns> columns_;  // a worker each; empty where zeros do not stay zero
};

}  // namespace ranvier
