// muon: steps of hidden matrices along their mean gradient, made orthogonal.
// Jordan et al. 2024. A grouped kernel (kh · kw · C / groups, filters) is one matrix.
#pragma once

#include <vector>

#include "program/layer.h"
#include "program/spec.h"

namespace ranvier {

class Muon {
 public:
  Muon(const Kernels& kernels, const MuonSpec& spec) : kernels_(kernels), spec_(spec) {}

  // Takes over a matrix, and asks for memory for all of them.
  void follow(Parameter* matrix) { matrices_.push_back(matrix); }
  void plan(Arena& arena);

  bool is_idle() const { return matrices_.empty(); }
  bool leads(const Parameter* parameter) const;

  // Changes the matrices by their stored gradients, which it spoils.
  void step(const Worker& worker, float rate);

 private:
  // A matrix (long × short) is the parameter's, or its transpose.
  struct Shape {
    bool is_turned;
    int64_t rows;
    int64_t width;
  };
  static Shape shape_of(const Parameter& parameter);

  void lead(const Worker& worker, const Parameter& parameter);
  void gather(const Worker& worker, const Parameter& parameter, const Matrix& x);
  void orthogonalize(const Worker& worker, Matrix& x, Matrix& next);
  void bend(const Worker& worker, int64_t width, const Matrix& gram,
            const Matrix& bent) const;
  void move(const Worker& worker, const Parameter& parameter, const Matrix& x,
            float rate);
  double factor_of(const Parameter& parameter) const;

  const Kernels& kernels_;
  const MuonSpec spec_;
  std::vector<Parameter*> matrices_;
  float* x_ = nullptr;        // (long × short), row-major, of the largest matrix
  float* next_ = nullptr;     // as x
  float* gram_ = nullptr;     // (short × short): xᵀ x
  float* bent_ = nullptr;     // as gram
  float* product_ = nullptr;  // as gram, in panels
};

}  // namespace ranvier
