"""pictures: draw docs/training.svg, what `ranvier train digits` shows at its end.

And docs/activations.svg, and the pictures of docs/pictures.md. Run it as
`python docs/pictures.py`; it trains, and writes beside itself.
"""

import contextlib
import io
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.theme import Theme

from ranvier import data, train
from ranvier.cli.design import design_for
from ranvier.cli.ending import answer_for
from ranvier.cli.options import NetworkOptions, RecipeOptions
from ranvier.cli.progress import Bar
from ranvier.cli.screen import STYLES
from ranvier.report import (
    loss_surface,
    plot_activations,
    plot_boundary,
    plot_fits,
    plot_race,
    plot_surface,
)
from ranvier.report.learning import design
from ranvier.report.pictures import points, suited_to_points
from ranvier.training import EpochEnded, Event, Started

HERE = Path(__file__).parent
COLUMNS = 106
LINE = 24.4  # height of a line in what Rich writes
THEME = TerminalTheme(
    (20, 23, 28),
    (222, 226, 233),
    [
        (20, 23, 28),
        (242, 139, 130),
        (129, 201, 149),
        (229, 192, 123),
        (122, 165, 245),
        (197, 138, 249),
        (120, 200, 215),
        (222, 226, 233),
    ],
)


def show_training(console: Console) -> None:
    """Do what `ranvier train digits` does, on `console`."""
    bar = Bar(console)

    def tell(event: Event) -> None:
        if isinstance(event, Started):
            console.print(design(event.run))
            bar.start(event.run)
        elif isinstance(event, EpochEnded):
            bar.advance(event.run, event.epoch)

    digits = data.load("digits")
    network, recipe = design_for(digits.schema, NetworkOptions(), RecipeOptions())
    run = train(network, digits, recipe, on_event=tell)
    bar.close()
    console.print(answer_for(run, digits, None).text)


def without_fonts(svg: str) -> str:
    """Leave out the fonts that would be fetched from elsewhere."""
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def solid_blocks(svg: str) -> str:
    """Draw the half blocks as rectangles: no font's reach to the edge of their cell."""
    cell = re.compile(
        r'<text class="([\w-]+)" x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"'
        r' clip-path="url\(#[\w-]+-line-(\d+)\)">▀+</text>'
    )

    def solid(match: re.Match[str]) -> str:
        style, x, _, width, line = match.groups()
        return (
            f'<rect class="{style}" x="{x}" y="{int(line) * LINE + 1.5:.1f}" '
            f'width="{width}" height="{LINE / 2:.1f}" shape-rendering="crispEdges"/>'
        )

    return cell.sub(solid, svg)


def draw_activations() -> None:
    """Write the picture of all activations."""
    plot_activations().save(HERE / "activations.svg")


def draw_lessons() -> None:
    """Write the pictures of docs/pictures.md, with fewer frames than are usual."""
    plot_race("rosenbrock", frames=20).save(HERE / "race.svg")
    plot_fits().save(HERE / "fits.svg")
    plot_boundary("moons", frames=16).save(HERE / "boundary.svg")
    moons = points("moons")
    network, recipe = suited_to_points(2)
    run = train(network, moons, recipe, folder=None)
    plot_surface(loss_surface(run, moons)).save(HERE / "surface.svg")


def main() -> None:
    """Write the pictures."""
    draw_activations()
    draw_lessons()
    console = Console(
        record=True,
        width=COLUMNS,
        file=io.StringIO(),
        color_system="truecolor",
        highlight=False,
        theme=Theme(STYLES),
    )
    console.print("[bold]$ ranvier train digits[/]")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        show_training(console)
    svg = console.export_svg(title="ranvier", theme=THEME, unique_id="r")
    picture = solid_blocks(without_fonts(svg))
    (HERE / "training.svg").write_text(picture, "utf-8")


if __name__ == "__main__":
    main()
