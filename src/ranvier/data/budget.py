"""budget: how much memory a table may take while it is read and learnt from."""

import os
import re
from typing import NamedTuple

from ranvier.errors import DescriptionError

VARIABLE = "RANVIER_MEMORY"
MEMORY = 2 * 10**9
"""Bytes that a table may take, where the variable says nothing: 2 GB."""

_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kMGT]?)(i?)B?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


class Budget(NamedTuple):
    """Hold how many bytes a table may take in all, and what its parts may.

    A few dozen bytes for each row come on top: its number, its answer, its hash.
    """

    memory: int

    @property
    def file(self) -> int:
        """What a file may hold to be read whole; larger ones are read by columns."""
        return self.memory // 8

    @property
    def encoded(self) -> int:
        """What all rows may take, encoded; more of them are encoded in blocks."""
        return self.memory // 2

    @property
    def block(self) -> int:
        """What a block of encoded rows may take; there are two at a time."""
        return self.memory // 14


def budget() -> Budget:
    """Return what RANVIER_MEMORY allows, such as 2GB, 512MB or 1.5GiB.

    Raises:
        DescriptionError: it is no size.

    >>> budget().memory == MEMORY or VARIABLE in os.environ
    True
    """
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return Budget(MEMORY)
    found = _SIZE.fullmatch(text)
    size = 0.0
    if found:
        number, power, binary = found.groups()
        step = 1024 if binary else 1000
        size = float(number) * step ** _POWERS[power.lower()]
    if size < 1:
        raise DescriptionError(
            f"{VARIABLE}={text}: expected a size such as 2GB, 512MB or 1.5GiB; unset "
            "it for 2GB."
        )
    return Budget(int(size))
