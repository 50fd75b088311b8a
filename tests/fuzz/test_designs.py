"""Any design that can be written down is refused with a reason, or runs."""

import collections
import dataclasses
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from ranvier.network import INITIALIZERS, LAYERS
from ranvier.recipe import LOSSES, OPTIMIZERS, Augmentation
from tests.fuzz import __main__ as long_form
from tests.fuzz.attempt import attempt
from tests.fuzz.designs import (
    AUGMENTATION_OPTIONS,
    INITIALIZER_OPTIONS,
    LAYER_OPTIONS,
    RECIPE_OPTIONS,
    Case,
    cases,
)

EXAMPLES = 150
"""`make fuzz` tries as many as its time allows."""


@pytest.mark.parametrize(
    ("registry", "options"),
    [
        (LAYERS, LAYER_OPTIONS),
        (INITIALIZERS, INITIALIZER_OPTIONS),
        (LOSSES, RECIPE_OPTIONS),
        (OPTIMIZERS, RECIPE_OPTIONS),
    ],
    ids=lambda one: getattr(one, "kind", ""),
)
def test_every_option_is_drawn(registry, options):
    fields = {f.name for name in registry for f in dataclasses.fields(registry[name])}
    assert fields <= set(options)


def test_every_change_to_pictures_is_drawn():
    fields = {field.name for field in dataclasses.fields(Augmentation)}
    assert fields == set(AUGMENTATION_OPTIONS)


def test_designs_are_refused_with_a_reason_or_run_alike_on_both_engines():
    fates = collections.Counter()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def attempted(case: Case) -> None:
        fates[attempt(case)] += 1

    attempted()
    # what is refused says little: enough must run
    assert fates["agreed"] >= EXAMPLES / 5
    assert fates["refused"] >= EXAMPLES / 10


FOUND = {
    "nothing but flattened": Case(
        network={"layers": [{"type": "flatten"}]},
        recipe={"loss": "mse", "batch_size": 13},
        input_shape=[33],
        rows=27,
        seed=522,
        threads=3,
        pixels=True,
        values=True,
        weighted=False,
    ),
    "a convolution before what is no image layer": Case(
        network={
            "layers": [
                {"type": "conv2d", "filters": 1},
                {"type": "dropout"},
                {
                    "type": "residual",
                    "layers": [{"type": "conv2d", "filters": 1}],
                },
                {"type": "dense", "units": 2},
            ]
        },
        recipe={"loss": "mse", "batch_size": 3},
        input_shape=[2, 2],
        rows=16,
        seed=6686,
        threads=3,
        pixels=False,
        values=True,
        weighted=False,
    ),
}
"""Designs that were once treated badly."""


@pytest.mark.parametrize("name", FOUND)
def test_what_was_once_found_stays_mended(name):
    assert attempt(FOUND[name]) == "agreed"


def test_a_case_is_read_as_it_was_written():
    drawn = []

    @settings(max_examples=20, derandomize=True, database=None, deadline=None)
    @given(cases())
    def written(case: Case) -> None:
        drawn.append(repr(case) == repr(Case.from_json(case.to_json())))

    written()
    assert all(drawn)


def killed(command, **options):
    Path(command[-1]).write_text("the case", "utf-8")
    return subprocess.CompletedProcess(command, -11, "", "Segmentation fault")


def hanging(command, **options):
    Path(command[-1]).write_text("the case", "utf-8")
    raise subprocess.TimeoutExpired(command, options["timeout"])


@pytest.mark.parametrize(
    ("ending", "said"),
    [(killed, "ended with -11\nSegmentation fault"), (hanging, "took more than 300 s")],
)
def test_a_round_that_dies_or_hangs_leaves_its_case(
    monkeypatch, tmp_path, capsys, ending, said
):
    monkeypatch.setattr(long_form.subprocess, "run", ending)
    monkeypatch.chdir(tmp_path)
    assert long_form.main(["1"]) == 1
    assert said in capsys.readouterr().out
    (kept,) = tmp_path.glob("fuzz-*.json")
    assert kept.read_text("utf-8") == "the case"


def test_a_case_is_tried_again_by_its_file(tmp_path, capsys):
    path = tmp_path / "case.json"
    path.write_text(FOUND["nothing but flattened"].to_json(), "utf-8")
    assert long_form.main([str(path)]) == 0
    assert capsys.readouterr().out == "agreed\n"
