import datetime as dt

import polars as pl
import pytest

from ranvier.data.table import Column, infer, infer_columns
from ranvier.data.table.infer import likeliest
from ranvier.errors import DataError

N = 40


def column(values: list, **kinds: str) -> Column:
    """Return the one column of a table of these values."""
    (found,) = infer_columns(pl.DataFrame({"x": values}), kinds=kinds)
    return found


def kind(values: list) -> str:
    return column(values).kind


def table(**columns: list) -> pl.DataFrame:
    """Return a frame of some rows that can be learnt from, with a target y."""
    usual = {"size": [0.5 * n for n in range(N)], "y": ["a", "b"] * (N // 2)}
    return pl.DataFrame(usual | columns)


REPEATED = [f"name {n % 20}" for n in range(N)]
LONG = [f"this one has words {n}" for n in range(N)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.5, 2.5, None], "number"),
        ([dt.time(1), dt.time(2)], "number"),
        (["1.5", " 2", "?", "NA", "-", "unknown"], "number"),
        ([3, 1, 2], "count"),
        (["3", "1", None], "count"),
        ([10, 30, 20] * 10, "count"),
        ([0, 1, None], "boolean"),
        ([0.0, 1.0, None], "boolean"),
        ([True, False], "boolean"),
        (["Yes", "no", ""], "boolean"),
        (["T", "F"], "boolean"),
        (["1", "0", "?"], "boolean"),
        (["yes", "1"], "category"),
        (["yes", None], "category"),
        (["a", "b", "a"], "category"),
        (["00123", "99999"], "category"),
        (REPEATED, "category"),
        (["1"] * 20 + ["x"], "category"),
        (LONG, "text"),
        (LONG[:35] * 20 + [f"{line} again" for line in LONG] * 5, "category"),
        ([f"u{n}x" for n in range(N)], "identifier"),
        (list(range(100, 100 + N)), "identifier"),
        ([str(n) for n in range(N)], "identifier"),
        ([n * n for n in range(N)], "count"),
        ([dt.date(2024, 1, 31), None], "date"),
        ([dt.datetime(2024, 1, 31, 10), None], "date"),
        (["2024-01-31", "2024-02-01T10:20:30Z"], "date"),
        (["2024-01-31 10:20", "2024-02-01 10:20:30.5+02:00"], "date"),
        ([7, 7, 7], "constant"),
        (["a", "a"], "constant"),
        ([None, None], "constant"),
        (["", "NA", None], "constant"),
        ([float("nan"), None], "constant"),
    ],
)
def test_kinds_go_by_the_cells(values, expected):
    assert kind(values) == expected


def test_categories_of_polars_are_categories():
    cells = pl.Series("x", ["0", "1"], dtype=pl.Categorical)
    assert infer_columns(pl.DataFrame([cells]))[0].kind == "category"


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("userId", [5, 9, 2, 7], "identifier"),
        ("user_id", [5, 9, 5, 9], "category"),
        ("rownames", [5, 9, 2, 7], "identifier"),
        ("valid", [5, 9, 5, 9], "count"),
    ],
)
def test_whole_numbers_called_identifiers_are_no_counts(name, values, expected):
    (found,) = infer_columns(pl.DataFrame({name: values}))
    assert found.kind == expected


def test_a_number_column_with_a_few_stray_texts_is_one_of_numbers():
    assert kind([f"{n / 7:.3f}" for n in range(1000)] + ["oops"]) == "number"
    assert kind([f"{n / 7:.3f}" for n in range(60)] + ["oops"]) != "number"


def test_yes_and_no_in_capitals_or_not_are_answers():
    assert kind(["Yes", "yes", "NO", "no", None] * 9) == "boolean"
    assert kind(["Yes", "yes", "NO", "maybe"] * 9) == "category"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["$1,250.50", "-$3", "$7"], "number"),
        (["5 %", "7%", "n/a"], "count"),
        (["1,250", "999", "3"], "count"),
        (["5%", "$5", "$7"], "category"),
        (["5%", "0.5", "0.7"], "category"),
        (["5-10%", "10-20%", "5-10%"], "category"),
    ],
)
def test_numbers_of_one_sign_are_numbers(values, expected):
    assert kind(values * 20) == expected


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (["01/02/2024", "13/02/2024"], "%d/%m/%Y"),
        (["01/02/2024", "02/13/2024"], "%m/%d/%Y"),
        (["01/02/2024", "03/04/2024"], "%m/%d/%Y"),
        (["01-02-2024", "03-04-2024"], "%d-%m-%Y"),
        (["31.12.2024", "1.2.2024"], "%d.%m.%Y"),
        (["31/12/24", "1/2/24"], "%d/%m/%y"),
        (["5 Jan 2024", "6 Feb 2024"], "%d %b %Y"),
        (["January 5, 2024", "February 6, 2024"], "%B %d, %Y"),
        (["1/31/2024 2:30 PM", "2/1/2024 11:00 AM"], "%m/%d/%Y %I:%M %p"),
        (["2024/01/31", "2024/02/01"], "%Y/%m/%d"),
        (["2024-01-31", "2024-02-01"], None),
        (["20240131T000000", "20240201T123000"], None),
        (["20240131T000000Z", "20240201T123000+0100"], None),
        ([20240131, None, 20240201], "%Y%m%d"),
        ([20240131.0, None, 20240201.0], "%Y%m%d"),
        (["20240131", "20240201"], "%Y%m%d"),
    ],
)
def test_the_format_of_dates_is_found_over_the_whole_column(values, written):
    assert column(values) == Column("x", "date", written)


