"""losses: how far an answer is from the truth, as one number to make small.

A loss is the mean over the rows of a batch; p is the network's output for one row,
y the target, M the number of outputs.
"""

from typing import NamedTuple

from ranvier.registry import Registry


class Loss(NamedTuple):
    """Describe a loss: its formula for one row, and the output it can judge.

    `output` names the activation that the output layer must have; None is any.
    """

    formula: str
    output: str | None


LOSSES = Registry(
    "loss",
    {
        "mse": Loss("sum((p - y)^2) / M", None),
        "cross_entropy": Loss("-sum(y log p)", "softmax"),
        "binary_cross_entropy": Loss(
            "-sum(y log p + (1 - y) log(1 - p)) / M", "sigmoid"
        ),
    },
)
"""`mse` is the mean over the M outputs, as in PyTorch and Keras. A text that halves
the squared error and sums it over the outputs, as the crash course and Nielsen's
book do, has a gradient M / 2 times as large: its learning rate of 3.0 for ten
outputs is 3.0 * 10 / 2 = 15.0 here. `cross_entropy` and `binary_cross_entropy` are
computed from the logits, together with softmax and sigmoid."""
