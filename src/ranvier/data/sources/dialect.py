"""dialect: what parts the cells of a text, and how it writes its numbers."""

import csv
import io
import re
from collections import Counter
from typing import NamedTuple

from ranvier.data.notation import SIGNS
from ranvier.data.sources.options import MISSING, Options
from ranvier.errors import DataError, FileError

_SEPARATORS = (",", ";", "\t", "|")
_SIGN = rf"[+-]?[{SIGNS}]?[+-]?\s?", rf"\s?[{SIGNS}]?"
_EITHER = re.compile(r"[1-9]\d{0,2},\d{3}".join(_SIGN))
"""What may be decimals after a comma, or parted thousands."""
_ROWS_SEEN = 100
_MOST_NAMED = 5


def _decimals(point: str, parted: str) -> re.Pattern[str]:
    """Return the pattern of numbers that only one who writes decimals so writes.

    point, parted: patterns of what stands before decimals, and between thousands.
    """
    large = rf"(?:0|\d{{4,}}|[1-9]\d{{0,2}}(?:{parted}\d{{3}})+){point}\d+"
    small = rf"\d{{1,3}}{point}(?:\d{{1,2}}|\d{{4,}})"
    millions = rf"[1-9]\d{{0,2}}(?:{parted}\d{{3}}){{2,}}"
    return re.compile(f"(?:{large}|{small}|{millions})".join(_SIGN))


_DECIMAL_COMMA, _DECIMAL_POINT = _decimals(",", r"[.\s]"), _decimals("[.]", ",")


class Dialect(NamedTuple):
    """Hold how a text is written.

    `decimal_comma` is None where no cell says. `marks` are those of missing cells that
    it may hold where numbers are expected: looking for each of them in each cell takes
    as long as parsing the cell. `header` is whether the first row holds the names. The
    cells of `texts` stay as they are written.
    """

    separator: str
    decimal_comma: bool | None
    names: tuple[str, ...]
    marks: tuple[str, ...]
    header: bool = True
    texts: frozenset[str] = frozenset()

    @property
    def european(self) -> bool:
        """Whether numbers are read as 1.234,5 first."""
        return bool(self.decimal_comma)


def find_dialect(opening: str, whole: bool, name: str, options: Options) -> Dialect:
    """Return the dialect of a text from its opening lines.

    The sign between cells is the one of `,` `;` tab `|` that parts most rows into as
    many cells as the first has. Decimals have a comma where another sign parts the
    cells, some cell looks like 1,5 and none like 1.5; 1,234 may be either, and is as
    the options say, or else one and a bit where a semicolon parts the cells.

    Raises:
        FileError: the text holds nothing but blanks.
        DataError: two columns have one name.
    """
    opening = opening.lstrip("\r\n")
    if not opening.strip():
        raise FileError(
            f"{name} holds nothing but blanks; give a table with a row of column names "
            "and rows of cells."
        )
    if not whole and "\n" in opening:
        opening = opening[: opening.rindex("\n") + 1]
    tables = {sign: _cells(opening, sign) for sign in _signs(name, options)}
    separator = max(tables, key=lambda sign: _regularity(tables[sign]))
    rows = tables[separator]
    names = tuple(one.strip() for one in rows[0])
    if not options.header:
        names = ("",) * len(names)
    decimal_comma = _has_decimal_comma(rows[int(options.header) :], separator, options)
    names = checked_names(names, name, no_header(name))
    marks = _marks(opening, options)
    return Dialect(separator, decimal_comma, names, marks, options.header)


def no_header(name: str) -> str:
    """Say what to do with a file whose first row holds no names."""
    return f", or read {name}?header=no if its first row holds none"


def checked_names(
    names: tuple[str, ...], source: str, otherwise: str = ""
) -> tuple[str, ...]:
    """Return the names of columns, with numbers for those that have none.

    Raises:
        DataError: two columns have one name.
    """
    named = tuple(one or f"column_{place}" for place, one in enumerate(names, 1))
    twice = [one for one, count in Counter(named).items() if count > 1]
    if twice:
        more = f" and {len(twice) - _MOST_NAMED} more" * (len(twice) > _MOST_NAMED)
        places = [place for place, one in enumerate(named, 1) if one == twice[0]]
        raise DataError(
            f"{source} has several columns called {', '.join(map(repr, twice[:5]))}"
            f"{more} ({twice[0]!r} in the places {', '.join(map(str, places[:5]))}); "
            f"give each column a name of its own{otherwise}."
        )
    return named


def _signs(name: str, options: Options) -> tuple[str, ...]:
    if options.separator:
        return (options.separator,)
    if {".tsv", ".tab"} & {f".{end}" for end in name.lower().split(".")[-2:]}:
        return ("\t",)
    comma, *others = _SEPARATORS
    return (*others, comma) if options.decimal_comma else _SEPARATORS


def _marks(opening: str, options: Options) -> tuple[str, ...]:
    if options.missing != MISSING:
        return tuple(options.missing)
    return tuple(one for one in MISSING if one and one in opening)


def _cells(opening: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(opening, newline=""), delimiter=separator)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > _ROWS_SEEN:
                break
    except csv.Error:  # one cell larger than any: an open quotation mark
        pass
    return rows or [opening.splitlines()[:1]]


def _regularity(rows: list[list[str]]) -> tuple[bool, float, int]:
    width = len(rows[0])
    alike = sum(len(row) == width for row in rows) / len(rows)
    return width > 1, alike, width


def _has_decimal_comma(
    rows: list[list[str]], separator: str, options: Options
) -> bool | None:
    """Tell whether decimals follow a comma; None where no cell says."""
    if separator == ",":
        return None
    cells = [cell.strip() for row in rows for cell in row]
    if any(map(_DECIMAL_POINT.fullmatch, cells)):
        return False
    if any(map(_DECIMAL_COMMA.fullmatch, cells)):
        return True
    in_doubt = separator == ";" and any(map(_EITHER.fullmatch, cells))
    said = options.decimal_comma
    return (in_doubt or None) if said is None else said
