"""The page about a run, opened in a real browser, on a desktop, a phone and paper."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ranvier.data import from_frame
from ranvier.report import write_report
from ranvier.training import train
from tests.support import browser as chromium
from tests.support import reports
from tests.support.browser import DESKTOP, PAPER, PHONE, Opened
from tests.support.people import NETWORK, RECIPE, people
from tests.support.reports import HOSTILE

KINDS = ["pictures", "table", "numbers", "labels", "several", "hostile", "proved"]
# Colours do not go by the size, nor places by the colours: two of four pairs show all.
SHOWN = [
    pytest.param(DESKTOP, "light", id="desktop-light"),
    pytest.param(PHONE, "dark", id="phone-dark"),
]


@pytest.fixture(scope="session")
def browser():
    with chromium.running() as one:
        yield one


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a page of each kind."""
    folder = tmp_path_factory.mktemp("pages")
    pictures, points = reports.pictures(), reports.points()
    write_report(*pictures, folder / "pictures.html")
    for kind in ("table", "numbers", "labels"):
        write_report(*getattr(reports, kind)(), folder / f"{kind}.html")
    write_report(
        [pictures.run, points.run],
        [pictures.data, None],
        folder / "several.html",
    )
    found = reports.proved(points)
    write_report(*points, folder / "proved.html", diagnosis=found)
    _write_hostile(folder / "hostile.html")
    return folder


def _write_hostile(path: Path) -> None:
    """Write a page whose columns, classes and cells would run if they could."""
    frame = people().drop("spent").rename({"town": HOSTILE})
    bought = frame["bought"].replace({"yes": HOSTILE, "no": "</title><script>"})
    frame = frame.with_columns(
        bought=bought, member=frame["member"].cast(str) + HOSTILE
    )
    data = from_frame(frame, "bought", name="hostile")
    write_report(train(NETWORK, data, RECIPE, folder=None), data, path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("size", "scheme"), SHOWN)
def test_a_page_opens_fits_and_is_accessible(
    browser: Browser, pages, kind, size, scheme
):
    path = pages / f"{kind}.html"
    with Opened(browser, path, size, color_scheme=scheme) as opened:
        expect(opened.page.locator("h1")).to_be_visible()
        assert opened.violations() == []
        assert opened.overflow() <= 0
        assert opened.complaints == []
        assert [one for one in opened.asked if not one.startswith("data:")] == [
            path.as_uri()
        ]


@pytest.mark.parametrize("kind", KINDS)
def test_everything_can_be_pressed(browser: Browser, pages, kind):
    with Opened(browser, pages / f"{kind}.html") as opened:
        page = opened.page
        for summary in page.locator("details:not(.run) > summary").all():
            summary.click()
        for button in page.locator("button[data-cell]").all():
            button.click()
            expect(page.locator("dialog")).to_be_visible()
            page.locator("#close").click()
            expect(page.locator("dialog")).to_be_hidden()
        for link in page.locator("nav a").all():
            link.click()
            place = page.evaluate("location.hash.slice(1)")
            expect(page.locator(f"[id='{place}']")).to_be_in_viewport()
        assert opened.violations() == []
        assert opened.complaints == []


def test_a_cell_opens_its_pictures_and_gives_the_focus_back(browser: Browser, pages):
    with Opened(browser, pages / "pictures.html") as opened:
        page = opened.page
        cell = page.locator("button[data-cell='0-1']")
        count = min(int(cell.inner_text()), 12)
        cell.focus()
        page.keyboard.press("Enter")
        expect(page.locator("dialog h2")).to_have_text(
            re.compile("rows that are flat, said to be tall")
        )
        expect(page.locator("dialog img")).to_have_count(count)
        widths = page.locator("dialog img").evaluate_all(
            "images => images.map(one => one.naturalWidth)"
        )
        assert set(widths) == {6}
        assert opened.violations() == []
        page.keyboard.press("Escape")
        expect(cell).to_be_focused()


def test_a_cell_of_a_table_opens_its_rows(browser: Browser, pages):
    with Opened(browser, pages / "table.html") as opened:
        opened.page.locator("button[data-cell]").first.click()
        heads = opened.page.locator("dialog th").all_inner_texts()
        assert heads[0] == "row"
        assert sorted(heads[1:]) == ["age", "day", "member", "town"]
        assert opened.violations() == []


def test_a_press_beside_the_rows_closes_them(browser: Browser, pages):
    with Opened(browser, pages / "pictures.html") as opened:
        opened.page.locator("button[data-cell]").first.click()
        opened.page.mouse.click(3, 3)
        expect(opened.page.locator("dialog")).to_be_hidden()


