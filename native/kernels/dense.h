// dense: y = f(x · weight + bias), forward and backward.

inline void dense_forward(const Sparse& x, const float* panels, const float* bias,
                          const Bend& bend, const Matrix& out, float* slopes,
                          Range units) {
  const auto finish = [&](const Tile& tile) {
    const int64_t at = tile.row * out.stride + tile.column;
    activate_block(bend, out.data + at, slopes == nullptr ? nullptr : slopes + at,
                   out.stride, tile.rows, tile.vectors);
  };
  if (x.index == nullptr) {
    product<false>(x, panels, bias, out, units, finish);
  } else {
    product<true>(x, panels, bias, out, units, finish);
  }
}

inline void dense_grad_x(const Matrix& grad, const float* transposed_panels,
                         const Bend& bend, const float* x, const float* slopes,
                         const Matrix& grad_x, Range units) {
  const Sparse all{grad, nullptr, grad.width};
  product<false>(all, transposed_panels, nullptr, grad_x, units, [&](const Tile& tile) {
    const int64_t at = tile.row * grad_x.stride + tile.column;
    derive_block(bend, x + at, slopes == nullptr ? nullptr : slopes + at,
                 grad_x.data + at, grad_x.stride, tile.rows, tile.vectors);
  });
}

// Where the weights of each row of a tile begin. Read before anything is written, since
// a vector may be written over any object.
template <int kVectors>
struct Places {
  RANVIER_INLINE Places(const Sparse& x, const Tile& tile)
      : index(x.index == nullptr ? nullptr : x.index + tile.row),
        first(tile.column * x.width + (index == nullptr ? tile.row * kStep : 0)) {}

  RANVIER_INLINE int64_t operator[](int64_t r) const {
    return first + (index == nullptr ? r : index[r]) * kStep;
  }

  static constexpr int64_t kStep = kVectors * kLanes;
  const int32_t* const index;
  const int64_t first;
};

// A whole tile of weight gradient, handed to the update while it is in registers.
template <int kVectors, Update::Kind kKind>
__attribute__((noinline)) void update_tile(const Sparse& x, const Matrix& grad,
                                           const Update& update, const Learnt& weight,
                                           const Tile& tile) {
  Vector acc[kTileRows][kVectors] = {};
  multiply<kTileRows, kVectors, true>(x.kept.data + tile.row, x.kept.stride,
                                      grad.data + tile.column, grad.stride, grad.rows,
                                      acc);
  const Places<kVectors> places(x, tile);
  const Update by = update;
  const Learnt to = weight;
#pragma GCC unroll 32
  for (int r = 0; r < kTileRows; ++r) {
    const int64_t at = places[r];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      step_vector<kKind>(by, to, at + v * kLanes, acc[r][v]);
    }
  }
  if (kKind == Update::Kind::kStore || to.average == nullptr) return;
  for (int r = 0; r < kTileRows; ++r) {  // while the tile is near
    const int64_t at = places[r];
    for (int v = 0; v < kVectors; ++v) {
      average_vector<kKind>(by, to, at + v * kLanes);
    }
  }
}

// A tile of fewer rows: the gradient goes through a buffer.
template <int kVectors, Update::Kind kKind>
__attribute__((noinline)) void update_short_tile(const Sparse& x, const Matrix& grad,
                                                 const Update& update,
                                                 const Learnt& weight,
                                                 const Tile& tile) {
  alignas(64) float buffer[kTileRows * kVectors * kLanes];
  with_rows(tile.rows, [&]<int kRows>() {
    product_tile<kRows, kVectors, true>(x.kept.data + tile.row, x.kept.stride,
                                        grad.data + tile.column, grad.stride, grad.rows,
                                        nullptr, buffer, kVectors * kLanes);
  });
  const Places<kVectors> places(x, tile);
  for (int64_t r = 0; r < tile.rows; ++r) {
    const int64_t at = places[r];
    for (int64_t v = 0; v < kVectors; ++v) {
      const Vector g = load(buffer + (r * kVectors + v) * kLanes);
      update_vector<kKind>(update, weight, at + v * kLanes, g);
    }
  }
}

