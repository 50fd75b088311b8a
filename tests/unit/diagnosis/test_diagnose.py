"""Whatever was trained can be diagnosed."""

import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.data import from_arrays, from_frame
from ranvier.diagnosis import RULES, Case, diagnose
from ranvier.errors import DescriptionError
from ranvier.network import (
    BatchNorm,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GaussianNoise,
    GlobalAveragePool,
    LayerNorm,
    LeakyReLU,
    MaxPool2D,
    Network,
    Reshape,
    Residual,
)
from ranvier.recipe import OPTIMIZERS, SGD, Augmentation, CrossEntropy, Recipe
from ranvier.training import Run
from tests.support.illnesses import Sick, timed, trained, usual
from tests.support.people import (
    HABITS,
    NETWORK,
    RECIPE,
    VALUES,
    habits,
    shoppers,
    spenders,
)

RANDOM = np.random.default_rng(0)
ROWS = RANDOM.normal(size=(80, 6)).astype(np.float32)
SIDES = (ROWS[:, 0] > 0).astype(int) + (ROWS[:, 1] > 1)
CLASSES = from_arrays(ROWS, SIDES)
NUMBERS = from_arrays(ROWS, ROWS @ RANDOM.normal(size=(6, 2)))
COUNTS = from_arrays(ROWS, RANDOM.poisson(2.0, 80).astype(float))
PICTURES = from_arrays(
    RANDOM.integers(0, 255, (60, 12, 12)).astype(np.uint8), np.arange(60) % 3
)
SOUNDS = from_arrays(RANDOM.normal(size=(60, 40)), np.arange(60) % 3)
IDS = from_arrays(np.column_stack([np.arange(80) % 5, ROWS]), SIDES)

OUTPUT = Dense(3, "softmax")
HIDDEN = Dense(6, "relu")
CONVOLUTIONS = [
    Reshape((12, 12, 1)),
    Conv2D(4, 3, "relu"),
    MaxPool2D(),
    Conv2D(6, 3, bias=False, groups=2),
    BatchNorm("relu"),
    GlobalAveragePool(),
]
BRANCHES = [
    Residual([HIDDEN, Dense(6)], "relu"),
    Residual([Dense(6, "prelu"), Residual([Dense(6)])]),
]

NOISE = [Dense(6), LayerNorm("tanh"), Dropout(), GaussianNoise()]

DESIGNS = {
    "no hidden layer": ([OUTPUT], CLASSES, {}),
    "values": ([HIDDEN, Dense(2)], NUMBERS, {}),
    "no validation": ([HIDDEN, OUTPUT], CLASSES, {"validation": 0.0}),
    "counts": ([HIDDEN, Dense(1, "softplus")], COUNTS, {"loss": "poisson"}),
    "margins": ([HIDDEN, Dense(3)], CLASSES, {"loss": "hinge"}),
    "quantile": ([HIDDEN, Dense(2)], NUMBERS, {"loss": "quantile"}),
    "focal": ([HIDDEN, OUTPUT], CLASSES, {"loss": "focal"}),
    "smooth labels": ([HIDDEN, OUTPUT], CLASSES, {"loss": CrossEntropy(0.1)}),
    "yes or no": ([HIDDEN, Dense(3, "sigmoid")], CLASSES, {}),
    "members": ([HIDDEN, OUTPUT], CLASSES, {"members": 2}),
    "average": ([HIDDEN, OUTPUT], CLASSES, {"average": 0.9}),
    "balanced": ([HIDDEN, OUTPUT], CLASSES, {"class_weight": "balanced"}),
    "weights": (
        [HIDDEN, OUTPUT],
        CLASSES.with_weights((np.arange(80) % 3).astype(float)),
        {},
    ),
    "ids": ([Embedding((5,), 4, (0,)), HIDDEN, OUTPUT], IDS, {}),
    "pictures": (
        [*CONVOLUTIONS, OUTPUT],
        PICTURES,
        {"augmentation": Augmentation(shift=1.0, mixup=0.2)},
    ),
    "no weights at the end": (
        [Reshape((12, 12, 1)), Conv2D(3, 3), GlobalAveragePool()],
        PICTURES,
        {"loss": "mse"},
    ),
    "sounds": (
        [Reshape((40, 1)), Conv1D(4, 5, "tanh", stride=2), Flatten(), OUTPUT],
        SOUNDS,
        {},
    ),
    "branches": ([*BRANCHES, OUTPUT], CLASSES, {}),
    "noise": ([*NOISE, OUTPUT], CLASSES, {}),
    "slopes": ([Dense(6, "prelu"), Dense(6, LeakyReLU(0.2)), OUTPUT], CLASSES, {}),
    "all alike": ([HIDDEN, Dense(1)], from_arrays(ROWS, np.ones(80)), {}),
    "nothing to see": ([HIDDEN, OUTPUT], from_arrays(0 * ROWS, SIDES), {}),
    "one epoch": ([HIDDEN, OUTPUT], CLASSES, {"epochs": 1}),
    "row by row": ([HIDDEN, OUTPUT], CLASSES, {"batch_size": 1}),
    "far too fast": ([HIDDEN, Dense(2)], NUMBERS, {"optimizer": SGD(1e30)}),
} | {name: ([HIDDEN, OUTPUT], CLASSES, {"optimizer": name}) for name in OPTIMIZERS}