@pytest.mark.parametrize(
    "values",
    [
        [20240131, 20240230],
        [20240131, 20241301],
        [20240131, 18991231],
        [20240131.5, 20240201.0],
        [202401, 202402],
    ],
)
def test_numbers_of_which_one_is_no_date_are_numbers(values):
    assert kind(values) in ("count", "number")


def test_numbers_called_identifiers_are_no_dates():
    (found,) = infer_columns(pl.DataFrame({"order_id": [20240131, 20240201] * N}))
    assert found.kind == "category"


def test_a_kind_is_overruled_in_one_word():
    assert column([1, 2, 3], x="category").kind == "category"
    assert column(["1/2/24"], x="date:%d/%m/%y") == Column("x", "date", "%d/%m/%y")
    assert column([[1], [2]], x="ignored").kind == "ignored"


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ({"x": "catgory"}, "column 'x': there is no kind 'catgory'; did you mean"),
        ({"x": "date:day"}, "'date:day' says not how dates are written; give the s"),
        ({"x": "date:%d/%m/%Q"}, "says not how dates are written"),
        ({"x": "count:%d/%m/%Y"}, "says not how dates are written"),
        ({"xx": "count"}, "there is no column 'xx' to be count; did you mean \"x\""),
    ],
)
def test_a_kind_that_is_none_is_refused(kinds, message):
    with pytest.raises(DataError, match=message):
        infer_columns(pl.DataFrame({"x": [1, 2]}), kinds=kinds)


def test_lists_in_cells_are_refused():
    with pytest.raises(DataError, match=r"'x' holds List\(Int64\); .* x=ignored"):
        column([[1], [2]])


@pytest.mark.parametrize(
    ("values", "task", "classes"),
    [
        (["b", "a", "b", "a"], "classification", ("a", "b")),
        (["no", "yes", "no", "yes"], "classification", ("no", "yes")),
        ([True, False, True, False], "classification", ("false", "true")),
        ([2, 10, 2, 10], "classification", ("2", "10")),
        (["2", "10", "2", "10"], "classification", ("2", "10")),
        ([0.0, 1.0, 0.0, 1.0], "classification", ("0", "1")),
        ([1, 2, 3, 1, 2, 3], "classification", ("1", "2", "3")),
        ([1.0, 2.0, 3.0, 1.0, 2.0, 3.0], "regression", ()),
        ([1, 2, 3, 4], "regression", ()),
        (list(range(21)) * 3, "regression", ()),
        ([0.5, 0.25, 0.5], "regression", ()),
        (["0.5", "0.25", "1"], "regression", ()),
    ],
)
def test_the_task_follows_from_the_target(values, task, classes):
    frame = pl.DataFrame({"x": [n / 2 for n in range(len(values))], "y": values})
    form = infer(frame, "y")
    assert (form.task, form.classes) == (task, classes)
    assert form.outputs == max(len(classes), 1)


def test_task_and_kind_overrule_the_target():
    numbers, grades = table(y=list(range(10)) * 4), table(y=[1, 2] * 20)
    assert len(infer(numbers, "y", task="classification").classes) == 10
    assert len(infer(numbers, "y", kinds={"y": "category"}).classes) == 10
    assert infer(grades, "y", task="regression").task == "regression"
    assert infer(grades, "y", kinds={"y": "count"}).task == "regression"


def test_several_targets_are_values_and_labels_if_all_are_yes_or_no():
    frame = table(y=[0, 1] * 20, z=["yes", "no"] * 20, w=[0.5, 1.5] * 20)
    form = infer(frame, ["y", "z"])
    assert (form.task, form.outputs, form.classes) == ("labels", 2, ())
    assert form.target == ("y", "z")
    assert infer(frame, ["y", "w"]).task == "regression"
    assert [column.name for column in form.columns] == ["size", "w"]


def test_task_and_kind_overrule_labels():
    frame = table(y=[0, 1] * 20, z=["yes", "no"] * 20)
    assert infer(frame, ["y", "z"], task="labels").task == "labels"
    assert infer(frame, ["y", "z"], task="regression").task == "regression"
    assert infer(frame, ["y", "z"], kinds={"y": "count"}).task == "regression"
    assert infer(frame, ["y", "z"], kinds={"y": "boolean"}).task == "labels"


