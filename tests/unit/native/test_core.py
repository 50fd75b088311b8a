"""The C++ core's own tests: on every target, and on the fastest under sanitizers."""

import subprocess
from pathlib import Path

import pytest

from ranvier.engine.native import _native

ROOT = Path(__file__).parents[3]


def built(sanitizer: str) -> Path:
    folder = ROOT / "build" / (sanitizer.replace(",", "-") or "release")
    options = ["-DRANVIER_TESTS=ON", "-DRANVIER_STRICT=ON"]
    configure = ["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", *options]
    for command in (
        [*configure, f"-DRANVIER_SANITIZE={sanitizer}"],
        ["cmake", "--build", folder],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "native" / "tests" / "ranvier_tests"


@pytest.mark.parametrize("sanitizer", ["", "address,undefined", "thread"])
def test_core_passes_its_tests_as_shipped_and_under_sanitizers(sanitizer: str) -> None:
    fastest = _native.targets()[:1] if sanitizer else []
    done = subprocess.run(
        [built(sanitizer), *fastest], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 failed" in done.stdout


def test_stub_is_what_the_core_offers(tmp_path: Path) -> None:
    written = tmp_path / "_native.pyi"
    module = "ranvier.engine.native._native"
    subprocess.run(
        ["python", "-m", "nanobind.stubgen", "-q", "-m", module, "-o", written],
        check=True,
    )
    kept = ROOT / "src/ranvier/engine/native/_native.pyi"
    assert written.read_text() == kept.read_text(), "run `make stub`"
