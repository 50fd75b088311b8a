import numpy as np
import pytest

from ranvier.data import from_arrays
from ranvier.errors import DataError

INPUTS = np.arange(100, dtype=np.float32).reshape(100, 1)
LABELS = np.repeat(["a", "b", "c"], [70, 20, 10])


def numbers(part):
    return np.bincount(part.targets).tolist()


@pytest.fixture
def letters():
    return from_arrays(INPUTS, LABELS)


def test_each_row_is_in_one_part(letters):
    parts = letters.split()
    assert [len(part) for part in parts] == [80, 10, 10]
    rows = np.concatenate([part.rows for part in parts])
    np.testing.assert_array_equal(np.sort(rows), np.arange(100))


def test_each_class_gives_its_share(letters):
    parts = letters.split(validation=0.1, test=0.2)
    assert [numbers(part) for part in parts] == [[49, 14, 7], [7, 2, 1], [14, 4, 2]]


def test_parts_lie_over_the_same_memory_in_its_order(letters):
    for part in letters.split():
        assert part.memory_inputs is letters.memory_inputs
        assert (np.diff(part.rows.astype(int)) > 0).all()


def test_the_same_seed_gives_the_same_parts(letters):
    first, again = letters.split(seed=7), letters.split(seed=7)
    assert [part.rows.tolist() for part in first] == [
        part.rows.tolist() for part in again
    ]


@pytest.mark.parametrize("seed", [1, 2**32, 2**63 - 1])
def test_another_seed_gives_other_parts(letters, seed):
    rows = letters.split(seed=seed).test.rows
    assert rows.tolist() != letters.split(seed=0).test.rows.tolist()


@pytest.mark.parametrize(
    ("shares", "sizes"),
    [
        ((0, 0), (100, None, None)),
        ((0.2, 0), (80, 20, None)),
        ((0, 0.5), (50, None, 50)),
        ((0.25, 0.25), (50, 25, 25)),
    ],
)
def test_a_share_of_nothing_gives_no_part(letters, shares, sizes):
    parts = letters.split(validation=shares[0], test=shares[1])
    assert tuple(part and len(part) for part in parts) == sizes


def test_values_are_split_without_regard_to_classes():
    parts = from_arrays(INPUTS, INPUTS[:, 0]).split(validation=0.3, test=0.01)
    assert [len(part) for part in parts] == [69, 30, 1]


def test_a_part_has_at_least_one_row():
    parts = from_arrays(INPUTS, INPUTS[:, 0]).split(validation=0.001, test=0.001)
    assert [len(part) for part in parts] == [98, 1, 1]


@pytest.mark.parametrize("share", [0, 0.1, 0.9])
def test_the_makers_test_part_stays(letters, share):
    data = from_arrays(INPUTS, LABELS, test=(INPUTS[:5], LABELS[[0, 0, 75, 75, 95]]))
    parts = data.split(validation=0.1, test=share)
    assert parts.test.rows.tolist() == [100, 101, 102, 103, 104]
    assert [len(part) for part in parts] == [90, 10, 5]
    assert parts.train.rows.max() < 100


def test_digits_keep_their_ten_thousand(digits):
    parts = digits.split(seed=1)
    assert [len(part) for part in parts] == [54_000, 6_000, 10_000]
    assert parts.test.rows.tolist() == list(range(60_000, 70_000))
    share = np.bincount(parts.validation.targets) / np.bincount(digits.train.targets)
    assert np.abs(share - 0.1).max() < 1e-3


def test_parts_can_be_split_again(letters):
    again = letters.split().train.split(validation=0.25, test=0)
    assert set(again.train.rows) < set(letters.split().train.rows)
    assert len(again.validation) == 20


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"validation": -0.1}, r"split\(validation=-0.1\): validation must be a share"),
        ({"test": 1}, "test must be a share of the rows, at least 0 and below 1; 0.1"),
        ({"test": float("nan")}, r"split\(test=nan\): test must be a share"),
        ({"test": "0.1"}, r"split\(test='0.1'\): test must be a share"),
        ({"validation": 0.5, "test": 0.5}, "nothing is left to train on; give shares"),
        ({"seed": -1}, r"split\(seed=-1\): seed must be an integer, 0 or more"),
        ({"seed": 0.5}, r"split\(seed=0.5\): seed must be an integer"),
    ],
)
def test_impossible_shares_and_seeds_are_refused(letters, options, message):
    with pytest.raises(DataError, match=message):
        letters.split(**options)


@pytest.mark.parametrize(
    ("counts", "options", "message"),
    [
        ((9, 1), {}, "the class 'b' has 1 row left for two parts"),
        ((30, 2), {"test": 0.4, "validation": 0.3}, "'b' has 1 row left .*=0.3"),
        ((5, 5), {}, "test=0.1 of 10 rows is a part of 1 .* too small for 2 classes"),
        ((5, 5), {"validation": 0.9, "test": 0}, "a part of 9 beside one of 1, too"),
    ],
)
def test_too_few_rows_of_a_class_are_refused(counts, options, message):
    labels = np.repeat(["a", "b"], counts)
    data = from_arrays(INPUTS[: len(labels)], labels)
    with pytest.raises(DataError, match=message):
        data.split(**options)


def test_numbers_taken_for_classes_are_told_of_regression():
    prices = np.repeat(np.arange(25) * 100, 4)
    with pytest.raises(DataError, match=r"too small for 25 classes; .*regression"):
        from_arrays(INPUTS, prices).split()


@pytest.mark.parametrize(("count", "share"), [(1, 0.1), (2, 0.9)])
def test_too_few_rows_to_train_on_are_refused(count, share):
    data = from_arrays(INPUTS[:count], INPUTS[:count, 0])
    message = f"={share} of {count} rows is a part of {count}, which leaves 0"
    with pytest.raises(DataError, match=message):
        data.split(validation=share, test=0)


def test_data_of_test_rows_alone_are_refused(letters):
    with pytest.raises(DataError, match="there are no rows to train on; give data"):
        letters.take([]).split(validation=0, test=0)
