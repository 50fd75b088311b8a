import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import clouds, network, parted, real, recipe
from ranvier.data import Parts
from ranvier.diagnosis import Case, diagnose, experiments
from ranvier.diagnosis.bounds import Bounds
from ranvier.diagnosis.diagnose import best_of, curve_of, seconds_of
from ranvier.diagnosis.experiments import Experiment, Experiments, Outcome, _compared
from ranvier.diagnosis.variants import Variant
from ranvier.diagnosis.verdict import Verdict, verdict_of_experiments
from ranvier.errors import DescriptionError
from ranvier.recipe import EarlyStopping
from ranvier.training import train


def small(**changes):
    """Return a network of one unit that learns in a moment, and its data."""
    rows = clouds(3, 300, classes=6, columns=4, apart=5.0)
    return network(rows, 1), rows.data(), recipe(3, epochs=15, **changes)


@pytest.fixture(scope="module")
def found():
    design, data, learnt = small()
    run = train(design, data, learnt, folder=None, threads=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(experiments, "SEEDS", 2)
        return diagnose(run, data, budget="5 min")


def test_a_network_that_is_too_small_is_proved_to_underfit(found):
    assert (found.verdict.fit, found.verdict.basis) == ("underfit", "experiments")
    assert found.next_design.kind in ("more room", "rate")
    assert "95 % sure" in found.verdict.evidence


def test_the_next_design_is_what_did_best(found):
    best = max(found.experiments[1:], key=lambda one: one.gain)
    assert found.next_design == best.variant
    said = found.to_dict()["next"]
    assert said["change"] == best.variant.change
    assert said["network"] == best.variant.network.to_dict()


def test_the_design_as_it_is_stands_first_and_gains_nothing(found):
    first = found.experiments[0]
    assert (first.variant.kind, first.gain, first.low, first.high) == (
        "as it is",
        0.0,
        0.0,
        0.0,
    )


def test_experiments_are_plain_values(found):
    said = found.to_dict()["experiments"]
    assert [one["change"] for one in said] == [
        one.variant.change for one in found.experiments
    ]
    assert all(0 <= one["accuracy"] <= 1 for one in said)


def test_rows_learnt_by_heart_are_proved(monkeypatch):
    monkeypatch.setattr(experiments, "SEEDS", 1)
    rows = real("diabetes", 1)
    long = recipe(1, epochs=50, stopping=EarlyStopping("loss", 50))
    data = parted(rows, 60, 300)
    run = train(network(rows, 64, 64), data, long, folder=None, threads=1)
    found = diagnose(run, data, budget="5 min")
    assert (found.verdict.fit, found.verdict.basis) == ("overfit", "experiments")


def test_without_a_budget_the_verdict_rests_on_the_curves():
    design, data, learnt = small()
    found = diagnose(train(design, data, learnt, folder=None), data)
    assert (found.verdict.basis, found.experiments) == ("curves", ())


def test_without_validation_rows_nothing_is_tried():
    design, data, learnt = small(validation=0.0)
    found = diagnose(train(design, data, learnt, folder=None), data, budget=5)
    assert (found.verdict.fit, found.experiments) == ("unknown", ())


def test_without_time_for_one_training_the_verdict_rests_on_the_curves():
    design, data, learnt = small()
    run = train(design, data, learnt, folder=None, threads=1)
    assert diagnose(run, data, budget=1e-6).verdict.basis == "curves"


@pytest.mark.parametrize(
    ("said", "seconds"), [(30, 30), ("30", 30), ("30s", 30), (" 1.5 min ", 90)]
)
def test_a_budget_is_read_as_seconds(said, seconds):
    assert seconds_of(said) == seconds


@pytest.mark.parametrize(
    "said", ["", "soon", "-3", 0, "0s", "3h", "1.2.3", float("nan")]
)
def test_what_is_no_budget_is_refused(said):
    with pytest.raises(
        DescriptionError, match=r'budget must be a time above 0, .*"2m"'
    ):
        seconds_of(said)


def variant(change, kind="more room", share=1.0):
    design, _, learnt = small()
    return Variant(change, kind, design, learnt, share)


def outcome(seed, losses):
    return Outcome(variant("x"), seed, np.asarray(losses, float), 0.1, None)


def test_a_gain_counts_in_shares_of_what_there_is_to_learn():
    pairs = [(outcome(0, [2.0, 2.0]), outcome(0, [1.0, 1.0]))]
    one = _compared(variant("x"), pairs, Bounds(floor=0.0, chance=4.0))
    assert (one.gain, one.low, one.high) == (0.25, 0.25, 0.25)


def test_seeds_that_disagree_widen_the_interval():
    bounds = Bounds(floor=0.0, chance=1.0)
    same = [(outcome(seed, [1.0] * 4), outcome(seed, [0.5] * 4)) for seed in (0, 1)]
    other = [same[0], (outcome(1, [1.0] * 4), outcome(1, [0.9] * 4))]
    narrow, wide = (_compared(variant("x"), pairs, bounds) for pairs in (same, other))
    assert narrow.high - narrow.low == 0
    assert wide.low < 0.1
    assert wide.high > 0.5


def tried(change, kind, loss, share=1.0):
    one = variant(change, kind, share)
    return Experiment(one, 3, loss, loss, None, 0.0, 0.0, 0.0)


def test_fewer_rows_give_the_curve_of_more():
    losses = {1.0: 0.1625, 0.5: 0.225, 0.25: 0.35, 0.125: 0.6}
    every = [
        tried("x", "as it is" if share == 1 else "fewer rows", loss, share)
        for share, loss in losses.items()
    ]
    curve = curve_of(Experiments(tuple(every), Bounds(0, 1), 800, 1.0))
    assert curve.rows == 800
    assert curve.loss(1) == pytest.approx(0.1625)
    assert curve.loss(4) == pytest.approx(0.1 + 50 / 3200)


def test_a_good_fit_asks_for_no_other_design():
    every = (tried("nothing", "as it is", 1.0), tried("wider", "more room", 0.9))
    verdict = Verdict("good fit", "", "experiments")
    assert best_of(Experiments(every, Bounds(0, 1), 8, 1.0), verdict) is None


@pytest.mark.parametrize(("train_loss", "fit"), [(0.5, "underfit"), (1.5, "overfit")])
def test_a_rate_that_helps_is_judged_by_training_rows(train_loss, fit):
    design, data, learnt = small()
    run = train(design, data, learnt, folder=None, threads=1)
    halved = tried("half the rate", "rate", 0.9)._replace(
        train_loss=train_loss, gain=0.1, low=0.08, high=0.12
    )
    every = (tried("nothing", "as it is", 1.0), halved)
    found = Experiments(every, Bounds(0, 1), 300, 1.0)
    verdict = verdict_of_experiments(Case(run, data), found, None)
    assert (verdict.fit, verdict.basis) == (fit, "experiments")
    assert "half the rate" in verdict.evidence


def test_fewer_rows_are_tried_too(monkeypatch):
    monkeypatch.setattr(experiments, "SEEDS", 1)
    design, data, learnt = small()
    parts = data.split(validation=0.25, test=0.25)
    run = train(design, Parts(*parts), learnt, folder=None, threads=1)
    found = diagnose(run, parts, budget="5 min")
    assert {one.variant.share for one in found.experiments} >= {1.0, 0.5}
