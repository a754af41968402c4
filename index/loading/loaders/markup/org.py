"""Org: the notes of Emacs, read as the Markdown that says the same."""

import re
from bisect import bisect_left
from collections import Counter

from index.documents import LoadedFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.left_out import named
from index.loading.loaders.markdown.loader import add_markdown
from index.loading.loaders.text import clean, decode
from index.loading.loaders.titles import choose_title, real_title

_HEADING = re.compile(r"(\*{1,20})[ \t]+(.*)")
_TAGS = re.compile(r"[ \t]+(:[\w@#%:]{1,200}:)[ \t]*$")
_KEYWORD = re.compile(r"[ \t]*#\+([A-Za-z_]{1,40}):[ \t]*(.*)")
_BEGIN = re.compile(r"[ \t]*#\+begin_(\w{1,40})(.*)", re.I)
_RULE = re.compile(r"[ \t]*\|[-+|:]+\|?[ \t]*$")
_ITEM = re.compile(r"([ \t]*)([-+]|[ \t]\*|\d{1,3}[.)])[ \t]+(.*)")
_LINK = re.compile(r"\[\[([^\[\]\n]{1,500})\](?:\[([^\[\]\n]{1,500})\])?\]")
_EMPHASIS = re.compile(r"(?<![\w\\])([*/_=~+])(?=[^\s\1])([^\n]{0,300}?[^\s\1]|[^\s\1])\1(?!\w)")
_MARKS = {"*": "**", "/": "*", "_": "", "=": "`", "~": "`", "+": "~~"}
_CODE = frozenset({"src", "example", "export", "verse"})
_LONGEST_DRAWER = 1_000  # lines of properties, or of what happened
_DRAWER = re.compile(r"[ \t]*:([\w-]{1,40}):[ \t]*$")
_PLANNED = re.compile(r"\b(DEADLINE|SCHEDULED|CLOSED):[ \t]*([<\[][^<>\[\]\n]{1,60}[>\]])")
_CLOCK = re.compile(r"[ \t]*CLOCK:[ \t]*\[")
_TERM = re.compile(r"(\S.{0,200}?)[ \t]+::[ \t]+(?=\S)")
_NOTE = re.compile(r"\[fn:([\w-]{1,60})\][ \t]+(?=\S)")
_NOTE_HERE = re.compile(r"\[fn:([\w-]{0,60}):([^\[\]\n]{1,1000})\]")
_NOTE_MARK = re.compile(r"\[fn:([\w-]{1,60})\]")
# How wide and on which side the columns are
_WIDTHS = re.compile(r"(?:\|[ \t]*+(?:<[lrc]?\d{0,3}>)?[ \t]*+)++")
_DEEPEST = 10  # blocks in blocks
_FOR_PROGRAMS = frozenset({"custom_id", "id", "created", "modified"})
_FIELDS = frozenset({"subtitle", "author", "date", "email", "description", "keywords", "filetags"})


def load_org(data: bytes, name: str) -> LoadedFile:
    """Return the text of an Org file, as its reader sees it.

    Title, author and date are fields, and so are the properties of a heading. Comments and other
    settings are left out, and named.
    """
    builder = DocumentBuilder()
    left_out: Counter[str] = Counter()
    source = _Org(clean(decode(data, name)).split("\n"), left_out)
    title = source.fields.pop("title", "")
    builder.add_heading(title, 1)
    for label, value in source.fields.items():
        builder.add_field(label.capitalize(), value)
    left_out += add_markdown(builder, "\n".join(source.markdown))
    return LoadedFile(
        builder.text,
        real_title(title) or choose_title("", builder.text, name),
        "org",
        blocks=builder.blocks,
        left_out=named(left_out),
    )