def test_the_schema_counts_the_columns_that_are_learnt():
    form = infer(table(one=[1] * N), "y", name="houses")
    assert form.schema.input_shape == (1,)
    assert form.schema.name == "houses"
    assert form.schema.target == ("y",)
    assert [column.kind for column in form.schema.columns] == ["number", "constant"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (None, "which column is the answer. give --target COLUMN; perhaps 'y'; .*size"),
        ([], "which column is the answer"),
        ("sise", "there is no column 'sise' to be the target; did you mean \"size\""),
        (["y", "y"], "the targets y, y name a column twice"),
    ],
)
def test_a_target_that_is_no_column_is_refused(target, message):
    with pytest.raises(DataError, match=message):
        infer(table(), target)


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        (["a"] * N, {}, "'y' is 'a' in all 40 rows; give rows of two classes"),
        (
            ["a", None] * 20,
            {},
            "'y' is missing in 20 of 40 rows, first in row 2; .*--d",
        ),
        (["a", ""] * 20, {}, "'y' is missing in 20 of 40 rows, first in row 2"),
        ([None] * N, {}, "'y' is missing in 40 of 40 rows"),
        ([None] * N, {"drop_missing_targets": True}, "is missing in all rows; name"),
        (LONG, {}, "'y' holds another class in each of 40 rows"),
        ([dt.date(2024, 1, 1)] * N, {}, "'y' holds Date; a target is a number"),
        (["a", "b"] * 20, {"task": "regression"}, "holds 'a', values to be met are n"),
        ([0.5, 1.5] * 20, {"task": "classification"}, "holds 0.5, classes are texts"),
        (["a", "b"] * 20, {"task": "ranking"}, "task='ranking': expected class"),
        (["a", "b"] * 20, {"task": "labels"}, "'y' is one, labels are several columns"),
        ([0.5] * N, {}, "'y' is 0.5 in all 40 rows; give rows whose answers differ"),
        (["a", "b"] * 20, {"kinds": {"y": "text"}}, "'y' cannot be text; a target is"),
    ],
)
def test_a_target_that_is_no_answer_is_refused(values, options, message):
    with pytest.raises(DataError, match=message):
        infer(table(y=values), "y", **options)


def test_rows_without_an_answer_are_left_out_when_asked():
    form = infer(table(y=["a", None, "b", "b"] * 10), "y", drop_missing_targets=True)
    assert form.classes == ("a", "b")


def test_several_targets_must_be_numbers():
    frame = table(z=[0, 1] * 20, none=[None] * N)
    with pytest.raises(DataError, match=r"'y' holds 'a', values to be met are numbers"):
        infer(frame, ["y", "z"])
    with pytest.raises(DataError, match=r"2 targets \(y, z\) cannot be classes"):
        infer(frame, ["y", "z"], task="classification")
    with pytest.raises(DataError, match="'none' is missing in all rows; name another"):
        infer(frame, ["size", "none"], drop_missing_targets=True)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0.5, 1.5] * 20, "'z' holds 0.5, a label is yes or no, true or false, 1 or 0"),
        ([0, 1, 2, 3] * 10, "'z' holds 2, a label is yes or no"),
        (["no"] * N, "'z' is 'no' in all 40 rows; give rows whose answers differ"),
    ],
)
def test_what_is_no_label_is_refused(values, message):
    with pytest.raises(DataError, match=message):
        infer(table(y=[0, 1] * 20, z=values), ["y", "z"], task="labels")


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pl.DataFrame(), "data: there is no row; give rows"),
        (pl.DataFrame({"a": [], "y": []}), r"there is no row but a head \(a, y\)"),
        (pl.DataFrame({"": [1], "y": [1]}), "column 1 has no name; give it one"),
        ({"y": [1]}, "expected a polars.DataFrame, got dict"),
        (table().select("y"), "there is no column beside the target"),
        (
            table().with_columns(size=1),
            r"no column is left to learn from: size \(constant\); .*size=category",
        ),
    ],
)
def test_a_table_that_cannot_be_learnt_from_is_refused(frame, message):
    with pytest.raises(DataError, match=message):
        infer(frame, "y")


@pytest.mark.parametrize(
    ("names", "expected"), [(["Class", "a"], "Class"), (["a", "b"], "b")]
)
def test_the_likeliest_target_goes_by_its_name_or_is_last(names, expected):
    assert likeliest(names) == expected


def test_ten_thousand_columns_are_understood():
    frame = pl.DataFrame({f"c{n}": [n, n + 2, n + 3] for n in range(10_000)})
    assert {one.kind for one in infer_columns(frame)} == {"count"}


def test_many_rows_are_estimated_as_few_are_counted():
    rows = 120_000
    frame = pl.DataFrame(
        {
            "key": pl.int_range(rows, eager=True),
            "code": pl.int_range(rows, eager=True).cast(pl.String) + "x",
            "flag": pl.int_range(rows, eager=True) % 2,
            "same": pl.Series(["a"]).new_from_index(0, rows),
            "part": "p" + (pl.int_range(rows, eager=True) % 5000).cast(pl.String),
        }
    )
    kinds = [column.kind for column in infer_columns(frame)]
    assert kinds == ["identifier", "identifier", "boolean", "constant", "category"]
