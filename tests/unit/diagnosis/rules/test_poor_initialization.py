import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.network import (
    INITIALIZERS,
    Constant,
    Dense,
    Network,
    Normal,
    Residual,
)
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "poor-initialization"


@pytest.mark.parametrize("planted", of(CODE))
def test_the_layer_that_starts_ill_is_named(planted):
    sick = planted.make(0)
    (finding,) = found(CODE, sick)
    assert finding.where == sick.where
    assert finding.severity in ("error", "warning")


def starting(*layers):
    sick = usual(real("wine", 0), epochs=2)
    return sick._replace(network=Network([*layers, Dense(3, "softmax")]))


def test_how_much_too_large_the_weights_are_is_told():
    ill = Dense(32, "relu", initializer=Normal(2.5))
    (finding,) = found(CODE, starting(Dense(32, "relu"), ill))
    assert "its first weights are 9.8" in finding.evidence
    assert "chance is 1.0" in finding.evidence


def test_without_data_the_weights_tell_alone():
    case = trained(
        starting(Dense(32, "relu", initializer=Normal(20.0))), with_data=False
    )
    (finding,) = found(CODE, case)
    assert "chance" not in finding.evidence


def test_weights_too_small_in_all_layers_are_named_though_each_is_mild():
    faint = Dense(32, "tanh", initializer=Normal(0.04))
    (finding,) = found(CODE, starting(faint, faint, faint))
    assert finding.severity == "warning"


@pytest.mark.parametrize("initializer", ["zeros", Constant(0.1)])
def test_units_that_start_alike_are_an_error(initializer):
    (finding,) = found(CODE, starting(Dense(8, "tanh", initializer=initializer)))
    assert finding.severity == "error"
    assert finding.evidence == "all 8 units start with the same weights"
    assert "as if it had one unit" in finding.cause


FIXED = ("zeros", "constant", "normal", "uniform")
DRAWS = [name for name in INITIALIZERS if name not in FIXED]


@pytest.mark.parametrize("initializer", ["auto", *DRAWS])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_every_usual_draw_suits_two_layers(initializer, activation):
    layer = Dense(32, activation, initializer=initializer)
    assert found(CODE, starting(layer)) == []


@pytest.mark.parametrize("initializer", ["normal", "uniform"])
def test_weights_too_small_in_one_layer_are_a_note_at_most(initializer):
    layer = Dense(32, "relu", initializer=initializer)
    assert {one.severity for one in found(CODE, starting(layer))} <= {"note"}


def test_an_output_that_starts_at_zero_is_no_finding():
    sick = usual(real("wine", 0), epochs=2)
    output = Dense(3, "softmax", initializer="zeros")
    sick = sick._replace(network=Network([Dense(32, "relu"), output]))
    assert found(CODE, sick) == []


def test_a_branch_that_starts_at_zero_is_no_finding():
    branch = [Dense(13, "relu"), Dense(13, initializer="zeros")]
    assert found(CODE, starting(Residual(branch))) == []


def test_a_layer_of_one_unit_is_not_alike():
    assert found(CODE, starting(Dense(1, "tanh", initializer=Constant(0.3)))) == []


def test_the_usual_start_cures_it():
    ill = Dense(32, "relu", initializer=Normal(20.0))
    assert dict(cured(CODE, starting(ill)))["the usual first weights"] == []