// Updates the weights of the columns of x that were left out: their gradient is zero.
template <int kVectors, Update::Kind kKind>
RANVIER_INLINE void update_left_out(const Sparse& x, const Update& update,
                                    const Learnt& weight, const Tile& tile) {
  const int64_t last = tile.row + tile.rows;
  int64_t kept = tile.row;
  int64_t column = kept == 0 ? 0 : x.index[kept];
  const int64_t end = last < x.kept.width ? x.index[last] : x.width;
  for (; column < end; ++column) {
    if (kept < last && column == x.index[kept]) {
      ++kept;
      continue;
    }
    const int64_t at = tile.column * x.width + column * kVectors * kLanes;
    for (int64_t v = 0; v < kVectors; ++v) {
      update_vector<kKind>(update, weight, at + v * kLanes, Vector{});
    }
  }
}

template <Update::Kind kKind>
RANVIER_INLINE void update_bias(const Matrix& grad, const Update& update,
                                const Learnt& bias, const Tile& tile) {
  for (int64_t v = 0; v < tile.vectors; ++v) {
    const int64_t column = tile.column + v * kLanes;
    Vector total{};
    for (int64_t row = 0; row < grad.rows; ++row) {
      total += load(grad.data + row * grad.stride + column);
    }
    update_vector<kKind>(update, bias, column, total);
  }
}

template <int kVectors, Update::Kind kKind>
RANVIER_INLINE void update_weights(const Sparse& x, const Matrix& grad,
                                   const Update& update, const Learnt& weight,
                                   const Tile& tile) {
  if (tile.rows == kTileRows) {
    update_tile<kVectors, kKind>(x, grad, update, weight, tile);
  } else {
    update_short_tile<kVectors, kKind>(x, grad, update, weight, tile);
  }
  if (x.index != nullptr && !leaves_alone(kKind, weight)) {
    update_left_out<kVectors, kKind>(x, update, weight, tile);
  }
}

inline void dense_grad_weight(const Sparse& x, const Matrix& grad, const Update& update,
                              const Learnt& weight, const Learnt& bias, Range units) {
  with_update(update.kind, [&]<Update::Kind kKind>() {
    for (int64_t unit = units.begin; unit < units.end; ++unit) {
      const Tile tile = tile_of(unit, x.kept.width, grad.width);
      if (tile.vectors == 2) {
        update_weights<2, kKind>(x, grad, update, weight, tile);
      } else {
        update_weights<1, kKind>(x, grad, update, weight, tile);
      }
      const bool has_bias = bias.values != nullptr;
      if (has_bias && tile.row == 0) update_bias<kKind>(grad, update, bias, tile);
    }
  });
}

template <int kSwap, size_t... kLane>
RANVIER_INLINE void swap_blocks(Vector& low, Vector& high,
                                std::index_sequence<kLane...>) {
  constexpr auto from_low = [](size_t lane) {
    return static_cast<int>((lane & kSwap) == 0 ? lane : kLanes + lane - kSwap);
  };
  constexpr auto from_high = [](size_t lane) {
    return static_cast<int>((lane & kSwap) == 0 ? lane + kSwap : kLanes + lane);
  };
  const Vector new_low = __builtin_shufflevector(low, high, from_low(kLane)...);
  high = __builtin_shufflevector(low, high, from_high(kLane)...);
  low = new_low;
}

// Transposes a square of kLanes vectors in registers, by swapping blocks of 1, 2, 4 ….
template <int kSwap = 1>
RANVIER_INLINE void transpose_square(Vector (&square)[kLanes]) {
  if constexpr (kSwap < kLanes) {
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) {
      if ((i & kSwap) == 0) {
        swap_blocks<kSwap>(square[i], square[i + kSwap],
                           std::make_index_sequence<kLanes>());
      }
    }
    transpose_square<2 * kSwap>(square);
  }
}

inline void transpose(const float* panels, int64_t rows, int64_t width, float* out,
                      Range units) {
  for (int64_t panel = units.begin; panel < units.end; ++panel) {
    const int64_t first = panel * 2 * kLanes;
    const int64_t vectors = rows - first > kLanes ? 2 : 1;
    for (int64_t v = 0; v < vectors; ++v) {
      const int64_t row = first + v * kLanes;
      for (int64_t column = 0; column < width; column += kLanes) {
        const int64_t source = column / (2 * kLanes) * 2 * kLanes;
        const int64_t wide = width - source > kLanes ? 2 : 1;
        const float* from = panels + source * rows + (column - source);
        Vector square[kLanes];
        for (int i = 0; i < kLanes; ++i) {
          square[i] =
              row + i < rows ? load(from + (row + i) * wide * kLanes) : Vector{};
        }
        transpose_square(square);
        float* to = out + first * width + v * kLanes;
        for (int i = 0; i < kLanes && column + i < width; ++i) {
          store(to + (column + i) * vectors * kLanes, square[i]);
        }
      }
    }
  }
}
