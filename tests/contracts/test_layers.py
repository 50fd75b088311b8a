"""Every registered layer runs on every engine, as the reference engine runs it."""

import numpy as np
import pytest

from ranvier.recipe import Recipe
from tests.support.catalogue import NETWORKS
from tests.support.matching import (
    assert_answers_match,
    assert_gradients_match,
    assert_training_matches,
)
from tests.support.problems import problem_of

every_network = pytest.mark.parametrize("network", NETWORKS)


def setting_of(network, **options):
    """Make a problem of two full batches and a short one."""
    recipe = Recipe(optimizer="momentum", batch_size=8, seed=2**33 + 5)
    return problem_of(network, recipe, rows=20, **options)


@every_network
def test_answers_match(engine, network):
    assert_answers_match(engine, setting_of(network))


@every_network
def test_gradients_match(engine, network):
    assert_gradients_match(engine, setting_of(network))


@every_network
def test_training_matches(engine, network):
    assert_training_matches(engine, setting_of(network))


@every_network
def test_training_of_weighted_rows_matches(engine, network):
    setting = setting_of(network)
    weights = np.random.default_rng(0).integers(0, 5, 20) / 4
    samples = setting.samples._replace(weights=weights.astype(np.float32))
    assert_training_matches(engine, setting.with_(samples=samples))
