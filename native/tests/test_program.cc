// Whole programs: the same bits for any number of threads, and specs that are refused.
#include <functional>
#include <numeric>
#include <stdexcept>

#include "check.h"
#include "program/program.h"

namespace ranvier::tests {
namespace {

ProgramSpec spec_of(const Kernels& kernels, int threads) {
  ProgramSpec spec;
  spec.inputs = 131;
  spec.layers = {DenseSpec{97, {Activation::kTanh, 0.0f}, true},
                 DenseSpec{66, {Activation::kSoftmax, 0.0f}, false},
                 DenseSpec{5, {Activation::kSoftmax, 0.0f}, true}};
  spec.owners = {0, 1, 2};
  spec.loss = {Loss::kCrossEntropy, 0.0f};
  spec.optimizer = {Update::Kind::kAdam, 0.9, 0.999, 1e-8};
  spec.batch_size = 130;  // enough work for a team of threads
  spec.scale.assign(131, 1.0f / 255.0f);
  spec.shift.assign(131, 0.0f);
  spec.threads = threads;
  spec.target = kernels.name;
  return spec;
}

struct Data {
  Data() : bytes(400 * 131), classes(400), rows(400), rates(4, 0.01f) {
    for (size_t at = 0; at < bytes.size(); ++at) {
      const bool is_left_out = at % 131 % 3 == 0;  // the same columns in every row
      bytes[at] = is_left_out ? 0 : at * 7919 % 251;
    }
    for (size_t at = 0; at < classes.size(); ++at) classes[at] = at % 5;
    std::iota(rows.begin(), rows.end(), 0u);
  }
  Samples samples() const {
    return {{bytes.data(), nullptr, 131}, {classes.data(), {}}};
  }

