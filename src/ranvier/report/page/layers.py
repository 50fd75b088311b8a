"""layers: how each layer of a network stood while it learnt."""

from collections.abc import Callable, Iterator, Sequence

from ranvier.chart import PALETTE, Axis, Curve
from ranvier.report.page.charts import SMALL, card, grid, resized
from ranvier.report.page.markup import Html, joined
from ranvier.report.page.section import Section, note
from ranvier.report.page.subject import Subject
from ranvier.training import Epoch
from ranvier.training.drawing import over_epochs, thinned

Value = Callable[[Epoch, str], float | None]

_STATES = {
    "weight": ("weights", "root mean square"),
    "gradient": ("gradient of a weight", "root mean square, on 128 training rows"),
    "signal": ("signal back", "gradient of a row's loss by a layer's sums"),
    "deviation": ("what a layer gives", "standard deviation, on 128 training rows"),
    "saturated": ("saturated", "share of places where its activation is flat"),
    "dead": ("dead units", "share of units that are flat for every row"),
}
_SHARES = ("saturated", "dead")


def layers(subject: Subject) -> Section | None:
    """Return gradients, weights, saturation and dead units over the epochs."""
    if not subject.run.history:
        return None
    names = [placed.name for placed in subject.network.walk()]
    cards = list(_cards(thinned(subject.run.history), names))
    if not cards:
        return None
    said = note("Layers are looked at after epochs 1, 2, 4, 8 and so on.")
    return Section("layers", "Layer by layer", joined(said, grid(*cards)))


def _cards(history: Sequence[Epoch], names: Sequence[str]) -> Iterator[Html]:
    curves = _curves(history, names, lambda epoch, name: epoch.gradient_norms.get(name))
    if curves:
        yield _card("gradients", "mean Euclidean norm of an epoch", curves)
    probed = [epoch for epoch in history if epoch.layers]
    for field, (title, said) in _STATES.items():
        if curves := _curves(probed, names, _state(field)):
            yield _card(title, said, curves, is_share=field in _SHARES)


def _card(
    title: str, said: str, curves: Sequence[Curve], *, is_share: bool = False
) -> Html:
    panel = resized(over_epochs(title, said, curves), SMALL)
    if is_share:
        panel = panel._replace(y=Axis("", 0.0, 1.0))
    return card(panel, f"{said}, one curve for each layer")


def _state(field: str) -> Value:
    return lambda epoch, name: getattr(epoch.layers.get(name), field, None)


def _curves(
    history: Sequence[Epoch], names: Sequence[str], value: Value
) -> list[Curve]:
    """Return a curve for each layer that has the value at all."""
    curves = []
    for place, name in enumerate(names):
        known = [
            (float(epoch.epoch), found)
            for epoch in history
            if (found := value(epoch, name)) is not None
        ]
        if known:
            x, y = ([one[side] for one in known] for side in (0, 1))
            curves.append(Curve(name, x, y, PALETTE[place % len(PALETTE)]))
    return curves
