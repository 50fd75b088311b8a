"""agreement: how near the weights of two trainings are."""

from collections.abc import Mapping

import numpy as np

from tests.support.problems import Problem
from tests.support.tolerance import reduction_length


def allowed(setting: Problem, dtype: object) -> float:
    """Return epsilon × length: that of one step, since learning forgets roundings."""
    length = reduction_length(setting.network, setting.recipe.batch_size)
    return float(np.finfo(dtype).eps) * length


def assert_weights_agree(
    actual: Mapping[str, np.ndarray],
    expected: Mapping[str, np.ndarray],
    setting: Problem,
    dtype: object,
) -> None:
    """Compare weights by name; the largest one is the magnitude."""
    magnitude = max(np.abs(array).max() for array in expected.values())
    assert set(actual) == set(expected)
    for name in expected:
        np.testing.assert_allclose(
            actual[name],
            expected[name],
            rtol=0,
            atol=allowed(setting, dtype) * magnitude,
            err_msg=name,
        )
