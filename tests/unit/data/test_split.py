import datetime
import subprocess
import sys
from typing import Annotated, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

from ranvier.data import (
    SPLITS,
    ColumnSplit,
    GroupSplit,
    StratifiedSplit,
    TimeSplit,
    from_arrays,
)
from ranvier.data.draw import seeded
from ranvier.description import Document, Must, description, one_of
from ranvier.errors import DataError, DescriptionError

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


def scikit_learns_parts(labels, validation, test, seed):
    """Draw as the parts were drawn first: the test part, then the one to validate."""
    random = seeded(seed)
    kept, parts = np.arange(len(labels)), []
    for share in (test, validation):
        splitter = StratifiedShuffleSplit if labels.dtype.kind == "U" else ShuffleSplit
        size = max(1, round(share * len(labels)))
        draw = splitter(1, test_size=size, random_state=random)
        stay, go = next(draw.split(np.zeros((len(kept), 1)), labels[kept]))
        parts.append(np.sort(kept[go]))
        kept = np.sort(kept[stay])
    return kept, parts[1], parts[0]


@pytest.mark.parametrize("seed", [0, 1, 2**40])
@pytest.mark.parametrize("counts", [(70, 20, 10), (33, 33, 34), (4, 3, 93)])
def test_classes_are_drawn_to_the_bit_as_scikit_learn_draws_them(counts, seed):
    labels = np.random.default_rng(seed).permutation(np.repeat(["a", "b", "c"], counts))
    parts = from_arrays(INPUTS, labels).split(validation=0.15, test=0.21, seed=seed)
    expected = scikit_learns_parts(labels, 0.15, 0.21, seed)
    for part, rows in zip(parts, expected, strict=True):
        np.testing.assert_array_equal(part.rows, rows)


@pytest.mark.parametrize("seed", [0, 7])
def test_values_are_drawn_to_the_bit_as_scikit_learn_draws_them(seed):
    parts = from_arrays(INPUTS, INPUTS[:, 0]).split(seed=seed)
    expected = scikit_learns_parts(INPUTS[:, 0], 0.1, 0.1, seed)
    for part, rows in zip(parts, expected, strict=True):
        np.testing.assert_array_equal(part.rows, rows)


