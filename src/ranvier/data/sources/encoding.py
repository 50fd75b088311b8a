"""encoding: the bytes of a text → UTF-8, by a stated rule.

A mark of byte order decides. Else what can be UTF-8 is UTF-8. Else the text is cp1252
(Latin-1 with the signs that Windows added), unless it holds signs in UTF-8 as well:
that is a mixture, of which nobody can say what was meant.
"""

import codecs
import re

from ranvier.errors import DataError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGN_IN_UTF8 = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def marked_encoding(start: bytes) -> str | None:
    """Return the encoding that a mark of byte order at the start of a text names."""
    return next((name for mark, name in _MARKS if start.startswith(mark)), None)


def is_utf8(start: bytes) -> bool:
    """Say whether the start of a text, cut anywhere, can be UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def as_utf8(content: bytes, name: str, encoding: str | None) -> bytes:
    """Return a text in UTF-8, from what `encoding` says or from what is found.

    Raises:
        DataError: the text is not in that encoding, or in a mixture of two.
    """
    encoding = encoding or marked_encoding(content) or _guessed(content, name)
    try:
        return content.decode(encoding).encode()
    except LookupError:
        raise DataError(
            f"encoding={encoding!r} is unknown; give one such as utf-8 or latin-1."
        ) from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name}, {_place(content, error.start)}: the byte "
            f"0x{content[error.start]:02x} is not {encoding}; {_way_out(name)}."
        ) from None


def _guessed(content: bytes, name: str) -> str:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        other = _SIGN_IN_UTF8.search(content)
        if other is None:
            return "cp1252"
        sign = other.group().decode()
        raise DataError(
            f"{name}, {_place(content, error.start)}: the byte "
            f"0x{content[error.start]:02x} is not UTF-8, but {sign!r} in "
            f"{_place(content, other.start())} is: two encodings are mixed; "
            f"{_way_out(name)}."
        ) from None
    return "utf-8"


def _way_out(name: str) -> str:
    return (
        f"save the file as UTF-8, or say what it is, as in {name}?encoding=latin-1, "
        "which takes any byte"
    )


def _place(content: bytes, byte: int) -> str:
    line = content.count(b"\n", 0, byte) + 1
    row = f"row {line - 1:,} (line {line:,})" if line > 1 else "line 1"
    return f"{row}, byte {byte:,}"
