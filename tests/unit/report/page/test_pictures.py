import base64
import io

import numpy as np
import pytest
from PIL import Image

from ranvier.data import Schema, SoundForm
from ranvier.report.page.pictures import (
    MOST_SIDE,
    is_pictured,
    mosaic,
    pictures,
    signed,
)


def schema(*shape: int, **options) -> Schema:
    return Schema("data", shape, "classification", ("a", "b"), 2, **options)


def pixels(address: str) -> np.ndarray:
    head, _, content = address.partition(",")
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))


@pytest.mark.parametrize(
    ("shape", "seen"),
    [
        ((28, 28), True),
        ((28, 28, 1), True),
        ((28, 28, 3), True),
        ((28, 28, 4), True),
        ((28, 28, 2), False),
        ((784,), False),
    ],
)
def test_rows_with_two_sides_are_pictures(shape, seen):
    assert is_pictured(schema(*shape)) == seen


@pytest.mark.parametrize("channels", [(), (1,), (3,), (4,)])
def test_bytes_come_back_as_they_are(channels):
    rows = np.random.default_rng(0).integers(0, 256, (2, 5, 4, *channels))
    rows = rows.astype(np.uint8)
    shown = [pixels(one) for one in pictures(rows, schema(5, 4, *channels))]
    for image, row in zip(shown, rows, strict=True):
        np.testing.assert_array_equal(image, row[..., 0] if channels == (1,) else row)


def test_numbers_run_from_the_least_of_all_rows_to_the_largest():
    rows = np.array([[[-2.0, 0.0]], [[2.0, -2.0]]], np.float32)
    first, second = (pixels(one) for one in pictures(rows, schema(1, 2)))
    assert first.tolist() == [[0, 128]]
    assert second.tolist() == [[255, 0]]


def test_rows_that_are_all_alike_are_black():
    rows = np.full((1, 2, 2), 7.0, np.float32)
    assert pixels(pictures(rows, schema(2, 2))[0]).tolist() == [[0, 0], [0, 0]]


def test_no_rows_are_no_pictures():
    assert pictures(np.empty((0, 2, 2), np.float32), schema(2, 2)) == []


def test_a_large_picture_is_shrunk():
    rows = np.zeros((1, 200, 100, 3), np.uint8)
    (shown,) = pictures(rows, schema(200, 100, 3))
    assert pixels(shown).shape == (40, 20, 3)
    assert max(pixels(shown).shape) <= MOST_SIDE


def test_the_time_of_a_sound_runs_to_the_right_and_low_bands_lie_below():
    form = SoundForm(8000, 3, bands=2)
    rows = np.array([[[1, 10], [2, 20], [3, 30]]], np.uint8)
    (shown,) = pictures(rows, schema(3, 2, sound=form))
    assert pixels(shown).tolist() == [[10, 20, 30], [1, 2, 3]]


def test_weights_are_seen_by_their_sign_and_size():
    seen = signed(np.array([[-2.0, 0.0, 1.0, 4.0]]), 2.0)
    assert seen[0, :, 3].tolist() == [255, 0, 128, 255]
    assert seen[0, 0].tolist()[:3] != seen[0, 2].tolist()[:3]
    assert seen[0, 2].tolist()[:3] == seen[0, 3].tolist()[:3]


def test_weights_that_are_all_zero_are_not_seen():
    assert signed(np.zeros((2, 2)), 0.0)[..., 3].max() == 0


def test_tiles_stand_in_rows_with_a_gap_between_them():
    tiles = np.full((3, 2, 2, 4), 9, np.uint8)
    whole = mosaic(tiles, 2)
    assert whole.shape == (5, 5, 4)
    assert whole[:2, :2].min() == whole[:2, 3:].min() == whole[3:, :2].min() == 9
    assert whole[2].max() == whole[:, 2].max() == whole[3:, 3:].max() == 0
