"""layers: from the layers of a network to those of the core, often one to one."""

from typing import Any

from ranvier.engine.native import _native
from ranvier.errors import DescriptionError
from ranvier.network import Network, PlacedLayer
from ranvier.network.activations import name_of, slope_of


class Lowering:
    """Gather the core's layers, whose they are, and where each array is kept.

    specs: the layers. owners: for each, the number of the network's layer that it
    belongs to. places: for each array by its full name, such as `dense_1.weight`, the
    number of the core's layer and the array's name there.
    """

    def __init__(self) -> None:
        self.specs: list[Any] = []
        self.owners: list[int] = []
        self.places: dict[str, tuple[int, str]] = {}
        self._owner = 0

    @classmethod
    def of(cls, network: Network) -> "Lowering":
        """Lower all layers of `network`, which knows its input shape.

        Raises:
            DescriptionError: the native engine has no such layer.
        """
        lowering = cls()
        for placed in network.placed():
            lowering._add(placed, placed.name)
        return lowering

    def _add(self, placed: PlacedLayer, name: str) -> None:
        """Lower a layer; `name` is its full name, with those of residuals around it."""
        self._owner = placed.number - 1
        if placed.layer.type not in _LOWER:
            raise DescriptionError(
                f"the native engine cannot run {name} yet; use engine='reference'."
            )
        _LOWER[placed.layer.type](self, placed, name)

    def _put(self, spec: Any, name: str, *arrays: str) -> None:
        """Append a layer of the core, which keeps the named arrays of layer `name`."""
        for array in arrays:
            self.places[f"{name}.{array}"] = (len(self.specs), array)
        self.specs.append(spec)
        self.owners.append(self._owner)

    def _dense(self, placed: PlacedLayer, name: str) -> None:
        layer: Any = placed.layer
        bend = _bend(layer.activation)
        self._put(
            _native.DenseSpec(units=layer.units, bend=bend, bias=layer.bias),
            name,
            *_arrays(placed, "weight", "bias"),
        )
        self._prelu(placed, name)

    def _prelu(self, placed: PlacedLayer, name: str) -> None:
        if _arrays(placed, "slope"):
            channels = placed.output_shape[-1]
            self._put(_native.PreluSpec(channels=channels), name, "slope")


_LOWER = {"dense": Lowering._dense}


def _arrays(placed: PlacedLayer, *names: str) -> list[str]:
    """Return those of the names that the layer has arrays of."""
    own = [parameter.name for parameter in placed.parameters]
    return [name for name in names if name in own]


def _bend(activation: Any) -> _native.Bend:
    name = name_of(activation)
    core = "identity" if name == "prelu" else name
    return _native.Bend(getattr(_native.Activation, core), slope_of(activation))
