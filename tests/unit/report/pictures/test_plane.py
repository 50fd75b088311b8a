import numpy as np
import pytest

from ranvier.data import from_arrays, from_frame
from ranvier.errors import DataError
from ranvier.report.pictures.plane import (
    check_plane,
    input_names,
    margins,
    spots,
    tinted,
)

COLUMNS = {
    "length": [1.5, 2.5, None, 4.5, 5.5, 6.5] * 4,
    "width": [1.0, 2.0, 3.0, 4.0, 5.5, 6.0] * 4,
    "kind": ["a", "b"] * 12,
}
CLASSES = [0, 1] * 4


def test_rows_of_a_table_lie_where_their_cells_say():
    data = from_frame(COLUMNS, "kind")
    assert input_names(data) == ["length", "width"]
    np.testing.assert_array_equal(spots(data)[:3], [[1.5, 1], [2.5, 2], [np.nan, 3]])


def test_rows_of_an_array_lie_where_its_numbers_say():
    data = from_arrays(np.arange(16.0).reshape(8, 2), CLASSES)
    assert input_names(data) == ["input 1", "input 2"]
    np.testing.assert_array_equal(spots(data)[1], [2, 3])


def test_a_place_has_the_tint_of_the_class_that_is_probable():
    sure = np.eye(2)[None]  # one row of two places
    ((first, second),) = tinted(sure).tolist()
    even = tinted(np.array([[[0.5, 0.5]]]))[0, 0]
    assert first != second
    np.testing.assert_allclose(even, np.mean([first, second], axis=0), atol=1)


def test_the_first_row_of_shades_is_the_last_of_the_grid():
    probable = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
    assert (tinted(probable)[0, 0] == tinted(probable[1:])[0, 0]).all()


def test_a_margin_is_how_far_a_class_is_before_all_others():
    probable = np.array([[[0.5, 0.3, 0.2], [0.1, 0.6, 0.3]]])
    first, second = margins(probable)
    np.testing.assert_allclose(first, [[0.2, -0.5]])
    np.testing.assert_allclose(second, [[-0.2, 0.3]])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (from_arrays(np.ones((8, 3)), CLASSES), r"inputs of shape \(3,\); what"),
        (from_arrays(np.ones((8, 2, 2)), CLASSES), r"shape \(2, 2\)"),
        (from_arrays(np.ones((8, 2)), [0.5] * 8), "has 0 classes .regression."),
        (
            from_arrays(np.ones((9, 2)), list(range(9))),
            "has 9 classes .* for 2 to 8",
        ),
    ],
)
def test_what_is_no_classes_over_two_numbers_is_refused(data, message):
    with pytest.raises(DataError, match=message):
        check_plane(data)


def test_a_table_with_a_column_of_names_is_refused_by_its_columns():
    frame = COLUMNS | {"length": ["x", "y", "z"] * 8}
    data = from_frame(frame, "kind")
    with pytest.raises(DataError, match=r"length \(category\), width \(number\); what"):
        check_plane(data)
