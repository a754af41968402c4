"""What a person at the other end is told of an error: never where files are on this computer."""

import logging

from index import CorpusClosed, CorpusLocked, RetrievalError, UnknownDocument, UserError

_FAILED = "Something went wrong. Try again; details are in the terminal that runs Verbatim."
_LOCKED = "Another program is writing to the corpus. Try again when it has finished."
_CLOSED = "Verbatim is shutting down. Start it again, then ask."
_UNUSABLE = "The corpus or its model can't be used. Details are in the terminal that runs Verbatim."


def public_message(error: Exception) -> tuple[int, str]:
    """Return the HTTP status and the message for an error, and log what isn't the person's own.

    Messages about the input are shown as they are. Those about the corpus name its folder, and
    those about a model may, so they stay in the log.
    """
    match error:
        case UnknownDocument():
            return 404, str(error)
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
