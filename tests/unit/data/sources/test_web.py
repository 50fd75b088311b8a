import errno
import hashlib
import os
import socket

import pytest

from ranvier.data import read_frame
from ranvier.data.sources import web
from ranvier.errors import DataError, FileError
from tests.support.web import serving

TABLE = b"a,b\n1,x\n2,y\n"
SUM = hashlib.sha256(TABLE).hexdigest()
ROWS = [(1, "x"), (2, "y")]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "ranvier"


@pytest.fixture
def site():
    with serving() as site:
        site.pages["/t.csv"] = TABLE
        yield site


def kept(cache):
    return [path for path in cache.rglob("*") if path.is_file()]


def test_a_table_is_downloaded_once_and_read_without_the_network_then(site, cache):
    assert read_frame(f"{site.address}/t.csv").rows() == ROWS
    site.pages.clear()
    assert read_frame(f"{site.address}/t.csv").rows() == ROWS
    assert site.asked == ["/t.csv"]
    assert sorted(path.name for path in kept(cache)) == ["t.csv", "t.csv.json"]


def test_what_was_altered_in_the_cache_is_downloaded_again(site, cache):
    read_frame(f"{site.address}/t.csv")
    next(path for path in kept(cache) if path.name == "t.csv").write_text("a,b\n7,z\n")
    assert read_frame(f"{site.address}/t.csv").rows() == ROWS
    assert len(site.asked) == 2


def test_a_name_may_have_a_question_and_signs_behind_it(site):
    site.pages["/my%20t.csv?version=2"] = TABLE
    assert read_frame(f"{site.address}/my%20t.csv?version=2").rows() == ROWS


def test_the_sum_at_the_end_of_an_address_is_checked(site, cache):
    assert read_frame(f"{site.address}/t.csv#sha256={SUM.upper()}").rows() == ROWS
    wrong = SUM[::-1]
    with pytest.raises(
        FileError, match=f"t.csv has the SHA-256 {SUM}, expected {wrong}; it was alter"
    ):
        read_frame(f"{site.address}/t.csv#sha256={wrong}")


def test_a_file_of_another_sum_is_not_kept(site, cache):
    with pytest.raises(FileError, match="has the SHA-256"):
        read_frame(f"{site.address}/t.csv#sha256={SUM[::-1]}")
    assert [path.name for path in kept(cache)] == ["t.csv.json"]


def test_a_redirection_is_followed(site):
    site.moved["/old.csv"] = "/t.csv"
    assert read_frame(f"{site.address}/old.csv").rows() == ROWS


def test_a_redirection_to_an_unsafe_address_is_not_followed(site, cache):
    site.moved["/old.csv"] = "http://example.org/t.csv"
    with pytest.raises(FileError, match=r"http://example.org/t.csv is not safe"):
        read_frame(f"{site.address}/old.csv")
    assert kept(cache) == []


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "http://example.org/t.csv",
            "not safe from being altered on its way; give",
        ),
        ("https:///t.csv", "is not safe"),
        ("https://example.org/table", "does not say what kind of table it is; give an"),
        (
            "https://example.org/t.csv#top",
            "expected #sha256= and 64 signs .* got #top",
        ),
    ],
)
def test_an_address_that_cannot_be_taken_is_refused(address, message):
    with pytest.raises(DataError, match=message):
        read_frame(address)


def test_a_file_that_is_not_there_is_told_by_the_answer(site, cache):
    with pytest.raises(FileError, match=r"none.csv answers 404 Not Found; open"):
        read_frame(f"{site.address}/none.csv")
    assert kept(cache) == []


def test_a_server_that_is_not_there_is_named(cache):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(
            FileError, match=r"cannot be reached \(.*refused\); look to the network"
        ):
            read_frame(f"http://127.0.0.1:{port}/t.csv")
    assert kept(cache) == []


def test_a_web_page_in_place_of_a_table_is_refused(site, cache):
    site.pages["/t.csv"] = b"\n<!DOCTYPE html><html>"
    with pytest.raises(FileError, match=r"t.csv is a web page \(HTML\), no table"):
        read_frame(f"{site.address}/t.csv")
    assert kept(cache) == []


def test_a_download_that_breaks_off_is_refused(site, cache):
    site.claimed["/t.csv"] = 99
    with pytest.raises(FileError, match=r"broke off after 12 of 99 bytes; try again"):
        read_frame(f"{site.address}/t.csv")
    assert kept(cache) == []


def test_a_download_that_is_too_large_is_refused(site, cache, monkeypatch):
    monkeypatch.setattr(web, "MOST_BYTES", 11)
    with pytest.raises(FileError, match=r"more than 11 bytes; download it yourself"):
        read_frame(f"{site.address}/t.csv")
    assert kept(cache) == []


def test_a_full_disk_leaves_nothing_half_done(site, cache, monkeypatch):
    whole = os.fdopen

    def full(handle, mode):
        file = whole(handle, mode, buffering=0)

        class Full:
            def __enter__(self):
                return self

            def __exit__(self, *given):
                file.close()

            def write(self, block):
                raise OSError(errno.ENOSPC, "No space left on device")

        return Full()

    monkeypatch.setattr(web.os, "fdopen", full)
    with pytest.raises(
        FileError, match=r"cannot be written to \(No space left on device\); free space"
    ):
        read_frame(f"{site.address}/t.csv")
    assert kept(cache) == []


def test_a_cache_that_cannot_be_made_is_named(site, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(FileError, match=r"cannot be written to .*XDG_CACHE_HOME"):
        read_frame(f"{site.address}/t.csv")
