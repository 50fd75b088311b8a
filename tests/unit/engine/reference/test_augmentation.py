import numpy as np
import pytest
from scipy import ndimage, stats

from ranvier.engine.augmentation import COUNT, KNOTS, Word, mixup_shares, spline
from ranvier.engine.randomness import words
from ranvier.engine.reference.augmentation import changed, mixing
from ranvier.recipe import Augmentation
from ranvier.recipe.augmentation import Picture

ROUNDING = 1e-12  # of a dozen float64 operations on values of about 1
HIGH = 0xFFFFFF80  # the largest word as a share: all but 1


def picture_of(height: int, width: int, channels: int = 1) -> np.ndarray:
    return np.random.default_rng(3).random((1, height * width * channels))


def drawn(**given: int) -> np.ndarray:
    """Return the words of one row: the middle of each range, and those given."""
    middle = np.full((1, COUNT), 1 << 31, np.uint32)
    for name, word in given.items():
        middle[0, Word[name.upper()]] = word
    return middle


def result(raw: np.ndarray, shape: tuple[int, ...], drawn: np.ndarray, **options):
    picture = Picture(*shape, 1) if len(shape) == 2 else Picture(*shape)
    return changed(Augmentation(**options), picture, raw, drawn).reshape(shape)


def by_scipy(raw: np.ndarray, shape: tuple[int, int], down, right) -> np.ndarray:
    return ndimage.map_coordinates(
        raw.reshape(shape), [down, right], order=1, mode="grid-constant"
    )


@pytest.mark.parametrize("shape", [(1, 1), (5, 7), (4, 6, 3)])
def test_nothing_to_do_gives_the_same_bits(shape):
    raw = picture_of(*shape)
    out = changed(
        Augmentation(), Picture(*(*shape, 1)[:3]), raw, words(1, 0, 2, 1, 128)
    )
    assert (out == raw).all()


@pytest.mark.parametrize(("down", "right"), [(2, -1), (0, 3), (-4, 0)])
def test_shift_moves_by_pixels(down, right):
    raw = picture_of(6, 8)
    at = {
        name: int((way / 8 + 0.5) * 2**32)
        for name, way in (("shift_down", down), ("shift_right", right))
    }
    out = result(raw, (6, 8), drawn(**at), shift=4)
    expected = ndimage.shift(raw.reshape(6, 8), (down, right), order=0)
    assert out == pytest.approx(expected, abs=ROUNDING)


def test_a_quarter_turn_is_counter_clockwise():
    raw = picture_of(7, 7)
    out = result(raw, (7, 7), drawn(rotate=3 << 30), rotate=180)
    assert out == pytest.approx(np.rot90(raw.reshape(7, 7)), abs=ROUNDING)


@pytest.mark.parametrize(
    ("flip", "axes"), [("vertical", 0), ("horizontal", 1), ("both", (0, 1))]
)
def test_flips_mirror(flip, axes):
    raw = picture_of(5, 6, 2)
    out = result(raw, (5, 6, 2), drawn(), flip=flip)
    assert (out == np.flip(raw.reshape(5, 6, 2), axes)).all()


def test_flips_leave_the_other_half_alone():
    raw = picture_of(5, 6)
    low = drawn(flip_vertical=0, flip_horizontal=(1 << 31) - 1)
    assert (result(raw, (5, 6), low, flip="both").ravel() == raw).all()


@pytest.mark.parametrize(
    ("given", "options", "matrix"),
    [
        ({"rotate": 0}, {"rotate": 30}, [[3**0.5, -1], [1, 3**0.5]]),
        ({"scale_height": 0}, {"scale": 0.2}, [[2 / 0.8, 0], [0, 2]]),
        ({"scale_width": 3 << 30}, {"scale": 0.2}, [[2, 0], [0, 2 / 1.1]]),
        ({"shear": 0}, {"shear": 45}, [[2, 0], [2, 2]]),
        ({"crop_size": 1 << 31}, {"crop": 0.5}, [[1.5, 0], [0, 1.5]]),
    ],
)
def test_linear_changes_read_from_where_scipy_does(given, options, matrix):
    shape = (9, 12)
    raw = picture_of(*shape)
    centre = np.array([4.0, 5.5])
    pixels = np.indices(shape).reshape(2, -1).T
    places = (pixels - centre) @ (np.array(matrix) / 2).T + centre
    out = result(raw, shape, drawn(**given), **options)
    expected = by_scipy(raw, shape, *places.T)
    assert out.ravel() == pytest.approx(expected, abs=ROUNDING)


def test_crop_enlarges_a_corner():
    raw = picture_of(8, 8)
    out = result(
        raw, (8, 8), drawn(crop_size=HIGH, crop_down=0, crop_right=0), crop=0.5
    )
    places = np.indices((8, 8)).reshape(2, -1) / 2  # none beyond the border
    # The largest share is 2^-24 short of 1.
    assert out.ravel() == pytest.approx(by_scipy(raw, (8, 8), *places), abs=1e-6)


def test_all_changes_go_from_crop_to_shift():
    shape, options = (9, 12), {"scale": 0.3, "shear": 20, "rotate": 40, "shift": 2}
    raw, chosen = picture_of(*shape), words(5, 0, 1, 1, COUNT)
    way = 2 * (chosen[0] >> 8) / 2**24 - 1
    turn, lean = np.deg2rad(40 * way[2]), np.tan(np.deg2rad(20 * way[5]))
    scale = np.diag(1 + 0.3 * way[3:5])
    shear = np.array([[1, 0], [lean, 1]])
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    window = 1 - 0.2 * (chosen[0, Word.CROP_SIZE] >> 8) / 2**24
    mirror = np.diag([-1 if way[6] >= 0 else 1, -1 if way[7] >= 0 else 1])
    centre, size = np.array([4.0, 5.5]), np.array(shape)
    middle = centre + (1 - window) / 2 * (size - 1) * way[9:11]
    forward = rotation @ shear @ scale @ mirror / window
    away = np.indices(shape).reshape(2, -1).T - centre - 2 * way[:2]
    places = away @ np.linalg.inv(forward).T + middle
    out = result(raw, shape, chosen, crop=0.2, flip="both", **options)
    expected = by_scipy(raw, shape, *places.T)
    assert out.ravel() == pytest.approx(expected, abs=ROUNDING)


