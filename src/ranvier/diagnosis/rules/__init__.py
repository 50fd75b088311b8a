"""rules: Case → Findings, one illness a file"""

from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.rules.dead_inputs import DeadInputs
from ranvier.diagnosis.rules.dead_units import DeadUnits
from ranvier.diagnosis.rules.duplicates_across_parts import DuplicatesAcrossParts
from ranvier.diagnosis.rules.imbalance_ignored import ImbalanceIgnored
from ranvier.diagnosis.rules.leaked_column import LeakedColumn
from ranvier.diagnosis.rules.mislabelled_rows import MislabelledRows
from ranvier.diagnosis.rules.noisy_validation import NoisyValidation
from ranvier.diagnosis.rules.overconfidence import Overconfidence
from ranvier.diagnosis.rules.overfitting import Overfitting
from ranvier.diagnosis.rules.underfitting import Underfitting
from ranvier.diagnosis.rules.unscaled_inputs import UnscaledInputs
from ranvier.diagnosis.rules.validation_unlike_training import ValidationUnlikeTraining
from ranvier.registry import Registry

RULES: Registry[type[Rule]] = Registry(
    "rule",
    {
        rule.code: rule
        for rule in (
            # the data
            DeadInputs,
            UnscaledInputs,
            LeakedColumn,
            DuplicatesAcrossParts,
            ValidationUnlikeTraining,
            NoisyValidation,
            MislabelledRows,
            # the learning
            DeadUnits,
            # the fit
            Underfitting,
            Overfitting,
            ImbalanceIgnored,
            Overconfidence,
        )
    },
)
