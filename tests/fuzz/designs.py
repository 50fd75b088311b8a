"""designs: any network, recipe and data that somebody could write down.

Layers, losses, optimizers and what else has a registry are drawn from it, with options
by the names of their fields: a new entry is drawn without a list to keep, and a new
name of a field fails `test_every_option_is_drawn`.
"""

import json
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, Self

from hypothesis import strategies as st

from ranvier.network import ACTIVATIONS, INITIALIZERS, LAYERS
from ranvier.recipe import LOSSES, OPTIMIZERS
from ranvier.registry import Registry

Options = dict[str, Any]
Drawn = st.SearchStrategy[Any]


@dataclass(frozen=True)
class Case:
    """Hold a design as plain values, and of which kind its data are.

    seed: of the data. `pixels` are bytes, `values` are targets in float32, `weighted`
    rows have weights of 0 to 2, `spoilt` inputs are here and there no numbers or far
    too large. threads: of the native engine.
    """

    network: Options
    recipe: Options
    input_shape: list[int]
    rows: int
    seed: int
    threads: int
    pixels: bool
    values: bool
    weighted: bool
    spoilt: bool = False

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text))


ODD = st.one_of(
    st.sampled_from([0, -1, 2, 2**12, 2**24, 2**31, 2**63, 2**64]),
    st.sampled_from([1e30, 1e300, -0.5, 0.5, 1e-30, float("nan"), float("inf")]),
    st.sampled_from(["", "same", "rulu", None, True, {}, {"type": "relu"}]),
    st.sampled_from([[], [0], [1, 2, 3], [[]]]),
)
"""What some option can hold, and most cannot."""


def often(usual: Drawn, rare: Drawn = ODD) -> Drawn:
    """Draw from `rare` less than once in fifty times, else from `usual`."""
    # no end of the range, which is drawn more often than what lies between
    return st.integers(0, 59).flatmap(lambda n: rare if n == 23 else usual)


sizes = st.one_of(
    st.integers(1, 5), st.integers(1, 5), st.sampled_from([8, 9, 15, 16, 17, 33])
)
sides = st.one_of(
    st.integers(1, 4), st.lists(st.integers(1, 4), min_size=2, max_size=2)
)
fractions = st.sampled_from([0.0, 0.1, 0.5, 0.9, 0.99])


def tables(registry: Registry[Any], options: dict[str, Drawn]) -> Drawn:
    """Draw an entry of a registry: its name, or a table with some of its options."""

    def entry(name: str) -> Drawn:
        made = _table(name, registry, options)
        needs = any(one.default is MISSING for one in fields(registry[name]))
        return made if needs else st.one_of(st.just(name), made)

    return st.sampled_from(sorted(registry)).flatmap(entry)


def _table(name: str, registry: Registry[Any], options: dict[str, Drawn]) -> Drawn:
    """Draw a table with the options that an entry needs, and some of the others."""
    needed, optional = {"type": st.just(name)}, {}
    for field in fields(registry[name]):
        given = needed if field.default is MISSING else optional
        given[field.name] = often(options[field.name])
    return st.fixed_dictionaries(needed, optional=optional)


INITIALIZER_OPTIONS = {
    "value": st.sampled_from([0.0, 0.1, -1.0]),
    "deviation": st.sampled_from([0.01, 0.5]),
    "limit": st.sampled_from([0.01, 0.5]),
    "gain": st.sampled_from([0.5, 1.0]),
}

activations = st.one_of(
    st.sampled_from(sorted(set(ACTIVATIONS) - {"softmax"})),
    st.sampled_from(sorted(set(ACTIVATIONS) - {"softmax"})),
    st.sampled_from([0.0, 0.2, 1.0]).map(
        lambda at: {"type": "leaky_relu", "slope": at}
    ),
)

LAYER_OPTIONS: dict[str, Drawn] = {
    "units": sizes,
    "filters": st.one_of(
        st.integers(1, 6), st.integers(1, 6), st.sampled_from([8, 15, 16, 17, 33])
    ),
    "kernel_size": sides,
    "size": sides,
    "stride": st.one_of(st.just(1), sides),
    "dilation": st.one_of(st.just(1), sides),
    "groups": st.integers(1, 3),
    "padding": st.sampled_from(["same", "valid"]),
    "activation": activations,
    "bias": st.booleans(),
    "initializer": tables(INITIALIZERS, INITIALIZER_OPTIONS),
    "shape": st.lists(st.integers(1, 6), min_size=1, max_size=3),
    "rate": st.sampled_from([0.0, 0.2, 0.5, 0.9]),
    "stddev": st.sampled_from([0.0, 0.1, 1.0]),
    "momentum": fractions,
    "epsilon": st.sampled_from([1e-5, 1e-3, 0.1]),
    "ids": st.lists(st.integers(1, 9), min_size=1, max_size=3),
    "width": st.one_of(st.integers(1, 9), st.lists(st.integers(1, 5), max_size=3)),
    "columns": st.lists(st.integers(0, 5), max_size=3),
    "layers": st.deferred(lambda: st.lists(layer(), min_size=1, max_size=3)),
}
"""For each name of a layer's field, what is usual for it."""

KEPT = sorted({"batch_norm", "layer_norm", "dropout", "gaussian_noise"} & set(LAYERS))
"""Layers that keep the shape of any input."""


def layer(names: list[str] | None = None) -> Drawn:
    """Draw a layer with the options it needs, and some of the others."""
    return st.sampled_from(names or sorted(LAYERS)).flatmap(
        lambda name: _table(name, LAYERS, LAYER_OPTIONS)
    )


