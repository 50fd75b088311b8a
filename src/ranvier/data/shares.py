"""shares: how many rows each part gets, and the parts one after the other."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ranvier.data.draw import Rows
from ranvier.errors import DataError

Part = Callable[[Rows, int, str], tuple[Rows, Rows]]
"""What gives (what stays, what is set aside) of rows, for a size and a share."""


class Shares(NamedTuple):
    """Hold the shares of the rows to set aside; 0 is no such part."""

    validation: float
    test: float


class SplitRows(NamedTuple):
    """Hold the positions of each part, sorted; None where a part was not asked for."""

    train: Rows
    validation: Rows | None
    test: Rows | None


def check_shares(validation: float, test: float) -> None:
    """Make sure that the shares leave rows to train on.

    Raises:
        DataError: a share is not in 0 to 1, or they leave nothing.
    """
    for name, share in (("validation", validation), ("test", test)):
        if not isinstance(share, (int, float, np.number)) or not 0 <= share < 1:
            raise DataError(
                f"split({name}={share!r}): {name} must be a share of the rows, at "
                "least 0 and below 1; 0.1 is usual, 0 is no such part."
            )
    if validation + test >= 1:
        raise DataError(
            f"split(validation={validation}, test={test}): nothing is left to train "
            "on; give shares that add up to less than 1."
        )


def set_aside(part: Part, rows: Rows, shares: Shares) -> SplitRows:
    """Set aside the shares of `rows` (N,), those for the test first.

    Raises:
        DataError: there are no rows, too few of them, or too few of a class.
    """
    count = len(rows)
    if not count:
        raise DataError(
            "there are no rows to train on; give data with rows outside the test part."
        )
    kept, drawn = rows, []
    for name, share in (("test", shares.test), ("validation", shares.validation)):
        if share:
            size, said = max(1, round(share * count)), f"{name}={share:g}"
            _check_size(kept, size, said)
            kept, aside = part(kept, size, said)
        drawn.append(aside if share else None)
    return SplitRows(kept, drawn[1], drawn[0])


def _check_size(rows: Rows, size: int, share: str) -> None:
    if not 1 <= size < len(rows):
        raise DataError(
            f"{share} of {len(rows)} rows is a part of {size}, which leaves "
            f"{len(rows) - size} to train on; give more rows, or another share."
        )
