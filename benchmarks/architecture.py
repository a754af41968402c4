"""The picture of the code in `docs/architecture.svg`, drawn from the imports themselves.

python -m benchmarks.architecture [FILE.svg]

A box is a room: a folder or a single module beside folders, with what its docstring says first.
Rooms stand on floors; each imports from floors below it only.
"""

import argparse
import ast
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

import grimp
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

ROOT = Path(__file__).parent.parent
PACKAGES = ("ui", "qa", "index")  # from the top down
_COLOURS = {"ui": "#dbeafe", "qa": "#dcfce7", "index": "#fef3c7"}
_WIDTH, _HEIGHT, _GAP = 2.6, 1.0, 0.25  # inches of a box, and between boxes
_LINE, _LINES = 38, 4  # characters and lines that fit into a box
_ABREAST = 3  # boxes beside each other
_TITLE = 0.7  # inches for the name of a package


def rooms(package: str) -> dict[str, str]:
    """Return the rooms of a package, each with the first sentence of its docstring."""
    found = {}
    for path in sorted((ROOT / package).iterdir()):
        file = path / "__init__.py" if path.is_dir() else path
        if file.suffix == ".py" and file.is_file() and path.name != "__init__.py":
            found[f"{package}.{path.stem}"] = _docstring(file)
    return found


def imports(graph: grimp.ImportGraph, names: Sequence[str]) -> dict[str, set[str]]:
    """Return which of the rooms each room imports from."""
    taken: dict[str, set[str]] = {name: set() for name in names}
    for module in graph.modules:
        importer = _room(module, names)
        for imported in graph.find_modules_directly_imported_by(module):
            room = _room(imported, names)
            if importer and room and room != importer:
                taken[importer].add(room)
    return taken


def floors(taken: Mapping[str, set[str]]) -> list[list[str]]:
    """Return rooms by floor, the lowest first: each stands right above the highest it imports.

    Raises:
        ValueError: Rooms import each other in a circle.
    """
    height: dict[str, int] = {}
    while len(height) < len(taken):
        ready = [name for name in taken if name not in height and taken[name] <= height.keys()]
        if not ready:
            raise ValueError(f"A circle among {sorted(taken.keys() - height.keys())}")
        for name in ready:
            height[name] = 1 + max((height[below] for below in taken[name]), default=-1)
    return [
        sorted(name for name in height if height[name] == floor)
        for floor in range(1 + max(height.values()))
    ]


def draw(target: Path) -> None:
    """Draw the rooms of all packages on their floors."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    columns: list[list[list[str]]] = []
    said: dict[str, str] = {}
    for package in PACKAGES:
        known = rooms(package)
        said |= known
        columns.append(
            [
                floor[start : start + _ABREAST]
                for floor in reversed(floors(imports(graph, list(known))))
                for start in range(0, len(floor), _ABREAST)
            ]
        )
    widths = [max(map(len, rows)) * (_WIDTH + _GAP) + 2 * _GAP for rows in columns]
    width, height = sum(widths), max(map(len, columns)) * (_HEIGHT + _GAP) + _TITLE
    rcParams["svg.hashsalt"] = "architecture"  # the same picture gives the same file
    rcParams["svg.fonttype"] = "none"
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    left = 0.0
    for package, rows, share in zip(PACKAGES, columns, widths, strict=True):
        below = "" if package == PACKAGES[-1] else "  imports  ▸"
        axes.text(left + _GAP, height - _TITLE / 2, f"{package}/{below}", fontsize=15, va="center")
        for floor, names in enumerate(rows):
            top = height - _TITLE - floor * (_HEIGHT + _GAP)
            for place, name in enumerate(names):
                _box(axes, left + _GAP + place * (_WIDTH + _GAP), top, name, said[name])
        left += share
    figure.savefig(target, metadata={"Date": None})


def _box(axes: Axes, left: float, top: float, name: str, text: str) -> None:
    package, _, label = name.partition(".")
    folder = ROOT / package / label
    axes.add_patch(
        FancyBboxPatch(
            (left, top - _HEIGHT),
            _WIDTH,
            _HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.08",
            facecolor=_COLOURS[package],
            edgecolor="#475569",
        )
    )
    title = f"{label}/" if folder.is_dir() else f"{label}.py"
    axes.text(left + 0.1, top - 0.2, title, fontsize=11, weight="bold", va="center")
    lines = textwrap.wrap(text, _LINE)[:_LINES]
    axes.text(left + 0.1, top - 0.36, "\n".join(lines), fontsize=8, va="top")


def _room(module: str, names: Sequence[str]) -> str | None:
    return next((name for name in names if module == name or module.startswith(f"{name}.")), None)


def _docstring(file: Path) -> str:
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split())


def main() -> None:
    """Draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, nargs="?", default=ROOT / "docs" / "architecture.svg")
    draw(parser.parse_args().target)


if __name__ == "__main__":
    main()
