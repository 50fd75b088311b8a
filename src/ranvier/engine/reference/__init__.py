"""reference: Network × Recipe → Program, in NumPy and float64, to be read

Read activations, layers and losses first, then backpropagation, then optimizers.
"""

from ranvier.engine.reference.program import ReferenceEngine, ReferenceProgram

__all__ = ["ReferenceEngine", "ReferenceProgram"]
