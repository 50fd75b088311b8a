import pytest

from ranvier.data.budget import MEMORY, Budget, budget
from ranvier.errors import DescriptionError


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2GB", 2 * 10**9),
        ("512 MB", 512 * 10**6),
        ("1.5GiB", 3 * 2**29),
        ("100k", 10**5),
        ("3000", 3000),
        ("1tb", 10**12),
        ("", MEMORY),
    ],
)
def test_the_variable_says_how_much_a_table_may_take(monkeypatch, text, size):
    monkeypatch.setenv("RANVIER_MEMORY", text)
    assert budget().memory == size


def test_two_gigabytes_are_what_nobody_need_ask_for(monkeypatch):
    monkeypatch.delenv("RANVIER_MEMORY", raising=False)
    assert budget() == Budget(2 * 10**9)


@pytest.mark.parametrize("text", ["lots", "-1GB", "0", "2XB", "GB", "1e9"])
def test_what_is_no_size_is_refused(monkeypatch, text):
    monkeypatch.setenv("RANVIER_MEMORY", text)
    with pytest.raises(DescriptionError, match=f"RANVIER_MEMORY={text}: expected a"):
        budget()


def test_a_file_and_two_blocks_have_room_together():
    given = Budget(2 * 10**9)
    assert given.file + given.encoded + 2 * given.block < given.memory
