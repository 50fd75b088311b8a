"""importance: what each input is worth to a model, as bars."""

from collections.abc import Sequence

from ranvier.model.importance import Importance
from ranvier.report.learning import percent
from ranvier.report.page.markup import Html, joined
from ranvier.report.page.section import Section, note, number, table
from ranvier.report.page.subject import Subject

_MOST = 30
_WIDTH = 160  # of the longest bar


def importance(subject: Subject) -> Section | None:
    """Return what the loss rises by where each input is shuffled."""
    found = subject.importances
    if not found:
        return None
    said = (
        "By how much the loss rises where the values of an input are shuffled among "
        "the rows. Inputs that say the same hide each other's worth."
    )
    content = joined(note(said), _table(found[:_MOST]), _left_out(found))
    return Section("importance", "What the inputs are worth", content)


def _table(found: Sequence[Importance]) -> Html:
    longest = max(*(one.loss for one in found), 1e-30)
    heads = ["input", "worth", "loss rises by"]
    if found[0].accuracy is not None:
        heads.append("right answers lost")
    rows = (_row(one, longest) for one in found)
    label = "what the inputs are worth"
    return table(heads, rows, label=label, numbers=len(heads) - 2)


def _row(one: Importance, longest: float) -> list[str | None]:
    rise = f"{number(one.loss)} ± {number(one.deviation)}"
    cells: list[str | None] = [one.name, _bar(one.loss / longest), rise]
    if one.accuracy is not None:
        cells.append(percent(one.accuracy))
    return cells


def _bar(share: float) -> Html:
    width = _WIDTH * max(0.0, share)
    return Html(
        f'<svg class="bar" viewBox="0 0 {_WIDTH} 12" width="{_WIDTH}" height="12" '
        f'aria-hidden="true"><rect width="{width:.1f}" height="12" rx="3"/></svg>'
    )


def _left_out(found: Sequence[Importance]) -> Html | None:
    left = len(found) - _MOST
    if left <= 0:
        return None
    return note(f"{left:,} inputs of less worth are left out.")