class _Org:
    """An Org file as Markdown.

    Attributes:
        fields: What is said of it as a whole.
        markdown: Its lines in Markdown.
    """

    def __init__(self, lines: list[str], left_out: Counter[str], depth: int = 0) -> None:
        self.fields: dict[str, str] = {}
        self.markdown: list[str] = []
        self._left_out = left_out
        self._depth = depth
        self._ends = [at for at, line in enumerate(lines) if line.strip().upper() == ":END:"]
        self._notes: list[str] = []  # footnotes that stand where they are referred to
        at = 0
        while at < len(lines):
            at = self._take(lines, at)
        for number, note in enumerate(self._notes, 1):
            self.markdown += ["", f"[^{_note_name(depth, number)}]: {note}"]

    def _take(self, lines: list[str], at: int) -> int:
        """Take the line at an index in, or those of a block; return the index of the next."""
        line = lines[at]
        if begin := _BEGIN.fullmatch(line):
            return self._block(lines, at, begin[1].lower())
        if keyword := _KEYWORD.fullmatch(line):
            self._keyword(keyword[1].lower(), keyword[2].strip())
        elif line.lstrip().startswith("# ") or line.strip() == "#":
            self._left_out["comment"] += 1
        elif taken := self._for_program(lines, at):
            return at + taken
        elif heading := _HEADING.fullmatch(line):
            words = _TAGS.sub(r" \1", heading[2])
            self.markdown += ["", f"{'#' * min(len(heading[1]), 6)} {self._inline(words)}", ""]
        elif line.lstrip().startswith("|"):
            return self._table(lines, at)
        else:
            self._text(line)
        return at + 1

    def _for_program(self, lines: list[str], at: int) -> int:
        """Take drawers, plans and clocked time; return how many lines these are."""
        line = lines[at]
        if (drawer := _DRAWER.fullmatch(line)) and self._is_closed(at):
            if drawer[1].upper() == "PROPERTIES":
                return self._properties(lines, at + 1) - at
            if drawer[1].upper() == "END":  # of one whose lines were read as others are
                self.markdown.append("")
        elif planned := _PLANNED.findall(line):
            self.markdown += ["", *(f"{label}: {when}" for label, when in planned), ""]
        elif _CLOCK.match(line):
            self._left_out["time that was clocked"] += 1
        else:
            return 0
        return 1

    def _text(self, line: str) -> None:
        if item := _ITEM.fullmatch(line):
            mark = item[2].strip()
            words = self._inline(_TERM.sub(r"\1: ", item[3], count=1))
            self.markdown.append(f"{item[1]}{mark if mark[0].isdigit() else '-'} {words}")
        elif note := _NOTE.match(line):
            self.markdown += ["", f"[^{note[1]}]: {self._inline(line[note.end() :])}"]
        elif line.lstrip().startswith(": "):
            self.markdown += ["", f"    {line.lstrip()[2:]}"]
        else:
            self.markdown.append(self._inline(line))

    def _inline(self, text: str) -> str:
        if "[fn:" not in text:
            return _inline(text)

        def apart(note: re.Match[str]) -> str:
            self._notes.append(_inline(note[2]))
            return f"[^{_note_name(self._depth, len(self._notes))}]"

        return _inline(_NOTE_MARK.sub(r"[^\1]", _NOTE_HERE.sub(apart, text)))

    def _keyword(self, key: str, value: str) -> None:
        if key == "title" or key in _FIELDS:
            if value:
                self.fields[key] = f"{self.fields[key]} {value}" if key in self.fields else value
        elif key == "caption":
            self.markdown += ["", _inline(value), ""]
        else:
            self._left_out["setting"] += 1

    def _block(self, lines: list[str], at: int, kind: str) -> int:
        end = at + 1
        closing = f"#+end_{kind}"
        while end < len(lines) and lines[end].strip().lower() != closing:
            end += 1
        if end == len(lines):  # it is never closed: a line like others
            self.markdown.append(lines[at])
            return at + 1
        inside = lines[at + 1 : end]
        if kind == "comment":
            self._left_out["comment"] += 1
        elif kind in _CODE:
            self.markdown += [
                "",
                "~~~~",
                *(line.replace("~~~~", "~~~") for line in inside),
                "~~~~",
                "",
            ]
        else:
            deeper = self._depth < _DEEPEST
            within = _Org(inside, self._left_out, self._depth + 1).markdown if deeper else inside
            mark = "> " if kind == "quote" else ""
            self.markdown += ["", *(f"{mark}{line}" for line in within), ""]
        return end + 1

    def _is_closed(self, at: int) -> bool:
        """Tell whether a drawer that begins at a line ends."""
        end = bisect_left(self._ends, at)
        return end < len(self._ends) and self._ends[end] - at < _LONGEST_DRAWER

    def _properties(self, lines: list[str], at: int) -> int:
        self.markdown.append("")
        while lines[at].strip().upper() != ":END:":
            label, _, value = lines[at].strip().removeprefix(":").partition(":")
            if label.lower() in _FOR_PROGRAMS:
                self._left_out["setting"] += 1
            elif label and value.strip():
                self.markdown.append(f"{label.rstrip('+')}: {value.strip()}")
            elif lines[at].strip():
                self.markdown.append(_inline(lines[at]))
            at += 1
        self.markdown.append("")
        return at + 1

    def _table(self, lines: list[str], at: int) -> int:
        rows: list[str] = []
        ruled = 0
        while at < len(lines) and lines[at].lstrip().startswith("|"):
            row = lines[at].strip()
            if _RULE.fullmatch(row):
                ruled = ruled or len(rows)
            elif "<" not in row or not _WIDTHS.fullmatch(row):
                rows.append(self._inline(row if row.endswith("|") else f"{row} |"))
            at += 1
        columns = max((row.count("|") - 1 for row in rows), default=1)
        rule = "|" + "-|" * max(1, columns)
        if ruled != 1 and rows:
            rows.insert(0, "| " * max(1, columns) + "|")  # it has no header
        self.markdown += ["", *rows[:1], rule, *rows[1:], ""]
        return at


def _note_name(depth: int, number: int) -> str:
    return f"{'q' * depth}{number}'"


def _inline(text: str) -> str:
    text = _LINK.sub(lambda link: f"[{link[2]}]({link[1]})" if link[2] else f"<{link[1]}>", text)
    return _EMPHASIS.sub(lambda found: f"{_MARKS[found[1]]}{found[2]}{_MARKS[found[1]]}", text)
