"""choose: the engine for a name, and why it is that one."""

import importlib
import os
from typing import NamedTuple

from ranvier.description import python_number
from ranvier.engine.contract import Engine
from ranvier.errors import DescriptionError, MissingPackageError
from ranvier.registry import Registry


class Choice(NamedTuple):
    """Hold an engine and the reason, in words, why it was chosen."""

    engine: Engine
    reason: str


_MOST_THREADS = 1024
ENGINES = Registry(
    "engine",
    {
        "native": ("ranvier.engine.native", "NativeEngine"),
        "reference": ("ranvier.engine.reference", "ReferenceEngine"),
    },
)
"""Where each engine lives, the fastest first."""


def choose(name: str = "auto") -> Choice:
    """Return the engine called `name`; "auto" is the fastest that is installed.

    Raises:
        DescriptionError: there is no such engine.
        MissingPackageError: the engine is not part of this installation.

    >>> choose("reference").engine.name
    'reference'
    """
    if name != "auto":
        return Choice(_made(name), f"{name}, as asked for")
    try:
        return Choice(_made("native"), "native, the fastest here")
    except MissingPackageError as missing:
        return Choice(_made("reference"), f"reference, because {missing}")


def thread_count(threads: int | None = None) -> int:
    """Return how many threads to use at most: `threads`, or all that are ours.

    Raises:
        DescriptionError: `threads` is no positive integer.
    """
    if threads is None:
        if hasattr(os, "sched_getaffinity"):
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1
    threads = python_number(threads)  # type: ignore[assignment]
    if type(threads) is not int or not 1 <= threads <= _MOST_THREADS:
        raise DescriptionError(
            f"threads={threads!r}: threads must be a positive integer, at "
            f"most {_MOST_THREADS}; leave it out to use every core."
        )
    return threads


def _made(name: str) -> Engine:
    home, engine = ENGINES[name]
    try:
        made: Engine = getattr(importlib.import_module(home), engine)()
    except ImportError as error:
        raise MissingPackageError(
            f"the {name} engine is missing here ({error}); install a built package "
            'with "pip install ranvier", or use engine="reference", which is slow.'
        ) from None
    return made
