"""The benchmark of tables: cells count in their row and under their header."""

import json

import pytest

from benchmarks import tables
from benchmarks.tables import Score

PAGE = (
    "<table><tr><th>Tree</th><th>Height</th></tr><tr><td>Elm</td><td>30 m</td></tr>"
    "<tr><td>Oak</td><td>40 m</td></tr></table>"
)
ROWS = [["Tree", "Height"], ["Elm", "30 m"], ["Oak", "40 m"]]


def docling(rows):
    return [
        {
            "text": text,
            "start_row_offset_idx": row,
            "end_row_offset_idx": row + 1,
            "start_col_offset_idx": column,
            "end_col_offset_idx": column + 1,
            "column_header": row == 0,
        }
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]


@pytest.fixture
def judge(tmp_path):
    """Return how the tables of a page are judged beside those that docling would write."""

    def judged(page, *expected):
        for folder in ("sources", "groundtruth"):
            (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / "sources" / "a.html").write_text(page)
        found = [{"data": {"table_cells": docling(rows)}} for rows in expected]
        (tmp_path / "groundtruth" / "a.html.json").write_text(json.dumps({"tables": found}))
        (file,) = tables.read_tables(tmp_path)
        return file

    return judged


def test_a_table_read_as_it_is_scores_one(judge):
    file = judge(PAGE, ROWS)
    assert file.neighbours == Score(7, 7, 7)
    assert file.cells == Score(4, 4, 4)
    assert file.neighbours.f1 == file.cells.f1 == 1.0


def test_a_cell_in_another_row_costs_its_neighbours_and_its_name(judge):
    file = judge(PAGE, [ROWS[0], ["Elm", "40 m"], ["Oak", "30 m"]])
    # Of right: Tree-Height; of below: Tree-Elm, Elm-Oak
    assert file.neighbours == Score(7, 7, 3)
    assert file.cells == Score(4, 4, 2)


def test_a_table_that_is_not_found_and_one_that_is_none_cost_recall_and_precision(judge):
    assert judge("<p>Tree, height, elm, oak.</p>", ROWS).neighbours == Score(7, 0, 0)
    assert judge(PAGE).neighbours == Score(0, 7, 0)
    assert judge(PAGE).cells is None
    assert judge("<p>Nothing.</p>").neighbours.f1 == 1.0


def test_a_merged_cell_is_the_neighbour_of_all_cells_beside_and_below_it(judge):
    page = (
        "<table><tr><th>Tree</th><th>Height</th></tr>"
        "<tr><td rowspan=2>Elm</td><td>30</td></tr><tr><td>40</td></tr></table>"
    )
    # Tree-Height, Elm-30, Elm-40; Tree-Elm, Height-30, 30-40
    assert judge(page).neighbours.found == 6


def test_the_tables_of_the_competition_are_read_region_by_region(tmp_path):
    def region(*cells):
        return f"<region>{''.join(cells)}</region>"

    def cell(row, column, text):
        return f'<cell start-row="{row}" start-col="{column}"><content>{text}</content></cell>'

    path = tmp_path / "a-str.xml"
    path.write_text(
        "<document><table>"
        + region(cell(0, 0, "Tree"), cell(0, 1, "Height"), cell(1, 0, "Elm"), cell(1, 1, "30"))
        + region(cell(0, 0, "Oak"), cell(0, 1, "40"))
        + "</table></document>"
    )

    (table,) = tables._of_competition(path)

    assert [(cell.words, cell.rows.start) for cell in table] == [
        ("tree", 0), ("height", 0), ("elm", 1), ("30", 1), ("oak", 2), ("40", 2),
    ]  # fmt: skip
