"""excel: a sheet of a workbook → a frame."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ranvier.data.sources.columnar import with_rows
from ranvier.data.sources.dialect import checked_names, no_header
from ranvier.data.sources.options import Options
from ranvier.data.sources.tidy import tidied
from ranvier.errors import DataError, FileError, MissingPackageError, suggest

if TYPE_CHECKING:
    from fastexcel import ExcelReader


def read_excel(path: Path, options: Options) -> pl.DataFrame:
    """Read a sheet of Excel, with the names of its columns in the first row.

    Raises:
        FileError: the file is damaged, or no workbook.
        DataError: there is no such sheet, it has no rows, or two columns have one name.
        MissingPackageError: fastexcel is not installed.
    """
    options.only("Excel", "sheet", "header")
    book = _book(path)
    sheet = _sheet(book.sheet_names, options.sheet, path)
    where = f"{path}, sheet {sheet!r}"
    first = _cells(book, sheet, 0, 1)
    if not first.width:
        raise DataError(f"{where} is empty; give a sheet with names and rows.")
    names = [str(first[0, place] or "").strip() for place in range(first.width)]
    if not options.header:
        names = [""] * len(names)
    names = list(checked_names(tuple(names), where, no_header(str(path))))
    frame = _cells(book, sheet, int(options.header), None)
    frame.columns = names
    return tidied(with_rows(_without_blank_rows(frame), where), options.missing)


def _book(path: Path) -> "ExcelReader":
    try:
        import fastexcel
    except ImportError:
        raise MissingPackageError(
            f"reading {path} needs the package fastexcel; run "
            'pip install "ranvier[excel]", or save the sheet as CSV.'
        ) from None
    try:
        return fastexcel.read_excel(path)
    except (fastexcel.FastExcelError, OSError, ValueError) as error:
        raise FileError(
            f"{path} cannot be read as Excel ({str(error).splitlines()[0]}); it is "
            "damaged, locked by a password, or of another kind: save it again, or as "
            "CSV."
        ) from None


def _sheet(names: list[str], wanted: str | int | None, path: Path) -> str:
    if isinstance(wanted, str) and wanted in names:
        return wanted
    place = 0 if wanted is None else wanted
    if isinstance(place, int) and 0 <= place < len(names):
        return names[place]
    hint = suggest(wanted, names) if isinstance(wanted, str) else ""
    raise DataError(
        f"{path} has no sheet {wanted!r}; {hint}it has {', '.join(map(repr, names))}, "
        f"or by number 0 to {len(names) - 1}."
    )


def _cells(
    book: "ExcelReader", sheet: str, skip: int, rows: int | None
) -> pl.DataFrame:
    log = logging.getLogger("fastexcel")
    level = log.level
    log.setLevel(logging.ERROR)  # a column of mixed cells is text, which we mean
    try:
        return book.load_sheet(
            sheet,
            header_row=None,
            skip_rows=skip,
            n_rows=rows,
            schema_sample_rows=None,
            dtypes="string" if rows == 1 else None,
        ).to_polars()
    finally:
        log.setLevel(level)


def _without_blank_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out the rows below a table that were emptied but not deleted."""
    if not frame.width:
        return frame
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    full = blank.not_().arg_true()
    return frame.head(int(full[-1]) + 1 if len(full) else 0)
