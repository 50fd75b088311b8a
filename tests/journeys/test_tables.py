"""A table from the file to the answers, as its user goes through it."""

import polars as pl
import pytest

from tests.support.commands import ranvier
from tests.support.people import people

QUICK = ("--epochs", 2, "--name", "run")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("table")
    people().write_csv(place / "people.csv")
    outcome = ranvier(
        *("train", "people.csv", "--target", "bought", "--column", "spent=ignored"),
        *QUICK,
        cwd=place,
    )
    assert outcome.status == 0, outcome.err
    return place


def test_a_run_is_evaluated_on_its_test_part(place):
    outcome = ranvier("evaluate", "runs/run", "people.csv", "--json", cwd=place)
    assert outcome.document["part"] == "test"
    assert outcome.document["rows"] == 20
    assert {"accuracy", "log_loss", "ece"} <= set(outcome.document["metrics"])


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_answers_are_written_beside_the_rows(place, ending):
    output = f"answers.{ending}"
    outcome = ranvier(
        *("predict", "runs/run", "people.csv", "--output", output), cwd=place
    )
    assert outcome.status == 0, outcome.err
    read = {"csv": pl.read_csv, "parquet": pl.read_parquet, "jsonl": pl.read_ndjson}
    answers = read[ending](place / output)
    assert answers.height == 200
    assert answers["town"].to_list() == people()["town"].to_list()
    shares = answers["probability no"] + answers["probability yes"]
    assert (shares - 1).abs().max() < 1e-5
    surer = answers["probability yes"] > 0.5
    assert (answers["prediction"] == "yes").to_list() == surer.to_list()


def test_rows_are_answered_one_a_line(place):
    people(3).write_csv(place / "few.csv")
    outcome = ranvier("predict", "runs/run/model.safetensors", "few.csv", cwd=place)
    lines = outcome.out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("few.csv row 1: ")


def test_values_are_learnt_with_an_error_in_their_units(place):
    outcome = ranvier(
        *("train", "people.csv", "--target", "spent", "--epochs", 2, "--json"),
        cwd=place,
    )
    assert outcome.status == 0, outcome.err
    assert outcome.document["evaluation"]["metrics"]["rmse"] > 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--target", "bougt"), 'did you mean "bought"?'),
        ((), "give --target COLUMN"),
        (("--target", "bought", "--column", "town"), "expected a column and its kind"),
        (("--target", "bought", "--column", "twn=text"), 'did you mean "town"?'),
        (("--target", "bought", "--column", "town=word"), "word"),
    ],
)
def test_a_mistake_is_one_error(place, words, message):
    outcome = ranvier("train", "people.csv", *words, *QUICK[:2], cwd=place)
    assert outcome.status == 2
    assert message in " ".join(outcome.err.split())
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("output", [(), ("--output", "answers.csv")])
def test_a_row_that_cannot_be_answered_is_named_by_its_file(place, output):
    odd = people(5).with_columns(age=pl.Series(["1", "2", "old", "4", None]))
    odd.write_csv(place / "odd.csv")
    people(5).drop("town").write_csv(place / "lacking.csv")
    for name, message in (
        ("odd.csv", "odd.csv: row 3, column 'age': 'old' is not a number"),
        ("lacking.csv", "lacking.csv: column 'town' is missing"),
    ):
        outcome = ranvier("predict", "runs/run", name, *output, cwd=place)
        assert (outcome.status, outcome.out) == (2, "")
        assert outcome.err.startswith(f"error: {message}")


def test_answers_of_no_known_format_are_refused_first(place):
    outcome = ranvier(
        *("predict", "runs/run", "people.csv", "--output", "answers.doc"), cwd=place
    )
    assert outcome.status == 2
    assert "its ending names no format" in outcome.err


