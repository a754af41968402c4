"""AsciiDoc, read as the Markdown that says the same."""

import re
from collections import Counter

from index.documents import LoadedFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.left_out import named
from index.loading.loaders.markdown.loader import add_markdown
from index.loading.loaders.text import clean, decode
from index.loading.loaders.titles import choose_title, real_title

_HEADING = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*?)(?:[ \t]+=+)?")
_ATTRIBUTE = re.compile(r":!?([\w-]{1,60})!?:(?:[ \t]+(.*))?")
_ANCHOR = re.compile(r"\[.{0,200}\]")
_BLOCK_TITLE = re.compile(r"\.([^\s.].{0,200})")
_BULLET = re.compile(r"([ \t]*)(\*{1,6}|-)[ \t]+(.*)")
_NUMBER = re.compile(r"([ \t]*)(\.{1,6})[ \t]+(.*)")
_TERM = re.compile(r"(\S.{0,200}?):{2,4}(?:[ \t]+(.*))?")
_ADMONITION = re.compile(r"(NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+(.*)")
_MACRO = re.compile(
    r"(image|video|audio|include|toc|ifdef|ifndef|ifeval|endif)::?([^\s\[]{0,300})\[(.{0,500})\]"
)
_LINK = re.compile(
    r"(?:link:|xref:|mailto:)?((?:https?://)?[^\s\[\]<>]{1,400})\[([^\[\]\n]{1,300})\]"
)
_CROSS = re.compile(r"<<([^<>,\n]{1,200})(?:,[ \t]*([^<>\n]{1,200}))?>>")
_PICTURE = re.compile(r"image:([^\s\[]{1,300})\[([^\[\]\n]{0,300})\]")
_STRONG = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,300}?)\*(?![\w*])")
_DELIMITERS = {
    **dict.fromkeys(("----", "....", "++++", "```"), "code"),
    **dict.fromkeys(("====", "****", "--"), "block"),
    "____": "quote",
    "////": "comment",
}
_CELL = re.compile(r"(?:\d{0,3}[.+*]{0,2}\d{0,3}[<^>]{0,2}[a-z]?)\|")
_FIELDS = frozenset({"author", "email", "revdate", "revnumber", "description", "keywords"})
_NAMES = {
    "image": "picture",
    "video": "video",
    "audio": "sound recording",
    "include": "included file",
}


def load_asciidoc(data: bytes, name: str) -> LoadedFile:
    """Return the text of an AsciiDoc file, as its reader sees it.

    Author, date and description are fields. Comments, pictures without text, and files that it
    includes are left out, and named.
    """
    builder = DocumentBuilder()
    source = _AsciiDoc(clean(decode(data, name)).split("\n"))
    for label, value in source.fields:
        builder.add_field(label, value)
    source.left_out += add_markdown(builder, "\n".join(source.markdown))
    return LoadedFile(
        builder.text,
        real_title(source.title) or choose_title("", builder.text, name),
        "asciidoc",
        blocks=builder.blocks,
        left_out=named(source.left_out),
    )


