// baseline: the kernels with vectors of 4 floats.
// On x86-64 this is SSE2, on ARM it is NEON: what every such processor has.

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#define RANVIER_MULTIPLY_LOW _mm_mul_epu32((__m128i)a, (__m128i)b)
#define RANVIER_SQRT _mm_sqrt_ps
#define RANVIER_TARGET_NAME "baseline"
#define RANVIER_TILE_ROWS 6
#elif defined(__aarch64__)
#include <arm_neon.h>
#define RANVIER_FMA vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b)
#define RANVIER_MULTIPLY_LOW \
  vmull_u32(vmovn_u64((uint64x2_t)a), vmovn_u64((uint64x2_t)b))
#define RANVIER_SQRT vsqrtq_f32
#define RANVIER_TARGET_NAME "neon"
#define RANVIER_TILE_ROWS 12
#else
#define RANVIER_TARGET_NAME "baseline"
#define RANVIER_TILE_ROWS 6
#endif

#include "kernels/contracts.h"
#include "targets/target.h"

#define RANVIER_LANES 4
namespace ranvier::baseline {
#include "targets/target.inc"
}  // namespace ranvier::baseline
