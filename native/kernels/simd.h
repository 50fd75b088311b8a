// simd: one vector of floats of the target, and elementary functions on it.
// Included inside each target's namespace and region; see targets/.

#define RANVIER_INLINE inline __attribute__((always_inline))

constexpr int kLanes = RANVIER_LANES;
typedef float Vector __attribute__((vector_size(kLanes * 4), may_alias));
typedef float LooseVector
    __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));
typedef int32_t IntVector __attribute__((vector_size(kLanes * 4), may_alias));

RANVIER_INLINE Vector load(const float* from) {
  return *reinterpret_cast<const LooseVector*>(from);
}

RANVIER_INLINE void store(float* to, Vector value) {
  *reinterpret_cast<LooseVector*>(to) = value;
}

RANVIER_INLINE Vector broadcast(float value) { return value - Vector{}; }

// a · b + c, rounded once where the target can. Nothing else fuses: the compiler is
// told not to, so that a formula gives the same bits wherever it is inlined.
RANVIER_INLINE Vector fma(Vector a, Vector b, Vector c) {
#if defined(RANVIER_FMA)
  return (Vector)RANVIER_FMA;
#else
  return a * b + c;
#endif
}

RANVIER_INLINE Vector fma(Vector a, Vector b, float c) {
  return fma(a, b, broadcast(c));
}

RANVIER_INLINE Vector fma(Vector a, float b, Vector c) {
  return fma(a, broadcast(b), c);
}

RANVIER_INLINE IntVector bits(Vector value) {
  return reinterpret_cast<IntVector>(value);
}

RANVIER_INLINE Vector float_of_bits(IntVector value) {
  return reinterpret_cast<Vector>(value);
}

RANVIER_INLINE Vector select(IntVector mask, Vector yes, Vector no) {
  return float_of_bits((mask & bits(yes)) | (~mask & bits(no)));
}

RANVIER_INLINE Vector absolute(Vector value) {
  return float_of_bits(bits(value) & 0x7fffffff);
}

RANVIER_INLINE IntVector lane_numbers() {
  IntVector lanes;
  for (int lane = 0; lane < kLanes; ++lane) lanes[lane] = lane;
  return lanes;
}

// All ones in the lanes below `count`.
RANVIER_INLINE IntVector first_lanes(int64_t count) {
  return lane_numbers() < static_cast<int32_t>(count < kLanes ? count : kLanes);
}

constexpr int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// The first `count` lanes, at least one; the others are neither read nor written, and
// zero when loaded. A count beyond the lanes is a whole vector.
RANVIER_INLINE Vector load_first(const float* from, int64_t count) {
  if (count >= kLanes) return load(from);
#if defined(RANVIER_LOAD_FIRST)
  return (Vector)RANVIER_LOAD_FIRST(from, count);
#else
  static_assert(kLanes == 4);
  const float second = count > 1 ? from[1] : 0.0f;
  const float third = count > 2 ? from[2] : 0.0f;
  return Vector{from[0], second, third, 0.0f};
#endif
}

RANVIER_INLINE void store_first(float* to, Vector value, int64_t count) {
  if (count >= kLanes) return store(to, value);
#if defined(RANVIER_STORE_FIRST)
  RANVIER_STORE_FIRST(to, count, value);
#else
  static_assert(kLanes == 4);
  to[0] = value[0];
  if (count > 1) to[1] = value[1];
  if (count > 2) to[2] = value[2];
#endif
}

// The same where the caller knows when a vector is whole; nothing is left below 1.
template <bool kIsWhole>
RANVIER_INLINE Vector load_part(const float* from, int64_t left) {
  if constexpr (kIsWhole) return load(from);
  return left > 0 ? load_first(from, left) : Vector{};
}

template <bool kIsWhole>
RANVIER_INLINE void store_part(float* to, Vector value, int64_t left) {
  if constexpr (kIsWhole) return store(to, value);
  if (left > 0) store_first(to, value, left);
}

template <int kStep, size_t... kLane>
RANVIER_INLINE Vector swap_lanes(Vector value, std::index_sequence<kLane...>) {
  return __builtin_shufflevector(value, value, static_cast<int>(kLane ^ kStep)...);
}

// Sum of the lanes, in one fixed order: halves upon halves.
template <int kStep = kLanes / 2>
RANVIER_INLINE float sum(Vector value) {
  if constexpr (kStep == 0) {
    return value[0];
  } else {
    return sum<kStep / 2>(value +
                          swap_lanes<kStep>(value, std::make_index_sequence<kLanes>()));
  }
}

RANVIER_INLINE float largest(Vector value) {
  float most = value[0];
  for (int lane = 1; lane < kLanes; ++lane)
    most = value[lane] > most ? value[lane] : most;
  return most;
}

// exp(x), relative error below 2e-7 for x in [-87, 88]; smaller x give exp(-87),
// larger ones exp(88); NaN stays NaN. Range reduction by ln 2 in two parts
// (Cody and Waite 1980), then a polynomial of degree 6.
RANVIER_INLINE Vector exp(Vector x) {
  x = select(x > 88.0f, broadcast(88.0f), x);
  x = select(x < -87.0f, broadcast(-87.0f), x);
  const Vector shifted = fma(x, 1.44269504f, broadcast(12582912.0f));
  const Vector n = shifted - 12582912.0f;
  const Vector high = fma(n, -0.693359375f, x);
  const Vector r = fma(n, 2.12194440e-4f, high);
  Vector p = broadcast(1.3888889e-3f);
  p = fma(p, r, 8.3333333e-3f);
  p = fma(p, r, 4.1666667e-2f);
  p = fma(p, r, 1.6666667e-1f);
  p = fma(p, r, 0.5f);
  p = fma(p, r, 1.0f);
  p = fma(p, r, 1.0f);
  const IntVector power = (bits(shifted) - 0x4b400000) << 23;
  return float_of_bits(bits(p) + power);
}

