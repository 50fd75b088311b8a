#include "program/layer.h"

#include <algorithm>

#include "program/image_layer.h"

namespace ranvier {

void ask(Arena& arena, Parameter& parameter, int slots) {
  Learnt& learnt = parameter.learnt;
  arena.ask(&learnt.values, parameter.count);
  if (!parameter.is_learnt) return;
  arena.ask(&learnt.gradient, parameter.count);
  if (slots > 0) arena.ask(&learnt.slot_1, parameter.count);
  if (slots > 1) arena.ask(&learnt.slot_2, parameter.count);
  if (slots > 2) arena.ask(&learnt.slot_3, parameter.count);
}

void ask(Arena& arena, Signal& signal, int64_t capacity) {
  arena.ask(&signal.values, capacity * signal.stride);
  constexpr int64_t kOver = 16;  // vectors may read so far over the last row's end
  const int64_t rows = signal.is_passing ? blocks_of(capacity) : capacity;
  arena.ask(&signal.grad, rows * signal.stride + kOver);
  if (needs_slopes(signal.bend.activation)) {
    arena.ask(&signal.slopes, capacity * signal.stride);
  }
}

void copy_rows(const Matrix& from, const Matrix& to, Range rows) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    std::copy_n(from.data + row * from.stride, from.width, to.data + row * to.stride);
  }
}

Signal signal_of(int64_t width, const Bend& bend) {
  Signal signal;
  signal.width = width;
  signal.stride = row_stride(width);
  signal.bend = bend;
  return signal;
}

int64_t row_stride(int64_t width) {
  constexpr int64_t kLine = 16;
  const int64_t lines = tiles(width, kLine);
  return (lines > 4 && lines % 2 == 0 ? lines + 1 : lines) * kLine;
}

}  // namespace ranvier
