import pytest

from ranvier.engine.reference.activations import ACTIVATIONS as COMPUTED
from ranvier.network import ACTIVATIONS, INITIALIZERS


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_names_an_initializer_that_is_known(name):
    assert ACTIVATIONS[name].initializer in INITIALIZERS


@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
def test_what_cuts_off_half_starts_with_larger_weights(name):
    assert ACTIVATIONS[name].initializer == "he_uniform"


def test_the_reference_engine_computes_every_activation():
    assert set(COMPUTED) == set(ACTIVATIONS)
