"""The small sets of the quality table are judged on the folds of both sides."""

import numpy as np
import pytest

from benchmarks.quality import small_sets
from benchmarks.quality.small_sets import NAMES, compared, folds, rival, small_set


@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_tested_once(name):
    data = small_set(name)
    tested = np.concatenate([parts.test.rows for parts in folds(data, 1)])
    assert sorted(tested) == list(range(len(data)))


@pytest.mark.parametrize(("score", "is_reached"), [(0.75, True), (0.5, False)])
def test_a_score_is_set_beside_that_of_the_rival(monkeypatch, score, is_reached):
    monkeypatch.setattr(small_sets, "rival", lambda parts: 0.7)
    row = compared("iris", lambda parts: score, repeats=2)
    assert (row["mean"], row["goal"], row["seeds"]) == (score, 0.7, 10)
    assert row["reached"] is is_reached


@pytest.mark.parametrize("name", ["iris", "diabetes"])
def test_the_rival_has_learnt_something(name):
    parts = next(folds(small_set(name), 1))
    assert rival(parts) > (0.3 if name == "diabetes" else 0.85)
