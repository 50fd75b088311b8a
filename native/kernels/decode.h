// decode: raw rows, wherever they lie, to rows of floats.

// A plain loop, which compilers widen better than vectors of bytes.
template <typename Raw>
RANVIER_INLINE void decode_row(const Raw* __restrict raw, const Decoding& decoding,
                               int64_t width, float* __restrict out) {
  const float* __restrict scale = decoding.scale;
  const float* __restrict shift = decoding.shift;
  for (int64_t at = 0; at < width; ++at) out[at] = raw[at] * scale[at] + shift[at];
}

template <typename Raw>
RANVIER_INLINE void prefetch_row(const Raw* row, int64_t width) {
  const char* from = reinterpret_cast<const char*>(row);
  for (int64_t at = 0; at < width * int64_t{sizeof(Raw)}; at += 64) {
    __builtin_prefetch(from + at, 0, 2);
  }
}

template <typename Raw>
RANVIER_INLINE void decode_rows(const Raw* raw, int64_t width, const Decoding& decoding,
                                const uint32_t* rows, const uint32_t* next,
                                int64_t next_count, const Matrix& out, Range range) {
  for (int64_t row = range.begin; row < range.end; ++row) {
    if (row < next_count) prefetch_row(raw + next[row] * width, width);
    decode_row(raw + rows[row] * width, decoding, width, out.data + row * out.stride);
  }
}

inline void decode(const Inputs& inputs, const Decoding& decoding, const uint32_t* rows,
                   const uint32_t* next, int64_t next_count, const Matrix& out,
                   Range range) {
  if (inputs.bytes != nullptr) {
    decode_rows(inputs.bytes, inputs.width, decoding, rows, next, next_count, out,
                range);
  } else {
    decode_rows(inputs.floats, inputs.width, decoding, rows, next, next_count, out,
                range);
  }
}

// seen |= what is zero where a value of the row is; of floats, whatever the sign of
// zero. Compilers spend more on the ends of these loops than on their middle, if they
// are left to widen them.
template <int64_t kBytes>
RANVIER_INLINE int64_t note_bytes(const uint8_t* row, int64_t at, int64_t size,
                                  uint8_t* seen) {
  typedef uint8_t Bytes __attribute__((vector_size(kBytes), aligned(1), may_alias));
  for (; at + kBytes <= size; at += kBytes) {
    *reinterpret_cast<Bytes*>(seen + at) |= *reinterpret_cast<const Bytes*>(row + at);
  }
  return at;
}

RANVIER_INLINE void note_row(const uint8_t* row, int64_t size, uint8_t* seen) {
  int64_t at = note_bytes<4 * kLanes>(row, 0, size, seen);
  at = note_bytes<16>(row, at, size, seen);
  for (; at < size; ++at) seen[at] = static_cast<uint8_t>(seen[at] | row[at]);
}

RANVIER_INLINE void note_row(const float* row, int64_t size, uint32_t* seen) {
  typedef uint32_t Words
      __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));
  int64_t at = 0;
  for (; at + kLanes <= size; at += kLanes) {
    *reinterpret_cast<Words*>(seen + at) |= *reinterpret_cast<const Words*>(row + at)
                                            << 1;
  }
  for (; at < size; ++at) seen[at] |= __builtin_bit_cast(uint32_t, row[at]) << 1;
}

// Bit `lane` of the result is set where value `lane` of 16 is not zero.
template <typename Bits>
RANVIER_INLINE uint16_t nonzero_bits(const Bits* from) {
#if RANVIER_LANES == 16
  if constexpr (sizeof(Bits) == 1) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return static_cast<uint16_t>(_mm_test_epi8_mask(bytes, bytes));
  } else {
    const __m512i words = _mm512_loadu_si512(from);
    return static_cast<uint16_t>(_mm512_test_epi32_mask(words, words));
  }
#else
  uint16_t found = 0;
  for (int64_t lane = 0; lane < 16; ++lane) {
    found = static_cast<uint16_t>(found | (from[lane] != 0) << lane);
  }
  return found;
#endif
}

