"""events: what a training tells while it runs, for progress bars and live pages."""

from collections.abc import Callable
from typing import NamedTuple

from ranvier.errors import DescriptionError, shown
from ranvier.training.history import Epoch
from ranvier.training.run import Run
from ranvier.training.sweep import RateSweep


class RateFound(NamedTuple):
    """Tell which learning rate was found for "auto", before `Started`."""

    run: Run
    sweep: RateSweep


class Started(NamedTuple):
    """Tell what will be trained, before the first epoch.

    Of a resumed run, `run.history` holds the epochs that are done already.
    """

    run: Run


class EpochEnded(NamedTuple):
    """Tell how an epoch went; it is written already."""

    run: Run
    epoch: Epoch


class Finished(NamedTuple):
    """Tell that the run is over; `run.stopped` says why."""

    run: Run


Event = RateFound | Started | EpochEnded | Finished
OnEvent = Callable[[Event], object]


def check_listener(on_event: OnEvent | None) -> None:
    """Make sure that events can be told.

    Raises:
        DescriptionError: what was given cannot be called.
    """
    if not (on_event is None or callable(on_event)):
        raise DescriptionError(
            f"on_event={shown(on_event)}: expected a function of an event, as in "
            "on_event=print."
        )
