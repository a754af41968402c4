"""Progress of adding, and the outcome for each file and text."""

from dataclasses import dataclass
from typing import Literal

from index.documents import Document

Status = Literal["added", "updated", "renamed", "removed", "unchanged", "gone", "failed", "skipped"]
Cause = Literal["", "format", "hidden", "ignored", "installed", "link", "removed", "special"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a long task.

    Attributes:
        stage: `reading` files, `encoding` sentences, or `arranging` those of a large corpus.
        done: Files read, or sentences of the present batch encoded.
        total: Files in all, or sentences of the present batch.
        name: The file at hand, and which page of it if that is a picture; empty while encoding.
        page: Of a page that is a picture which one it is, counted from 1; else 0.
        pages: Of how many.
    """

    stage: Literal["reading", "encoding", "arranging"]
    done: int
    total: int
    name: str = ""
    page: int = 0
    pages: int = 0


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """The outcome for one file or text.

    Attributes:
        source: The file's or folder's absolute path, or the text's name.
        status: `added`, `updated`, `unchanged` or `failed`; `renamed` is a document whose file is
            found in another place or under another name, `removed` one that was taken out for its
            file has gone, and `gone` one that might be; `skipped` is what was met in a folder but
            isn't taken for a document.
        document: The document as it now stands in the corpus, or last stood there; None if it
            failed or was skipped, or nothing was done yet.
        reason: Why it failed, was skipped or removed, and what to do; where it was before it was
            renamed; or why a file that hasn't changed was read again; else empty.
        cause: Why it was skipped: its `format` isn't read, it is `hidden`, an ignore file leaves it
            out (`ignored`), what programs `installed` or made for themselves, a `link` to a folder
            or to nothing, somebody `removed` it from the corpus, or `special`: a pipe, socket or
            device; else empty.
        beside: Names of documents that were added under the same name and hold something else;
            they were kept, and this one was given a number.
    """

    source: str
    status: Status
    document: Document | None = None
    reason: str = ""
    cause: Cause = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Synced:
    """What bringing a corpus up to date with its folders has done, or would do.

    Attributes:
        outcomes: What became of each file, and of what else was met, but for what is unchanged;
            folders that can't be looked through are `failed`, and their documents kept.
        unchanged: How many files are as they were.
    """

    outcomes: tuple[FileOutcome, ...]
    unchanged: int

    @property
    def changes(self) -> tuple[FileOutcome, ...]:
        """The outcomes by which the corpus has changed, or would change."""
        kinds = ("added", "updated", "renamed", "removed")
        return tuple(outcome for outcome in self.outcomes if outcome.status in kinds)
