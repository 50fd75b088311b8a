"""cache: the folder for what can be made or fetched again."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return `ranvier` in $XDG_CACHE_HOME, or in ~/.cache."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "ranvier"


def no_room(error: Exception) -> str:
    """Say that the columns of a large table cannot be written into the folder."""
    return (
        f"{cache_folder()} has no room for the columns of a large table ({error}); "
        "free some, name a folder on a larger disk in XDG_CACHE_HOME, or allow more "
        "memory, as in RANVIER_MEMORY=16GB."
    )
