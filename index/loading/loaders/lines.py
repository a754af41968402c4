"""What the lines of plain text are: paragraphs, headings, items, fields, rows, quotes, logs."""

from collections.abc import Callable, Sequence
from itertools import groupby

from index.documents import Block, Cell
from index.loading.loaders.placed import PlacedBlocks
from index.loading.loaders.plain.chats import chat_blocks
from index.loading.loaders.plain.csv import csv_blocks
from index.loading.loaders.plain.lists import (
    choice_at,
    is_followed,
    is_list_of_lines,
    marker_within,
)
from index.loading.loaders.plain.quotes import quoted_lines, quoted_paragraphs
from index.loading.loaders.plain.signs import (
    LETTERS,
    Line,
    Marker,
    has_value,
    hashes_of,
    is_below,
    is_capitals,
    is_dated,
    is_day,
    is_ended,
    is_log,
    is_question,
    is_rule,
    is_section,
    is_short,
    keyword_of,
    label_of,
    lines_from,
    lines_of,
    marker_of,
    marks_of_notes,
    may_be_title,
    note_mark,
    numbered_depth,
)
from index.loading.loaders.plain.tables import add_table, table_at
from index.loading.loaders.plain.wrapping import continues, is_wrapped, wrap_width

_DEEPEST_HEADING = 6
_DEEPEST_ITEM = 20
_SHORT = 60  # characters of a line of a list that has no signs
_MOST_CAPITALS = 3  # lines of a heading


def text_blocks(text: str, *, width: int = 0) -> tuple[Block, ...]:
    """Return the blocks of plain text, in time in proportion to its length.

    A line, or wrapped lines that were one, is a paragraph, unless it shows what else it is:
    headings, list items, labels with values, tables, quotes of mails and lines of a log are told
    by their signs, where these leave no doubt. So are records between commas, semicolons or tabs.

    Args:
        text: The text.
        width: Characters at which the text around it is wrapped, where its own lines don't show it.
    """
    return chat_blocks(text) or csv_blocks(text, strict=True) or _Reader(text, width).blocks()


