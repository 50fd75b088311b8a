import numpy as np
import pytest

from ranvier.data import Encoder, from_arrays
from ranvier.errors import DataError
from tests.support.people import shoppers, spenders

TABLE = np.array([[1, 5, 0.1], [3, 5, 0.1], [5, 5, 0.1], [1e6, 9, 7]], np.float32)
VALUES = np.arange(4.0)


def encoded(encoder, inputs):
    return inputs.reshape(len(inputs), -1) * encoder.scale + encoder.shift


def test_bytes_become_0_to_1(digits):
    encoder = Encoder.fit(digits.take([0, 1]))
    assert encoder.scale.dtype == encoder.shift.dtype == np.float32
    np.testing.assert_array_equal(encoder.scale, np.full(784, 1 / 255, "f4"))
    np.testing.assert_array_equal(encoder.shift, np.zeros(784, "f4"))


def test_columns_get_mean_0_and_deviation_1_on_the_training_rows_alone():
    inputs = np.random.default_rng(0).normal([3, -200], [0.1, 50], (5000, 2))
    inputs[4000:] *= 1000
    part = from_arrays(inputs, inputs[:, 0]).take(range(4000))
    numbers = encoded(Encoder.fit(part), part.inputs)
    # A column's mean is 30 deviations from 0, so float32 keeps 30 epsilon of it.
    np.testing.assert_allclose(numbers.mean(axis=0), 0, atol=30 * 2**-23)
    np.testing.assert_allclose(numbers.std(axis=0), 1, rtol=30 * 2**-23)


def test_a_column_that_never_changes_becomes_0():
    part = from_arrays(TABLE, VALUES).take([0, 1, 2])
    encoder = Encoder.fit(part)
    np.testing.assert_array_equal(encoder.scale[1:], [1, 1])
    np.testing.assert_array_equal(encoder.shift[1:], -TABLE[0, 1:])
    np.testing.assert_array_equal(encoded(encoder, part.inputs)[:, 1:], 0)


@pytest.mark.parametrize("scale", [1e-44, 1e-30, 1e30, 1e38])
def test_numbers_of_any_size_stay_finite(scale):
    inputs = (np.arange(4.0)[:, None] * scale).astype(np.float32)
    encoder = Encoder.fit(from_arrays(inputs, VALUES))
    assert np.isfinite(encoder.scale).all()
    assert np.isfinite(encoded(encoder, inputs)).all()


def test_one_row_can_be_fitted():
    encoder = Encoder.fit(from_arrays(TABLE, VALUES).take([3]))
    np.testing.assert_array_equal(encoder.shift, -TABLE[3])


@pytest.mark.parametrize("shape", [(30, 4, 5), (30, 4, 5, 3)])
def test_images_of_floats_share_one_mean_and_one_deviation(shape):
    images = np.random.default_rng(1).uniform(2, 3, shape)
    encoder = Encoder.fit(from_arrays(images, np.zeros(30)))
    assert encoder.scale.shape == (np.prod(shape[1:]),)
    assert len(np.unique(encoder.scale)) == len(np.unique(encoder.shift)) == 1
    numbers = encoded(encoder, images)
    # The mean is 9 deviations from 0, so float32 keeps 9 epsilon of it.
    np.testing.assert_allclose([numbers.mean(), numbers.std() - 1], 0, atol=9 * 2**-23)


def test_an_encoder_comes_back_from_its_arrays():
    encoder = Encoder.fit(from_arrays(TABLE, VALUES))
    again = Encoder.from_arrays(encoder.to_arrays() | {"dense_1.weight": TABLE})
    np.testing.assert_array_equal(again.scale, encoder.scale)
    np.testing.assert_array_equal(again.shift, encoder.shift)


def test_an_encoder_is_frozen():
    with pytest.raises(AttributeError):
        Encoder.fit(from_arrays(TABLE, VALUES)).scale = None


def test_an_encoder_is_not_fitted_on_nothing():
    with pytest.raises(DataError, match="no rows to fit an encoder on; give the"):
        Encoder.fit(from_arrays(TABLE, VALUES).take([]))


ONES = np.ones(3, np.float32)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({}, r"written as encoder.scale and encoder.shift, got \[\]; see"),
        ({"encoder.scale": ONES}, r"and encoder.shift, got \['encoder.scale'\]"),
        (
            {"encoder.scale": ONES, "encoder.shift": ONES[:2]},
            r"encoder.scale is float32 \(3,\), encoder.shift float32 \(2,\); both must",
        ),
        (
            {"encoder.scale": ONES, "encoder.shift": ONES.astype("f8")},
            r"encoder.shift float64 \(3,\); both must be float32 \(K,\)",
        ),
        (
            {"encoder.scale": ONES[None], "encoder.shift": ONES[None]},
            r"encoder.scale is float32 \(1, 3\)",
        ),
        (
            {"encoder.scale": ONES, "encoder.shift": ONES * np.nan},
            "holds values that are not finite; fit the encoder again",
        ),
    ],
)
def test_arrays_that_are_no_encoder_are_refused(arrays, message):
    with pytest.raises(DataError, match=message):
        Encoder.from_arrays(arrays)


@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
def test_columns_of_ids_stay_as_they_are(dtype):
    inputs = np.array([[3, 0, 7], [1, 4, 9], [2, 2, 8]], dtype)
    encoder = Encoder.fit(from_arrays(inputs, np.zeros(3)), ids=(0, 2))
    assert encoder.scale[[0, 2]].tolist() == [1, 1]
    assert encoder.shift[[0, 2]].tolist() == [0, 0]
    assert encoder.scale[1] != 1


def test_rows_that_weigh_nothing_are_not_looked_at():
    data = from_arrays(TABLE, VALUES).with_weights([1, 0, 2, 0][: len(VALUES)])
    found, expected = Encoder.fit(data), Encoder.fit(data.take([0, 2]))
    for name, array in expected.to_arrays().items():
        assert found.to_arrays()[name].tobytes() == array.tobytes()


@pytest.mark.parametrize("data", [shoppers(), spenders()], ids=["classes", "values"])
def test_a_row_of_weight_2_is_looked_at_as_two_rows(data):
    times = np.arange(len(data)) % 4
    found = Encoder.fit(data.with_weights(times))
    expected = Encoder.fit(data.take(np.repeat(np.arange(len(data)), times)))
    assert found.to_texts() == expected.to_texts()
    assert found.to_texts() != Encoder.fit(data).to_texts()


def test_columns_of_arrays_weigh_whole_numbers_too():
    data, times = from_arrays(TABLE, VALUES), [1, 3, 2, 1]
    found = Encoder.fit(data.with_weights(times))
    expected = Encoder.fit(data.take(np.repeat(np.arange(4), times)))
    for name, array in expected.to_arrays().items():
        np.testing.assert_array_equal(found.to_arrays()[name], array)
