"""How a loader tells that it goes on with a page that takes long, for whoever waits for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_TOLD: ContextVar[Callable[[int, int], None] | None] = ContextVar("page_progress", default=None)


@contextmanager
def told_to(listener: Callable[[int, int], None]) -> Iterator[None]:
    """Let `listener` hear of pages: which one is begun, counted from 1, and of how many."""
    before = _TOLD.set(listener)
    try:
        yield
    finally:
        _TOLD.reset(before)


def page_begun(page: int, pages: int) -> None:
    """Tell that a page is begun that takes seconds to read."""
    if listener := _TOLD.get():
        listener(page, pages)
