"""The house keeps its order: imports, sizes, names, messages and the public surface."""

import ast
import importlib
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

import ranvier

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ranvier"

LAYERS = (
    ("errors",),
    ("registry",),
    ("colours", "description", "figure"),
    ("animation", "chart"),
    ("data", "network"),
    ("recipe",),
    ("engine",),
    ("training",),
    ("diagnosis",),
    ("tuning",),
    ("model",),
    ("report",),
    ("serving",),
    ("estimator", "cli", "studio"),
    ("__main__",),
)
HEIGHT = {name: height for height, names in enumerate(LAYERS) for name in names}

SURFACE = [
    "AMSGrad",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Augmentation",
    "AveragePool2D",
    "BatchNorm",
    "BinaryCrossEntropy",
    "Clip",
    "Conv1D",
    "Conv2D",
    "Cosine",
    "CrossEntropy",
    "Dataset",
    "Dense",
    "Dropout",
    "EarlyStopping",
    "Embedding",
    "Epoch",
    "EpochEnded",
    "Exponential",
    "Finished",
    "Flatten",
    "Focal",
    "GaussianNoise",
    "GlobalAveragePool",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Hinge",
    "Huber",
    "LBFGS",
    "LayerNorm",
    "LeCunNormal",
    "LeCunUniform",
    "LeakyReLU",
    "Lion",
    "LogCosh",
    "MAE",
    "MSE",
    "MaxPool2D",
    "Model",
    "Momentum",
    "Muon",
    "NAG",
    "NAdamW",
    "Network",
    "Normal",
    "OneCycle",
    "Orthogonal",
    "Penalty",
    "Poisson",
    "Quantile",
    "RMSprop",
    "RanvierError",
    "RateFound",
    "RateSweep",
    "Recipe",
    "ReduceOnPlateau",
    "Reshape",
    "Residual",
    "Run",
    "SGD",
    "ScheduleFree",
    "Started",
    "Step",
    "Uniform",
    "Zeros",
    "check",
    "data",
    "diagnose",
    "find_learning_rate",
    "named_recipes",
    "read_recipe",
    "resume",
    "train",
    "write_events",
    "write_report",
]

INSIDE = {
    "network": [
        "ACTIVATIONS",
        "Activation",
        "Constant",
        "INITIALIZERS",
        "Initializer",
        "LAYERS",
        "Layer",
        "Parameter",
        "PlacedLayer",
        "Shape",
        "Window",
    ],
    "training": ["Event"],
    "recipe": [
        "Constant",
        "Design",
        "LOSSES",
        "Loss",
        "OPTIMIZERS",
        "RecipeFile",
        "SCHEDULES",
        "own_rate",
        "read_network",
        "suited",
        "suited_recipe",
        "with_units",
        "output_for",
    ],
}
"""What only those need who extend ranvier; Constant is a schedule and a first draw."""

NAMELESS = {"util", "utils", "helper", "helpers", "common", "misc", "base"}
NO_FUNCTIONS = r"(namespace|enum|class|struct|union|extern|NB_MODULE)\b"
"""What else opens a brace in the first column; NB_MODULE is a table of names."""
MOST_LINES, MOST_FUNCTION_LINES = 500, 60
CODE = {".py", ".pyi", ".h", ".cc", ".cpp", ".inc"}


