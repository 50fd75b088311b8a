"""labels_and_output: answers that the output layer cannot give."""

from collections.abc import Iterator

import numpy as np

from ranvier.data.reach import outside_output
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.columns import InputColumn, named
from ranvier.diagnosis.finding import Finding
from ranvier.diagnosis.rule import Rule


class LabelsAndOutput(Rule):
    """Look for classes without a unit or a row, and for targets out of reach."""

    code = "labels-and-output"
    what = "The data ask for answers that the output layer cannot give, or not learn."
    why = (
        "a class has no unit or no row, or targets lie beyond what the last activation "
        "reaches: such rows are answered wrong, however long it learns"
    )
    evidence = (
        "The classes beside the units and the training rows of each; the range of the "
        "targets, as they are learnt, beside that of the activation."
    )
    remedy = (
        "give the output layer one unit for each class, and end it in identity for "
        "numbers"
    )
    ignore = "Rows of the class will come later, and it is to be learnt then."
    source = "Goodfellow, Bengio and Courville 2016, section 6.2.2"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield findings for targets out of reach, and for classes without a row."""
        if case.numbers is None:
            return
        targets, bend = case.numbers.train.targets, case.network.output_activation
        if case.schema.task == "regression":
            is_eased = case.run.encoder.answers is not None
            values = np.asarray(targets, np.float32)
            for caution in outside_output(values, bend, is_eased=is_eased):
                said, _, advice = caution.text.rstrip(".").rpartition("; ")
                yield self.found("error", said, remedy=advice)
        if case.has_classes:
            counts = np.bincount(targets, minlength=len(case.schema.classes))
            none = [
                InputColumn(name, ())
                for name, count in zip(case.schema.classes, counts, strict=True)
                if not count
            ]
            if none:
                yield self.found(
                    "warning",
                    f"no training row is of {named(none)}",
                    where=f"class {none[0].name}",
                    remedy="give rows of each class, or split so that each has some",
                )
