"""A folder of small data with a run and a model, and one of digits."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.support.commands import Outcome, ranvier, save_bars, save_sums


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """Train on MNIST with nothing but defaults, once for all tests."""
    folder = tmp_path_factory.mktemp("digits")
    return folder, ranvier("train", "digits", "--output", "digits.model", cwd=folder)


@pytest.fixture(scope="session")
def bars(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with data, a run and a model of bars, and some bad files."""
    folder = tmp_path_factory.mktemp("bars")
    save_bars(folder / "bars.npz")
    save_sums(folder / "sums.npz")
    done = ranvier(
        "train", "bars.npz", "--epochs", 3, "--output", "bars.model", cwd=folder
    )
    assert done.status == 0, done.err
    picture = Image.fromarray(np.eye(9, dtype=np.uint8) * 255)
    picture.save(folder / "whole.png")
    whole = (folder / "whole.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    model = (folder / "bars.model").read_bytes()
    (folder / "cut.model").write_bytes(model[: len(model) // 2])
    (folder / "text.model").write_text("no model")
    for empty in ("empty.npz", "empty.png", "empty.model", "empty.npy"):
        (folder / empty).touch()
    (folder / "no.toml").write_text("[recipe\n")
    (folder / "coins.csv").write_text("size,side\n1.5,head\n2.5,tail\n")
    (folder / "head.csv").write_text("size,side\n")
    (folder / "hollow").mkdir()
    return folder


@pytest.fixture
def here(bars: Path, tmp_path: Path) -> Path:
    """Return a folder of one's own, with the data of bars in it."""
    (tmp_path / "bars.npz").symlink_to(bars / "bars.npz")
    return tmp_path
