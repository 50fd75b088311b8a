// contracts: what every kernel takes, its layouts, and the table of one target.
//
// A matrix of activations is row-major with a stride that is a multiple of 16 floats;
// columns from its width up to the next multiple of the target's lanes are padding:
// readable, and zero in gradients. Rows of padding do not exist.
//
// Weights (K × M) lie in panels: the columns are cut into panels of two vectors (the
// last may be one vector); panel p starts at float K · 2 · lanes · p and holds K rows
// of its width. Padded columns of weights, gradients and optimizer state stay zero.
//
// Work is counted in units, one register tile of output each; a caller gives each
// thread a range of units. Sums are split, if at all, at places that the batch alone
// says, so that the ranges do not change a bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>

#include "kernels/images.h"
#include "kernels/pictures.h"
#include "kernels/update.h"

namespace ranvier {

enum class Activation {
  kIdentity,
  kSigmoid,
  kTanh,
  kRelu,
  kLeakyRelu,
  kElu,
  kSelu,
  kGelu,
  kSilu,
  kMish,
  kSoftplus,
  kHardSigmoid,
  kSoftmax
};
enum class Loss {
  kMse,
  kMae,
  kHuber,
  kLogCosh,
  kCrossEntropy,
  kBinaryCrossEntropy,
  kFocal,
  kHinge,
  kPoisson,
  kQuantile
};

// Whether the loss takes logits, and does the output's activation itself.
constexpr bool is_fused(Loss loss) {
  return loss == Loss::kCrossEntropy || loss == Loss::kFocal ||
         loss == Loss::kBinaryCrossEntropy;
}

// Whether the forward pass must keep f'(z), because y = f(z) does not tell it.
constexpr bool needs_slopes(Activation activation) {
  return activation == Activation::kGelu || activation == Activation::kSilu ||
         activation == Activation::kMish || activation == Activation::kSoftplus;
}

// An activation and the slope of leaky_relu below zero.
struct Bend {
  Activation activation;
  float slope;
};

// Half-open range of units.
struct Range {
  int64_t begin;
  int64_t end;
};

// Row-major (rows × width) floats.
struct Matrix {
  float* data;
  int64_t rows;
  int64_t width;
  int64_t stride;
};

// Rows of inputs without the columns that are zero in all of them: column j of `kept`
// is column index[j] of `width` columns. Without an index all columns are kept.
struct Sparse {
  Matrix kept;
  const int32_t* index;
  int64_t width;
};

struct Decoding {
  const float* scale;  // (K)
  const float* shift;  // (K)
};

// Rows of a whole data set; exactly one of `bytes` and `floats` is set.
struct Inputs {
  const uint8_t* bytes;
  const float* floats;
  int64_t width;
};

// Exactly one of `classes` (N) and `values` (N × M) is set.
struct Targets {
  const int32_t* classes;
  const float* values;
};

// Where the words of one layer in one step are drawn; see randomness.h.
struct Draw {
  uint64_t seed;
  uint64_t step;    // taken before this one
  uint32_t stream;  // the layer's number
};

// Batch normalization of rows of positions of `channels` values each. The pattern is
// what repeats in a row: after `period` floats, vectors meet the same channels again.
struct BatchNorm {
  int64_t channels;
  int64_t period;      // see period_of
  int64_t block_rows;  // rows that are summed up together
  float epsilon;
  const float* scale;  // (channels)
  const float* shift;
  float* mean;
  float* variance;
  float* means;    // (period): the means of the pattern's channels
  float* factors;  // scale / sqrt(variance + epsilon)
  float* shifts;
  float* mean_grads;     // mean gradient of a channel
  float* mean_products;  // mean of gradient · (x - mean), over variance + epsilon
  float* partials;       // (blocks × 3 · period), each in whole vectors, and one more
};

// Layer normalization of rows of positions of `channels` values each.
struct LayerNorm {
  int64_t channels;
  int64_t block_rows;  // rows whose gradients of scale and shift are summed together
  float epsilon;
  const float* scale;  // (channels), padded to whole vectors
  const float* shift;
  float* moments;   // (rows × positions × 2): mean, 1 / sqrt(variance + epsilon)
  float* partials;  // (blocks × 2 · channels, padded)
};

// The ids of a batch, each once, and for each the rows that hold it.
struct Touched {
  const int32_t* place;  // (ids): where an id stands in `ids`, if it does
  const int32_t* ids;    // (count)
  const int32_t* first;  // (count): the first row with this id
  const int32_t* next;   // (rows): the next row with the same id, or -1
  int64_t count;
};

// What the loss of a batch reads and writes, a row of output each.
struct LossBatch {
  Matrix output;        // logits where softmax or sigmoid is fused, else activations
  Bend bend;            // whose derivative goes into grad (not fused losses)
  const float* slopes;  // as output, where the activation needs them
  Targets targets;
  const float* weights;  // (N); null: all one
  const uint32_t* rows;  // the batch's rows in `targets` and `weights`
  float parameter;       // delta, smoothing, gamma or quantile
  float scale;           // 1 / the sum of the batch's weights
  float* grad;           // as output; null: none wanted
  float* row_loss;       // (rows), times the row's weight
  uint8_t* row_correct;  // (rows), 1 where the class is right
  // (rows): how much of its own target a row has, the rest is that of the row as far
  // from the end as it is from the start. Null: all of it.
  const float* shares = nullptr;
  // (2, columns): what no weighs in each label, then yes; binary cross-entropy alone
  // reads them. Null: all one.
  const float* label_weights = nullptr;
};

// Convolution of one image. `scratch` has convolution_scratch floats that were zero at
// first and that nobody else writes to. Weights and sums lie in panels, each group's
// behind the last; those of depthwise kernels, which take them as they are instead of
// transposed, are (taps × channels rounded up to vectors), and those of winograd are
// panels (channels × filters) for each point.
struct ConvolutionKernels {
  // out = x ∗ weight + bias, without activation; bias may be null.
  void (*forward)(const Convolution& convolution, const float* x, const float* weights,
                  const float* bias, float* out, float* scratch);

