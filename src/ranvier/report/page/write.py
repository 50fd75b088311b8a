"""write: runs and their data → a file with one page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ranvier.data import Dataset, Parts
from ranvier.diagnosis import Diagnosis
from ranvier.errors import DescriptionError
from ranvier.report.page.document import document
from ranvier.report.page.subject import Subject
from ranvier.training import Run
from ranvier.training.files import replace_file
from ranvier.training.run import check_run

MOST_BYTES = 1_000_000
"""A page is no larger: pictures and examples are left out until it fits."""

_ROOMS = (1.0, 0.5, 0.25, 0.1, 0.0)

Data = Dataset | Parts | None


def write_report(
    run: Run | Sequence[Run],
    data: Data | Sequence[Data],
    path: str | Path,
    *,
    diagnosis: Diagnosis | Sequence[Diagnosis] | None = None,
) -> None:
    """Write one HTML page about a run, or that compares several.

    The page stands alone: it fetches nothing, and works without a network.

    data: those that the run was trained on, or for each of several runs its own;
        without them, only the history and the weights are shown.
    diagnosis: that of the run, or of each; if left out, `diagnose` finds it.

    Raises:
        DescriptionError: there is no run, or one has no epoch yet; or there are not as
            many data or diagnoses as runs.
        DataError: `data` are not those of the run.
        FileError: the file cannot be written.
    """
    page = report_page(run, data, diagnosis=diagnosis)
    replace_file(Path(path), page.encode("utf-8", "replace"))


def report_page(
    run: Run | Sequence[Run],
    data: Data | Sequence[Data] = None,
    *,
    diagnosis: Diagnosis | Sequence[Diagnosis] | None = None,
) -> str:
    """Return the text of the page that `write_report` writes."""
    several = isinstance(run, Sequence) and not isinstance(run, str)
    runs: list[Run] = list(run) if several else [run]  # type: ignore[arg-type,list-item]
    for one in runs:
        check_run(one, "write_report")
    if not runs:
        raise DescriptionError(
            "there is no run to report on; give one, or several to compare."
        )
    each = _for_each(runs, "data", data, (Dataset, Parts))
    found = _for_each(runs, "diagnosis", diagnosis, (Diagnosis,))
    names = _names(runs)
    subjects = [
        Subject(one, own, name=name, key=f"run-{place}", diagnosis=known)
        for place, (one, own, name, known) in enumerate(
            zip(runs, each, names, found, strict=True), 1
        )
    ]
    return _fitting(subjects)


def _fitting(subjects: Sequence[Subject]) -> str:
    """Return the page with as many pictures as it has room for."""
    page = ""
    for room in _ROOMS:
        page = document(subjects, room)
        if len(page.encode("utf-8", "replace")) <= MOST_BYTES:
            break
    return page


def _for_each(
    runs: Sequence[Run], what: str, given: Any, kinds: tuple[type, ...]
) -> list[Any]:
    """Return one of what was given for each run: the same for all, or its own."""
    if given is None or isinstance(given, kinds):
        return [given] * len(runs)
    each = list(given)
    if len(each) != len(runs):
        raise DescriptionError(
            f"{what}: {len(each)} were given for {len(runs)} runs; give one for each "
            "run, or one for all."
        )
    return each


def _names(runs: Sequence[Run]) -> list[str]:
    """Return what each run is called: its folder, or its data; no two the same."""
    names = [run.folder.name if run.folder else run.schema.name for run in runs]
    if len(set(names)) < len(names):
        names = [str(run.folder or run.schema.name) for run in runs]
    return [
        f"{name} ({place})" if names.count(name) > 1 else name
        for place, name in enumerate(names, 1)
    ]
