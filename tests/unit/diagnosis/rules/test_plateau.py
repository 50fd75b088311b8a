import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.diagnosis import Case
from ranvier.recipe import Adam, Step
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "plateau"


@pytest.mark.parametrize("planted", of(CODE))
def test_a_loss_that_stands_still_where_it_could_fall_is_named(planted):
    (finding,) = found(CODE, planted.make(0))
    assert finding.severity in ("error", "warning")
    assert "epochs gained less than" in finding.evidence


def with_losses(losses):
    """Return a case without data, with another course of its losses."""
    case = trained(usual(real("wine", 0), epochs=len(losses), stopping=None))
    for place, loss in enumerate(losses):
        changed = case.run.history[place]._replace(loss=loss, val_loss=loss)
        case.run.history[place] = changed
    return Case(case.run, None)


def test_a_plateau_at_the_start_is_named():
    losses = [1.0] * 8 + np.linspace(0.9, 0.1, 8).tolist()
    (finding,) = found(CODE, with_losses(losses))
    assert finding.severity == "warning"
    assert finding.evidence.startswith("the first 8 of 16 epochs gained less than")


@pytest.mark.parametrize(
    "losses",
    [
        np.linspace(1, 0.1, 12),
        np.append(np.linspace(1, 0.1, 6), np.full(6, 0.1)),  # nothing beyond is known
        np.array([1.0, 1.0, 1.0, 0.1]),  # too few to tell
        np.full(12, 1.0),
    ],
)
def test_other_courses_are_no_finding(losses):
    assert found(CODE, with_losses(losses.tolist())) == []


@pytest.mark.parametrize("name", ["breast_cancer", "digits", "diabetes"])
def test_a_loss_that_is_as_low_as_it_gets_is_no_finding(name):
    assert found(CODE, usual(real(name, 0), epochs=150)) == []


def test_a_steady_rate_cures_a_schedule_that_took_it_away():
    early = Step(every=3, factor=1e-4)
    rate = Adam(0.001)
    sick = usual(
        real("digits", 0), optimizer=rate, schedule=early, epochs=30, stopping=None
    )
    assert dict(cured(CODE, sick))["schedule=constant"] == []
