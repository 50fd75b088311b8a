// avx512: the kernels with vectors of 16 floats.

#if defined(__x86_64__)

#include <immintrin.h>

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "kernels/contracts.h"
#include "targets/target.h"

#define RANVIER_LANES 16
#define RANVIER_TILE_ROWS 12
#define RANVIER_TARGET_NAME "avx512"
#define RANVIER_FMA _mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c)
#define RANVIER_GATHER \
  _mm512_mask_i32gather_ps(_mm512_setzero_ps(), 0xffff, (__m512i)index, from, 4)
#define RANVIER_MULTIPLY_LOW _mm512_maskz_mul_epu32(0xff, (__m512i)a, (__m512i)b)
#define RANVIER_SQRT(x) _mm512_maskz_sqrt_ps(0xffff, x)
#define RANVIER_LOAD_FIRST(from, count) \
  _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), from)
#define RANVIER_STORE_FIRST(to, count, value) \
  _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1u << count) - 1), (__m512)value)

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")

namespace ranvier::avx512 {
#include "targets/target.inc"
}  // namespace ranvier::avx512

#pragma GCC pop_options

#endif  // __x86_64__
