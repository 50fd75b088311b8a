"""The snippets in the documents run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))


def test_readme_example_trains_saves_and_predicts(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [snippet] = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", snippet],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONWARNINGS": "error"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    stopped, accuracy, answers = done.stdout.strip().splitlines()
    assert stopped.startswith(("all 10 epochs done", "val_loss has not improved"))
    assert float(accuracy) > 0.975
    assert answers == "[7 2 1 0 4]"
    assert (tmp_path / "digits.safetensors").is_file()
    assert (tmp_path / "runs" / "digits-1" / "history.jsonl").is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_snippets_of_a_page_run(page: Path, tmp_path: Path) -> None:
    snippets = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(snippets)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONWARNINGS": "error"},
        check=False,
    )
    assert snippets
    assert done.returncode == 0, done.stderr


def test_docstring_examples_run() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--doctest-modules", "src/ranvier"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
