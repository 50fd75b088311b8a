"""skore_checks: what the checks of skore's report on an estimator find.

All checks are run, the slow ones too, each by itself. Its issues are alarms; its tips
are not, but count as findings.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from benchmarks.diagnosis.rivals.estimator import estimator_of
from benchmarks.diagnosis.rivals.said import Said
from benchmarks.diagnosis.rivals.watched import Watched, arrays_of

POINTS_AT = {
    "SKD001": {"overfitting", "overconfidence", "too-many-epochs"},
    "SKD002": {"underfitting", "loss-at-chance"},
    "SKD003": {"noisy-validation"},
    "SKD004": {"imbalance-ignored"},
    "SKD005": {"imbalance-ignored"},
    "SKD009": {"underfitting", "loss-at-chance"},
    "SKD011": {"leaked-column"},
    "SKD012": {"dead-inputs"},
    "SKD014": {"learning-rate-at-edge"},
}
"""For each check, the illnesses that it is about: overfitting, underfitting, scores
that vary, imbalance, rare classes, worse than a baseline, a golden feature, useless
features, and a hyperparameter at the edge of its search."""


def judge(watched: Watched) -> Said:
    """Return the codes of the checks that found something."""
    from skore import EstimatorReport

    train, validation = map(arrays_of, watched.parts[:2])
    report = EstimatorReport(
        estimator_of(watched),
        X_train=train[0],
        y_train=train[1],
        X_test=validation[0],
        y_test=validation[1],
    )
    said = dict(sections(report.checks))
    found = {code for code, section in said.items() if section in ("issue", "tip")}
    issues = {code for code in found if said[code] == "issue"}
    return Said(frozenset(found), frozenset(issues))


def sections(checks: Any) -> Iterator[tuple[str, str]]:
    """Yield where each check puts its answer; one that breaks does not stop others."""
    codes = [line.partition(" ")[0] for line in checks.available()]
    for code in codes:
        with suppress(Exception):
            rows = checks.summarize(ignore=[one for one in codes if one != code])
            (section,) = rows.frame().query("code == @code")["section"]
            yield code, section
