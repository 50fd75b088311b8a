"""secret: the address of some data → what may be shown of it, and what may be kept."""

import re

_PASSWORD = re.compile(r"(?<=://)([^:/]*:).*(@)|(password=)[^&]*()")
_USER = re.compile(r"(?<=://)([^:/]*):.*@")
_OPTION = re.compile(r"(?<=[?&])password=[^&]*&?")
_SAID = re.compile(r"\?(?=\w+=)")
_QUERY = re.compile(r"[?&]query=")


def without_password(uri: str) -> str:
    """Return a URI that can be shown.

    >>> without_password("postgresql://ann:secret@here/shop")
    'postgresql://ann:***@here/shop'
    """
    return _PASSWORD.sub(r"\1\3***\2\4", uri)


def called(source: str) -> str:
    """Return what a source is called in errors: without password, query and options.

    >>> called("sqlite:///shop.db?query=select * from sales")
    'sqlite:///shop.db'
    """
    if "://" not in source:
        return _SAID.split(source, maxsplit=1)[0]
    return without_password(_QUERY.split(source, maxsplit=1)[0])


def kept(source: str) -> str:
    """Return what a run may keep of a source: all but a password.

    PostgreSQL takes it from PGPASSWORD or ~/.pgpass when the source is read again.

    >>> kept("postgresql://ann:secret@here/shop?query=select '@'")
    "postgresql://ann@here/shop?query=select '@'"
    """
    if "://" not in source:
        return source
    place = _QUERY.split(source, maxsplit=1)[0]
    bare = _OPTION.sub("", _USER.sub(r"\1@", place)).rstrip("?&")
    rest = source[len(place) :]
    if rest and "?" not in bare:
        rest = f"?{rest[1:]}"
    return bare + rest
