"""Data that cannot be learnt from: one error with its place, and nothing is left."""

import json
import resource
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zlib
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.support.commands import PROGRAM, QUIET, Outcome, ranvier
from tests.support.people import people
from tests.support.postgresql import PASSWORD, USER, running

HEAD = "size,kind,side\n"


def rows(count, side="yes"):
    """Return lines of a number, a name, and one of two sides."""
    sides = ("no", side)
    return "".join(
        f"{n * 7 % 50 / 2},{'abc'[n % 3]},{sides[n % 2]}\n" for n in range(count)
    )


WIDE = ",".join(f"c{n}" for n in range(10_000))
TABLES = {
    "empty": ("", "empty.csv is empty; give a table"),
    "blank": ("\n\n", "blank.csv holds nothing but blanks"),
    "head": (HEAD, "head.csv has the columns size, kind, side and no row"),
    "one": (
        HEAD + rows(60, "no"),
        "one.csv: target 'side' is 'no' in all 60 rows; give",
    ),
    "gaps": (
        HEAD + rows(20) + "1,a,\n" + rows(20),
        "gaps.csv: target 'side' is missing in 1 of 41 rows, first in row 21; give an "
        "answer there, or leave such rows out with --drop-missing-targets",
    ),
    "text": (
        HEAD + rows(49_999) + "oops,a,yes\n" + rows(500),
        "text.csv: row 50,000, column 'size': 'oops' is not a number; mend the cell",
    ),
    "mixed": (
        (HEAD + rows(9) + "1,é,no\n").encode() + "1,é,no\n".encode("cp1252"),
        "mixed.csv, row 11 (line 12), byte 115: the byte 0xe9 is not UTF-8, but 'é' in "
        "row 10 (line 11), byte 107 is: two encodings are mixed; save the file as",
    ),
    "short": (
        HEAD + rows(30) + "1,2\n",
        "short.csv, row 31 (line 32) has 2 cells, expected 3 as in the first line",
    ),
    "long": (
        HEAD + rows(30) + "1,2,3,4\n",
        "long.csv, row 31 (line 32) has 4 cells, expected 3 as in the first line",
    ),
    "twice": (
        "size,size,side\n" + rows(30),
        "twice.csv has several columns called 'size' ('size' in the places 1, 2)",
    ),
    "infinite": (
        HEAD + rows(30) + "inf,a,no\n",
        "infinite.csv: row 31, column 'size': inf is infinite; give a finite number",
    ),
    "void": (
        "void,side\n" + ",yes\n,no\n" * 30,
        "void.csv: no column is left to learn from: void (constant); overrule a kind",
    ),
    "names": (
        "name,side\n" + "".join(f"n{n}x,{['no', 'yes'][n % 2]}\n" for n in range(60)),
        "names.csv: no column is left to learn from: name (identifier)",
    ),
    "classes": (
        "size,side\n" + "".join(f"{n / 2},s{n}x\n" for n in range(60)),
        "classes.csv: target 'side' holds another class in each of 60 rows",
    ),
    "wide": (
        f"{WIDE},sides\n" + f"{'1,' * 10_000}no\n{'2,' * 10_000}yes\n" * 2,
        "wide.csv: there is no column 'side' to be the target; did you mean \"sides\"? "
        "columns: c0, c1, ",
    ),
}


def refused(outcome, message):
    """Make sure that a command said one error, with status 2."""
    assert (outcome.status, outcome.out) == (2, "")
    (line,) = [one for one in outcome.err.splitlines() if not one.startswith("mind: ")]
    assert line.startswith("error: ")
    assert message in line


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_cannot_be_learnt_is_one_error(tmp_path, name):
    content, message = TABLES[name]
    path = tmp_path / f"{name}.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    outcome = ranvier("train", path.name, "--target", "side", cwd=tmp_path)
    refused(outcome, message)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["empty", "head", "one", "twice", "mixed", "long"])
def test_it_cannot_be_described_either(tmp_path, name):
    content, message = TABLES[name]
    path = tmp_path / f"{name}.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    refused(ranvier("describe", path.name, "--target", "side", cwd=tmp_path), message)


def test_columns_without_a_value_or_with_another_in_each_row_are_left_out(tmp_path):
    lines = [f"n{n}x,,{n / 2},{['no', 'yes'][n % 2]}" for n in range(60)]
    (tmp_path / "odd.csv").write_text("\n".join(["name,void,size,side", *lines]))
    words = ("train", "odd.csv", "--target", "side", "--epochs", 1)
    outcome = ranvier(*words, cwd=tmp_path)
    assert outcome.status == 0, outcome.err
    first, second = outcome.err.splitlines()[:2]
    assert first.startswith("mind: name names its rows: nearly every one has another")
    assert second.startswith("mind: void holds one value, or none, in every row")