class _Reader:
    """Reads a text run by run: lines without a blank one between them."""

    def __init__(self, text: str, width: int = 0) -> None:
        self._text = text
        self._blocks = PlacedBlocks(text)
        lines = lines_of(text)
        self._width = wrap_width(lines) or width
        self._runs = [
            [line for line in run if line] for filled, run in groupby(lines, key=bool) if filled
        ]
        written = [line for run in self._runs for line in run]
        capitals = sum(is_capitals(line.text) for line in written)
        self._has_capitals = capitals <= max(5, len(written) // 3)  # else they are its only letters
        self._has_days = sum(is_day(line.text) for line in written) > 1  # of a diary
        self._styles: dict[str, int] = {}  # of headings, with their levels, in order of appearance
        self._list: list[tuple[int, Marker, int]] = []  # indent, sign and level of the open items
        self._number = 0  # of the run
        self._no_table = 0  # offset before which there is no table
        self._last = ""  # what was found last
        self._above: Line | None = None
        self._marks = marks_of_notes(text)

    def blocks(self) -> tuple[Block, ...]:
        """Return the blocks of the text."""
        ways: tuple[Callable[[Sequence[Line], int], int], ...] = (
            self._log,
            self._table,
            self._fields,
            self._heading,
            self._quote,
            self._item,
            self._prose,
        )
        for number, run in enumerate(self._runs):
            self._number = number
            if self._last in {"section", "field"}:
                self._end_section(run)
            at = 0
            while at < len(run):
                for find in ways:
                    if taken := find(run, at):
                        at += taken
                        self._above = run[at - 1]
                        break
        return self._blocks.blocks

    # ---- headings ------------------------------------------------------------------------------

    def _heading(self, run: Sequence[Line], at: int) -> int:
        line = run[at]
        below = run[at + 1] if at + 1 < len(run) else None
        if below and self._is_underlined(run, at):
            self._add_heading(line, line.end, "_" + below.text[0])
            self._blocks.add_rule(below.start, below.end)
            return 2
        follower = below or self._first_of_next()
        if not follower or not self._may_begin(run, at):
            return 0
        if taken := self._chapter(run, at) or self._capitals(run, at):
            return taken
        style, label = self._style(run, at, follower)
        if style:
            self._add_heading(line, line.end, style, label)
        return 1 if style else 0

    def _style(self, run: Sequence[Line], at: int, follower: Line) -> tuple[str, str]:
        """Return the style of a heading of one line, empty if it is none, and its number."""
        line = run[at]
        below = follower if at + 1 < len(run) else None
        style = label = ""
        if self._has_days and is_day(line.text) and not is_day(follower.text):
            style = "day"
        elif is_section(line.text):
            style = "[" if below and label_of(below.text) else ""
        elif self._is_hashed(run, at):
            style = "#" * hashes_of(line.text)
        elif at == 0 and below and is_question(line.text) and below.text[-1] not in "?？":
            marker = marker_of(line.text)
            style, label = "?", marker.sign if marker else ""
        elif depth := self._is_numbered(line, below, follower):
            marker = marker_of(line.text)
            style, label = f"1{depth}", marker.sign if marker else ""
        elif len(run) == 1:
            style = self._is_alone(line)
        return style, label

    def _add_heading(self, line: Line, end: int, style: str, label: str = "") -> None:
        level = self._styles.setdefault(style, self._new_level(style))
        text = self._text[line.start : end]
        self._end_list()
        self._blocks.at(line.start).add_heading(text, min(level, _DEEPEST_HEADING), label=label)
        self._last = "section" if style == "[" else "heading"

    def _new_level(self, style: str) -> int:
        """Return the level of headings of a style that wasn't seen before: below the others."""
        if style.isalpha() and style.islower() and style not in {"alone", "title"}:  # "article"
            lower = [lvl for seen, lvl in self._styles.items() if seen[0] == "1" or seen == "alone"]
            return min(lower, default=len(self._styles) + 1)
        return len(self._styles) + 1

    def _may_begin(self, run: Sequence[Line], at: int) -> bool:
        """Tell whether a heading may stand here: not inside a sentence."""
        return (
            at == 0
            or self._last in {"heading", "section", "rule"}
            or is_ended(run[at - 1].text)
            or not self._width
        )

    def _is_underlined(self, run: Sequence[Line], at: int) -> bool:
        line, rule = run[at].text, run[at + 1].text
        if not is_rule(rule) or len({*rule}) > 1 or is_rule(line):
            return False
        if not (at == 0 or self._last in {"heading", "rule"}) or is_ended(line):
            return False
        return len(line) <= 120 and len(rule) * 2 >= len(line) and rule[0] in "=-~*_^#+.─━═"

    def _end_section(self, run: Sequence[Line]) -> None:
        """End the section of settings above, if what follows is something else."""
        if "[" in self._styles and not (label_of(run[0].text) or is_section(run[0].text)):
            self._blocks.end_heading(min(self._styles["["], _DEEPEST_HEADING))

    @staticmethod
    def _is_hashed(run: Sequence[Line], at: int) -> bool:
        """Tell whether this is a heading of Markdown, and not one of several comments."""
        if not hashes_of(run[at].text) or is_ended(run[at].text):
            return False
        beside = [*run[max(0, at - 1) : at], *run[at + 1 : at + 2]]
        if any(line.text.startswith("# ") for line in beside):
            return False
        return not any((label := label_of(line.text)) and label.sign == "=" for line in beside)

    def _chapter(self, run: Sequence[Line], at: int) -> int:
        """Add a heading such as `ARTICLE IV`, with its title below; return of how many lines."""
        word = keyword_of(run[at].text)
        below = run[at + 1] if at + 1 < len(run) else None
        if not word or (below and self._goes_on(run[at], below)):
            return 0
        has_title = (
            below is not None
            and len(run[at].text.split()) == 2
            and may_be_title(below.text)
            and (is_capitals(below.text) or at + 2 == len(run))
        )
        taken = 2 if has_title and (at + 2 < len(run) or self._first_of_next()) else 1
        self._add_heading(run[at], run[at + taken - 1].end, word)
        return taken

    def _capitals(self, run: Sequence[Line], at: int) -> int:
        """Add a heading in capitals; return of how many lines."""
        count = 0
        while at + count < len(run) and count <= _MOST_CAPITALS:
            text = run[at + count].text
            if not is_capitals(text) or is_ended(text) or label_of(text) or marker_of(text):
                break
            count += 1
        if not 0 < count <= _MOST_CAPITALS or not self._has_capitals:
            return 0
        if at + count == len(run):
            follower = self._first_of_next()
            if not follower or (count == 1 and is_capitals(follower.text) and len(run) > 1):
                return 0
        self._add_heading(run[at], run[at + count - 1].end, "A")
        return count

    def _is_numbered(self, line: Line, below: Line | None, follower: Line) -> int:
        """Return the depth of a numbered heading; 0 if it is none."""
        depth = numbered_depth(line.text)
        if not depth or (self._list and self._list[-1][1].style == "1."):
            return 0
        marker, next_marker = marker_of(line.text), marker_of(follower.text)
        if marker and next_marker and next_marker.follows(marker):
            return 0
        if below is None:  # an indented text goes on with an item
            return depth if follower.indent <= line.indent else 0
        if self._goes_on(line, below) or len(line.text) > _SHORT or below.text[0].islower():
            return 0
        return depth if next_marker or len(below.text) > len(line.text) else 0

    def _is_alone(self, line: Line) -> str:
        """Return the style of a heading that is told only by the blank lines around it, or ""."""
        following = self._runs[self._number + 1]
        if not may_be_title(line.text) or following[0].text[0].islower():
            return ""
        if self._number == 0:
            return "title"
        text = line.text
        words = text.split()
        if len(text) > _SHORT or len(words) > 8 or any(c.isdigit() or c in ",|" for c in text):
            return ""
        if self._last in {"prose", "item"} and self._above and not is_ended(self._above.text):
            return ""
        first, last = following[0].text, following[-1].text
        if marker_of(first):
            return "alone" if len(text) <= 40 and self._last != "item" else ""
        is_long = len(first) >= 1.5 * len(text) and (len(first) > _SHORT or len(following) > 1)
        return "alone" if is_long and last[-1] in ".!?…。" and len(first) > _SHORT * 0.8 else ""

    def _goes_on(self, line: Line, below: Line) -> bool:
        """Tell whether a line is wrapped, so that the next one belongs to it."""
        return bool(self._width) and continues(line.text, below.text, self._width)

    def _first_of_next(self) -> Line | None:
        runs = self._runs
        return runs[self._number + 1][0] if self._number + 1 < len(runs) else None

    # ---- tables, logs, fields, quotes ----------------------------------------------------------

    def _table(self, run: Sequence[Line], at: int) -> int:
        if run[at].start < self._no_table:
            return 0
        table = table_at(run, at)
        if not table.rows:
            if table.looked_at:
                self._no_table = run[at + table.looked_at - 1].end
            return 0
        self._end_list()
        add_table(self._blocks, self._text, table.rows, is_header=table.is_header)
        self._last = "table"
        return len(table.rows)

    def _log(self, run: Sequence[Line], at: int) -> int:
        below = run[at + 1].text if at + 1 < len(run) else ""
        text = run[at].text
        if not is_log(text) or "\t" in text or not (is_log(below) or self._last == "log"):
            return 0
        self._end_list()
        taken = 0
        for line in lines_from(run, at):
            if not is_log(line.text) and line.indent <= run[at].indent:
                break
            self._blocks.at(line.start).add_paragraph(line.text, "code")
            taken += 1
        self._last = "log"
        return taken

    def _fields(self, run: Sequence[Line], at: int) -> int:
        """Add labels with their values, if several stand together."""
        if not label_of(run[at].text) or (at == 0 and is_question(run[at].text)):
            return 0
        entries = [[run[at]]]
        for line in lines_from(run, at + 1):
            first = entries[-1][0]
            label = label_of(line.text)
            if label and line.indent <= first.indent + 1:
                entries.append([line])
            elif self._last == "section" and line.text[0] in ";#" and line.text[-1] != "]":
                entries.append([line])  # a comment between settings
            elif self._belongs_to_value(entries[-1], line):
                entries[-1].append(line)
            elif label:
                entries.append([line])
            else:
                break
        if len(entries) < 2 and not (self._last == "field" and at) and self._last != "section":
            return 0
        self._end_list()
        for entry in entries:
            self._add_field(entry)
        self._last = "field"
        return sum(map(len, entries))

    def _belongs_to_value(self, entry: Sequence[Line], line: Line) -> bool:
        if is_rule(line.text) or marker_of(line.text) or line.text[0] in "#>[":
            return False
        if line.indent > entry[0].indent + 1 or not has_value(entry[0].text):
            return True
        return self._goes_on(entry[-1], line)

    def _add_field(self, entry: Sequence[Line]) -> None:
        first, end = entry[0], entry[-1].end
        label = label_of(first.text)
        if label is None:
            self._blocks.at(first.start).add_paragraph(first.text, "note")
            return
        cells = [Cell(first.start, first.start + label.end, 0)]
        if label.value < len(first.text):
            cells.append(Cell(first.start + label.value, end, 1))
        elif len(entry) > 1:
            cells.append(Cell(entry[1].start, end, 1))
        self._blocks.add_cells("field", first.start, end, cells)

    def _quote(self, run: Sequence[Line], at: int) -> int:
        """Add quoted lines of a mail, `> …`, those of a paragraph together."""
        taken = quoted_lines(run, at)
        if taken:
            self._end_list()
        for first, last in quoted_paragraphs(taken, self._width):
            words = self._text[first.start : last.end]
            self._blocks.at(first.start).add_paragraph(words, "quote")
            self._last = "quote"
        return len(taken)

    # ---- lists and prose -----------------------------------------------------------------------

    def _item(self, run: Sequence[Line], at: int) -> int:
        marker = self._marker(run, at)
        line = run[at]
        note = note_mark(line.text)
        if marker and marker.sign in self._marks:
            note = marker.sign
        if marker is None and not note:
            return 0
        level = 0
        if marker and not note:
            level = self._level(line, marker)
            self._open_within(line, marker, level)
        taken = 1
        while at + taken < len(run):
            below = run[at + taken]
            above = run[at + taken - 1]
            if self._begins_anew(run, at + taken):
                break
            hangs = below.indent > line.indent
            if not hangs and not self._goes_on(above, below):
                break
            taken += 1
        end = run[at + taken - 1].end
        words = self._text[line.start : end]
        if marker and not note:
            self._blocks.at(line.start).add_item(words, level, label=marker.sign)
        else:
            self._end_list()
            self._blocks.at(line.start).add_paragraph(words, "note", label=note)
        self._last = "item"
        return taken

    def _open_within(self, line: Line, marker: Marker, level: int) -> None:
        """Remember a list that begins behind the sign of an item: "2. (a) Name the oceans"."""
        inner, indent = marker_within(line, marker)
        if inner:
            self._list.append((indent, inner, min(level + 1, _DEEPEST_ITEM)))

    def _marker(self, run: Sequence[Line], at: int) -> Marker | None:
        """Return the sign of an item that begins here; None if a line only looks like one."""
        line = run[at]
        marker = marker_of(line.text)
        if marker is None or is_rule(line.text):
            return choice_at(run, at)
        follows = any(marker.follows(before) for _, before, _ in self._list)
        if at == 0 or self._last in {"heading", "section", "rule"}:
            is_letter = marker.number and marker.style.strip("(.)") in LETTERS
            return marker if not is_letter or marker.is_first or follows else None
        above = run[at - 1]
        inside = bool(self._width) and not is_ended(above.text) and self._goes_on(above, line)
        if not marker.number:
            return None if inside and self._last != "item" else marker
        if "." in marker.style.strip("."):  # "3.1 million"
            return marker if (self._last == "item" or is_ended(above.text)) and not inside else None
        begins = marker.is_first and (not inside or is_followed(run, at, marker))
        return marker if follows or marker.sign in self._marks or begins else None

    def _level(self, line: Line, marker: Marker) -> int:
        """Return how deep an item is nested, and remember it."""
        open_items = self._list
        while open_items and open_items[-1][0] > line.indent + 1:
            open_items.pop()
        same = [marker.follows(item) or marker.style == item.style for _, item, _ in open_items]
        if open_items and line.indent > open_items[-1][0] + 1:
            level = open_items[-1][2] + 1
        elif any(same):
            del open_items[len(same) - same[::-1].index(True) :]
            level = open_items.pop()[2]
        elif open_items and is_below(marker, open_items[-1][1]):
            level = open_items[-1][2] + 1
        else:
            while open_items and open_items[-1][0] >= line.indent - 1:
                open_items.pop()
            level = open_items[-1][2] + 1 if open_items else 1
            if level == 1:
                self._blocks.end_list()
        level = min(level, _DEEPEST_ITEM)
        open_items.append((line.indent, marker, level))
        return level

    def _end_list(self) -> None:
        self._list.clear()
        self._blocks.end_list()

    def _begins_anew(self, run: Sequence[Line], at: int) -> bool:
        """Tell whether a line belongs to no line above, whatever that is."""
        line, above = run[at], run[at - 1]
        if line.text[0] in "|>" or is_rule(line.text) or is_log(line.text):
            return True
        if hashes_of(line.text) or note_mark(line.text) or self._marker(run, at):
            return True
        return is_dated(line.text) and not (
            self._width and not is_ended(above.text) and self._goes_on(above, line)
        )

    def _prose(self, run: Sequence[Line], at: int) -> int:
        line = run[at]
        if is_rule(line.text):
            self._blocks.add_rule(line.start, line.end)
            self._last = "rule"
            return 1
        leads_in = self._above is not None and self._above.text.endswith((":", "："))
        in_item = bool(self._list) and line.indent > self._list[0][0] + 1
        if not in_item:
            self._end_list()
        end = at + 1
        while end < len(run) and not self._ends_prose(run, end):
            end += 1
        lines = run[at:end]
        wrapped = is_wrapped(lines, self._width)
        is_list = leads_in and not in_item and not wrapped and is_list_of_lines(lines)
        begin = 0
        for i, line in enumerate(lines):
            if i + 1 < len(lines) and wrapped and self._goes_on(line, lines[i + 1]):
                continue
            words = self._text[lines[begin].start : line.end]
            builder = self._blocks.at(lines[begin].start)
            if is_list:
                builder.add_item(words)
            elif in_item:
                builder.add_to_item(words)
            else:
                builder.add_paragraph(words)
            begin = i + 1
        self._last = "prose"
        return len(lines)

    def _ends_prose(self, run: Sequence[Line], at: int) -> bool:
        """Tell whether a line isn't of the same kind as the prose above."""
        self._last = "prose"
        line, above = run[at], run[at - 1]
        if self._begins_anew(run, at) or above.text.endswith((":", "：")):
            return True
        if label_of(line.text) and at + 1 < len(run) and label_of(run[at + 1].text):
            return not self._goes_on(above, line)
        if is_section(line.text) or "\t" in line.text or "   " in line.text:
            return True
        return is_capitals(line.text) and is_ended(above.text) and is_short(line.text)
