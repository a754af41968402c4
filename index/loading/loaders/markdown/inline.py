"""Running text of Markdown: what is seen of it, and where its links lead."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

from index.loading.loaders.text import clean

if TYPE_CHECKING:
    from markdown_it.token import Token

LINE = "\x1e"  # between two lines of the source: a space, unless they are fields

_TAG = re.compile(r"<(/?)(br|img|a)\b([^>]*)>", re.I)
_ATTRIBUTE = re.compile(r"\b(alt|href)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.I)
_SIZE = re.compile(r"(?:^|\|)\d{1,5}(?:x\d{1,5})?$")  # of a picture, in Obsidian
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?://)?", re.I)
# Others, as `zotero:` and `obsidian:`, open a place in a program, which no reader types or sees.
_OPENED = frozenset({"http", "https", "ftp", "ftps", "sftp", "mailto", "tel", "doi", "file"})
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|heic|avif)$", re.I)
_SOUND = re.compile(r"\.(?:mp3|wav|m4a|ogg|flac)$", re.I)
_VIDEO = re.compile(r"\.(?:mp4|webm|mov|mkv|ogv)$", re.I)
_HIGHLIGHT_OPENS = re.compile(r"(?<![^\s(\[{\"'“‘„«*_–—-])==(?=[^\s=])")
_HIGHLIGHT_CLOSES = re.compile(r"(?<=[^\s=])==(?![\w=])")
_BLOCK_ID = re.compile(r"(?:^|\s)\^[A-Za-z0-9-]{1,60}$")


class Reading:
    """What a reader sees of a run of tokens.

    A link's target stands behind its text in parentheses, unless it says the same, leads to a place
    in the same document, or opens another program.

    Args:
        children: The tokens.
        targets: False to keep the links' targets apart, as those in headings are.

    Attributes:
        text: What is seen. Lines of the source have `LINE` between them, breaks a newline.
        links: The targets that were kept apart, each once.
        notes: The labels of the footnotes that it refers to.
        left_out: What isn't seen in it, counted.
        pictures: Whether it is nothing but pictures.
    """

    def __init__(self, children: Sequence["Token"], *, targets: bool = True) -> None:
        self.links: list[str] = []
        self.notes: list[str] = []
        self.left_out: Counter[str] = Counter()
        self.pictures = True
        self._targets = targets
        self._parts: list[str] = []
        self._open: list[tuple[str, int]] = []  # target of a link, and where its text begins
        for child in children:
            self._take(child)
        while self._open:
            self._end_link()
        text = _BLOCK_ID.sub("", "".join(self._parts))
        if len(_HIGHLIGHT_OPENS.findall(text)) == len(_HIGHLIGHT_CLOSES.findall(text)):
            text = _HIGHLIGHT_CLOSES.sub("", _HIGHLIGHT_OPENS.sub("", text))
        self.text = text

    def _take(self, child: "Token") -> None:
        if child.type not in {"image", "softbreak", "link_open", "link_close"}:
            self.pictures &= child.type == "text" and not child.content.strip()
        match child.type:
            case "text" | "code_inline" | "formula":
                self._add(child.content)
            case "softbreak" | "hardbreak":
                self._parts.append(LINE if child.type == "softbreak" else "\n")
            case "link_open":
                self._open.append((str(child.attrs.get("href") or ""), len(self._parts)))
            case "link_close" if self._open:
                self._end_link()
            case "image":
                self._picture(Reading(child.children or (), targets=False).text)
            case "html_inline":
                self._tag(child.content)
            case _:
                self._take_note(child)

    def _take_note(self, child: "Token") -> None:
        if child.type == "footnote_ref":
            self.notes.append(child.content)
            self._add(f"[{child.content}]")
        elif child.type == "wiki_link":
            self._wiki_link(child.content, embeds=bool(child.info))
        elif child.type == "comment":
            self.left_out["comment"] += 1

    def _add(self, text: str) -> None:
        self._parts.append(clean(text).replace("\xad", ""))

    def _picture(self, alt: str) -> None:
        alt = " ".join(_SIZE.sub("", alt).replace(LINE, " ").split())
        if not alt:
            self.left_out["picture without text"] += 1
            return
        if self._parts and self._parts[-1].strip() and self._parts[-1][-1].isalnum():
            self._parts.append(" ")
        self._add(alt)

    def _end_link(self) -> None:
        target, start = self._open.pop()
        text = "".join(self._parts[start:]).replace(LINE, " ")
        kept = shown_target(target, text)
        if not kept:
            return
        if not text.strip():
            self._add(kept)
        elif self._targets:
            self._add(f" ({kept})")
        elif kept not in self.links:
            self.links.append(kept)

    def _wiki_link(self, inside: str, *, embeds: bool) -> None:
        target, _, alias = inside.replace("\\|", "|").partition("|")
        page, _, place = (part.strip() for part in target.partition("#"))
        place = "" if place.startswith("^") else place
        if embeds and (what := _embedded(page)):
            self.left_out[what] += 1
            if what.startswith("picture") and _SIZE.sub("", alias).strip():
                self.left_out[what] -= 1
                self._add(alias)
            return
        if embeds:
            self.left_out["embedded note"] += 1
        name = " > ".join(filter(None, [page, *place.split("#")]))
        alias = "" if embeds else alias.strip()
        same = not alias or _plain(alias) == _plain(name) or not self._targets
        self._add(alias or name if same else f"{alias} ({name})")

    def _tag(self, markup: str) -> None:
        match = _TAG.fullmatch(markup)
        if not match:
            return
        ends, tag = bool(match[1]), match[2].lower()
        values = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(match[3])}
        if tag == "br":
            self._parts.append("\n")
        elif tag == "img":
            self._picture(values.get("alt", ""))
        elif not ends:
            self._open.append((values.get("href", ""), len(self._parts)))
        elif self._open:
            self._end_link()


def shown_target(target: str, text: str) -> str:
    """Return what to show of a link's target beside its text; "" if nothing."""
    target = " ".join(clean(target).split())
    scheme = _SCHEME.match(target)
    if not target or target.startswith("#") or (scheme and scheme[1].lower() not in _OPENED):
        return ""
    if scheme and scheme[1].lower() in {"mailto", "tel"}:
        target = target[scheme.end() :].partition("?")[0]
    return "" if _plain(target) in _plain(text) else target


def _plain(text: str) -> str:
    """Return a text or an address without what makes no difference between them."""
    text = unquote(_SCHEME.sub("", text.strip(), count=1)).casefold()
    return " ".join(text.removeprefix("www.").rstrip("/").split())


def _embedded(name: str) -> str:
    for pattern, what in (
        (_PICTURE, "picture without text"),
        (_VIDEO, "video"),
        (_SOUND, "sound recording"),
    ):
        if pattern.search(name):
            return what
    return "embedded PDF" if name.lower().endswith(".pdf") else ""
