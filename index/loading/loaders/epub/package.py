"""The parts of an EPUB: its metadata, its chapters in reading order, its table of contents."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from index.errors import FileTooLarge, UnreadableFile
from index.limits import UNPACKED, UNPACKED_TEXT
from index.loading.loaders.text import clean, collapse

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CHAPTERS = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document"})
_CHAPTER_NAME = re.compile(r"\.x?html?$", re.I)
# What keeps a font from being taken out of the book; its text can be read
_OF_FONTS = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_DEEPEST = 6  # levels of a table of contents that are told apart


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the book.

    Attributes:
        path: In the archive.
        kind: Its media type.
        properties: What the book says about it: `nav`, `cover-image`.
    """

    path: str
    kind: str
    properties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the table of contents.

    Attributes:
        path: Of the chapter that it leads to.
        fragment: Identifier of the place in it; empty if it leads to its beginning.
        title: Its words.
        level: How deep it is nested, from 1 on.
    """

    path: str
    fragment: str
    title: str
    level: int


class Package:
    """A book as its parts."""

    def __init__(self, data: bytes, name: str) -> None:
        """Open it.

        Raises:
            FileTooLarge: It would take gigabytes when uncompressed.
            UnreadableFile: It isn't whole, or its text is encrypted.
        """
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._name = name
        files = self._archive.infolist()
        self._files = {file.filename: file for file in files}
        self._in_any_case = {path.casefold(): path for path in self._files}
        self._unread = UNPACKED_TEXT.most
        if sum(file.file_size for file in files) > UNPACKED.most:
            raise self._too_large()
        self._path = self._find_package()
        root = self._xml(self._path)
        if root is None:
            raise UnreadableFile(
                f"{name} isn't a whole EPUB: its list of chapters is missing. Get it again from "
                "where it came from."
            )
        self._root = root
        self.parts = dict(self._find_parts())
        self.chapters = list(self._find_chapters())
        self._refuse_encrypted()

    def values(self, element: str) -> list[tuple[str, str]]:
        """Return what the metadata say of something, each with its role or scheme, if any."""
        found = []
        refined = {
            of: collapse(clean(meta.text or ""))
            for meta in self._all("meta")
            if (of := meta.get("refines", "")) and meta.get("property") == "role"
        }
        for one in self._all(element):
            role = next((value for key, value in one.items() if _local(key) == "role"), "")
            scheme = next((value for key, value in one.items() if _local(key) == "scheme"), "")
            role = role or scheme or refined.get(f"#{one.get('id', '')}", "")
            if value := collapse(clean("".join(one.itertext()))):
                found.append((value, role.lower()))
        return found

    def read(self, path: str) -> bytes:
        """Return a part of the book; empty if it is missing.

        Raises:
            FileTooLarge: All that were read are too large when uncompressed.
        """
        file = self._files.get(self._in_any_case.get(path.casefold(), path))
        if file is None:
            return b""
        self._unread -= file.file_size
        if self._unread < 0:
            raise self._too_large()
        return self._archive.read(file)

    def contents(self) -> Iterator[Entry]:
        """Yield the entries of the table of contents, in its order."""
        found = False
        for part in self.parts.values():
            if "nav" in part.properties:
                for entry in self._entries_of_nav(part.path):
                    found = True
                    yield entry
        if not found:
            for part in self.parts.values():
                if part.kind == "application/x-dtbncx+xml":
                    yield from self._entries_of_ncx(part.path)

    def table_of_contents(self) -> set[str]:
        """Return the chapters that are nothing but the table of contents in print."""
        return {
            self._path_of(one.get("href", ""))[0]
            for one in self._all("reference")
            if one.get("type") == "toc"
        }

    def _find_package(self) -> str:
        root = self._xml("META-INF/container.xml")
        for one in root.iter("{*}rootfile") if root is not None else ():
            path: str = one.get("full-path", "").lstrip("/")
            if path in self._files:
                return path
        return next((path for path in self._files if path.lower().endswith(".opf")), "")

    def _find_parts(self) -> Iterator[tuple[str, Part]]:
        for item in self._all("item"):
            path = self._path_of(item.get("href", ""))[0]
            properties = frozenset(item.get("properties", "").split())
            yield item.get("id", ""), Part(path, item.get("media-type", "").lower(), properties)

    def _find_chapters(self) -> Iterator[Part]:
        """Yield the chapters in reading order, each once; what stands aside comes last."""
        aside: list[Part] = []
        seen: set[str] = set()
        for one in self._all("itemref"):
            part = self.parts.get(one.get("idref", ""))
            if part is None or part.path in seen:
                continue
            if part.kind not in _CHAPTERS and not _CHAPTER_NAME.search(part.path):
                continue
            seen.add(part.path)
            if one.get("linear") == "no":
                aside.append(part)
            else:
                yield part
        yield from aside

    def _refuse_encrypted(self) -> None:
        root = self._xml("META-INF/encryption.xml")
        chapters = {part.path for part in self.chapters}
        for one in root.iter("{*}EncryptedData") if root is not None else ():
            method = one.find("{*}EncryptionMethod")
            if method is not None and method.get("Algorithm", "") in _OF_FONTS:
                continue
            paths = {
                unquote(to.get("URI", "")).lstrip("/") for to in one.iter("{*}CipherReference")
            }
            if paths & chapters:
                raise UnreadableFile(
                    f"{self._name} is protected against copying (DRM), so that only the reading "
                    "program it was bought for can open it. Get an edition without protection and "
                    "add that."
                )

    def _entries_of_nav(self, path: str) -> Iterator[Entry]:
        root = self._xml(path)
        for nav in root.iter("{*}nav") if root is not None else ():
            kinds = next((value for key, value in nav.items() if _local(key) == "type"), "toc")
            if "toc" not in kinds.split():
                continue
            level = 0
            for element, entering in _walk(nav):
                tag = _local(element.tag)
                level += (1 if entering else -1) if tag == "ol" else 0
                if tag == "a" and entering:
                    title = collapse(clean("".join(element.itertext())))
                    yield from self._entry(path, element.get("href", ""), title, level)

    def _entries_of_ncx(self, path: str) -> Iterator[Entry]:
        root = self._xml(path)
        level, title = 0, ""
        for element, entering in _walk(root) if root is not None else ():
            tag = _local(element.tag)
            if tag == "navPoint":
                level += 1 if entering else -1
            elif not entering or not level:
                continue
            elif tag == "text":
                title = collapse(clean(element.text or ""))
            elif tag == "content":
                yield from self._entry(path, element.get("src", ""), title, level)

    def _entry(self, base: str, href: str, title: str, level: int) -> Iterator[Entry]:
        path, fragment = self._path_of(href, base)
        if title and path:
            yield Entry(path, fragment, title, min(max(1, level), _DEEPEST))

    def _path_of(self, href: str, base: str = "") -> tuple[str, str]:
        """Return the path in the archive that a part refers to, and the place in it."""
        path, _, fragment = href.partition("#")
        base = base or self._path
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(path)))
        return (joined if path else base).lstrip("/"), unquote(fragment)

    def _all(self, tag: str) -> "Iterator[Element]":
        yield from self._root.iter(f"{{*}}{tag}")

    def _xml(self, path: str) -> "Element | None":
        """Return a part, parsed without entities, and without anything from outside of it."""
        from lxml import etree

        data = self.read(path)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
        )
        try:
            return etree.fromstring(data, parser) if data.strip() else None
        except etree.XMLSyntaxError:
            return None

    def _too_large(self) -> FileTooLarge:
        return FileTooLarge(
            f"{self._name} is small on disk but huge when uncompressed, so it isn't read. Get an "
            "edition without images."
        )


def _local(tag: object) -> str:
    """Return a name without its namespace; "" of a comment."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _walk(root: "Element") -> "Iterator[tuple[Element, bool]]":
    """Yield the elements in one, on entering (True) and on leaving them."""
    from lxml import etree

    for event, element in etree.iterwalk(root, events=("start", "end")):
        yield element, event == "start"
