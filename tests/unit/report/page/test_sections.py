import numpy as np
import pytest

from ranvier.diagnosis import Diagnosis, Finding, Verdict
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe
from ranvier.report.page.examples import Examples
from ranvier.report.page.sections import sections
from ranvier.report.page.subject import Subject
from ranvier.report.page.verdict import findings, verdict
from tests.support.learning import slopes, trained
from tests.support.reports import HOSTILE, Page, Trained, bars, points, subject

OF_EVERY = ["findings", "learning"]
OF_WEIGHTS = ["layers", "weights", "network", "recipe", "data"]


def named(trained: Trained, **options) -> dict[str, Page]:
    held = sections(subject(trained, **options), 1.0)
    return {one.name: Page(one.content) for one in held}


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("pictures", ["confusion", "mistakes", "calibration"]),
        ("points", ["confusion", "mistakes", "calibration", "importance"]),
        ("table", ["confusion", "mistakes", "calibration", "importance"]),
        ("numbers", ["values", "mistakes", "importance"]),
        ("labels", ["targets", "mistakes", "calibration", "importance"]),
    ],
)
def test_every_kind_of_data_has_its_sections(kind, own, request):
    names = list(named(request.getfixturevalue(kind)))
    assert names == [*OF_EVERY, *own, *OF_WEIGHTS]


def test_without_data_the_history_and_the_weights_are_shown(points):
    assert list(named(points, with_data=False)) == OF_EVERY + OF_WEIGHTS


def test_both_parts_and_the_best_epoch_are_in_the_learning_curves(points):
    page = named(points)["learning"]
    names = [one["data-name"] for one in page.all("polyline") if "data-name" in one]
    best = f"best: {points.run.best_epoch}"
    assert sorted(names) == sorted(["training", "validation", best] * 2)
    assert len(page.all("tr")) == 1 + len(points.run.history)


def test_a_rate_that_changes_is_drawn(points):
    assert "learning rate" not in [
        one.get("data-name") for one in named(points)["learning"].all("polyline")
    ]
    changing = named(_scheduled())["learning"]
    assert len(changing.all("polyline", data_name="learning rate")) == 0
    assert "learning rate" in changing.words


def _scheduled() -> Trained:
    return points(schedule="cosine")


def test_every_layer_has_its_curves_in_its_colour(points):
    page = named(points)["layers"]
    lines = [one for one in page.all("polyline") if "data-name" in one]
    colours = {one["data-name"]: set() for one in lines}
    for one in lines:
        colours[one["data-name"]].add(one["stroke"])
    assert set(colours) == {"dense_1", "dense_2"}
    assert [len(own) for own in colours.values()] == [1, 1]
    assert "dead units" in page.words


def test_filters_and_weights_are_pictures(pictures):
    images = [one["alt"] for one in named(pictures)["weights"].all("img")]
    assert images[0].startswith("What conv2d_1 looks for: the weights of units")
    assert [one.split(":")[0] for one in images[1:]] == ["conv2d_1", "dense_1"]


def test_units_of_a_dense_layer_look_for_pictures_too():
    data, layers = bars(), [Dense(90, "relu"), Dense(2, "softmax")]
    recipe = Recipe(epochs=1, stopping=None)
    run = trained(network=Network(layers), data=data, recipe=recipe)
    (first, *_) = named(Trained(run, data))["weights"].all("img")
    assert "64 of 90 units" in first["alt"]


def test_layers_that_see_no_pictures_have_no_filters(points):
    images = [one["alt"] for one in named(points)["weights"].all("img")]
    assert [one.split(":")[0] for one in images] == ["dense_1", "dense_2"]


def test_the_worst_mistakes_are_pictures(pictures):
    images = named(pictures)["mistakes"].all("img", class_="pixels")
    answers = subject(pictures).answers
    assert len(images) == min(12, (answers.given != answers.targets).sum())


def test_the_farthest_answers_come_first(numbers):
    page = named(numbers)["mistakes"]
    answers = subject(numbers).answers
    off = np.abs(answers.values - answers.targets)[:, 0]
    worst = int(answers.part.data.rows[off.argmax()]) + 1  # as lines count
    assert page.words.index(f"row {worst:,}: said") < 60
    assert "town" in page.words


