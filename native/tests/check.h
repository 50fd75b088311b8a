// check: what the tests of the kernels share: buffers, expectations, the list of tests.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <random>
#include <source_location>
#include <string>
#include <vector>

#include "targets/target.h"

namespace ranvier::tests {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr double kEpsilon = std::numeric_limits<float>::epsilon();

// Sizes around every block of every target, and odd ones.
inline const std::vector<int64_t> kSizes = {1,  2,  3,  5,  6,  7,  8,  11, 12, 13,
                                            15, 16, 17, 24, 25, 31, 32, 33, 64, 65};

// Counts a failure, and says where, unless `holds`.
void expect(bool holds, const std::string& message,
            std::source_location where = std::source_location::current());

// |actual - expected| <= tolerance; equal infinities and NaN twice are equal too.
void expect_near(double actual, double expected, double tolerance,
                 const std::string& message,
                 std::source_location where = std::source_location::current());

// Floats from a cache line on, or `shift` floats beyond it, guarded by the sanitizers.
class Buffer {
 public:
  explicit Buffer(int64_t count, int64_t shift = 0)
      : block_(new (std::align_val_t{64}) float[count + shift]()), shift_(shift) {}

  float* data() { return block_.get() + shift_; }
  float& operator[](int64_t at) { return data()[at]; }

 private:
  struct Free {
    void operator()(float* block) const {
      operator delete[](block, std::align_val_t{64});
    }
  };
  std::unique_ptr<float[], Free> block_;
  int64_t shift_;
};

// The same values at each run of a test.
class Random {
 public:
  float next() { return uniform_(engine_); }
  void fill(float* to, int64_t count) {
    for (int64_t at = 0; at < count; ++at) to[at] = next();
  }

 private:
  std::mt19937 engine_{7};
  std::uniform_real_distribution<float> uniform_{-1.0f, 1.0f};
};

// Weights (rows × width) in panels, and where each value lies in them.
int64_t panel_place(const Kernels& kernels, int64_t rows, int64_t width, int64_t row,
                    int64_t column);

void test_activations(const Kernels& kernels);
void test_augmentation(const Kernels& kernels);
void test_batch_norm(const Kernels& kernels);
void test_convolution(const Kernels& kernels);
void test_crowd();
void test_decode(const Kernels& kernels);
void test_dense(const Kernels& kernels);
void test_embedding(const Kernels& kernels);
void test_layer_norm(const Kernels& kernels);
void test_image_layers(const Kernels& kernels);
void test_losses(const Kernels& kernels);
void test_muon(const Kernels& kernels);
void test_optimizers(const Kernels& kernels);
void test_pace();
void test_program(const Kernels& kernels);
void test_randomness(const Kernels& kernels);
void test_seats();

}  // namespace ranvier::tests