def test_rows_to_part_by_are_counted_from_1(tmp_path):
    lines = (HEAD + rows(30)).splitlines()
    parts = ["part", *["train"] * 20, "tset", *["test"] * 9]
    pairs = zip(lines, parts, strict=True)
    (tmp_path / "t.csv").write_text("\n".join(f"{a},{b}" for a, b in pairs) + "\n")
    words = ("train", "t.csv", "--target", "side", "--split", "column=part")
    refused(ranvier(*words, cwd=tmp_path), "part says 'tset' in row 21; it must say")


@pytest.fixture
def pictures(tmp_path):
    random = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(6):
            picture = Image.fromarray(random.integers(0, 255, (20, 20), dtype="u1"))
            picture.save(tmp_path / f"pets/{name}/{number}.png")
    return tmp_path


def huge():
    """Return a PNG that says it has 231 million pixels."""

    def chunk(kind, content):
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", 15_200, 15_200, 8, 0, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(bytes(99))), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda whole: whole[: len(whole) // 2], "cannot be read as a picture"),
        (lambda _: b"no picture", "cannot be read as a picture"),
        (lambda _: b"", "cannot be read as a picture"),
        (lambda _: huge(), "has more than 67,108,864 pixels"),
    ],
    ids=["cut", "none", "empty", "huge"],
)
def test_a_picture_that_is_none_is_one_error(pictures, change, message):
    path = pictures / "pets/cat/3.png"
    path.write_bytes(change(path.read_bytes()))
    refused(ranvier("train", "pets", cwd=pictures), f"pets/cat/3.png {message}")
    assert not (pictures / "runs").exists()


def test_a_class_without_pictures_is_one_error(pictures):
    shutil.rmtree(pictures / "pets/cat")
    (pictures / "pets/cat").mkdir()
    outcome = ranvier("train", "pets", cwd=pictures)
    refused(outcome, "the class 'cat' has no files (pets/cat is empty); put some there")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda whole: whole[:44], "says that it holds 4,044 bytes, and 44 are there"),
        (
            lambda whole: whole[:4] + b"\x24\0\0\0" + whole[8:40] + bytes(4),
            "holds no sam",
        ),
        (lambda _: b"no sound", "cannot be read as a sound"),
    ],
    ids=["cut", "without-samples", "none"],
)
def test_a_sound_that_is_none_is_one_error(tmp_path, change, message):
    soundfile = pytest.importorskip("soundfile")
    random = np.random.default_rng(0)
    for name in ("yes", "no"):
        (tmp_path / "words" / name).mkdir(parents=True)
        for number in range(6):
            path = tmp_path / f"words/{name}/{number}.wav"
            soundfile.write(path, random.normal(scale=0.1, size=2000), 8000)
    path = tmp_path / "words/yes/3.wav"
    path.write_bytes(change(path.read_bytes()))
    outcome = ranvier("train", "words", cwd=tmp_path)
    refused(outcome, f"words/yes/3.wav {message}")
    assert not (tmp_path / "runs").exists()


@pytest.fixture
def shop(tmp_path):
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        database.execute("create table sales (size real, side text)")
        values = [(n / 2, ["no", "yes"][n % 2]) for n in range(60)]
        database.executemany("insert into sales values (?, ?)", values)
        database.commit()
    return tmp_path


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        (
            "sqlite:///shop.db?query=select * from sales where size > 99",
            "sqlite:///shop.db: the query 'select * from sales where size > 99' "
            "returns no row (its columns are size, side); loosen its conditions",
        ),
        ("sqlite:///shop.db?query=select * from sale", "no such table: sale"),
        ("sqlite:///shop.db", "there is no query; give one, as in query="),
        ("sqlite:///shp.db?query=select 1", "did you mean shop.db? it lies there"),
        (
            "sqlite:///shop.db?query=select size as side, 'x' as t from sales",
            "sqlite:///shop.db: no column is left to learn from: t (constant)",
        ),
        (
            "postgresql://ann:secret@127.0.0.1:1/shop?query=select 1",
            "postgresql://ann:***@127.0.0.1:1/shop cannot be reached",
        ),
    ],
)
def test_a_query_that_gives_no_table_is_one_error(shop, uri, message):
    if uri.startswith("postgresql"):
        pytest.importorskip("adbc_driver_postgresql")
    outcome = ranvier("train", uri, "--target", "side", cwd=shop)
    refused(outcome, message)
    assert "secret" not in outcome.err
    assert [path.name for path in shop.iterdir()] == ["shop.db"]


