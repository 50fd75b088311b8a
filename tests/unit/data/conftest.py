import pytest

from ranvier.data import load


@pytest.fixture(scope="session")
def digits():
    return load("digits")
