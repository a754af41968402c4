"""What a person at the other end is told of an error: never where files are on this computer."""

import errno
import logging
import sqlite3

from index import CorpusClosed, CorpusLocked, RetrievalError, UnknownDocument, UserError

_FAILED = "Something went wrong. Try again; details are in the terminal that runs Verbatim."
_LOCKED = "Another program is writing to the corpus. Try again when it has finished."
_CLOSED = "Verbatim is shutting down. Start it again, then ask."
_FULL = (
    "The disk of the computer that runs Verbatim is full. Make room on it, then try again. "
    "What was added before is kept."
)
_UNUSABLE = "The corpus or its model can't be used. Details are in the terminal that runs Verbatim."

_OUT_OF_ROOM = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_DEEPEST = 8  # causes of an error that are looked through


def public_message(error: Exception, listing: str = "") -> tuple[int, str]:
    """Return the HTTP status and the message for an error, and log what isn't the person's own.

    Messages about the input are shown as they are. Those about the corpus name its folder, and
    those about a model may, so they stay in the log.

    Args:
        error: The error.
        listing: Says how the documents are listed at this door, for where one isn't there.
    """
    if fills_the_disk(error):
        logging.getLogger(__name__).error("%s", error)
        return 507, _FULL
    return _message_of(error, listing)


def _message_of(error: Exception, listing: str) -> tuple[int, str]:
    match error:
        case UnknownDocument():
            return 404, f"{error} {listing}".rstrip()
        case UserError():
            return 400, str(error)
        case CorpusLocked():
            return 409, _LOCKED
        case CorpusClosed():
            return 503, _CLOSED
        case RetrievalError():
            logging.getLogger(__name__).error("%s", error)
            return 503, _UNUSABLE
        case _:
            logging.getLogger(__name__).error("Unexpected error", exc_info=error)
            return 500, _FAILED


def fills_the_disk(error: BaseException | None) -> bool:
    """Return whether an error, or what caused it, is that a disk has no room left."""
    for _ in range(_DEEPEST):
        match error:
            case None:
                return False
            case OSError() if error.errno in _OUT_OF_ROOM:
                return True
            case OSError() if error.errno is None and "No space left" in str(error):  # tantivy's
                return True
            case sqlite3.Error() if _code(error) == sqlite3.SQLITE_FULL:
                return True
        error = error.__cause__
    return False


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
