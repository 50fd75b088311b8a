"""table: results → Markdown, ready for the README."""

from collections.abc import Iterable, Sequence

from benchmarks import goals
from benchmarks.results import Result

REACHED = {None: "", True: "yes", False: "no: "}


def summary(results: Sequence[Result]) -> str:
    """Return one line a workload: what ranvier takes, and the best rival."""
    head = [
        "workload",
        "unit",
        "ranvier",
        "samples/s",
        "GFLOP/s",
        "share of peak",
        "best rival",
        "its figure",
        "ratio",
        "goal",
        "reached",
    ]
    return _table(head, (_line(result) for result in results))


def rivals(results: Sequence[Result]) -> str:
    """Return a table a unit: every rival's figure, of which the best stands out."""
    units = dict.fromkeys(one.unit for one in results if one.rivals)
    return "\n\n".join(
        _rivals([one for one in results if one.rivals and one.unit == unit])
        for unit in units
    )


def _rivals(results: Sequence[Result]) -> str:
    names = list(dict.fromkeys(name for one in results for name in one.rivals))
    head = ["workload", "unit", "ranvier", *names]
    return _table(
        head,
        (
            [one.workload, one.unit, _number(one.ours), *_figures(one, names)]
            for one in results
        ),
    )


def _line(result: Result) -> list[str]:
    best = result.best
    return [
        result.workload,
        result.unit,
        f"**{_number(result.ours)}**",
        "" if result.rate is None else f"{result.rate:,.0f}",
        "" if result.operations is None else f"{result.operations / 1e9:,.0f}",
        "" if result.share_of_peak is None else f"{result.share_of_peak:.0%}",
        best or "",
        _number(result.rivals[best]) if best else "",
        f"**{_times(result.ratio)}**" if result.ratio else "",
        goals.goal(result),
        REACHED[goals.is_reached(result)] + goals.shortfall(result),
    ]


def _figures(result: Result, names: Iterable[str]) -> list[str]:
    return [
        f"**{_number(result.rivals[name])}**"
        if name == result.best
        else _number(result.rivals[name])
        if name in result.rivals
        else "–"
        for name in names
    ]


def _number(value: float) -> str:
    """Write three figures, without powers of ten."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _times(ratio: float) -> str:
    """Write two decimals where they decide."""
    return f"{ratio:.2f}×" if ratio < 2 else f"{ratio:.1f}×"


def _table(head: list[str], lines: Iterable[list[str]]) -> str:
    rows = [head, *lines]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    rule = ["-" * width for width in widths]
    return "\n".join(_row(row, widths) for row in (head, rule, *rows[1:]))


def _row(cells: list[str], widths: list[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
