"""web: a table at an address → a file in a cache, checked at every use."""

import contextlib
import hashlib
import ipaddress
import json
import os
import re
import tempfile
import urllib.error
import urllib.request
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from ranvier.data.cache import cache_folder
from ranvier.errors import DataError, FileError

MOST_BYTES = 4 << 30
_SECONDS = 30
_BLOCK = 1 << 20
_SHA256 = re.compile(r"sha256=([0-9a-fA-F]{64})")


def fetched(address: str, endings: Iterable[str]) -> Path:
    """Return the file at an `https://` address, downloaded if the cache has it not.

    The cache is the folder `ranvier` of $XDG_CACHE_HOME or ~/.cache; each file lies
    there beside a record of its SHA-256, and is read only while it has that. An address
    may end in `#sha256=…`, which the file must then have. A download is never renewed:
    delete the file for that. `http://` is taken from this machine alone.

    Raises:
        FileError: the address cannot be reached, there is no such file, it is too
            large, a web page, or not what its SHA-256 says, or the disk is full.
        DataError: the address is not one of `https://`, or its `#…` no SHA-256.
    """
    url, _, fragment = address.partition("#")
    expected = _expected(address, fragment)
    _check_address(url)
    place = _place(url, endings)
    kept = _kept(place)
    if kept is None or expected not in (None, kept):
        kept = _download(url, place)
    if expected not in (None, kept):
        place.unlink(missing_ok=True)
        raise FileError(
            f"{url} has the SHA-256 {kept}, expected {expected}; it was altered since, "
            "or the sum is of another file: ask whoever gave it to you."
        )
    return place


def _expected(address: str, fragment: str) -> str | None:
    if not fragment:
        return None
    found = _SHA256.fullmatch(fragment)
    if found is None:
        raise DataError(
            f"{address}: expected #sha256= and 64 signs of 0-9 and a-f after the "
            f"address, got #{fragment}; leave it out if you have no sum."
        )
    return found.group(1).lower()


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and _is_own(parts.hostname or ""):
        return
    raise DataError(
        f"{url} is not safe from being altered on its way; give an https:// address, "
        "or download the file yourself."
    )


def _is_own(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _place(url: str, endings: Iterable[str]) -> Path:
    """Return where a download lies: under its own name, in a folder of its address."""
    name = unquote(urlsplit(url).path).rsplit("/", 1)[-1]
    name = re.sub(r"[^\w.-]", "-", name)[-100:]
    if not any(name.lower().endswith(one) for one in endings):
        raise DataError(
            f"{url} does not say what kind of table it is; give an address that ends "
            f"in {', '.join(endings)}, or download the file yourself."
        )
    return cache_folder() / hashlib.sha256(url.encode()).hexdigest()[:16] / name


def _kept(place: Path) -> str | None:
    """Return the SHA-256 of a whole file in the cache, if there is one."""
    try:
        recorded = json.loads(_record(place).read_text("utf-8"))["sha256"]
        with place.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if found == recorded else None


def _record(place: Path) -> Path:
    return place.with_name(f"{place.name}.json")


def _download(url: str, place: Path) -> str:
    """Write a download beside its place, then put it there in one step."""
    with _writing(place.parent):
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=place.parent, suffix=".part")
    try:
        with _writing(place.parent), os.fdopen(handle, "wb") as file:
            digest = _copy(url, file)
        with _writing(place.parent):
            Path(beside).replace(place)
            record = {"address": url, "sha256": digest}
            _record(place).write_text(json.dumps(record) + "\n", "utf-8")
    finally:
        Path(beside).unlink(missing_ok=True)
    return digest


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except FileError:
        raise
    except OSError as error:
        raise FileError(
            f"{folder} cannot be written to ({error.strerror or error}); free space on "
            "its disk, or name another folder for the cache in XDG_CACHE_HOME."
        ) from None


def _copy(url: str, file: IO[bytes]) -> str:
    """Copy what lies at `url` into `file`, and return its SHA-256."""
    digest, size = hashlib.sha256(), 0
    with contextlib.closing(_blocks(url)) as blocks:
        for block in blocks:
            if not size:
                _check_start(url, block)
            size += len(block)
            if size > MOST_BYTES:
                raise FileError(
                    f"{url} holds more than {MOST_BYTES:,} bytes; download it "
                    "yourself, and give its path."
                )
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _blocks(url: str) -> Generator[bytes, None, None]:
    """Yield what lies at `url`; every failure of the network is told as one of it."""
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "ranvier"})
        with _opener().open(request, timeout=_SECONDS) as answer:
            size, expected = 0, answer.headers.get("Content-Length")
            while block := answer.read(_BLOCK):
                size += len(block)
                yield block
        if expected is not None and size < int(expected):
            raise FileError(
                f"{url} broke off after {size:,} of {int(expected):,} bytes; try again."
            )
    except urllib.error.HTTPError as error:
        error.close()
        raise FileError(
            f"{url} answers {error.code} {error.reason}; open the address in a browser "
            "to see whether the file is there and free to all."
        ) from None
    except FileError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise FileError(
            f"{url} cannot be reached ({reason}); look to the network and the address, "
            "or download the file elsewhere and give its path."
        ) from None


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follow no redirection to an address that could be altered on its way."""

    def redirect_request(self, *given: Any) -> urllib.request.Request | None:
        try:
            _check_address(given[-1])
        except DataError:
            given[1].close()
            raise
        return super().redirect_request(*given)


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_SafeRedirects)


def _check_start(url: str, block: bytes) -> None:
    if block.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise FileError(
            f"{url} is a web page (HTML), no table; give the address of the file "
            "itself, not of the page that shows it."
        )