def test_a_chart_is_read_by_pointer_and_by_keys(browser: Browser, pages):
    with Opened(browser, pages / "table.html") as opened:
        page = opened.page
        chart = page.locator("figure[data-points]").first
        readout = chart.locator("output")
        expect(readout).to_have_text("")
        drawn = chart.locator("svg[role=img]")
        width = drawn.bounding_box()["width"]
        drawn.hover(position={"x": width - 16, "y": 100})
        expect(readout).to_have_text(re.compile(r"^epoch 4: training [\d.]+, valid"))
        chart.focus()
        page.keyboard.press("Home")
        expect(readout).to_have_text(re.compile("^epoch 1: "))
        page.keyboard.press("ArrowRight")
        expect(readout).to_have_text(re.compile("^epoch 2: "))
        page.keyboard.press("End")
        page.keyboard.press("ArrowRight")
        expect(readout).to_have_text(re.compile("^epoch 4: "))
        expect(chart.locator(".cursor")).to_have_attribute("visibility", "visible")


def test_light_and_dark_can_be_chosen_and_are_kept(browser: Browser, pages):
    with Opened(browser, pages / "table.html", color_scheme="light") as opened:
        page, theme = opened.page, opened.page.locator("#theme")
        ground = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(ground)
        expect(theme).to_have_text("Dark")
        theme.click()
        expect(theme).to_have_text("Light")
        dark = page.evaluate(ground)
        assert light != dark
        page.reload()
        assert page.evaluate(ground) == dark
        page.emulate_media(color_scheme="dark")
        theme.click()
        assert page.evaluate(ground) == light


def test_the_machines_wish_is_followed(browser: Browser, pages):
    with Opened(browser, pages / "table.html", color_scheme="dark") as opened:
        ground = "getComputedStyle(document.body).backgroundColor"
        dark = opened.page.evaluate(ground)
        opened.page.emulate_media(color_scheme="light")
        body = opened.page.locator("body")
        expect(body).not_to_have_css("background-color", dark)
        assert sum(map(int, re.findall(r"\d+", dark))) < 150


def test_the_first_key_skips_to_the_content(browser: Browser, pages):
    with Opened(browser, pages / "table.html") as opened:
        opened.page.keyboard.press("Tab")
        expect(opened.page.locator(".skip")).to_be_focused()
        expect(opened.page.locator(".skip")).to_be_in_viewport()
        opened.page.keyboard.press("Enter")
        expect(opened.page.locator("main")).to_be_focused()


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_printed_light_and_whole(browser: Browser, pages, kind):
    path = pages / f"{kind}.html"
    with Opened(browser, path, PAPER, color_scheme="dark") as opened:
        page = opened.page
        for run in page.locator("details.run > summary").all():
            run.click()
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        for hidden in ("nav", "#theme", "output"):
            expect(page.locator(hidden).first).to_be_hidden()
        expect(page.locator("section").last).to_be_visible()
        colour = page.evaluate("getComputedStyle(document.body).color")
        assert sum(map(int, re.findall(r"\d+", colour))) < 150
        assert opened.overflow() <= 0
        assert page.pdf(format="A4").startswith(b"%PDF")
        assert opened.complaints == []


def test_hostile_words_are_shown_and_not_run(browser: Browser, pages):
    with Opened(browser, pages / "hostile.html") as opened:
        page = opened.page
        expect(page.locator(".confusion thead")).to_contain_text(HOSTILE)
        page.locator("button[data-cell]").first.click()
        expect(page.locator("dialog h2")).to_contain_text(HOSTILE)
        expect(page.locator("dialog table")).to_contain_text(HOSTILE)
        assert page.locator("img[onerror]").count() == 0
        assert page.locator("script").count() == 2
        assert opened.complaints == []


def test_what_a_page_was_not_written_with_is_not_run(browser: Browser, pages, tmp_path):
    """Even if a word were not escaped: the policy allows nothing but the page's own."""
    text = (pages / "table.html").read_text("utf-8")
    added = text.replace("</main>", "<script>document.title = 'run'</script></main>")
    (tmp_path / "added.html").write_text(added, "utf-8")
    with Opened(browser, tmp_path / "added.html") as opened:
        assert opened.page.title() != "run"
        assert "Content Security Policy" in opened.complaints[0]


def test_without_scripts_all_is_shown_but_the_rows(browser: Browser, pages):
    path = pages / "table.html"
    with Opened(browser, path, java_script_enabled=False) as opened:
        expect(opened.page.locator(".verdict")).to_be_visible()
        expect(opened.page.locator(".confusion")).to_be_visible()
        expect(opened.page.locator("#theme")).to_be_hidden()
