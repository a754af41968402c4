"""Times calls of the product's own functions from outside: each one's time without what it calls.

What other threads do meanwhile counts as processor time of the call that waits for them.
"""

import functools
import inspect
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

Name = str | Callable[..., str]
"""A stage's name, or what tells it from the arguments of a call."""


@dataclass(frozen=True, slots=True)
class Target:
    """A function to be timed.

    Attributes:
        owner: The class or module that holds it.
        name: Its name there.
        stage: What its time counts as.
    """

    owner: Any
    name: str
    stage: Name


@dataclass(frozen=True, slots=True)
class Call:
    """A call, or one step of a generator or context manager.

    Attributes:
        stage: What its time counts as.
        wall: Seconds, without those of timed calls inside it.
        cpu: Seconds of processor time of all threads of this process, likewise.
        name: The function.
        arguments: What it was called with.
        result: What it returned; None for a context manager.
    """

    stage: str
    wall: float
    cpu: float
    name: str
    arguments: tuple[Any, ...]
    result: Any


class Stopwatch:
    """Keeps the calls that the thread it was made in makes.

    Attributes:
        calls: Those that have ended.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._thread = threading.get_ident()
        self._inside = [[0.0, 0.0]]  # for each call that goes on, the time of the calls inside it

    @contextmanager
    def timing(self, targets: Iterable[Target]) -> Iterator[None]:
        """Time the targets within the block."""
        with ExitStack() as stack:
            for target in targets:
                replacement = self._timed(inspect.getattr_static(target.owner, target.name), target)
                stack.enter_context(patch.object(target.owner, target.name, replacement))
            yield

    def lap(self) -> list[Call]:
        """Return the calls kept so far, and keep them no longer."""
        calls, self.calls = self.calls, []
        return calls

    def _timed(self, function: Any, target: Target) -> Any:  # noqa: ANN401 - any kind of callable
        if isinstance(function, property):
            return property(self._timed(function.fget, target))
        if inspect.isgeneratorfunction(function):
            return self._timed_generator(function, target)
        if inspect.isgeneratorfunction(inspect.unwrap(function)):
            return self._timed_context(function, target)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            return self._measure(target, args, lambda: function(*args, **kwargs))

        return call

    def _timed_generator(self, function: Callable[..., Any], target: Target) -> Any:  # noqa: ANN401
        @functools.wraps(function)
        def generate(*args: Any, **kwargs: Any) -> Iterator[Any]:  # noqa: ANN401
            items, end = function(*args, **kwargs), object()
            while (item := self._measure(target, args, lambda: next(items, end))) is not end:
                yield item

        return generate

    def _timed_context(self, function: Callable[..., Any], target: Target) -> Any:  # noqa: ANN401
        @contextmanager
        @functools.wraps(function)
        def manage(*args: Any, **kwargs: Any) -> Iterator[Any]:  # noqa: ANN401
            with ExitStack() as stack:
                manager = function(*args, **kwargs)

                def leave(*error: Any) -> Any:  # noqa: ANN401
                    return self._measure(target, args, lambda: manager.__exit__(*error))

                value = self._measure(target, args, manager.__enter__)
                stack.push(leave)
                yield value

        return manage

    def _measure(self, target: Target, args: tuple[Any, ...], work: Callable[[], Any]) -> Any:  # noqa: ANN401
        if threading.get_ident() != self._thread:
            return work()
        self._inside.append([0.0, 0.0])
        wall, cpu = time.perf_counter(), time.process_time()
        result = None
        try:
            result = work()
        finally:
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            inside = self._inside.pop()
            self._inside[-1][0] += wall
            self._inside[-1][1] += cpu
            stage = target.stage if isinstance(target.stage, str) else target.stage(*args)
            self.calls.append(
                Call(stage, wall - inside[0], cpu - inside[1], target.name, args, result)
            )
        return result


def methods(owner: type, stage: str) -> list[Target]:
    """Return all public methods of a class as targets of one stage."""
    return [
        Target(owner, name, stage)
        for name, value in vars(owner).items()
        if not name.startswith("_") and (callable(value) or isinstance(value, property))
    ]
