"""What sheets are made to a document of, whatever format they are from."""

from collections import Counter
from collections.abc import Sequence

from index.documents import LoadedFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.left_out import named
from index.loading.loaders.sheets.grid import Sheet
from index.loading.loaders.sheets.tables import add_sheet
from index.loading.loaders.titles import choose_title


def document_of(
    sheets: Sequence[Sheet],
    form: str,
    name: str,
    title: str,
    left_out: Counter[str],
    hidden: Counter[str],
) -> LoadedFile:
    """Return the document of a workbook: its sheets one after another, the empty ones left out.

    Args:
        sheets: Its sheets.
        form: Name of its format.
        name: File name, by which it is called if it has no title.
        title: What it calls itself; may be empty.
        left_out: What wasn't read, in the singular, and how often.
        hidden: How many `sheet`, `row` and `column` are hidden, which a text doesn't tell.
    """
    builder = DocumentBuilder()
    for sheet in sheets:
        if sheet.rows or sheet.notes or sheet.texts:
            add_sheet(builder, sheet)
    hidden["sheet"] = sum(sheet.is_hidden for sheet in sheets)
    return LoadedFile(
        builder.text,
        title or (choose_title("", "", name) if builder.blocks else ""),
        form,
        blocks=builder.blocks,
        left_out=(*named(left_out), *_that_is_hidden(hidden)),
    )


def _that_is_hidden(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(
        f"that {counts[what]:,} {what}{'s are' if counts[what] > 1 else ' is'} hidden"
        for what in ("sheet", "row", "column")
        if counts[what]
    )
