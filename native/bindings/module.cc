// module: the program, as Python sees it. Arrays are checked here; sums are not made.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "program/program.h"
#include "targets/target.h"

namespace nb = nanobind;

namespace ranvier {
namespace {

template <typename T, size_t kDimensions>
using Array =
    nb::ndarray<const T, nb::ndim<kDimensions>, nb::c_contig, nb::device::cpu>;
using Result = nb::ndarray<nb::numpy, float, nb::ndim<2>>;
using AnyArray = nb::ndarray<nb::ro, nb::c_contig, nb::device::cpu>;

[[noreturn]] void refuse(const std::string& message) {
  throw std::invalid_argument(message);
}

Inputs inputs_of(const AnyArray& array, const Program& program) {
  if (array.ndim() != 2 || static_cast<int64_t>(array.shape(1)) != program.inputs()) {
    refuse("inputs must have shape (N, " + std::to_string(program.inputs()) + ")");
  }
  Inputs inputs{nullptr, nullptr, program.inputs()};
  if (array.dtype() == nb::dtype<uint8_t>()) {
    inputs.bytes = static_cast<const uint8_t*>(array.data());
  } else if (array.dtype() == nb::dtype<float>()) {
    inputs.floats = static_cast<const float*>(array.data());
  } else {
    refuse("inputs must be uint8 or float32");
  }
  return inputs;
}

Targets targets_of(const AnyArray& array, size_t rows, const Program& program) {
  if (array.ndim() < 1 || array.shape(0) != rows) {
    refuse("there must be one target for each row of inputs");
  }
  if (array.ndim() == 1 && array.dtype() == nb::dtype<int32_t>()) {
    return {static_cast<const int32_t*>(array.data()), nullptr};
  }
  const bool fits = array.ndim() == 2 && array.dtype() == nb::dtype<float>() &&
                    static_cast<int64_t>(array.shape(1)) == program.outputs();
  if (!fits) {
    refuse("targets must be int32 (N,) or float32 (N, " +
           std::to_string(program.outputs()) + ")");
  }
  return {nullptr, static_cast<const float*>(array.data())};
}

using Weights = std::optional<Array<float, 1>>;
using LabelWeights = std::optional<Array<float, 2>>;

const float* weights_of(const Weights& weights, size_t rows) {
  if (!weights) return nullptr;
  if (weights->shape(0) != rows) refuse("there must be one weight for each row");
  return weights->data();
}

const float* label_weights_of(const LabelWeights& weights, const Program& program) {
  if (!weights) return nullptr;
  if (weights->shape(0) != 2 ||
      static_cast<int64_t>(weights->shape(1)) != program.outputs()) {
    refuse("weights of labels must have shape (2, " +
           std::to_string(program.outputs()) + ")");
  }
  return weights->data();
}

Samples samples_of(const AnyArray& inputs, const AnyArray& targets,
                   const Weights& weights, const LabelWeights& label_weights,
                   const Program& program) {
  const size_t rows = inputs.shape(0);
  return {inputs_of(inputs, program), targets_of(targets, rows, program),
          weights_of(weights, rows), label_weights_of(label_weights, program)};
}

std::span<const uint32_t> rows_of(const Array<uint32_t, 1>& rows, size_t count) {
  const std::span<const uint32_t> all(rows.data(), rows.size());
  if (all.empty()) refuse("rows must not be empty");
  const uint32_t most = *std::max_element(all.begin(), all.end());
  if (most >= count) {
    refuse("row " + std::to_string(most) + " was asked for, the data have " +
           std::to_string(count));
  }
  return all;
}

// A program that Python's threads take one after the other.
struct SharedProgram : Program {
  using Program::Program;
  std::mutex door;
};

// Calls work(interrupt) without Python's lock, and raises what interrupted it.
template <typename Work>
auto run_alone(SharedProgram& program, Work work) {
  bool is_interrupted = false;
  const auto interrupt = [&] {
    const nb::gil_scoped_acquire locked;
    return is_interrupted = PyErr_CheckSignals() != 0;
  };
  const auto run = [&] {
    const nb::gil_scoped_release released;
    const std::lock_guard held(program.door);
    return work(interrupt);
  };
  if constexpr (std::is_void_v<decltype(run())>) {
    run();
    if (is_interrupted) throw nb::python_error();
  } else {
    auto result = run();
    if (is_interrupted) throw nb::python_error();
    return result;
  }
}

EpochResult run_epoch(SharedProgram& program, const AnyArray& inputs,
                      const AnyArray& targets, const Weights& weights,
                      const LabelWeights& label_weights, const Array<uint32_t, 1>& rows,
                      const Array<float, 1>& rates, int64_t statistics_every) {
  const Samples samples = samples_of(inputs, targets, weights, label_weights, program);
  const std::span<const uint32_t> order = rows_of(rows, inputs.shape(0));
  const auto steps = tiles(static_cast<int64_t>(order.size()), program.batch_size());
  if (static_cast<int64_t>(rates.size()) != steps) {
    refuse("there must be one learning rate for each of the " + std::to_string(steps) +
           " steps");
  }
  if (statistics_every < 1) refuse("statistics_every must be positive");
  return run_alone(program, [&](const Program::Interrupt& interrupt) {
    return program.epoch(samples, order, {rates.data(), rates.size()}, statistics_every,
                         interrupt);
  });
}

Evaluation run_evaluate(SharedProgram& program, const AnyArray& inputs,
                        const AnyArray& targets, const Weights& weights,
                        const LabelWeights& label_weights,
                        const Array<uint32_t, 1>& rows) {
  const Samples samples = samples_of(inputs, targets, weights, label_weights, program);
  const std::span<const uint32_t> chosen = rows_of(rows, inputs.shape(0));
  return run_alone(program, [&](const Program::Interrupt& interrupt) {
    return program.evaluate(samples, chosen, interrupt);
  });
}

Result owned(std::unique_ptr<float[]> values, size_t rows, size_t columns) {
  float* data = values.release();
  nb::capsule owner(data,
                    [](void* block) noexcept { delete[] static_cast<float*>(block); });
  return Result(data, {rows, columns}, owner);
}

Result run_predict(SharedProgram& program, const AnyArray& array) {
  const Inputs inputs = inputs_of(array, program);
  const size_t rows = array.shape(0);
  const auto columns = static_cast<size_t>(program.outputs());
  auto out = std::make_unique<float[]>(rows * columns);
  run_alone(program, [&](const Program::Interrupt& interrupt) {
    program.predict(inputs, static_cast<int64_t>(rows), out.get(), interrupt);
  });
  return owned(std::move(out), rows, columns);
}

void run_gradients(SharedProgram& program, const AnyArray& inputs,
                   const AnyArray& targets, const Weights& weights,
                   const LabelWeights& label_weights, const Array<uint32_t, 1>& rows) {
  const Samples samples = samples_of(inputs, targets, weights, label_weights, program);
  const std::span<const uint32_t> chosen = rows_of(rows, inputs.shape(0));
  if (static_cast<int64_t>(chosen.size()) > program.capacity()) {
    refuse("a batch holds at most " + std::to_string(program.capacity()) + " rows");
  }
  run_alone(program,
            [&](const Program::Interrupt&) { program.gradients(samples, chosen); });
}

const Parameter& parameter_of(const Program& program, size_t layer,
                              const std::string& name) {
  if (layer < program.layer_count()) {
    for (const Parameter* parameter : program.parameters(layer)) {
      if (parameter->name == name) return *parameter;
    }
  }
  refuse("layer " + std::to_string(layer) + " has no " + name);
}

void require_slot(const Program& program, const Parameter& parameter, Slot slot) {
  if (slot != Slot::kValues && !parameter.is_learnt) {
    refuse(parameter.name + " is not learnt");
  }
  const bool is_missing = (slot == Slot::kFirst && program.slots() < 1) ||
                          (slot == Slot::kSecond && program.slots() < 2) ||
                          (slot == Slot::kThird && program.slots() < 3) ||
                          (slot == Slot::kRaw && !program.averages());
  if (is_missing) refuse("the optimizer keeps no such state");
}

Result read_array(SharedProgram& program, size_t layer, const std::string& name,
                  Slot slot) {
  const Parameter& parameter = parameter_of(program, layer, name);
  require_slot(program, parameter, slot);
  auto out = std::make_unique<float[]>(parameter.rows * parameter.columns());
  run_alone(program, [&](const Program::Interrupt&) {
    program.read(parameter, slot, out.get());
  });
  return owned(std::move(out), parameter.rows, parameter.columns());
}

void write_array(SharedProgram& program, size_t layer, const std::string& name,
                 Slot slot, const Array<float, 2>& values) {
  const Parameter& parameter = parameter_of(program, layer, name);
  require_slot(program, parameter, slot);
  if (static_cast<int64_t>(values.shape(0)) != parameter.rows ||
      static_cast<int64_t>(values.shape(1)) != parameter.columns()) {
    refuse(name + " must have shape (" + std::to_string(parameter.rows) + ", " +
           std::to_string(parameter.columns()) + ")");
  }
  run_alone(program, [&](const Program::Interrupt&) {
    program.write(parameter, slot, values.data());
  });
}

std::vector<std::string> target_names() {
  std::vector<std::string> names;
  for (const Kernels* kernels : available_targets()) names.push_back(kernels->name);
  return names;
}

// Returns the best rate of a few tries of about 10 ms each, in operations per second.
double measure_peak(const std::string& target, int threads) {
  if (threads < 1 || threads > 1024) refuse("threads must be from 1 to 1024");
  using Clock = std::chrono::steady_clock;
  const Kernels& kernels = choose_target(target);
  const nb::gil_scoped_release released;
  double best = 0.0;
  for (int attempt = 0; attempt < 7; ++attempt) {
    std::vector<double> operations(threads);
    Clock::time_point begin;
    run_team(threads, [&](const Worker& worker) {
      alignas(64) float sink[32] = {};
      worker.wait();
      if (worker.is_first()) begin = Clock::now();
      operations[worker.index] = kernels.peak_flops(3'000'000, sink);
      worker.wait();
    });
    const std::chrono::duration<double> seconds = Clock::now() - begin;
    double total = 0.0;
    for (const double part : operations) total += part;
    best = std::max(best, total / seconds.count());
  }
  return best;
}

// Binds a description whose fields are all keyword arguments, in their order.
template <typename Spec, typename... Fields, typename... Names>
void bind_layer(nb::module_& module, const char* name, Names... names) {
  static_assert(sizeof...(Fields) == sizeof...(Names));
  nb::class_<Spec>(module, name)
      .def(
          "__init__",
          [](Spec* self, Fields... fields) { new (self) Spec{std::move(fields)...}; },
          nb::kw_only(), nb::arg(names)...);
}

void bind_layers(nb::module_& module) {
  using Sizes = std::vector<int64_t>;
  nb::class_<Bend>(module, "Bend")
      .def(
          "__init__",
          [](Bend* self, Activation activation, float slope) {
            new (self) Bend{activation, slope};
          },
          nb::arg("activation"), nb::arg("slope"));
  bind_layer<DenseSpec, int64_t, Bend, bool>(module, "DenseSpec", "units", "bend",
                                             "bias");
  bind_layer<ConvolutionSpec, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t,
             int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t,
             int64_t, Bend, bool>(
      module, "ConvolutionSpec", "height", "width", "channels", "filters",
      "kernel_height", "kernel_width", "stride_height", "stride_width",
      "dilation_height", "dilation_width", "pad_top", "pad_left", "out_height",
      "out_width", "groups", "bend", "bias");
  bind_layer<PoolSpec, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t,
             int64_t, int64_t, int64_t, int64_t, bool>(
      module, "PoolSpec", "height", "width", "channels", "window_height",
      "window_width", "stride_height", "stride_width", "pad_top", "pad_left",
      "out_height", "out_width", "is_max");
  bind_layer<BatchNormSpec, int64_t, double, double, Bend>(
      module, "BatchNormSpec", "channels", "momentum", "epsilon", "bend");
  bind_layer<LayerNormSpec, int64_t, double, Bend>(module, "LayerNormSpec", "channels",
                                                   "epsilon", "bend");
  bind_layer<EmbeddingSpec, Sizes, Sizes, Sizes>(module, "EmbeddingSpec", "columns",
                                                 "ids", "widths");
  bind_layer<DropoutSpec, double, uint32_t>(module, "DropoutSpec", "rate", "stream");
  bind_layer<NoiseSpec, double, uint32_t>(module, "NoiseSpec", "deviation", "stream");
  bind_layer<PreluSpec, int64_t>(module, "PreluSpec", "channels");
  bind_layer<AddSpec, int64_t, Bend>(module, "AddSpec", "fork", "bend");
  nb::class_<ForkSpec>(module, "ForkSpec").def(nb::init<>());
}

}  // namespace

NB_MODULE(_native, module) {
  // What a program that ends leaves to the system is no leak to tell its user of.
  nb::set_leak_warnings(false);

  nb::enum_<Activation>(module, "Activation")
      .value("identity", Activation::kIdentity)
      .value("sigmoid", Activation::kSigmoid)
      .value("tanh", Activation::kTanh)
      .value("relu", Activation::kRelu)
      .value("leaky_relu", Activation::kLeakyRelu)
      .value("elu", Activation::kElu)
      .value("selu", Activation::kSelu)
      .value("gelu", Activation::kGelu)
      .value("silu", Activation::kSilu)
      .value("mish", Activation::kMish)
      .value("softplus", Activation::kSoftplus)
      .value("hard_sigmoid", Activation::kHardSigmoid)
      .value("softmax", Activation::kSoftmax);
  nb::enum_<Loss>(module, "Loss")
      .value("mse", Loss::kMse)
      .value("mae", Loss::kMae)
      .value("huber", Loss::kHuber)
      .value("log_cosh", Loss::kLogCosh)
      .value("cross_entropy", Loss::kCrossEntropy)
      .value("binary_cross_entropy", Loss::kBinaryCrossEntropy)
      .value("focal", Loss::kFocal)
      .value("hinge", Loss::kHinge)
      .value("poisson", Loss::kPoisson)
      .value("quantile", Loss::kQuantile);
  nb::enum_<Update::Kind>(module, "Optimizer")
      .value("sgd", Update::Kind::kSgd)
      .value("momentum", Update::Kind::kMomentum)
      .value("nag", Update::Kind::kNag)
      .value("adagrad", Update::Kind::kAdagrad)
      .value("adadelta", Update::Kind::kAdadelta)
      .value("rmsprop", Update::Kind::kRmsprop)
      .value("adam", Update::Kind::kAdam)
      .value("adamw", Update::Kind::kAdamw)
      .value("nadamw", Update::Kind::kNadamw)
      .value("amsgrad", Update::Kind::kAmsgrad)
      .value("lion", Update::Kind::kLion)
      .value("schedule_free", Update::Kind::kScheduleFree);
  nb::enum_<Slot>(module, "Slot")
      .value("values", Slot::kValues)
      .value("gradient", Slot::kGradient)
      .value("first", Slot::kFirst)
      .value("second", Slot::kSecond)
      .value("third", Slot::kThird)
      .value("raw", Slot::kRaw);

  bind_layers(module);
  nb::class_<OptimizerSpec>(module, "OptimizerSpec")
      .def(
          "__init__",
          [](OptimizerSpec* self, Update::Kind kind, double decay, double decay_2,
             double epsilon, double weight_decay, double average) {
            new (self)
                OptimizerSpec{kind, decay, decay_2, epsilon, weight_decay, average};
          },
          nb::arg("kind"), nb::arg("decay") = 0.0, nb::arg("decay_2") = 0.0,
          nb::arg("epsilon") = 0.0, nb::arg("weight_decay") = 0.0,
          nb::arg("average") = 0.0);
  nb::class_<MuonSpec>(module, "MuonSpec")
      .def(
          "__init__",
          [](MuonSpec* self, std::vector<int64_t> layers, double momentum,
             double weight_decay, bool matches_rms, double rate_share) {
            new (self) MuonSpec{std::move(layers), momentum, weight_decay, matches_rms,
                                rate_share};
          },
          nb::kw_only(), nb::arg("layers"), nb::arg("momentum"),
          nb::arg("weight_decay"), nb::arg("matches_rms"), nb::arg("rate_share"));
  nb::class_<LossSpec>(module, "LossSpec")
      .def(
          "__init__",
          [](LossSpec* self, Loss kind, float parameter) {
            new (self) LossSpec{kind, parameter};
          },
          nb::arg("kind"), nb::arg("parameter") = 0.0f);
  nb::class_<PenaltySpec>(module, "PenaltySpec")
      .def(
          "__init__",
          [](PenaltySpec* self, float l1, float l2, float max_norm) {
            new (self) PenaltySpec{l1, l2, max_norm};
          },
          nb::arg("l1") = 0.0f, nb::arg("l2") = 0.0f, nb::arg("max_norm") = 0.0f);
  nb::class_<ClipSpec>(module, "ClipSpec")
      .def(
          "__init__",
          [](ClipSpec* self, float value, float norm, float global_norm) {
            new (self) ClipSpec{value, norm, global_norm};
          },
          nb::arg("value") = 0.0f, nb::arg("norm") = 0.0f,
          nb::arg("global_norm") = 0.0f);
  nb::class_<AugmentationSpec>(module, "AugmentationSpec")
      .def(nb::init<>())
      .def_rw("height", &AugmentationSpec::height)
      .def_rw("width", &AugmentationSpec::width)
      .def_rw("channels", &AugmentationSpec::channels)
      .def_rw("shift", &AugmentationSpec::shift)
      .def_rw("rotate", &AugmentationSpec::rotate)
      .def_rw("scale", &AugmentationSpec::scale)
      .def_rw("shear", &AugmentationSpec::shear)
      .def_rw("elastic", &AugmentationSpec::elastic)
      .def_rw("flips_down", &AugmentationSpec::flips_down)
      .def_rw("flips_right", &AugmentationSpec::flips_right)
      .def_rw("crop", &AugmentationSpec::crop)
      .def_rw("cutout", &AugmentationSpec::cutout)
      .def_rw("shares", &AugmentationSpec::shares);
  nb::class_<ProgramSpec>(module, "ProgramSpec")
      .def(nb::init<>())
      .def_rw("inputs", &ProgramSpec::inputs)
      .def_rw("layers", &ProgramSpec::layers)
      .def_rw("owners", &ProgramSpec::owners)
      .def_rw("loss", &ProgramSpec::loss)
      .def_rw("penalty", &ProgramSpec::penalty)
      .def_rw("clip", &ProgramSpec::clip)
      .def_rw("optimizer", &ProgramSpec::optimizer)
      .def_rw("muon", &ProgramSpec::muon)
      .def_rw("batch_size", &ProgramSpec::batch_size)
      .def_rw("augmentation", &ProgramSpec::augmentation)
      .def_rw("seed", &ProgramSpec::seed)
      .def_rw("scale", &ProgramSpec::scale)
      .def_rw("shift", &ProgramSpec::shift)
      .def_rw("threads", &ProgramSpec::threads)
      .def_rw("target", &ProgramSpec::target);
  nb::class_<EpochResult>(module, "EpochResult")
      .def_ro("loss", &EpochResult::loss)
      .def_ro("accuracy", &EpochResult::accuracy)
      .def_ro("gradient_norms", &EpochResult::gradient_norms)
      .def_ro("failed_step", &EpochResult::failed_step)
      .def_ro("failed_owner", &EpochResult::failed_owner);
  nb::class_<Evaluation>(module, "Evaluation")
      .def_ro("loss", &Evaluation::loss)
      .def_ro("accuracy", &Evaluation::accuracy);

  nb::class_<SharedProgram>(module, "Program")
      .def(nb::init<const ProgramSpec&>(), nb::arg("spec"))
      .def("epoch", run_epoch, nb::arg("inputs"), nb::arg("targets"),
           nb::arg("weights").none().noconvert(),
           nb::arg("label_weights").none().noconvert(), nb::arg("rows").noconvert(),
           nb::arg("rates").noconvert(), nb::arg("statistics_every"))
      .def("evaluate", run_evaluate, nb::arg("inputs"), nb::arg("targets"),
           nb::arg("weights").none().noconvert(),
           nb::arg("label_weights").none().noconvert(), nb::arg("rows").noconvert())
      .def("predict", run_predict, nb::arg("inputs"))
      .def("gradients", run_gradients, nb::arg("inputs"), nb::arg("targets"),
           nb::arg("weights").none().noconvert(),
           nb::arg("label_weights").none().noconvert(), nb::arg("rows").noconvert())
      .def("read", read_array, nb::arg("layer"), nb::arg("name"), nb::arg("slot"))
      .def("write", write_array, nb::arg("layer"), nb::arg("name"), nb::arg("slot"),
           nb::arg("values").noconvert())
      .def_rw("steps", &Program::steps)
      .def_prop_rw(
          "largest_rate", [](SharedProgram& program) { return program.mean().largest; },
          [](SharedProgram& program, float rate) { program.mean().largest = rate; })
      .def_prop_rw(
          "mean_weight", [](SharedProgram& program) { return program.mean().weight; },
          [](SharedProgram& program, double weight) { program.mean().weight = weight; })
      .def_prop_ro("capacity", &Program::capacity)
      .def_prop_ro("target", &Program::target);

  module.def("targets", target_names);
  module.def("measure_peak", measure_peak, nb::arg("target"), nb::arg("threads"));
}

}  // namespace ranvier
