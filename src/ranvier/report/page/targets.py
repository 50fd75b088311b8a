"""targets: how well each of several labels or numbers is said."""

from collections.abc import Iterator, Mapping, Sequence

from ranvier.report.page.section import Section, table
from ranvier.report.page.subject import Subject
from ranvier.report.page.verdict import named

_MOST = 50


def targets(subject: Subject) -> Section | None:
    """Return the figures of each target; None where there is but one."""
    found = subject.by_target
    if not found:
        return None
    names = list(dict.fromkeys(name for held in found.values() for name in held))
    heads = ["target", *(named(name, 0)[0] for name in names)]
    rows = (list(_row(one, found[one], names)) for one in list(found)[:_MOST])
    title = "How well each target is said"
    if len(found) > _MOST:
        title += f": the first {_MOST} of {len(found):,}"
    shown = table(heads, rows, label="targets", numbers=len(names))
    return Section("targets", title, shown)


def _row(target: str, held: Mapping[str, float], names: Sequence[str]) -> Iterator[str]:
    yield target
    for name in names:
        yield named(name, held[name])[1] if name in held else ""
