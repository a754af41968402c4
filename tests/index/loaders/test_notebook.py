"""Notebooks of Jupyter."""

import json

import pytest

from index.errors import UnreadableFile
from tests.index.loaders.shown import kinds, named, under


def cell(kind, source, **more):
    return {"cell_type": kind, "source": source, "metadata": {}, **more}


def notebook(*cells, **metadata):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells})


TABLE = "<table border=1><tr><th>Port</th><th>Tide</th></tr><tr><td>Holm</td><td>3</td></table>"


def test_text_code_and_what_it_printed_are_read_in_their_order(read):
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["\x1b[31m3\x1b[0m\n", "4\n"]},
        {"output_type": "execute_result", "data": {"text/html": TABLE, "text/plain": "Port"}},
        {"output_type": "display_data", "data": {"image/png": "AA", "text/plain": "<Figure>"}},
        {"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["E: no tide"]},
    ]
    loaded = read(
        "a.ipynb",
        notebook(
            cell("markdown", ["# Tides\n", "\n", "The *moon* decides."]),
            cell("code", "x = 3\nprint(x)", outputs=outputs),
            cell("markdown", "## Winds\n\nSo do they."),
        ),
    )
    assert (loaded.format, loaded.title) == ("notebook", "Tides")
    assert loaded.text == (
        "Tides\n\nThe moon decides.\n\nx = 3\nprint(x)\n\n3\n4\n\nPort | Tide\nHolm | 3\n\n<Figure>"
        "\n\nE: no tide\n\nWinds\n\nSo do they."
    )
    assert named(loaded) == [{"Port": "Holm", "Tide": "3"}]
    assert loaded.left_out == ("1 picture",)
    assert under(loaded, 2) == "Tides"
    assert under(loaded, len(loaded.blocks) - 1) == "Tides › Winds"


def test_a_notebook_of_format_3_is_read(read):
    sheet = {
        "cells": [
            {"cell_type": "heading", "level": 2, "source": "Tides"},
            {
                "cell_type": "code",
                "input": "x = 3",
                "outputs": [{"output_type": "pyout", "text": "3"}],
            },
        ]
    }
    loaded = read("a.ipynb", json.dumps({"nbformat": 3, "worksheets": [sheet]}))
    assert kinds(loaded) == ["heading", "code", "code"]
    assert loaded.text == "Tides\n\nx = 3\n\n3"


@pytest.mark.parametrize(
    "content",
    ["{", "[1, 2]", '{"a": 1}', "not JSON", '{"cells": ' + "[" * 100_000, "null"],
)
def test_what_is_no_notebook_is_refused_with_what_to_do(content, read):
    with pytest.raises(UnreadableFile, match="Open it in Jupyter"):
        read("a.ipynb", content)


@pytest.mark.parametrize("odd", [None, 1, "x", [1], {"a": 1}])
def test_odd_values_in_a_notebook_break_nothing(odd, read):
    cells = [odd, cell("code", odd, outputs=odd), cell("markdown", "Text."), cell(odd, "x")]
    output = {"output_type": odd, "text": odd, "data": odd, "traceback": odd}
    cells += [
        cell(
            "code",
            "y",
            outputs=[
                odd,
                output,
                {"output_type": "display_data", "data": {"text/plain": odd, "text/html": odd}},
            ],
        )
    ]
    assert "Text." in read("a.ipynb", notebook(*cells, title=odd)).text