@pytest.mark.parametrize("with_data", [True, False])
@pytest.mark.parametrize("name", DESIGNS)
def test_every_kind_of_training_can_be_diagnosed(name, with_data):
    layers, data, changes = DESIGNS[name]
    recipe = Recipe(**({"epochs": 4, "test": 0.0} | changes))
    case = trained(Sick(Network(layers), recipe, data))
    said = diagnose(case.run, data if with_data else None)
    assert said.verdict.evidence
    assert all(one.evidence and one.cause and one.remedy for one in said.findings)
    ours = Case(case.run, case.parts if with_data else None)
    for one in said.findings:
        assert all(each.change for each in RULES[one.code]().treatments(ours, one))


@pytest.mark.parametrize(("network", "data"), [(NETWORK, shoppers), (VALUES, spenders)])
def test_rows_made_in_blocks_are_diagnosed_as_those_in_memory(
    network, data, monkeypatch
):
    sick = Sick(network, RECIPE, data())
    lying = timed(trained(sick))
    expected = [one.code for one in diagnose(lying.run, lying.parts).findings]
    monkeypatch.setenv("RANVIER_MEMORY", "20kB")
    case = timed(trained(sick))
    assert case.learnt.is_streamed
    findings = diagnose(case.run, case.parts).findings
    assert [one.code for one in findings] == expected
    assert "learning-rate-too-low" in expected


def test_labels_are_diagnosed():
    layers = [Dense(8, "silu"), Dense(3, "sigmoid")]
    labels = from_frame(habits(), HABITS)
    case = trained(Sick(Network(layers), RECIPE, labels))
    codes = [one.code for one in diagnose(case.run, case.parts).findings]
    assert "wrong-output-activation" not in codes


def ill():
    sick = usual(real("digits", 0), optimizer=SGD(5.0), epochs=8)
    return trained(sick).run, sick.data


def test_the_worst_comes_first():
    findings = diagnose(*ill()).findings
    ranks = [finding.rank for finding in findings]
    assert len(set(ranks)) > 1
    assert ranks == sorted(ranks)


def test_rules_can_be_passed_over():
    run, data = ill()
    codes = [finding.code for finding in diagnose(run, data).findings]
    left = diagnose(run, data, ignore=codes).findings
    assert "learning-rate-too-high" in codes
    assert [finding.code for finding in left] == []


def test_a_rule_that_is_not_there_cannot_be_passed_over():
    with pytest.raises(DescriptionError, match="there is no rule 'dead-unit'; did you"):
        diagnose(*ill(), ignore=["dead-unit"])


def test_the_folder_of_a_run_is_no_run():
    with pytest.raises(DescriptionError, match=r"diagnose\(\) was given 'runs/a-1' as"):
        diagnose("runs/a-1")


def test_a_run_without_an_epoch_cannot_be_judged():
    run, _ = ill()
    fresh = Run(**{name: getattr(run, name) for name in FIELDS})
    with pytest.raises(
        DescriptionError, match="has no epoch to be judged by; train it"
    ):
        diagnose(fresh)


FIELDS = (
    "network",
    "recipe",
    "schema",
    "encoder",
    "rows",
    "source",
    "engine",
    "reason",
    "versions",
    "parameters",
)


def test_a_diagnosis_is_told_in_plain_values():
    told = diagnose(*ill()).to_dict()
    assert {"verdict", "findings"} <= set(told)
    assert told["findings"][0]["severity"] in ("error", "warning")
