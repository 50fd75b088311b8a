"""command: a function that returns an answer → a command of the program.

A parameter that is a dataclass becomes one option for each of its fields; --json and
--debug are added to all.
"""

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from typing import Annotated, Any, get_type_hints

from typer import Option

from ranvier.cli.failures import StoppedError
from ranvier.cli.screen import Answer, show

_JSON = Annotated[
    bool, Option("--json", help='Write one JSON document; an error is {"error": …}.')
]
_DEBUG = Annotated[bool, Option("--debug", help="Show the traceback of an error.")]


def as_command(function: Callable[..., Answer]) -> Callable[..., None]:
    """Return `function` with the signature that Typer reads, showing its answer."""
    hints = get_type_hints(function, include_extras=True)
    del hints["return"]
    groups = {name: kind for name, kind in hints.items() if _is_group(kind)}

    def command(*, as_json: bool, debug: bool, **given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{f.name: given.pop(f.name) for f in _fields(group)})
        try:
            show(function(**given), as_json=as_json)
        except KeyboardInterrupt as stop:
            raise StoppedError(str(stop)) from None

    parameters = [*_parameters(function, hints), *_flags()]
    command.__name__, command.__doc__ = function.__name__, function.__doc__
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command


def _parameters(
    function: Callable[..., Answer], hints: dict[str, Any]
) -> Iterator[inspect.Parameter]:
    defaults = inspect.signature(function).parameters
    for name, kind in hints.items():
        if not _is_group(kind):
            yield _parameter(name, kind, defaults[name].default)
            continue
        annotations = get_type_hints(kind, include_extras=True)
        for field in _fields(kind):
            yield _parameter(field.name, annotations[field.name], field.default)


def _flags() -> list[inspect.Parameter]:
    return [_parameter("as_json", _JSON, False), _parameter("debug", _DEBUG, False)]


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    # A field without a default says so in its own way.
    nothing = default is dataclasses.MISSING
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if nothing else default,
        annotation=annotation,
    )


def _is_group(kind: Any) -> bool:
    return isinstance(kind, type) and dataclasses.is_dataclass(kind)


def _fields(group: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(group)
