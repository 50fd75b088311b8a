"""Rows and classes that count more than others, from the command line."""

import json
import shutil

import numpy as np
import polars as pl
import pytest

from tests.support.commands import ranvier
from tests.support.people import people

TRAIN = ("train", "rare.csv", "--target", "ill", "--optimizer", "adam")
QUICK = ("--epochs", 15, "--learning-rate", 0.01, "--hidden", "8")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a folder with a table of which one row in ten is of the second class."""
    place = tmp_path_factory.mktemp("imbalance")
    random = np.random.default_rng(0)
    is_ill = random.uniform(size=600) < 0.1
    frame = pl.DataFrame(
        {
            "fever": (random.normal(size=600) + is_ill).round(3),
            "pulse": (random.normal(size=600) + is_ill).round(3),
            "times": random.integers(0, 3, 600),
            "ill": np.where(is_ill, "yes", "no"),
        }
    )
    frame.write_csv(place / "rare.csv")
    frame.filter(pl.col("times") > 0).write_csv(place / "there.csv")
    frame.drop("times").write_csv(place / "bare.csv")
    return place


def trained(place, *words):
    outcome = ranvier(*TRAIN, *QUICK, *words, "--json", cwd=place)
    assert outcome.status == 0, outcome.err
    return outcome.document


@pytest.fixture(scope="module")
def weighed(place):
    return trained(place, "--weight", "times", "--name", "weighed")


def test_rows_count_as_a_column_says(place, weighed):
    schema = json.loads((place / "runs/weighed/run.json").read_text())["schema"]
    assert schema["weight"] == "times"
    assert [column["name"] for column in schema["columns"]] == ["fever", "pulse"]
    plain = trained(place, "--column", "times=ignored")
    assert plain["history"][0]["loss"] != weighed["history"][0]["loss"]


def test_the_weights_are_found_again_when_a_model_is_judged(place, weighed):
    shutil.copy(place / "runs/weighed/model.safetensors", place / "alone.safetensors")
    words = ("evaluate", "alone.safetensors")
    whole, there = (
        ranvier(*words, name, "--json", cwd=place).document
        for name in ("rare.csv", "there.csv")
    )
    assert whole["metrics"] == pytest.approx(there["metrics"])
    assert whole["rows"] == 600 > there["rows"]
    shown = ranvier(*words, "rare.csv", cwd=place).out.splitlines()[0]
    assert " right by weight: " in shown
    again = ranvier("evaluate", "runs/weighed", "rare.csv", "--json", cwd=place)
    assert again.document["metrics"] == weighed["evaluation"]["metrics"]


def test_a_run_with_weights_goes_on(place, weighed):
    outcome = ranvier("resume", "runs/weighed", "--epochs", 16, "--json", cwd=place)
    assert outcome.status == 0, outcome.err
    assert outcome.document["epochs"] == 16


def test_rows_are_answered_without_their_weights(place, weighed):
    assert ranvier("predict", "runs/weighed", "bare.csv", cwd=place).status == 0
    outcome = ranvier("evaluate", "runs/weighed", "bare.csv", cwd=place)
    assert outcome.status == 2
    assert "bare.csv: there is no column 'times' to weigh rows by" in outcome.err


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("-1", "row 3, column 'times': -1 is no weight; give a finite number"),
        ("inf", "row 3, column 'times': inf is no weight"),
        ("", "row 3, column 'times': the weight is missing"),
        ("twice", "row 3, column 'times': 'twice' is no weight"),
    ],
)
def test_what_is_no_weight_is_one_error(place, cell, message):
    lines = (place / "rare.csv").read_text().splitlines()
    fever, pulse, _, ill = lines[3].split(",")
    lines[3] = f"{fever},{pulse},{cell},{ill}"
    (place / "wrong.csv").write_text("\n".join(lines) + "\n")
    words = ("train", "wrong.csv", "--target", "ill", "--weight", "times")
    outcome = ranvier(*words, cwd=place)
    assert (outcome.status, outcome.out) == (2, "")
    assert f"error: wrong.csv: {message}" in outcome.err
    assert not list(place.glob("runs/wrong*"))


def test_balanced_classes_find_more_of_the_rare_one(place):
    plain = trained(place, "--column", "times=ignored")
    balanced = trained(place, "--column", "times=ignored", "--class-weight", "balanced")
    shares = [
        one["evaluation"]["metrics"]["balanced_accuracy"] for one in (plain, balanced)
    ]
    assert shares[1] > shares[0]


@pytest.mark.parametrize("by", ["f1", "balanced_accuracy", "accuracy"])
def test_a_threshold_is_chosen_on_validation_rows_and_kept(place, by):
    words = ("--column", "times=ignored", "--threshold", by, "--name", by)
    outcome = ranvier(*TRAIN, *QUICK, *words, cwd=place)
    assert outcome.status == 0, outcome.err
    (line,) = (one for one in outcome.out.splitlines() if one.startswith("threshold"))
    assert "'yes' above 0." in line
    assert f"best for {by.replace('_', ' ')}: " in line
    assert "on the validation part" in line
    answered(place, f"runs/{by}", float(line.split()[3].rstrip(",")))
    answered(place, f"runs/{by}/model.safetensors", float(line.split()[3].rstrip(",")))


def answered(place, model, threshold):
    """Make sure that a model says yes above the threshold, and how sure it is."""
    outcome = ranvier("predict", model, "bare.csv", "--json", cwd=place)
    for said in outcome.document["predictions"]:
        sure = said["probabilities"]
        if abs(sure["yes"] - threshold) > 1e-3:
            assert (said["answer"] == "yes") == (sure["yes"] > threshold)
        assert said["confidence"] == sure[said["answer"]]


def test_a_threshold_may_be_given(place):
    document = trained(
        place, "--column", "times=ignored", "--threshold", "0.2", "--name", "given"
    )
    assert document["threshold"] == {"by": 0.2, "value": 0.2}
    answered(place, "runs/given", 0.2)


def test_a_run_that_goes_on_chooses_its_threshold_again(place):
    words = ("--column", "times=ignored", "--threshold", "f1", "--name", "longer")
    before = trained(place, *words)["threshold"]
    after = ranvier("resume", "runs/longer", "--epochs", 40, "--json", cwd=place)
    assert after.document["threshold"]["by"] == before["by"] == "f1"
    assert (
        after.document["threshold"]["score"] >= after.document["threshold"]["at_half"]
    )
    answered(place, "runs/longer", after.document["threshold"]["value"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--threshold", "f2"), 'did you mean "f1"?'),
        (("--threshold", "1.5"), "threshold must be a number between 0 and 1"),
        (("--threshold", "f1", "--validation", 0), "there are 0 rows of 0 classes"),
    ],
)
def test_a_threshold_that_cannot_be_is_one_error(place, words, message):
    outcome = ranvier(*TRAIN, *words, cwd=place)
    assert outcome.status == 2
    assert message in " ".join(outcome.err.split())
    assert "epoch" not in outcome.err


def test_a_threshold_for_numbers_is_one_error(place):
    people().write_csv(place / "people.csv")
    words = ("train", "people.csv", "--target", "spent", "--threshold", 0.3)
    outcome = ranvier(*words, cwd=place)
    assert outcome.status == 2
    assert "a threshold tells two classes apart, people has no classes" in outcome.err
