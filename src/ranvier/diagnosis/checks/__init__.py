"""checks: one illness a file that shows before the first epoch → CHECKS"""

from ranvier.diagnosis.checks.does_not_fit import DoesNotFit
from ranvier.diagnosis.checks.initial_loss import InitialLoss
from ranvier.diagnosis.checks.labels_and_output import LabelsAndOutput
from ranvier.diagnosis.checks.loss_and_output import LossAndOutput
from ranvier.diagnosis.checks.no_signal import NoSignal
from ranvier.diagnosis.checks.one_batch import OneBatch
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.rules.dead_inputs import DeadInputs
from ranvier.diagnosis.rules.duplicates_across_parts import DuplicatesAcrossParts
from ranvier.diagnosis.rules.leaked_column import LeakedColumn
from ranvier.diagnosis.rules.unscaled_inputs import UnscaledInputs
from ranvier.diagnosis.rules.validation_unlike_training import ValidationUnlikeTraining
from ranvier.registry import Registry

CHECKS: Registry[type[Rule]] = Registry(
    "check",
    {
        check.code: check
        for check in (
            # asked of the descriptions
            DoesNotFit,
            LossAndOutput,
            LabelsAndOutput,
            # asked of the data
            DeadInputs,
            UnscaledInputs,
            LeakedColumn,
            DuplicatesAcrossParts,
            ValidationUnlikeTraining,
            # asked of the first weights
            InitialLoss,
            # asked of a short training
            OneBatch,
            NoSignal,
        )
    },
)

TRIALS = (OneBatch.code, NoSignal.code)
"""The checks that train, and so take seconds."""
