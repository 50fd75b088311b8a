"""markup: words and values → HTML in which nothing that was given can run."""

import html
import json
import re
from typing import Any

_VOID = frozenset({"br", "img", "link", "meta"})
_TITLES = re.compile(r"<(title|desc) .*?</\1>\n?", re.DOTALL)
_LABELLED = re.compile(r' aria-labelledby="[^"]*"')
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'


class Html(str):
    """Mark a text as HTML: every other text is escaped before it stands in a page."""

    __slots__ = ()


def tag(name: str, /, *inner: str | None, **attributes: object) -> Html:
    """Return an element; None and False are left out, True is an attribute's name.

    attributes: `class_` is class, `aria_label` is aria-label.

    >>> tag("p", "a < b", tag("br"), class_="note", hidden=True)
    '<p class="note" hidden>a &lt; b<br></p>'
    """
    opening = "".join(_attribute(*one) for one in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{opening}>")
    return Html(f"<{name}{opening}>{joined(*inner)}</{name}>")


def joined(*inner: str | None) -> Html:
    """Return texts and elements one after the other.

    >>> joined("&", tag("b", "c"))
    '&amp;<b>c</b>'
    """
    parts = (one for one in inner if one is not None)
    return Html(
        "".join(one if isinstance(one, Html) else html.escape(one) for one in parts)
    )


def script_data(identity: str, value: Any) -> Html:
    """Return an element that holds `value` as JSON, which nothing in it can end."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Html(f'<script type="application/json" id="{identity}">{text}</script>')


def drawing(svg: str, label: str, within: str = "") -> Html:
    """Return an SVG file as a part of a page, with `label` for who listens.

    within: what is put at the end of it.
    """
    bare = _TITLES.sub("", svg).replace(_NAMESPACE, "", 1)
    named = f' aria-label="{html.escape(label)}"'
    labelled = _LABELLED.sub(lambda _: named, bare, count=1)
    return Html(labelled.replace("</svg>", f"{within}</svg>"))


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(str(value))}"'
