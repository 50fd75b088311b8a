"""peer: the network and the recipe of a problem, in PyTorch."""

from collections.abc import Iterator

import numpy as np
import torch
from torch.nn import functional

from ranvier.network import LeakyReLU
from ranvier.recipe import NAG, SGD, Adagrad, Adam, Momentum, RMSprop
from tests.support.problems import Problem

ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "selu": functional.selu,
    "gelu": functional.gelu,
    "silu": functional.silu,
    "mish": functional.mish,
    "softplus": functional.softplus,
    # torch's own takes its sixth from float32, even in float64
    "hard_sigmoid": lambda z: torch.clamp(z / 6 + 0.5, 0, 1),
    "softmax": lambda z: functional.softmax(z, dim=1),
}


def activated(activation, z):
    """Return what PyTorch makes of the sums of a layer."""
    if isinstance(activation, LeakyReLU):
        return functional.leaky_relu(z, activation.slope)
    return ACTIVATIONS[activation](z)


class Peer:
    """Train a problem's network in PyTorch, one batch after the other."""

    def __init__(self, problem: Problem, dtype: type[np.floating]) -> None:
        self.problem = problem
        self.dtype = dtype = {np.float32: torch.float32, np.float64: torch.float64}[
            dtype
        ]
        self.weights = {
            name: torch.tensor(array, dtype=dtype, requires_grad=True)
            for name, array in problem.parameters.items()
        }
        rate = float(np.float32(problem.rate))
        self.optimizer = made(problem.recipe.optimizer, rate, self.weights.values())
        raw = torch.tensor(problem.samples.inputs, dtype=dtype)
        scale, shift = (torch.tensor(one, dtype=dtype) for one in problem.decode)
        self.inputs = raw * scale + shift
        self.targets = torch.tensor(problem.samples.targets)

    def steps(self) -> Iterator[tuple[float, dict[str, np.ndarray]]]:
        """Yield the loss of each batch, and the weights after it."""
        rows = torch.tensor(self.problem.rows.astype(np.int64))
        for batch in rows.split(self.problem.recipe.batch_size):
            self.optimizer.zero_grad()
            loss = self.loss(batch)
            loss.backward()
            self.optimizer.step()
            yield (
                loss.item(),
                {
                    name: one.detach().numpy().copy()
                    for name, one in self.weights.items()
                },
            )

    def loss(self, batch: torch.Tensor) -> torch.Tensor:
        sums = self.sums(self.inputs[batch])
        classes = self.targets[batch].long()
        one_hot = functional.one_hot(classes, sums.shape[1]).to(self.dtype)
        network = self.problem.network
        match self.problem.recipe.loss_for(network):
            case "cross_entropy":
                return functional.cross_entropy(sums, classes)
            case "binary_cross_entropy":
                return functional.binary_cross_entropy_with_logits(sums, one_hot)
            case "mse":
                answers = activated(network.output.activation, sums)
                return functional.mse_loss(answers, one_hot)

    def sums(self, x: torch.Tensor) -> torch.Tensor:
        """Return the sums of the output layer, before its activation."""
        for placed in self.problem.network.placed():
            z = x @ self.weights[f"{placed.name}.weight"]
            z = z + self.weights[f"{placed.name}.bias"]
            x = activated(placed.layer.activation, z)
        return z


def made(optimizer, rate, weights):
    """Return PyTorch's optimizer for ours."""
    match optimizer:
        case SGD():
            return torch.optim.SGD(weights, rate)
        case Momentum():
            return torch.optim.SGD(weights, rate, momentum=optimizer.momentum)
        case NAG():
            return torch.optim.SGD(
                weights, rate, momentum=optimizer.momentum, nesterov=True
            )
        case Adagrad():
            return torch.optim.Adagrad(weights, rate, eps=optimizer.epsilon)
        case RMSprop():
            return torch.optim.RMSprop(
                weights, rate, alpha=optimizer.decay, eps=optimizer.epsilon
            )
        case Adam():
            betas = (optimizer.beta_1, optimizer.beta_2)
            return torch.optim.Adam(weights, rate, betas=betas, eps=optimizer.epsilon)
    raise NotImplementedError(f"say here which optimizer of PyTorch {optimizer} is")
