import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from benchmarks.diagnosis.planted.sets import clouds, real
from ranvier.diagnosis.sample import Sample
from ranvier.diagnosis.simple import NEIGHBOURS, Simple, separation


def seen(rows, count=120):
    return Sample(np.arange(count), rows.inputs[:count], rows.targets[:count])


def test_the_linear_model_has_not_seen_the_row_it_answers():
    sample = seen(real("diabetes", 0))
    sample = sample._replace(targets=sample.targets[:, None])
    ridge = 0.01 * (sample.inputs - sample.inputs.mean(axis=0)) ** 2
    alpha = ridge.sum() / sample.inputs.shape[1]
    expected = cross_val_predict(
        Ridge(alpha=alpha), sample.inputs, sample.targets, cv=LeaveOneOut()
    )
    assert Simple(sample).linear[:, 0] == pytest.approx(expected.ravel(), abs=0.05)


def test_more_columns_than_rows_are_fitted_too():
    sample = seen(clouds(0, 120, classes=2, columns=300, apart=6.0))
    simple = Simple(sample)
    assert simple.right(simple.linear).mean() > 0.8
    assert [name for name, _ in simple.said()] == ["the 10 nearest rows"]


def test_the_nearest_rows_are_those_of_scikit_learn():
    sample = seen(real("wine", 0))
    simple = Simple(sample)
    others = KNeighborsClassifier(NEIGHBOURS)
    answers = cross_val_predict(
        others, sample.inputs, sample.targets, cv=LeaveOneOut(), method="predict_proba"
    )
    assert simple.nearest == pytest.approx(answers)


def test_surroundings_do_not_hold_the_row_itself():
    sample = seen(real("breast_cancer", 0), 300)
    changed = sample._replace(targets=sample.targets.copy())
    changed.targets[7] = 1 - changed.targets[7]
    before, after = Simple(sample).surroundings, Simple(changed).surroundings
    assert before[7] == pytest.approx(after[7])
    assert before.sum(axis=1) == pytest.approx(np.ones(300))


def test_ids_have_no_distances():
    sample = seen(real("wine", 0))
    assert Simple.of(sample, range(13)) is None
    assert Simple.of(sample, [0, 1]).inputs.shape == (120, 11)


def test_of_few_rows_nothing_is_said():
    assert Simple.of(seen(real("wine", 0), 20), ()) is None


@pytest.mark.parametrize("columns", [5, 200])
def test_rows_of_two_places_are_told_apart(columns):
    rows = clouds(0, 120, classes=2, columns=columns, apart=8.0)
    inputs = rows.inputs[np.argsort(rows.targets, kind="stable")]
    scores = separation(inputs, 60)
    assert scores[60:].mean() - scores[:60].mean() > 0.5
