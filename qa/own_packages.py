"""Looks whether `index` is Verbatim's own; imported before anything of it is.

People have an `index.py` of their own, and Python finds the one in the working folder first.
"""

import importlib.util
import sys
from pathlib import Path


class PackageShadowed(ImportError):
    """A user's module has the name of one of Verbatim's packages and comes before it."""


def require_own(name: str) -> None:
    """Make sure that a package is the one that was installed beside this one.

    Raises:
        PackageShadowed: Python finds another file first. The message names it and what to do.
    """
    file = _file_of(name)
    own = Path(__file__).parent.with_name(name)
    if file is None or file.parent.resolve() == own.resolve():
        return  # if it is missing, importing it says so
    in_the_way = file.parent if file.name == "__init__.py" else file
    raise PackageShadowed(
        f"{in_the_way} shadows Verbatim's own package `{name}`: Python finds it first. "
        "Rename it, or run from another folder; if PYTHONPATH names its folder, take that out.",
        name=name,
        path=str(file),
    )


def _file_of(name: str) -> Path | None:
    """Return the file that importing the name runs, or has run."""
    if name in sys.modules:
        file = getattr(sys.modules[name], "__file__", None)
    else:
        spec = importlib.util.find_spec(name)
        file = spec.origin if spec else None
    return Path(file) if file else None


require_own("index")
