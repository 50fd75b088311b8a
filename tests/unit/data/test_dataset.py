import numpy as np
import pytest

from ranvier.data import Dataset, Schema, from_arrays
from ranvier.errors import DataError

COINS = Schema("coins", (2,), "classification", ("heads", "tails"), 2)
PRICES = Schema("prices", (2,), "regression", (), 1)
INPUTS = np.arange(12, dtype=np.float32).reshape(6, 2)
SIDES = np.array([0, 1, 1, 0, 1, 0], np.int32)


@pytest.fixture
def coins():
    return Dataset(INPUTS, SIDES, COINS)


@pytest.fixture
def tested():
    return Dataset(INPUTS, SIDES, COINS, test_rows=[1, 4])


def test_the_users_own_memory_is_kept(coins):
    assert np.shares_memory(coins.memory_inputs, INPUTS)
    assert np.shares_memory(coins.memory_targets, SIDES)


@pytest.mark.parametrize("name", ["inputs", "targets", "rows", "memory_inputs"])
def test_nothing_of_a_data_set_can_be_written_to(coins, name):
    with pytest.raises(ValueError, match="read-only"):
        getattr(coins, name)[0] = 1
    with pytest.raises(AttributeError):
        setattr(coins, name, None)


def test_the_users_array_stays_writable(coins):
    assert INPUTS.flags.writeable


def test_a_view_shares_the_memory_and_has_its_own_rows(coins):
    view = coins.take([5, 2]).take([1, 0, 1])
    assert view.memory_inputs is coins.memory_inputs
    assert view.rows.tolist() == [2, 5, 2]
    assert view.rows.dtype == np.uint32
    np.testing.assert_array_equal(view.inputs, INPUTS[[2, 5, 2]])
    np.testing.assert_array_equal(view.targets, SIDES[[2, 5, 2]])
    assert len(view) == 3


def test_inputs_and_targets_are_those_of_the_view(coins):
    part = coins.take([4, 0])
    inputs, targets = part.inputs, part.targets
    np.testing.assert_array_equal(inputs, INPUTS[[4, 0]])
    np.testing.assert_array_equal(targets, SIDES[[4, 0]])


def test_rows_in_one_run_are_not_copied(coins):
    part = coins.take([1, 2, 3])
    inputs, targets = part.inputs, part.targets
    assert np.shares_memory(inputs, INPUTS)
    assert np.shares_memory(targets, SIDES)


@pytest.mark.parametrize("rows", [[3, 2, 1], [0, 2, 3], [1, 1, 2]])
def test_rows_in_no_run_are_copied(coins, rows):
    np.testing.assert_array_equal(coins.take(rows).inputs, INPUTS[rows])


def test_an_empty_view_has_no_rows(coins):
    empty = coins.take([])
    assert len(empty) == 0
    assert empty.inputs.shape == (0, 2)


def test_rows_may_be_chosen_at_once():
    assert Dataset(INPUTS, SIDES, COINS, rows=[3, 1]).targets.tolist() == [0, 1]


def test_the_makers_test_part_is_told_from_the_training_part(tested):
    assert tested.has_test
    assert tested.train.rows.tolist() == [0, 2, 3, 5]
    assert tested.test.rows.tolist() == [1, 4]
    assert not tested.test.has_test
    assert not tested.train.has_test


def test_a_view_of_both_kinds_of_rows_keeps_the_test_part(tested):
    view = tested.take([4, 3, 0])
    assert (view.train.rows.tolist(), view.test.rows.tolist()) == ([3, 0], [4])


@pytest.mark.parametrize("rows", [[0, 2], [1, 4]])
def test_a_view_of_one_kind_of_rows_has_no_test_part(tested, rows):
    assert not tested.take(rows).has_test


def test_without_a_test_part_all_rows_are_for_training(coins):
    assert coins.train is coins
    with pytest.raises(DataError, match=r"coins has no test part.*split\(test=0.1\)"):
        coins.test  # noqa: B018


def test_an_empty_test_part_is_none():
    assert not Dataset(INPUTS, SIDES, COINS, test_rows=[]).has_test


def test_every_view_has_the_fingerprint_of_its_memory(tested):
    assert tested.test.fingerprint() == tested.fingerprint()
    assert tested.take([2]).fingerprint() == tested.fingerprint()


