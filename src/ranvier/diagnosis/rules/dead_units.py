"""dead_units: units that give zero for every row, and learn nothing more."""

from collections.abc import Iterator

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.cures import (
    is_stepping,
    with_activation,
    with_rate_times,
    with_usual_start,
)
from ranvier.diagnosis.finding import Finding, Severity, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.network.activations import bend_of, name_of

_NOTED, _MANY = 0.3, 0.6  # of the units of a layer


class DeadUnits(Rule):
    """Look for relu units that are below zero for every row."""

    code = "dead-units"
    what = "Units of a relu layer that are below zero for every row."
    why = (
        "where relu is flat no gradient comes back: a step that was too large has "
        "pushed these units below zero for all rows, and nothing will bring them back"
    )
    evidence = (
        "The share of units that give zero for each of some hundred training rows: "
        "before the first step, after epochs 1, 2, 4, 8 and so on, and at the best "
        "weights."
    )
    remedy = "lower the learning rate, or use leaky_relu or silu in this layer"
    ignore = "The layer is wide, and the network does well all the same."
    source = "CS231n, part 1: up to 40 % may die at a high rate; bounds by measurement"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield each layer of which a third or more was dead at a look."""
        for name in case.layers:
            shares = _shares(case, name)
            most = max(shares, default=0.0)
            if most < _NOTED:
                continue
            severity: Severity = "error" if case.has_failed else "warning"
            yield self.found(
                severity if most >= _MANY else "note",
                f"{most:.0%} of its units give zero for every row at the worst look, "
                f"{shares[0]:.0%} at the first, {shares[-1]:.0%} at the best weights",
                where=name,
            )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield a tenth of the learning rate, and leaky_relu in place of relu."""
        started = with_usual_start(case.network)
        if is_stepping(case.recipe):
            slower = with_rate_times(case.recipe, 0.1)
            rate = slower.optimizer.learning_rate
            yield Treatment(f"learning_rate={rate:g}", started, slower)
        leaky = with_activation(started, ("relu",), "leaky_relu")
        yield Treatment("leaky_relu in place of relu", leaky, case.recipe)


def _shares(case: Case, name: str) -> list[float]:
    """Return the share of a relu layer's dead units at each look, the best at last."""
    if name_of(bend_of(case.layers[name])) != "relu":
        return []
    looks = [epoch.layers for epoch in case.run.history if epoch.layers]
    if case.first_states:
        looks = [case.first_states, *looks, case.states]
    states = (look[name] for look in looks if name in look)
    return [state.dead for state in states if state.dead is not None]
