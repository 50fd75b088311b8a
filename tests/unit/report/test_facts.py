import pytest
from rich.text import Text

from ranvier.report import Facts
from tests.support.screens import lines, shown

LONG = "one two three four five six seven eight nine ten eleven twelve"


def test_values_stand_in_one_column():
    facts = Facts({"name": "digits", "of": Text("numbers")})
    assert lines(facts) == ["name  digits", "of    numbers"]


def test_a_value_is_one_line_in_a_pipe():
    assert lines(Facts({"name": LONG}), width=20) == [f"name  {LONG}"]


def test_a_value_is_wrapped_beside_its_name_in_a_terminal():
    screen = {"force_terminal": True, "color_system": None}
    first, second, *_ = lines(Facts({"name": LONG}), width=20, **screen)
    assert first.startswith("name  one two")
    assert second.startswith("      ")


@pytest.mark.parametrize("value", ["[bold]x[/bold]", "[red]", ":smile:"])
def test_values_are_shown_as_they_are(value):
    assert value in shown(Facts({"path": value}))


def test_facts_are_joined_in_their_order():
    assert lines(Facts({"a": "1"}) | Facts({"b": "2"})) == ["a  1", "b  2"]


def test_no_facts_show_nothing():
    assert shown(Facts({})).strip() == ""
