"""attempt: a design either is refused with a reason, or both engines agree on it."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.choose import choose
from ranvier.engine.contract import Decode, Engine, Program, Samples
from ranvier.engine.parameters import initial_parameters, learnt_parameters
from ranvier.engine.reference import ReferenceEngine
from ranvier.engine.reference.backpropagation import Trace, forward
from ranvier.errors import RanvierError
from ranvier.network import Network
from ranvier.recipe import Recipe
from tests.fuzz.designs import Case
from tests.support.tolerance import EPSILON, reduction_length

Numbers = NDArray[np.float64]
Answers = dict[str, Numbers]

MOST_NUMBERS = 2**18
"""Larger designs are left to the tests that are about size."""

RATE = 1e-6
"""Of the steps: so small that two engines cannot drift apart by many small steps."""

SWAY = 16
"""Engines may differ by so many times what the truth moves if weights are rounded."""

ANSWERS = {"outputs", "loss", "failures", "steps"}
"""What is told without a look at the batch."""

FLAT = 0.03
"""Of the largest number, a deviation so small is not divided by."""

LARGEST = 1e12
"""Of larger numbers squares overflow in float32; they are only to be survived."""


class Design(NamedTuple):
    """Hold a design that was accepted, with data that fit it."""

    network: Network
    recipe: Recipe
    decode: Decode
    parameters: dict[str, NDArray[np.float32]]
    samples: Samples
    rows: NDArray[np.uint32]


class BadRefusalError(AssertionError):
    """Say that a design was refused by words that help nobody."""


class DisagreementError(AssertionError):
    """Say what two engines make of a design differently."""


def attempt(case: Case) -> str:
    """Return what became of a case: "refused", "large", "survived" or "agreed".

    Raises:
        BadRefusalError, DisagreementError: it was not treated as it must be. Any other
            error, and any end of the process, is a defect as well.
    """
    try:
        network = Network.from_dict(case.network).with_input(tuple(case.input_shape))
        recipe = Recipe.from_dict(case.recipe)
        recipe.loss_for(network)
        recipe.augmentation_for(network)
        numbers = _numbers(network, recipe)
    except RanvierError as refusal:
        return _refused(refusal)
    if numbers > MOST_NUMBERS:
        return "large"
    design = _design(case, network, recipe)
    if case.spoilt and not case.pixels:
        return _survived(design, case)
    return _compared(design, case.threads)


def _refused(error: RanvierError) -> str:
    """Make sure that a reason is one sentence or two, in words and in one line."""
    text = str(error)
    is_told = 30 <= len(text) <= 900 and text.endswith(".") and text == text.strip()
    if not is_told or "\n" in text or " object at 0x" in text or "  " in text:
        raise BadRefusalError(f"{type(error).__name__}: {text!r}")
    return "refused"


def _numbers(network: Network, recipe: Recipe) -> int:
    """Return how many numbers a batch and the weights take, about."""
    widths = [math.prod(network.input_shape or ())]
    widths += [math.prod(one.output_shape) for one in network.walk()]
    return sum(widths) * min(recipe.batch_size, 64) + network.size


def _design(case: Case, network: Network, recipe: Recipe) -> Design:
    random = np.random.default_rng(case.seed)
    width, outputs = math.prod(case.input_shape), math.prod(network.output_shape)
    inputs: Any = random.normal(size=(case.rows, width)).astype(np.float32)
    if case.pixels:
        inputs = random.integers(0, 256, (case.rows, width)).astype(np.uint8)
    scale = np.full(width, 1 / 128 if case.pixels else 1, np.float32)
    shift = np.full(width, -1.0 if case.pixels else 0.0, np.float32)
    first = network.layers[0]
    if first.type == "embedding":
        for column, count in zip(first.id_columns, first.ids, strict=True):
            inputs[:, column] = random.integers(0, min(count, 256), case.rows)
            scale[column], shift[column] = 1.0, 0.0
    targets: Any = random.integers(0, max(2, outputs), case.rows).astype(np.int32)
    if case.values:
        targets = random.dirichlet(np.ones(outputs), case.rows).astype(np.float32)
    weights = None
    if case.weighted:
        weights = random.integers(0, 5, case.rows).astype(np.float32) / 2
        weights[0] = 1.0
    parameters = {
        name: array + random.uniform(-0.1, 0.1, array.shape).astype(np.float32)
        for name, array in initial_parameters(network, recipe.seed).items()
    }
    return Design(
        network,
        recipe,
        Decode(scale, shift),
        parameters,
        Samples(inputs, targets, weights),
        random.permutation(case.rows).astype(np.uint32),
    )


def _survived(design: Design, case: Case) -> str:
    """Make sure that spoilt inputs are told of, or leave all weights finite."""
    random = np.random.default_rng(case.seed)
    inputs = design.samples.inputs
    spoilt = random.choice([np.nan, np.inf, -np.inf, 3e38, -1e30], inputs.shape)
    bad = np.where(random.random(inputs.shape) < 0.2, spoilt, inputs)
    samples = design.samples._replace(inputs=bad.astype(np.float32))
    for engine in (choose("native").engine, ReferenceEngine()):
        program = engine.program(*design[:4], case.threads)
        rates = np.full(-(-case.rows // design.recipe.batch_size), RATE, np.float32)
        try:
            failure = program.epoch(samples, design.rows, rates).failure
        except RanvierError as refusal:
            return _refused(refusal)
        arrays = program.parameters()
        broken = [name for name, one in arrays.items() if not np.isfinite(one).all()]
        if broken:
            raise DisagreementError(f"{engine.name}: {failure}, but {broken} broke")
        program.predict(samples.inputs)
    return "survived"


def _compared(design: Design, threads: int) -> str:
    """Make sure that both engines refuse a design, or agree on all that they tell."""
    ours = _answers(choose("native").engine, design, threads)
    truth = _answers(ReferenceEngine(), design, 1)
    if isinstance(ours, str) or isinstance(truth, str):
        if type(ours) is not type(truth):
            raise DisagreementError(f"native: {ours!r:.300}; reference: {truth!r:.300}")
        return "refused"
    if any(np.abs(one).max(initial=0) > LARGEST for one in truth.values()):
        return "agreed"
    swayed = [_answers(ReferenceEngine(), _swayed(design, i), 1) for i in range(2)]
    opposed = _answers(ReferenceEngine(), _opposed(design), 1)
    length = reduction_length(design.network, len(design.rows))
    for name, expected in truth.items():
        moved = max(np.abs(one[name] - expected).max(initial=0) for one in swayed)
        magnitude = max(_magnitude(name, truth), _magnitude(name, opposed))
        allowed = EPSILON * length * magnitude + SWAY * moved
        off = np.abs(ours[name] - expected).max(initial=0)
        is_alike = off <= allowed or (name not in ANSWERS and _is_flat(design))
        if ours[name].shape != expected.shape or not is_alike:
            raise DisagreementError(f"{name} is off by {off:g}, allowed {allowed:g}")
    return "agreed"


def _answers(engine: Engine, design: Design, threads: int) -> Answers | str:
    """Return all that an engine tells of a design, or why it refuses it."""
    network, recipe, decode, parameters, samples, rows = design
    try:
        program = engine.program(network, recipe, decode, parameters, threads)
        answers = _told(program, design)
        rates = np.full(-(-len(rows) // recipe.batch_size), RATE, np.float32)
        epoch = program.epoch(samples, rows, rates)
        answers["loss of an epoch"] = np.array(epoch.loss)
        learnt = {one.name for one in learnt_parameters(network)}
        for name, array in program.parameters().items():
            if name not in learnt:
                answers[f"running {name}"] = array.astype(np.float64)
        answers["failures"] = np.array(float(epoch.failure is not None))
        answers["steps"] = program.state()["steps"].astype(np.float64)
    except RanvierError as refusal:
        _refused(refusal)
        return str(refusal)
    return answers


def _told(program: Program, design: Design) -> Answers:
    judged = program.evaluate(design.samples, design.rows)
    gradients = program.gradients(design.samples, design.rows)
    return {
        "outputs": program.predict(design.samples.inputs).astype(np.float64),
        "loss": np.array(judged.loss),
        **{f"gradient of {k}": v.astype(np.float64) for k, v in gradients.items()},
    }


def _magnitude(name: str, truth: Answers) -> float:
    """Return the largest number of an answer; for a gradient, that of all gradients."""
    kind = "gradient of" if name.startswith("gradient of") else name
    alike = (one for key, one in truth.items() if key.startswith(kind))
    return max(float(np.abs(one).max(initial=0)) for one in alike)


def _opposed(design: Design) -> Design:
    """Return a design with other targets: right answers leave no gradient to see.

    It is a difference of numbers as large as the gradients of wrong ones.
    """
    targets = design.samples.targets
    classes = max(2, math.prod(design.network.output_shape))
    other = (targets + 1) % classes if targets.ndim == 1 else 1 - targets
    samples = design.samples._replace(targets=other.astype(targets.dtype))
    return design._replace(samples=samples)


def _is_flat(design: Design) -> bool:
    """Tell whether a layer normalizes what hardly varies.

    It divides what rounding has left by almost nothing, and in the gradients large
    numbers cancel each other.
    """
    x = design.samples.inputs * design.decode.scale + design.decode.shift
    weights = {name: one.astype(np.float64) for name, one in design.parameters.items()}
    return any(map(_hardly_varies, forward(design.network, weights, x)))


def _hardly_varies(trace: Trace) -> bool:
    axes = {"layer_norm": (-1,), "batch_norm": tuple(range(trace.x.ndim - 1))}
    over = axes.get(trace.placed.layer.type)
    if over is None:
        return any(map(_hardly_varies, trace.inner))
    return bool(trace.x.std(over).min() < FLAT * max(1.0, np.abs(trace.x).max()))


def _swayed(design: Design, seed: int) -> Design:
    """Return a design whose weights and inputs are rounded otherwise."""
    random = np.random.default_rng(seed)

    def rounded(array: NDArray[np.float32]) -> NDArray[np.float32]:
        off = random.uniform(-EPSILON, EPSILON, array.shape)
        return (array * (1 + off)).astype(np.float32)

    parameters = {name: rounded(one) for name, one in design.parameters.items()}
    shift = design.decode.shift + random.uniform(
        -EPSILON, EPSILON, design.decode.shift.shape
    ).astype(np.float32)
    ids = getattr(design.network.layers[0], "id_columns", ())
    shift[list(ids)] = 0.0
    return design._replace(
        parameters=parameters, decode=design.decode._replace(shift=shift)
    )
