"""contender: what each file of this folder that trains a network promises."""

from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.workload import Task, Workload


class Contender(Protocol):
    """Learn a task epoch by epoch, written as a good user of the library would.

    forms: the ways of writing it; all are tried, the quickest one is measured.
    image_forms: the same, where the inputs are images.
    is_whole: whether an epoch must always have all rows, because it is planned for
        their number; the others may take fewer, at the same price a step.
    adds_epsilon_first: whether its Adam adds epsilon before the mean square is
        corrected: the second form in section 2 of Kingma and Ba 2015.
    """

    forms: ClassVar[tuple[str, ...]]
    image_forms: ClassVar[tuple[str, ...]]
    is_whole: ClassVar[bool]
    adds_epsilon_first: ClassVar[bool]

    def __init__(self, task: Task, form: str, threads: int) -> None:
        """Prepare everything that a user does once: it is not measured."""

    @staticmethod
    def refusal(workload: Workload) -> str:
        """Say why this library cannot learn the workload; nothing if it can."""

    def reset(self) -> None:
        """Go back to the first weights, with no memory in the optimizer."""

    def epoch(self, order: NDArray[np.uint32]) -> None:
        """Take one step for each batch of `order`; return when all are taken."""

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights and biases by ranvier's names, in its shapes."""
