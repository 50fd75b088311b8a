import numpy as np
import pytest

from ranvier.data import Encoder, Schema
from ranvier.errors import DataError
from ranvier.model.rows import network_rows

PIXELS = Schema("pixels", (2, 3), "classification", ("0", "1"), 2)
TABLE = Schema("table", (2, 3), "regression", (), 1)
BYTES = Encoder(np.full(6, 1 / 255, np.float32), np.zeros(6, np.float32))
SCALED = Encoder(np.full(6, 2, np.float32), np.ones(6, np.float32))
ROWS = np.arange(12).reshape(2, 2, 3)


@pytest.mark.parametrize(
    ("shape", "rows"),
    [((2, 3), 1), ((6,), 1), ((1, 2, 3), 1), ((2, 2, 3), 2), ((2, 6), 2), ((0, 6), 0)],
)
def test_one_row_or_many_flat_or_not_become_rows(shape, rows):
    given = np.arange(np.prod(shape)).reshape(shape)
    assert network_rows(given, TABLE, SCALED).shape == (rows, 6)


@pytest.mark.parametrize(
    "shape", [(), (5,), (3, 2), (2, 3, 2), (1, 1, 2, 3), (2, 3, 1), (2, 2, 3, 1)]
)
def test_rows_of_another_shape_are_refused(shape):
    expected = r"shape \(2, 3\); give one such row, or N of them as \(N, 2, 3\)"
    with pytest.raises(DataError, match=expected):
        network_rows(np.zeros(shape), TABLE, SCALED)


@pytest.mark.parametrize("kind", ["u1", "i8", "u2", "f2", "f4", "f8", ">f8", "?"])
def test_numbers_of_any_type_become_float32(kind):
    rows = network_rows(ROWS.astype(kind), TABLE, SCALED)
    assert rows.dtype == (np.uint8 if kind == "u1" else np.float32)
    np.testing.assert_array_equal(rows, ROWS.astype(kind).reshape(2, 6))


@pytest.mark.parametrize("kind", ["u1", "i8", ">u2", "?"])
def test_whole_numbers_stay_bytes_where_bytes_were_learnt(kind):
    rows = network_rows(ROWS.astype(kind), PIXELS, BYTES)
    assert rows.dtype == np.uint8
    np.testing.assert_array_equal(rows, ROWS.astype(kind).reshape(2, 6))


@pytest.mark.parametrize("scale", [0.0, 1.5, 255 / 11])
def test_floats_from_0_to_255_are_taken_as_they_are(scale):
    rows = network_rows(ROWS * scale, PIXELS, BYTES)
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(rows, (ROWS * scale).astype("f4").reshape(2, 6))


def test_floats_from_0_to_1_are_refused_where_bytes_were_learnt():
    with pytest.raises(DataError, match=r"from 0 to 1; .* 0 to 255: multiply by 255"):
        network_rows(ROWS / 11, PIXELS, BYTES)


@pytest.mark.parametrize("rows", [ROWS - 1, ROWS * 24, ROWS - 0.5, ROWS * 23.3])
def test_values_that_are_no_bytes_are_refused_where_bytes_were_learnt(rows):
    with pytest.raises(DataError, match=r"values run from .*bytes, 0 to 255: give the"):
        network_rows(rows, PIXELS, BYTES)


def test_bytes_are_not_copied():
    given = ROWS.astype(np.uint8)
    assert np.shares_memory(network_rows(given, PIXELS, BYTES), given)


def test_lists_are_rows_too():
    assert network_rows([0, 1, 2, 3, 4, 5], PIXELS, BYTES).tolist() == [[*range(6)]]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e39])
def test_values_that_are_not_finite_are_named_by_their_place(bad):
    rows = ROWS.astype(float)
    rows[1, 0, 2] = bad
    with pytest.raises(
        DataError, match=r"the rows hold .* at \(1, 0, 2\); give finite"
    ):
        network_rows(rows, TABLE, SCALED)


@pytest.mark.parametrize(
    "rows", [[["a"] * 6], [[None] * 6], [[1j] * 6], np.zeros(6, "M8[s]")]
)
def test_what_is_no_number_is_refused(rows):
    with pytest.raises(DataError, match=r"the rows are of type .*; give numbers"):
        network_rows(rows, TABLE, SCALED)


def test_masked_rows_are_refused():
    rows = np.ma.masked_equal(np.arange(6.0)[None], 3)
    with pytest.raises(DataError, match="the rows hold masked values; fill them"):
        network_rows(rows, TABLE, SCALED)


def test_rows_of_unequal_length_are_refused():
    with pytest.raises(DataError, match=r"cannot be one array .*rows of equal length"):
        network_rows([[1, 2], [3]], TABLE, SCALED)
