"""caution: one thing to look at before the first epoch."""

from typing import NamedTuple


class Caution(NamedTuple):
    """Warn of a column, or of the table (None): what, on which evidence, what to do."""

    code: str
    column: str | None
    text: str
