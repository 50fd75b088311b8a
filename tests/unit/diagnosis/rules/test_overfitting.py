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


def test_dropout_and_weight_decay_close_the_gap():
    rows = real("diabetes", 0)
    heart = usual(rows, epochs=150, stopping=EarlyStopping("loss", 150))
    sick = heart._replace(data=parted(rows, 60, 300))
    changes = dict(cured(CODE, sick))
    assert next(iter(changes)) == "the weights of the least val_loss"
    left = changes["Dropout(0.5), and weights pulled to 0"]
    assert [one.severity for one in left] in ([], ["note"])
