// peak: as many multiply-adds as the target can do, to measure its limit by.

// Returns the floating-point operations done; `sink` keeps the compiler honest.
inline double peak_flops(int64_t repeats, float* sink) {
  constexpr int kChains = 12;
  Vector acc[kChains];  // all different, or the compiler would make one of them
  for (int chain = 0; chain < kChains; ++chain) acc[chain] = load(sink) + 1.0f * chain;
  const Vector factor = load(sink);
  const Vector addend = load(sink + kLanes);
  for (int64_t i = 0; i < repeats; ++i) {
#pragma GCC unroll 16
    for (int chain = 0; chain < kChains; ++chain) {
      acc[chain] = fma(acc[chain], factor, addend);
    }
  }
  Vector total{};
  for (int chain = 0; chain < kChains; ++chain) total += acc[chain];
  store(sink, total);
  return 2.0 * kChains * kLanes * static_cast<double>(repeats);
}
