import numpy as np
import pytest

from ranvier.engine.randomness import philox, words

ONES, PI = [0xFFFFFFFF] * 4, [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344]


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ([0] * 4, (0, 0), [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        (ONES, (ONES[0], ONES[0]), [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        (
            PI,
            (0xA4093822, 0x299F31D0),
            [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
        ),
    ],
)
def test_philox_gives_the_published_words(counter, key, expected):
    # The known answers of Random123, file kat_vectors.
    drawn = philox([np.array([part], np.uint64) for part in counter], key)
    assert [int(word[0]) for word in drawn] == expected


def test_a_column_takes_its_word_of_its_counter():
    seed, stream, step, row = 7 << 33 | 5, 3, 6 << 32 | 9, 4
    counter = [2 * 16 + 5, row, 3 << 16 ^ 6, 9]
    key = (seed & 0xFFFFFFFF, seed >> 32)
    expected = philox([np.array([part], np.uint64) for part in counter], key)
    drawn = words(seed, stream, step, rows=5, columns=192)
    for word in range(4):
        assert drawn[row, 2 * 64 + word * 16 + 5] == expected[word][0]


def test_a_twist_draws_other_words():
    plain, twisted = (words(1, 1, 0, 8, 64, twist) for twist in (0, 1 << 31))
    assert not (plain == twisted).any()


def test_words_are_spread_evenly():
    drawn = words(seed=2, stream=1, step=3, rows=256, columns=256) / 2**32
    counts = np.histogram(drawn, bins=16, range=(0, 1))[0]
    # Chi-squared with 15 degrees: below 40 but once in 2,000 draws.
    assert ((counts - 4096) ** 2 / 4096).sum() < 40
