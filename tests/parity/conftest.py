"""Keep every peer on the processor, and on one thread."""

import os

os.environ["JAX_PLATFORMS"] = "cpu"

import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    torch.set_num_threads(1)
