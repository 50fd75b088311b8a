from collections.abc import Sequence
import enum
from typing import Annotated

import numpy
from numpy.typing import NDArray


class Activation(enum.Enum):
    identity = 0

    sigmoid = 1

    tanh = 2

    relu = 3

    leaky_relu = 4

    elu = 5

    selu = 6

    gelu = 7

    silu = 8

    mish = 9

    softplus = 10

    hard_sigmoid = 11

    softmax = 12

class Loss(enum.Enum):
    mse = 0

    mae = 1

    huber = 2

    log_cosh = 3

    cross_entropy = 4

    binary_cross_entropy = 5

    focal = 6

    hinge = 7

    poisson = 8

    quantile = 9

class Optimizer(enum.Enum):
    sgd = 1

    momentum = 2

    nag = 3

    adagrad = 4

    adadelta = 5

    rmsprop = 6

    adam = 7

    adamw = 8

    nadamw = 9

    amsgrad = 10

    lion = 11

    schedule_free = 12

class Slot(enum.Enum):
    values = 0

    gradient = 1

    first = 2

    second = 3

    third = 4

    raw = 5

class Bend:
    def __init__(self, activation: Activation, slope: float) -> None: ...

class DenseSpec:
    def __init__(self, *, units: int, bend: Bend, bias: bool) -> None: ...

class ConvolutionSpec:
    def __init__(self, *, height: int, width: int, channels: int, filters: int, kernel_height: int, kernel_width: int, stride_height: int, stride_width: int, dilation_height: int, dilation_width: int, pad_top: int, pad_left: int, out_height: int, out_width: int, groups: int, bend: Bend, bias: bool) -> None: ...

class PoolSpec:
    def __init__(self, *, height: int, width: int, channels: int, window_height: int, window_width: int, stride_height: int, stride_width: int, pad_top: int, pad_left: int, out_height: int, out_width: int, is_max: bool) -> None: ...

class BatchNormSpec:
    def __init__(self, *, channels: int, momentum: float, epsilon: float, bend: Bend) -> None: ...

class LayerNormSpec:
    def __init__(self, *, channels: int, epsilon: float, bend: Bend) -> None: ...

class EmbeddingSpec:
    def __init__(self, *, columns: Sequence[int], ids: Sequence[int], widths: Sequence[int]) -> None: ...

class DropoutSpec:
    def __init__(self, *, rate: float, stream: int) -> None: ...

class NoiseSpec:
    def __init__(self, *, deviation: float, stream: int) -> None: ...

class PreluSpec:
    def __init__(self, *, channels: int) -> None: ...

class AddSpec:
    def __init__(self, *, fork: int, bend: Bend) -> None: ...

class ForkSpec:
    def __init__(self) -> None: ...

class OptimizerSpec:
    def __init__(self, kind: Optimizer, decay: float = 0.0, decay_2: float = 0.0, epsilon: float = 0.0, weight_decay: float = 0.0, average: float = 0.0) -> None: ...

class MuonSpec:
    def __init__(self, *, layers: Sequence[int], momentum: float, weight_decay: float, matches_rms: bool, rate_share: float) -> None: ...

class LossSpec:
    def __init__(self, kind: Loss, parameter: float = 0.0) -> None: ...

class PenaltySpec:
    def __init__(self, l1: float = 0.0, l2: float = 0.0, max_norm: float = 0.0) -> None: ...

class ClipSpec:
    def __init__(self, value: float = 0.0, norm: float = 0.0, global_norm: float = 0.0) -> None: ...

class AugmentationSpec:
    def __init__(self) -> None: ...

    @property
    def height(self) -> int: ...

    @height.setter
    def height(self, arg: int, /) -> None: ...

    @property
    def width(self) -> int: ...

    @width.setter
    def width(self, arg: int, /) -> None: ...

    @property
    def channels(self) -> int: ...

    @channels.setter
    def channels(self, arg: int, /) -> None: ...

    @property
    def shift(self) -> float: ...

    @shift.setter
    def shift(self, arg: float, /) -> None: ...

    @property
    def rotate(self) -> float: ...

    @rotate.setter
    def rotate(self, arg: float, /) -> None: ...

    @property
    def scale(self) -> float: ...

    @scale.setter
    def scale(self, arg: float, /) -> None: ...

    @property
    def shear(self) -> float: ...

    @shear.setter
    def shear(self, arg: float, /) -> None: ...

    @property
    def elastic(self) -> float: ...

    @elastic.setter
    def elastic(self, arg: float, /) -> None: ...

    @property
    def flips_down(self) -> bool: ...

    @flips_down.setter
    def flips_down(self, arg: bool, /) -> None: ...

    @property
    def flips_right(self) -> bool: ...

    @flips_right.setter
    def flips_right(self, arg: bool, /) -> None: ...

    @property
    def crop(self) -> float: ...

    @crop.setter
    def crop(self, arg: float, /) -> None: ...

    @property
    def cutout(self) -> int: ...

    @cutout.setter
    def cutout(self, arg: int, /) -> None: ...

    @property
    def shares(self) -> list[float]: ...

    @shares.setter
    def shares(self, arg: Sequence[float], /) -> None: ...

