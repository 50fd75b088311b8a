// randomness: words of Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as
// easy as 1, 2, 3"), and what dropout and noise make of them.
//
// Column c of row r takes word (c % 64) / 16 of counter (c / 64 · 16 + c % 16, r,
// stream · 2^16 xor the step's high half, the step's low half), so that 16 neighbouring
// columns take the same word of 16 neighbouring counters.

typedef uint32_t WordVector __attribute__((vector_size(kLanes * 4), may_alias));
typedef uint64_t WideVector __attribute__((vector_size(kLanes * 4), may_alias));

constexpr int64_t kBlockColumns = 64;
constexpr int kBlockVectors = static_cast<int>(kBlockColumns / kLanes);

// The products of the low halves of the lanes.
RANVIER_INLINE WideVector multiply_low(WideVector a, WideVector b) {
#if defined(RANVIER_MULTIPLY_LOW)
  return (WideVector)RANVIER_MULTIPLY_LOW;
#else
  return (a & 0xffffffff) * (b & 0xffffffff);
#endif
}

// Four words of a counter in each wide lane, whose high half may hold anything.
struct Philox {
  WideVector words[4];

  RANVIER_INLINE void round(uint32_t key_0, uint32_t key_1) {
    const WideVector even = multiply_low(words[0], WideVector{} + 0xd2511f53);
    const WideVector odd = multiply_low(words[2], WideVector{} + 0xcd9e8d57);
    words[0] = (odd >> 32) ^ words[1] ^ (WideVector{} + key_0);
    words[1] = odd;
    words[2] = (even >> 32) ^ words[3] ^ (WideVector{} + key_1);
    words[3] = even;
  }
};

// The words of 64 columns of a row, the first of which is 64 · block.
// `twist` is xored into the third word of the counters.
RANVIER_INLINE void draw_block(const Draw& draw, int64_t row, int64_t block,
                               uint32_t twist, WordVector (&words)[kBlockVectors]) {
  constexpr int kParts = 16 / kLanes;
  const uint32_t third =
      (draw.stream << 16) ^ static_cast<uint32_t>(draw.step >> 32) ^ twist;
  const uint32_t fourth = static_cast<uint32_t>(draw.step);
  for (int part = 0; part < kParts; ++part) {
    const uint32_t first = static_cast<uint32_t>(block * 16 + part * kLanes);
    const auto counters = reinterpret_cast<WideVector>(
        reinterpret_cast<WordVector>(lane_numbers()) + first);
    Philox even{{counters, WideVector{} + static_cast<uint32_t>(row),
                 WideVector{} + third, WideVector{} + fourth}};
    Philox odd = even;
    odd.words[0] = counters >> 32;
    uint32_t key_0 = static_cast<uint32_t>(draw.seed);
    uint32_t key_1 = static_cast<uint32_t>(draw.seed >> 32);
#pragma GCC unroll 10
    for (int round = 0; round < 10; ++round) {
      even.round(key_0, key_1);
      odd.round(key_0, key_1);
      key_0 += 0x9e3779b9;
      key_1 += 0xbb67ae85;
    }
    for (int word = 0; word < 4; ++word) {
      const WideVector both = (even.words[word] & 0xffffffff) | (odd.words[word] << 32);
      words[word * kParts + part] = reinterpret_cast<WordVector>(both);
    }
  }
}

inline void draw_words(const Draw& draw, int64_t row, Range columns, uint32_t* out) {
  for (int64_t first = columns.begin; first < columns.end; first += kBlockColumns) {
    WordVector words[kBlockVectors];
    draw_block(draw, row, first / kBlockColumns, 0, words);
    const int64_t left = columns.end - first;
    const int64_t count = left < kBlockColumns ? left : kBlockColumns;
    __builtin_memcpy(out + first - columns.begin, words, count * sizeof(uint32_t));
  }
}

// Calls use(at, vector) for the vectors of each block of 64 columns of a row.
template <typename Use>
RANVIER_INLINE void for_each_vector(int64_t first, int64_t width, Use use) {
  for (int vector = 0; vector < kBlockVectors; ++vector) {
    const int64_t at = first + vector * kLanes;
    if (at >= width) break;
    use(at, vector);
  }
}

