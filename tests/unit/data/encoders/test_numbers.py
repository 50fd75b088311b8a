import math

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm
from sklearn.preprocessing import QuantileTransformer, RobustScaler, StandardScaler

from ranvier.data.encoders import (
    ENCODERS,
    Periodic,
    PiecewiseLinear,
    Quantile,
    Robust,
    Standard,
)
from ranvier.errors import DescriptionError

NUMBERS = np.random.default_rng(0).lognormal(sigma=2, size=1000)
SERIES = pl.Series(NUMBERS)
OF_NUMBERS = [name for name in ENCODERS if "number" in ENCODERS[name].kinds]
# Float64 sums of 1000 numbers, rounded to float32 at the end.
ROUNDED = 2**-23


def column(*values):
    return pl.Series(values, dtype=pl.Float64)


def test_standard_is_that_of_scikit_learn():
    ours = Standard().fit(SERIES).apply(SERIES)
    theirs = StandardScaler().fit_transform(NUMBERS[:, None])
    np.testing.assert_allclose(ours, theirs, rtol=ROUNDED, atol=ROUNDED)


def test_robust_is_that_of_scikit_learn_clipped_smoothly():
    ours = Robust().fit(SERIES).apply(SERIES)
    far = RobustScaler().fit_transform(NUMBERS[:, None])
    np.testing.assert_allclose(ours, far / np.sqrt(1 + (far / 3) ** 2), rtol=ROUNDED)


def test_robust_takes_half_the_range_where_most_rows_are_alike():
    fitted = Robust().fit(column(0, 0, 0, 0, 0, 0, 4))
    np.testing.assert_allclose(
        fitted.apply(column(0, 2))[:, 0], [0, 1 / np.sqrt(1 + 1 / 9)], rtol=ROUNDED
    )


@pytest.mark.parametrize("shape", ["normal", "uniform"])
def test_quantiles_rank_numbers_as_scikit_learn_does(shape):
    ours = Quantile(shape=shape).fit(SERIES).apply(SERIES)[:, 0]
    ranks = QuantileTransformer(n_quantiles=1000).fit_transform(NUMBERS[:, None])[:, 0]
    shares = (0.5 + 999 * ranks) / 1000
    theirs = norm.ppf(shares) if shape == "normal" else 2 * shares - 1
    # ndtri's slope is 300 at the ends, so float64's rounding is amplified there.
    np.testing.assert_allclose(ours, theirs, rtol=ROUNDED, atol=ROUNDED)


def test_equal_numbers_share_the_middle_of_their_places():
    fitted = Quantile(shape="uniform").fit(column(1, 1, 1, 5))
    np.testing.assert_allclose(
        fitted.apply(column(0, 1, 5, 9))[:, 0], [-0.25, -0.25, 0.75, 0.75]
    )


def test_no_more_knots_are_kept_than_asked_for():
    assert len(Quantile(knots=20).fit(SERIES).knots) == 20


def test_bins_are_filled_as_in_the_paper():
    fitted = PiecewiseLinear(bins=8).fit(SERIES)
    edges = np.quantile(NUMBERS, np.linspace(0, 1, 9))
    filled = (NUMBERS[:, None] - edges[:-1]) / np.diff(edges)
    np.testing.assert_allclose(
        fitted.apply(SERIES)[:, 1:], filled.clip(0, 1), rtol=1e-6, atol=1e-6
    )


def test_the_outer_bins_go_on_beyond_the_training_rows():
    fitted = PiecewiseLinear(bins=2).fit(column(*range(65)))
    bins = fitted.apply(column(-32, 96, 1e9))[:, 1:]
    np.testing.assert_array_equal(bins, [[-1, 0], [1, 2], [1, 10]])


def test_the_first_number_of_the_bins_is_the_robust_one():
    ours = PiecewiseLinear().fit(SERIES).apply(SERIES)
    np.testing.assert_array_equal(ours[:, :1], Robust().fit(SERIES).apply(SERIES))


def test_a_value_that_most_rows_have_leaves_the_bins_to_the_others():
    gains = column(*[0] * 900, *[5000] * 64, *range(100, 160))
    fitted = PiecewiseLinear(bins=32).fit(gains)
    assert {0, 5000} < set(fitted.edges)
    among = [edge for edge in fitted.edges if 100 <= edge < 160]
    assert len(among) == 31
    assert max(np.diff(among)) < 2.5


def test_values_fewer_than_bins_are_all_edges():
    fitted = PiecewiseLinear(bins=8).fit(column(*[3] * 90, *[1] * 50, *[7] * 60))
    assert fitted.edges == (1.0, 3.0, 7.0)


