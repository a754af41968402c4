"""Looks whether `index` is Verbatim's own; imported before anything of it is."""

from verbatim_qa import shadowing


class PackageShadowed(ImportError):
    """A user's module has the name of one of Verbatim's packages and comes before it."""


def require_own(name: str) -> None:
    """Make sure that a package is the one that was installed beside this one.

    Raises:
        PackageShadowed: Python finds another file first. The message names it and what to do.
    """
    message = shadowing(name)
    if message:
        raise PackageShadowed(message, name=name)


require_own("index")
