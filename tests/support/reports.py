"""reports: small runs with their data, and what can be read off their pages."""

import dataclasses
import html.parser
from typing import Any, NamedTuple

import numpy as np

from ranvier.data import Dataset, from_arrays, from_frame
from ranvier.diagnosis import Diagnosis, Experiment, Verdict
from ranvier.diagnosis.learning_curve import LearningCurve
from ranvier.diagnosis.variants import Variant
from ranvier.network import Conv2D, Dense, Flatten, Network
from ranvier.recipe import Recipe
from ranvier.report.page.subject import Subject
from ranvier.training import Run, train
from tests.support.learning import RECIPE, blobs, network, trained
from tests.support.people import HABITS, NETWORK, VALUES, habits, shoppers, spenders
from tests.support.people import RECIPE as PEOPLE

HOSTILE = '</script><img src=x onerror="alert(1)">'
"""A name that would run, and end whatever it stands in, if it were not escaped."""


class Trained(NamedTuple):
    """Hold a run and the data that it was trained on."""

    run: Run
    data: Dataset


def bars(rows: int = 80, side: int = 6, names: tuple[str, str] = ("flat", "tall")):
    """Return pictures of lying and standing bars, from arrays of bytes."""
    random = np.random.default_rng(0)
    images = random.integers(0, 60, (rows, side, side)).astype(np.uint8)
    lying = np.arange(rows) % 2 == 0
    places = random.integers(0, side, rows)
    images[~lying, :, places[~lying]] = 255
    images[lying, places[lying], :] = 255
    return from_arrays(images, np.where(lying, *names), name="bars")


def pictures(**options: Any) -> Trained:
    """Return a run on pictures that makes mistakes, for it has hardly learnt."""
    layers = [Conv2D(3, 3, "relu"), Flatten(), Dense(2, "softmax")]
    data = bars(**options)
    recipe = Recipe(epochs=2, batch_size=16, test=0.5, seed=3, stopping=None)
    return Trained(trained(network=Network(layers), data=data, recipe=recipe), data)


def points(**options: Any) -> Trained:
    """Return a run on rows of two numbers in three classes."""
    data = blobs()
    recipe = dataclasses.replace(RECIPE, **{"test": 0.3} | options)
    return Trained(trained(network=network(), data=data, recipe=recipe), data)


def table() -> Trained:
    """Return a run on a table with two classes."""
    data = shoppers()
    return Trained(train(NETWORK, data, PEOPLE, engine="reference", folder=None), data)


def numbers() -> Trained:
    """Return a run on a table with numbers as answers."""
    data = spenders()
    return Trained(train(VALUES, data, PEOPLE, engine="reference", folder=None), data)


def labels() -> Trained:
    """Return a run on a table with three labels."""
    data = from_frame(habits(), HABITS, name="habits")
    design = Network([Dense(8, "silu"), Dense(3, "sigmoid")])
    return Trained(train(design, data, PEOPLE, engine="reference", folder=None), data)


def subject(trained: Trained, *, with_data: bool = True) -> Subject:
    """Return a run as a page looks at it."""
    data = trained.data if with_data else None
    return Subject(trained.run, data, name="the run", key="run-1")


def tried(trained: Trained, change: str, gain: float, share: float = 1.0) -> Experiment:
    """Return an experiment as if it had been made beside a run."""
    kind: Any = "fewer rows" if share < 1 else "rate" if gain else "as it is"
    variant = Variant(change, kind, trained.run.network, trained.run.recipe, share)
    loss = 0.6 - gain / 2
    return Experiment(variant, 5, loss, 0.123456, None, gain, gain - 0.1, gain + 0.1)


def proved(trained: Trained) -> Diagnosis:
    """Return a diagnosis with experiments, and all that is told of them."""
    held = (
        tried(trained, "nothing", 0.0),
        tried(trained, "learning_rate=0.1", 0.3),
        tried(trained, "dropout of 0.5", -0.3),
        tried(trained, "50.0% of the rows", -0.1, 0.5),
        tried(trained, "25.0% of the rows", -0.2, 0.25),
    )
    said = Verdict("underfit", "it could do better", "experiments")
    curve = LearningCurve(0.1, 2.0, 0.5, len(trained.run.rows.train))
    return Diagnosis(said, (), held, curve, held[1].variant)


class Page(html.parser.HTMLParser):
    """Read the elements of a page, in their order, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """Return the attributes of each element that has these."""
        return [
            held
            for name, held in self.elements
            if name == tag
            and all(held.get(key.rstrip("_")) == one for key, one in attributes.items())
        ]
