"""address: a place and how what lies there is to be read, in one text."""

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from ranvier.errors import DataError, suggest

Readers = Mapping[str, Callable[[str], Any]]

_SAID = re.compile(r"(.*?)\?(\w+=.*)")


class Address(NamedTuple):
    """Hold a folder, and the texts of what was asked for besides."""

    folder: Path
    options: dict[str, str]


def address(folder: Path, options: Mapping[str, Any]) -> str:
    """Return a folder with those of the options that are not None.

    >>> address(Path("/sounds"), {"pattern": "{label}_{index}.wav", "rate": None})
    '/sounds?pattern={label}_{index}.wav'
    """
    given = {name: _text(one) for name, one in options.items() if one is not None}
    asked = urlencode(given, quote_via=quote, safe="{}/,")
    return f"{folder.resolve()}?{asked}" if asked else str(folder.resolve())


def read_address(given: str | Path) -> Address:
    """Return the folder and the options in a text that `address` may have made.

    >>> read_address(".?rate=8000").options
    {'rate': '8000'}
    """
    folder, mark, asked = str(given).partition("?")
    with contextlib.suppress(OSError):  # a name that no file can have
        if mark and Path(folder).is_dir() and not Path(given).exists():
            options = dict(parse_qsl(asked, keep_blank_values=True))
            return Address(Path(folder), options)
    return Address(Path(given), {})


def table_address(given: str, endings: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Return the path, or the pattern, and the options in a text that names a table.

    >>> table_address("people.csv?header=no&separator=;", [".csv"])
    ('people.csv', {'header': 'no', 'separator': ';'})
    >>> table_address("sales-?.csv", [".csv"])
    ('sales-?.csv', {})
    """
    found = _SAID.fullmatch(given)
    if found and "://" not in given and found[1].lower().endswith(tuple(endings)):
        return found[1], dict(parse_qsl(found[2], keep_blank_values=True))
    return given, {}


def read_options(options: Mapping[str, str], readers: Readers) -> dict[str, Any]:
    """Return options as values, each read by the reader of its name.

    Raises:
        DataError: there is no such option, or its text says no such value.
    """
    values = {}
    for name, text in options.items():
        if name not in readers:
            raise DataError(
                f"?{name}={text}: there is no such option; {suggest(name, readers)}"
                f"known: {', '.join(readers)}."
            )
        try:
            values[name] = readers[name](text)
        except ValueError:
            raise DataError(
                f"?{name}={text} cannot be read; give such as {_EXAMPLES[name]}."
            ) from None
    return values


def yes_or_no(text: str) -> bool:
    """Return whether a text is "yes" and not "no".

    Raises:
        ValueError: it is neither.
    """
    return bool(("no", "yes").index(text))


def sides(text: str) -> int | tuple[int, ...]:
    """Return one side of a square, or a height and a width with a comma between.

    Raises:
        ValueError: a number is none.
    """
    numbers = tuple(map(int, text.split(",")))
    return numbers[0] if len(numbers) == 1 else numbers


_EXAMPLES = {
    "rate": "rate=8000",
    "seconds": "seconds=1.5",
    "size": "size=32, or size=24,32 for height and width",
    "colour": "colour=yes",
    "header": "header=no",
}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float, str)):
        return str(value)
    return ",".join(map(str, value))
