"""tables: write what the registries hold into the pages beside this file.

The rules of diagnosis have a page each, in rules/, made from their own texts.

Run it as `python docs/tables.py`; a test holds the pages against it.
"""

import dataclasses
import inspect
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ranvier.data.encoders import ENCODERS
from ranvier.diagnosis import CHECKS, RULES, Rule
from ranvier.network import ACTIVATIONS, INITIALIZERS, LAYERS
from ranvier.recipe import LOSSES, OPTIMIZERS, SCHEDULES, Augmentation, Clip, Penalty
from ranvier.registry import Registry

PAGES = Path(__file__).parent
RULE_PAGES = PAGES / "rules"


def described(kinds: Iterable[type]) -> list[str]:
    """Return a table of classes: how each is written, and what it does."""
    rows = [f"| `{_call(kind)}` | {_first_line(kind)} |" for kind in kinds]
    return ["| written | what it does |", "| --- | --- |", *rows]


def registered(registry: Registry[Any]) -> list[str]:
    """Return a table of what a registry holds, each with its name."""
    rows = [
        f"| `{name}` | `{_call(registry[name])}` | {_first_line(registry[name])} |"
        for name in registry
    ]
    return ["| name | written | what it does |", "| --- | --- | --- |", *rows]


def activations() -> list[str]:
    """Return a table of the activations."""
    known = {name: ACTIVATIONS[name] for name in ACTIVATIONS}
    rows = [
        f"| `{name}` | {one.formula} | `{one.initializer}` |"
        for name, one in known.items()
    ]
    head = "| name | of the sum z | first weights |"
    return [head, "| --- | --- | --- |", *rows]


def linked(registry: Registry[type[Rule]]) -> list[str]:
    """Return a table of rules, each with a link to its page."""
    rows = [
        f"| [`{code}`](rules/{code}.md) | {registry[code].what} |" for code in registry
    ]
    return ["| code | what it is |", "| --- | --- |", *rows]


def rule_pages() -> dict[str, str]:
    """Return the page of each rule and check, by its code."""
    every = {code: known[code] for known in (RULES, CHECKS) for code in known}
    return {code: rule_page(rule) for code, rule in every.items()}


def rule_page(rule: type[Rule]) -> str:
    """Return the page of a rule: what it is, and all that its texts say."""
    when = [
        name
        for name, known in (("before", CHECKS), ("after", RULES))
        if rule.code in known
    ]
    parts = {
        "Why it hurts": rule.why,
        "How it shows": rule.evidence,
        "What to do": rule.remedy,
        "When to pass over it": rule.ignore,
        "Where it comes from": rule.source,
    }
    said = (f"## {head}\n\n{_sentence(text)}\n" for head, text in parts.items())
    asked = (
        f"Asked {' and '.join(when)} a training; `--ignore {rule.code}` passes over it."
    )
    return "\n".join([f"# {rule.code}\n\n{rule.what}\n\n{asked}\n", *said])


def tables() -> dict[str, list[str]]:
    """Return each table by the name of the marks that it stands between."""
    return {
        "layers": described(LAYERS[name] for name in LAYERS),
        "activations": activations(),
        "initializers": registered(INITIALIZERS),
        "losses": registered(LOSSES),
        "optimizers": registered(OPTIMIZERS),
        "schedules": registered(SCHEDULES),
        "encoders": registered(ENCODERS),
        "bounds": described([Penalty, Clip, Augmentation]),
        "rules": linked(RULES),
        "checks": linked(CHECKS),
    }


def filled(page: str) -> str:
    """Return the text of a page with its tables as they are now."""
    for name, lines in tables().items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        mark = re.compile(f"{start}.*?{end}", re.DOTALL)
        table = "\n".join([start + lines[0], *lines[1:], end])
        page = mark.sub(lambda _, table=table: table, page)
    return page


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:].rstrip(".") + "."


def _call(kind: Any) -> str:
    options = [
        field.name
        if field.default is dataclasses.MISSING
        else f"{field.name}={_value(field.default)}"
        for field in dataclasses.fields(kind)
    ]
    return f"{kind.__name__}({', '.join(options)})"


def _value(default: object) -> str:
    return f'"{default}"' if isinstance(default, str) else repr(default)


def _first_line(kind: type) -> str:
    line = (inspect.getdoc(kind) or "").partition("\n")[0]
    return line.replace("|", "\\|")


def main() -> None:
    """Write the tables into all pages."""
    for path in sorted(PAGES.glob("*.md")):
        path.write_text(filled(path.read_text("utf-8")), "utf-8")
    for path in RULE_PAGES.glob("*.md"):
        path.unlink()
    for code, page in rule_pages().items():
        (RULE_PAGES / f"{code}.md").write_text(page, "utf-8")


if __name__ == "__main__":
    main()
