"""lower: Network × Recipe → the description that the C++ core plans a program from."""

import math
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from ranvier.engine.augmentation import mixup_shares
from ranvier.engine.contract import Decode
from ranvier.engine.native import _native
from ranvier.engine.native.layers import Lowering
from ranvier.engine.parameters import hidden_matrices, learnt_parameters
from ranvier.network import Network
from ranvier.recipe import Clip, Loss, Muon, Penalty, Recipe

SLOTS = (_native.Slot.first, _native.Slot.second, _native.Slot.third)

STATES: dict[str, tuple[str, ...]] = {
    "sgd": (),
    "momentum": ("velocity",),
    "nag": ("velocity",),
    "adagrad": ("sum",),
    "adadelta": ("square", "delta"),
    "rmsprop": ("square",),
    "adam": ("mean", "square"),
    "adamw": ("mean", "square"),
    "nadamw": ("mean", "square"),
    "amsgrad": ("mean", "square", "largest"),
    "lion": ("mean",),
    "muon": ("mean", "square"),
    "schedule_free": ("lead", "square"),
}
"""What each optimizer keeps of each weight, in the order of the core's slots."""

SHARED = {"schedule.largest": "largest_rate", "schedule.weight": "mean_weight"}
"""What schedule_free keeps once for all weights, and its name in the core."""


class Lowered(NamedTuple):
    """Hold the core's description, and where it keeps each array by its full name.

    places: the number of a layer of the core, and the array's name in that layer.
    """

    spec: _native.ProgramSpec
    places: dict[str, tuple[int, str]]


def lower(network: Network, recipe: Recipe, decode: Decode, threads: int) -> Lowered:
    """Return the core's description of a network and a recipe."""
    layers = Lowering.of(network)
    spec = _native.ProgramSpec()
    spec.inputs = math.prod(network.input_shape or ())
    spec.layers = layers.specs
    spec.owners = layers.owners
    spec.loss = _loss(recipe.loss_for(network))
    plain = recipe.optimizer
    if isinstance(plain, Muon):
        spec.muon, plain = _muon(plain, network, layers), plain.adamw
    spec.optimizer = _optimizer(plain, recipe.average)
    spec.penalty = _penalty(recipe.penalty)
    spec.clip = _clip(recipe.clip)
    spec.augmentation = _augmentation(network, recipe)
    spec.batch_size = recipe.batch_size
    spec.seed = recipe.seed
    spec.scale = decode.scale.tolist()
    spec.shift = decode.shift.tolist()
    spec.threads = threads
    spec.target = os.environ.get("RANVIER_TARGET", "")
    return Lowered(spec, layers.places)


def kept(network: Network, recipe: Recipe) -> Iterator[tuple[str, str, _native.Slot]]:
    """Yield what is kept of each array: the array's name, that of a slot, the slot.

    Of a hidden matrix, Muon keeps the mean alone.
    """
    names = STATES[recipe.optimizer.type]
    hidden = hidden_matrices(network) if isinstance(recipe.optimizer, Muon) else []
    for one in learnt_parameters(network):
        own = names[:1] if one.name in hidden else names
        yield from ((one.name, *pair) for pair in zip(own, SLOTS, strict=False))
        if recipe.average is not None:
            yield one.name, "raw", _native.Slot.raw


def _loss(loss: Loss) -> _native.LossSpec:
    kind = getattr(_native.Loss, loss.type)
    option = _option(loss, "delta", "label_smoothing", "gamma", "quantile")
    return _native.LossSpec(kind, option)


def _optimizer(optimizer: Any, average: float | None) -> _native.OptimizerSpec:
    return _native.OptimizerSpec(
        getattr(_native.Optimizer, optimizer.type),
        decay=_option(optimizer, "momentum", "decay", "beta_1"),
        decay_2=_option(optimizer, "beta_2"),
        epsilon=_option(optimizer, "epsilon"),
        weight_decay=_option(optimizer, "weight_decay"),
        average=average or 0.0,
    )


def _muon(muon: Muon, network: Network, layers: Lowering) -> _native.MuonSpec:
    return _native.MuonSpec(
        layers=[layers.places[name][0] for name in hidden_matrices(network)],
        momentum=muon.momentum,
        weight_decay=muon.weight_decay,
        matches_rms=muon.scale == "match_rms_adamw",
        rate_share=muon.adamw_share,
    )


def _penalty(penalty: Penalty) -> _native.PenaltySpec:
    return _native.PenaltySpec(penalty.l1, penalty.l2, penalty.max_norm or 0.0)


def _clip(clip: Clip) -> _native.ClipSpec:
    return _native.ClipSpec(
        clip.value or 0.0, clip.norm or 0.0, clip.global_norm or 0.0
    )


def _augmentation(network: Network, recipe: Recipe) -> _native.AugmentationSpec | None:
    augmentation = recipe.augmentation_for(network)
    if augmentation is None:
        return None
    spec = _native.AugmentationSpec()
    picture = augmentation.picture(network.input_shape or ())
    spec.height, spec.width, spec.channels = picture
    for name in ("shift", "rotate", "scale", "shear", "elastic", "crop", "cutout"):
        setattr(spec, name, getattr(augmentation, name))
    spec.flips_down = augmentation.flip in ("vertical", "both")
    spec.flips_right = augmentation.flip in ("horizontal", "both")
    if augmentation.mixup:
        spec.shares = mixup_shares(augmentation.mixup).tolist()
    return spec


def _option(described: Any, *names: str) -> float:
    """Return the first of the named options that there is, or 0."""
    return next(
        (getattr(described, name) for name in names if name in vars(described)), 0.0
    )
