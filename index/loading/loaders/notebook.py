"""Notebooks of Jupyter: text as Markdown, code by statement, and what it printed."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from index.documents import LoadedFile
from index.errors import UnreadableFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.html.loader import add_markup
from index.loading.loaders.left_out import named
from index.loading.loaders.markdown.loader import add_markdown
from index.loading.loaders.text import clean, decode
from index.loading.loaders.titles import choose_title, real_title

_Json = Mapping[str, Any]
_PICTURES = ("image/png", "image/jpeg", "image/svg+xml", "image/gif")
_WIDGET = "application/vnd.jupyter.widget-view+json"


def load_notebook(data: bytes, name: str) -> LoadedFile:
    """Return the text of a notebook, of format 3 or 4.

    Cells of text are read as Markdown, code by statement, what it printed as code; of a table that
    was shown the rows. Pictures and what answers to the mouse are named as left out.

    Raises:
        UnreadableFile: It isn't JSON, or no notebook.
    """
    try:
        notebook = json.loads(decode(data, name))
        cells = list(_cells(notebook))
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise UnreadableFile(
            f"{name} is no notebook, or is damaged. Open it in Jupyter, save it again and add that "
            "file."
        ) from error
    builder = DocumentBuilder()
    left_out: Counter[str] = Counter()
    for cell in cells:
        _add_cell(builder, cell, left_out)
        builder.end_list()
        builder.end_table()
    return LoadedFile(
        builder.text,
        _title(notebook, builder) or choose_title("", "", name),
        "notebook",
        blocks=builder.blocks,
        left_out=named(left_out),
    )


def _cells(notebook: _Json) -> Iterator[_Json]:
    if "cells" in notebook:
        yield from _mappings(notebook["cells"])
    else:
        for sheet in _mappings(notebook["worksheets"]):
            yield from _mappings(sheet.get("cells"))


def _mappings(value: object) -> Iterator[_Json]:
    """Yield those of a list that are what a notebook has there."""
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield one


def _title(notebook: _Json, builder: DocumentBuilder) -> str:
    metadata = notebook.get("metadata")
    own = metadata.get("title") if isinstance(metadata, dict) else ""
    if isinstance(own, str) and (title := real_title(own)):
        return title
    first = next((block for block in builder.blocks if block.kind == "heading"), None)
    return real_title(builder.text[first.start : first.end]) if first and first.level == 1 else ""


def _add_cell(builder: DocumentBuilder, cell: _Json, left_out: Counter[str]) -> None:
    source = _joined(cell.get("source", cell.get("input")))
    match cell.get("cell_type"):
        case "markdown":
            left_out += add_markdown(builder, source)
        case "heading":  # of format 3
            level = cell.get("level")
            builder.add_heading(source, level if isinstance(level, int) and 0 < level < 7 else 1)
        case "code":
            builder.add_code(source)
            for output in _mappings(cell.get("outputs")):
                _add_output(builder, output, left_out)
        case _:
            builder.add_code(source)


def _add_output(builder: DocumentBuilder, output: _Json, left_out: Counter[str]) -> None:
    kind = output.get("output_type")
    if kind == "stream":
        builder.add_code(_joined(output.get("text")))
        return
    if kind in ("error", "pyerr"):
        trace = _joined(output.get("traceback"), "\n")
        builder.add_code(trace or f"{output.get('ename')}: {output.get('evalue')}")
        return
    data = output.get("data", output)
    if not isinstance(data, dict):
        return
    left_out["picture"] += any(picture in data for picture in (*_PICTURES, "png", "jpeg", "svg"))
    if _WIDGET in data:
        left_out["interactive element"] += 1
        return
    length = builder.length
    if markdown := _joined(data.get("text/markdown")):
        left_out += add_markdown(builder, markdown)
    elif markup := _joined(data.get("text/html", data.get("html"))):
        left_out += add_markup(builder, markup)
    if builder.length == length:
        plain = data.get("text/plain", data.get("text", data.get("text/latex")))
        builder.add_code(_joined(plain))


def _joined(value: object, between: str = "") -> str:
    """Return text, which may come as a list of lines."""
    lines: Sequence[object] = value if isinstance(value, list) else [value]
    return clean(between.join(line for line in lines if isinstance(line, str)))
