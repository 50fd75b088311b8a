"""peer: the network and the recipe of a problem, in PyTorch and Optax."""

from collections.abc import Iterator
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import torch
from torch.nn import functional

from ranvier.engine.parameters import hidden_matrices, learnt_parameters
from ranvier.recipe import (
    NAG,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    Lion,
    Momentum,
    Muon,
    NAdamW,
    RMSprop,
    ScheduleFree,
)
from tests.parity.modules import sums
from tests.parity.muon import WithMuon
from tests.support.problems import Problem


class Peer:
    """Train a problem's network in PyTorch, one batch after the other."""

    def __init__(self, problem: Problem, dtype: type[np.floating]) -> None:
        self.problem = problem
        self.dtype = dtype = {np.float32: torch.float32, np.float64: torch.float64}[
            dtype
        ]
        self.weights = {
            name: torch.tensor(array, dtype=dtype)
            for name, array in problem.parameters.items()
        }
        names = [one.name for one in learnt_parameters(problem.network)]
        self.learnt = {name: self.weights[name].requires_grad_() for name in names}
        self.averaged = None
        rate = float(np.float32(problem.rate))
        optimizer = problem.recipe.optimizer
        if isinstance(optimizer, Muon):
            hidden = hidden_matrices(problem.network)
            self.optimizer = WithMuon(optimizer, self.learnt, rate, hidden)
        else:
            weights = self.learnt.values()
            self.optimizer = MADE[type(optimizer)](optimizer, weights, rate)
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
                self.evaluated(),
            )

    def evaluated(self) -> dict[str, np.ndarray]:
        """Return copies of the weights that are judged, or of their running mean."""
        own = getattr(self.optimizer, "evaluated", None)
        arrays = {
            name: np.array(one.detach().numpy()) for name, one in self.weights.items()
        }
        if own:
            arrays |= zip(self.learnt, map(np.array, own()), strict=True)
        return self.mean(arrays)

    def mean(self, weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return the mean of these weights and all before, if one is asked for."""
        decay = self.problem.recipe.average
        if decay is None:
            return weights
        with jax.enable_x64(True):
            average = optax.ema(decay, debias=True)
            if self.averaged is None:
                self.averaged = average.init(weights)
            means, self.averaged = average.update(weights, self.averaged)
        return {name: np.array(array) for name, array in means.items()}

    def loss(self, batch: torch.Tensor) -> torch.Tensor:
        network = self.problem.network
        inputs = self.inputs[batch].reshape(-1, *network.input_shape)
        z, answers = sums(network.placed(), self.weights, inputs)
        classes = self.targets[batch].long()
        one_hot = functional.one_hot(classes, z.shape[1]).to(self.dtype)
        loss = self.problem.recipe.loss_for(network)
        return JUDGED[loss.type](loss, z, answers, one_hot)


def cross_entropy(loss, z, p, y):
    return functional.cross_entropy(z, y, label_smoothing=loss.label_smoothing)


def binary_cross_entropy(loss, z, p, y):
    smoothed = y * (1 - loss.label_smoothing) + loss.label_smoothing / 2
    return functional.binary_cross_entropy_with_logits(z, smoothed)


def focal(loss, z, p, y):
    """PyTorch has none: cross-entropy, each row weighing (1 - p)^gamma."""
    right = (functional.softmax(z, dim=1) * y).sum(dim=1)
    rows = functional.cross_entropy(z, y, reduction="none")
    return ((1 - right) ** loss.gamma * rows).mean()


def quantile(loss, z, p, y):
    """PyTorch has none: the slanted sizes of the errors."""
    return torch.where(p > y, (1 - loss.quantile) * (p - y), loss.quantile * (y - p))


JUDGED = {
    "mse": lambda loss, z, p, y: functional.mse_loss(p, y),
    "mae": lambda loss, z, p, y: functional.l1_loss(p, y),
    "huber": lambda loss, z, p, y: functional.huber_loss(p, y, delta=loss.delta),
    "log_cosh": lambda loss, z, p, y: torch.log(torch.cosh(p - y)).mean(),
    "cross_entropy": cross_entropy,
    "binary_cross_entropy": binary_cross_entropy,
    "focal": focal,
    "hinge": lambda loss, z, p, y: torch.relu(1 - (2 * y - 1) * p).mean(),
    "poisson": lambda loss, z, p, y: functional.poisson_nll_loss(p, y, log_input=False),
    "quantile": lambda loss, z, p, y: quantile(loss, z, p, y).mean(),
}
"""The loss of sums z, answers p and targets y in PyTorch."""


def adam(kind, o, weights, rate, **options):
    """Return one of PyTorch's optimizers of Adam's family."""
    betas = (o.beta_1, o.beta_2)
    return kind(weights, rate, betas=betas, eps=o.epsilon, **options)


def momentum(o, weights, rate, nesterov=False):
    return torch.optim.SGD(weights, rate, momentum=o.momentum, nesterov=nesterov)


def nadamw(o, weights, rate):
    """PyTorch's NAdam changes its momentum from step to step; Optax's does not."""
    options = {"eps": o.epsilon, "weight_decay": o.weight_decay}
    return FromOptax(weights, optax.nadamw(rate, o.beta_1, o.beta_2, **options))


def lion(o, weights, rate):
    decay = o.weight_decay
    return FromOptax(weights, optax.lion(rate, o.beta_1, o.beta_2, weight_decay=decay))


def schedule_free(o, weights, rate):
    made = optax.contrib.schedule_free_adamw(
        rate, None, o.beta_1, o.beta_2, o.epsilon, o.weight_decay
    )
    return FromOptax(weights, made, optax.contrib.schedule_free_eval_params)


MADE = {
    SGD: lambda o, weights, rate: torch.optim.SGD(weights, rate),
    Momentum: momentum,
    NAG: partial(momentum, nesterov=True),
    Adagrad: lambda o, weights, rate: torch.optim.Adagrad(weights, rate, eps=o.epsilon),
    Adadelta: lambda o, weights, rate: torch.optim.Adadelta(
        weights, rate, rho=o.decay, eps=o.epsilon
    ),
    RMSprop: lambda o, weights, rate: torch.optim.RMSprop(
        weights, rate, alpha=o.decay, eps=o.epsilon
    ),
    Adam: partial(adam, torch.optim.Adam),
    AdamW: lambda o, weights, rate: adam(
        torch.optim.AdamW, o, weights, rate, weight_decay=o.weight_decay
    ),
    NAdamW: nadamw,
    AMSGrad: partial(adam, torch.optim.Adam, amsgrad=True),
    Lion: lion,
    ScheduleFree: schedule_free,
}
"""PyTorch's optimizer for each of ours, or that of Optax."""


class FromOptax:
    """Give an optimizer of Optax the methods of one of PyTorch's."""

    def __init__(self, weights, optimizer, shown=None):
        self.weights, self.optimizer, self.shown = list(weights), optimizer, shown
        with jax.enable_x64(True):
            self.state = optimizer.init(self.arrays(self.weights))

    def arrays(self, tensors):
        return [jnp.asarray(one.detach().numpy()) for one in tensors]

    def zero_grad(self):
        for weight in self.weights:
            weight.grad = None

    @torch.no_grad()
    def step(self):
        with jax.enable_x64(True):
            gradients = self.arrays(weight.grad for weight in self.weights)
            steps, self.state = self.optimizer.update(
                gradients, self.state, self.arrays(self.weights)
            )
        for weight, step in zip(self.weights, steps, strict=True):
            weight.add_(torch.tensor(np.asarray(step)))

    def evaluated(self):
        """Return the weights that are judged, which need not be those that learn."""
        with jax.enable_x64(True):
            arrays = self.arrays(self.weights)
            return self.shown(self.state, arrays) if self.shown else arrays
