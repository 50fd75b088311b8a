import pytest

from benchmarks.diagnosis.planted.sets import clouds, parted, real
from ranvier.recipe import EarlyStopping
from tests.support.illnesses import cured, found, of, usual

CODE = "overfitting"


@pytest.mark.parametrize("planted", of(CODE))
def test_what_was_learnt_by_heart_is_named(planted):
    (finding,) = found(CODE, planted.make(0))
    assert "training rows" in finding.evidence
    assert (
        finding.severity
        in {
            "severe": ("error", "warning"),
            "mild": ("error", "warning", "note"),
        }[planted.degree]
    )


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_a_network_that_fits_is_no_finding(name):
    assert found(CODE, usual(real(name, 0))) == []


def test_a_val_loss_that_rose_above_chance_is_told_with_its_epochs():
    rows = clouds(0, 300, columns=20)
    sick = usual(rows, epochs=250, stopping=None)._replace(data=parted(rows, 80, 200))
    (finding,) = found(CODE, sick)
    assert "val_loss rose from" in finding.evidence
    assert "above that of chance" in finding.evidence


def test_treatments_are_designs_that_differ():
    rows = real("digits", 0)
    heart = usual(rows, epochs=150, stopping=EarlyStopping("loss", 150))
    sick = heart._replace(data=parted(rows, 50, 500))
    changes = [change for change, _ in cured(CODE, sick)]
    assert changes == ["Dropout(0.5)", "weights pulled to 0", "a quarter of the units"]