def test_labels_are_said_wrong_by_their_names(labels):
    words = named(labels)["mistakes"].words
    assert "said yes" in words or "said no" in words
    assert any(name in words for name in ("bought", "senior", "far"))


def test_where_nothing_is_wrong_that_is_said(points):
    one = subject(points)
    right = one.answers._replace(given=one.answers.truth)
    one.__dict__["answers"] = right
    (shown,) = [held for held in sections(one, 1.0) if held.name == "mistakes"]
    assert "No answer is wrong" in shown.content


def test_numbers_are_dots_beside_the_line_on_which_they_would_be_right(numbers):
    page = named(numbers)["values"]
    (dots,) = page.all("path")
    assert dots["d"].count("M") == len(numbers.run.rows.test)


def test_several_numbers_are_drawn_each():
    data = slopes()
    run = trained(network=Network([Dense(2)]), data=data)
    held = named(Trained(run, data))
    assert len(held["values"].all("path")) == 2
    assert "target 2" in held["values"].words
    assert "RMSE" in held["targets"].words


def test_the_calibration_error_is_said_with_its_interval(points):
    words = named(points)["calibration"].words
    assert "The calibration error is " in words
    assert "with 90 % confidence" in words


def test_the_most_valuable_input_comes_first(table):
    words = named(table)["importance"].words
    worth = subject(table).importances
    assert [words.index(one.name) for one in worth] == sorted(
        words.index(one.name) for one in worth
    )


def test_the_recipe_can_be_copied(points):
    assert points.run.recipe.to_toml() in named(points)["recipe"].words


def test_columns_say_how_they_are_learnt(table):
    words = named(table)["data"].words
    assert "one_hot" in words or "embedding" in words
    assert "numpy" in words


def diagnosed(trained: Trained, **options) -> Subject:
    finding = Finding("a-code", "error", HOSTILE, HOSTILE, "so it is", "do this")
    said = Verdict(options.pop("fit", "overfit"), "it is so", "curves")
    found = Diagnosis(said, (finding,) * options.pop("count", 1))
    return Subject(*trained, name="", key="", diagnosis=found)


def test_a_finding_says_where_why_and_what_to_do(points):
    page = Page(findings(diagnosed(points)).content)
    assert HOSTILE in page.words
    assert page.all("img") == []
    for said in ("error", "a-code", "Why: so it is", "What to do: do this"):
        assert said in page.words


def test_what_is_found_in_several_layers_is_said_once(points):
    page = Page(findings(diagnosed(points, count=70)).content)
    assert len(page.all("h3")) == 1
    assert page.words.count("Why: ") == 1
    assert page.words.count(f"{HOSTILE}: {HOSTILE}") == 60
    assert "10 more are left out" in page.words


@pytest.mark.parametrize(
    ("fit", "tone"),
    [
        ("good fit", "good"),
        ("underfit", "under"),
        ("overfit", "over"),
        ("unknown", "unknown"),
    ],
)
def test_a_verdict_has_its_tone(points, fit, tone):
    page = Page(verdict(diagnosed(points, fit=fit)))
    assert page.elements[0][1]["class"] == f"verdict {tone}"
    assert "without experiments" in page.words


def test_a_verdict_shows_the_figures_of_the_rows_it_was_judged_on(points):
    one = subject(points)
    words = Page(verdict(one)).words
    assert f"{one.figures['accuracy'] * 100:.2f} %" in words
    assert "of 27 test rows" in words


def test_a_cell_of_a_table_is_told_in_few_signs(table):
    one = subject(table)
    examples = Examples(one, one.answers)
    rows = examples.shown(np.arange(len(one.answers.part.data)))
    cells = dict(zip(examples.columns, zip(*rows, strict=True), strict=True))
    assert {"True", "False"} == set(cells["member"])
    assert "–" in cells["age"] or all(one.isdecimal() for one in cells["age"])
    assert all(len(day) == 10 for day in cells["day"])