  // grad_x, given each group's transposed weights.
  void (*grad_x)(const Convolution& convolution, const float* grad,
                 const float* transposed, float* grad_x, float* scratch);

  // sums, bias_sums += the gradients of weight and bias; bias_sums may be null. Up to a
  // vector behind grad is read.
  void (*grad_weight)(const Convolution& convolution, const float* x, const float* grad,
                      float* sums, float* bias_sums, float* scratch);
};

struct WinogradKernels : ConvolutionKernels {
  // Panels of weights to those of their 16 points, one behind the other.
  void (*prepare)(const Convolution& convolution, const float* panels, float* points,
                  Range channels);

  // Panels of the gradient from sums of `blocks`, which lie `stride` floats apart.
  void (*gather)(const Convolution& convolution, const float* sums, int64_t blocks,
                 int64_t stride, float* panels, Range channels);
};

// The kernels of one instruction set.
struct Kernels {
  const char* name;
  int64_t lanes;      // floats in a vector
  int64_t tile_rows;  // rows of a register tile

  // out row i = raw row rows[i] · scale + shift, for i in range; prefetches `next`.
  void (*decode)(const Inputs& inputs, const Decoding& decoding, const uint32_t* rows,
                 const uint32_t* next, int64_t next_count, const Matrix& out,
                 Range range);

  // Finds the columns that are not zero in all of the chosen rows: their numbers go to
  // `index` (K), a bit for each column to `bits` (K / 16, rounded up). Returns how many
  // there are; at least one counts.
  int64_t (*find_columns)(const Inputs& inputs, const uint32_t* rows, int64_t count,
                          int32_t* index, uint16_t* bits);

