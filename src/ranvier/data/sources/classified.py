"""classified: a folder of files by class → their paths, classes and groups."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data.dataset import Dataset
from ranvier.data.schema import ImageForm, Schema, SoundForm
from ranvier.data.sources.address import address
from ranvier.data.sources.arrays import name_from
from ranvier.errors import DataError, FileError, shown

_TESTS = ("test", "val", "valid", "validation")
_SYSTEM = {"thumbs.db", "desktop.ini"}
_FIELD = re.compile(r"\{([^{}]*)\}")


class Listing(NamedTuple):
    """Name the N files of a data set, in the order of its rows, the test rows last.

    paths: N of them. labels: (N,) class numbers. groups: for each field of the
    pattern but the label, (N,) texts, such as who spoke.
    """

    folder: Path
    paths: tuple[Path, ...]
    labels: NDArray[np.int32]
    classes: tuple[str, ...]
    test_count: int
    groups: Mapping[str, NDArray[np.str_]]


def list_files(folder: str | Path, pattern: str | None = None) -> Listing:
    """List the files in `folder`, each with its class, in the order of their names.

    Without a pattern a file's class is the folder it lies in, at any depth below
    `folder/class`. Where there is a folder `train`, the classes lie in it, and the
    data's own test part in `test` beside it; without one in `val`. Where there are
    both, pictures of `val` are learnt from, since the recipe draws its validation part
    itself. Hidden files are left alone.

    pattern: how names are made, as in "{label}_{speaker}_{index}.wav"; then the class
        is what stands for {label}, and every other field names groups. A field is as
        short as it can be.

    Raises:
        FileError: the folder is none, missing, empty, or cannot be read.
        DataError: there are fewer than two classes, a class has no file to learn from,
            or a name does not fit the pattern.
    """
    if not isinstance(folder, (str, Path)):
        raise FileError(
            f"folder={shown(folder)}: give the path of a folder with one folder for "
            "each class, as in folder/class/file."
        )
    folder = Path(folder)
    parts = _parts(folder)
    if pattern is None:
        named = [_by_folder(part) for part in parts]
    else:
        named = [_by_name(files_in(part), pattern) for part in parts]
    if not any(named):
        raise FileError(
            f"{folder} holds no files; give a folder with one folder for each class, "
            "as in folder/class/file."
        )
    return _listed(folder, named)


def holds_folders(folder: Path) -> bool:
    """Tell whether there are folders in `folder` that are not hidden.

    Raises:
        FileError: it cannot be read.
    """
    return any(path.is_dir() for path in _entries(folder))


class _Named(NamedTuple):
    """A file, its class, and what else its name says."""

    path: Path
    label: str
    groups: dict[str, str]


def pack(
    listing: Listing,
    inputs: NDArray[np.uint8] | NDArray[np.float32],
    form: ImageForm | SoundForm,
    *,
    options: Mapping[str, Any],
) -> Dataset:
    """Make a data set of `inputs`, one row for each file of the listing.

    options: what was asked for, by name, with which `ranvier.data.load` reads the
        folder in the same way. The fields of a pattern can part the rows.
    """
    count, folder = len(listing.classes), listing.folder
    schema = Schema(
        name_from(folder),
        form.shape,
        "classification",
        listing.classes,
        count,
        image=form if isinstance(form, ImageForm) else None,
        sound=form if isinstance(form, SoundForm) else None,
    )
    tested = listing.test_count
    data = Dataset(
        inputs,
        listing.labels,
        schema,
        source=address(folder, options),
        test_rows=np.arange(len(inputs))[-tested:] if tested else None,
    )
    return data.beside(listing.groups)


def _parts(folder: Path) -> list[Path]:
    """Return where the files to learn from lie, and last where those of the test do."""
    inside = {path.name.lower(): path for path in _entries(folder) if path.is_dir()}
    if "train" not in inside:
        return [folder]
    tests = [inside[name] for name in _TESTS if name in inside]
    return [inside["train"], *tests[1:], *tests[:1]]


def _entries(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            found = [Path(entry.path) for entry in entries]
    except OSError as error:
        raise _unread(folder, error) from None
    return sorted(path for path in found if not _is_hidden(path.name))


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in _SYSTEM


def _unread(folder: Path, error: OSError) -> FileError:
    if isinstance(error, FileNotFoundError):
        return FileError(f"there is no folder {folder}; give one that holds files.")
    return FileError(
        f"{folder} cannot be read ({error}); give a folder that you may read."
    )


def files_in(folder: Path) -> list[Path]:
    """Return all files below a folder that are not hidden, in the order of their paths.

    Raises:
        FileError: a folder cannot be read.
    """
    found: list[Path] = []
    for path in _entries(folder):
        is_folder = path.is_dir() and not path.is_symlink()  # a link may go in circles
        found.extend(files_in(path) if is_folder else [path])
    return found


def _by_folder(part: Path) -> list[_Named]:
    entries = _entries(part)
    loose = next((path for path in entries if not path.is_dir()), None)
    folders = [path for path in entries if path.is_dir()]
    if loose and folders:
        raise DataError(
            f"{loose} lies in no folder of a class, and {len(folders)} folders lie "
            "beside it; put it into one of them, or take it away."
        )
    if loose:
        raise DataError(
            f"{part} holds files and no folders; give a folder with one folder for "
            "each class, as in folder/class/file, or for sounds a pattern of their "
            f'names, as in pattern="{{label}}_{{index}}.wav".'
        )
    return [
        _Named(path, label, {})
        for label, paths in ((one.name, files_in(one)) for one in folders)
        for path in _some(paths, part / label)
    ]


def _some(paths: list[Path], folder: Path) -> list[Path]:
    if not paths:
        raise DataError(
            f"the class {folder.name!r} has no files ({folder} is empty); put some "
            "there, or take the folder away."
        )
    return paths


def _by_name(paths: list[Path], pattern: str) -> list[_Named]:
    matcher = _matcher(pattern)
    found = []
    for path in paths:
        match = matcher.fullmatch(path.name)
        if not match:
            raise DataError(
                f"the name of {path} does not fit the pattern {pattern!r}; name it so, "
                "take it away, or give another pattern."
            )
        groups = match.groupdict()
        found.append(_Named(path, groups.pop("label"), groups))
    return found


def _matcher(pattern: str) -> re.Pattern[str]:
    fields = _FIELD.findall(pattern)
    plain = all(field.isidentifier() for field in fields)
    if not plain or fields.count("label") != 1 or len(set(fields)) < len(fields):
        raise DataError(
            f"pattern={pattern!r} has the fields {fields}; give one {{label}}, and any "
            f'others once, as in "{{label}}_{{speaker}}_{{index}}.wav".'
        )
    texts = map(re.escape, _FIELD.split(pattern)[::2])
    groups = [f"(?P<{field}>.+?)" for field in fields]
    return re.compile("".join(a + b for a, b in zip(texts, [*groups, ""], strict=True)))


def _listed(folder: Path, parts: list[list[_Named]]) -> Listing:
    test = parts[-1] if len(parts) > 1 else []
    learnt = [one for part in (parts[:-1] if test else parts) for one in part]
    classes = tuple(sorted({one.label for one in learnt}))
    if len(classes) < 2:
        raise DataError(
            f"{folder} holds {len(classes)} class to learn ({', '.join(classes)}); "
            "give files of two classes or more."
        )
    for one in test:
        if one.label not in classes:
            raise DataError(
                f"{one.path} is of the class {one.label!r}, which has no files to "
                "learn from; put some there, or take it away."
            )
    files = [*learnt, *test]
    numbers = {name: number for number, name in enumerate(classes)}
    return Listing(
        folder,
        tuple(one.path for one in files),
        np.array([numbers[one.label] for one in files], np.int32),
        classes,
        len(test),
        {name: np.array([f.groups[name] for f in files]) for name in files[0].groups},
    )
