"""finding: what is ill in a training, where, on what evidence, and what to do."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from ranvier.network import Network
from ranvier.recipe import Recipe

Severity = Literal["error", "warning", "note"]

_ORDER = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """Say one thing that is ill.

    code: the name of the rule, such as "dead-units".
    severity: "error" where the result is worth little, "warning" where it could be
        clearly better, "note" where something is to be known.
    where: the layer, column, class or part that it is about; "" is the whole run.
    evidence: the figures that it rests on, in words.
    cause: why they are so.
    remedy: what to do.
    """

    code: str
    severity: Severity
    where: str
    evidence: str
    cause: str
    remedy: str

    @property
    def rank(self) -> int:
        """Its place among the severities, the worst being 0."""
        return _ORDER.index(self.severity)

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain values."""
        return asdict(self)


class Treatment(NamedTuple):
    """Hold a design that may be healthier, and what was changed, in words."""

    change: str
    network: Network
    recipe: Recipe
