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
