"""errors: the one tree of everything ranvier raises on purpose.

A message says what was given, what was expected, and what to do about it.
"""

import contextlib
import difflib
import reprlib
from collections.abc import Iterable, Iterator


class RanvierError(Exception):
    """Be the root of the tree: `except RanvierError` catches every error below."""


class DescriptionError(RanvierError, ValueError):
    """A network, a layer, a recipe or one of their files cannot mean anything."""


class DataError(RanvierError, ValueError):
    """Data cannot be read, or do not fit the network they are given to."""


class FileError(RanvierError, OSError):
    """A file is missing, cut short, altered, or not of the kind expected."""


class DivergedError(RanvierError, ArithmeticError):
    """Training met a loss that is not a finite number."""


class MissingPackageError(RanvierError, ImportError):
    """An optional package is not installed."""


@contextlib.contextmanager
def naming(what: str) -> Iterator[None]:
    """Begin a DataError that is raised inside with what it is about.

    >>> with naming("coins.csv"):
    ...     raise DataError("there is no row")
    Traceback (most recent call last):
    ranvier.errors.DataError: coins.csv: there is no row
    """
    try:
        yield
    except DataError as error:
        raise DataError(f"{what}: {error}") from None


_SHORT = reprlib.Repr()
_LONGEST = _SHORT.maxstring = _SHORT.maxother = 120


def shown(value: object) -> str:
    """Return `repr(value)`, cut where it is too long or too deep for a message."""
    text = _SHORT.repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def suggest(name: str, known: Iterable[str]) -> str:
    """Return `did you mean "…"? ` for the nearest known name, or nothing."""
    near = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"? ' if near else ""