@pytest.mark.parametrize(
    "other",
    [
        Dataset(INPUTS + (INPUTS == 11), SIDES, COINS),
        Dataset(INPUTS, 1 - SIDES, COINS),
        Dataset(INPUTS, SIDES, Schema("c", (2,), "classification", ("h", "t"), 2)),
        Dataset(INPUTS.astype(np.uint8), SIDES, COINS),
    ],
)
def test_other_data_have_another_fingerprint(coins, other):
    assert other.fingerprint() != coins.fingerprint()


def test_a_fingerprint_is_the_same_for_ever(coins):
    assert coins.fingerprint().startswith("44b43d630d71583b")


def test_a_data_set_says_what_it_holds(tested):
    assert repr(tested) == (
        "Dataset('coins': 6 rows of (2,) float32, 2 classes, 2 for the test)"
    )
    assert repr(from_arrays(INPUTS, INPUTS)) == (
        "Dataset('data': 6 rows of (2,) float32, 2 targets)"
    )
    assert "1 target)" in repr(from_arrays(INPUTS, INPUTS[:, 0]))


@pytest.mark.parametrize("kind", ["?", "i1", "u2", "i8", "f2", "f8", ">f4", ">i4"])
def test_numbers_of_any_type_become_float32_once(kind):
    data = Dataset(INPUTS.astype(kind), SIDES, COINS)
    assert data.inputs.dtype == np.float32
    assert data.inputs.flags.c_contiguous
    np.testing.assert_array_equal(data.inputs, INPUTS.astype(kind).astype("f4"))


@pytest.mark.parametrize(
    "inputs", [INPUTS.astype(np.uint8)[::-1], np.asfortranarray(INPUTS)]
)
def test_rows_that_lie_otherwise_are_laid_in_order(inputs):
    data = Dataset(inputs, SIDES, COINS)
    assert data.inputs.flags.c_contiguous
    assert data.inputs.dtype == inputs.dtype
    np.testing.assert_array_equal(data.inputs, inputs)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (INPUTS.astype(str), "inputs are of type <U.*; give numbers"),
        (INPUTS.astype(object), "inputs are of type object; give numbers"),
        (INPUTS * 1j, "inputs are of type complex64; give numbers"),
        ([[1, 2], [3]], "inputs cannot be one array .*; give rows of equal length"),
        (3.0, r"inputs have the shape \(\); give at least one row"),
        (INPUTS[:, 0], r"inputs have the shape \(6,\); .* inputs.reshape\(-1, 1\)"),
        (INPUTS[:0], r"inputs have the shape \(0, 2\); give at least one row"),
        (INPUTS[:, :0], r"inputs have the shape \(6, 0\); .* at least one value"),
        (INPUTS[:5], "there are 5 rows of inputs and 6 of targets; give one target"),
        (INPUTS[:, :1], r"rows have the shape \(1,\), the schema says \(2,\)"),
        (np.ma.masked_equal(INPUTS, 3), "inputs hold masked values; fill them"),
        (np.where(INPUTS == 5, np.nan, 0), "inputs hold nan in row 2, column 1; give"),
        (np.where(INPUTS == 4, -np.inf, 0), "inputs hold -inf in row 2, column 0"),
        (np.where(INPUTS == 11, 1e39, 0), r"inputs hold 1e\+39 in row 5, column 1"),
    ],
)
def test_inputs_that_are_no_data_are_refused(inputs, message):
    with pytest.raises(DataError, match=message):
        Dataset(inputs, SIDES, COINS)


