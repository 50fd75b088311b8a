from xml.etree import ElementTree

import pytest

from ranvier.errors import DescriptionError
from ranvier.figure import Dots, Line, Words
from ranvier.recipe import SGD
from ranvier.report.pictures import SURFACES, plot_race
from ranvier.report.pictures.walking import way

SVG = "{http://www.w3.org/2000/svg}"
RACERS = [SGD(0.2), "adam", SGD(0.02)]
RACE = plot_race("saddle", RACERS, steps=40, frames=5)


def words(race, frame):
    return [one.text for one in race.frame(frame).marks if isinstance(one, Words)]


def test_every_racer_is_named_with_its_rate_and_its_end():
    last = words(RACE, 4)
    for one in (way(SURFACES["saddle"], racer, 40) for racer in RACERS):
        assert {one.name, f"rate {one.rate:g}", one.ending} <= set(last)
        assert f"{one.name} at rate {one.rate:g}: {one.ending}" in RACE.described


def test_a_frame_says_how_far_the_race_is():
    steps = [words(RACE, frame) for frame in range(5)]
    for frame, step in enumerate((0, 10, 20, 30, 40)):
        assert f"step {step} of 40" in steps[frame]


def test_all_trails_are_seen_in_the_end_and_none_at_the_start():
    names = {"sgd", "adam"}
    start, end = (
        {one.name for one in RACE.frame(n).marks if isinstance(one, Line)} & names
        for n in (0, 4)
    )
    assert (start, end) == (set(), names)


def test_racers_are_told_apart_by_numbers_and_stand_beside_each_other():
    marks = RACE.frame(0).marks
    numbers = [one.at for one in marks if isinstance(one, Words) and one.text in "123"][
        -3:
    ]
    # all stand at the start
    assert len({at[1] for at in numbers}) == 1
    assert min(abs(a[0] - b[0]) for a in numbers for b in numbers if a != b) > 12


def test_one_that_goes_astray_is_shown_with_a_cross_and_said():
    race = plot_race("rosenbrock", [SGD(0.02), SGD(0.001)], steps=20, frames=6)
    assert any("out at step 1, no number from step" in one for one in words(race, 5))
    discs = [
        one for one in race.frame(5).marks if isinstance(one, Dots) and one.size == 15
    ]
    assert len(discs) == 2 + 1  # both in the legend, one still on its way
    assert "sgd at rate 0.02: out at step 1" in race.described


def test_what_is_lost_leaves_no_trail_from_there_on():
    race = plot_race("rosenbrock", [SGD(0.02)], steps=20, frames=21)
    trails = [
        [one for one in race.frame(n).marks if getattr(one, "name", "") == "sgd"]
        for n in (0, 1, 20)
    ]
    assert [len(one) for one in trails] == [0, 1, 1]


def test_frames_are_no_more_than_steps():
    assert plot_race("saddle", ["sgd"], steps=3, frames=50).frames == 4


def test_the_same_race_is_the_same_file():
    again = plot_race("saddle", RACERS, steps=40, frames=5)
    assert again.svg() == RACE.svg()
    assert again.gif() == RACE.gif()


def test_the_file_stands_alone_and_is_read_to_listeners():
    root = ElementTree.fromstring(RACE.svg())
    assert root.find(f"{SVG}title").text == "sgd and adam on saddle"
    assert "level in the middle" in root.find(f"{SVG}desc").text
    assert not list(root.iter(f"{SVG}script"))
    assert RACE.svg().count("http") == 1


def test_a_usual_race_is_a_small_file():
    race = plot_race("rosenbrock", [SGD(0.001), SGD(0.0005)])
    assert len(race.svg()) < 300_000


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"surface": "rosenbruck"}, r"no surface 'rosenbruck'; did you mean \"rosenb"),
        ({"optimizers": ["adm"]}, r"did you mean \"adam\""),
        ({"optimizers": []}, "give a list of one to 8 names"),
        ({"optimizers": "adam"}, "give a list of one to 8 names"),
        ({"optimizers": ["sgd"] * 9}, "give a list of one to 8 names"),
        ({"steps": 0}, "steps=0: expected an integer from 1 to 10000"),
        ({"frames": 1}, "frames=1: expected an integer from 2 to 200"),
    ],
)
def test_what_cannot_be_raced_is_refused(given, message):
    with pytest.raises(DescriptionError, match=message):
        plot_race(**given)
