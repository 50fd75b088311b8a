"""goals: what each workload must reach, and whether it did."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from benchmarks.results import Result

FIGURE, RATE, SHARE = "figure", "samples/s", "of peak"
BEST, ACCURACY = "the best rival", "test accuracy"


class Goal(NamedTuple):
    """Bound one measure of a result.

    measure: FIGURE (at most so much), RATE, SHARE, ACCURACY (at least), BEST (at least
        so many times), or the beginning of rivals' names: at least so many times the
        best of these.
    """

    measure: str
    bound: float

    def value(self, result: "Result") -> float | None:
        """Return what was measured; None where nobody measured it."""
        if self.measure == FIGURE:
            return result.ours
        if self.measure == RATE:
            return result.rate
        if self.measure == SHARE:
            return result.share_of_peak
        if self.measure == ACCURACY:
            return result.accuracy
        start = "" if self.measure == BEST else self.measure
        figures = [v for name, v in result.rivals.items() if name.startswith(start)]
        return min(figures) / result.ours if figures else None

    def is_reached(self, result: "Result") -> bool | None:
        """Tell whether the bound is kept; None where nobody measured it."""
        value = self.value(result)
        if value is None:
            return None
        return value <= self.bound if self.measure == FIGURE else value >= self.bound

    def text(self, result: "Result", value: float | None = None) -> str:
        """Say the bound in words, such as `≤ 4 µs/step`, or a value of its kind."""
        sign = "" if value is not None else "≤ " if self.measure == FIGURE else "≥ "
        number = self.bound if value is None else value
        if self.measure == FIGURE:
            return f"{sign}{number:.3g} {result.unit}"
        if self.measure == RATE:
            return f"{sign}{number:,.0f} {RATE}"
        if self.measure in (SHARE, ACCURACY):
            return f"{sign}{number:.3g} {self.measure}"
        return f"{sign}{number:.3g}× {self.measure}"


FASTEST = (Goal(BEST, 1.0),)
"""No workload may be slower than any rival."""

GOALS: dict[str, tuple[Goal, ...]] = {
    "crash-course": (
        Goal(FIGURE, 4.0),
        Goal("pytorch", 100),
        Goal("jax", 12),
        Goal("numpy", 20),
    ),
    "crash-course-floats": (Goal(FIGURE, 5.5), *FASTEST),
    "wide-sgd": (Goal(BEST, 3.0), Goal(SHARE, 0.65)),
    "wide-adam": (Goal(BEST, 4.5),),
    "collisions": (Goal(RATE, 100_000), Goal(BEST, 3.0)),
    "table-adamw": (Goal(BEST, 4.0),),
    "lenet": (Goal(BEST, 4.0),),
    "lenet-10-epochs": (Goal(ACCURACY, 0.985), Goal(FIGURE, 5.0), Goal(BEST, 4.0)),
    "convolutions-32": (Goal(BEST, 4.0),),
    "convolutions-128": (Goal(BEST, 4.0),),
    "ratings": (Goal(BEST, 5.0),),
    "eight-runs": (Goal(BEST, 1.9),),
    "one-row": (Goal(FIGURE, 3.0), Goal("onnxruntime", 3.0), *FASTEST),
    "many-rows": (Goal("onnxruntime", 1.5), *FASTEST),
    "statistics-crash-course": (Goal(BEST, 1 / 1.02),),
    "statistics-wide-sgd": (Goal(BEST, 1 / 1.02),),
    "probes-digits": (Goal(BEST, 1 / 1.02),),
    "probes-crash-course": (Goal(BEST, 1 / 1.02),),
    "report": (Goal(FIGURE, 2.0),),
    "report-command": (Goal(FIGURE, 2.0),),
    "wide-sgd-avx2": (Goal(SHARE, 0.7),),
    "wide-sgd-baseline": (Goal(SHARE, 0.7),),
}


def goals_of(result: "Result") -> tuple[Goal, ...]:
    """Return what a result must reach."""
    return GOALS.get(result.workload, FASTEST if result.rivals else ())


def goal(result: "Result") -> str:
    """Return all bounds of a result in words; empty where there are none."""
    return "; ".join(one.text(result) for one in goals_of(result))


def is_reached(result: "Result") -> bool | None:
    """Tell whether every bound that was measured is kept; None where none was."""
    known = [one.is_reached(result) for one in goals_of(result)]
    known = [one for one in known if one is not None]
    return all(known) if known else None


def shortfall(result: "Result") -> str:
    """Return the measures that missed their bounds, in words."""
    return "; ".join(
        one.text(result, one.value(result))
        for one in goals_of(result)
        if one.is_reached(result) is False
    )
