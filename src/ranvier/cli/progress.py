"""progress: a training as it goes on, or rows as they are answered, to standard error.

A bar in a terminal, a plain line an epoch elsewhere.
"""

import shlex
from collections.abc import Iterable, Iterator, Sized
from types import TracebackType
from typing import Protocol, Self, TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from ranvier.cli.screen import console, write
from ranvier.report.learning import design, epoch_line
from ranvier.training import (
    Epoch,
    EpochEnded,
    Event,
    Finished,
    RateFound,
    Run,
    Started,
)

_REFRESHES = 8  # a second
_BESIDE = 72  # columns for an epoch's number and figures, the time, and a ^C
_SHORTEST, _LONGEST = 8, 40  # a bar

Block = TypeVar("Block", bound=Sized)


class View(Protocol):
    """Show the epochs of a training."""

    def start(self, run: Run) -> None:
        """Begin with the epochs that are done already."""

    def advance(self, run: Run, epoch: Epoch) -> None:
        """Show one more epoch."""

    def close(self) -> None:
        """Leave what is shown as it is; a second time does nothing."""


class Lines:
    """Write a line an epoch."""

    def __init__(self, screen: Console) -> None:
        self._screen = screen

    def start(self, run: Run) -> None:
        """Begin."""

    def advance(self, run: Run, epoch: Epoch) -> None:
        """Write the epoch's line."""
        line = epoch_line(epoch).replace("  ", ", ")
        number = f"epoch {epoch.epoch}/{run.recipe.epochs}"
        write(self._screen, f"{number}: {line}, {epoch.seconds:.1f} s")

    def close(self) -> None:
        """Do nothing."""


class Bar:
    """Draw a bar that grows by the epoch, with the last one's figures beside it."""

    def __init__(self, screen: Console) -> None:
        length = min(_LONGEST, max(_SHORTEST, screen.width - _BESIDE))
        columns: list[ProgressColumn] = [
            TextColumn("epoch {task.completed:.0f}/{task.total:.0f}"),
            BarColumn(length),
            TextColumn("{task.fields[line]}"),
        ]
        if screen.width >= _BESIDE + _SHORTEST:
            columns.append(TimeElapsedColumn())
        self._progress = Progress(
            *columns, console=screen, refresh_per_second=_REFRESHES
        )

    def start(self, run: Run) -> None:
        """Draw the bar."""
        self._progress.console.print()
        self._task = self._progress.add_task(
            "", total=run.recipe.epochs, completed=len(run.history), line=""
        )
        self._progress.start()

    def advance(self, run: Run, epoch: Epoch) -> None:
        """Let the bar grow."""
        self._progress.update(self._task, completed=epoch.epoch, line=epoch_line(epoch))

    def close(self) -> None:
        """Leave the bar as it is, and give the cursor back."""
        if self._progress.live.is_started:
            self._progress.stop()
            self._progress.console.print()


class Watcher:
    """Follow a training: `tell` is for its `on_event`.

    Leaving the `with` block by Ctrl-C says how to go on with the run.
    """

    def __init__(self) -> None:
        self._screen = console(stderr=True)
        self._view: View = (Bar if self._screen.is_interactive else Lines)(self._screen)
        self._run: Run | None = None

    def tell(self, event: Event) -> None:
        """Show an event of the training."""
        self._run = event.run
        match event:
            case RateFound():
                write(self._screen, f"learning rate {event.sweep}")
            case Started():
                write(self._screen, design(event.run))
                self._view.start(event.run)
            case EpochEnded():
                self._view.advance(event.run, event.epoch)
            case Finished():
                self._view.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._view.close()
        if isinstance(error, KeyboardInterrupt) and self._run and self._run.folder:
            done, folder = len(self._run.history), str(self._run.folder)
            raise KeyboardInterrupt(
                f"stopped after epoch {done}, all is kept; go on with: "
                f"ranvier resume {shlex.quote(folder)}"
            ) from None


def counted(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks of rows, and tell a terminal meanwhile how many rows are done."""
    screen = console(stderr=True)
    columns = TextColumn("{task.completed:,.0f} rows answered"), TimeElapsedColumn()
    with Progress(
        *columns,
        console=screen,
        refresh_per_second=_REFRESHES,
        transient=True,
        disable=not screen.is_interactive,
    ) as progress:
        task = progress.add_task("", total=None)
        for block in blocks:
            yield block
            progress.advance(task, len(block))