@pytest.mark.parametrize(("rows", "bins"), [(1, 0), (31, 1), (80, 2), (1600, 48)])
def test_few_rows_have_few_bins(rows, bins):
    numbers = np.random.default_rng(1).normal(size=rows)
    assert PiecewiseLinear().fit(pl.Series(numbers)).width == 1 + bins


def test_waves_have_the_drawn_frequencies():
    fitted = Periodic(frequencies=3).fit(SERIES, seed=5)
    numbers = fitted.apply(SERIES)
    near = Robust().fit(SERIES).apply(SERIES)
    angles = 2 * np.pi * near * np.array(fitted.frequencies)
    waves = np.hstack([near, np.cos(angles), np.sin(angles)])
    # The angles here start from float32, up to 2π·3·2 of it.
    np.testing.assert_allclose(numbers, waves, atol=40 * 2**-23)


@pytest.mark.parametrize("name", OF_NUMBERS)
def test_a_missing_cell_counts_as_the_median_and_is_told(name):
    fitted = ENCODERS[name]().fit(column(1, 2, None, 30))
    gap, median = fitted.apply(column(None, 2))
    assert (gap[-1], median[-1]) == (1, 0)
    np.testing.assert_array_equal(gap[:-1], median[:-1])
    assert fitted.names("x")[-1] == "x is missing"


@pytest.mark.parametrize("name", OF_NUMBERS)
def test_a_missing_cell_that_training_rows_never_had_is_the_median(name):
    fitted = ENCODERS[name]().fit(column(1, 2, 30))
    gap, median = fitted.apply(column(None, 2))
    np.testing.assert_array_equal(gap, median)


@pytest.mark.parametrize("name", OF_NUMBERS)
@pytest.mark.parametrize("value", [0.1, 1e300, 5e-324])
def test_a_column_that_never_changes_stays_the_same_for_all(name, value):
    fitted = ENCODERS[name]().fit(column(*[value] * 30))
    assert len(np.unique(fitted.apply(column(value, 0, 7, -1e300)), axis=0)) == 1


@pytest.mark.parametrize("name", OF_NUMBERS)
@pytest.mark.parametrize("scale", [5e-324, 1e-300, 1e-30, 1e30, 1.7e307])
def test_numbers_of_any_size_are_told_apart(name, scale):
    values = column(*np.repeat([-10, -5, 0, 5, 10], 8) * scale)
    numbers = ENCODERS[name]().fit(values).apply(values)
    assert np.isfinite(numbers).all()
    assert len(np.unique(numbers, axis=0)) == 5


@pytest.mark.parametrize("name", OF_NUMBERS)
@pytest.mark.parametrize("rows", [1, 9])
def test_a_range_beyond_the_largest_number_is_learnt(name, rows):
    values = column(*np.repeat([-1.7e308, 0, 1.7e308], [rows, 9, rows]))
    fitted = ENCODERS[name]().fit(values)
    assert len(np.unique(fitted.apply(values), axis=0)) == 3
    assert all(map(math.isfinite, (fitted.median, getattr(fitted, "scale", 0))))


def test_equal_numbers_have_one_knot():
    fitted = Quantile().fit(column(*[0.3] * 503, *[123456.789] * 700))
    # One more may lie between the two, where a share falls between their places.
    assert (fitted.knots[0], fitted.knots[-1]) == (0.3, 123456.789)
    assert len(fitted.knots) <= 3


@pytest.mark.parametrize("name", OF_NUMBERS)
def test_larger_numbers_never_become_smaller(name):
    numbers = ENCODERS[name]().fit(SERIES).apply(column(*np.sort(NUMBERS) * 3 - 1))
    assert (np.diff(numbers[:, 0]) >= 0).all()


def test_numbers_a_million_deviations_off_count_as_that():
    assert Standard().fit(column(-1, 1)).apply(column(1e300)).item() == 1e6


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (
            lambda: PiecewiseLinear(bins=0),
            "bins must be an integer from 1 to 256, got 0",
        ),
        (lambda: Quantile(knots=1), "knots must be an integer from 2 to 1000, got 1"),
        (lambda: Quantile(shape="flat"), 'shape must be "normal" or "uniform", got'),
        (
            lambda: Periodic(frequencies=0),
            "frequencies must be an integer from 1 to 256",
        ),
        (
            lambda: Periodic(deviation=0),
            "deviation must be above 0, at most 100, got 0",
        ),
    ],
)
def test_impossible_options_are_refused(made, message):
    with pytest.raises(DescriptionError, match=message):
        made()
