"""loss_and_output: a loss that does not suit what the last layer gives."""

from collections.abc import Iterator
from dataclasses import replace

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.network import Dense, Network

_OF_VALUES = ("mse", "mae", "huber", "log_cosh")


class LossAndOutput(Rule):
    """Look for a loss and an output layer that do not suit each other."""

    code = "loss-and-output"
    what = "The loss and the activation of the output layer do not belong together."
    why = (
        "the gradient that comes back is wrong in size or none at all: softmax of one "
        "unit is always 1, and squared errors of probabilities hardly move a network "
        "that is sure and wrong"
    )
    evidence = "The loss, the output layer, and whether the targets are classes."
    remedy = (
        "for classes end the network in softmax with the loss cross_entropy, for two "
        "classes or labels in sigmoid with binary_cross_entropy, for numbers in "
        "identity with mse"
    )
    ignore = (
        "A text that you follow does so, as some do with sigmoid and squared errors."
    )
    source = "Goodfellow, Bengio and Courville 2016, section 6.2.2"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding where the pair teaches badly or not at all."""
        bend, units = case.network.output_activation, case.network.output_shape[0]
        if bend == "softmax" and units == 1:
            yield self.found(
                "error",
                "the network ends in one softmax unit, which gives 1 for every row",
                remedy="end it in sigmoid for yes or no, in identity for a number, or "
                "in one softmax unit for each class",
            )
        elif case.has_classes and case.loss.type in _OF_VALUES:
            pair = f"the loss {case.loss.type} judges classes, given by {bend}"
            severe = bend not in ("sigmoid", "hard_sigmoid")
            yield self.found("warning" if severe else "note", pair)

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield softmax with cross_entropy for classes."""
        output = case.network.output
        if case.has_classes and isinstance(output, Dense):
            units = len(case.schema.classes)
            last = replace(output, units=units, activation="softmax")
            network = Network(
                (*case.network.layers[:-1], last), case.network.input_shape
            )
            recipe = replace(case.recipe, loss="cross_entropy")
            yield Treatment("softmax with cross_entropy", network, recipe)
