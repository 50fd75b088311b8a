"""Gradients are clipped as by PyTorch's functions."""

import numpy as np
import pytest
import torch
from torch.nn import utils

from ranvier.engine.reference.bounds import clipped
from ranvier.recipe import Clip

GRADIENTS = {
    "dense_1.weight": np.random.default_rng(0).normal(size=(7, 5)),
    "dense_1.bias": np.random.default_rng(1).normal(size=5),
}


def in_torch():
    tensors = [torch.zeros(one.shape).double() for one in GRADIENTS.values()]
    for tensor, gradient in zip(tensors, GRADIENTS.values(), strict=True):
        tensor.grad = torch.tensor(gradient.copy())
    return tensors


def each_clipped(tensors, most):
    for tensor in tensors:
        utils.clip_grad_norm_(tensor, most)


@pytest.mark.parametrize(
    ("clip", "theirs"),
    [
        (Clip(value=0.5), lambda tensors: utils.clip_grad_value_(tensors, 0.5)),
        (Clip(norm=0.5), lambda tensors: each_clipped(tensors, 0.5)),
        (Clip(global_norm=0.5), lambda tensors: utils.clip_grad_norm_(tensors, 0.5)),
        (Clip(global_norm=50.0), lambda tensors: utils.clip_grad_norm_(tensors, 50.0)),
    ],
    ids=lambda one: str(one) if isinstance(one, Clip) else "",
)
def test_clipped_gradients_agree(clip, theirs):
    tensors = in_torch()
    theirs(tensors)
    for actual, tensor in zip(clipped(clip, GRADIENTS).values(), tensors, strict=True):
        # PyTorch adds 1e-6 to the norm that it divides by
        np.testing.assert_allclose(actual, tensor.grad.numpy(), rtol=1e-5)
