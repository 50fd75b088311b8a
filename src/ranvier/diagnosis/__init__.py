"""diagnosis: Run → the verdict on it, and what it rests on"""

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.checking import Checked, check
from ranvier.diagnosis.checks import CHECKS
from ranvier.diagnosis.diagnose import Diagnosis, diagnose
from ranvier.diagnosis.experiments import Experiment
from ranvier.diagnosis.finding import Finding, Severity, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.rules import RULES
from ranvier.diagnosis.treat import Treated, treat
from ranvier.diagnosis.verdict import Verdict

__all__ = [
    "CHECKS",
    "RULES",
    "Case",
    "Checked",
    "Diagnosis",
    "Experiment",
    "Finding",
    "Rule",
    "Severity",
    "Treated",
    "Treatment",
    "Verdict",
    "check",
    "diagnose",
    "treat",
]