  // As decode, keeping the found columns alone; shift is zero.
  void (*decode_columns)(const Inputs& inputs, const Decoding& decoding,
                         const uint32_t* rows, const uint32_t* next, int64_t next_count,
                         const int32_t* index, const uint16_t* bits, const Matrix& out,
                         Range range);

  // out (K) = the picture of raw row `row`, warped, · scale + shift, read bilinearly
  // between pixels; outside is raw 0. Scale, shift are readable for 15 floats beyond.
  // The border of tile (pictures.tile_size()) is zero and stays so.
  void (*decode_picture)(const Inputs& inputs, uint32_t row, const Pictures& pictures,
                         const Warp& warp, const Decoding& decoding, float* tile,
                         float* out);

  // row_1 = share_1 · row_1 + (1 - share_1) · row_2, and row_2 in the same way, both
  // read before they are written; `count` is rounded up to whole vectors.
  void (*mix_rows)(float share_1, float share_2, float* row_1, float* row_2,
                   int64_t count);

  // out = activation(x · panels + bias); x (rows × K), out (rows × M). Softmax is
  // left to `softmax`; slopes, unless null, take f'(z) as out does f(z). Units: tiles
  // of (panel, tile_rows rows), panel by panel.
  void (*dense_forward)(const Sparse& x, const float* panels, const float* bias,
                        const Bend& bend, const Matrix& out, float* slopes,
                        Range units);

  // grad_x = (grad · panelsᵀ) · f'(z), where x = f(z), given the slopes that the
  // activation needs and the panels of the transposed weights. Units as in
  // dense_forward.
  void (*dense_grad_x)(const Matrix& grad, const float* transposed_panels,
                       const Bend& bend, const float* x, const float* slopes,
                       const Matrix& grad_x, Range units);

  // Gradient of weights (K × M) and bias, handed to the update in registers.
  // Units: tiles of (panel, tile_rows kept columns of x), panel by panel; a tile also
  // updates the weights of the columns left out before the next tile's first one.
  void (*dense_grad_weight)(const Sparse& x, const Matrix& grad, const Update& update,
                            const Learnt& weight, const Learnt& bias, Range units);

  // Panels of (K × M) to panels of (M × K). Units: panels of the result.
  void (*transpose)(const float* panels, int64_t rows, int64_t width, float* out,
                    Range units);

  // values, slots, average ← update(gradient), elementwise.
  void (*apply)(const Update& update, const Learnt& learnt, int64_t count);

  // average += share · (values - average), and values += factor · lead.
  void (*blend)(float share, const float* values, float* average, int64_t count);
  void (*lean)(float factor, const float* lead, float* values, int64_t count);

  // out ← f(out) and grad ← grad · f'(z), given y = f(z), for whole rows; slopes as in
  // dense_forward, with the stride of out and grad; y has that of grad.
  void (*activate)(const Bend& bend, const Matrix& out, float* slopes, Range rows);
  void (*derive)(const Bend& bend, const float* y, const float* slopes,
                 const Matrix& grad, Range rows);

  // out = a + b, elementwise, up to whole vectors.
  void (*add)(const float* a, const float* b, float* out, int64_t count);

  // Learnt slopes below zero, one for each column of a row. grad_slopes sums over the
  // rows; its units are vectors of columns.
  void (*prelu_forward)(const Matrix& x, const float* slopes, const Matrix& out,
                        Range rows);
  void (*prelu_grad_x)(const Matrix& x, const float* slopes, const Matrix& grad,
                       const Matrix& grad_x, Range rows);
  void (*prelu_grad_slopes)(const Matrix& x, const Matrix& grad, float* grad_slopes,
                            Range units);

  ConvolutionKernels convolution;
  ConvolutionKernels paired;     // for is_paired(lanes)
  ConvolutionKernels depthwise;  // for is_depthwise()
  WinogradKernels winograd;      // for is_winograd()

