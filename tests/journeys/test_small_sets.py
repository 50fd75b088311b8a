"""The small sets of the quality table are judged on the folds of both sides."""

import numpy as np
import pytest

from benchmarks.quality import small_sets
from benchmarks.quality.small_sets import FOLDS, NAMES, gain, rival, small_set


@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_tested_once(name):
    data = small_set(name)
    tested = np.concatenate(
        [parts.test.rows for parts in data.folds(FOLDS, validation=0.15)]
    )
    assert sorted(tested) == list(range(len(data)))


def test_a_score_is_set_beside_that_of_the_rival(monkeypatch):
    monkeypatch.setattr(small_sets, "rival", lambda parts: 0.7)
    assert gain("iris", lambda parts: 0.75, seed=0) == pytest.approx(0.05)


@pytest.mark.parametrize("name", ["iris", "diabetes"])
def test_the_rival_has_learnt_something(name):
    parts = next(iter(small_set(name).folds(FOLDS, validation=0.15)))
    assert rival(parts) > (0.3 if name == "diabetes" else 0.85)
