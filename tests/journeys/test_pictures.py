"""Pictures that move, opened in a real browser."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ranvier.recipe import SGD
from ranvier.report import plot_race
from tests.support import browser as chromium
from tests.support.browser import DESKTOP, Opened

RACE = plot_race("saddle", [SGD(0.2), SGD(0.02)], steps=40, frames=6)._replace(
    seconds=0.2, rest=0.4
)


@pytest.fixture(scope="module")
def browser():
    with chromium.running() as one:
        yield one


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("pictures") / "race.svg"
    RACE.save(place)
    return place


def at(opened: Opened, seconds: float) -> np.ndarray:
    """Return what is seen so many seconds after the picture began."""
    opened.page.evaluate(
        "t => document.getAnimations().forEach("
        "one => { one.pause(); one.currentTime = t; })",
        1000 * seconds,
    )
    return _pixels(opened.page.locator("svg").screenshot())


def _pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("L")).astype(float)


def test_a_race_moves_in_a_browser_and_complains_of_nothing(browser, path):
    with Opened(browser, path, DESKTOP) as opened:
        start, middle, end = (at(opened, seconds) for seconds in (0.1, 0.7, 1.4))
        again = at(opened, 1.6 + 0.1)
        assert opened.complaints == []
        assert opened.asked == [path.as_uri()]
    assert np.abs(start - middle).max() > 50
    assert np.abs(middle - end).max() > 50
    np.testing.assert_allclose(start, again, atol=16)


@pytest.mark.parametrize("how", ["reduced", "print"])
def test_where_it_does_not_move_its_end_is_seen(browser, path, how):
    with Opened(browser, path, DESKTOP) as opened:
        end = at(opened, 1.4)
    options = {"reduced_motion": "reduce"} if how == "reduced" else {}
    with Opened(browser, path, DESKTOP, **options) as opened:
        if how == "print":
            opened.page.emulate_media(media="print")
        assert opened.page.evaluate("document.getAnimations().length") == 0
        seen = _pixels(opened.page.locator("svg").screenshot())
    # layers that move are blended on their own, which rounds some edges otherwise
    np.testing.assert_allclose(seen, end, atol=16)
