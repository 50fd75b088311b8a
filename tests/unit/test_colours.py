import numpy as np
from PIL import Image

from ranvier.colours import MOST, indexed


def image(pixels) -> Image.Image:
    return Image.fromarray(np.asarray(pixels, np.uint8))


def seen(one: Image.Image) -> np.ndarray:
    return np.asarray(one.convert("RGB"))


def test_few_colours_stay_as_they_are():
    pixels = np.zeros((4, 40, 3), np.uint8)
    pixels[..., 0] = np.arange(0, 160, 4)
    (one,) = indexed([image(pixels)])
    np.testing.assert_array_equal(seen(one), pixels)


def test_colours_that_are_frequent_stay_as_they_are_among_many():
    pixels = np.random.default_rng(0).integers(0, 256, (60, 60, 3)).astype(np.uint8)
    pixels[:20], pixels[20:30] = (255, 255, 255), (59, 111, 212)
    (one,) = indexed([image(pixels)])
    np.testing.assert_array_equal(seen(one)[:30], pixels[:30])
    assert len(np.unique(np.asarray(one))) <= MOST
    assert np.abs(seen(one).astype(int) - pixels).mean() < 20


def test_a_colour_of_one_of_many_images_is_not_lost():
    images = [image(np.full((8, 8, 3), 255)) for _ in range(20)]
    images[-1] = image(np.full((8, 8, 3), (217, 98, 43)))
    assert (seen(indexed(images)[-1]) == (217, 98, 43)).all()


def test_all_images_have_one_palette():
    random = np.random.default_rng(1)
    images = [image(random.integers(0, 256, (9, 9, 3))) for _ in range(3)]
    first, *others = (one.getpalette() for one in indexed(images))
    assert others == [first, first]
