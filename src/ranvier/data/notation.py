"""notation: how people write numbers → how Polars does."""

import re
from typing import NamedTuple, TypeVar

import polars as pl

SIGNS = "$€£¥₹₩₽₺₫₪฿%"
"""Signs of money, and of hundredths, which may stand before a number or behind it."""

Texts = TypeVar("Texts", pl.Series, pl.Expr)

_ANY = f"[{SIGNS}]?"
_SIGNED = rf"^[+-]?({_ANY})[+-]?\s?\d[\d.,\s]*?\s?({_ANY})$"


class Notation(NamedTuple):
    """Say how the numbers of a column are written.

    european: as 1.234,5 or 1 234,5, else as 1,234.5. before, after: patterns of the
    signs that each number bears.

    >>> dollars = Notation(before="[$]")
    >>> dollars.read(pl.Series(["$1,250.50", "-$3", "7"])).to_list()
    [1250.5, -3.0, None]
    """

    european: bool = False
    before: str = ""
    after: str = ""

    @property
    def pattern(self) -> str:
        """The pattern of a whole cell."""
        parted, point = (r"[.\s]", ",") if self.european else (",", "[.]")
        number = rf"([1-9]\d{{0,2}}({parted}\d{{3}})+|\d+)({point}\d*)?"
        before = rf"{self.before}[+-]?\s?" if self.before else ""
        after = rf"\s?{self.after}" if self.after else ""
        return f"^[+-]?{before}{number}{after}$"

    def fits(self, cells: pl.Series) -> bool:
        """Return whether all cells that are not null are written so."""
        return cells.str.contains(self.pattern).all()

    def rewritten(self, column: Texts) -> Texts:
        """Return cells that meet the pattern as Polars writes numbers."""
        others = rf"[{SIGNS}\s.]" if self.european else rf"[{SIGNS}\s,]"
        column = column.str.replace_all(others, "")
        return column.str.replace(",", ".", literal=True) if self.european else column

    def read(
        self, cells: pl.Series, dtype: type[pl.DataType] = pl.Float64
    ) -> pl.Series:
        """Return cells as numbers; null where they are not written so."""
        numbers = self.rewritten(cells).cast(dtype, strict=False)
        return numbers.set(~cells.str.contains(self.pattern), None)


ANY_SIGN = Notation(before=_ANY, after=_ANY)
"""Thousands parted or not, and any sign or none: what one cell alone may be."""


def notations(sample: pl.Series, separator: str, european: bool) -> list[Notation]:
    """Return how a column may be written, by cells of it that are no marks.

    The first cell says which sign all bear. Where another sign than a comma parts the
    cells of a text, decimals may follow a comma; that comes first if `european`.
    """
    found = sample.drop_nulls().head(1).str.extract_groups(_SIGNED)
    before, after = found[0].values() if len(found) else (None, None)
    signs = re.escape(before or ""), re.escape(after or "")
    ways = [False] if separator == "," else [european, not european]
    return [Notation(way, *signs) for way in ways]


def signs_agree(texts: pl.Series) -> bool:
    """Return whether all texts bear the same sign, or none."""
    return texts.drop_nulls().str.extract(f"([{SIGNS}])").n_unique() <= 1
