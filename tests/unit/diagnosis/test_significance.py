import numpy as np
import pytest
from scipy.stats import ks_2samp, kstwobign, mannwhitneyu

from ranvier.diagnosis.significance import (
    distance_chances,
    distances,
    paired,
    ranked_above,
    share_error,
)


def test_differences_without_a_mean_are_no_finding():
    random = np.random.default_rng(0)
    sizes = [paired(random.normal(size=50)) for _ in range(400)]
    assert np.mean(np.abs(sizes) > 2) < 0.08


def test_a_few_equal_differences_are_not_certain():
    assert paired(np.ones(3)) < 3
    assert paired(np.ones(30)) > 5
    assert paired(np.zeros(9)) == 0
    assert paired(np.empty(0)) == 0


def test_a_share_of_all_rows_has_an_error():
    assert share_error(1.0, 10) > share_error(1.0, 100) > 0
    assert share_error(0.5, 10_000) == pytest.approx(0.005, rel=0.01)


@pytest.mark.parametrize("values", [3, 1000])
def test_distances_are_those_of_scipy(values):
    random = np.random.default_rng(0)
    some = random.integers(0, values, (80, 4)).astype(np.float32)
    others = random.integers(1, values + 2, (50, 4)).astype(np.float32)
    expected = [ks_2samp(a, b).statistic for a, b in zip(some.T, others.T, strict=True)]
    assert distances(some, others) == pytest.approx(expected)


def test_chances_are_those_of_kolmogorov():
    (chance,) = distance_chances(np.array([0.2]), 400, 400)
    reach = (np.sqrt(200) + 0.12 + 0.11 / np.sqrt(200)) * 0.2
    assert chance == pytest.approx(kstwobign.sf(reach), rel=1e-3)


def test_the_area_is_that_of_mann_and_whitney():
    random = np.random.default_rng(0)
    some, others = random.integers(0, 9, 40), random.integers(2, 11, 70)
    area, error = ranked_above(some, others)
    assert area == pytest.approx(mannwhitneyu(some, others).statistic / (40 * 70))
    assert error == pytest.approx(np.sqrt(111 / (12 * 40 * 70)))
