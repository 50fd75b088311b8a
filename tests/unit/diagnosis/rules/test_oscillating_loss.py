import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.diagnosis import Case
from ranvier.recipe import Adam
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "oscillating-loss"


@pytest.mark.parametrize("planted", of(CODE))
def test_a_loss_that_leaps_up_again_and_again_is_named(planted):
    (finding,) = found(CODE, planted.make(1))
    assert finding.severity in ("error", "warning")
    assert "epochs the training loss rose by more than" in finding.evidence


def with_losses(losses, *, with_data=True):
    """Return a case with another course of its training loss."""
    case = trained(usual(real("wine", 0), epochs=len(losses), stopping=None))
    for place, loss in enumerate(losses):
        case.run.history[place] = case.run.history[place]._replace(loss=loss)
    return Case(case.run, case.parts if with_data else None)


@pytest.mark.parametrize("with_data", [True, False])
def test_every_other_epoch_up_is_an_oscillation(with_data):
    losses = np.linspace(1, 0.3, 12) + 0.15 * (np.arange(12) % 2)
    (finding,) = found(CODE, with_losses(losses.tolist(), with_data=with_data))
    assert finding.evidence.startswith("in 6 of 11 epochs")


@pytest.mark.parametrize(
    "losses",
    [
        np.linspace(1, 0.1, 12),
        np.append(np.linspace(1, 0.1, 11), 3.0),  # a single leap
        np.linspace(1, 0.1, 12) + 0.01 * (np.arange(12) % 2),
        np.array([1.0, 0.5, 1.0, 0.5, 1.0]),  # too few to tell
        np.full(12, 0.7),
    ],
)
def test_a_loss_that_falls_or_trembles_is_no_finding(losses):
    assert found(CODE, with_losses(losses.tolist(), with_data=False)) == []


@pytest.mark.parametrize("name", ["wine", "digits", "diabetes"])
def test_a_healthy_run_is_no_finding(name):
    assert found(CODE, usual(real(name, 0), stopping=None)) == []


def test_a_lower_rate_cures_it():
    sick = usual(real("digits", 0), optimizer=Adam(0.25), epochs=40, stopping=None)
    changes = dict(cured(CODE, sick))
    assert changes["learning_rate=0.025"] == []
    assert "schedule=cosine" in changes
