"""parallel: a function of a column → what it gives of each, on all cores."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")

_MANY = 100_000  # rows, below which a thread costs more than it brings


def each(
    function: Callable[[Given], Result], given: Iterable[Given], rows: int
) -> list[Result]:
    """Return what a function gives of each, in order; of many rows, several at once.

    >>> each(abs, [-1, 2], rows=10)
    [1, 2]
    """
    if rows < _MANY:
        return list(map(function, given))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(function, given))
