"""Gradio as everything here imports it: no analytics, no other computer asked, nothing written."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

# Gradio reads these when it is imported. The last two keep it from making a table of all past
# events after every event: 17 ms instead of 11 ms an answer, and growing.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")


# What Gradio does for editors and its own manual while it is imported, by the module that has it:
# it parses the source of each of its 80 components and writes a .pyi file beside it, and fills in
# 200 docstrings. Together a third of the time of the import.
_FOR_EDITORS: dict[str, Callable[[Any], None]] = {
    "gradio.component_meta": lambda module: setattr(module, "create_or_modify_pyi", _nothing),
    "gradio.events": lambda module: setattr(module.EventListener, "set_doc", _nothing),
}


def _nothing(*_: object, **__: object) -> None:
    pass


class _Loader(SourceFileLoader):
    """Loads one of those modules without that."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        _FOR_EDITORS[module.__name__](module)


class _Finder(MetaPathFinder):
    """Finds those modules while Gradio is imported."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load one of those modules, and nothing for all others."""
        if fullname not in _FOR_EDITORS:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(fullname, spec.loader.path)
        return spec


_finder = _Finder()
sys.meta_path.insert(0, _finder)
try:
    import gradio as gr
    from gradio.components.chatbot import ExampleMessage, Message, OptionDict
finally:
    sys.meta_path.remove(_finder)

__all__ = ["ExampleMessage", "Message", "OptionDict", "gr"]
