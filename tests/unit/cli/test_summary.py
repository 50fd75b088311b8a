import pytest

from ranvier.cli.options import NetworkOptions
from ranvier.cli.summary import Sizes, read_shape, summary
from ranvier.errors import DescriptionError, FileError
from ranvier.model import Model
from tests.support.learning import trained
from tests.support.screens import lines


def total(source: str = "digits", hidden: str | None = None, **sizes: object) -> int:
    return summary(Sizes(**sizes), NetworkOptions(hidden), source).document["total"]


def test_the_network_of_the_course_has_11_935_weights_and_biases():
    assert total("crash-course") == 11_935
    assert total(hidden="15", shape="784", output=10) == 11_935


def test_the_network_of_a_file_is_counted(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text('layers = [{type = "dense", units = 3}]\ninput_shape = 5\n')
    options = NetworkOptions(network=str(path))
    assert summary(Sizes(), options).document["total"] == 5 * 3 + 3


def test_layers_are_counted_one_by_one():
    first, last = summary(Sizes(), NetworkOptions(), "crash-course").document["layers"]
    assert first == {
        "name": "dense_1",
        "output_shape": [15],
        "weights": 11_760,
        "biases": 15,
    }
    assert last["weights"] == 150


def test_the_text_is_the_table_of_the_network():
    assert (
        "11,935" in lines(summary(Sizes(), NetworkOptions(), "crash-course").text)[-1]
    )


def test_options_change_the_network_of_a_recipe():
    assert total("crash-course", hidden="none", shape="3,4", output=2) == 3 * 4 * 2 + 2


def test_a_recipe_file_says_the_shape_of_its_input(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(
        '[network]\ninput_shape = [5]\nlayers = [{type="dense", units=2}]\n'
    )
    assert total(str(path)) == 12
    assert total(str(path), shape="6") == 14


def test_a_recipe_file_without_network_has_that_of_digits(tmp_path):
    path = tmp_path / "slow.toml"
    path.write_text("[recipe]\nepochs = 3\n")
    assert total(str(path)) == total("digits")


def test_a_model_and_a_run_are_counted(tmp_path):
    run = trained(tmp_path / "run")
    Model.from_run(run).save(tmp_path / "model.safetensors")
    assert total(str(tmp_path / "run")) == 33
    assert total(str(tmp_path / "model.safetensors")) == 33


def test_what_is_trained_has_its_sizes(tmp_path):
    trained(tmp_path / "run")
    with pytest.raises(DescriptionError, match="is trained, and has its sizes"):
        total(str(tmp_path / "run"), hidden="3")


def test_a_network_is_drawn_into_a_file(tmp_path):
    path = tmp_path / "network.svg"
    summary(Sizes(), NetworkOptions(), "crash-course", str(path))
    assert path.read_text("utf-8").startswith("<svg")


def test_what_is_not_there_is_refused():
    with pytest.raises(FileError, match='did you mean "digits"'):
        total("digist")


@pytest.mark.parametrize(("text", "shape"), [("784", (784,)), ("28, 28", (28, 28))])
def test_a_shape_is_read(text, shape):
    assert read_shape(text) == shape


@pytest.mark.parametrize("text", ["", "a", "28x28", "1.5"])
def test_what_is_no_shape_is_refused(text):
    with pytest.raises(DescriptionError, match="expected the sides of one input"):
        read_shape(text)