@pytest.mark.parametrize(
    "words",
    [
        ("predict", "runs/run", "own.csv", "--output", "own.csv"),
        ("predict", "runs/run", "ow*.csv", "--output", "linked.csv"),
        ("train", "own.csv?header=yes", "--target", "bought", "--output", "own.csv"),
    ],
)
def test_what_is_read_is_not_written_over(place, words):
    people().write_csv(place / "own.csv")
    link = place / "linked.csv"
    link.unlink(missing_ok=True)
    link.symlink_to("own.csv")
    before = (place / "own.csv").read_bytes()
    outcome = ranvier(*words, cwd=place)
    assert outcome.status == 2
    assert "would be written over; choose another file" in outcome.err
    assert (place / "own.csv").read_bytes() == before


def test_answers_are_written_where_a_link_leads(place):
    target = place / "answers" / "real.csv"
    target.parent.mkdir()
    (place / "link.csv").symlink_to(target)
    words = ("predict", "runs/run", "people.csv", "--output", "link.csv")
    assert ranvier(*words, cwd=place).status == 0
    assert (place / "link.csv").is_symlink()
    assert len(pl.read_csv(target)) == 200


def test_what_to_mind_is_said_before_the_first_epoch(place):
    people().with_row_index("id").write_csv(place / "numbered.csv")
    outcome = ranvier(
        *("train", "numbered.csv", "--target", "bought", "--epochs", 1), cwd=place
    )
    assert outcome.status == 0, outcome.err
    assert outcome.err.startswith("mind: id names its rows")


def test_a_model_in_the_folder_of_its_run_is_judged_on_the_runs_test_part(place):
    found = [
        ranvier("evaluate", model, "people.csv", "--json", cwd=place).document
        for model in ("runs/run", "runs/run/model.safetensors")
    ]
    assert found[0] == found[1]
    assert found[0]["part"] == "test"


def test_a_network_is_set_beside_a_constant_and_a_line(place):
    outcome = ranvier("train", "people.csv", "--target", "bought", "--json", cwd=place)
    beside = outcome.document["evaluation"]["baselines"]
    assert set(beside) == {"constant", "linear"}
    assert beside["constant"]["accuracy"] < beside["linear"]["accuracy"]


def test_rows_without_an_answer_are_left_out_if_asked(place):
    some = people().with_columns(bought=pl.col("bought").replace("no", None))
    pl.concat([some[:20], people()[20:]]).write_csv(place / "unknown.csv")
    words = ("train", "unknown.csv", "--target", "bought", "--epochs", 1)
    refused = ranvier(*words, cwd=place)
    assert refused.status == 2
    assert "--drop-missing-targets" in refused.err
    assert ranvier(*words, "--drop-missing-targets", cwd=place).status == 0


@pytest.fixture(scope="module")
def gaps(place):
    """Return a table of which a half has no answer, and the half that has one."""
    known = pl.int_range(200) % 2 == 0
    unknown = people().with_columns(bought=pl.when(known).then("bought"))
    unknown.write_csv(place / "gaps.csv")
    unknown.drop_nulls("bought").write_csv(place / "known.csv")
    people().with_columns(bought=pl.lit(None)).write_csv(place / "none.csv")
    return place


def test_rows_without_an_answer_are_left_out_where_a_model_is_judged(gaps):
    words = ("evaluate", "runs/run/model.safetensors")
    found, expected = (
        ranvier(*words, name, "--json", cwd=gaps).document
        for name in ("gaps.csv", "known.csv")
    )
    for mistake in expected["mistakes"]:
        mistake["row"] = 2 * mistake["row"] - 1  # in the file with gaps between
    assert found == expected
    assert found["rows"] == 100


def test_rows_without_any_answer_are_refused_where_a_model_is_judged(gaps):
    outcome = ranvier("evaluate", "runs/run", "none.csv", cwd=gaps)
    assert outcome.status == 2
    assert "none.csv: no row has an answer, as bought is missing in all" in outcome.err


