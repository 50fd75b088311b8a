"""description: frozen, checked, comparable values, to and from JSON and TOML."""

import dataclasses
import json
import tomllib
from collections.abc import Mapping
from typing import Any, NamedTuple, Self, TypeVar, dataclass_transform

import tomli_w
from pydantic import BeforeValidator, ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from ranvier.errors import DescriptionError, shown, suggest
from ranvier.registry import Registry

Described = TypeVar("Described")


class Must(NamedTuple):
    """Say, beside a field, what its value must be and what to do otherwise."""

    expected: str
    remedy: str


@dataclass_transform(frozen_default=True)
def description(cls: type[Described]) -> type[Described]:
    """Make `cls` a frozen, checked dataclass whose errors are `DescriptionError`."""
    config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    made: Any = dataclass(frozen=True, config=config)(cls)
    checked_init = made.__init__

    def __init__(self: object, *args: object, **options: object) -> None:  # noqa: N807
        fields = [field.name for field in dataclasses.fields(made)]
        if len(args) > len(fields):
            raise DescriptionError(
                f"{made.__name__} takes {', '.join(fields)}; got {len(args)} values; "
                "give options by name."
            )
        named = dict(zip(fields, args, strict=False))
        for name in named.keys() & options:
            raise DescriptionError(
                f"{made.__name__}({name}={shown(options[name])}): {name} was given "
                "before, by its place; give it once."
            )
        named |= options
        try:
            checked_init(self, **{k: python_number(v) for k, v in named.items()})
        except ValidationError as error:
            raise DescriptionError(_explain(made, error)) from None

    made.__init__ = __init__
    return made  # type: ignore[no-any-return]


def one_of(registry: Registry[Any], *words: str) -> BeforeValidator:
    """Accept a described value, its name, or a table with its `type` and options.

    `words`, such as "auto", are names that stay as they are.
    """

    def resolve(value: object) -> object:
        if isinstance(value, str) and value in words:
            return value
        if isinstance(value, str):
            return registry[value]()
        if isinstance(value, dict):
            options = named(value)
            if "type" not in options:
                raise DescriptionError(
                    f"{shown(value)} names no {registry.kind}: its type is missing; "
                    f"give type, one of {', '.join(registry)}."
                )
            return registry[options.pop("type")](**options)
        if type(value) not in [registry[name] for name in registry]:
            known = ", ".join(registry)
            raise DescriptionError(
                f"{shown(value)} is no {registry.kind}; known: {known}."
            )
        return value

    return BeforeValidator(resolve)


def named(options: Mapping[Any, Any]) -> dict[str, Any]:
    """Return options whose names are texts, as those of a call must be."""
    return {str(name): value for name, value in options.items()}


def as_tuple(value: object) -> object:
    """Turn a list, as files hold it, into a tuple; leave another value as it is."""
    return tuple(value) if isinstance(value, list) else value


class Document:
    """Write a described value as plain tables, JSON or TOML, and read it back.

    `False` stands for "none, and I mean it", since TOML has no null.
    """

    def to_dict(self) -> dict[str, Any]:
        """Return the value as nested dicts, lists, strings, numbers and booleans."""
        table: dict[str, Any] = _plain(self)
        return table

    @classmethod
    def from_dict(cls, table: dict[str, Any]) -> Self:
        """Return the value that `to_dict` wrote.

        Raises:
            DescriptionError: a name or a value is not known here.
        """
        if not isinstance(table, dict):
            raise DescriptionError(
                f"a {cls.__name__} is written as a table of options, got "
                f"{shown(table)}; see {cls.__name__}.to_json()."
            )
        try:
            return cls(**{str(name): value for name, value in table.items()})
        except RecursionError:
            raise DescriptionError(
                f"this {cls.__name__} holds tables in tables, nested too deep; take "
                "some out."
            ) from None

    def to_json(self) -> str:
        """Return the value as JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the value that JSON `text` describes.

        Raises:
            DescriptionError: `text` is no JSON, or describes something else.
        """
        try:
            table = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DescriptionError(
                f"this {cls.__name__} is no JSON: {error}; "
                f"expected what {cls.__name__}.to_json() writes."
            ) from None
        return cls.from_dict(table)

    def to_toml(self) -> str:
        """Return the value as TOML text."""
        return tomli_w.dumps(self.to_dict())

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Return the value that TOML `text` describes.

        Raises:
            DescriptionError: `text` is no TOML, or describes something else.
        """
        return cls.from_dict(read_toml(text, cls.__name__))


def read_toml(text: str, what: str) -> dict[str, Any]:
    """Return the tables in TOML `text`; `what` names it in the error.

    Raises:
        DescriptionError: `text` is no TOML.
    """
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DescriptionError(
            f"this {what} is no TOML: {error}; mend that line."
        ) from None


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value):
        kind = getattr(value, "type", None)
        table = {"type": kind} if kind else {}
        for field in dataclasses.fields(value):
            held = getattr(value, field.name)
            if held is not None:
                table[field.name] = _plain(held)
            elif field.default is not None:
                table[field.name] = False
        return table
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value


def python_number(value: object) -> object:
    """Turn a NumPy scalar into the Python number that it holds."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return value.item()
    return value


def _explain(cls: type, error: ValidationError) -> str:
    first = error.errors()[0]
    ours = first.get("ctx", {}).get("error")
    if isinstance(ours, DescriptionError):
        return str(ours)
    fields = {field.name: field.type for field in dataclasses.fields(cls)}
    name = str(first["loc"][0])
    if first["type"] == "missing":
        return (
            f"{cls.__name__}(): {name} is missing; give it, as in "
            f"{cls.__name__}({name}=…)."
        )
    given = shown(first["input"])
    if name not in fields:
        return (
            f"{cls.__name__}({name}={given}): there is no option {shown(name)}; "
            f"{suggest(name, fields)}known: {', '.join(fields) or 'none'}."
        )
    metadata = getattr(fields[name], "__metadata__", ())
    must = next(note for note in metadata if isinstance(note, Must))
    expected = must.expected
    if first["type"] == "less_than_equal":
        expected = f"at most {first['ctx']['le']}"
    return (
        f"{cls.__name__}({name}={given}): {name} must be {expected}, "
        f"got {given}; {must.remedy}."
    )
