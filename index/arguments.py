"""Arguments of public functions, checked where they come in: a text is no list of texts."""

import os
import reprlib
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import Any, TypeVar

from index.errors import BadSetting

Item = TypeVar("Item")
_SINGLE = (str, bytes, bytearray, memoryview, os.PathLike, Mapping)  # iterable some, but no list


def listed(
    values: Iterable[Item], name: str, kinds: type | tuple[type, ...], *, ordered: bool = False
) -> list[Item]:
    """Return the items of a list, tuple, set or generator that was given as an argument.

    Args:
        values: The argument.
        name: What it is called, for the message.
        kinds: What its items may be.
        ordered: Whether the order of the items matters, so that a set is refused.

    Raises:
        TypeError: It is no list, such as a single text, or an item is of another kind.
    """
    check_several(values, name, ordered=ordered)
    items = list(values)
    wanted = kinds if isinstance(kinds, tuple) else (kinds,)
    if not set(map(type, items)) <= {*wanted}:  # seldom; a search may name 20,000 documents
        for index, item in enumerate(items):
            of_kind(item, f"{name}[{index}]", wanted)
    return items


def check_several(values: object, name: str, *, ordered: bool = False) -> None:
    """Refuse what is no list, tuple, set or generator, without reading it; as `listed` does."""
    if isinstance(values, _SINGLE) or not isinstance(values, Iterable):
        raise TypeError(
            f"{name} must be a list, not a single {_kind(values)}. "
            f"For a list of one, write [{reprlib.repr(values)}]."
        )
    if ordered and isinstance(values, Set):
        raise TypeError(f"{name} must be a list: its order matters, and a set has none.")


def of_kind(value: Item, name: str, kinds: type | tuple[type, ...]) -> Item:
    """Return an argument if it is of a kind that may be given.

    Raises:
        TypeError: It is of another kind; True and False are no numbers.
    """
    wanted = kinds if isinstance(kinds, tuple) else (kinds,)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        words = " or ".join(kind.__name__ for kind in wanted)
        raise TypeError(
            f"{name} is {reprlib.repr(value)} ({_kind(value)}); it must be {words}."
            f"{_advice(value, wanted)}"
        )
    return value


def _advice(value: object, wanted: tuple[type, ...]) -> str:
    """Return how to make what is wanted of a value that is nearly that; empty if it isn't."""
    if isinstance(value, bytes | bytearray) and str in wanted:
        return ' Decode it first: .decode("utf-8").'
    if isinstance(value, os.PathLike) and str in wanted:
        return " For the path as text, write str(...)."
    plain = next((kind for kind in (float, int, str) if kind in wanted), None)
    if plain and type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0:
        return f" Convert it first: {plain.__name__}(...)."
    return ""


def path_of(value: Any, name: str) -> Path:  # noqa: ANN401 - whatever a caller gives
    """Return the path that an argument gives, with `~` written out.

    Raises:
        TypeError: It is neither a text nor a path.
        BadSetting: It is an empty text, which would be the working folder.
    """
    given = of_kind(value, name, (str, Path))
    if not str(given):
        raise BadSetting(f"{name} is empty. Give a path; the working folder is '.'.")
    try:
        return Path(given).expanduser()
    except RuntimeError:  # `~name` of nobody on this computer: so it is a file's own name
        return Path(given)


def _kind(value: object) -> str:
    return type(value).__name__