def test_splitting_imports_nothing_slow():
    code = (
        "from ranvier.data import from_arrays; import sys;"
        "from_arrays([[float(i)] for i in range(20)], [0, 1] * 10).split();"
        "print('sklearn' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_a_random_split_lets_classes_fall_as_they_may(letters):
    parts = letters.split(by="random", seed=2)
    values = from_arrays(INPUTS, INPUTS[:, 0]).split(seed=2)
    assert parts.test.rows.tolist() == values.test.rows.tolist()


def test_data_with_classes_start_with_a_stratified_split(letters):
    for by in ("stratified", StratifiedSplit()):
        assert letters.split(by=by).test.rows.tolist() == (
            letters.split().test.rows.tolist()
        )


GROUPS = np.arange(100) % 17


@pytest.mark.parametrize("kind", [int, str, float, object])
@pytest.mark.parametrize("seed", [0, 1])
def test_rows_of_a_group_stay_together(letters, kind, seed):
    groups = GROUPS.astype(kind)
    parts = letters.split(validation=0.2, test=0.2, seed=seed, groups=groups)
    of_parts = [set(groups[part.rows]) for part in parts]
    assert len(set.union(*of_parts)) == sum(map(len, of_parts)) == 17
    assert sum(map(len, parts)) == 100
    assert all(14 <= len(part) <= 26 for part in parts[1:])


def test_groups_are_drawn_so_that_classes_keep_their_shares():
    groups = np.repeat(np.arange(50), 2)
    labels = np.repeat(["a", "b"], [50, 50])
    parts = from_arrays(INPUTS, labels).split(validation=0.2, test=0.2, groups=groups)
    for part in parts:
        assert abs(np.mean(part.targets) - 0.5) <= 0.1


def test_another_seed_draws_other_groups(letters):
    rows = [letters.split(seed=s, groups=GROUPS).test.rows.tolist() for s in (0, 0, 1)]
    assert rows[0] == rows[1] != rows[2]


def test_groups_beside_the_makers_test_part_are_those_of_the_other_rows():
    data = from_arrays(INPUTS, LABELS, test=(INPUTS[:20], LABELS[:20]))
    groups = np.arange(120) // 4
    parts = data.split(groups=groups)
    assert parts.test.rows.tolist() == list(range(100, 120))
    assert not set(groups[parts.train.rows]) & set(groups[parts.validation.rows])


@pytest.mark.parametrize(
    "time",
    [
        np.arange(100)[::-1],
        np.datetime64("2024-01-01") + np.arange(100)[::-1],
        (np.datetime64("2024-01-01") + np.arange(100)[::-1]).astype(str),
        [
            datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
            + datetime.timedelta(hours=hour)
            for hour in range(99, -1, -1)
        ],
    ],
    ids=["numbers", "dates", "texts", "datetimes"],
)
def test_the_latest_rows_are_the_test(letters, time):
    parts = letters.split(time=time)
    assert parts.test.rows.tolist() == list(range(10))
    assert parts.validation.rows.tolist() == list(range(10, 20))
    assert parts.train.rows.tolist() == list(range(20, 100))


def test_rows_of_one_time_stay_together(letters):
    parts = letters.split(validation=0, test=0.2, time=np.arange(100) // 15)
    assert parts.test.rows.tolist() == list(range(75, 100))


WORDS = np.array(["train"] * 70 + ["Valid"] * 10 + ["test "] * 20)


def test_a_column_says_the_parts(letters):
    named = letters.with_column("part", WORDS)
    for parts in (letters.split(by=WORDS), named.split(by=ColumnSplit("part"))):
        assert [part.rows.tolist() for part in parts] == [
            list(range(70)),
            list(range(70, 80)),
            list(range(80, 100)),
        ]


def test_what_a_column_leaves_open_is_drawn(letters):
    parts = letters.split(by=["train", "test"] * 50, validation=0.2)
    assert [len(part) for part in parts] == [40, 10, 50]
    assert (parts.train.rows % 2 == 0).all()
    assert (parts.validation.rows % 2 == 0).all()
    alone = letters.split(by=["train"] * 100, validation=0)
    assert tuple(alone)[1:] == (None, None)


def test_columns_beside_the_inputs_part_the_rows(letters):
    named = letters.with_column("who", GROUPS).with_column("when", -np.arange(100))
    assert named.split(groups="who").test.rows.tolist() == (
        letters.split(groups=GROUPS).test.rows.tolist()
    )
    for asked in ({"time": "when"}, {"by": TimeSplit("when")}):
        assert named.split(**asked).test.rows.tolist() == list(range(10))


def test_rows_part_by_dates_of_any_one_format(letters):
    days = [f"{30 - row % 30:02d}.{12 - row // 30:02d}.2024" for row in range(100)]
    assert letters.split(time=days).test.rows.tolist() == list(range(10))


def test_a_part_knows_the_columns_of_its_rows(letters):
    part = letters.take(np.arange(10, 20)).with_column("who", GROUPS[10:20])
    again = part.take([3, 1])
    assert again.column("who").tolist() == [GROUPS[13], GROUPS[11]]
    assert part.fingerprint() == letters.fingerprint()


@description
class Plan(Document):
    split: Annotated[Any, one_of(SPLITS), Must("a split", "random is one")]


@pytest.mark.parametrize("name", list(SPLITS))
def test_splits_survive_toml(name):
    kind = SPLITS[name]
    split = kind("who") if "column" in kind.__annotations__ else kind()
    assert Plan.from_toml(Plan(split).to_toml()) == Plan(split)
    assert hash(split) == hash(Plan(split).split)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"by": "random", "time": INPUTS[:, 0]},
            r"split\(by=…, time=…\): rows part by",
        ),
        ({"groups": GROUPS[:9]}, r"groups has the shape \(9,\); give one value for "),
        ({"groups": [1] * 100}, r"1 group is left for two parts \(test=0.1\); give"),
        ({"groups": [1, 2] * 50}, r"1 group is left for two parts \(validation=0.1\)"),
        ({"groups": [None] + [1] * 99}, "groups is missing in row 0; fill it"),
        ({"groups": np.array([1, "a"] * 50, object)}, r"of several kinds \(object\)"),
        ({"time": [3.0] * 100}, r"1 time is left for two parts \(test=0.1\)"),
        ({"time": [np.nan] + [1.0] * 99}, "time is missing in row 0"),
        ({"time": np.array(["NaT"] * 100, "M8[s]")}, "time is missing in row 0"),
        ({"time": ["May", "June"] * 50}, "time holds 'May', which is no time; give"),
        ({"time": ["31.5.2024", "2024-06-01"] * 50}, "time holds '31.5.2024', which"),
        ({"time": ["3/4/2024", "4/3/2024"] * 50}, "has month and day in an open order"),
        ({"time": ["", "2024-01-01"] * 50}, "time is missing in row 0"),
        ({"by": ["train", "tset"] * 50}, "by says 'tset' in row 1; it must say train"),
        ({"by": ["test"] * 100}, "by says train in no row"),
        ({"by": GroupSplit("who")}, "data has no column 'who' .*known: none; give an"),
        ({"by": 3}, None),
        ({"by": "grup"}, None),
    ],
)
def test_what_rows_cannot_part_by_is_refused(letters, options, message):
    expected = DataError if message else DescriptionError
    message = message or 'by must be a split, its name|did you mean "group"'
    with pytest.raises(expected, match=message):
        letters.split(**options)


def test_a_stratified_split_of_numbers_is_refused():
    with pytest.raises(DataError, match='numbers as targets; use by="random"'):
        from_arrays(INPUTS, INPUTS[:, 0]).split(by="stratified")


def test_a_column_that_is_misspelt_is_told(letters):
    with pytest.raises(DataError, match=r'did you mean "who"\? known: who'):
        letters.with_column("who", GROUPS).split(groups="whom")


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(6, 80),
    groups=st.integers(5, 40),
    shares=st.tuples(st.floats(0.01, 0.4), st.floats(0.01, 0.4)),
    by=st.sampled_from(["random", "groups", "time"]),
    seed=st.integers(0, 2**63),
)
def test_however_rows_part_each_is_in_one_part(rows, groups, shares, by, seed):
    values = np.arange(rows) * 41 % groups
    asked = {"by": "random"} if by == "random" else {by: values}
    data = from_arrays(INPUTS[:rows], INPUTS[:rows, 0])
    parts = data.split(validation=shares[0], test=shares[1], seed=seed, **asked)
    together = np.sort(np.concatenate([part.rows for part in parts]))
    np.testing.assert_array_equal(together, np.arange(rows))
    of_parts = [set(values[part.rows]) for part in parts]
    if by != "random":
        assert len(set.union(*of_parts)) == sum(map(len, of_parts))
    if by == "time":
        assert max(of_parts[0]) < min(of_parts[1]) <= max(of_parts[1])
        assert max(of_parts[1]) < min(of_parts[2])
