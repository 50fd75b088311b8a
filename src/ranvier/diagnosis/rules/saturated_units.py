"""saturated_units: units that are driven to where their activation is flat."""

from collections.abc import Iterator

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.cures import (
    is_stepping,
    with_activation,
    with_norms,
    with_rate_times,
    with_usual_start,
)
from ranvier.diagnosis.finding import Finding, Severity, Treatment
from ranvier.diagnosis.rule import Rule

_NOTED, _MANY = 0.4, 0.65  # of rows and units


class SaturatedUnits(Rule):
    """Look for sigmoid and tanh layers that are flat for most rows."""

    code = "saturated-units"
    what = "Most units of a sigmoid or tanh layer are far from zero for most rows."
    why = (
        "where the activation is flat its slope is next to nothing, so that no "
        "gradient comes back, and the unit says the same of rows that differ: the "
        "weights or the inputs are too large, or a step was"
    )
    evidence = (
        "The share of pairs of a training row and a unit where the slope is below a "
        "hundredth of the steepest, at the best weights."
    )
    remedy = (
        "draw smaller first weights, lower the learning rate, put batch_norm before "
        "the activation, or use relu or silu"
    )
    ignore = "Units that decide between yes and no are meant, as in a gate."
    source = (
        "Glorot and Bengio 2010, section 3; SageMaker Debugger, far beyond its bound"
    )

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield each hidden layer of which much is flat."""
        for name in list(case.layers)[:-1]:
            state, first = case.states.get(name), case.first_states.get(name)
            share = state.saturated if state else None
            if share is None or share < _NOTED:
                continue
            before = (
                f", {first.saturated or 0:.0%} before the first step" if first else ""
            )
            severity: Severity = "error" if case.has_failed else "warning"
            yield self.found(
                severity if share >= _MANY else "note",
                f"{share:.0%} of its (row, unit) pairs are flat{before}",
                where=name,
            )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield the usual start, a lower rate, silu, and norms."""
        started = with_usual_start(case.network)
        yield Treatment("the usual first weights", started, case.recipe)
        if is_stepping(case.recipe):
            slower = with_rate_times(case.recipe, 0.1)
            rate = slower.optimizer.learning_rate
            yield Treatment(f"learning_rate={rate:g}", started, slower)
        bent = with_activation(started, ("sigmoid", "tanh", "hard_sigmoid"), "silu")
        yield Treatment("silu, with the usual first weights", bent, case.recipe)
        yield Treatment("batch_norm in hidden layers", with_norms(started), case.recipe)