// A dropped value becomes -0, a kept zero +0: the outputs tell the backward pass.
inline void dropout_forward(const Draw& draw, double rate, const Matrix& x,
                            const Matrix& out, Range rows) {
  const auto threshold = static_cast<uint32_t>(rate * 4294967296.0);
  const auto share = static_cast<float>(1.0 / (1.0 - rate));
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const float* from = x.data + row * x.stride;
    float* to = out.data + row * out.stride;
    for (int64_t first = 0; first < x.width; first += kBlockColumns) {
      WordVector words[kBlockVectors];
      draw_block(draw, row, first / kBlockColumns, 0, words);
      for_each_vector(first, x.width, [&](int64_t at, int vector) {
        const auto is_kept = reinterpret_cast<IntVector>(words[vector] >= threshold);
        const Vector kept = load(from + at) * share + 0.0f;
        store(to + at, select(is_kept, kept, broadcast(-0.0f)));
      });
    }
  }
}

inline void dropout_grad_x(double rate, const Matrix& grad, const float* y,
                           const Bend& bend, const float* x, const float* slopes,
                           const Matrix& grad_x, Range rows) {
  const auto share = static_cast<float>(1.0 / (1.0 - rate));
  const IntVector dropped = bits(broadcast(-0.0f));
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const int64_t begin = row * grad.stride;
    for (int64_t at = begin; at < begin + grad.width; at += kLanes) {
      const Vector g = load(grad.data + at) * share;
      store(grad_x.data + at, select(bits(load(y + at)) == dropped, Vector{}, g));
    }
    derive_block(bend, x + begin, slopes == nullptr ? nullptr : slopes + begin,
                 grad_x.data + begin, grad_x.stride, 1, tiles(grad.width, kLanes));
  }
}

// ln((word + 1) / 2^32), relative error below 5e-7: near 1 by the distance from it.
RANVIER_INLINE Vector log_of_word(WordVector word) {
  constexpr float kScale = 1.0f / 4294967296.0f;
  const IntVector is_near = reinterpret_cast<IntVector>(word >= 0xc0000000u);
  const Vector from_0 = __builtin_convertvector(word, Vector) * kScale + kScale;
  const Vector from_1 = __builtin_convertvector(~word, Vector) * kScale;
  return select(is_near, log_1_plus(select(is_near, -from_1, Vector{})), log(from_0));
}

// cos(2π · word / 2^32), absolute error below 3e-7: the sine of the distance from a
// quarter turn, which is exact in integers, by its Taylor series.
RANVIER_INLINE Vector cos_of_word(WordVector word) {
  const WordVector minus =
      reinterpret_cast<WordVector>(reinterpret_cast<IntVector>(word) < 0);
  const WordVector turn = (word ^ minus) - minus;
  const auto from_quarter = reinterpret_cast<IntVector>(0x40000000u - turn);
  const Vector y = __builtin_convertvector(from_quarter, Vector) * 1.46291808e-9f;
  const Vector z = y * y;
  Vector p = broadcast(-2.5052108e-8f);
  p = fma(p, z, 2.7557319e-6f);
  p = fma(p, z, -1.9841270e-4f);
  p = fma(p, z, 8.3333333e-3f);
  p = fma(p, z, -1.6666667e-1f);
  return fma(p * z, y, y);
}

// Box and Muller 1958.
inline void add_noise(const Draw& draw, float deviation, const Matrix& x,
                      const Matrix& out, Range rows) {
  constexpr uint32_t kSecond = 0x80000000u;
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const float* from = x.data + row * x.stride;
    float* to = out.data + row * out.stride;
    for (int64_t first = 0; first < x.width; first += kBlockColumns) {
      WordVector words[kBlockVectors];
      WordVector turns[kBlockVectors];
      draw_block(draw, row, first / kBlockColumns, 0, words);
      draw_block(draw, row, first / kBlockColumns, kSecond, turns);
      for_each_vector(first, x.width, [&](int64_t at, int vector) {
        const Vector radius = square_root(log_of_word(words[vector]) * -2.0f);
        const Vector normal = radius * cos_of_word(turns[vector]);
        store(to + at, fma(normal, deviation, load(from + at)));
      });
    }
  }
}
