// embedding: rows of tables, chosen by id, and the update of the rows that were.

inline void embed(const Matrix& table, const int32_t* ids, const Matrix& out,
                  Range rows) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const float* from = table.data + ids[row] * table.stride;
    float* to = out.data + row * out.stride;
    for_each_part(out.width, [&]<bool kIsWhole>(int64_t at) {
      store_part<kIsWhole>(to + at, load(from + at), out.width - at);
    });
  }
}

// The sum of the gradients of rows `first`, next[first], …, handed to the update.
template <Update::Kind kKind, int kVectors, bool kIsWhole>
RANVIER_INLINE void update_from_rows(const Update& update, const Learnt& table,
                                     const int32_t* next, int32_t first,
                                     const Matrix& grad, int64_t at) {
  Vector total[kVectors] = {};
  for (int32_t row = first; row >= 0; row = next[row]) {
    const float* from = grad.data + row * grad.stride;
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      const int64_t here = at + v * kLanes;
      total[v] += load_part<kIsWhole>(from + here, grad.width - here);
    }
  }
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) {
    update_vector<kKind>(update, table, at + v * kLanes, total[v]);
  }
}

template <Update::Kind kKind>
RANVIER_INLINE void update_touched(const Update& update, const Learnt& table,
                                   const int32_t* next, int32_t first,
                                   const Matrix& grad) {
  constexpr int kGroup = 4;
  int64_t at = 0;
  for (; at + kGroup * kLanes <= grad.width; at += kGroup * kLanes) {
    update_from_rows<kKind, kGroup, true>(update, table, next, first, grad, at);
  }
  for (; at + kLanes <= grad.width; at += kLanes) {
    update_from_rows<kKind, 1, true>(update, table, next, first, grad, at);
  }
  if (at < grad.width) {
    update_from_rows<kKind, 1, false>(update, table, next, first, grad, at);
  }
}

inline void update_table(const Update& update, const Learnt& table,
                         const Touched& touched, const Matrix& grad, Range units) {
  const int64_t stride = round_up(grad.width, kLanes);
  with_update(update.kind, [&]<Update::Kind kKind>() {
    if (leaves_alone(kKind, table)) {
      for (int64_t unit = units.begin; unit < units.end; ++unit) {
        update_touched<kKind>(update, table.from(touched.ids[unit] * stride),
                              touched.next, touched.first[unit], grad);
      }
      return;
    }
    for (int64_t id = units.begin; id < units.end; ++id) {
      const Learnt row = table.from(id * stride);
      const int32_t place = touched.place[id];
      if (place < touched.count && touched.ids[place] == id) {
        update_touched<kKind>(update, row, touched.next, touched.first[place], grad);
        continue;
      }
      for (int64_t at = 0; at < stride; at += kLanes) {
        update_vector<kKind>(update, row, at, Vector{});
      }
    }
  });
}
