"""Org: the notes of Emacs, read as the Markdown that says the same."""

import re
from collections import Counter

from index.documents import LoadedFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.left_out import named
from index.loading.loaders.markdown.loader import add_markdown
from index.loading.loaders.text import clean, decode
from index.loading.loaders.titles import choose_title, real_title

_HEADING = re.compile(r"(\*{1,20})[ \t]+(.*)")
_TAGS = re.compile(r"[ \t]+(:[\w@#%:]{1,200}:)[ \t]*$")
_STATE = re.compile(r"(TODO|DONE|NEXT|WAITING|CANCELLED)[ \t]+")
_KEYWORD = re.compile(r"[ \t]*#\+([A-Za-z_]{1,40}):[ \t]*(.*)")
_BEGIN = re.compile(r"[ \t]*#\+begin_(\w{1,40})(.*)", re.I)
_RULE = re.compile(r"[ \t]*\|[-+|:]+\|?[ \t]*$")
_ITEM = re.compile(r"([ \t]*)([-+]|[ \t]\*|\d{1,3}[.)])[ \t]+(.*)")
_LINK = re.compile(r"\[\[([^\[\]\n]{1,500})\](?:\[([^\[\]\n]{1,500})\])?\]")
_EMPHASIS = re.compile(r"(?<![\w\\])([*/_=~+])(?=[^\s\1])([^\n]{0,300}?[^\s\1]|[^\s\1])\1(?!\w)")
_MARKS = {"*": "**", "/": "*", "_": "", "=": "`", "~": "`", "+": "~~"}
_CODE = frozenset({"src", "example", "export", "verse"})
_LONGEST_DRAWER = 100  # lines of properties
_DEEPEST = 10  # blocks in blocks
_FOR_PROGRAMS = frozenset({"custom_id", "id", "created", "modified"})
_FIELDS = frozenset({"author", "date", "email", "description", "keywords", "filetags"})


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
        at = 0
        while at < len(lines):
            at = self._take(lines, at)

    def _take(self, lines: list[str], at: int) -> int:
        """Take the line at an index in, or those of a block; return the index of the next."""
        line = lines[at]
        if begin := _BEGIN.fullmatch(line):
            return self._block(lines, at, begin[1].lower())
        if keyword := _KEYWORD.fullmatch(line):
            self._keyword(keyword[1].lower(), keyword[2].strip())
        elif line.lstrip().startswith("# ") or line.strip() == "#":
            self._left_out["comment"] += 1
        elif line.strip().upper() in {":PROPERTIES:", ":LOGBOOK:"}:
            return self._drawer(lines, at + 1)
        elif heading := _HEADING.fullmatch(line):
            words = _STATE.sub(r"\1 ", _TAGS.sub(r" \1", heading[2]))
            self.markdown += ["", f"{'#' * min(len(heading[1]), 6)} {_inline(words)}", ""]
        elif line.lstrip().startswith("|"):
            return self._table(lines, at)
        elif item := _ITEM.fullmatch(line):
            mark = item[2].strip()
            self.markdown.append(
                f"{item[1]}{mark if mark[0].isdigit() else '-'} {_inline(item[3])}"
            )
        elif line.lstrip().startswith(": "):
            self.markdown += ["", f"    {line.lstrip()[2:]}"]
        else:
            self.markdown.append(_inline(line))
        return at + 1

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

    def _drawer(self, lines: list[str], at: int) -> int:
        begin = at
        while (
            at < min(len(lines), begin + _LONGEST_DRAWER) and lines[at].strip().upper() != ":END:"
        ):
            at += 1
        if at == len(lines) or lines[at].strip().upper() != ":END:":
            return begin  # it is never closed
        for line in lines[begin:at]:
            label, _, value = line.strip().removeprefix(":").partition(":")
            if label.lower() in _FOR_PROGRAMS:
                self._left_out["setting"] += 1
            elif value.strip():
                self.markdown += ["", f"{label}: {value.strip()}", ""]
        return at + 1

    def _table(self, lines: list[str], at: int) -> int:
        rows: list[str] = []
        ruled = 0
        while at < len(lines) and lines[at].lstrip().startswith("|"):
            row = lines[at].strip()
            if _RULE.fullmatch(row):
                ruled = ruled or len(rows)
            else:
                rows.append(_inline(row if row.endswith("|") else f"{row} |"))
            at += 1
        columns = max((row.count("|") - 1 for row in rows), default=1)
        rule = "|" + "-|" * max(1, columns)
        if ruled != 1 and rows:
            rows.insert(0, "| " * max(1, columns) + "|")  # it has no header
        self.markdown += ["", *rows[:1], rule, *rows[1:], ""]
        return at


def _inline(text: str) -> str:
    text = _LINK.sub(lambda link: f"[{link[2]}]({link[1]})" if link[2] else f"<{link[1]}>", text)
    return _EMPHASIS.sub(lambda found: f"{_MARKS[found[1]]}{found[2]}{_MARKS[found[1]]}", text)
