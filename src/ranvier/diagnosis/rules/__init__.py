"""rules: Case → Findings, one illness a file"""

from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.rules.dead_units import DeadUnits
from ranvier.registry import Registry

RULES: Registry[type[Rule]] = Registry(
    "rule",
    {rule.code: rule for rule in (DeadUnits,)},
)