class ProgramSpec:
    def __init__(self) -> None: ...

    @property
    def inputs(self) -> int: ...

    @inputs.setter
    def inputs(self, arg: int, /) -> None: ...

    @property
    def layers(self) -> list[DenseSpec | ConvolutionSpec | PoolSpec | BatchNormSpec | LayerNormSpec | EmbeddingSpec | DropoutSpec | NoiseSpec | PreluSpec | ForkSpec | AddSpec]: ...

    @layers.setter
    def layers(self, arg: Sequence[DenseSpec | ConvolutionSpec | PoolSpec | BatchNormSpec | LayerNormSpec | EmbeddingSpec | DropoutSpec | NoiseSpec | PreluSpec | ForkSpec | AddSpec], /) -> None: ...

    @property
    def owners(self) -> list[int]: ...

    @owners.setter
    def owners(self, arg: Sequence[int], /) -> None: ...

    @property
    def loss(self) -> LossSpec: ...

    @loss.setter
    def loss(self, arg: LossSpec, /) -> None: ...

    @property
    def penalty(self) -> PenaltySpec: ...

    @penalty.setter
    def penalty(self, arg: PenaltySpec, /) -> None: ...

    @property
    def clip(self) -> ClipSpec: ...

    @clip.setter
    def clip(self, arg: ClipSpec, /) -> None: ...

    @property
    def optimizer(self) -> OptimizerSpec: ...

    @optimizer.setter
    def optimizer(self, arg: OptimizerSpec, /) -> None: ...

    @property
    def muon(self) -> MuonSpec: ...

    @muon.setter
    def muon(self, arg: MuonSpec, /) -> None: ...

    @property
    def batch_size(self) -> int: ...

    @batch_size.setter
    def batch_size(self, arg: int, /) -> None: ...

    @property
    def augmentation(self) -> AugmentationSpec | None: ...

    @augmentation.setter
    def augmentation(self, arg: AugmentationSpec | None, /) -> None: ...

    @property
    def seed(self) -> int: ...

    @seed.setter
    def seed(self, arg: int, /) -> None: ...

    @property
    def scale(self) -> list[float]: ...

    @scale.setter
    def scale(self, arg: Sequence[float], /) -> None: ...

    @property
    def shift(self) -> list[float]: ...

    @shift.setter
    def shift(self, arg: Sequence[float], /) -> None: ...

    @property
    def threads(self) -> int: ...

    @threads.setter
    def threads(self, arg: int, /) -> None: ...

    @property
    def target(self) -> str: ...

    @target.setter
    def target(self, arg: str, /) -> None: ...

class EpochResult:
    @property
    def loss(self) -> float: ...

    @property
    def accuracy(self) -> float: ...

    @property
    def gradient_norms(self) -> list[float]: ...

    @property
    def failed_step(self) -> int: ...

    @property
    def failed_owner(self) -> int: ...

class Evaluation:
    @property
    def loss(self) -> float: ...

    @property
    def accuracy(self) -> float: ...

class Program:
    def __init__(self, spec: ProgramSpec) -> None: ...

    def epoch(self, inputs: Annotated[NDArray, dict(order='C', device='cpu', writable=False)], targets: Annotated[NDArray, dict(order='C', device='cpu', writable=False)], weights: Annotated[NDArray[numpy.float32], dict(shape=(None,), order='C', device='cpu', writable=False)] | None, label_weights: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order='C', device='cpu', writable=False)] | None, rows: Annotated[NDArray[numpy.uint32], dict(shape=(None,), order='C', device='cpu', writable=False)], rates: Annotated[NDArray[numpy.float32], dict(shape=(None,), order='C', device='cpu', writable=False)], statistics_every: int) -> EpochResult: ...

    def evaluate(self, inputs: Annotated[NDArray, dict(order='C', device='cpu', writable=False)], targets: Annotated[NDArray, dict(order='C', device='cpu', writable=False)], weights: Annotated[NDArray[numpy.float32], dict(shape=(None,), order='C', device='cpu', writable=False)] | None, label_weights: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order='C', device='cpu', writable=False)] | None, rows: Annotated[NDArray[numpy.uint32], dict(shape=(None,), order='C', device='cpu', writable=False)]) -> Evaluation: ...

    def predict(self, inputs: Annotated[NDArray, dict(order='C', device='cpu', writable=False)]) -> Annotated[NDArray[numpy.float32], dict(shape=(None, None))]: ...

    def gradients(self, inputs: Annotated[NDArray, dict(order='C', device='cpu', writable=False)], targets: Annotated[NDArray, dict(order='C', device='cpu', writable=False)], weights: Annotated[NDArray[numpy.float32], dict(shape=(None,), order='C', device='cpu', writable=False)] | None, label_weights: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order='C', device='cpu', writable=False)] | None, rows: Annotated[NDArray[numpy.uint32], dict(shape=(None,), order='C', device='cpu', writable=False)]) -> None: ...

    def read(self, layer: int, name: str, slot: Slot) -> Annotated[NDArray[numpy.float32], dict(shape=(None, None))]: ...

    def write(self, layer: int, name: str, slot: Slot, values: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order='C', device='cpu', writable=False)]) -> None: ...

    @property
    def steps(self) -> int: ...

    @steps.setter
    def steps(self, arg: int, /) -> None: ...

    @property
    def largest_rate(self) -> float: ...

    @largest_rate.setter
    def largest_rate(self, arg: float, /) -> None: ...

    @property
    def mean_weight(self) -> float: ...

    @mean_weight.setter
    def mean_weight(self, arg: float, /) -> None: ...

    @property
    def capacity(self) -> int: ...

    @property
    def target(self) -> str: ...

def targets() -> list[str]: ...

def measure_peak(target: str, threads: int) -> float: ...
