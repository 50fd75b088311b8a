import warnings

import numpy as np
import pytest

from ranvier.data import from_arrays
from ranvier.errors import DataError

INPUTS = np.arange(60, dtype=np.float32)[:, None]
LABELS = np.repeat(["a", "b", "c"], [30, 20, 10])
GROUPS = np.arange(60) % 13


@pytest.fixture
def letters():
    return from_arrays(INPUTS, LABELS)


@pytest.fixture
def values():
    return from_arrays(INPUTS, INPUTS[:, 0])


def held_out(data, *options, **more):
    return [one.validation.rows.tolist() for one in data.folds(*options, **more)]


def is_everything(parts):
    return sorted(np.concatenate([part.rows for part in parts])) == list(range(60))


@pytest.mark.parametrize("groups", [None, GROUPS])
@pytest.mark.parametrize("data", ["letters", "values"])
def test_each_row_is_held_out_once(data, groups, request):
    data = request.getfixturevalue(data)
    folds = list(data.folds(4, groups=groups))
    assert is_everything(one.validation for one in folds)
    for one in folds:
        assert sorted([*one.train.rows, *one.validation.rows]) == list(range(60))
        assert one.train.memory_inputs is data.memory_inputs
        assert one.test is None


def test_each_class_gives_each_fold_its_share(letters):
    for one in letters.folds(5):
        assert np.bincount(one.validation.targets).tolist() == [6, 4, 2]


@pytest.mark.parametrize("data", ["letters", "values"])
def test_folds_keep_groups_together(data, request):
    data = request.getfixturevalue(data)
    for one in data.folds(4, groups=GROUPS):
        assert not set(GROUPS[one.train.rows]) & set(GROUPS[one.validation.rows])
        assert 8 <= len(one.validation) <= 22


def test_many_groups_are_spread_by_size():
    rows = 3000
    data = from_arrays(np.zeros((rows, 1)), np.arange(rows) % 2)
    folds = list(data.folds(4, groups=np.arange(rows) // 1.2 // 1))
    sizes = [len(one.validation) for one in folds]
    assert sum(sizes) == rows
    assert max(sizes) - min(sizes) <= 2


def test_the_same_seed_gives_the_same_folds_and_repeats_differ(letters):
    first, again = (held_out(letters, 3, repeats=2, seed=5) for _ in range(2))
    assert first == again
    assert first[:3] != first[3:]
    assert first[:3] == held_out(letters, 3, seed=5)
    assert first[:3] != held_out(letters, 3, seed=6)


def test_one_group_after_the_other_is_held_out(values):
    people = np.array(["Ada", "Bo", "Cy"])[np.arange(60) % 3]
    named = values.with_column("person", people)
    for data, groups in ((values, people), (named, "person")):
        assert held_out(data, None, groups=groups) == [
            list(range(start, 60, 3)) for start in range(3)
        ]


@pytest.mark.parametrize("groups", [None, GROUPS])
def test_with_a_share_for_validation_the_fold_is_the_test(letters, groups):
    for one in letters.folds(4, groups=groups, validation=0.2):
        rows = [part.rows.tolist() for part in one]
        assert is_everything(one)
        assert 5 <= len(one.validation) <= 14
        if groups is not None:
            of_parts = [set(groups[part]) for part in rows]
            assert len(set.union(*of_parts)) == sum(map(len, of_parts))


def test_the_makers_test_part_is_in_no_fold():
    data = from_arrays(INPUTS, LABELS, test=(INPUTS[:6], LABELS[::10]))
    for one in data.folds(3):
        assert one.test.rows.tolist() == list(range(60, 66))
        assert max(*one.train.rows, *one.validation.rows) < 60
    assert is_everything(one.test for one in data.folds(3, validation=0.2))


def test_folds_of_classes_in_few_groups_say_nothing():
    labels = np.repeat(["a", "b"], [50, 10])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        folds = list(from_arrays(INPUTS, labels).folds(5, groups=np.arange(60) // 10))
    assert all(len(one.validation) for one in folds)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"count": 1}, r"folds\(count=1\): count must be an integer, 2 or more; 5"),
        ({"count": 2.0}, r"folds\(count=2.0\): count must be an integer"),
        ({"repeats": 0}, r"folds\(repeats=0\): repeats must be an integer, 1 or more"),
        ({"seed": -1}, r"folds\(seed=-1\): seed must be an integer, 0 or more"),
        ({"validation": 1.0}, r"validation=1.0\): validation must be a share"),
        ({"count": None}, r"one fold for each group, and there are no groups; give"),
        ({"count": None, "groups": [1] * 60}, "there are 1 groups for 2 folds"),
        ({"groups": [1, 2] * 30}, "there are 2 groups for 5 folds; give more groups"),
        ({"groups": [1, 2]}, r"groups has the shape \(2,\); give one value for each"),
        ({"groups": "who"}, "data has no column 'who'"),
        ({"count": 11}, "the class 'c' has 10 rows for 11 folds, so .* at most 10"),
    ],
)
def test_folds_that_cannot_be_are_refused_at_once(letters, options, message):
    with pytest.raises(DataError, match=message):
        letters.folds(**options)


def test_fewer_rows_than_folds_are_refused(values):
    with pytest.raises(DataError, match="there are 3 rows for 5 folds; give more rows"):
        values.take([1, 2, 3]).folds()
