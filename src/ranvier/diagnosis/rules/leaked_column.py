"""leaked_column: a column that knows the answer, as it will not when asked for it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Column, Dataset, Schema
from ranvier.data.sources.targets import Task
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.columns import InputColumn, input_columns
from ranvier.diagnosis.finding import Finding, Severity
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.sample import Sample
from ranvier.diagnosis.significance import share_error
from ranvier.diagnosis.simple import Simple

if TYPE_CHECKING:
    import polars

    from ranvier.data.table.giveaway import Giveaway

_ROWS = 1_500
_FEWEST = 60
_MOST_COLUMNS = 400
_TELLING, _CERTAIN = 0.9, 0.98  # of the answers, or of the variance, by itself
_AHEAD, _SURE = 0.08, 3.5  # of the answers, and standard errors, before all others
_ALL, _ALL_AHEAD, _ALL_SURE = 0.999, 0.02, 2.5  # where all answers are given
_ANSWER = "\0answer"  # no column of a file is called so


class LeakedColumn(Rule):
    """Look for a column that gives the target away."""

    code = "leaked-column"
    what = "One column tells the target by itself, better than all others together."
    why = (
        "it was written down with the answer, or made of it: the network reads it off, "
        "and knows nothing on the day when the column is not known yet"
    )
    evidence = (
        "The share of held-out answers that the column gives alone, beside what a "
        "linear model and the nearest rows give from all other columns."
    )
    remedy = "leave the column out, unless it is known when the question is asked"
    ignore = "The column is known when the question is asked."
    source = (
        "Kaufman, Rosset, Perlich and Stitelman 2012; Deepchecks: a predictive power "
        "above 0.8"
    )

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for each column that beats all others."""
        seen = case.sample("train", _ROWS)
        columns = input_columns(case.schema, case.run.encoder)
        if seen is None or case.parts is None or not _can_tell(seen, columns):
            return
        frame = _frame(case.parts.train, seen, columns)
        for found in _giveaways(frame, case.schema):
            (column,) = (one for one in columns if one.name == found.column)
            ahead = _ahead(case, seen, column, found.share)
            if ahead is not None:
                severity: Severity = "error" if found.share >= _CERTAIN else "warning"
                yield self.found(
                    severity,
                    f"{column.name} alone: {found.evidence}; all other columns "
                    f"together come to {ahead:.1%}",
                    where=column.name,
                )


def _can_tell(seen: Sample, columns: list[InputColumn]) -> bool:
    """Tell whether there are other columns to compare with, and rows to do it."""
    is_single = seen.targets.ndim == 1 or seen.targets.shape[1] == 1
    return (
        is_single and len(seen.rows) >= _FEWEST and 3 <= len(columns) <= _MOST_COLUMNS
    )


def _ahead(case: Case, seen: Sample, column: InputColumn, alone: float) -> float | None:
    """Return what all other columns tell, if the column is clearly ahead of them."""
    others = [*case.network.id_columns, *column.numbers]
    simple = Simple.of(seen, others)
    if simple is None:
        return None
    is_class = simple.targets.ndim == 1
    told = max(
        float(simple.right(answers).mean()) if is_class else _explained(simple, answers)
        for _, answers in simple.said()
    )
    error = np.hypot(
        share_error(alone, len(simple.rows)), share_error(told, len(simple.rows))
    )
    least = max(_AHEAD, _SURE * error)
    if alone >= _ALL:
        least = max(_ALL_AHEAD, _ALL_SURE * error)
    return told if alone - told >= least else None


def _explained(simple: Simple, answers: NDArray[np.float64]) -> float:
    """Return the share of the variance of the targets that answers explain."""
    left = ((answers - simple.wanted) ** 2).mean()
    return float(max(0.0, 1 - left / max(simple.wanted.var(axis=0).mean(), 1e-30)))


def _giveaways(frame: "polars.DataFrame", schema: Schema) -> "Iterator[Giveaway]":
    from ranvier.data.table.form import Form
    from ranvier.data.table.giveaway import giveaways

    columns = tuple(one for one in schema.columns if one.is_learnt) or tuple(
        Column(name, "number") for name in frame.columns if name != _ANSWER
    )
    task: Task = "classification" if schema.classes else "regression"
    form = Form(schema.name, columns, (_ANSWER,), task, schema.classes)
    return giveaways(frame, form, _TELLING)


def _frame(
    train: Dataset, seen: Sample, columns: list[InputColumn]
) -> "polars.DataFrame":
    """Return the columns of some training rows as they came, and their answers."""
    import polars as pl

    if train.schema.is_table:
        frame = train.at(seen.rows).frame
    else:
        numbers = [seen.inputs[:, one.numbers[0]] for one in columns]
        names = [one.name for one in columns]
        frame = pl.DataFrame(dict(zip(names, numbers, strict=True)))
    return frame.with_columns(pl.Series(_ANSWER, seen.targets.reshape(-1)))
