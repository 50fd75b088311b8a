"""options: how a table is to be read, where its file does not say."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ranvier.errors import DataError, shown

MISSING = (
    *("", "?", "NA", "N/A", "n/a", "#N/A", "<NA>"),
    *("nan", "NaN", "NAN", "null", "NULL", "Null"),
)
"""Texts that mark a missing cell wherever they stand alone.

"None", "none", "-" and their like are not among them, since they name categories (no
masonry, no alley); in a column of numbers they mark a missing cell all the same.
"""


class Options(NamedTuple):
    """Hold what was said of a table; None where nothing was said.

    By the user, and by a schema: the columns of `texts` stay as they are written, and
    decimals follow a comma if `decimal_comma`, where the cells leave that open.
    """

    sheet: str | int | None = None
    query: str | None = None
    separator: str | None = None
    encoding: str | None = None
    header: bool = True
    missing: Sequence[str] = MISSING
    texts: Sequence[str] = ()
    decimal_comma: bool | None = None

    @property
    def given(self) -> dict[str, Any]:
        """What the user said, by name."""
        said = self._replace(texts=(), decimal_comma=None)._asdict()
        default = self._field_defaults
        return {name: one for name, one in said.items() if one != default[name]}

    def only(self, source: str, *meant: str) -> None:
        """Make sure that nothing is said that `source` knows nothing of.

        Raises:
            DataError: something is.
        """
        for name, value in self.given.items():
            if name not in ("missing", *meant):
                raise DataError(
                    f"{name}={shown(value)} means nothing for {source}; leave it out."
                )


AS_FOUND = Options()
"""Nothing is said: all is as it is found."""


def checked(options: Options) -> Options:
    """Return the options, with those that cannot be refused.

    Raises:
        DataError: one cannot be.
    """
    separator, missing = options.separator, options.missing
    if separator is not None and not (
        isinstance(separator, str)
        and len(separator) == 1
        and separator.isascii()
        and separator not in '"\r\n'
    ):
        raise DataError(
            f'separator={shown(separator)}: give one sign, such as ",", ";" or "\\t".'
        )
    if isinstance(missing, str) or not all(isinstance(one, str) for one in missing):
        raise DataError(
            f'missing={shown(missing)}: give a list of texts, as in ["", "NA"].'
        )
    return options._replace(missing=tuple(missing))