class _AsciiDoc:
    """An AsciiDoc file as Markdown.

    Attributes:
        title: Its title.
        fields: What is said of it as a whole.
        markdown: Its lines in Markdown.
        left_out: What isn't text in it, counted.
    """

    def __init__(self, lines: list[str]) -> None:
        self.title = ""
        self.fields: list[tuple[str, str]] = []
        self.markdown: list[str] = []
        self.left_out: Counter[str] = Counter()
        self._quotes: list[str] = []  # delimiters of the blocks that are open
        self._at_hand = ""  # the line, with the white space before it
        self._ends: dict[str, int] = {}
        for at, line in enumerate(lines):
            self._ends[line.rstrip()] = at  # the last line of each kind: what is never closed
        at = 0
        while at < len(lines):
            at = self._take(lines, at)

    def _take(self, lines: list[str], at: int) -> int:
        line = lines[at].rstrip()
        words = line.strip()
        delimiter = "```" if words.startswith("```") else words
        if delimiter[:3] == "|==" or delimiter[:3] in {",==", ":=="}:
            return self._table(lines, at)
        kind = self._kind_of(delimiter)
        if kind in {"code", "comment"}:
            return self._verbatim(lines, at, delimiter, kind)
        if kind is not None:
            if self._quotes and self._quotes[-1] == delimiter:
                self._quotes.pop()
            elif len(self._quotes) < 20:
                self._quotes.append(delimiter)
            self.markdown.append("")
            return at + 1
        if words.startswith("//"):
            self.left_out["comment"] += 1
            return at + 1
        self._at_hand = line.expandtabs(2)
        quoted = "> " if any(mark.startswith("____") for mark in self._quotes) else ""
        self.markdown += [f"{quoted}{new}" for new in self._line(words)]
        return at + 1

    @staticmethod
    def _kind_of(delimiter: str) -> str | None:
        if delimiter in {"--", "```"}:
            return _DELIMITERS[delimiter]
        if len(delimiter) >= 4 and len({*delimiter}) == 1:
            return _DELIMITERS.get(delimiter[:4])
        return None

    def _line(self, words: str) -> list[str]:
        """Return a line as Markdown, in one or several lines."""
        if heading := _HEADING.fullmatch(words):
            level = len(heading[1])
            if level == 1 and not self.title:
                self.title = heading[2]
            return ["", f"{'#' * level} {self._inline(heading[2])}", ""]
        if attribute := _ATTRIBUTE.fullmatch(words):
            if attribute[1] in _FIELDS and attribute[2]:
                self.fields.append((attribute[1].capitalize(), attribute[2].strip()))
            else:
                self.left_out["setting"] += 1
            return []
        if macro := _MACRO.fullmatch(words):
            alt = macro[3].split(",")[0].strip('" ')
            if macro[1] == "image" and alt:
                return ["", f"![{alt}]()", ""]
            self.left_out[_NAMES.get(macro[1], "condition")] += 1
            return [""]
        if _ANCHOR.fullmatch(words) or words in {"+", "'''", "<<<"}:
            return [""]
        return self._text(words)

    def _text(self, words: str) -> list[str]:
        if admonition := _ADMONITION.fullmatch(words):
            return ["", f"{admonition[1].capitalize()}: {self._inline(admonition[2])}"]
        if bullet := _BULLET.fullmatch(self._at_hand):
            depth = max(len(bullet[2]) - 1, len(bullet[1]) // 2)
            return [f"{'  ' * depth}- {self._inline(bullet[3])}"]
        if number := _NUMBER.fullmatch(self._at_hand):
            depth = max(len(number[2]) - 1, len(number[1]) // 2)
            return [f"{'   ' * depth}1. {self._inline(number[3])}"]
        if (term := _TERM.fullmatch(words)) and "://" not in term[1]:
            return ["", f"{self._inline(term[1])}: {self._inline(term[2] or '')}"]
        if title := _BLOCK_TITLE.fullmatch(words):
            return ["", self._inline(title[1]), ""]
        return [self._inline(words)]

    def _verbatim(self, lines: list[str], at: int, delimiter: str, kind: str) -> int:
        end = at + 1
        if self._ends.get(delimiter, at) <= at:
            return at + 1  # it is never closed
        while lines[end].rstrip() != delimiter:
            end += 1
        if kind == "comment":
            self.left_out["comment"] += 1
        else:
            code = (line.replace("~~~~", "~~~") for line in lines[at + 1 : end])
            self.markdown += ["", "~~~~", *code, "~~~~", ""]
        return end + 1

    def _table(self, lines: list[str], at: int) -> int:
        delimiter = lines[at].rstrip()
        if self._ends[delimiter] <= at:
            return at + 1  # it is never closed
        end = at + 1
        while lines[end].rstrip() != delimiter:
            end += 1
        rows = _rows(lines[at + 1 : end])
        header = at > 0 and "header" in lines[at - 1]
        header = header or (len(rows) > 1 and end > at + 2 and not lines[at + 2].strip())
        if rows:
            width = max(map(len, rows))
            if not header:
                rows.insert(0, [""] * width)
            shown = ["| " + " | ".join(map(self._inline, row)) + " |" for row in rows]
            self.markdown += ["", shown[0], "|" + "-|" * width, *shown[1:], ""]
        return end + 1

    def _inline(self, text: str) -> str:
        text = _PICTURE.sub(lambda found: f"![{found[2].split(',')[0]}]()", text)
        text = _CROSS.sub(lambda found: found[2] or found[1], text)
        text = _LINK.sub(self._link, text)
        return _STRONG.sub(r"**\1**", text)

    @staticmethod
    def _link(found: re.Match[str]) -> str:
        words = found[2].rstrip("^")
        return f"[{words}]({found[1]})" if "://" in found[1] else words


def _rows(lines: list[str]) -> list[list[str]]:
    """Return the rows of a table: as many cells as its first line, or its first paragraph, has."""
    cells: list[str] = []
    columns = 0
    for at, line in enumerate(map(str.strip, lines)):
        if _CELL.match(line):
            cells += [cell.strip() for cell in line.split("|")[1:]]
            if at == 0 and len(cells) > 1:
                columns = len(cells)
        elif line and cells:
            cells[-1] += f" {line}"
        elif not line:
            columns = columns or len(cells)
    columns = columns or len(cells) or 1
    return [cells[at : at + columns] for at in range(0, len(cells), columns)]
