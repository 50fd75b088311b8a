// product: the register tile that every matrix product is made of.

// acc[r][v] += sum over k of a(r, k) · b[k · b_stride + v · kLanes …], k ascending;
// with an index, row k of b is its row index[k].
// a(r, k) = a[r · a_stride + k] where kDown is false, a[r + k · a_stride] where true.
template <int kRows, int kVectors, bool kDown, bool kIndexed = false>
RANVIER_INLINE void multiply(const float* a, int64_t a_stride, const float* b,
                             int64_t b_stride, int64_t steps,
                             Vector (&acc)[kRows][kVectors],
                             const int32_t* index = nullptr) {
  const int64_t across = kDown ? 1 : a_stride;
  const int64_t along = kDown ? a_stride : 1;
  for (int64_t k = 0; k < steps; ++k) {
    const float* from = kIndexed ? b + index[k] * b_stride : b + k * b_stride;
    Vector row[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) row[v] = load(from + v * kLanes);
#pragma GCC unroll 32
    for (int r = 0; r < kRows; ++r) {
      const float x = a[r * across];
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) acc[r][v] = fma(row[v], x, acc[r][v]);
    }
    a += along;
  }
}

// Calls `use.template operator()<kRows>()` for 1 <= rows <= kTileRows.
template <int kRows = kTileRows, typename Use>
RANVIER_INLINE void with_rows(int64_t rows, Use use) {
  if (rows == kRows) {
    use.template operator()<kRows>();
  } else if constexpr (kRows > 1) {
    with_rows<kRows - 1>(rows, use);
  }
}

// One output tile: out[r][…] = start + a · b, where start is null for zero.
template <int kRows, int kVectors, bool kDown, bool kIndexed = false>
__attribute__((noinline)) void product_tile(const float* a, int64_t a_stride,
                                            const float* b, int64_t b_stride,
                                            int64_t steps, const float* start,
                                            float* out, int64_t out_stride,
                                            const int32_t* index = nullptr) {
  Vector acc[kRows][kVectors];
#pragma GCC unroll 32
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      acc[r][v] = start == nullptr ? Vector{} : load(start + v * kLanes);
    }
  }
  multiply<kRows, kVectors, kDown, kIndexed>(a, a_stride, b, b_stride, steps, acc,
                                             index);
#pragma GCC unroll 32
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      store(out + r * out_stride + v * kLanes, acc[r][v]);
    }
  }
}

// A tile's place: its panel, and its first row and number of rows.
struct Tile {
  int64_t panel;
  int64_t row;
  int64_t rows;
  int64_t column;
  int64_t vectors;
};

RANVIER_INLINE Tile tile_of(int64_t unit, int64_t rows, int64_t width) {
  const int64_t down = tiles(rows, kTileRows);
  Tile tile;
  tile.panel = unit / down;
  tile.row = unit % down * kTileRows;
  tile.rows = rows - tile.row < kTileRows ? rows - tile.row : kTileRows;
  tile.column = tile.panel * 2 * kLanes;
  tile.vectors = width - tile.column > kLanes ? 2 : 1;
  return tile;
}

// out = start + x · panels for the units' tiles; `finish(tile)` sees each hot tile.
template <bool kIndexed, typename Finish>
RANVIER_INLINE void product(const Sparse& x, const float* panels, const float* start,
                            const Matrix& out, Range units, Finish finish) {
  const Matrix& kept = x.kept;
  for (int64_t unit = units.begin; unit < units.end; ++unit) {
    const Tile tile = tile_of(unit, out.rows, out.width);
    const float* a = kept.data + tile.row * kept.stride;
    const float* b = panels + tile.column * x.width;
    const float* first = start == nullptr ? nullptr : start + tile.column;
    float* to = out.data + tile.row * out.stride + tile.column;
    with_rows(tile.rows, [&]<int kRows>() {
      if (tile.vectors == 2) {
        product_tile<kRows, 2, false, kIndexed>(
            a, kept.stride, b, 2 * kLanes, kept.width, first, to, out.stride, x.index);
      } else {
        product_tile<kRows, 1, false, kIndexed>(a, kept.stride, b, kLanes, kept.width,
                                                first, to, out.stride, x.index);
      }
    });
    finish(tile);
  }
}