def test_elastic_reads_from_where_a_spline_through_its_knots_leads():
    shape = (10, 13)
    raw, chosen = picture_of(*shape), words(6, 0, 1, 1, COUNT)
    moved = []
    for first in (Word.KNOTS_DOWN, Word.KNOTS_RIGHT):
        ways = 2 * (chosen[0, first : first + KNOTS**2] >> 8) / 2**24 - 1
        knots = ways.reshape(KNOTS, KNOTS)
        # SciPy's coefficients of a cubic spline are our knots; pixel i lies at
        # (i + 1/2) * 4 / size cells, after the first knot.
        at = np.meshgrid(
            *((np.arange(size) + 0.5) * 4 / size + 1 for size in shape), indexing="ij"
        )
        moved.append(3 * ndimage.map_coordinates(knots, at, order=3, prefilter=False))
    places = np.indices(shape) + moved
    out = result(raw, shape, chosen, elastic=3)
    assert out == pytest.approx(by_scipy(raw, shape, *places), abs=ROUNDING)


@pytest.mark.parametrize("size", [1, 2, 5, 28, 100])
def test_weights_of_knots_are_shares(size):
    weights = spline(size)
    assert (weights >= 0).all()
    assert weights.sum(axis=1) == pytest.approx(np.ones(size))


@pytest.mark.parametrize(
    ("word", "rows"), [(1 << 31, [3, 4, 5, 6]), (0, [0, 1]), (HIGH, [7, 8, 9])]
)
def test_cutout_blanks_a_square(word, rows):
    raw = picture_of(10, 10, 2)
    out = result(
        raw, (10, 10, 2), drawn(cutout_down=word, cutout_right=1 << 31), cutout=4
    )
    expected = raw.reshape(10, 10, 2).copy()
    expected[rows, 3:7] = 0
    assert (out == expected).all()


def test_what_lies_outside_is_background():
    raw = picture_of(5, 5) + 1
    out = result(raw, (5, 5), drawn(shift_down=0), shift=100)
    assert (out == 0).all()


def test_mixed_rows_are_shares_of_both():
    pairs = mixing(Augmentation(mixup=1.0), words(1, 0, 0, 5, COUNT), np.arange(5), 5)
    rows = np.random.default_rng(1).random((5, 3))
    shares = pairs.shares[:, None]
    assert pairs.mixed(rows) == pytest.approx(shares * rows + (1 - shares) * rows[::-1])
    assert pairs.partners.tolist() == [4, 3, 2, 1, 0]
    assert 0 < pairs.shares.min() < 0.5 < pairs.shares.max() < 1


def test_the_larger_part_names_the_class():
    pairs = mixing(Augmentation(mixup=1.0), words(1, 0, 0, 6, COUNT), np.arange(6), 6)
    classes = np.arange(6)
    expected = [i if s >= 0.5 else 5 - i for i, s in enumerate(pairs.shares)]
    assert pairs.larger(classes).tolist() == expected


def test_a_row_whose_partner_is_not_there_stays_as_it_is():
    places = np.array([0, 1, 3])  # of 4: row 2, the partner of row 1, is absent
    chosen = words(1, 0, 0, 4, COUNT)[places]
    pairs = mixing(Augmentation(mixup=1.0), chosen, places, 4)
    assert pairs.shares[1] == 1
    assert pairs.partners.tolist() == [2, 1, 0]


@pytest.mark.parametrize("alpha", [0.1, 0.2, 1.0, 8.0])
def test_shares_of_mixup_follow_beta(alpha):
    shares = mixup_shares(alpha).astype(np.float64)
    lower, upper = np.split(shares, 2)  # near 1, float32 has too few steps
    middles = (np.arange(2048) + 0.5) / 4096
    assert stats.beta(alpha, alpha).cdf(lower) == pytest.approx(middles, rel=1e-6)
    assert lower + upper[::-1] == pytest.approx(np.ones(2048), abs=1e-7)


@pytest.mark.parametrize(
    ("option", "value"), [("shift", 3.0), ("rotate", 30.0), ("elastic", 2.0)]
)
def test_choices_are_spread_evenly(option, value):
    ramp = np.tile(np.arange(64.0), (4096, 64)).reshape(4096, -1) + 1000
    picture = Picture(64, 64, 1)
    out = changed(
        Augmentation(**{option: value}), picture, ramp[:512], words(0, 0, 7, 512, COUNT)
    ).reshape(-1, 64, 64)
    if option == "shift":
        moved = 1000 + 32 - out[:, 32, 32]
        assert stats.kstest(moved, stats.uniform(-3, 6).cdf).pvalue > 0.001
    if option == "rotate":
        slope = out[:, 33, 32] - out[:, 32, 32]
        angle = np.rad2deg(np.arcsin(slope))
        assert stats.kstest(angle, stats.uniform(-30, 60).cdf).pvalue > 0.001
    if option == "elastic":
        # Of uniform knots, B-splines leave 1/3 (151/315)² of the variance on average.
        moved = out[:, 16:48, 16:48] - ramp[0].reshape(64, 64)[16:48, 16:48]
        assert moved.std() == pytest.approx(2 * 3**-0.5 * 151 / 315, rel=0.05)
