import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.diagnosis import Case, diagnose
from ranvier.errors import DivergedError
from ranvier.recipe import SGD
from ranvier.training import Run, train
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "diverged"


@pytest.mark.parametrize("planted", of(CODE))
def test_numbers_that_broke_are_an_error(planted):
    case = trained(planted.make(0))
    (finding,) = found(CODE, case)
    assert finding.severity == "error"
    assert finding.where in ("", *case.layers)
    assert finding.evidence.startswith("diverged in epoch")


def broken(**changes):
    rows = real("diabetes", 0)
    rows = rows._replace(targets=(1e6 * rows.targets).astype("f4"))
    return usual(rows, optimizer=SGD(0.1), **changes)


def test_a_run_without_an_epoch_is_diagnosed():
    case = trained(broken())
    assert case.run.history == []
    findings = diagnose(case.run, case.parts).findings
    assert CODE in [finding.code for finding in findings]


def test_a_run_that_broke_is_diagnosed_from_its_folder(tmp_path):
    sick = broken()
    with pytest.raises(DivergedError):
        train(sick.network, sick.data, sick.recipe, folder=tmp_path / "run")
    run = Run.load(tmp_path / "run")
    (finding, *_) = diagnose(run).findings
    assert (finding.code, finding.where) == (CODE, "dense_2")
    verdict = diagnose(run, sick.data).verdict
    assert (verdict.fit, verdict.evidence) == ("unknown", run.failure)


def test_the_loss_before_is_told():
    case = trained(usual(real("wine", 0), epochs=2))
    case.run.failure = "diverged in epoch 3: the loss is no finite number"
    (finding,) = found(CODE, case)
    last = case.run.history[-1].loss
    assert finding.evidence == f"{case.run.failure}; the loss before was {last:.4g}"
    assert finding.where == ""


def test_a_loss_that_ran_away_and_stayed_finite_is_named():
    case = trained(usual(real("wine", 0), epochs=5))
    case.run.history[-1] = case.run.history[-1]._replace(loss=40.0)
    (finding,) = found(CODE, Case(case.run, case.parts))
    assert finding.severity == "warning"
    assert finding.evidence.startswith("the loss ended at 40, after ")


@pytest.mark.parametrize("name", ["wine", "diabetes"])
def test_a_loss_that_fell_is_no_finding(name):
    assert found(CODE, usual(real(name, 0))) == []


def test_a_high_loss_without_data_is_no_finding():
    case = trained(usual(real("wine", 0), epochs=5), with_data=False)
    case.run.history[-1] = case.run.history[-1]._replace(loss=40.0)
    assert found(CODE, Case(case.run, None)) == []


def test_a_lower_rate_cures_it():
    sick = usual(real("diabetes", 0), optimizer=SGD(1.5))
    assert dict(cured(CODE, sick))["learning_rate=0.015"] == []
