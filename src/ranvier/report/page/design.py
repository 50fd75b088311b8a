"""design: the network drawn, the recipe, the data and the versions."""

from ranvier.network.summary import counted, kind
from ranvier.report.learning import network_line, recipe_line
from ranvier.report.page.markup import Html, drawing, joined, tag
from ranvier.report.page.section import (
    Section,
    facts,
    folded,
    scrolled,
    table,
)
from ranvier.report.page.subject import Subject

_MOST_DRAWN, _MOST_FITTED = 14, 6  # layers, and how many fit into a page
_MOST_COLUMNS, _MOST_CLASSES = 100, 60


def network(subject: Subject) -> Section:
    """Return the network drawn, and a table of its layers."""
    line = network_line(subject.network)
    count, drawn = len(subject.network.layers), None
    if count <= _MOST_DRAWN:
        drawn = scrolled(drawing(subject.network.draw(), line), "the network drawn")
        drawn = tag("div", drawn, class_="fitted" if count <= _MOST_FITTED else None)
    heads = ["layer", "kind", "gives", "weights", "biases"]
    rows = (
        [placed.name, kind(placed), _sides(placed.output_shape), f"{w:,}", f"{b:,}"]
        for placed, w, b in counted(subject.network)
    )
    layers = table(heads, rows, label="layers of the network", numbers=2)
    return Section("network", "The network", joined(tag("p", line), drawn, layers))


def recipe(subject: Subject) -> Section:
    """Return the recipe in a line, and as the TOML that trains it again."""
    line = tag("p", recipe_line(subject.recipe, subject.network))
    text = tag("pre", subject.recipe.to_toml())
    whole = folded("The whole recipe, as recipe.toml", scrolled(text, "recipe"))
    return Section("recipe", "The recipe", joined(line, whole))


def data(subject: Subject) -> Section:
    """Return what the data are, and with what they were learnt."""
    run, schema = subject.run, subject.schema
    rows = zip(run.rows, ("to learn from", "to validate", "to test"), strict=True)
    said: dict[str, str | None] = {
        "data": schema.name,
        "read from": run.source.name,
        "rows": ", ".join(
            f"{len(part):,} {use}" for part, use in rows if part is not None
        ),
        "a row": _row(subject),
        "target": ", ".join(schema.target) or None,
        "classes": _classes(schema.classes),
        "engine": run.reason,
        "folder": str(run.folder) if run.folder else None,
        "seed": str(subject.recipe.seed),
        "versions": ", ".join(f"{name} {one}" for name, one in run.versions.items()),
    }
    columns = _columns(subject) if schema.is_table else None
    return Section("data", "The data and the machine", joined(facts(said), columns))


def _row(subject: Subject) -> str:
    schema = subject.schema
    if not schema.is_table:
        return f"{_sides(schema.input_shape)} numbers"
    learnt = sum(column.is_learnt for column in schema.columns)
    size = subject.run.encoder.size
    return f"{learnt:,} columns, which become {size:,} numbers"


def _classes(classes: tuple[str, ...]) -> str | None:
    if not classes:
        return None
    shown = ", ".join(classes[:_MOST_CLASSES])
    left = len(classes) - _MOST_CLASSES
    return f"{shown} and {left:,} more" if left > 0 else shown


def _columns(subject: Subject) -> Html:
    columns = subject.schema.columns
    shown = columns[:_MOST_COLUMNS]
    rows = ([one.name, one.kind, _encoder(subject, one.name)] for one in shown)
    label = "The columns"
    if len(columns) > len(shown):
        label = f"The first {len(shown)} of {len(columns):,} columns"
    return folded(label, table(["column", "kind", "learnt as"], rows, label=label))


def _encoder(subject: Subject, name: str) -> str:
    encoder = subject.run.encoder.table
    names = [] if encoder is None else [one.name for one in encoder.columns]
    if encoder is None or name not in names:
        return "left out"
    return str(encoder.encoders[names.index(name)].type)


def _sides(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{side:,}" for side in shape)
