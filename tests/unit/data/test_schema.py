import pytest

from ranvier.data import ImageForm, Schema
from ranvier.errors import DescriptionError

DIGITS = Schema(
    "digits",
    (28, 28),
    "classification",
    tuple("0123456789"),
    10,
    ImageForm(28, 28, centred="mass"),
)
HOUSES = Schema("houses", (8,), "regression", (), 2)
PHOTOS = Schema(
    "photos", (4, 5, 3), "classification", ("ä", "no"), 2, ImageForm(4, 5, 3)
)


FILMS = Schema("films", (8,), "labels", (), 2, target=("sad", "long"))


@pytest.mark.parametrize("schema", [DIGITS, HOUSES, PHOTOS, FILMS])
@pytest.mark.parametrize("kind", ["dict", "json", "toml"])
def test_a_schema_comes_back_from_its_text(schema, kind):
    written = getattr(schema, f"to_{kind}")()
    assert getattr(Schema, f"from_{kind}")(written) == schema


def test_answers_are_named_by_class_by_target_or_by_number():
    assert PHOTOS.answers == ("ä", "no")
    assert FILMS.answers == ("sad", "long")
    assert HOUSES.answers == ("1", "2")


def test_a_schema_is_frozen():
    with pytest.raises(AttributeError):
        DIGITS.name = "other"


@pytest.mark.parametrize(("channels", "shape"), [(1, (4, 5)), (3, (4, 5, 3))])
def test_an_image_form_gives_its_shape_channels_last(channels, shape):
    assert ImageForm(4, 5, channels).shape == shape


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"height": 0}, "height must be an integer from 1 to 16384, got 0; MNIST's"),
        ({"width": 2**15}, "width must be at most 16384, got 32768"),
        ({"channels": 2}, "channels must be 1, 3 or 4, got 2; 1 is grey"),
        ({"centred": "box"}, "centred must be \"mass\" or None, got 'box'"),
        (
            {"channels": 3, "centred": "mass"},
            r"channels=3, centred='mass'\): pictures centred by mass are grey",
        ),
    ],
)
def test_an_impossible_image_form_is_refused(options, message):
    with pytest.raises(DescriptionError, match=message):
        ImageForm(**{"height": 28, "width": 28} | options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": ""}, "name must be a name that a folder can have, got ''"),
        ({"name": "a/b"}, "name must be a name that a folder can have, got 'a/b'"),
        ({"name": ".."}, "name must be a name that a folder can have"),
        ({"name": "a\n"}, "name must be a name that a folder can have"),
        ({"name": "a" * 101}, "name must be a name that a folder can have"),
        ({"input_shape": ()}, "input_shape must be positive integers, got ()"),
        ({"input_shape": (3, 0)}, r"input_shape must be positive integers, .* \(784"),
        ({"task": "ranking"}, "task must be classification, regression or labels"),
        ({"task": "labels"}, "2 classes are named, labels has none"),
        (
            {"task": "labels", "classes": (), "outputs": 1},
            "outputs=1.: labels are two targets or more; for one give the task class",
        ),
        (
            {"task": "regression", "classes": (), "target": ("a", "b", "c")},
            r"outputs=2\): 3 targets are named \(a, b, c\); give as many as outputs",
        ),
        ({"classes": ("a", 1)}, "classes must be names of classes"),
        ({"outputs": 0}, "outputs must be a positive integer, got 0"),
        ({"image": 3}, "image must be an ImageForm or None, got 3"),
        ({"image": {"width": 4}}, r"ImageForm\(\): height is missing"),
        ({"classes": ("a",), "outputs": 1}, "1 classes are named; give two or more"),
        ({"outputs": 3}, "outputs=3.*2 classes are named; .* as many outputs"),
        ({"classes": ("a", "a")}, "the class 'a' is named twice"),
        ({"classes": ("a", "\ud800")}, r"the class '.ud800' is no text that a file"),
        ({"task": "regression"}, "2 classes are named, regression has none"),
        (
            {"image": ImageForm(4, 5)},
            r"input_shape=\(3,\)\): the image form makes rows of shape \(4, 5\)",
        ),
    ],
)
def test_an_impossible_schema_is_refused(options, message):
    usual = {
        "name": "data",
        "input_shape": (3,),
        "task": "classification",
        "classes": ("a", "b"),
        "outputs": 2,
    }
    with pytest.raises(DescriptionError, match=message):
        Schema(**usual | options)