template <typename Raw>
RANVIER_INLINE int64_t find_columns_of(const Raw* raw, int64_t width,
                                       const uint32_t* rows, int64_t count,
                                       int32_t* index, uint16_t* bits) {
  using Bits = std::conditional_t<sizeof(Raw) == 1, uint8_t, uint32_t>;
  constexpr int64_t kGroup = 16;
  constexpr int64_t kBlock = 1024;
  alignas(64) Bits seen[kBlock];
  int64_t found = 0;
  for (int64_t first = 0; first < width; first += kBlock) {
    const int64_t size = width - first < kBlock ? width - first : kBlock;
    __builtin_memset(seen, 0, sizeof seen);
    for (int64_t row = 0; row < count; ++row) {
      note_row(raw + rows[row] * width + first, size, seen);
    }
    for (int64_t at = 0; at < size; at += kGroup) {
      uint32_t left = nonzero_bits(seen + at);
      bits[(first + at) / kGroup] = static_cast<uint16_t>(left);
      for (; left != 0; left &= left - 1) {
        index[found++] = static_cast<int32_t>(first + at + __builtin_ctz(left));
      }
    }
  }
  if (found == 0) {
    index[found++] = 0;
    bits[0] = 1;
  }
  return found;
}

inline int64_t find_columns(const Inputs& inputs, const uint32_t* rows, int64_t count,
                            int32_t* index, uint16_t* bits) {
  if (inputs.bytes != nullptr) {
    return find_columns_of(inputs.bytes, inputs.width, rows, count, index, bits);
  }
  return find_columns_of(inputs.floats, inputs.width, rows, count, index, bits);
}

#if RANVIER_LANES == 16
RANVIER_INLINE __m512 kept_values(const uint8_t* from, __mmask16 keep) {
  const __m128i bytes = _mm_maskz_loadu_epi8(keep, from);
  return _mm512_maskz_cvtepi32_ps(keep, _mm512_maskz_cvtepu8_epi32(keep, bytes));
}
RANVIER_INLINE __m512 kept_values(const float* from, __mmask16 keep) {
  return _mm512_maskz_loadu_ps(keep, from);
}
#endif

template <typename Raw>
RANVIER_INLINE void decode_kept(const Raw* raw, const Decoding& decoding,
                                const int32_t* index, const uint16_t* bits,
                                int64_t width, const Matrix& out, float* to) {
#if RANVIER_LANES == 16
  for (int64_t at = 0; at < width; at += kLanes) {
    const auto keep = static_cast<__mmask16>(bits[at / kLanes]);
    if (keep == 0) continue;
    const __m512 value = kept_values(raw + at, keep);
    const __m512 scale = _mm512_maskz_loadu_ps(keep, decoding.scale + at);
    _mm512_storeu_ps(to, _mm512_maskz_compress_ps(keep, _mm512_mul_ps(value, scale)));
    to += __builtin_popcount(keep);
  }
  (void)index, (void)out;
#else
  for (int64_t j = 0; j < out.width; ++j)
    to[j] = raw[index[j]] * decoding.scale[index[j]];
  (void)bits, (void)width;
#endif
}

template <typename Raw>
RANVIER_INLINE void decode_kept_rows(const Raw* raw, int64_t width,
                                     const Decoding& decoding, const uint32_t* rows,
                                     const uint32_t* next, int64_t next_count,
                                     const int32_t* index, const uint16_t* bits,
                                     const Matrix& out, Range range) {
  for (int64_t row = range.begin; row < range.end; ++row) {
    if (row < next_count) prefetch_row(raw + next[row] * width, width);
    decode_kept(raw + rows[row] * width, decoding, index, bits, width, out,
                out.data + row * out.stride);
  }
}

inline void decode_columns(const Inputs& inputs, const Decoding& decoding,
                           const uint32_t* rows, const uint32_t* next,
                           int64_t next_count, const int32_t* index,
                           const uint16_t* bits, const Matrix& out, Range range) {
  if (inputs.bytes != nullptr) {
    decode_kept_rows(inputs.bytes, inputs.width, decoding, rows, next, next_count,
                     index, bits, out, range);
  } else {
    decode_kept_rows(inputs.floats, inputs.width, decoding, rows, next, next_count,
                     index, bits, out, range);
  }
}
