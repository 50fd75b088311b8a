"""initializers: how weights are drawn before the first step.

Each draw takes a shape and a generator, and returns float64. The last axis of a shape
is that of the units, the one before it that of the inputs or channels; what comes
before is the field that a kernel sees. K counts the numbers that go into one unit,
M those units that one input goes to.
"""

import math
from typing import Annotated, ClassVar, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ranvier.description import Must, description
from ranvier.registry import Registry

Drawn = NDArray[np.float64]
Shape = tuple[int, ...]


class Fans(NamedTuple):
    """Count what goes into a unit (K), and what an input goes to (M)."""

    inputs: int
    outputs: int


def fans(shape: Shape) -> Fans:
    """Return K and M of weights of `shape`.

    >>> fans((3, 3, 16, 32))
    Fans(inputs=144, outputs=288)
    """
    return Fans(math.prod(shape[:-1]), math.prod(shape[:-2]) * shape[-1])


class Initializer(Protocol):
    """Describe a draw: `type` is its name."""

    type: ClassVar[str]

    def draw(self, shape: Shape, random: np.random.Generator) -> Drawn:
        """Return the first weights of `shape`."""


Size = Annotated[
    float,
    Field(gt=0, le=1e30),
    Must("a positive number", 'for no spread, use "zeros" or Constant'),
]


@description
class Zeros:
    """Start at zero, as every bias does."""

    type: ClassVar[str] = "zeros"

    def draw(self, shape: Shape, random: np.random.Generator) -> Drawn:
        """Return zeros."""
        return np.zeros(shape)


@description
class Constant:
    """Start at `value`, all alike."""

    type: ClassVar[str] = "constant"

    value: Annotated[
        float, Field(ge=-1e30, le=1e30), Must("a number of at least -1e30", "try 0.1")
    ]

    def draw(self, shape: Shape, random: np.random.Generator) -> Drawn:
        """Return the value everywhere."""
        return np.full(shape, self.value)


@description
class Normal:
    """Draw from a normal distribution around 0."""

    type: ClassVar[str] = "normal"

    deviation: Size = 0.05

    def draw(self, shape: Shape, random: np.random.Generator) -> Drawn:
        """Return draws with the standard deviation given."""
        return random.normal(0, self.deviation, shape)


@description
class Uniform:
    """Draw evenly from -limit to limit."""

    type: ClassVar[str] = "uniform"

    limit: Size = 0.05

    def draw(self, shape: Shape, random: np.random.Generator) -> Drawn:
        """Return draws between the limits given."""
        return random.uniform(-self.limit, self.limit, shape)


@description
class GlorotUniform:
    """Draw from ±sqrt(6 / (K + M)) (Glorot and Bengio 2010, equation 16)."""

    type: ClassVar[str] = "glorot_uniform"

    def draw(self, shape: Shape, random: np.random.Generator) -> Drawn:
        """Return even draws with variance 2 / (K + M)."""
        limit = np.sqrt(6.0 / sum(fans(shape)))
        return random.uniform(-limit, limit, shape)


@description
class GlorotNormal:
    """Draw with variance 2 / (K + M) (Glorot and Bengio 2010, equation 12)."""

    type: ClassVar[str] = "glorot_normal"

    def draw(self, shape: Shape, random: np.random.Generator) -> Drawn:
        """Return normal draws with variance 2 / (K + M)."""
        return random.normal(0, np.sqrt(2.0 / sum(fans(shape))), shape)


@description
class HeUniform:
    """Draw from ±sqrt(6 / K) (He, Zhang, Ren and Sun 2015, section 2.2)."""

    type: ClassVar[str] = "he_uniform"

    def draw(self, shape: Shape, random: np.random.Generator) -> Drawn:
        """Return even draws with variance 2 / K."""
        limit = np.sqrt(6.0 / fans(shape).inputs)
        return random.uniform(-limit, limit, shape)


@description
class HeNormal:
    """Draw with variance 2 / K (He, Zhang, Ren and Sun 2015, equation 10)."""

    type: ClassVar[str] = "he_normal"

    def draw(self, shape: Shape, random: np.random.Generator) -> Drawn:
        """Return normal draws with variance 2 / K."""
        return random.normal(0, np.sqrt(2.0 / fans(shape).inputs), shape)


@description
class LeCunUniform:
    """Draw from ±sqrt(3 / K) (LeCun, Bottou, Orr and Müller 1998, section 4.6)."""

    type: ClassVar[str] = "lecun_uniform"

    def draw(self, shape: Shape, random: np.random.Generator) -> Drawn:
        """Return even draws with variance 1 / K."""
        limit = np.sqrt(3.0 / fans(shape).inputs)
        return random.uniform(-limit, limit, shape)


@description
class LeCunNormal:
    """Draw with variance 1 / K (LeCun, Bottou, Orr and Müller 1998, equation 16)."""

    type: ClassVar[str] = "lecun_normal"

    def draw(self, shape: Shape, random: np.random.Generator) -> Drawn:
        """Return normal draws with variance 1 / K."""
        return random.normal(0, np.sqrt(1.0 / fans(shape).inputs), shape)


@description
class Orthogonal:
    """Turn without stretching, but for `gain` (Saxe, McClelland and Ganguli 2014).

    The units' weights are orthogonal and of length `gain`; where there are more units
    than inputs, the inputs' are.
    """

    type: ClassVar[str] = "orthogonal"

    gain: Size = 1.0

    def draw(self, shape: Shape, random: np.random.Generator) -> Drawn:
        """Return a draw from all such weights, each as likely (Mezzadri 2007)."""
        sides = (fans(shape).inputs, shape[-1])
        q, r = np.linalg.qr(random.normal(size=(max(sides), min(sides))))
        q *= np.sign(np.diag(r))
        turned = q if sides[0] >= sides[1] else q.T
        return self.gain * turned.reshape(shape)


INITIALIZERS: Registry[type[Initializer]] = Registry(
    "initializer",
    {
        initializer.type: initializer
        for initializer in (
            Zeros,
            Constant,
            Normal,
            Uniform,
            GlorotUniform,
            GlorotNormal,
            HeUniform,
            HeNormal,
            LeCunUniform,
            LeCunNormal,
            Orthogonal,
        )
    },
)
