import pytest

from ranvier.data.encoders import PiecewiseLinear, Quantile
from ranvier.errors import DescriptionError
from ranvier.recipe import Recipe, read_recipe

BINS = {"type": "piecewise_linear", "bins": 256}
EQUAL = [
    {"age": "robust", "number": BINS},
    {"age": "robust", "number": PiecewiseLinear(bins=256)},
    [["age", "robust"], ["number", BINS]],
    (("age", "robust"), ("number", PiecewiseLinear(bins=256))),
]


@pytest.mark.parametrize("given", EQUAL)
def test_encoders_with_options_are_described_in_any_way(given):
    recipe = Recipe(encode=given)
    assert dict(recipe.encode) == EQUAL[1]
    assert recipe == Recipe(encode=EQUAL[0])
    assert hash(recipe) == hash(Recipe(encode=EQUAL[0]))


def test_encoders_with_options_survive_json_and_toml():
    recipe = Recipe(encode={"age": Quantile("uniform"), "number": BINS, "zip": "words"})
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_toml(recipe.to_toml()) == recipe
    assert recipe.to_dict()["encode"] == [
        ["age", {"type": "quantile", "shape": "uniform", "knots": 1000}],
        ["number", BINS],
        ["zip", "words"],
    ]


def test_a_recipe_file_names_encoders_in_a_table(tmp_path):
    (tmp_path / "bins.toml").write_text(
        "[recipe.encode]\n"
        'age = "robust"\n'
        'number = {type = "piecewise_linear", bins = 256}\n'
    )
    assert read_recipe(tmp_path / "bins.toml").recipe == Recipe(encode=EQUAL[0])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"age": {"type": "quantil"}},
            r"encode, 'age': there is no .*mean \"quantile\"",
        ),
        (
            {"age": {"bins": 9}},
            r"encode, 'age': \{'bins': 9\} names no encoder of columns: its type",
        ),
        (
            {"number": BINS | {"bins": 1000}},
            r"encode, 'number': PiecewiseLinear\(bins=1000\): bins must be at most 256",
        ),
        (
            {"number": BINS | {"bin": 9}},
            r"PiecewiseLinear\(bin=9\): there is no option 'bin'; did you mean",
        ),
        ({"age": 5}, "encode, 'age': 5 is no encoder of columns; known: standard"),
        ({3: "robust"}, 'encode must be encoders by column, .*"bins": 16'),
        ("robust", "must be encoders by column, or for all numbers"),
    ],
)
def test_encoders_that_mean_nothing_are_refused(given, message):
    with pytest.raises(DescriptionError, match=message):
        Recipe(encode=given)
