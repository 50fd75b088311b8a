import json

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from benchmarks.diagnosis.planted import PLANTED, Planted
from benchmarks.diagnosis.planted.dynamics import broken
from benchmarks.diagnosis.planted.sets import clouds, real
from benchmarks.diagnosis.rivals.__main__ import PAGE, RESULTS
from benchmarks.diagnosis.rivals.asked import Asked, asked
from benchmarks.diagnosis.rivals.counted import counted, filled, table
from benchmarks.diagnosis.rivals.estimator import estimator_of
from benchmarks.diagnosis.rivals.judges import JUDGES, Judge
from benchmarks.diagnosis.rivals.said import Said
from benchmarks.diagnosis.rivals.skore_checks import sections
from benchmarks.diagnosis.rivals.watched import arrays_of, watch
from tests.support.illnesses import usual

CODES = {one.code for one in PLANTED}
WOLF = Judge("wolf", lambda _: Said.loudly(["wolf"]), {"wolf": {"plateau"}})
MUTE = Judge("mute", lambda _: Said.loudly([]), {})


@pytest.fixture(scope="module")
def seen():
    return watch(usual(clouds(0, 300, apart=3.0), epochs=4))


@pytest.mark.parametrize("judge", JUDGES, ids=lambda one: one.name)
def test_judges_point_at_illnesses_that_there_are(judge):
    assert set().union(*judge.points_at.values()) <= CODES


def test_all_weights_are_watched(seen):
    assert len(seen.weights) == 1 + len(seen.run.history) == 5
    best = seen.weights[seen.run.best_epoch]
    for name, array in seen.run.parameters.items():
        np.testing.assert_array_equal(best[name], array)


def test_each_look_has_the_gradients_of_all_weights(seen):
    for look, weights in zip(seen.looks(), seen.weights, strict=True):
        assert look.gradients.keys() == weights.keys()
        assert look.outputs["dense_1"].min() == 0
        assert look.sums["dense_1"].min() < 0


def test_a_training_that_breaks_is_watched_until_then():
    seen = watch(broken("diabetes", "severe", 0))
    assert seen.run.failure
    assert len(seen.weights) == 1 + len(seen.run.history)


def test_an_estimator_answers_as_the_run_does(seen):
    inputs, targets = arrays_of(seen.parts.validation)
    fitted = estimator_of(seen).fit(*arrays_of(seen.parts.train))
    assert fitted.run_ is seen.run
    shares = fitted.predict_proba(inputs)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert fitted.score(inputs, targets) == pytest.approx(
        seen.case.validation.right.mean()
    )


def test_an_estimator_learns_from_other_rows_by_the_same_design(seen):
    inputs, targets = arrays_of(seen.parts.train)
    fitted = clone(estimator_of(seen)).fit(inputs[:, :1], targets)
    assert fitted.run_.recipe == seen.run.recipe
    assert fitted.predict(inputs[:, :1]).shape == targets.shape


def test_an_estimator_of_values_answers_with_numbers():
    seen = watch(usual(real("diabetes", 0), epochs=4))
    fitted = estimator_of(seen).fit(*arrays_of(seen.parts.train))
    inputs, targets = arrays_of(seen.parts.validation)
    assert fitted.predict(inputs).shape == targets.shape


def test_a_judge_that_breaks_has_said_nothing():
    def torn(_):
        raise ValueError("no")

    planted = Planted("plateau", "mild", "clouds", lambda _: usual(clouds(0, 60)))
    judge = Judge("torn", torn, {})
    said = asked(planted, 0, [judge])
    assert said.said == {"torn": "ValueError: no"}
    assert not said.is_named_by(judge)
    assert said.alarms_of(judge) == set()


def test_shares_are_counted_by_illness_and_degree():
    ill = [
        Asked(
            Planted(code, degree, "clouds", usual),
            0,
            {one.name: one.judge(None) for one in (WOLF, MUTE)},
        )
        for code in ("plateau", "diverged")
        for degree in ("severe", "mild")
    ]
    found = counted(ill, ill[:1], [WOLF, MUTE])
    assert found["wolf"]["named"]["plateau"] == {"severe": 1.0, "mild": 1.0}
    assert (found["wolf"]["severe"], found["wolf"]["healthy_alarms"]) == (0.5, 1.0)
    assert table({"judges": found}) == [
        "| severe / mild, % | wolf | mute |",
        "| --- | ---: | ---: |",
        "| `plateau` | 100 / 100 | 0 / 0 |",
        "| `diverged` | 0 / 0 | 0 / 0 |",
        "| **all planted** | 50 / 50 | 0 / 0 |",
        "| **healthy, with an alarm** | 100 | 0 |",
    ]


def test_the_page_holds_the_table_of_the_last_run():
    page, result = PAGE.read_text("utf-8"), json.loads(RESULTS.read_text("utf-8"))
    assert filled(page, result) == page
    assert list(result["judges"]) == [one.name for one in JUDGES]


class Torn:
    """Break in one check, as skore may."""

    def available(self):
        return ["A1 - one", "B2 - two"]

    def summarize(self, ignore):
        if ignore == ["A1"]:
            raise ValueError("no")
        return self

    def frame(self):
        return pd.DataFrame({"code": ["A1", "B2"], "section": ["tip", "ignored"]})


def test_a_check_that_breaks_does_not_stop_the_others():
    assert dict(sections(Torn())) == {"A1": "tip"}
