"""section: a heading with what stands below it, and tables of names and values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ranvier.report.page.markup import Html, joined, tag


class Section(NamedTuple):
    """Hold a part of the page: its name in addresses, its heading and its content."""

    name: str
    title: str
    content: Html

    def html(self, key: str, level: int, within: str = "") -> Html:
        """Return the section, its heading of a level, for the run called `key`.

        within: the name of the heading above it, where sections of other runs are
            called the same.
        """
        identity = f"{key}-{self.name}"
        return tag(
            "section",
            tag(f"h{level}", self.title, id=identity),
            self.content,
            aria_labelledby=f"{within} {identity}".lstrip(),
        )


def note(*words: str) -> Html:
    """Return a remark in quieter ink."""
    return tag("p", *words, class_="remark")


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    *,
    label: str,
    numbers: int = 0,
) -> Html:
    """Return a table that can be scrolled on its own where it is wide.

    label: what it shows, for who listens.
    numbers: so many columns at the right hold numbers.
    """
    first = len(heads) - numbers
    head = tag("tr", *(_cell("th", one, i >= first) for i, one in enumerate(heads)))
    body = (
        tag("tr", *(_cell("td", one, i >= first) for i, one in enumerate(row)))
        for row in rows
    )
    whole = tag("table", tag("thead", head), tag("tbody", *body))
    return scrolled(whole, label)


def scrolled(inner: Html, label: str) -> Html:
    """Return what can be scrolled sideways, by keys too."""
    return tag(
        "div", inner, class_="scrolled", tabindex=0, role="group", aria_label=label
    )


def facts(values: Mapping[str, str | None]) -> Html:
    """Return names and values, one below the other."""
    entries = (
        tag("div", tag("dt", name), tag("dd", value))
        for name, value in values.items()
        if value is not None
    )
    return tag("dl", *entries, class_="facts")


def folded(summary: str, *inner: str | None) -> Html:
    """Return what is shown when its summary is pressed."""
    return tag("details", tag("summary", summary), joined(*inner))


def number(value: float | None) -> str:
    """Return a number with four figures; nothing for None.

    >>> number(0.123456)
    '0.1235'
    """
    return "" if value is None else f"{value:.4g}"


def _cell(kind: str, value: str | None, is_number: bool) -> Html:
    scope = "col" if kind == "th" else None
    return tag(kind, value, class_="number" if is_number else None, scope=scope)
