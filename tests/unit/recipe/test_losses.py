import pytest

from ranvier.engine.reference.losses import LOSSES as COMPUTED
from ranvier.network import ACTIVATIONS
from ranvier.recipe import LOSSES


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_asks_for_an_activation_that_exists_or_for_none(name):
    assert LOSSES[name].output in (None, *ACTIVATIONS)


def test_the_reference_engine_computes_every_loss():
    assert set(COMPUTED) == set(LOSSES)


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_that_asks_for_an_activation_is_computed_with_it(name):
    assert COMPUTED[name].from_sums is (LOSSES[name].output is not None)
