"""outputs: paths that the user wants files at, checked before the work is done."""

from pathlib import Path

from ranvier.errors import FileError


def check_output(option: str, path: str | None) -> None:
    """Make sure that a file can be put at `path`, if there is one.

    Raises:
        FileError: its folder is missing, or something else than a file is there.
    """
    if path is None:
        return
    place = Path(path)
    taken = place.exists() and not place.is_file()
    if taken or not place.name or not place.parent.is_dir():
        why = "that is no file" if taken else "the folder is missing"
        raise FileError(
            f"{option} {path}: {why}; give the path of a file, in a folder that is "
            "there."
        )