  // out = the sum of `count` arrays that lie `stride` floats apart, in their order, for
  // the floats of the range: whole vectors.
  void (*add_up)(const float* arrays, int64_t count, int64_t stride, float* out,
                 Range range);

  // One image. `winners`, as out, takes the place in x of each window's largest value,
  // the first where there are several, which gets the window's whole gradient.
  void (*max_pool_forward)(const Pool& pool, const float* x, float* out,
                           int32_t* winners);
  void (*max_pool_grad_x)(const Pool& pool, const float* grad, const int32_t* winners,
                          float* grad_x);
  void (*average_pool_forward)(const Pool& pool, const float* x, float* out);
  void (*average_pool_grad_x)(const Pool& pool, const float* grad, float* grad_x);

  // Rows of logits to rows of probabilities, in place; and the gradient through them.
  void (*softmax)(const Matrix& values, Range rows);
  void (*softmax_grad)(const Matrix& values, float* grad, Range rows);
  void (*sigmoid)(const Matrix& values, Range rows);

  // Loss, its gradient (already divided by the batch's rows), and hits.
  void (*loss)(Loss loss, const LossBatch& batch, Range rows);

  // gradient ← gradient + l1 · sign(w) + l2 · w, then into [-limit, limit].
  void (*penalize)(float l1, float l2, float limit, const float* values,
                   float* gradient, int64_t count);
  void (*scale)(float factor, float* values, int64_t count);

  // Scales each column of panels (rows × width) down to a norm of `most`.
  void (*limit_columns)(float most, float* panels, int64_t rows, int64_t width,
                        Range units);

  double (*sum_of_squares)(const float* values, int64_t count);

  // out = the words of the columns of a row; columns.begin is a multiple of 64.
  void (*draw_words)(const Draw& draw, int64_t row, Range columns, uint32_t* out);

  // out = x / (1 - rate) where a column's word is at least floor(rate · 2^32), else -0;
  // 0 <= rate < 1. A kept zero is +0. out may be x.
  void (*dropout_forward)(const Draw& draw, double rate, const Matrix& x,
                          const Matrix& out, Range rows);

  // grad_x = grad / (1 - rate) · f'(z) where the output y is not -0, else 0; x = f(z).
  // All have one stride.
  void (*dropout_grad_x)(double rate, const Matrix& grad, const float* y,
                         const Bend& bend, const float* x, const float* slopes,
                         const Matrix& grad_x, Range rows);

  // out = x + deviation · normal numbers, these with an absolute error below 3e-6.
  void (*add_noise)(const Draw& draw, float deviation, const Matrix& x,
                    const Matrix& out, Range rows);

  // Sums of blocks of rows for the moments; the weights are those of the rows, or null.
  void (*batch_norm_moments)(const BatchNorm& norm, const Matrix& x,
                             const float* weights, Range blocks);

  // From the sums of all blocks the mean and the variance, divided by `count`, the
  // weights' sum times the positions. Units of this and of the next: vectors of
  // channels.
  void (*batch_norm_statistics)(const BatchNorm& norm, const Matrix& x,
                                const float* weights, double count, Range vectors);

  // Means, factors and shifts of the pattern, from mean and variance.
  void (*batch_norm_prepare)(const BatchNorm& norm, Range vectors);

  // out = f((x - means) · factors + shifts); slopes take f' where it needs z.
  void (*batch_norm_forward)(const BatchNorm& norm, const Matrix& x, const Bend& bend,
                             const Matrix& out, float* slopes, Range rows);

  // Sums of blocks of rows for the gradients.
  void (*batch_norm_sums)(const BatchNorm& norm, const Matrix& x, const Matrix& grad,
                          Range blocks);

  // From those of all blocks the gradients of scale and shift, and what grad_x needs.
  void (*batch_norm_gradients)(const BatchNorm& norm, const Matrix& x, double count,
                               float* grad_scale, float* grad_shift, Range vectors);

