"""file: one safetensors file with everything that predicting needs.

Loading runs no code. The file's texts hold the network, the schema and the recipe as
JSON, and the SHA-256 of the whole file, taken with zeros in that hash's place.
"""

import hashlib
import math
import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import ranvier
from ranvier.data import Encoder, Schema
from ranvier.errors import DataError, DescriptionError, FileError, shown
from ranvier.network import Network
from ranvier.recipe import Recipe
from ranvier.training.checkpoint import checked
from ranvier.training.checks import check_outputs
from ranvier.training.files import read_file, replace_file
from ranvier.training.tensors import Tensors, pack_tensors, unpack_tensors

FORMAT, VERSION = "ranvier-model", "1"
_BLANK = "0" * 64
_MEMBER = "member_"  # before the arrays of another network than the first


class Contents(NamedTuple):
    """Hold what a model is made of; the network knows its input's shape.

    temperature: by which probabilities are made as sure as they are right.
    others: the weights of the networks whose mean with the first is the answer.
    threshold: above which the second of two classes is the answer.
    """

    network: Network
    schema: Schema
    recipe: Recipe
    encoder: Encoder
    parameters: dict[str, NDArray[np.float32]]
    temperature: float = 1.0
    others: tuple[dict[str, NDArray[np.float32]], ...] = ()
    threshold: float = 0.5

    @property
    def members(self) -> tuple[dict[str, NDArray[np.float32]], ...]:
        """The weights of all networks, the first first."""
        return (self.parameters, *self.others)


def write_model(path: Path, contents: Contents) -> None:
    """Write a model, whole or not at all.

    Raises:
        FileError: the folder cannot be written to, or the disk is full.
    """
    texts = {
        "format": FORMAT,
        "version": VERSION,
        "written_by": f"ranvier {ranvier.__version__}",
        "network": contents.network.to_json(),
        "schema": contents.schema.to_json(),
        "recipe": contents.recipe.to_json(),
        "temperature": repr(contents.temperature),
        "members": str(len(contents.members)),
        "threshold": repr(contents.threshold),
    } | contents.encoder.to_texts()
    arrays = contents.encoder.to_arrays()
    for number, weights in enumerate(contents.members, 1):
        arrays |= {_member(number, name): array for name, array in weights.items()}
    replace_file(path, sealed(Tensors(arrays, texts)))


def path_of(path: str | Path) -> Path:
    """Return the path of a model file.

    Raises:
        FileError: it is none.
    """
    if isinstance(path, (str, Path)) and str(path):
        return Path(path)
    raise FileError(
        f"path={shown(path)}: expected the path of a model file, such as "
        '"runs/digits-1/model.safetensors".'
    )


def read_model(path: Path) -> Contents:
    """Return the model in a file.

    Raises:
        FileError: the file is missing, cut short, altered, or no model of ranvier's.
    """
    content = read_file(path)
    tensors = unpack_tensors(content, path)
    _check_format(path, tensors.texts)
    _check_seal(path, content, tensors.texts)
    try:
        return _contents(path, tensors)
    except (DescriptionError, DataError) as error:
        raise FileError(
            f"{path} holds no model that can be used: {error} Copy the file again, or "
            "make it anew."
        ) from None


def sealed(tensors: Tensors) -> bytes:
    """Return the bytes of a file of `tensors`, with the hash over them in it."""
    blank = pack_tensors(tensors.arrays, tensors.texts | {"sha256": _BLANK})
    return _with_seal(blank, _BLANK, hashlib.sha256(blank).hexdigest())


def _with_seal(content: bytes, old: str, new: str) -> bytes:
    return content.replace(f'"sha256":"{old}"'.encode(), f'"sha256":"{new}"'.encode())


def _check_format(path: Path, texts: dict[str, str]) -> None:
    if texts.get("format") != FORMAT:
        raise FileError(
            f"{path} is a safetensors file, but no model of ranvier's; give a file "
            "that Model.save() wrote."
        )
    if texts.get("version") != VERSION:
        raise FileError(
            f"{path} has the model version {texts.get('version')!r}, this ranvier "
            f"reads {VERSION}; use the one that wrote it ({texts.get('written_by')})."
        )


def _check_seal(path: Path, content: bytes, texts: dict[str, str]) -> None:
    seal = texts.get("sha256", "")
    blank = _with_seal(content, seal, _BLANK)
    if blank == content or hashlib.sha256(blank).hexdigest() != seal:
        raise FileError(
            f"{path} was altered after it was written: its SHA-256 is not the one in "
            "it; copy it again, or make it anew."
        )


def _contents(path: Path, tensors: Tensors) -> Contents:
    arrays, texts = tensors
    schema = Schema.from_json(texts.get("schema", ""))
    encoder = Encoder.from_arrays(arrays, texts)
    shape = encoder.schema_of(schema).input_shape
    if encoder.size != np.prod(shape) or schema.is_table != (encoder.table is not None):
        raise DataError(
            f"encoder.scale has {encoder.size} values for rows of shape {shape}; make "
            "the model anew."
        )
    network = Network.from_json(texts.get("network", "")).with_input(shape)
    recipe = Recipe.from_json(texts.get("recipe", ""))
    recipe.loss_for(network)
    check_outputs(network, schema)
    weights = {name: arrays[name] for name in arrays if name not in encoder.to_arrays()}
    first, *others = _members(weights, texts.get("members", "1"))
    return Contents(
        network,
        schema,
        recipe,
        encoder,
        checked(path, network, first),
        _temperature(texts.get("temperature", "1.0")),
        tuple(checked(path, network, other) for other in others),
        _threshold(texts.get("threshold", "0.5"), schema),
    )


def _member(number: int, name: str) -> str:
    """Return the name of a member's array: those of the first have none before them."""
    return name if number == 1 else f"{_MEMBER}{number}.{name}"


def _members(
    arrays: dict[str, NDArray[Any]], count: str
) -> list[dict[str, NDArray[Any]]]:
    """Return the arrays of each member, by the names that they have in a network."""
    if not re.fullmatch("[1-9][0-9]?", count):
        raise DataError(f"members is {count[:20]!r}, expected 1 to 99.")
    others: dict[str, dict[str, NDArray[Any]]] = {
        f"{_MEMBER}{number}": {} for number in range(2, int(count) + 1)
    }
    first: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        head, _, tail = name.partition(".")
        if head in others:
            others[head][tail] = array
        else:
            first[name] = array
    return [first, *others.values()]


def _temperature(text: str) -> float:
    temperature = _number(text)
    if 0 < temperature < math.inf:
        return temperature
    raise DataError(f"temperature is {text!r}, expected a positive number.")


def _threshold(text: str, schema: Schema) -> float:
    threshold = _number(text)
    if threshold == 0.5 or (0 <= threshold <= 1 and len(schema.classes) == 2):
        return threshold
    raise DataError(
        f"threshold is {text!r}, expected a number from 0 to 1, and 0.5 but for two "
        "classes."
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
