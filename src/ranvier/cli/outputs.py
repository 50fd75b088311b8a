"""outputs: paths that the user wants files at, checked before the work is done."""

from pathlib import Path
from typing import TYPE_CHECKING

from ranvier.cli.screen import Answer
from ranvier.errors import FileError

if TYPE_CHECKING:
    from ranvier.animation import Animation
    from ranvier.figure import Figure


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


def check_picture(path: str, *, moves: bool = False) -> None:
    """Make sure that a picture can be put at `path`.

    Raises:
        FileError: it cannot, or its ending is that of no such picture.
    """
    from ranvier import animation, figure

    figure.ending(path, animation.KINDS if moves else figure.KINDS)
    check_output("--output", path)


def drawn(picture: "Figure | Animation", path: str) -> Answer:
    """Write a picture, and return the answer that tells what it shows.

    Raises:
        FileError: it cannot be written.
    """
    from rich.text import Text

    picture.save(path)
    document = {
        "picture": path,
        "title": picture.title,
        "description": picture.described,
    }
    return Answer(document, Text(f"{path}: {picture.described}"))
