import base64
import dataclasses
import hashlib
import json
import re

import pytest

from ranvier.data import from_frame
from ranvier.errors import DataError, DescriptionError, FileError
from ranvier.report import report_page, write_report
from ranvier.report.page import write as module
from ranvier.training import train
from tests.support.learning import blobs
from tests.support.people import NETWORK, RECIPE, people
from tests.support.reports import HOSTILE, Page, Trained, bars, pictures, points

KINDS = ["pictures", "points", "table", "numbers", "labels"]
ADDRESS = re.compile(r"\w+://|\burl\(|@import")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_names_no_address_outside_itself(kind, request):
    page = report_page(*request.getfixturevalue(kind))
    assert ADDRESS.findall(page) == []
    fetched = [
        held.get("src") or held.get("href")
        for name, held in Page(page).elements
        if name in ("img", "link", "script", "a")
    ]
    assert all(one is None or one.startswith(("data:", "#")) for one in fetched)


@pytest.mark.parametrize("kind", KINDS)
def test_every_link_leads_to_a_place_and_every_place_has_one_name(kind, request):
    page = Page(report_page(*request.getfixturevalue(kind)))
    names = [held["id"] for _, held in page.elements if "id" in held]
    assert len(names) == len(set(names))
    places = {held["href"].removeprefix("#") for held in page.all("a")}
    labels = {
        name
        for _, held in page.elements
        for name in held.get("aria-labelledby", "").split()
    }
    assert places | labels <= set(names)


