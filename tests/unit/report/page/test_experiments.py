import dataclasses

import pytest

from ranvier.diagnosis import Diagnosis, Experiment, Finding, Verdict
from ranvier.diagnosis.learning_curve import LearningCurve
from ranvier.diagnosis.variants import Variant
from ranvier.recipe import read_recipe
from ranvier.report.page.experiments import experiments
from ranvier.report.page.subject import Subject
from tests.support.reports import HOSTILE, Page, Trained, subject, tried

SAID = Verdict("overfit", "it is so", "experiments")
FOUND: tuple[Finding, ...] = ()


def shown(trained: Trained, *held: Experiment, **options) -> Page:
    found = Diagnosis(SAID, FOUND, held, **options)
    one = Subject(*trained, name="", key="", diagnosis=found)
    return Page(experiments(one).content)


def test_without_experiments_there_is_no_section(points):
    assert experiments(subject(points)) is None


def test_what_was_tried_is_listed_the_most_gained_first(points):
    page = shown(
        points,
        tried(points, "nothing", 0.0),
        tried(points, "worse", -0.3),
        tried(points, "better", 0.2),
    )
    places = [page.words.index(word) for word in ("nothing", "better", "worse")]
    assert places == sorted(places)
    assert "+20.0% ± 10.0%" in page.words
    assert "0.1235" in page.words


def test_a_gain_is_drawn_by_whether_it_is_sure(points):
    page = shown(
        points,
        tried(points, "nothing", 0.0),
        tried(points, "worse", -0.3),
        tried(points, "better", 0.2),
    )
    drawn = [one["class"] for one in page.all("svg") if "gain" in one["class"]]
    assert drawn == ["gain even", "gain gained", "gain lost"]


def test_experiments_that_are_all_alike_are_drawn(points):
    one = tried(points, "nothing", 0.0)._replace(low=0.0, high=0.0)
    assert len(shown(points, one).all("circle")) == 1


def test_what_more_rows_would_bring_is_drawn_beside_what_was_measured(points):
    curve = LearningCurve(0.1, 2.0, 0.5, 54)
    fewer = [tried(points, f"{share:.0%}", -0.1, share) for share in (0.5, 0.25)]
    page = shown(points, tried(points, "nothing", 0.0), *fewer, learning_curve=curve)
    names = [one.get("data-name") for one in page.all("polyline")]
    assert {"fitted", "measured", "this run: 54"} <= set(names)
    (dots,) = page.all("path", fill="none")
    assert dots["d"].count("M") == 3
    assert f"twice the rows: some {curve.loss(2):.4g}" in page.words


def test_the_recipe_to_train_next_can_be_copied(points, tmp_path):
    other = dataclasses.replace(points.run.recipe, epochs=77)
    design = Variant(HOSTILE, "more room", points.run.network, other)
    page = shown(points, tried(points, "nothing", 0.0), next_design=design)
    assert HOSTILE in page.words
    text = page.words[page.words.index("[recipe]") :]
    (tmp_path / "next.toml").write_text(text, "utf-8")
    assert read_recipe(tmp_path / "next.toml") == (other, points.run.network)


@pytest.mark.parametrize("change", [HOSTILE, "</table>"])
def test_hostile_words_are_shown_and_not_run(points, change):
    page = shown(points, tried(points, "nothing", 0.0), tried(points, change, 0.1))
    assert change in page.words
    assert page.all("img") == []