def test_a_pixel_that_is_not_finite_is_named_by_its_place():
    images = np.zeros((6, 4, 5))
    images[3, 1, 2] = np.nan
    schema = Schema("images", (4, 5), "classification", ("a", "b"), 2)
    with pytest.raises(DataError, match=r"nan in row 3, column \(1, 2\)"):
        Dataset(images, SIDES, schema)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (SIDES.astype(float), r"targets are float64 of shape \(6,\); .* class numbers"),
        (SIDES[:, None], r"targets are int32 of shape \(6, 1\); .*from_arrays makes"),
        (SIDES + 1, "targets hold the class number 2, the schema names 2 .* 0 to 1"),
        (SIDES - 1, "targets hold the class number -1, the schema names 2 classes"),
    ],
)
def test_classes_that_are_none_are_refused(targets, message):
    with pytest.raises(DataError, match=message):
        Dataset(INPUTS, targets, COINS)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (np.zeros(6), r"targets are float64 of shape \(6,\); regression needs .*M\)"),
        (np.full((6, 1), "a"), "targets are <U1 of shape"),
        (np.zeros((6, 2)), "targets have 2 columns, the schema says 1; give as many"),
        (np.full((6, 1), np.nan), "targets hold nan in row 0, column 0"),
    ],
)
def test_values_that_are_none_are_refused(targets, message):
    with pytest.raises(DataError, match=message):
        Dataset(INPUTS, targets, PRICES)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([0, 6], "indices hold 6, there are 6 rows; give numbers from 0 to 5"),
        ([-1], "indices hold -1, there are 6 rows"),
        ([True] * 6, r"indices are bool .*, for a mask np.flatnonzero\(mask\)"),
        ([0.0], "indices are float64 of shape"),
        ([[0]], r"indices are int64 of shape \(1, 1\); give a list of row numbers"),
        (3, r"indices are int64 of shape \(\)"),
        ([[0], [1, 2]], "indices cannot be one array"),
    ],
)
def test_row_numbers_that_are_none_are_refused(coins, rows, message):
    with pytest.raises(DataError, match=message):
        coins.take(rows)


@pytest.mark.parametrize("name", ["rows", "test_rows"])
def test_rows_outside_the_memory_are_refused(name):
    with pytest.raises(DataError, match=f"^{name} hold 7, there are 6 rows"):
        Dataset(INPUTS, SIDES, COINS, **{name: [7]})


def test_weights_belong_to_the_rows_of_a_view():
    data = from_arrays(np.arange(8.0)[:, None], list("abababab"))
    view = data.take([6, 1, 4]).with_weights([2, 0, 0.5])
    assert view.weights.tolist() == [2, 0, 0.5]
    assert view.take([2, 0]).weights.tolist() == [0.5, 2]
    assert view.memory_weights.tolist() == [1, 0, 1, 1, 0.5, 1, 2, 1]
    assert data.weights is None
    assert data.memory_weights is None
    assert len({data.fingerprint(), view.fingerprint()}) == 2


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (
            [1, 2],
            r"weights are int64 of shape \(2,\); give one number for each of the 3",
        ),
        (list("abc"), r"weights are <U1 of shape \(3,\); give one number"),
        ([1, -1, 1], "weights hold -1 for row 1; give finite numbers, zero or more"),
        ([1, 1, np.nan], "weights hold nan for row 2; give finite numbers"),
        ([1e39, 1, 1], r"weights hold 1e\+39 for row 0; give finite numbers"),
    ],
)
def test_weights_that_mean_nothing_are_refused(weights, message):
    data = from_arrays(np.arange(3.0)[:, None], list("aba"))
    with pytest.raises(DataError, match=message):
        data.with_weights(weights)


def test_rows_are_found_in_the_memory_by_their_numbers():
    data = from_arrays(np.arange(8.0)[:, None], list("abababab")).with_weights(range(8))
    view = data.take([6, 1]).at([0, 5])
    assert view.inputs.ravel().tolist() == view.weights.tolist() == [0, 5]
    with pytest.raises(DataError, match="rows hold 8, there are 8 rows"):
        data.at([8])


@pytest.mark.parametrize("far", [1.7e9, -1.7e9])
def test_values_that_float32_cannot_tell_apart_are_refused(far):
    near = np.linspace(0, 60, 50)
    said = r"column 1 of inputs runs from .* float32 has steps of 128: .* subtract"
    with pytest.raises(DataError, match=said):
        from_arrays(np.stack([near, far + near], axis=1), near)
    with pytest.raises(DataError, match=said):
        from_arrays(np.stack([near, far + near.round()], 1).astype(np.int64), near)


@pytest.mark.parametrize(
    "column", [[0.1 + 0.2, 0.3], [1.7e9, 1.7e9], [2.0**24, 2.0**24 + 2], [1e-9, 2e-9]]
)
def test_values_that_hardly_differ_or_are_told_apart_are_taken(column):
    assert len(from_arrays(np.array(column)[:, None], [0, 1])) == 2
