"""ragged: rows with more cells than there are names, or fewer."""

import csv
import io
import mmap
import re
from collections.abc import Iterator

import numpy as np

from ranvier.data.sources.dialect import Dialect
from ranvier.errors import DataError

_BLOCK = 1 << 24
_QUOTE = ord('"')

Text = bytes | mmap.mmap


def separators_in(content: Text, separator: str) -> int:
    """Return how often a text holds the sign between cells, not counting quotations."""
    count, inside = 0, False
    for start in range(0, len(content), _BLOCK):
        block = np.frombuffer(content[start : start + _BLOCK], np.uint8)
        signs, quotes = block == ord(separator), block == _QUOTE
        if quotes.any():
            quoted = np.logical_xor.accumulate(quotes) ^ inside
            signs &= ~quoted
            inside = bool(quoted[-1])
        elif inside:
            continue
        count += int(np.count_nonzero(signs))
    return count


def blank_lines_at_end(content: Text) -> int:
    """Return how many lines at the end of a text are blank."""
    end = re.search(rb"(\r?\n)*\Z", content[-(1 << 16) :])
    return max(end.group().count(b"\n") - 1, 0) if end else 0


def check_rows(content: Text, dialect: Dialect, name: str) -> list[int]:
    """Return the numbers, from 0, of the rows that are blank lines.

    Reads row by row, for texts known to have a fault.

    Raises:
        DataError: a row has more or fewer cells than there are names, or never ends.
    """
    blank, width, separator = list[int](), len(dialect.names), dialect.separator
    for row, line, count in _counts(content, dialect, name):
        if count == 0:
            blank.append(row)
        elif count != width:
            raise DataError(
                f"{name}, row {row + 1:,} (line {line:,}) has {count} cells, expected "
                f"{width} as in the first line; mend that row: put cells that hold the "
                f"sign {separator!r} into quotation marks, or say which sign parts "
                f"cells, as in {name}?separator=|."
            )
    return blank


def _counts(
    content: Text, dialect: Dialect, name: str
) -> Iterator[tuple[int, int, int]]:
    """Yield each row's number from 0, the line it begins in, and its count of cells."""
    reader = csv.reader(_lines(content), delimiter=dialect.separator, strict=True)
    names = -int(dialect.header)  # the number of the row that holds them
    line, row = 1, names - 1
    try:
        for cells in reader:
            if cells or row >= names:
                row += 1
            if row >= 0:
                yield row, line, len(cells)
            line = reader.line_num + 1
    except csv.Error as error:
        ends = "unexpected end" in str(error) or "field larger" in str(error)
        fault = "is never closed" if ends else "closes before its cell ends"
        place = f"row {row + 2:,} (line {line:,})" if row >= names else f"line {line:,}"
        raise DataError(
            f"{name}, {place} has a quotation mark that {fault}; mend it, or double it "
            "where it is meant as a sign."
        ) from None


def cells_of(content: Text, separator: str) -> list[list[str]]:
    """Return the rows of a text that are no blank lines, the first among them."""
    return [row for row in csv.reader(_lines(content), delimiter=separator) if row]


def _lines(content: Text) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content[:]), "utf-8-sig", "replace", newline="")