def test_a_password_is_asked_for_and_never_written_down(tmp_path):
    pytest.importorskip("adbc_driver_postgresql")
    query = "select n / 2.0 as size, (array['no', 'yes'])[n %25 2 + 1] as side from"
    query = f"{query.replace('%25', '%')} generate_series(1, 60) as n"
    words = ("--target", "side", "--epochs", 1, "--name", "run")
    with running() as port:
        place = f"127.0.0.1:{port}/postgres?query={query}"
        secret = PASSWORD.replace(" ", "%20")
        wrong, bare, right = (
            f"postgresql://{USER}{word}@{place}"
            for word in (":barley", "", f":{secret}")
        )
        refused(
            ranvier("train", wrong, *words, cwd=tmp_path), "give the right user and"
        )
        refused(ranvier("train", bare, *words, cwd=tmp_path), "the variable PGPASSWORD")
        assert not (tmp_path / "runs").exists()
        trained = ranvier("train", right, *words, cwd=tmp_path)
        assert trained.status == 0, trained.err
        written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
        assert not [one for one in written if secret.encode() in one]
        resume = ("resume", "runs/run", "--epochs", 2)
        refused(ranvier(*resume, cwd=tmp_path), "the variable PGPASSWORD")
        again = ranvier(*resume, cwd=tmp_path, PGPASSWORD=PASSWORD)
        assert again.status == 0, again.err


@pytest.fixture
def open_place():
    """Return a folder with a table that everybody may read."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        people().drop("spent").write_csv(place / "people.csv")
        yield place


UNPRIVILEGED = """
import json, os, sys
from ranvier.cli import entry

words, loading = json.loads(sys.argv[1])
if os.geteuid() == 0:  # what is imported later, nobody may not be able to read
    kept = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1), os.dup2(nowhere, 2)
    entry.run(loading)
    os.dup2(kept[0], 1), os.dup2(kept[1], 2)
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
sys.exit(entry.run(words))
"""


def unprivileged(*words, loading, cwd):
    """Run the program as somebody who may not read and write everything.

    loading: words of a run before, as whoever runs the tests, that imports the same.
    """
    given = json.dumps([list(map(str, words)), list(map(str, loading))])
    done = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, given],
        cwd=cwd,
        env=QUIET | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


LEARN = ("--target", "bought", "--epochs", 1)


@pytest.mark.parametrize("closed", ["folder", "table"])
@pytest.mark.parametrize("command", ["train", "describe"])
def test_a_table_that_may_not_be_read_is_one_error(open_place, command, closed):
    folder = open_place / "folder"
    folder.mkdir()
    path = shutil.copy(open_place / "people.csv", folder)
    (folder if closed == "folder" else Path(path)).chmod(0)
    words = (command, "folder/people.csv", "--target", "bought")
    before = ("--epochs", 1, "--folder", "before") if command == "train" else ()
    loading = (command, "people.csv", "--target", "bought", *before)
    outcome = unprivileged(*words, loading=loading, cwd=open_place)
    folder.chmod(0o755)
    refused(
        outcome, "folder/people.csv cannot be read (Permission denied); give the pat"
    )


def test_a_folder_of_pictures_that_may_not_be_read_is_one_error(open_place):
    (open_place / "pets").mkdir(mode=0)
    loading = ("train", "people.csv", *LEARN, "--name", "before")
    outcome = unprivileged("train", "pets", loading=loading, cwd=open_place)
    refused(outcome, "pets cannot be read")
    assert "Permission denied" in outcome.err


def test_a_folder_that_may_not_be_written_to_is_one_error(open_place):
    words = ("train", "people.csv", *LEARN)
    loading = (*words, "--folder", "before/run")
    refused(
        unprivileged(*words, loading=loading, cwd=open_place),
        "runs cannot be written (Permission denied); free space on its disk, or choose "
        "a folder that you may write to",
    )


def with_little_room(size, *words, cwd):
    """Run the program where no file may become larger than `size` bytes.

    Python would cut the files short in which it keeps compiled modules: it is told to
    keep none.
    """
    done = subprocess.run(
        [PROGRAM, *map(str, words)],
        cwd=cwd,
        env=QUIET | {"PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def test_a_full_disk_leaves_nothing_of_a_run_that_could_not_begin(open_place):
    words = ("train", "people.csv", *LEARN)
    outcome = with_little_room(20_000, *words, cwd=open_place)
    refused(outcome, "checkpoint.safetensors cannot be written (File too large)")
    assert list((open_place / "runs").iterdir()) == []


def test_a_full_disk_leaves_no_half_of_the_answers(open_place):
    words = ("train", "people.csv", *LEARN)
    assert ranvier(*words, "--name", "run", cwd=open_place).status == 0
    words = ("predict", "runs/run", "people.csv", "--output", "said.csv")
    refused(
        with_little_room(1000, *words, cwd=open_place),
        "said.csv cannot be written (File too large); free space on its disk",
    )
    assert not list(open_place.glob("said*"))


def test_a_full_standard_output_is_one_error(open_place):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [PROGRAM, "describe", "people.csv"],
            cwd=open_place,
            env=QUIET,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    outcome = Outcome(done.returncode, "", done.stderr)
    refused(outcome, "standard output cannot be written (No space left on device)")
