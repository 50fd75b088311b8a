// avx2: the kernels with vectors of 8 floats.

#if defined(__x86_64__)

#include <immintrin.h>

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "kernels/contracts.h"
#include "targets/target.h"

#define RANVIER_LANES 8
#define RANVIER_TILE_ROWS 6
#define RANVIER_TARGET_NAME "avx2"
#define RANVIER_FMA _mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c)
#define RANVIER_GATHER _mm256_i32gather_ps(from, (__m256i)index, 4)
#define RANVIER_LOAD_FIRST(from, count) \
  _mm256_maskload_ps(from, (__m256i)first_lanes(count))
#define RANVIER_STORE_FIRST(to, count, value) \
  _mm256_maskstore_ps(to, (__m256i)first_lanes(count), (__m256)value)
#define RANVIER_MULTIPLY_LOW _mm256_mul_epu32((__m256i)a, (__m256i)b)
#define RANVIER_SQRT _mm256_sqrt_ps

#pragma GCC push_options
#pragma GCC target("avx2,fma")

namespace ranvier::avx2 {
#include "targets/target.inc"
}  // namespace ranvier::avx2

#pragma GCC pop_options

#endif  // __x86_64__
