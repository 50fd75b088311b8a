"""unscaled_inputs: numbers so small, so large or so uneven that steps miss them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.columns import input_columns, named
from ranvier.diagnosis.finding import Finding, Severity, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.network import BatchNorm, Dense, LayerNorm, Network

_ROWS = 2_000
_FEWEST = 30
_SMALL, _TINY = 0.05, 0.01  # the root mean square of inputs; of a standard one, 1
_LARGE, _HUGE = 10.0, 100.0
_SQUASHED = 0.02  # the middle half of a column, in its standard deviations; usual 1.35
_MANY = 0.25  # of the columns
_DISTINCT = 20  # values: with fewer, a column may well hold one nearly always
_OUTER = (0.25, 0.75)


class _Ill(NamedTuple):
    """Say what is wrong with the scale, and how badly."""

    severity: Severity
    where: str
    evidence: str
    remedy: str


class UnscaledInputs(Rule):
    """Look for numbers far from the size that weights are drawn for."""

    code = "unscaled-inputs"
    what = "The numbers that the network reads are far from a size of about 1."
    why = (
        "weights are drawn, and steps taken, for inputs of size 1: with smaller ones "
        "the network barely moves, with larger ones it overshoots, and beside a large "
        "column a small one counts for nothing"
    )
    evidence = (
        "The root mean square of inputs as the network reads them, without zeros; "
        "columns in which a few outliers leave everything else within a sliver."
    )
    remedy = "give the numbers as floats, which are brought to mean 0 and deviation 1"
    ignore = "The first layer is a BatchNorm or a LayerNorm, or training goes well."
    source = (
        "LeCun, Bottou, Orr and Müller 1998, section 4.3; Umlaut: inputs in [-1, 1]"
    )

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for the scale of all inputs, and for squashed columns."""
        seen = case.sample("train", _ROWS)
        if seen is None or len(seen.rows) < _FEWEST or _is_normed(case.network):
            return
        inputs = seen.inputs.astype(np.float64)
        names = [one.name for one in input_columns(case.schema, case.run.encoder)]
        ids = set(case.network.id_columns)
        kept = [n for n in range(inputs.shape[1]) if n not in ids]
        if not kept:
            return
        for ill in (_of_all(inputs[:, kept]), _squashed(case, inputs, len(names))):
            if ill:
                yield self.found(
                    ill.severity, ill.evidence, where=ill.where, remedy=ill.remedy
                )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield a first layer that scales all inputs; of outliers in a table, ranks."""
        network, recipe = case.network, case.recipe
        if finding.where:
            if case.schema.is_table:
                ranks = replace(recipe, encode=(("number", "quantile"),))
                yield Treatment('encode={"number": "quantile"}', network, ranks)
            return
        if isinstance(network.layers[0], Dense) and recipe.optimizer.type != "lbfgs":
            normed = Network((BatchNorm(), *network.layers), network.input_shape)
            yield Treatment("BatchNorm before the first layer", normed, recipe)


def _is_normed(network: Network) -> bool:
    return isinstance(network.layers[0], (BatchNorm, LayerNorm))


def _of_all(inputs: NDArray[np.float64]) -> _Ill | None:
    there = inputs[inputs != 0]  # zeros say nothing of the scale, as in one-hot columns
    size = float(np.sqrt((there**2).mean())) if there.size else 1.0
    if _SMALL <= size <= _LARGE:
        return None
    severity: Severity = "warning" if _TINY <= size <= _HUGE else "error"
    largest = float(np.abs(inputs).max())
    evidence = (
        f"all inputs that are not 0 have a root mean square of {size:.2g}, the largest "
        f"being {largest:.2g}; about 1 is wanted"
    )
    remedy = (
        "give the numbers as floats, which are brought to mean 0 and deviation 1: "
        "bytes are divided by 255, whatever they hold"
    )
    return _Ill(severity, "", evidence, remedy)


def _squashed(case: Case, inputs: NDArray[np.float64], count: int) -> _Ill | None:
    """Say which columns of numbers hold next to all rows within a sliver."""
    if case.schema.image is not None or case.schema.sound is not None:
        return None
    low, high = np.quantile(inputs, _OUTER, axis=0)
    deviation = inputs.std(axis=0)
    slim = (high > low) & (high - low < _SQUASHED * deviation)
    found = [
        one  # of more numbers, as of bins, each may well be nearly always the same
        for one in input_columns(case.schema, case.run.encoder)
        if len(one.numbers) == 1
        and slim[one.numbers[0]]
        and _is_measure(inputs[:, one.numbers[0]])
    ]
    if not found:
        return None
    severity: Severity = "error" if len(found) >= _MANY * count else "warning"
    evidence = (
        f"in {len(found):,} of {count:,} columns half of the rows lie within "
        f"{_SQUASHED:g} standard deviations of each other, because of outliers: "
        f"{named(found)}"
    )
    remedy = (
        "mend or leave out the outlying rows, or learn such columns as ranks: "
        'Recipe(encode={"number": "quantile"}) for a table'
    )
    return _Ill(severity, named(found), evidence, remedy)


def _is_measure(column: NDArray[np.float64]) -> bool:
    return len(np.unique(column)) >= _DISTINCT