def test_a_fault_is_named_by_its_row_in_the_file(gaps):
    lines = (gaps / "gaps.csv").read_text().splitlines()
    lines[101] = "old" + lines[101][lines[101].index(",") :]
    (gaps / "fault.csv").write_text("\n".join(lines) + "\n")
    outcome = ranvier("evaluate", "runs/run", "fault.csv", cwd=gaps)
    assert outcome.status == 2
    assert "fault.csv: row 101, column 'age': 'old' is not a number" in outcome.err


def test_rows_part_by_time_and_groups(place):
    words = ("train", "people.csv", "--target", "bought", "--epochs", 1)
    for split in ("time=day", "group=town", "random"):
        outcome = ranvier(*words, "--split", split, "--encode", "age=robust", cwd=place)
        assert outcome.status == 0, outcome.err
        left_out = "mind: town parts the rows, and is left out"
        assert (left_out in outcome.err) == (split == "group=town")
    given = ("--split", "group=town", "--column", "town=category")
    outcome = ranvier(*words, *given, cwd=place)
    assert "mind: town parts the rows, and is learnt too" in " ".join(
        outcome.err.split()
    )
    outcome = ranvier(*words, "--split", "group=twn", cwd=place)
    assert outcome.status == 2
    assert "twn" in outcome.err


def test_a_table_larger_than_memory_is_learnt_to_the_same_weights(place):
    small = (*QUICK[:2], "--target", "bought", "--column", "spent=ignored")
    outcome = ranvier(
        *("train", "people.csv", *small, "--name", "blocks"),
        cwd=place,
        RANVIER_MEMORY="20kB",
        XDG_CACHE_HOME=str(place / "cache"),
    )
    assert outcome.status == 0, outcome.err
    assert "% of it waiting for rows" in outcome.out
    model = "model.safetensors"
    whole, blocks = (place / "runs" / name / model for name in ("run", "blocks"))
    assert blocks.read_bytes() == whole.read_bytes()
    again = ranvier("resume", "runs/blocks", "--epochs", 3, cwd=place)
    assert again.status == 0, again.err


def test_rows_that_are_left_out_are_counted(gaps):
    words = ("evaluate", "runs/run/model.safetensors")
    outcome = ranvier(*words, "gaps.csv", cwd=gaps)
    said = "mind: 100 of 200 rows have no answer, and are left out.\n"
    assert outcome.err == said
    assert ranvier(*words, "known.csv", cwd=gaps).err == ""
    train = ("--target", "bought", "--drop-missing-targets", "--epochs", 1)
    assert said in ranvier("train", "gaps.csv", *train, cwd=gaps).err


def test_a_row_that_cannot_be_parted_is_named_by_its_row_in_the_file(gaps):
    parted = pl.read_csv(gaps / "gaps.csv").with_columns(
        part=pl.when(pl.int_range(200) == 150)
        .then(pl.lit("tset"))
        .otherwise(pl.lit("train"))
    )
    parted.write_csv(gaps / "parted.csv")
    words = ("--target", "bought", "--drop-missing-targets", "--split", "column=part")
    outcome = ranvier("train", "parted.csv", *words, "--epochs", 1, cwd=gaps)
    assert outcome.status == 2
    assert "part says 'tset' in row 151; it must say train" in outcome.err


def test_a_path_that_says_how_it_is_read_goes_all_the_way(place):
    rows = people().drop("spent")
    rows.write_csv(place / "bare.csv", separator=":", include_header=False)
    source, target = "bare.csv?separator=:&header=no", f"column_{rows.width}"
    words = ("--target", target, "--epochs", 1, "--name", "bare")
    trained = ranvier("train", source, *words, cwd=place)
    assert trained.status == 0, trained.err
    assert ranvier("resume", "runs/bare", "--epochs", 2, cwd=place).status == 0
    judged = ranvier("evaluate", "runs/bare", source, "--json", cwd=place)
    assert judged.document["rows"] == 20
    answered = ranvier("predict", "runs/bare", source, cwd=place)
    assert len(answered.out.splitlines()) == 200
    assert answered.out.startswith("bare.csv row 1: ")
