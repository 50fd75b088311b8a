"""rules: Case → Findings, one illness a file"""

from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.rules.batch_too_large import BatchTooLarge
from ranvier.diagnosis.rules.batch_too_small import BatchTooSmall
from ranvier.diagnosis.rules.dead_inputs import DeadInputs
from ranvier.diagnosis.rules.dead_units import DeadUnits
from ranvier.diagnosis.rules.diverged import Diverged
from ranvier.diagnosis.rules.duplicates_across_parts import DuplicatesAcrossParts
from ranvier.diagnosis.rules.exploding_gradients import ExplodingGradients
from ranvier.diagnosis.rules.idle_units import IdleUnits
from ranvier.diagnosis.rules.imbalance_ignored import ImbalanceIgnored
from ranvier.diagnosis.rules.leaked_column import LeakedColumn
from ranvier.diagnosis.rules.learning_rate_at_edge import LearningRateAtEdge
from ranvier.diagnosis.rules.learning_rate_too_high import LearningRateTooHigh
from ranvier.diagnosis.rules.learning_rate_too_low import LearningRateTooLow
from ranvier.diagnosis.rules.loss_at_chance import LossAtChance
from ranvier.diagnosis.rules.mislabelled_rows import MislabelledRows
from ranvier.diagnosis.rules.noisy_validation import NoisyValidation
from ranvier.diagnosis.rules.oscillating_loss import OscillatingLoss
from ranvier.diagnosis.rules.overconfidence import Overconfidence
from ranvier.diagnosis.rules.overfitting import Overfitting
from ranvier.diagnosis.rules.plateau import Plateau
from ranvier.diagnosis.rules.poor_initialization import PoorInitialization
from ranvier.diagnosis.rules.saturated_units import SaturatedUnits
from ranvier.diagnosis.rules.too_few_epochs import TooFewEpochs
from ranvier.diagnosis.rules.too_many_epochs import TooManyEpochs
from ranvier.diagnosis.rules.underfitting import Underfitting
from ranvier.diagnosis.rules.unscaled_inputs import UnscaledInputs
from ranvier.diagnosis.rules.validation_unlike_training import ValidationUnlikeTraining
from ranvier.diagnosis.rules.vanishing_gradients import VanishingGradients
from ranvier.diagnosis.rules.wrong_output_activation import WrongOutputActivation
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
            Diverged,
            LossAtChance,
            LearningRateTooHigh,
            LearningRateTooLow,
            LearningRateAtEdge,
            OscillatingLoss,
            Plateau,
            TooFewEpochs,
            TooManyEpochs,
            BatchTooLarge,
            BatchTooSmall,
            PoorInitialization,
            VanishingGradients,
            ExplodingGradients,
            SaturatedUnits,
            DeadUnits,
            IdleUnits,
            WrongOutputActivation,
            # the fit
            Underfitting,
            Overfitting,
            ImbalanceIgnored,
            Overconfidence,
        )
    },
)