def files(*endings: str) -> list[Path]:
    """Return the files with these endings that belong to the repository's code."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    places = map(Path, listed or (p.relative_to(ROOT) for p in PACKAGE.rglob("*")))
    return sorted(p for p in places if p.suffix in endings and (ROOT / p).exists())


def name(path: Path) -> str:
    return str(path)


PYTHON = files(".py")
MODULES = [path for path in PYTHON if path.is_relative_to("src/ranvier")]
HOUSED = [path for path in MODULES if path != Path("src/ranvier/__init__.py")]


def text(path: Path) -> str:
    return (ROOT / path).read_text("utf-8")


def tree(path: Path) -> ast.Module:
    return ast.parse(text(path))


def layer(module: str) -> str:
    """Return the part of the package that a module such as ranvier.data.load is in."""
    return module.split(".")[1]


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each module of the package that a file imports, with the line."""
    for node in ast.walk(tree(path)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            names = [node.module or ""]
            if node.module == "ranvier":
                names = [_home(alias.name) for alias in node.names]
        yield from ((node.lineno, one) for one in names if one.startswith("ranvier."))


def _home(exported: str) -> str:
    """Return where a name of the package's surface lives."""
    home = ranvier._HOME.get(exported, exported)
    return f"ranvier.{home}"


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def test_the_code_is_found():
    assert len(MODULES) > 50
    assert len(files(".cc")) > 3


@pytest.mark.parametrize("path", HOUSED, ids=name)
def test_every_module_has_its_layer(path):
    part = path.relative_to("src/ranvier").parts[0].removesuffix(".py")
    assert part in HEIGHT, f"{part} has no place in the order of imports"


@pytest.mark.parametrize("path", HOUSED, ids=name)
def test_imports_go_one_way(path):
    own = path.relative_to("src/ranvier").parts[0].removesuffix(".py")
    wrong = [
        f"{path}:{line} imports {module}"
        for line, module in imported(path)
        if layer(module) != own and HEIGHT[layer(module)] >= HEIGHT[own]
    ]
    assert wrong == []


@pytest.mark.parametrize("path", files(*CODE), ids=name)
def test_no_file_is_too_long(path):
    assert len(text(path).splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_no_function_is_too_long(path):
    long = [
        f"{path}:{one.lineno} {one.name}"
        for one in functions(path)
        if (one.end_lineno or 0) - one.lineno + 1 > MOST_FUNCTION_LINES
    ]
    assert long == []


@pytest.mark.parametrize("path", files(".cc", ".h", ".inc"), ids=name)
def test_no_function_in_cpp_is_too_long(path):
    """A function at a file's or a namespace's level begins in the first column."""
    start, long = 0, []
    for number, line in enumerate(text(path).splitlines(), 1):
        if re.match(r"[\w~].*[{,(]$", line) and not re.match(NO_FUNCTIONS, line):
            start = start or number
        if line.startswith("}"):
            if start and number - start + 1 > MOST_FUNCTION_LINES:
                long.append(f"{path}:{start}")
            start = 0
    assert long == []


@pytest.mark.parametrize("path", files(*CODE), ids=name)
def test_no_name_says_nothing(path):
    assert NAMELESS.isdisjoint({*path.parent.parts, path.stem})


@pytest.mark.parametrize("path", HOUSED, ids=name)
def test_a_module_opens_with_its_name(path):
    word = path.parent.name if path.stem == "__init__" else path.stem
    opening = (ast.get_docstring(tree(path)) or "").splitlines()[0]
    assert opening.startswith(f"{word}: ")
    if path.stem == "__init__":
        assert "→" in opening, "a folder's first line is its arrow"


def public(parent: ast.Module | ast.ClassDef) -> Iterator[ast.stmt]:
    """Yield the classes, functions and methods that are for everybody."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in parent.body:
        if isinstance(node, kinds) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


@pytest.mark.parametrize("path", HOUSED, ids=name)
def test_everything_public_has_a_docstring(path):
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for node in public(tree(path))
        if not ast.get_docstring(node)
    ]
    assert silent == []


FIELD = re.compile(r"(?<!\{)\{[a-z_][\w.\[\]]*(![rsa])?(:[^{}]*)?\}(?!\})")
LEFTOVER = re.compile(r"%(\(\w+\))?[sdrifg]\b")
TEMPLATE = "{task."  # Rich fills these itself
DATE = re.compile(r"%[YymbBH]")  # signs of how a date is written


def unfilled(source: str) -> list[str]:
    """Return the plain texts in Python code that hold a field nobody fills."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.STRING:
            continue
        prefix = token.string[: token.string.index(token.string[-1])].lower()
        if "f" in prefix or token.string.endswith('"""') or TEMPLATE in token.string:
            continue
        left = LEFTOVER.search(token.string) and not DATE.search(token.string)
        if FIELD.search(token.string) or left:
            found.append(f"line {token.start[0]}: {token.string}")
    return found


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_name_in_a_message_is_filled(path):
    assert unfilled(text(path)) == []


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('raise E("got {value}")', 1),
        ('raise E(f"got {value}; " "expected {kind!r}.")', 1),
        ('raise E("got {row[0]:g}")', 1),
        ('raise E("got %s" % value)', 1),
        ('raise E("got %(name)s")', 1),
        ('raise E(f"got {value}")', 0),
        ("raise E(f'{value}' f\"{kind}\")", 0),
        ('raise E(f"write {{name}} so")', 0),
        ('raise E("dates as %d/%m/%Y")', 0),
        ('raise E("a set such as {} or {1, 2}, 98 % right")', 0),
        ('"""A text that explains {name}."""', 0),
    ],
)
def test_unfilled_names_are_found(source, count):
    assert len(unfilled(source)) == count


@pytest.mark.parametrize("slow", ["numpy", "pydantic", "sklearn", "rich", "typer"])
def test_importing_ranvier_imports_nothing_slow(slow):
    code = f"import ranvier, sys; print({slow!r} in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_the_surface_is_this_list():
    assert sorted(ranvier.__all__) == sorted(SURFACE)
    assert sorted(dir(ranvier)) == sorted(SURFACE)


@pytest.mark.parametrize("exported", SURFACE)
def test_every_name_of_the_surface_is_there(exported):
    assert getattr(ranvier, exported).__doc__


@pytest.mark.parametrize("home", ["network", "recipe", "training"])
def test_every_public_word_of_a_folder_is_in_the_surface(home):
    words = set(importlib.import_module(f"ranvier.{home}").__all__)
    assert set(INSIDE.get(home, [])) <= words
    assert words - set(INSIDE.get(home, [])) <= set(SURFACE)


def test_other_names_are_not_there():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = ranvier.nothing
