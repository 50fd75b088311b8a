"""learning: the losses, accuracies and rates of a run over its epochs."""

from collections.abc import Iterator

from ranvier.chart import PALETTE, Curve
from ranvier.report.page.charts import WIDE, card, grid, resized
from ranvier.report.page.markup import Html, joined
from ranvier.report.page.section import Section, folded, note, number, table
from ranvier.report.page.subject import Subject
from ranvier.training import Epoch
from ranvier.training.drawing import over_epochs, panels, thinned

_MOST_LINES = 200
_HEADS = {
    "epoch": "epoch",
    "loss": "loss",
    "accuracy": "accuracy",
    "val_loss": "validation loss",
    "val_accuracy": "validation accuracy",
    "learning_rate": "learning rate",
    "seconds": "seconds",
}


def learning(subject: Subject) -> Section:
    """Return the curves of both parts, with the best epoch, and all figures."""
    run = subject.run
    if not run.history:
        return Section("learning", "Learning", note(run.stopped, "."))
    described = "training and validation rows after each epoch"
    cards = [card(resized(panel, WIDE), described) for panel in panels(run)]
    rates = [epoch.learning_rate for epoch in run.history]
    if min(rates) < max(rates):
        cards.append(_rates(subject))
    content = joined(note(run.stopped, "."), grid(*cards), _all_figures(run.history))
    return Section("learning", "Learning", content)


def _rates(subject: Subject) -> Html:
    epochs = thinned(subject.run.history)
    curve = Curve(
        "learning rate",
        [float(epoch.epoch) for epoch in epochs],
        [epoch.learning_rate for epoch in epochs],
        PALETTE[2],
    )
    panel = over_epochs("learning rate", subject.recipe.schedule.type, [curve])
    return card(resized(panel, WIDE), "the mean rate of each epoch")


def _all_figures(history: list[Epoch]) -> Html:
    known = [name for name in _HEADS if getattr(history[0], name) is not None]
    step = -(-len(history) // _MOST_LINES)
    shown = history[::step]
    rows = (list(_row(epoch, known)) for epoch in shown)
    every = "All figures" if step == 1 else f"The figures of every {step} epochs"
    heads = [_HEADS[name] for name in known]
    return folded(every, table(heads, rows, label=every, numbers=len(heads)))


def _row(epoch: Epoch, names: list[str]) -> Iterator[str]:
    for name in names:
        value = getattr(epoch, name)
        yield f"{value:,}" if name == "epoch" else number(value)