  std::vector<uint8_t> bytes;
  std::vector<int32_t> classes;
  std::vector<uint32_t> rows;
  std::vector<float> rates;
};

constexpr Bend kIdentity{Activation::kIdentity, 0.0f};

// A branch with everything that draws by chance, and a learnt slope.
ProgramSpec branched_spec_of(const Kernels& kernels, int threads) {
  ProgramSpec spec = spec_of(kernels, threads);
  spec.layers = {DenseSpec{97, {Activation::kGelu, 0.0f}, true},
                 ForkSpec{},
                 DropoutSpec{0.3, 3},
                 DenseSpec{97, kIdentity, true},
                 PreluSpec{1},
                 NoiseSpec{0.1, 5},
                 AddSpec{1, {Activation::kRelu, 0.0f}},
                 DenseSpec{5, {Activation::kSoftmax, 0.0f}, true}};
  spec.owners = {0, 1, 1, 1, 1, 1, 1, 2};
  spec.seed = 0x123456789;
  return spec;
}

// The rows as pictures, changed in every way that there is.
ProgramSpec augmented_spec_of(const Kernels& kernels, int threads) {
  ProgramSpec spec = spec_of(kernels, threads);
  spec.augmentation = AugmentationSpec{131, 1, 1, 2.0, 5.0, 0.1, 5.0, 3.0};
  AugmentationSpec& augmentation = *spec.augmentation;
  augmentation.flips_down = augmentation.flips_right = true;
  augmentation.crop = 0.2;
  augmentation.cutout = 9;
  augmentation.shares = {0.1f, 0.4f, 0.6f, 0.9f};
  return spec;
}

std::vector<float> values_of(const Program& program, const Parameter& parameter) {
  std::vector<float> values(parameter.rows * parameter.columns());
  program.read(parameter, Slot::kValues, values.data());
  return values;
}

std::vector<Parameter*> parameters_of(const Program& program) {
  std::vector<Parameter*> all;
  for (size_t layer = 0; layer < program.layer_count(); ++layer) {
    for (Parameter* parameter : program.parameters(layer)) all.push_back(parameter);
  }
  return all;
}

void start(Program& program) {
  Random random;
  for (Parameter* parameter : parameters_of(program)) {
    std::vector<float> values(parameter->rows * parameter->columns());
    random.fill(values.data(), static_cast<int64_t>(values.size()));
    program.write(*parameter, Slot::kValues, values.data());
    expect(values_of(program, *parameter) == values, "what is written is read back");
  }
}

void test_threads(const std::function<ProgramSpec(int)>& spec_for) {
  const Data data;
  std::vector<std::vector<float>> first;
  double first_loss = 0.0;
  for (const int threads : {1, 2, 3, 8}) {
    Program program(spec_for(threads));
    start(program);
    const EpochResult result =
        program.epoch(data.samples(), data.rows, data.rates, 2, [] { return false; });
    const Evaluation judged = program.evaluate(data.samples(), data.rows);
    expect(result.failed_step == -1 && std::isfinite(judged.loss), "it trains");
    for (const double norm : result.gradient_norms) {
      expect(norm > 0.0, "gradient norms are measured");
    }
    if (threads == 1) first_loss = judged.loss;
    expect(judged.loss == first_loss, "same loss, any threads");
    const std::vector<Parameter*> parameters = parameters_of(program);
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (threads == 1) first.push_back(values_of(program, *parameters[i]));
      expect(values_of(program, *parameters[i]) == first[i], "same bits, any threads");
    }
  }
}

// Pictures through a chain of image layers, and a norm behind them.
ProgramSpec pictured_spec_of(const Kernels& kernels, int threads) {
  ProgramSpec spec = spec_of(kernels, threads);
  const Bend relu{Activation::kRelu, 0.0f};
  spec.layers = {
      ConvolutionSpec{131, 1, 1, 20, 3, 1, 1, 1, 1, 1, 1, 0, 131, 1, 1, relu, true},
      PoolSpec{131, 1, 20, 2, 1, 2, 1, 0, 0, 65, 1, true},
      BatchNormSpec{20, 0.9, 1e-5, relu},
      DenseSpec{5, {Activation::kSoftmax, 0.0f}, true}};
  spec.owners = {0, 1, 2, 3};
  return spec;
}

std::vector<float> answers_of(Program& program, const Inputs& inputs, int64_t count) {
  std::vector<float> out(count * program.outputs());
  program.predict(inputs, count, out.data());
  return out;
}

void make_variances_positive(Program& program) {
  for (Parameter* parameter : parameters_of(program)) {
    std::vector<float> values = values_of(program, *parameter);
    for (float& value : values) value = std::abs(value) + 0.1f;
    if (!parameter->is_learnt) program.write(*parameter, Slot::kValues, values.data());
  }
}

// A row's answer depends neither on the rows beside it nor on the number of threads.
void test_predictions(const std::function<ProgramSpec(int)>& spec_for) {
  const Data data;
  const std::vector<float> floats(data.bytes.begin(), data.bytes.end());
  std::vector<float> first;
  for (const int threads : {1, 2, 8}) {
    Program program(spec_for(threads));
    start(program);
    make_variances_positive(program);
    const auto ask = [&](int64_t row, int64_t count) {
      const Inputs bytes{data.bytes.data() + row * 131, nullptr, 131};
      const Inputs words{nullptr, floats.data() + row * 131, 131};
      std::vector<float> out = answers_of(program, bytes, count);
      expect(answers_of(program, words, count) == out, "bytes and floats are alike");
      return out;
    };
    const std::vector<float> all = ask(0, 400);
    if (threads == 1) first = all;
    expect(all == first && std::isfinite(all[0]), "same answers, any threads");
    for (const int64_t row : {0, 7, 24, 95, 96, 399}) {
      const auto alone = ask(row, 1);
      expect(std::equal(alone.begin(), alone.end(), all.begin() + row * 5),
             "a row alone has the same answer");
    }
    expect(ask(0, 0).empty(), "no rows, no answers");
  }
}

void test_failure(const Kernels& kernels) {
  const Data data;
  Program program(spec_of(kernels, 2));
  start(program);
  Parameter& weight = *program.parameters(1).front();
  std::vector<float> values = values_of(program, weight);
  values[3] = kNan;
  program.write(weight, Slot::kValues, values.data());
  const EpochResult result =
      program.epoch(data.samples(), data.rows, data.rates, 2, [] { return false; });
  expect(result.failed_step == 0 && result.failed_owner == 1,
         "failure names its layer");
  expect(program.steps == 0, "a failed step is not taken");
}

void test_interrupt(const Kernels& kernels) {
  const Data data;
  Program program(spec_of(kernels, 2));
  start(program);
  std::vector<uint32_t> rows(400 * 2000);
  for (size_t at = 0; at < rows.size(); ++at) rows[at] = at % 400;
  const std::vector<float> rates(tiles(rows.size(), 130), 0.0f);
  const EpochResult result =
      program.epoch(data.samples(), rows, rates, 64, [] { return true; });
  expect(result.interrupted, "an epoch can be interrupted");
  expect(program.steps < static_cast<int64_t>(rates.size()), "and ends early");
}

DenseSpec& dense(ProgramSpec& spec, size_t layer) {
  return std::get<DenseSpec>(spec.layers[layer]);
}

void expect_refused(const Kernels& kernels, const std::string& reason,
                    const std::function<void(ProgramSpec&)>& spoil) {
  ProgramSpec spec = spec_of(kernels, 1);
  spoil(spec);
  try {
    const Program program(spec);
    expect(false, "not refused: " + reason);
  } catch (const std::invalid_argument& error) {
    const std::string message = error.what();
    expect(message.find(reason) != std::string::npos, message + " lacks " + reason);
  }
}

void test_refusals(const Kernels& kernels) {
  expect_refused(kernels, "at least one input", [](auto& spec) { spec.inputs = 0; });
  expect_refused(kernels, "at least one layer",
                 [](auto& spec) { spec.layers.clear(); });
  expect_refused(kernels, "batch size", [](auto& spec) { spec.batch_size = 0; });
  expect_refused(kernels, "threads", [](auto& spec) { spec.threads = 0; });
  expect_refused(kernels, "scale and shift", [](auto& spec) { spec.scale.pop_back(); });
  expect_refused(kernels, "weights must be positive",
                 [](auto& spec) { dense(spec, 0).units = 0; });
  expect_refused(kernels, "weights is too large",
                 [](auto& spec) { dense(spec, 0).units = int64_t{1} << 30; });
  expect_refused(kernels, "an owner", [](auto& spec) { spec.owners.pop_back(); });
  expect_refused(kernels, "without a beginning",
                 [](auto& spec) { spec.layers[1] = AddSpec{0, kIdentity}; });
  expect_refused(kernels, "one end", [](auto& spec) { spec.layers[0] = ForkSpec{}; });
  expect_refused(kernels, "whole positions",
                 [](auto& spec) { spec.layers[1] = PreluSpec{4}; });
  expect_refused(kernels, "units is too large",
                 [](auto& spec) { spec.batch_size = int64_t{1} << 28; });
  expect_refused(kernels, "inputs is too large", [](auto& spec) {
    spec.layers = {DenseSpec{2, {Activation::kSoftmax, 0.0f}, true}};
    spec.owners = {0};
    spec.batch_size = int64_t{1} << 26;
  });
  expect_refused(kernels, "needs softmax", [](auto& spec) {
    dense(spec, 2).bend.activation = Activation::kTanh;
  });
  expect_refused(kernels, "needs sigmoid",
                 [](auto& spec) { spec.loss = {Loss::kBinaryCrossEntropy, 0.0f}; });
  expect_refused(kernels, "differ in size",
                 [](auto& spec) { spec.augmentation = AugmentationSpec{10, 13, 1}; });
  expect_refused(kernels, "a picture must be positive",
                 [](auto& spec) { spec.augmentation = AugmentationSpec{-131, -1, 1}; });
  expect_refused(kernels, "rotation or shear", [](auto& spec) {
    spec.augmentation = AugmentationSpec{131, 1, 1, 1.0, -5.0};
  });
  expect_refused(kernels, "scale and crop", [](auto& spec) {
    spec.augmentation = AugmentationSpec{131, 1, 1, 0.0, 0.0, 1.0};
  });
  expect_refused(kernels, "cutout", [](auto& spec) {
    spec.augmentation = AugmentationSpec{131, 1, 1};
    spec.augmentation->cutout = -1;
  });
  expect_refused(kernels, "share of mixup", [](auto& spec) {
    spec.augmentation = AugmentationSpec{131, 1, 1};
    spec.augmentation->shares = {kNan};
  });
  expect_refused(kernels, "no target", [](auto& spec) { spec.target = "abacus"; });
}

}  // namespace

void test_program(const Kernels& kernels) {
  test_threads([&](int threads) { return spec_of(kernels, threads); });
  test_threads([&](int threads) { return branched_spec_of(kernels, threads); });
  test_threads([&](int threads) { return augmented_spec_of(kernels, threads); });
  test_predictions([&](int threads) { return spec_of(kernels, threads); });
  test_predictions([&](int threads) { return branched_spec_of(kernels, threads); });
  test_predictions([&](int threads) { return pictured_spec_of(kernels, threads); });
  test_failure(kernels);
  test_interrupt(kernels);
  test_refusals(kernels);
}

}  // namespace ranvier::tests
