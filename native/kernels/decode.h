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

// Bit `lane` of the result is set where byte `lane` of 16 is not zero.
RANVIER_INLINE uint16_t nonzero_bits(const uint8_t* from, int64_t count) {
#if RANVIER_LANES == 16
  const __m128i bytes =
      _mm_maskz_loadu_epi8(static_cast<__mmask16>((1u << count) - 1u), from);
  return static_cast<uint16_t>(_mm_test_epi8_mask(bytes, bytes));
#else
  uint16_t found = 0;
  for (int64_t lane = 0; lane < count; ++lane) {
    found = static_cast<uint16_t>(found | (from[lane] != 0) << lane);
  }
  return found;
#endif
}

inline int64_t find_columns(const Inputs& inputs, const uint32_t* rows, int64_t count,
                            int32_t* index, uint16_t* bits) {
  constexpr int64_t kGroup = 16;
  constexpr int64_t kBlock = 1024;
  alignas(64) uint8_t seen[kBlock];
  int64_t found = 0;
  for (int64_t first = 0; first < inputs.width; first += kBlock) {
    const int64_t size = inputs.width - first < kBlock ? inputs.width - first : kBlock;
    __builtin_memset(seen, 0, kBlock);
    for (int64_t row = 0; row < count; ++row) {
      const uint8_t* from = inputs.bytes + rows[row] * inputs.width + first;
      for (int64_t at = 0; at < size; ++at) seen[at] |= from[at];
    }
    for (int64_t at = 0; at < size; at += kGroup) {
      uint32_t left = nonzero_bits(seen + at, kGroup);
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

RANVIER_INLINE void decode_kept(const uint8_t* raw, const Decoding& decoding,
                                const int32_t* index, const uint16_t* bits,
                                int64_t width, const Matrix& out, float* to) {
#if RANVIER_LANES == 16
  for (int64_t at = 0; at < width; at += kLanes) {
    const auto keep = static_cast<__mmask16>(bits[at / kLanes]);
    if (keep == 0) continue;
    const __m128i bytes = _mm_maskz_loadu_epi8(keep, raw + at);
    const __m512 value =
        _mm512_maskz_cvtepi32_ps(keep, _mm512_maskz_cvtepu8_epi32(keep, bytes));
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

inline void decode_columns(const Inputs& inputs, const Decoding& decoding,
                           const uint32_t* rows, const uint32_t* next,
                           int64_t next_count, const int32_t* index,
                           const uint16_t* bits, const Matrix& out, Range range) {
  const int64_t width = inputs.width;
  for (int64_t row = range.begin; row < range.end; ++row) {
    if (row < next_count) prefetch_row(inputs.bytes + next[row] * width, width);
    decode_kept(inputs.bytes + rows[row] * width, decoding, index, bits, width, out,
                out.data + row * out.stride);
  }
}
