#include "program/optimizer.h"

#include <cmath>
#include <limits>
#include <numeric>

namespace ranvier {

int slots_of(Update::Kind kind) {
  switch (kind) {
    case Update::Kind::kStore:
    case Update::Kind::kSgd:
      return 0;
    case Update::Kind::kAdadelta:
    case Update::Kind::kAdam:
    case Update::Kind::kAdamw:
    case Update::Kind::kNadamw:
    case Update::Kind::kScheduleFree:
      return 2;
    case Update::Kind::kAmsgrad:
      return 3;
    default:
      return 1;
  }
}

Optimizer::Optimizer(const Kernels& kernels, const ProgramSpec& spec)
    : kernels_(kernels),
      spec_(spec.optimizer),
      penalty_(spec.penalty),
      clip_(spec.clip),
      muon_(kernels, spec.muon),
      rate_share_(spec.muon.rate_share) {}

void Optimizer::plan(Arena& arena) {
  if (!muon_.is_idle()) muon_.plan(arena);
}

void Optimizer::follow(std::vector<Parameter*> parameters) {
  parameters_ = std::move(parameters);
  squares_.resize(parameters_.size());
}

void Optimizer::start() {
  mean.weight = static_cast<float>(mean.weight);  // as it is saved
  for (Parameter* parameter : parameters_) {
    if (averages()) std::swap(parameter->learnt.values, parameter->learnt.average);
  }
  lean(1.0f - static_cast<float>(spec_.decay));
}

void Optimizer::finish() {
  lean(static_cast<float>(spec_.decay) - 1.0f);
  for (Parameter* parameter : parameters_) {
    if (averages()) std::swap(parameter->learnt.values, parameter->learnt.average);
  }
}

// Moves the weights of schedule-free between their mean x and the place y.
void Optimizer::lean(float factor) {
  if (spec_.kind != Update::Kind::kScheduleFree) return;
  for (Parameter* parameter : parameters_) {
    kernels_.lean(factor, parameter->learnt.slot_1, parameter->learnt.values,
                  parameter->count);
  }
}

Update Optimizer::update_at(float whole_rate, int64_t step) const {
  const auto rate = static_cast<float>(whole_rate * rate_share_);
  Update update{};
  update.kind = spec_.kind;
  update.rate = rate;
  update.momentum = static_cast<float>(spec_.decay);
  update.blend = static_cast<float>(1.0 - spec_.decay);
  update.blend_2 = static_cast<float>(1.0 - spec_.decay_2);
  update.epsilon = static_cast<float>(spec_.epsilon);
  update.keep = static_cast<float>(1.0 - double{rate} * spec_.weight_decay);
  if (averages()) {
    const double forgotten = std::pow(spec_.average, static_cast<double>(step));
    update.average = static_cast<float>((1.0 - spec_.average) / (1.0 - forgotten));
  }
  if (spec_.kind == Update::Kind::kScheduleFree) {
    update.share = static_cast<float>(1.0 / mean.after(rate).weight);
    update.rate_2 = static_cast<float>(rate * spec_.weight_decay);
  }
  if (debiases_square(spec_.kind)) {
    const double forgotten = std::pow(spec_.decay_2, static_cast<double>(step));
    update.correction = static_cast<float>(1.0 / std::sqrt(1.0 - forgotten));
  }
  if (is_adam(spec_.kind)) {
    const auto t = static_cast<double>(step);
    const double beta_1 = spec_.decay;
    const double debias = 1.0 - std::pow(beta_1, t);
    update.rate = static_cast<float>(rate / debias);
    if (spec_.kind == Update::Kind::kNadamw) {
      update.rate = static_cast<float>(rate * beta_1 / (1.0 - std::pow(beta_1, t + 1)));
      update.rate_2 = static_cast<float>(rate * (1.0 - beta_1) / debias);
    }
  }
  return update;
}

bool Optimizer::needs_whole_gradients() const { return bounds() || !muon_.is_idle(); }

bool Optimizer::bounds() const {
  return penalty_.l1 > 0.0f || penalty_.l2 > 0.0f || penalty_.max_norm > 0.0f ||
         clip_.value > 0.0f || clip_.norm > 0.0f || clip_.global_norm > 0.0f;
}

// A worker's share of the vectors of an array.
Range Optimizer::vectors_of(const Worker& worker, const Parameter& parameter) const {
  const Range share = worker.share(parameter.count / kernels_.lanes);
  return {share.begin * kernels_.lanes, share.end * kernels_.lanes};
}

// Sums the squares of each parameter's gradient; workers take turns by parameter.
void Optimizer::square_gradients(const Worker& worker) {
  const int count = static_cast<int>(parameters_.size());
  for (int i = worker.index; i < count; i += worker.count) {
    squares_[i] =
        kernels_.sum_of_squares(parameters_[i]->learnt.gradient, parameters_[i]->count);
  }
  worker.wait();
}

// Penalties, then clipping by value, by each parameter's norm, and by that of all.
void Optimizer::bound_gradients(const Worker& worker) {
  constexpr float kNone = std::numeric_limits<float>::infinity();
  const float limit = clip_.value > 0.0f ? clip_.value : kNone;
  for (const Parameter* parameter : parameters_) {
    const Range here = vectors_of(worker, *parameter);
    const bool is_weight = parameter->name == "weight";
    kernels_.penalize(is_weight ? penalty_.l1 : 0.0f, is_weight ? penalty_.l2 : 0.0f,
                      limit, parameter->learnt.values + here.begin,
                      parameter->learnt.gradient + here.begin, here.end - here.begin);
  }
  worker.wait();
  if (clip_.norm > 0.0f) {
    square_gradients(worker);
    for (size_t i = 0; i < parameters_.size(); ++i)
      shrink(worker, *parameters_[i], squares_[i], clip_.norm);
    worker.wait();
  }
  if (clip_.global_norm > 0.0f) {
    square_gradients(worker);
    const double total = std::accumulate(squares_.begin(), squares_.end(), 0.0);
    for (const Parameter* parameter : parameters_) {
      shrink(worker, *parameter, total, clip_.global_norm);
    }
    worker.wait();
  }
}

// Scales a worker's share of a gradient so that a norm of sqrt(squares) becomes `most`.
void Optimizer::shrink(const Worker& worker, const Parameter& parameter, double squares,
                       float most) {
  const double norm = std::sqrt(squares);
  if (norm <= most) return;
  const Range here = vectors_of(worker, parameter);
  kernels_.scale(static_cast<float>(most / norm),
                 parameter.learnt.gradient + here.begin, here.end - here.begin);
}

void Optimizer::update(const Worker& worker, const Update& update, float rate) {
  if (bounds()) bound_gradients(worker);
  const bool limits = penalty_.max_norm > 0.0f;
  const bool is_late = limits || !muon_.is_idle();  // the average waits for the rest
  for (const Parameter* parameter : parameters_) {
    if (muon_.leads(parameter)) continue;
    const Range here = vectors_of(worker, *parameter);
    Learnt learnt = parameter->learnt.from(here.begin);
    if (is_late) learnt.average = nullptr;
    kernels_.apply(update, learnt, here.end - here.begin);
  }
  worker.wait();
  muon_.step(worker, rate);
  if (limits) limit_norms(worker);
  if (is_late && averages()) average(worker, update.average);
}

void Optimizer::average(const Worker& worker, float share) {
  for (const Parameter* parameter : parameters_) {
    const Range here = vectors_of(worker, *parameter);
    const Learnt learnt = parameter->learnt.from(here.begin);
    kernels_.blend(share, learnt.values, learnt.average, here.end - here.begin);
  }
  worker.wait();
}

void Optimizer::limit_norms(const Worker& worker) {
  for (const Parameter* parameter : parameters_) {
    if (parameter->name != "weight") continue;
    for (int64_t group = 0; group < parameter->groups; ++group) {
      kernels_.limit_columns(
          penalty_.max_norm,
          parameter->learnt.values + group * parameter->group_size(kernels_),
          parameter->rows, parameter->width,
          worker.share(tiles(parameter->width, 2 * kernels_.lanes)));
    }
  }
  worker.wait();
}

}  // namespace ranvier
