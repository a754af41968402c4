"""Whether the files of the lexical index are those that were written: a list of their SHA-256.

tantivy reads its files as they are; a damaged one makes it fail in the midst of a search, or find
something else.
"""

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, Timeout

from index.cores import usable_cores
from index.errors import CorpusLocked
from index.store.files import file_sha256, replacing

_log = logging.getLogger(__name__)
_LIST = "sha256.json"
_META = "meta.json"  # tantivy's own: names the segments that make up the index
_MANAGED = ".managed.json"  # tantivy's own: names all files, those of no use any more among them
_GLANCE = 0.2  # seconds to see whether anybody is writing: opening a corpus waits for it
_PATIENCE = 5.0  # seconds that it waits where it can't do without


class LexicalFiles:
    """The list of one index folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, str] = {}  # segment files never change

    def discard_if_damaged(self, lock: BaseFileLock) -> None:
        """Remove the index if it isn't what was written; it is then made again.

        Args:
            lock: What a writer holds. While one is at work its files are ahead of the list, and
                are taken as they are.
        """
        if not self.intact():
            with suppress(Timeout), lock.acquire(timeout=_GLANCE):
                if not self.intact():
                    shutil.rmtree(self._folder)

    def discard_if_outdated(self, lock: BaseFileLock, fields: Mapping[str, str]) -> None:
        """Remove the index if an earlier version made its fields; it is then made again.

        Args:
            lock: What a writer holds.
            fields: The fields of words in an index of this version, each with tantivy's name of
                what parts these.

        Raises:
            CorpusLocked: A program of that version is writing to the corpus.
        """
        if self._fields() in ({}, fields):
            return
        try:
            with lock.acquire(timeout=_PATIENCE):
                if self._fields() not in ({}, fields):
                    shutil.rmtree(self._folder)
                    _log.warning(
                        "An earlier version made the index of words of the corpus in %s. It is "
                        "made anew from the texts at the first question, which takes about a "
                        "minute for each 500,000 sentences.",
                        self._folder.parent,
                    )
        except Timeout as error:
            raise CorpusLocked(
                "A program of an earlier version of Verbatim is writing to this corpus. Wait until "
                "it is done, or end it, and try again."
            ) from error

    def _fields(self) -> dict[str, str]:
        """Return what parts the words of each field; nothing if there is no index."""
        try:
            fields = json.loads((self._folder / _META).read_bytes())["schema"]
            options = {field["name"]: field["options"].get("indexing") for field in fields}
            tokenizers = {name: known["tokenizer"] for name, known in options.items() if known}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}  # damaged, if it is there
        return {name: used for name, used in tokenizers.items() if used != "raw"}

    def record(self) -> None:
        """Write the list of what the index consists of now, aside and then in its place."""
        meta = self._learn()
        listed = {**self._known, _META: hashlib.sha256(meta).hexdigest()}
        with replacing(self._folder / _LIST) as aside:
            aside.write_text(json.dumps(listed), encoding="utf-8")

    def _learn(self) -> bytes:
        """Look at the index's files, again if tantivy merges some meanwhile; return its meta."""
        while True:
            meta = (self._folder / _META).read_bytes()
            try:
                names = self._segment_files(json.loads(meta))
                self._known = {
                    name: self._known.get(name) or file_sha256(self._folder / name)
                    for name in names
                }
            except FileNotFoundError:
                if (self._folder / _META).read_bytes() == meta:
                    raise
            else:
                if (self._folder / _META).read_bytes() == meta:
                    return meta

    def drop_leftovers(self) -> None:
        """Remove the lists of deletions that a killed writer left: tantivy stumbles over them."""
        used = set(self._segment_files(json.loads((self._folder / _META).read_bytes())))
        for path in self._folder.glob("*.del"):
            if path.name not in used:
                path.unlink(missing_ok=True)

    def intact(self) -> bool:
        """Return whether everything on the list is there and unchanged; an empty folder is."""
        if not (self._folder / _META).exists() and not (self._folder / _LIST).exists():
            return True
        try:
            listed = json.loads((self._folder / _LIST).read_text(encoding="utf-8"))
            json.loads((self._folder / _MANAGED).read_text(encoding="utf-8"))
            with ThreadPoolExecutor(usable_cores()) as pool:
                hashes = pool.map(lambda name: file_sha256(self._folder / name), listed)
                hashed = dict(zip(listed, hashes, strict=True))
        except (OSError, ValueError, TypeError):
            return False
        if _META not in listed or hashed != listed:
            return False
        self._known = hashed
        return True

    def _segment_files(self, meta: dict[str, Any]) -> list[str]:
        deleted = {
            segment["segment_id"].replace("-", ""): segment["deletes"]
            and segment["deletes"]["opstamp"]
            for segment in meta["segments"]
        }
        files = []
        for path in sorted(self._folder.iterdir()):
            segment, _, rest = path.name.partition(".")
            outdated = rest.endswith("del") and rest != f"{deleted.get(segment)}.del"
            if segment in deleted and not outdated:
                files.append(path.name)
        return files
