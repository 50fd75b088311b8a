from pathlib import Path

import numpy as np
import pytest

from ranvier.data import ImageForm, from_arrays
from ranvier.data.sources.arrays import name_from
from ranvier.errors import DataError, DescriptionError

TABLE = np.arange(12, dtype=np.float32).reshape(6, 2)
LABELS = ["b", "a", "b", "a", "b", "a"]
IMAGES = np.arange(120, dtype=np.uint8).reshape(6, 4, 5)


def test_arrays_become_data_with_a_schema():
    data = from_arrays(TABLE, LABELS, name="letters")
    assert data.schema.name == "letters"
    assert data.schema.input_shape == (2,)
    assert (data.schema.classes, data.schema.outputs) == (("a", "b"), 2)
    assert data.schema.image is None
    assert data.source is None
    assert data.targets.tolist() == [1, 0, 1, 0, 1, 0]


def test_columns_of_floats_are_as_many_outputs():
    schema = from_arrays(TABLE, TABLE).schema
    assert (schema.task, schema.classes, schema.outputs) == ("regression", (), 2)


def test_a_plain_list_will_do():
    data = from_arrays([[1, 2], [3, 4]], [0.5, 1.5])
    assert data.inputs.dtype == data.targets.dtype == np.float32


@pytest.mark.parametrize("inputs", [TABLE, IMAGES])
def test_what_is_as_it_must_be_is_not_copied(inputs):
    assert np.shares_memory(from_arrays(inputs, LABELS).inputs, inputs)


@pytest.mark.parametrize(
    ("inputs", "form"),
    [
        (IMAGES, ImageForm(4, 5)),
        (np.zeros((6, 4, 5, 3), np.uint8), ImageForm(4, 5, 3)),
        (np.zeros((6, 4, 5, 4), np.uint8), ImageForm(4, 5, 4)),
        (np.zeros((6, 4, 5, 1), np.uint8), None),
        (np.zeros((6, 4, 5, 2), np.uint8), None),
        (np.zeros((6, 4), np.uint8), None),
        (IMAGES.astype(float), None),
    ],
)
def test_images_of_bytes_tell_how_pictures_become_rows(inputs, form):
    assert from_arrays(inputs, LABELS).schema.image == form


def test_a_test_part_is_kept_behind_the_training_part():
    data = from_arrays(TABLE, LABELS, test=(TABLE[:2] + 100, ["a", "c"]))
    assert (len(data), len(data.train), len(data.test)) == (8, 6, 2)
    assert data.schema.classes == ("a", "b", "c")
    np.testing.assert_array_equal(data.test.inputs, TABLE[:2] + 100)
    assert data.test.targets.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("first", "last"),
    [(np.int64, np.uint8), (np.float64, np.float32), (object, "U1"), ("U3", "U1")],
)
def test_parts_may_differ_in_the_width_of_their_targets(first, last):
    data = from_arrays(
        TABLE,
        np.array([1, 2, 1, 2, 1, 2]).astype(str).astype(first),
        test=(TABLE[:1], np.array(["1"]).astype(last)),
    )
    assert data.targets[0] == data.targets[-1]


@pytest.mark.parametrize(
    ("test", "message"),
    [
        (TABLE, r"test=ndarray: give a pair, as in test=\(test_inputs, test_targets\)"),
        ((TABLE,), "test=tuple: give a pair"),
        ((TABLE, LABELS[:5]), "there are 6 test inputs and 5 test targets; give one"),
        ((TABLE[:, :1], LABELS), r"training part has float32 of shape \(6, 2\), the"),
        ((TABLE.astype("u1"), LABELS), r"the test part uint8 of shape \(6, 2\); give"),
        ((TABLE, [0] * 6), "training part has <U1 .*test part int64"),
        ((3.0, LABELS), r"the test part float64 of shape \(\)"),
        ((TABLE, "a"), r"the test part <U1 of shape \(\)"),
    ],
)
def test_a_test_part_of_another_kind_is_refused(test, message):
    with pytest.raises(DataError, match=message):
        from_arrays(TABLE, LABELS, test=test)


def test_targets_of_another_length_are_refused():
    with pytest.raises(DataError, match="there are 6 inputs and 5 targets; give one"):
        from_arrays(TABLE, LABELS[:5])


def test_lengths_that_differ_are_refused_with_a_test_part_too():
    with pytest.raises(DataError, match="there are 12 inputs and 11 targets"):
        from_arrays(TABLE, LABELS[:5], test=(TABLE, LABELS))


def test_a_name_that_no_folder_can_have_is_refused():
    with pytest.raises(DescriptionError, match="a name that a folder can have"):
        from_arrays(TABLE, LABELS, name="../up")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/my data.npz", "my-data"),
        ("a/Über 3.npz", "Über-3"),
        ("/", "data"),
        ("a" * 150, "a" * 100),
    ],
)
def test_data_are_called_as_their_file(path, name):
    assert name_from(Path(path)) == name
