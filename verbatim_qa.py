"""The command `verbatim`: runs `ui`, unless another's file comes before one of our packages.

People have an `index.py`, a `qa` or a `ui` of their own, and Python takes the one in the working
folder, or in a folder that PYTHONPATH names, for ours. Nothing in a package can say so once it is
not ours that is imported; this file can, as nobody else uses its name.
"""

import importlib.util
import sys
from pathlib import Path


def shadowing(package: str) -> str:
    """Return which file comes before one of Verbatim's packages and what to do; or nothing."""
    file = _file_of(package)
    own = Path(__file__).with_name(package)
    if file is None or file.parent.resolve() == own.resolve():
        return ""  # if it is missing, importing it says so
    in_the_way = file.parent if file.name == "__init__.py" else file
    return (
        f"{in_the_way} shadows Verbatim's own package `{package}`: Python finds it first. "
        "Rename it, or run from another folder; if PYTHONPATH names its folder, take that out."
    )


def end_if_shadowed(*packages: str) -> None:
    """End the program with 2 and one line on standard error where a package is another's."""
    for message in filter(None, map(shadowing, packages)):
        print(f"Error: {message}", file=sys.stderr)  # noqa: T201 - nothing of ours is loaded
        sys.exit(2)


def main() -> None:
    """Run the command line, if it is ours."""
    end_if_shadowed("ui")
    from ui.__main__ import main as run  # which looks whose `index` and `qa` are

    run()


def _file_of(package: str) -> Path | None:
    """Return the file that importing it runs, or has run."""
    if package in sys.modules:
        file = getattr(sys.modules[package], "__file__", None)
    else:
        spec = importlib.util.find_spec(package)
        file = spec.origin if spec else None
    return Path(file) if file else None
