"""run: one training, as it happened. It lives in a folder and resumes from it."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

import ranvier
from ranvier.data import Dataset, Encoder, Parts, Schema
from ranvier.errors import DataError, DescriptionError, FileError, shown
from ranvier.figure import Figure
from ranvier.network import Network
from ranvier.recipe import Recipe
from ranvier.training import drawing
from ranvier.training.checkpoint import read_checkpoint, read_weights
from ranvier.training.folder import (
    Rows,
    RunFolder,
    open_folder,
    read_description,
    read_encoder,
    read_rows,
    read_table,
)
from ranvier.training.history import Epoch, read_history
from ranvier.training.stopping import follow

FORMAT = 1


class Source(NamedTuple):
    """Say which data a run has learnt from.

    name: what `ranvier.data.load` reads them from; None for arrays from Python.
    fingerprints: a hash of the memory that each part lies in; none where nothing
        is written.
    """

    name: str | None
    fingerprints: dict[str, str]


def versions_here() -> dict[str, str]:
    """Return the versions that a run records."""
    return {
        "ranvier": ranvier.__version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "numpy": np.__version__,
    }


@dataclass(eq=False, repr=False)
class Run:
    """Hold one training: what it was, every epoch, and the best weights.

    network: with the shape of its input.
    rows: which rows of the data's memory each part has.
    engine, reason: the engine's name, and why it was chosen.
    folder: where the run lives; None if nothing was written.
    parameters: the weights of the best epoch; the first draw before any.
    history: every epoch, the first first.
    failure: where the numbers broke, in words; None if they did not.
    others: of a recipe with `members`, the runs of all members but this, the first.
    """

    network: Network
    recipe: Recipe
    schema: Schema
    encoder: Encoder
    rows: Rows
    source: Source
    engine: str
    reason: str
    versions: dict[str, str]
    parameters: dict[str, NDArray[np.float32]]
    folder: Path | None = None
    history: list[Epoch] = field(default_factory=list)
    failure: str | None = None
    others: "list[Run]" = field(default_factory=list)

    @property
    def members(self) -> "list[Run]":
        """All members of the run: itself first, and alone where it has no others."""
        return [self, *self.others]

    @property
    def best_epoch(self) -> int:
        """The number of the epoch with the best weights; 0 before the first."""
        return follow(self.history, self.recipe).best_epoch

    @property
    def is_finished(self) -> bool:
        """Whether the run is over: all epochs are done, or it stopped early."""
        reasons = (follow(run.history, run.recipe).reason for run in self.members)
        return None not in reasons

    @property
    def stopped(self) -> str:
        """Why the run is over, in words; for one that is not, how far it came."""
        done = f"not finished: {len(self.history)} of {self.recipe.epochs} epochs done"
        return self.failure or follow(self.history, self.recipe).reason or done

    @property
    def seconds(self) -> float:
        """The seconds that its epochs took, those of all members at once."""
        return max(sum(epoch.seconds for epoch in run.history) for run in self.members)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read a run from its folder, finished or not, even one killed in a write.

        Raises:
            FileError: the folder holds no run, or a file of it was altered.
        """
        files = open_folder(folder)
        network = read_description(files.network, Network)
        recipe = read_description(files.recipe, Recipe)
        kept = read_checkpoint(files.checkpoint, network)
        history = read_history(files.history, kept.epoch)
        # The best weights have a file of their own once a later epoch was written.
        best = follow(history, recipe).best_epoch
        parameters = (
            kept.parameters
            if best == kept.epoch
            else read_weights(files.weights, best, network)
        )
        return cls(
            network=network,
            recipe=recipe,
            encoder=read_encoder(files.encoder),
            rows=read_rows(files.rows),
            parameters=parameters,
            folder=files.path,
            history=history,
            others=[
                cls.load(files.member(number).path)
                for number in range(2, recipe.members + 1)
            ],
            **_read_facts(files),
        )

    def facts(self) -> dict[str, Any]:
        """Return what run.json says, as plain values."""
        return {
            "format": FORMAT,
            "seed": self.recipe.seed,
            "engine": {"name": self.engine, "reason": self.reason},
            "versions": self.versions,
            "source": self.source._asdict(),
            "schema": self.schema.to_dict(),
            "failure": self.failure,
        } | self._result()

    def _result(self) -> dict[str, Any]:
        if not (self.is_finished or self.failure):
            return {}
        return {
            "stopped": self.stopped,
            "epochs": len(self.history),
            "best_epoch": self.best_epoch,
            "seconds": round(self.seconds, 3),
        }

    def parts(self, data: Dataset | Parts) -> Parts:
        """Return the rows of `data` that this run trained, validated and tests on.

        Of several `members`, the first: the others keep other rows for validation.

        Raises:
            DataError: `data` are not those of the run.
        """
        given = data if isinstance(data, Parts) else Parts(data, data, data)
        return Parts(
            *(
                _part(name, part, rows, self.source)
                for name, part, rows in zip(Rows._fields, given, self.rows, strict=True)
            )  # type: ignore[arg-type]
        )

    def plot(self) -> Figure:
        """Draw the losses over the epochs, and the accuracies; the best is marked."""
        return drawing.plot(self)

    def _repr_html_(self) -> str:
        return drawing.as_html(self)

    def __repr__(self) -> str:
        return f"Run({self.schema.name!r}, {self.stopped!r}, folder={self.folder})"


def _part(
    name: str, data: Dataset | None, rows: NDArray[np.uint32] | None, source: Source
) -> Dataset | None:
    if rows is None:
        return None
    known = source.fingerprints.get(name)
    if data is None or (known and data.fingerprint() != known):
        raise DataError(
            f"the {name} part is not of the data that the run was trained on "
            f"({source.name or 'arrays from Python'}); give the same data again."
        )
    return data.at(rows)


def check_run(run: object, call: str) -> None:
    """Make sure that a run was given.

    Raises:
        DescriptionError: something else was, such as the name of its folder.
    """
    if not isinstance(run, Run):
        raise DescriptionError(
            f"{call}() was given {shown(run)} as the run; give a Run, as train() "
            'returns it, or as Run.load("runs/digits-1") reads it.'
        )


def _read_facts(files: RunFolder) -> dict[str, Any]:
    table = read_table(files.facts)
    try:
        if table["format"] != FORMAT:
            raise FileError(
                f"{files.facts} has the format {table['format']!r}, this ranvier "
                f"reads {FORMAT}; use the version of ranvier that wrote it."
            )
        return {
            "schema": Schema.from_dict(table["schema"]),
            "source": Source(
                _text_or_none(table["source"]["name"]),
                dict(table["source"]["fingerprints"]),
            ),
            "engine": str(table["engine"]["name"]),
            "reason": str(table["engine"]["reason"]),
            "versions": dict(table["versions"]),
            "failure": _text_or_none(table["failure"]),
        }
    except (KeyError, TypeError, ValueError, DescriptionError) as error:
        raise FileError(
            f"{files.facts} does not say what a run says ({error!r}): it was altered; "
            "restore it, or train again in another folder."
        ) from None


def _text_or_none(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
