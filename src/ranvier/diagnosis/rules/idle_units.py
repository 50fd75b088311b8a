"""idle_units: units and branches without which the network says the same."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.cures import with_layer
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.idle import Reading, readings
from ranvier.diagnosis.rule import Rule
from ranvier.engine.reference.losses import row_losses

_STILL = 0.03  # of what all units move together: idle ones move less together
_MANY = 0.25  # of the units of a layer
_SAME = 0.01  # of what can be learnt: the loss may change so much without them


class IdleUnits(Rule):
    """Take out what seems to do nothing, and look whether the loss stays."""

    code = "idle-units"
    what = "Units that can be taken out of a layer without any change of the answers."
    why = (
        "nothing that follows listens to these units, or they say the same of every "
        "row: they cost time and memory for nothing"
    )
    evidence = (
        "The units that together move the sums of the next layer by less than a "
        "thirtieth of what the whole layer does; and the loss without them."
    )
    remedy = "make the layer smaller by as many units"
    ignore = "Size and time do not matter, or other data will need the units."
    source = (
        "Mozer and Smolensky 1988, skeletonization; the loss is measured without them"
    )

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield each layer of which a quarter or more does nothing."""
        part = case.portion("train")
        if part is None or case.bounds is None or case.has_failed:
            return
        arrays = case.run.parameters
        for reading in readings(case.network, case.decode, arrays, part):
            idle = _idle(reading)
            if idle.mean() >= _MANY and idle.sum() > 1:
                yield from self._confirmed(case, reading, idle)

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield a layer without its idle units."""
        part = case.portion("train")
        if part is None:
            return
        arrays = case.run.parameters
        for reading in readings(case.network, case.decode, arrays, part):
            if reading.layer == finding.where:
                kept = int((~_idle(reading)).sum())
                smaller = with_layer(case.network, reading.layer, _sized(max(kept, 1)))
                yield Treatment(
                    f"{kept} units in {reading.layer}", smaller, case.recipe
                )

    def _confirmed(
        self, case: Case, reading: Reading, idle: NDArray[np.bool_]
    ) -> Iterator[Finding]:
        judged = case.train
        if judged is None or case.learnt is None:
            return
        program = case.made(reading.without(idle, case.run.parameters))
        outputs = program.predict(case.learnt.samples.inputs[judged.rows])
        bend = case.network.output_activation
        loss = row_losses(case.loss, outputs, judged.targets, bend).mean()
        if abs(loss - judged.loss) <= _SAME * case.span:
            yield self.found(
                "note",
                f"{idle.sum()} of its {len(idle)} units do nothing: the loss of "
                f"training rows is {judged.loss:.4g}, without them {loss:.4g}",
                where=reading.layer,
            )


def _idle(reading: Reading) -> NDArray[np.bool_]:
    """Return which units (C,) move the next layer next to nothing, all together."""
    order = reading.moves.argsort()
    together = np.sqrt((reading.moves[order] ** 2).cumsum())
    idle = np.zeros(len(order), np.bool_)
    idle[order[together <= _STILL * together[-1]]] = True
    return idle


def _sized(units: int) -> Any:
    def changed(layer: Any) -> Any:
        name = "units" if layer.type == "dense" else "filters"
        return replace(layer, **{name: units})

    return changed
