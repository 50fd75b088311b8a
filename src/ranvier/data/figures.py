"""figures: expressions → what each gives of every column, in one pass over a frame."""

from typing import Any

import polars as pl


def figures(frame: pl.DataFrame, **asked: pl.Expr) -> dict[str, dict[str, Any]]:
    """Return what each expression gives of the columns it chooses, by their names.

    >>> figures(pl.DataFrame({"size": [1, 4]}), low=pl.all().min(), high=pl.all().max())
    {'low': {'size': 1}, 'high': {'size': 4}}
    """
    named = [one.name.prefix(f"{figure} ") for figure, one in asked.items()]
    found = frame.lazy().select(named).collect(engine="streaming")
    parted: dict[str, dict[str, Any]] = {figure: {} for figure in asked}
    for named_so in found.columns:
        figure, name = named_so.split(" ", 1)
        parted[figure][name] = found[0, named_so]
    return parted
