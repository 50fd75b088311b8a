import pytest

from ranvier.errors import DescriptionError, FileError
from ranvier.network import Dense, Network
from ranvier.recipe import MSE, SGD, Recipe, RecipeFile, named_recipes, read_recipe


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "my.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_the_package_names_its_recipes():
    assert {"crash-course", "digits"} <= set(named_recipes())


@pytest.mark.parametrize("name", named_recipes())
def test_every_named_recipe_can_be_read(name):
    recipe, network = read_recipe(name)
    assert recipe.loss_for(network)


def test_the_crash_course_is_the_course_network_at_the_course_step():
    recipe, network = read_recipe("crash-course")
    assert network.with_input((28, 28)).size == 11935
    assert {layer.activation for layer in network.layers} == {"sigmoid"}
    assert recipe.loss == MSE()
    assert recipe.optimizer == SGD(15.0)
    assert (recipe.batch_size, recipe.epochs, recipe.stopping) == (10, 30, None)


def test_a_file_may_hold_a_recipe_and_a_network(write):
    recipe, network = Recipe(epochs=3), Network([Dense(3, "relu")], 4)
    tables = "\n".join(
        [
            "[recipe]\nepochs = 3\n[network]\ninput_shape = [4]",
            '[[network.layers]]\ntype = "dense"\nunits = 3\nactivation = "relu"',
        ]
    )
    assert read_recipe(write(tables)) == RecipeFile(recipe, network)


def test_a_file_may_hold_a_recipe_alone(write):
    assert read_recipe(write("[recipe]\nepochs = 3")) == (Recipe(epochs=3), None)


def test_a_path_may_be_text(write):
    assert read_recipe(str(write("[recipe]"))).recipe == Recipe()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"has the tables \[\]; expected \[recipe\] and, if it likes, \[network\]"),
        ("[recipes]", r"has the tables \['recipes'\]; expected \[recipe\]"),
        ("[recipe]\nepochs = 0", "epochs must be a positive integer, got 0"),
        ("recipe = 3", "a Recipe is written as a table of options, got 3"),
        ("network = 3", "a Network is written as a table of options, got 3"),
        ("[recipe", "this recipe .*my.toml is no TOML: .*; mend that line"),
    ],
)
def test_a_file_that_describes_no_recipe_is_refused(write, text, message):
    with pytest.raises(DescriptionError, match=message):
        read_recipe(write(text))


@pytest.mark.parametrize("name", ["crash-corse", "Crash-Course"])
def test_an_unknown_recipe_is_answered_with_the_nearest(name):
    with pytest.raises(
        FileError,
        match=f"there is no recipe '{name}' that can be read .*did you mean "
        '"crash-course".*give a TOML file or one of crash-course, digits',
    ):
        read_recipe(name)


def test_a_folder_is_no_recipe(tmp_path):
    with pytest.raises(FileError, match="that can be read"):
        read_recipe(tmp_path)


def test_a_file_that_is_no_text_is_refused(write):
    with pytest.raises(FileError, match=r"that can be read .*utf-8"):
        read_recipe(write(b"\xff\xfe"))


def test_a_name_that_no_file_can_have_is_refused():
    with pytest.raises(FileError, match=r"that can be read .*null byte"):
        read_recipe("a\0b")
