import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.network import Dense, Flatten, Network, Reshape
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "wrong-output-activation"


@pytest.mark.parametrize("planted", of(CODE))
def test_an_output_that_cannot_give_the_targets_is_named(planted):
    sick = planted.make(0)
    (finding,) = found(CODE, sick)
    assert finding.where == sick.where == "dense_2"
    assert finding.severity in ("error", "warning")


def ending(activation, targets=None, name="diabetes", **changes):
    rows = real(name, 0)
    if targets is not None:
        rows = rows._replace(targets=np.resize(targets, len(rows.targets)))
    sick = usual(rows, epochs=2, loss="mse", **changes)
    outputs = 1 if rows.targets.dtype.kind == "f" else int(rows.targets.max()) + 1
    return sick._replace(
        network=Network([Dense(8, "tanh"), Dense(outputs, activation)])
    )


@pytest.mark.parametrize(
    ("activation", "targets", "severity"),
    [
        ("sigmoid", [0.1, 0.5, 1.5], "error"),
        ("tanh", [-1.5, 0.5, 0.2], "error"),
        ("relu", [1.0] * 19 + [-1.0], "warning"),
        ("softplus", [-1.0, 2.0], "error"),
        ("elu", [-3.0, 2.0], "error"),
        ("hard_sigmoid", [2.0, 0.5], "error"),
    ],
)
def test_targets_outside_the_range_are_counted(activation, targets, severity):
    (finding,) = found(CODE, ending(activation, targets))
    assert finding.severity == severity
    assert f"are outside the range of {activation}" in finding.evidence


@pytest.mark.parametrize(
    ("activation", "targets"),
    [
        ("sigmoid", [0.0, 0.5, 1.0]),
        ("tanh", [-1.0, 0.5, 1.0]),
        ("relu", [0.0, 7.0]),
        ("identity", [-7.0, 7.0]),
        ("leaky_relu", [-7.0, 7.0]),
    ],
)
def test_targets_within_the_range_are_no_finding(activation, targets):
    assert found(CODE, ending(activation, targets)) == []


def test_softmax_over_one_value_is_always_one():
    (finding,) = found(CODE, ending("softmax"))
    assert finding.severity == "error"
    assert "the outputs of softmax sum to 1" in finding.evidence


@pytest.mark.parametrize("activation", ["tanh", "relu", "silu"])
def test_bends_are_odd_for_classes(activation):
    (finding,) = found(CODE, ending(activation, name="wine"))
    assert finding.severity == "warning"
    assert f"{activation} at the output with mse" in finding.evidence


@pytest.mark.parametrize("activation", ["sigmoid", "softmax", "identity"])
def test_the_crash_course_and_least_squares_are_no_finding(activation):
    assert found(CODE, ending(activation, name="wine")) == []


def test_margins_by_tanh_are_no_finding():
    sick = ending("tanh", name="wine")
    hinge = usual(real("wine", 0), epochs=2, loss="hinge").recipe
    assert found(CODE, sick._replace(recipe=hinge)) == []


def test_without_data_nothing_is_said():
    assert found(CODE, trained(ending("sigmoid"), with_data=False)) == []


@pytest.mark.parametrize(
    ("name", "activation", "cure"),
    [("diabetes", "sigmoid", "identity"), ("wine", "tanh", "softmax")],
)
def test_the_right_output_cures_it(name, activation, cure):
    assert dict(cured(CODE, ending(activation, name=name))) == {
        f"{cure} at the output": []
    }


def test_an_output_without_an_activation_has_no_treatment():
    sick = ending("softplus", [-1.0, 2.0])
    bent = [*sick.network.layers[:-1], Dense(1, "softplus"), Reshape((1,)), Flatten()]
    assert found(CODE, sick._replace(network=Network(bent))) == []
