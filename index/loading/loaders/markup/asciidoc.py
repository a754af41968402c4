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
_MARKED = re.compile(r"(?:\[[^\[\]\n]{0,60}\])?(?<![\w#&])#(?=[^\s#])([^#\n]{1,300}?)#(?![\w#])")
_LOWERED = re.compile(r"(?<=\w)([~^])(\w{1,12})\1")
_FOOTNOTE = re.compile(r"\s?footnote:([\w-]{0,40})\[((?:[^\[\]\n]|\[[^\[\]\n]{0,200}\]){0,1000})\]")
_NOTED = re.compile("\ue010(\\d+)\ue011")  # signs of a private area, which no link has
_NAMED = re.compile(r"(?<!\\)\{([A-Za-z][\w-]{0,40})\}")
# Below the title: "Jane Roe <jane@mail.example>; Bo Ohm", and "v1.2, 2024-01-15: In print"
_AUTHOR = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,4}(?: <[^<>\s]{3,100}>)?")
_REVISION = re.compile(
    r"(?:v[\d.]{1,20}|v?\d[\w.]{0,20}, .{4,60}|v?\d{4}-\d\d-\d\d)(?:: .{1,100})?"
)
_ADMONITIONS = frozenset({"NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"})
_QUOTED = re.compile(r"\[(?:quote|verse),\s*(\S.{0,200}?)\s*\]")
_CHARACTERS = {
    "nbsp": "\u00a0",
    "sp": " ",
    "empty": "",
    "blank": "",
    "plus": "+",
    "amp": "&",
    "lt": "<",
    "gt": ">",
    "apos": "'",
    "quot": '"',
    "lsquo": "‘",
    "rsquo": "’",
    "ldquo": "“",
    "rdquo": "”",
    "deg": "°",
    "vbar": "|",
    "caret": "^",
    "tilde": "~",
    "cpp": "C++",
    "startsb": "[",
    "endsb": "]",
    "backtick": "`",
    "asterisk": "*",
    "zwsp": "",
}
_LONGEST_NAMED = 300  # characters that a name stands for
_MOST_NAMED = 2_000_000  # characters that names stand for in a document
_DELIMITERS = {
    **dict.fromkeys(("----", "....", "++++", "```"), "code"),
    **dict.fromkeys(("====", "****", "--"), "block"),
    "____": "quote",
    "////": "comment",
}
_CELL = re.compile(r"(?:\d{0,3}[.+*]{0,2}\d{0,3}[<^>]{0,2}[a-z]?)\|")
_FIELDS = frozenset({"author", "email", "revdate", "revnumber", "description", "keywords"})
_DEEPEST = 20  # blocks in blocks
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
        self._names = dict(_CHARACTERS)  # what stands in braces, and for what
        self._room = _MOST_NAMED
        self._notes: list[str] = []
        self._before = ""  # what stands before the line to come: the kind of an admonition
        self._said_by: list[str] = []  # whose words the quotes are that are open
        self._said_next = ""
        self._below_title = 0  # lines at the top that may tell of the author
        self._ends: dict[str, int] = {}
        for at, line in enumerate(lines):
            self._ends[line.rstrip()] = at  # the last line of each kind: what is never closed
        at = 0
        while at < len(lines):
            at = self._take(lines, at)
        for number, note in enumerate(self._notes, 1):
            self.markdown += ["", f"[^{number}]: {note}"]

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
            self._delimit(delimiter)
            return at + 1
        if words.startswith("//"):
            self.left_out["comment"] += 1
            return at + 1
        self._below_title = self._below_title - 1 if words else 0
        self._at_hand = line.expandtabs(2)
        quoted = "> " if any(mark.startswith("____") for mark in self._quotes) else ""
        self.markdown += [f"{quoted}{new}" for new in self._line(words)]
        return at + 1

    def _delimit(self, delimiter: str) -> None:
        """Begin a block, or end the one that is open."""
        self.markdown.append("")
        if self._quotes and self._quotes[-1] == delimiter:
            self._quotes.pop()
            if said_by := self._said_by.pop():
                self.markdown += [f"— {self._inline(said_by)}", ""]
        elif len(self._quotes) < _DEEPEST:
            self._quotes.append(delimiter)
            self._said_by.append(self._said_next)
        self._said_next = ""

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
                self.title, self._below_title = self._inline(heading[2]), 3
            return ["", f"{'#' * level} {self._inline(heading[2])}", ""]
        if attribute := _ATTRIBUTE.fullmatch(words):
            self._attribute(attribute[1], self._inline(attribute[2] or "").strip())
            return []
        if macro := _MACRO.fullmatch(words):
            alt = macro[3].split(",")[0].strip('" ')
            if macro[1] == "image" and alt:
                return ["", f"![{alt}]()", ""]
            self.left_out[_NAMES.get(macro[1], "condition")] += 1
            return [""]
        return self._below(words)

    def _below(self, words: str) -> list[str]:
        """Return a line that is none of those for programs."""
        if _ANCHOR.fullmatch(words) or words in {"+", "'''", "<<<"}:
            self._anchor(words)
            return [""]
        if words and self._below_title > 0 and self._is_of_title(words):
            return []
        if words and self._before:
            before, self._before = self._before, ""
            if _BULLET.fullmatch(self._at_hand) or _NUMBER.fullmatch(self._at_hand):
                return ["", before.rstrip(), "", *self._text(words)]
            return ["", *self._text(f"{before}{words}")]
        return self._text(words)

    def _attribute(self, name: str, value: str) -> None:
        self._below_title += 1
        if len(value) <= _LONGEST_NAMED:
            self._names[name.lower()] = value
        if name in _FIELDS and value:
            self.fields.append((name.capitalize(), value))
        else:
            self.left_out["setting"] += 1

    def _anchor(self, words: str) -> None:
        """Take what is said in brackets of the block to come."""
        kind = words[1:-1].partition(",")[0].partition("#")[0]
        if kind in _ADMONITIONS:
            self._before = f"{kind.capitalize()}: "
        if said_by := _QUOTED.fullmatch(words):
            self._said_next = said_by[1].replace('"', "")

    def _is_of_title(self, words: str) -> bool:
        """Take a line below the title that says who wrote it, or which revision it is."""
        if self._below_title == 2 and all(map(_AUTHOR.fullmatch, words.split("; "))):
            self.fields.append(("Author", words))
        elif _REVISION.fullmatch(words):
            self.fields.append(("Revision", words))
        else:
            self._below_title = 0
            return False
        return True

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
        text = _NAMED.sub(self._named, text)
        text = _FOOTNOTE.sub(self._footnote, text)
        text = _PICTURE.sub(lambda found: f"![{found[2].split(',')[0]}]()", text)
        text = _CROSS.sub(lambda found: found[2] or found[1].lstrip("_").replace("_", " "), text)
        text = _LINK.sub(self._link, text)
        text = _LOWERED.sub(r"\2", _MARKED.sub(r"\1", text))
        return _NOTED.sub(r"[^\1]", _STRONG.sub(r"**\1**", text))

    def _named(self, found: re.Match[str]) -> str:
        words = self._names.get(found[1].lower(), found[0]) if self._room > 0 else found[0]
        self._room -= len(words)
        return words

    def _footnote(self, found: re.Match[str]) -> str:
        if found[2]:
            self._notes.append(self._inline(found[2]))
        return f"\ue010{len(self._notes)}\ue011" if found[2] else ""

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
