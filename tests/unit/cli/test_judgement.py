import pytest

from ranvier.cli.judgement import judge, part_of_data
from ranvier.data import Dataset, from_arrays
from ranvier.model import Model
from ranvier.model.part import Part
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe
from ranvier.training import Run, train
from tests.support.learning import blobs, slopes, trained
from tests.support.people import shoppers
from tests.support.screens import lines, shown


@pytest.fixture(scope="module")
def folder_run(tmp_path_factory) -> Run:
    return trained(tmp_path_factory.mktemp("run"))


def test_of_the_data_of_a_run_its_test_part_is_judged(folder_run):
    part = part_of_data(blobs(), folder_run)
    assert (part.name, len(part.data)) == ("test", 9)


def test_of_other_data_all_rows_are_judged(folder_run):
    part = part_of_data(blobs(seed=1), folder_run)
    assert (part.name, len(part.data)) == ("all", 90)


def test_of_other_data_with_a_test_part_that_part_is_judged():
    data = from_arrays([[1.0], [2.0]], [0, 1], test=([[3.0]], [1]))
    part = part_of_data(data, None)
    assert (part.name, len(part.data)) == ("test", 1)


def judged(run: Run, data: Dataset):
    return judge(Model.from_run(run), Part("all", data))


def test_a_judgement_of_classes_names_them(folder_run):
    data = blobs()
    document = judged(folder_run, data).document()
    assert document["classes"] == ["a", "b", "c"]
    assert document["rows"] == sum(map(sum, document["confusion"])) == 90
    wrong = 90 - sum(document["confusion"][n][n] for n in range(3))
    assert document["accuracy"] == pytest.approx(1 - wrong / 90)
    assert len(document["mistakes"]) == min(wrong, 10)
    for mistake in document["mistakes"]:
        assert mistake["truth"] != mistake["answer"]
        assert mistake["truth"] == "abc"[data.targets[mistake["row"]]]


def test_a_judgement_of_classes_is_said_with_its_mistakes(folder_run):
    judgement = judged(folder_run, blobs())
    assert " of 90 wrong, loss " in lines(judgement.facts())[0]
    text = shown(judgement.text())
    assert "Which class was taken for which" in text
    assert "row  said  sure  is" in text


def test_a_judgement_without_mistakes_shows_none(folder_run):
    data = blobs()
    right = Model.from_run(folder_run).predict(data.inputs) == [
        "abc"[number] for number in data.targets
    ]
    judgement = judged(folder_run, data.take(right.nonzero()[0]))
    assert "100.00 % right: 0 of" in lines(judgement.facts())[0]
    assert "wrong answers" not in shown(judgement.text())


def test_a_part_that_lacks_classes_is_judged_by_the_names_of_the_model(folder_run):
    data = blobs()
    some = from_arrays(data.inputs[data.targets == 2], ["c"] * 30, classes=["c", "d"])
    only = blobs().take((data.targets != 0).nonzero()[0])
    names = [one["truth"] for one in judged(folder_run, only).document()["mistakes"]]
    assert set(names) <= {"b", "c"}
    with pytest.raises(ValueError, match="has the class 'd'"):
        judged(folder_run, some)


def test_a_judgement_of_values_is_their_loss():
    data = from_arrays(slopes().inputs, slopes().targets[:, :1])
    judgement = judged(trained(network=Network([Dense(1)]), data=data), data)
    document = judgement.document()
    assert set(document) == {"part", "rows", "loss", "metrics", "baselines"}
    first, second = lines(judgement.facts())
    assert f"rmse {document['metrics']['rmse']:.4g} over 60 rows, loss" in first
    assert f"r2 {document['metrics']['r2']:.4g}, mae" in second
    assert shown(judgement.text()).strip() == ""


def test_a_judgement_of_several_values_tells_each():
    judgement = judged(trained(network=Network([Dense(2)]), data=slopes()), slopes())
    targets = judgement.document()["targets"]
    assert list(targets) == ["1", "2"]
    head, _, second = lines(judgement.text())[-3:]
    assert head.split()[:3] == ["target", "rmse", "mae"]
    assert second.split()[:2] == ["2", f"{targets['2']['rmse']:.4g}"]


def test_a_judgement_of_labels_begins_with_their_f1():
    data = from_arrays(slopes().inputs, slopes().targets > 0, task="labels")
    judgement = judged(trained(network=Network([Dense(2, "sigmoid")]), data=data), data)
    beside = judgement._replace(beside={"constant": judgement.scores.metrics})
    figures = judgement.document()["metrics"]
    first, second, third = lines(beside.facts())
    assert f"macro f1 {figures['macro_f1']:.4g} over 60 rows, loss" in first
    assert f"subset accuracy {figures['subset_accuracy']:.4g}" in second
    assert f"macro f1 of others: constant {figures['macro_f1']:.4g}" in third
    assert judgement.document()["targets"].keys() == {"1", "2"}


def test_mistaken_pictures_are_drawn():
    images = (blobs().inputs[:, :1, None].repeat(6, 1).repeat(6, 2) > 0) * 255
    data = from_arrays(images.astype("uint8"), ["x", "y", "z"] * 30)
    text = shown(judged(trained(data=data), data).text())
    assert "said " in text
    assert "row " not in text


def test_mistakes_of_a_table_are_called_by_their_rows_in_the_file():
    data = shoppers()
    part = data.split(test=0.5).test
    run = train(None, data, Recipe(epochs=1), folder=None)
    model = Model.unsettled(run)
    found = judge(model, Part("test", part)).document()["mistakes"]
    assert found
    for mistake in found:
        answer = data.schema.classes[data.targets[mistake["row"] - 1]]
        assert answer == mistake["truth"]
        assert mistake["row"] - 1 in part.rows
