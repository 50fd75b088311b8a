"""members: several networks that learn at once, each from rows and draws of its own."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ranvier.data import Dataset, Parts
from ranvier.training.folder import Rows
from ranvier.training.prepare import Prepared


def members(ready: Prepared, data: Dataset | Parts) -> Iterator[Prepared]:
    """Yield what each member of a run learns from; the first is `ready` itself.

    data: those that `ready` was made of. Of a `Dataset`, each member draws its own
        validation rows, as the recipe says, from all that are not for the test.
        `Parts` are taken as they are, and so are validation rows that came apart.
    """
    yield ready
    recipe = ready.recipe
    for number in range(2, recipe.members + 1):
        own = replace(recipe, members=1, seed=seed_of(recipe.seed, number))
        member = ready._replace(recipe=own)
        yield member if isinstance(data, Parts) else _redrawn(member)


def seed_of(seed: int, number: int) -> int:
    """Return the seed of a member; the first has the recipe's own.

    >>> seed_of(0, 1), seed_of(0, 2) == seed_of(1, 1)
    (0, False)
    """
    if number == 1:
        return seed
    drawn = np.random.SeedSequence((seed, number)).generate_state(1, np.uint64)
    return int(drawn[0] >> 1)


def numbers_at(numbers: Parts, rows: Rows) -> Parts:
    """Return other rows of the same encoded data."""
    parts = [
        None if part is None or chosen is None else part.at(chosen)
        for part, chosen in zip(numbers, rows, strict=True)
    ]
    return Parts(*parts)  # type: ignore[arg-type]


def _redrawn(ready: Prepared) -> Prepared:
    """Return the same with other rows for validation, where they were drawn."""
    train, validation, test = ready.parts
    if validation is None or validation.memory_key != train.memory_key:
        return ready
    rest = train.at(np.sort(np.concatenate([train.rows, validation.rows])))
    share = len(validation) / len(rest)
    recipe = ready.recipe
    drawn = rest.split(validation=share, test=0, seed=recipe.seed, by=recipe.split)
    parts = drawn._replace(test=test)
    numbers = numbers_at(ready.numbers, Rows.of(parts))
    return ready._replace(parts=parts, numbers=numbers)