  // grad_x through the statistics too, times f'(z) of the input, where x = f(z).
  void (*batch_norm_grad_x)(const BatchNorm& norm, const Matrix& x, const Matrix& grad,
                            const float* weights, const Bend& bend, const float* slopes,
                            const Matrix& grad_x, Range rows);

  // out = f of the normalized positions, whose moments are kept.
  void (*layer_norm_forward)(const LayerNorm& norm, const Matrix& x, const Bend& bend,
                             const Matrix& out, float* slopes, Range rows);

  // grad_x, unless its data are null, times f'(z) of the input, where x = f(z); and the
  // partial sums of blocks of rows for the gradients of scale and shift.
  void (*layer_norm_backward)(const LayerNorm& norm, const Matrix& x,
                              const Matrix& grad, const Bend& bend, const float* slopes,
                              const Matrix& grad_x, Range blocks);

  // From those of all blocks the gradients. Units: vectors of channels.
  void (*layer_norm_gradients)(const LayerNorm& norm, int64_t blocks, float* grad_scale,
                               float* grad_shift, Range vectors);

  // out row i = table row ids[i]; out may begin anywhere in its rows.
  void (*embed)(const Matrix& table, const int32_t* ids, const Matrix& out, Range rows);

  // Updates a row-major table by the gradient of the rows of its embeddings. Units:
  // the touched ids where `leaves_alone` holds; else all ids.
  void (*update_table)(const Update& update, const Learnt& table,
                       const Touched& touched, const Matrix& grad, Range units);

  // A loop of nothing but multiply-adds; returns the operations done.
  // sink (2 · lanes) is read and written.
  double (*peak_flops)(int64_t repeats, float* sink);
};

inline int64_t round_up(int64_t count, int64_t multiple) {
  return (count + multiple - 1) / multiple * multiple;
}

inline int64_t tiles(int64_t count, int64_t size) { return (count + size - 1) / size; }

// The period of rows of `width` floats: the least common multiple of the channels and
// four vectors, or where that is long, whole positions in at least 16 vectors.
inline int64_t period_of(const Kernels& kernels, int64_t channels, int64_t width) {
  constexpr int64_t kLong = 1024;
  const int64_t whole = std::lcm(channels, 4 * kernels.lanes);
  const int64_t positions = channels * tiles(16 * kernels.lanes, channels);
  const int64_t period = whole <= kLong ? whole : positions;
  return period < width ? period : width;
}

// Number of units of a product with `rows` rows and `width` columns of output.
inline int64_t product_units(const Kernels& kernels, int64_t rows, int64_t width) {
  return tiles(rows, kernels.tile_rows) * tiles(width, 2 * kernels.lanes);
}

// Floats of a frame, with a vector behind it.
inline int64_t frame_room(const Convolution& c) {
  return round_up(c.frame_size() + 16, 16);
}

constexpr int kWinogradPoints = 16;
constexpr int64_t kWinogradStrip = 24;  // tiles at once: their points fit in the cache

// Floats from one point's matrix to the next, off each other's place in the cache.
inline int64_t winograd_step(int64_t stride) { return kWinogradStrip * stride + 16; }

// Floats of scratch of one worker: a frame, whose border stays zero, and patches, or
// the points of a strip's inputs and outputs and a frame of gradients.
inline int64_t convolution_scratch(const Kernels& kernels, const Convolution& c) {
  if (c.is_winograd()) {
    const int64_t inputs = winograd_step(round_up(c.channels, kernels.lanes));
    const int64_t outputs = winograd_step(round_up(c.filters, kernels.lanes));
    return 2 * frame_room(c) + kWinogradPoints * (inputs + outputs);
  }
  const int64_t patches = c.reach() * c.out_width * round_up(c.inputs(), kernels.lanes);
  return frame_room(c) + round_up(patches + 16, 16);
}

}  // namespace ranvier
