"""document: the sections of some runs → the text of a page that fetches nothing."""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from importlib import resources

from ranvier.report.page.comparison import comparison
from ranvier.report.page.confusion import Confusion
from ranvier.report.page.markup import Html, joined, script_data, tag
from ranvier.report.page.section import Section
from ranvier.report.page.sections import sections
from ranvier.report.page.subject import Subject
from ranvier.report.page.verdict import verdict

_FILES = resources.files("ranvier.report.page")
_STYLES = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_DARK = "screen and (prefers-color-scheme: dark)"

Subjects = Sequence[Subject]


def document(subjects: Subjects, room: float) -> str:
    """Return the page of some runs.

    room: the share of the room that pictures may take in it, from 0 to 1.
    """
    compared, each = comparison(subjects), room / len(subjects)
    of_runs = [sections(subject, each) for subject in subjects]
    if len(subjects) == 1:
        links = _links(subjects[0].key, of_runs[0])
        shown = [_alone(subjects[0], of_runs[0])]
    else:
        links = _links("all", compared)
        links += [(subject.key, subject.name) for subject in subjects]
        pairs = zip(subjects, of_runs, strict=True)
        shown = [one.html("all", 2) for one in compared] + [_run(*one) for one in pairs]
    body = joined(
        tag("a", "Skip to the content", href="#content", class_="skip"),
        _header(subjects, links),
        tag("main", *shown, id="content", tabindex=-1),
        _dialog(),
        script_data("data", _examples(subjects, each)),
        _script(),
    )
    return _page(_title(subjects), body)


def _page(title: str, body: Html) -> str:
    style, dark = Html(_file("page.css")), Html(_file("dark.css"))
    styles = joined(tag("style", style), tag("style", dark, id="dark", media=_DARK))
    policy = _policy([*_STYLES.findall(styles + body)])
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} – ranvier"),
        tag("link", rel="icon", href="data:,"),
        styles,
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', body), lang='en')}\n"


def _policy(styles: Iterable[str]) -> str:
    """Return what the browser may do: nothing but what this page itself brings."""
    hashes = dict.fromkeys(map(_hash, styles))
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src {' '.join(hashes)}",
            f"script-src {_hash(_file('page.js'))}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _file(name: str) -> str:
    return (_FILES / name).read_text("utf-8")


def _script() -> Html:
    return Html(f"<script>{_file('page.js')}</script>")


def _title(subjects: Subjects) -> str:
    if len(subjects) > 1:
        return f"{len(subjects)} runs compared"
    return subjects[0].name


def _header(subjects: Subjects, links: Iterable[tuple[str, str]]) -> Html:
    versions = {subject.run.versions.get("ranvier", "?") for subject in subjects}
    made = f"trained by ranvier {', '.join(sorted(versions))}"
    names = sorted({subject.schema.name for subject in subjects})
    entries = (tag("li", tag("a", name, href=f"#{to}")) for to, name in links)
    return tag(
        "header",
        tag(
            "div",
            tag("h1", _title(subjects)),
            tag("p", f"Network trained on {', '.join(names)}, {made}"),
            tag("button", "Dark", id="theme", type="button", hidden=True),
            class_="top",
        ),
        tag("nav", tag("ul", *entries), aria_label="Sections"),
    )


def _links(key: str, shown: Iterable[Section]) -> list[tuple[str, str]]:
    return [(f"{key}-{section.name}", section.title) for section in shown]


def _alone(subject: Subject, shown: Iterable[Section]) -> Html:
    return joined(verdict(subject), *(one.html(subject.key, 2) for one in shown))


def _run(subject: Subject, shown: Iterable[Section]) -> Html:
    """Return one run of several, which can be folded up."""
    inner = (one.html(subject.key, 3, within=subject.key) for one in shown)
    return tag(
        "details",
        tag("summary", tag("h2", subject.name, id=subject.key)),
        verdict(subject),
        *inner,
        class_="run",
        open=True,
    )


def _dialog() -> Html:
    return tag(
        "dialog",
        tag("h2", "Rows", id="rows-title"),
        tag("div", id="rows"),
        tag("button", "Close", type="button", id="close"),
        id="examples",
        aria_labelledby="rows-title",
    )


def _examples(subjects: Subjects, room: float) -> dict[str, object]:
    """Return the rows that the cells of the runs' matrices open."""
    return {
        subject.key: Confusion(subject, subject.answers).cells(room)
        for subject in subjects
        if subject.answers and subject.schema.classes
    }