def steady(channels: int) -> Drawn:
    """Draw a Residual whose branch keeps images of so many channels."""
    convolution = st.fixed_dictionaries(
        {
            "type": st.just("conv2d"),
            "filters": st.just(channels),
            "activation": activations,
            "kernel_size": sides,
        }
    )
    branch = st.lists(st.one_of(convolution, layer(KEPT)), min_size=1, max_size=3)
    return st.fixed_dictionaries(
        {"type": st.just("residual"), "layers": branch, "activation": activations}
    )


OUTPUT = st.fixed_dictionaries(
    {
        "type": st.just("dense"),
        "units": often(st.one_of(st.just(1), st.integers(2, 5), st.integers(2, 5))),
        "activation": often(
            st.one_of(
                st.sampled_from(["softmax", "sigmoid", "identity"]),
                st.sampled_from(sorted(ACTIVATIONS)),
            )
        ),
    },
    optional={"bias": st.booleans(), "initializer": LAYER_OPTIONS["initializer"]},
)

_sides = st.one_of(st.integers(1, 9), st.integers(1, 9), st.sampled_from([14, 28]))
IMAGES = ["conv2d", "max_pool2d", "average_pool2d", "dense", "global_average_pool"]
SHAPES: dict[str, tuple[Drawn, list[str]]] = {
    "flat": (st.tuples(sizes), ["dense", "embedding", "reshape", *KEPT]),
    "image": (
        st.tuples(_sides, _sides, st.integers(1, 4)),
        [*IMAGES, *KEPT],
    ),
    "grey": (st.tuples(_sides, _sides), [*IMAGES, *KEPT]),
    "sound": (
        st.tuples(st.integers(1, 24), st.integers(1, 3)),
        ["conv1d", "global_average_pool", "flatten", *KEPT],
    ),
}
"""Kinds of inputs: their shapes, and the layers that suit them."""


@st.composite
def networks(draw: st.DrawFn, kind: str, shape: tuple[int, ...]) -> Options:
    """Draw a network, mostly of layers that suit inputs of the kind."""
    layers = st.one_of(layer(SHAPES[kind][1]), layer(SHAPES[kind][1]), layer())
    if kind == "image":
        layers = st.one_of(layers, layers, steady(shape[-1]))
    drawn = draw(st.lists(layers, max_size=4))
    drawn.append(draw(often(OUTPUT, layer())))
    given_shape = draw(often(st.sampled_from([None, list(shape)])))
    return {"layers": drawn} | (
        {} if given_shape is None else {"input_shape": given_shape}
    )


RECIPE_OPTIONS: dict[str, Drawn] = {
    "learning_rate": st.sampled_from([1e-3, 0.1]),
    "momentum": fractions,
    "decay": fractions,
    "beta_1": fractions,
    "beta_2": fractions,
    "epsilon": st.sampled_from([1e-8, 1e-3]),
    "weight_decay": st.sampled_from([0.0, 0.01]),
    "memory": st.integers(1, 4),
    "scale": st.sampled_from(["original", "match_rms_adamw"]),
    "adamw": st.fixed_dictionaries(
        {}, optional={"learning_rate": st.sampled_from([1e-3, 0.1])}
    ),
    "delta": st.sampled_from([0.1, 1.0]),
    "label_smoothing": fractions,
    "gamma": st.sampled_from([0.0, 1.0, 2.0]),
    "quantile": st.sampled_from([0.1, 0.5]),
}
"""For each name of a field of losses and optimizers, what is usual for it."""

AUGMENTATION_OPTIONS: dict[str, Drawn] = {
    "shift": st.sampled_from([0.0, 0.5, 3.0]),
    "rotate": st.sampled_from([0.0, 10.0, 180.0]),
    "scale": st.sampled_from([0.0, 0.3]),
    "shear": st.sampled_from([0.0, 20.0]),
    "elastic": st.sampled_from([0.0, 2.0]),
    "flip": st.sampled_from(["horizontal", "vertical", "both"]),
    "crop": st.sampled_from([0.0, 0.3]),
    "cutout": st.sampled_from([0, 1, 3]),
    "mixup": st.sampled_from([0.0, 0.2, 1.0]),
}

bounds = st.sampled_from([1e-4, 0.5, 3.0])
recipes = st.fixed_dictionaries(
    {"batch_size": often(st.integers(1, 20)), "seed": st.integers(0, 2**63 - 1)},
    optional={
        "loss": often(st.one_of(st.just("auto"), tables(LOSSES, RECIPE_OPTIONS))),
        "optimizer": often(tables(OPTIMIZERS, RECIPE_OPTIONS)),
        "augmentation": st.one_of(
            st.none(),
            st.none(),
            st.none(),
            st.fixed_dictionaries({}, optional=AUGMENTATION_OPTIONS),
        ),
        "average": often(st.sampled_from([0.5, 0.999])),
        "penalty": st.fixed_dictionaries(
            {}, optional={one: often(bounds) for one in ("l1", "l2", "max_norm")}
        ),
        "clip": st.fixed_dictionaries(
            {},
            optional={one: often(bounds) for one in ("value", "norm", "global_norm")},
        ),
    },
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a whole design with its data."""
    kind = draw(st.sampled_from(sorted(SHAPES)))
    shape = draw(SHAPES[kind][0])
    return Case(
        network=draw(networks(kind, shape)),
        recipe=draw(recipes),
        input_shape=list(shape),
        rows=draw(st.integers(1, 40)),
        seed=draw(st.integers(0, 2**32 - 1)),
        threads=draw(st.integers(1, 3)),
        pixels=draw(st.booleans()),
        values=draw(st.booleans()),
        weighted=draw(st.booleans()),
        spoilt=draw(st.integers(0, 19)) == 7,
    )