def test_the_browser_may_run_nothing_but_what_the_page_brings(points):
    text = report_page(*points)
    allowed = dict(
        one.split(" ", 1)
        for one in Page(text)
        .all("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
        .split("; ")
    )
    assert allowed["default-src"] == "'none'"
    assert allowed["img-src"] == "data:"
    assert "unsafe" not in " ".join(allowed.values())
    for kind, name in (("style", "style-src"), ("script", "script-src")):
        for inner in re.findall(
            rf"<{kind}(?! type)[^>]*>(.*?)</{kind}>", text, re.DOTALL
        ):
            digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in allowed[name]


def test_no_element_has_a_style_or_a_script_of_its_own(table):
    held = [name for _, one in Page(report_page(*table)).elements for name in one]
    assert "style" not in held
    assert [name for name in held if name.startswith("on")] == []


def test_hostile_classes_are_shown_and_not_run():
    trained = pictures(names=(HOSTILE, "</title><b>"))
    text = report_page(*trained)
    page = Page(text)
    assert HOSTILE in page.words
    assert [one for one in page.all("img") if "onerror" in one] == []
    assert text.count("<script") == text.count("</script>") == 2
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
    captions = [row[0] for rows in data["run-1"]["cells"].values() for row in rows]
    assert any(HOSTILE in caption for caption in captions)


def test_hostile_columns_and_cells_are_shown_and_not_run():
    frame = people().drop("spent").rename({"town": HOSTILE})
    frame = frame.with_columns(member=frame["member"].cast(str) + HOSTILE)
    data = from_frame(frame, "bought", name="hostile & co")
    run = train(NETWORK, data, RECIPE, engine="reference", folder=None)
    text = report_page(run, data)
    assert HOSTILE in Page(text).words
    assert text.count("<script") == 2
    assert "hostile &amp; co" in text


def test_signs_that_no_file_holds_are_written_as_others(tmp_path):
    frame = people().drop("spent")
    data = from_frame(frame, "bought", name="shoppers")
    run = train(NETWORK, data, RECIPE, engine="reference", folder=None)
    broken = dataclasses.replace(run, reason="\ud800")
    write_report(broken, data, tmp_path / "page.html")
    assert "?" in (tmp_path / "page.html").read_text("utf-8")


def test_several_runs_are_compared_and_each_is_shown(points):
    other = dataclasses.replace(points.run, recipe=_slower(points))
    page = Page(report_page([points.run, other], points.data))
    heads = [one["id"] for one in page.all("h2") if "id" in one]
    assert {"all-compared", "all-curves", "all-differences"} <= set(heads)
    assert {"run-1", "run-2"} <= set(heads)
    assert "data (1)" in page.words
    assert "data (2)" in page.words
    assert "optimizer.learning_rate" in page.words
    assert len(page.all("details", class_="run")) == 2


def _slower(trained: Trained):
    optimizer = trained.run.recipe.optimizer
    slower = dataclasses.replace(optimizer, learning_rate=0.0001)
    return dataclasses.replace(trained.run.recipe, optimizer=slower)


def test_runs_of_one_design_differ_in_nothing(points):
    page = Page(report_page([points.run, points.run], points.data))
    assert "Their networks and recipes are the same" in page.words


def test_runs_of_different_data_are_compared_too(points, numbers):
    page = report_page([points.run, numbers.run], [points.data, numbers.data])
    assert "RMSE" in Page(page).words


def test_some_runs_may_be_without_their_data(points):
    page = report_page([points.run, points.run], [points.data, None])
    assert {"run-1-confusion"} <= {
        one["id"] for one in Page(page).all("h3") if "id" in one
    }
    assert "run-2-confusion" not in page


def test_runs_are_called_by_their_folders(points, tmp_path):
    runs = [
        dataclasses.replace(points.run, folder=tmp_path / name) for name in ("a", "b/a")
    ]
    page = Page(report_page(runs, points.data))
    assert str(tmp_path / "b/a") in page.words
    assert Page(report_page(runs[0], points.data)).words.count("a – ranvier") == 1


def test_a_page_has_room_for_no_more_than_it_may(monkeypatch):
    trained = pictures()
    whole = len(report_page(*trained).encode())
    monkeypatch.setattr(module, "MOST_BYTES", whole - 1)
    assert len(report_page(*trained).encode()) < whole


def test_a_large_picture_of_noise_fits():
    trained = pictures(rows=200, side=64)
    assert len(report_page(*trained).encode()) <= module.MOST_BYTES


def test_the_page_is_written_whole(points, tmp_path):
    write_report(*points, tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text("utf-8") == report_page(*points)


def test_a_folder_that_is_missing_is_refused(points, tmp_path):
    with pytest.raises(FileError, match=r"page\.html cannot be written"):
        write_report(*points, tmp_path / "none" / "page.html")


@pytest.mark.parametrize(
    ("runs", "data", "message"),
    [
        (0, None, "there is no run to report on; give one, or several"),
        (2, 3, "data: 3 were given for 2 runs; give one for each run"),
    ],
)
def test_runs_without_their_data_each_are_refused(points, runs, data, message):
    given = None if data is None else [points.data] * data
    with pytest.raises(DescriptionError, match=message):
        report_page([points.run] * runs, given)


def test_a_run_without_epochs_is_refused(points):
    with pytest.raises(DescriptionError, match="has no epoch to be judged by"):
        report_page(dataclasses.replace(points.run, history=[]), points.data)


@pytest.mark.parametrize("run", ["runs/a-1", None, ["runs/a-1"]])
def test_what_is_no_run_is_refused(run):
    with pytest.raises(DescriptionError, match="as the run; give a Run"):
        report_page(run)


def test_a_run_that_broke_in_its_first_epoch_is_shown(points):
    failure = "diverged in epoch 1: the loss is no finite number"
    broken = dataclasses.replace(points.run, history=[], failure=failure)
    page = Page(report_page(broken, points.data))
    assert failure in page.words
    assert len(page.all("li", class_="finding error")) > 0
    assert "2 runs compared" in report_page([broken, points.run], points.data)


def test_other_data_than_those_of_the_run_are_refused(tmp_path):
    trained = points(epochs=1)
    source = trained.run.source._replace(fingerprints={"train": "0"})
    with pytest.raises(DataError, match="not of the data that the run was trained on"):
        report_page(dataclasses.replace(trained.run, source=source), blobs())


def test_a_page_is_the_same_each_time():
    trained = Trained(*pictures())
    assert report_page(*trained) == report_page(*trained)
    assert len(bars()) == len(trained.data)