// log(x) for finite x > 0 that are not denormal, relative error below 3e-7 away from 1
// and absolute error below 1e-7 near it; NaN and infinity pass. x = 2^e · m with m in
// [sqrt(1/2), sqrt(2)), log m = 2 atanh((m - 1) / (m + 1)) as an odd series.
RANVIER_INLINE Vector log(Vector x) {
  const IntVector exponent = (bits(x) - 0x3f3504f3) >> 23;
  const Vector m = float_of_bits(bits(x) - (exponent << 23));
  const Vector e = __builtin_convertvector(exponent, Vector);
  const Vector s = (m - 1.0f) / (m + 1.0f);
  const Vector z = s * s;
  Vector p = broadcast(0.2222222f);
  p = fma(p, z, 0.28571429f);
  p = fma(p, z, 0.4f);
  p = fma(p, z, 0.66666667f);
  const Vector tail = p * z * s;
  const Vector value = e * 0.693359375f + (tail + s * 2.0f - e * 2.12194440e-4f);
  return select((x == x) & (x < __builtin_inff()), value, x);
}

// log(1 + x) for x in [0, 1], relative error below 4e-7 (Goldberg 1991, theorem 4).
RANVIER_INLINE Vector log_1_plus(Vector x) {
  const Vector u = x + 1.0f;
  const Vector exact = u - 1.0f;
  const IntVector tiny = exact == 0.0f;
  const Vector value = log(u) * x / select(tiny, broadcast(1.0f), exact);
  return select(tiny, x, value);
}

// 1 / (1 + exp(-x)), relative error below 5e-7; both tails keep their precision.
RANVIER_INLINE Vector sigmoid(Vector x) {
  const Vector e = exp(-absolute(x));
  return select(x < 0.0f, e, broadcast(1.0f)) / (e + 1.0f);
}

// tanh(x), relative error below 6e-7: an odd series near zero, exponentials beyond.
RANVIER_INLINE Vector tanh(Vector x) {
  const Vector magnitude = absolute(x);
  const Vector e = exp(magnitude * -2.0f);
  const Vector far = (1.0f - e) / (1.0f + e);
  const Vector z = x * x;
  Vector p = broadcast(-5.70498872745e-3f);
  p = fma(p, z, 2.06390887954e-2f);
  p = fma(p, z, -5.37397155531e-2f);
  p = fma(p, z, 1.33314422036e-1f);
  p = fma(p, z, -3.33332819422e-1f);
  const Vector near = fma(p * z, x, x);
  const IntVector sign = bits(x) & static_cast<int32_t>(0x80000000);
  return select(magnitude < 0.625f, near, float_of_bits(bits(far) | sign));
}

// exp(x) - 1 for x <= 0, relative error below 6e-7: a series near zero.
RANVIER_INLINE Vector exp_minus_1(Vector x) {
  Vector p = broadcast(1.9841270e-4f);
  p = fma(p, x, 1.3888889e-3f);
  p = fma(p, x, 8.3333333e-3f);
  p = fma(p, x, 4.1666667e-2f);
  p = fma(p, x, 1.6666667e-1f);
  p = fma(p, x, 0.5f);
  const Vector near = fma(p * x, x, x);
  return select(x > -0.4f, near, exp(x) - 1.0f);
}

// log(1 + exp(x)), relative error below 1e-6.
RANVIER_INLINE Vector softplus(Vector x) {
  return select(x < 0.0f, Vector{}, x) + log_1_plus(exp(-absolute(x)));
}

// The standard normal distribution function, relative error below 3e-6 for x > -12:
// half of erfc(-x / sqrt(2)) by the Chebyshev fit of Press et al. 1992, section 6.2.
RANVIER_INLINE Vector normal_share(Vector x) {
  const Vector z = absolute(x) * 0.70710678f;
  const Vector t = 1.0f / (z * 0.5f + 1.0f);
  Vector p = broadcast(0.17087277f);
  p = fma(p, t, -0.82215223f);
  p = fma(p, t, 1.48851587f);
  p = fma(p, t, -1.13520398f);
  p = fma(p, t, 0.27886807f);
  p = fma(p, t, -0.18628806f);
  p = fma(p, t, 0.09678418f);
  p = fma(p, t, 0.37409196f);
  p = fma(p, t, 1.00002368f);
  const Vector tail = 0.5f * t * exp(p * t - 1.26551223f - z * z);
  return select(x < 0.0f, tail, 1.0f - tail);
}

RANVIER_INLINE Vector square_root(Vector x) {
#if defined(RANVIER_SQRT)
  return (Vector)RANVIER_SQRT(x);
#else
  for (int lane = 0; lane < kLanes; ++lane) x[lane] = __builtin_sqrtf(x[lane]);
  return x;
#endif
}
