"""pictures: emoji in nine classes, beside a linear model on the same pixels."""

import dataclasses
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

import ranvier
from benchmarks.quality.packages import Tarball, unpacked
from benchmarks.quality.packages import cache as cached
from benchmarks.quality.task import Task
from ranvier.data import Dataset, Parts, load_pictures
from ranvier.network import Dense, Network
from ranvier.recipe import suited

EMOJI = Tarball(
    "emoji-datasource-google@16.0.0",
    "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
)
LEFT_OUT = "Component"  # five tones of skin and hair


@cache
def emoji() -> Dataset:
    """Return 1,906 pictures of 64 x 64 pixels in nine classes."""
    folder = cached() / "emoji"
    if not folder.exists():
        cached().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cached()) as place:
            _sorted(unpacked(EMOJI, Path(place)), Path(place) / "emoji")
            (Path(place) / "emoji").replace(folder)
    return load_pictures(folder)


def _sorted(package: Path, into: Path) -> None:
    """Copy each picture of the package into the folder of its class."""
    for one in json.loads((package / "emoji.json").read_text("utf-8")):
        if one["category"] != LEFT_OUT:
            place = into / one["category"].replace("&", "and")
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(package / "img/google/64" / one["image"], place)


def parts(seed: int) -> Parts:
    """Return the parts of a seed: a fifth for the test, 0.15 for validation."""
    return emoji().split(validation=0.15, test=0.2, seed=seed)


def accuracy(seed: int) -> float:
    """Return the test accuracy of the default design."""
    network, recipe = suited(emoji().schema)
    return _accuracy(network, recipe, parts(seed), seed)


def linear(seed: int) -> float:
    """Return the test accuracy of a linear model, kept at its best epoch too."""
    recipe = ranvier.Recipe(
        optimizer=ranvier.Adam(0.0003), epochs=30, stopping=ranvier.EarlyStopping()
    )
    network = Network((Dense(len(emoji().schema.classes), "softmax"),))
    return _accuracy(network, recipe, parts(seed), seed)


def _accuracy(
    network: Network, recipe: ranvier.Recipe, given: Parts, seed: int
) -> float:
    assert given.test is not None
    recipe = dataclasses.replace(recipe, seed=seed)
    run = ranvier.train(network, given._replace(test=None), recipe, folder=None)
    return ranvier.Model.from_run(run).evaluate(given.test).accuracy


def gain(seed: int) -> float:
    """Return how much more of the test the design gets right than the linear model."""
    return accuracy(seed) - linear(seed)


TASKS = (Task("emoji, beyond a linear model on pixels", "test accuracy", gain, 0.10),)
