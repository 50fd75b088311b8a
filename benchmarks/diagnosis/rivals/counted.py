"""counted: what judges said of many runs → who names what, as shares."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.diagnosis.rivals.asked import Asked
from benchmarks.diagnosis.rivals.judges import Judge

Table = dict[str, dict[str, dict[str, float]]]


def counted(
    ill: Sequence[Asked], well: Sequence[Asked], judges: Iterable[Judge]
) -> dict[str, Any]:
    """Return for each judge its shares of all runs, and by illness and degree."""
    return {one.name: _judge(one, ill, well) for one in judges}


def table(result: dict[str, Any]) -> list[str]:
    """Return lines of Markdown: an illness a line, severe / mild in per cent."""
    judges = result["judges"]
    codes = list(next(iter(judges.values()))["named"])
    lines = [
        f"| severe / mild, % | {' | '.join(judges)} |",
        f"| --- |{' ---: |' * len(judges)}",
    ]
    for code in codes:
        cells = (_cell(judge["named"][code]) for judge in judges.values())
        lines.append(f"| `{code}` | {' | '.join(cells)} |")
    every = (_cell(judge) for judge in judges.values())
    lines.append(f"| **all planted** | {' | '.join(every)} |")
    alarms = (f"{100 * judge['healthy_alarms']:.0f}" for judge in judges.values())
    lines.append(f"| **healthy, with an alarm** | {' | '.join(alarms)} |")
    return lines


def filled(page: str, result: dict[str, Any]) -> str:
    """Return the text of a page with the table between its marks."""
    start, end = "<!-- rivals -->\n", "<!-- /rivals -->"
    before, _, rest = page.partition(start)
    _, _, after = rest.partition(end)
    return (
        "\n".join([before + start + table(result)[0], *table(result)[1:], end]) + after
    )


def _judge(judge: Judge, ill: Sequence[Asked], well: Sequence[Asked]) -> dict[str, Any]:
    codes = dict.fromkeys(one.planted.code for one in ill)
    alarms = Counter(alarm for one in well for alarm in one.alarms_of(judge))
    broke = Counter(
        said for one in (*ill, *well) if isinstance(said := one.said[judge.name], str)
    )
    return {
        "version": judge.version,
        **_named(judge, ill),
        "healthy_alarms": _share(bool(one.alarms_of(judge)) for one in well),
        "named": {
            code: _named(judge, [one for one in ill if one.planted.code == code])
            for code in codes
        },
        "alarms": dict(alarms.most_common()),
        "broke": dict(broke.most_common(5)) | {"runs": broke.total()},
    }


def _named(judge: Judge, ill: Sequence[Asked]) -> dict[str, float]:
    return {
        degree: _share(
            one.is_named_by(judge) for one in ill if one.planted.degree == degree
        )
        for degree in ("severe", "mild")
    }


def _share(truths: Iterable[bool]) -> float:
    every = list(truths)
    return round(sum(every) / len(every), 4) if every else 0.0


def _cell(shares: dict[str, float]) -> str:
    severe, mild = (f"{100 * shares[degree]:.0f}" for degree in ("severe", "mild"))
    return f"{severe} / {mild}"
