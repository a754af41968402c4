"""What is told of adding: how far it has come, and what became of each file and text."""

from dataclasses import dataclass
from typing import Literal

from index.documents import Document

Status = Literal["added", "updated", "unchanged", "failed", "skipped"]
Cause = Literal["", "format", "hidden", "installed", "link", "special"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long piece of work has come.

    Attributes:
        stage: `reading` files, `encoding` sentences, or `arranging` those of a large corpus.
        done: Files read, or sentences of the present batch encoded.
        total: Files in all, or sentences of the present batch.
        name: The file at hand; empty while encoding.
    """

    stage: Literal["reading", "encoding", "arranging"]
    done: int
    total: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file or text.

    Attributes:
        source: The file's or folder's absolute path, or the text's name.
        status: `added`, `updated`, `unchanged` or `failed`; `skipped` is what was met in a folder
            but isn't taken for a document.
        document: The document as it now stands in the corpus; None if it failed or was skipped.
        reason: Why it failed or was skipped, and what to do; or why a file that hasn't changed was
            read again; else empty.
        cause: Why it was skipped: its `format` isn't read, it is `hidden`, what programs
            `installed` or made for themselves, a `link` to a folder or
            to nothing, or `special`: a pipe, socket or device; else empty.
        beside: Names of documents that were added under the same name and hold something else;
            they were kept, and this one was given a number.
    """

    source: str
    status: Status
    document: Document | None = None
    reason: str = ""
    cause: Cause = ""
    beside: tuple[str, ...] = ()
