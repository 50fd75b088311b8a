"""columns: what a table holds, a line for each column with a small histogram."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ranvier.data.table import KINDS, Caution, ColumnFacts, Description
from ranvier.data.table.describe import WEIGHT
from ranvier.data.table.facts import moment
from ranvier.report.facts import Facts

_HEIGHTS = "▁▂▃▄▅▆▇█"
_NAMES = 3  # frequent values in a line
_LONGEST = 24  # signs of a value or a name of a column
_TARGET = "the target: "
_MOST_CLASSES = 20


def described(description: Description) -> RenderableType:
    """Return a description as its columns, the target, what is done, and warnings."""
    parts: list[RenderableType] = [_head(description), "", _columns(description), ""]
    if description.classes:
        parts += [balance(description.classes), ""]
    parts.append(_uses(description.columns))
    if description.warnings:
        parts += ["", warned(description.warnings)]
    return Group(*parts)


def warned(cautions: Sequence[Caution]) -> Facts:
    """Return warnings, each with its column or what it is about."""
    return Facts(
        {
            f"{one.code}{f' {one.column}' if one.column else ''}": Text(
                one.text, "yellow"
            )
            for one in cautions
        }
    )


def balance(classes: Sequence[tuple[str, int]]) -> Facts:
    """Return how many rows each class has, with bars."""
    total = sum(rows for _, rows in classes) or 1
    most = max(rows for _, rows in classes) or 1
    said: dict[str, str | Text] = {
        _short(name): Text.assemble(
            ("█" * max(1, round(16 * rows / most)), "cyan"),
            f" {rows:,} ({_percent(rows / total)})",
        )
        for name, rows in classes[:_MOST_CLASSES]
    }
    if len(classes) > _MOST_CLASSES:
        said["…"] = f"{len(classes) - _MOST_CLASSES:,} more"
    return Facts(said)


def bars(counts: Sequence[float]) -> str:
    """Draw counts as bars, the highest at full height, and nothing as a blank.

    >>> bars([0, 1, 4, 8])
    ' ▁▄█'
    """
    most = max(counts, default=0) or 1
    top = len(_HEIGHTS) - 1
    return "".join(
        _HEIGHTS[max(0, round(count / most * (top + 1)) - 1)] if count else " "
        for count in counts
    )


def _head(description: Description) -> Text:
    said = f"{description.name}: {description.rows:,} rows, "
    said += f"{len(description.columns):,} columns"
    if description.target:
        said += f"; {description.task} of {', '.join(description.target)}"
    if description.sampled < description.rows:
        said += f"; bars and shares of {description.sampled:,} rows"
    return Text(said)


def _columns(description: Description) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("column", overflow="fold")
    table.add_column("kind", no_wrap=True)
    table.add_column("missing", justify="right", no_wrap=True)
    table.add_column("distinct", justify="right", no_wrap=True)
    table.add_column("", style="cyan", no_wrap=True, min_width=10)
    table.add_column("values", overflow="fold")
    for facts in description.columns:
        is_target = facts.name in description.target
        kind = "weight" if facts.use == WEIGHT else facts.kind
        table.add_row(
            Text(_short(facts.name), "bold green" if is_target else ""),
            Text("target" if is_target else kind, _style(facts)),
            _percent(facts.missing_share) if facts.missing else "",
            f"{facts.distinct:,}",
            _drawn(facts),
            Text(_values(facts)),
        )
    return table


def _style(facts: ColumnFacts) -> str:
    return "dim" if facts.kind in ("identifier", "constant", "ignored") else ""


def _drawn(facts: ColumnFacts) -> str:
    if facts.scale:
        return bars(facts.scale.histogram.counts)
    return bars([share for _, share in facts.frequent])


def _values(facts: ColumnFacts) -> str:
    if facts.scale and facts.kind == "date":
        return f"{moment(facts.scale.low)} to {moment(facts.scale.high)}"
    if facts.scale:
        low, high, mean = facts.scale.low, facts.scale.high, facts.scale.mean
        digits = 4 if abs(mean) < 10_000 else 6  # what six digits hold needs no e+04
        return f"{low:,.6g} to {high:,.6g}, mean {mean:,.{digits}g}"
    shown = [
        f"{_short(value)} {_percent(share)}" for value, share in facts.frequent[:_NAMES]
    ]
    more = facts.distinct - len(shown)
    return ", ".join([*shown, *([f"{more:,} more"] if more > 0 else [])])


def _uses(columns: Sequence[ColumnFacts]) -> Facts:
    return Facts(dict(_used(columns)))


def _used(columns: Sequence[ColumnFacts]) -> Iterator[tuple[str, str]]:
    for one in [one for one in columns if one.use.startswith(_TARGET)][:1]:
        yield "target", one.use.removeprefix(_TARGET)
    if any(one.use == WEIGHT for one in columns):
        yield "weight", WEIGHT
    kinds = {one.kind for one in columns if one.use in KINDS.values()}
    yield from ((kind, use) for kind, use in KINDS.items() if kind in kinds)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"
