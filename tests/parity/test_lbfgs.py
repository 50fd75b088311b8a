"""L-BFGS takes the steps of PyTorch's, line searches included."""

import numpy as np
import pytest
import torch

from ranvier.engine.choose import choose
from ranvier.engine.lbfgs import at, descend, remembered
from ranvier.recipe import LBFGS
from tests.parity.agreement import assert_weights_agree
from tests.parity.peer import Peer
from tests.support.problems import problem

MEMORY = 5


def of_torch(weights, memory=MEMORY, rate=1.0):
    """Return PyTorch's, for one iteration a step and as many trials as ours."""
    return torch.optim.LBFGS(
        weights,
        lr=rate,
        max_iter=1,
        max_eval=26,
        tolerance_grad=0,
        history_size=memory,
        line_search_fn="strong_wolfe",
    )


def valley(x):
    """Return Rosenbrock's function of many numbers."""
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def bowl(x):
    return (torch.arange(1, len(x) + 1) * (x - 3) ** 2).sum()


@pytest.mark.parametrize("rate", [1.0, 0.3, 20.0])
@pytest.mark.parametrize("size", [2, 10])
@pytest.mark.parametrize("function", [valley, bowl])
def test_each_step_down_a_function_is_that_of_pytorch(function, size, rate):
    theirs = torch.full((size,), -1.2, dtype=torch.float64, requires_grad=True)
    optimizer = of_torch([theirs], rate=rate)

    def closure():
        optimizer.zero_grad()
        value = function(theirs)
        value.backward()
        return value

    def objective(place):
        x = torch.tensor(place, requires_grad=True)
        value = function(x)
        value.backward()
        return value.item(), x.grad.numpy().copy()

    ours, pairs = at(objective, theirs.detach().numpy().copy()), []
    for _ in range(12):
        optimizer.step(closure)
        end = descend(objective, ours, pairs, rate)
        pairs, ours = remembered(pairs, ours, end, MEMORY), end
        # a rounding grows with each step, as the curvature is told by differences
        np.testing.assert_allclose(ours.place, theirs.detach().numpy(), rtol=1e-6)


@pytest.mark.parametrize("name", ["reference", "native"])
@pytest.mark.parametrize(
    ("output", "loss"), [("softmax", "cross_entropy"), ("identity", "mse")]
)
def test_a_training_of_five_steps_agrees(name, output, loss):
    setting = problem(rows=60, output=output, loss=loss).with_optimizer(LBFGS())
    peer = Peer(setting.with_optimizer("sgd"), np.float64)
    optimizer = of_torch(list(peer.weights.values()), LBFGS().memory, setting.rate)
    rows = torch.tensor(setting.rows.astype(np.int64))

    def closure():
        optimizer.zero_grad()
        loss = peer.loss(rows)
        loss.backward()
        return loss

    program = setting.program(choose(name).engine)
    for _ in range(5):
        optimizer.step(closure)
        setting.epoch(program)
        theirs = {key: one.detach().numpy() for key, one in peer.weights.items()}
        assert_weights_agree(program.parameters(), theirs, setting, np.float32)
