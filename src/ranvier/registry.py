"""registry: name → thing, with one way to be told that a name is unknown."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from ranvier.errors import DescriptionError, shown, suggest

Thing = TypeVar("Thing")


class Registry(Generic[Thing]):
    """Hold the named things of one kind, in the order in which they were added.

    >>> fruits = Registry("fruit", {"apple": 1})
    >>> fruits["apple"]
    1
    """

    def __init__(self, kind: str, things: dict[str, Thing]) -> None:
        self.kind = kind
        self._things = things

    def __getitem__(self, name: str) -> Thing:
        """Return the thing called `name`.

        Raises:
            DescriptionError: no thing has this name; the nearest one is suggested.
        """
        if isinstance(name, str) and name in self._things:
            return self._things[name]
        hint = suggest(name, self._things) if isinstance(name, str) else ""
        raise DescriptionError(
            f"there is no {self.kind} {shown(name)}; {hint}known: {', '.join(self)}."
        )

    def add(self, name: str, thing: Thing) -> None:
        """Hold `thing` under `name`, after all the others."""
        self._things[name] = thing

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __contains__(self, name: object) -> bool:
        return name in self._things

    def __len__(self) -> int:
        return len(self._things)
