"""Several targets from the file to the answers: labels, and numbers."""

import json

import polars as pl
import pytest

from tests.support.commands import ranvier
from tests.support.people import HABITS, habits, people

EPOCHS = ("--epochs", 2)
DROP = "--drop-missing-targets"


def trained(place, name, *targets):
    named = [word for target in targets for word in ("--target", target)]
    words = ("train", f"{name}.csv", *named, *EPOCHS, "--name", name, "--json")
    outcome = ranvier(*words, cwd=place)
    assert outcome.status == 0, outcome.err
    return outcome.document


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("several")
    habits().write_csv(place / "habits.csv")
    half = people().with_columns(half=pl.col("spent") / 2 - 20).drop("bought")
    half.write_csv(place / "spent.csv")
    return place


@pytest.fixture(scope="module")
def labels(place):
    return trained(place, "habits", *HABITS)["evaluation"]


@pytest.fixture(scope="module")
def numbers(place):
    return trained(place, "spent", "spent", "half")["evaluation"]


def test_labels_are_judged_each_and_beside_baselines(labels):
    assert {"macro_f1", "roc_auc", "hamming_loss"} <= labels["metrics"].keys()
    assert list(labels["targets"]) == HABITS
    assert labels["baselines"].keys() == {"constant", "linear"}
    assert labels["baselines"]["linear"].keys() >= {"macro_f1", "subset_accuracy"}


def test_labels_are_evaluated_and_shown(place, labels):
    outcome = ranvier("evaluate", "runs/habits", "habits.csv", cwd=place)
    assert outcome.status == 0, outcome.err
    assert "macro f1" in outcome.out.splitlines()[0]
    assert [line for line in outcome.out.splitlines() if line.startswith("senior")]


def test_labels_are_answered_by_their_names(place, labels):
    habits(2, seed=3).drop(HABITS).write_csv(place / "new.csv")
    words = ("predict", "runs/habits/model.safetensors", "new.csv")
    (first, _) = ranvier(*words, "--json", cwd=place).document["predictions"]
    assert list(first["answer"]) == list(first["probabilities"]) == HABITS
    for name, said in first["answer"].items():
        assert said == (first["probabilities"][name] > 0.5)
    line = ranvier(*words, cwd=place).out.splitlines()[0]
    said = ["yes" if first["answer"][name] else "no" for name in HABITS]
    pairs = (f"{name} {one}" for name, one in zip(HABITS, said, strict=True))
    assert line == f"new.csv row 1: {', '.join(pairs)}"


def test_labels_are_written_beside_the_rows(place, labels):
    words = ("predict", "runs/habits", "habits.csv", "--output", "said.parquet")
    assert ranvier(*words, cwd=place).status == 0
    said = pl.read_parquet(place / "said.parquet")
    for name in HABITS:
        assert said[f"prediction {name}"].dtype == pl.Boolean
        surer = said[f"probability {name}"] > 0.5
        assert said[f"prediction {name}"].to_list() == surer.to_list()


def test_several_numbers_are_judged_and_answered_by_their_names(place, numbers):
    assert list(numbers["targets"]) == ["spent", "half"]
    words = ("predict", "runs/spent", "spent.csv")
    answers = ranvier(*words, "--json", cwd=place).document["predictions"]
    assert list(answers[0]["answer"]) == ["spent", "half"]
    line = ranvier(*words, cwd=place).out.splitlines()[0]
    given = answers[0]["answer"]
    assert line.endswith(f"spent {given['spent']:.6g}, half {given['half']:.6g}")
    assert ranvier(*words, "--output", "said.csv", cwd=place).status == 0
    said = pl.read_csv(place / "said.csv")
    assert said["prediction half"][0] == pytest.approx(given["half"], rel=1e-6)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--task", "labels"), "the target 'bought' is one, labels are several"),
        (("--target", "age", "--task", "labels", DROP), "a label is yes or no"),
        (("--target", "far", "--class-weight", "x=2"), "no label of habits"),
        (("--target", "far", "--task", "classification"), "or for labels of yes and"),
        (("--target", "far", "--loss", "cross_entropy"), "end it in Dense(2, "),
    ],
)
def test_what_labels_cannot_be_is_one_error(place, words, message):
    outcome = ranvier("train", "habits.csv", "--target", "bought", *words, cwd=place)
    assert outcome.status == 2
    assert message in " ".join(outcome.err.split())
    assert not list(place.glob("runs/habits-*"))


def test_labels_are_described(place):
    words = ("describe", "habits.csv", "--target", "bought", "--target", "far")
    outcome = ranvier(*words, cwd=place)
    assert "labels of bought, far" in outcome.out.splitlines()[0]
    assert "yes or no" in outcome.out


@pytest.mark.parametrize("weights", ["balanced", "bought=3,far=0.5"])
def test_labels_are_weighed(place, labels, weights):
    named = [word for target in HABITS for word in ("--target", target)]
    words = ("train", "habits.csv", *named, "--class-weight", weights, *EPOCHS)
    outcome = ranvier(*words, "--folder", weights, "--json", cwd=place)
    assert outcome.status == 0, outcome.err
    first = (place / "runs/habits/history.jsonl").read_text().splitlines()[0]
    assert outcome.document["history"][0]["loss"] != json.loads(first)["loss"]


def test_a_label_that_is_none_cannot_be_weighed(place):
    named = [word for target in HABITS for word in ("--target", target)]
    words = ("train", "habits.csv", *named, "--class-weight", "bougt=2")
    outcome = ranvier(*words, cwd=place)
    assert outcome.status == 2
    assert "names 'bougt', which is no label of habits; did you mean" in outcome.err
