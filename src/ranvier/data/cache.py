"""cache: the folder for what can be made or fetched again."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return `ranvier` in $XDG_CACHE_HOME, or in ~/.cache."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "ranvier"
