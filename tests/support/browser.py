"""browser: Chromium as Debian packages it, and axe, which judges accessibility."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


class Size(NamedTuple):
    """Hold what a page is shown on."""

    width: int
    height: int
    is_touched: bool = False


DESKTOP, PHONE, PAPER = Size(1280, 900), Size(390, 844, True), Size(794, 1123)


@contextmanager
def running() -> Iterator[Browser]:
    """Start Chromium; tests that need it are skipped where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("there is no Chromium here; apt-get install chromium")
    with sync_playwright() as playwright:
        # Debian's sandbox refuses root, who runs the tests in containers.
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


class Opened:
    """Show a file in a browser, and note what it complains of and asks for."""

    def __init__(
        self, browser: Browser, path: Path, size: Size = DESKTOP, **options: Any
    ) -> None:
        self._context = browser.new_context(
            viewport={"width": size.width, "height": size.height},
            has_touch=size.is_touched,
            **options,
        )
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page: Page = self._context.new_page()
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda box: self.complaints.append(box.message))
        self.page.on("request", lambda one: self.asked.append(one.url))
        self.page.goto(path.as_uri())

    def __enter__(self) -> "Opened":
        return self

    def __exit__(self, *_: object) -> None:
        self._context.close()

    def violations(self) -> list[str]:
        """Return what axe finds, each with the first element that it is about."""
        self.page.evaluate(_axe())
        found = self.page.evaluate("axe.run()")["violations"]
        return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than what shows it."""
        return int(
            self.page.evaluate(
                "document.documentElement.scrollWidth - innerWidth", None
            )
        )


def _axe() -> str:
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
