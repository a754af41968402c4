"""What the process that reads files says of pages that are pictures, before its answer.

It tells of each that it is begun, and may ask what is known of it and, if nothing is, say what it
has read. A message is a line of JSON; what was read follows it, as bytes that only that process
makes and reads. A file that takes the process over could make it say of another picture what isn't
written there, but only of one of which it has every pixel.
"""

import json
import re
from collections.abc import Callable
from typing import IO, Any, Protocol

from index.limits import PAGES

# Bytes of what is kept of a page: the writing of a full one takes 10,000
_MOST_KEPT = 2_000_000
_KEY = re.compile("[0-9a-f]{64}")


class BadMessage(Exception):
    """What came isn't a message about a page."""


class PageReadings(Protocol):
    """Keeps what was read on pictures."""

    def get(self, key: str) -> bytes:
        """Return what was read on a picture; empty if that isn't known."""

    def put(self, key: str, reading: bytes) -> None:
        """Keep what was read on a picture."""


class PageListener:
    """Hears what the process says of pages, and answers it.

    Attributes:
        keys: Those of the pictures that it asked about.
    """

    def __init__(
        self,
        on_page: Callable[[int, int], None] | None = None,
        readings: PageReadings | None = None,
        reply: Callable[[bytes], None] | None = None,
    ) -> None:
        """Prepare for an answer.

        Args:
            on_page: Called when a page is begun: which one, of how many.
            readings: What is known of pictures; None if it isn't to be asked.
            reply: Sends bytes to the process.
        """
        self.keys: list[str] = []
        self._on_page = on_page
        self._readings = readings
        self._reply = reply
        self._page = 0
        self._may_ask = False
        self._unknown = ""  # the picture that it may say more of

    def hears(self, head: dict[str, Any], stream: IO[bytes]) -> bool:
        """Take a message; return whether it was one. Of each page there are three at most.

        Raises:
            BadMessage, KeyError, TypeError: It isn't as it should be.
        """
        if "page" in head:
            self._begun(head["page"], head["pages"])
        elif "recall" in head:
            self._recalled(head["recall"])
        elif "keep" in head:
            self._kept(head["keep"], head["bytes"], stream)
        else:
            return False
        return True

    def _begun(self, page: object, pages: object) -> None:
        if type(page) is not int or type(pages) is not int:
            raise BadMessage
        # Each later than the one before, so that it comes to an end
        if not self._page < page <= pages <= PAGES.most:
            raise BadMessage
        self._page, self._may_ask, self._unknown = page, True, ""
        if self._on_page:
            self._on_page(page, pages)

    def _recalled(self, key: object) -> None:
        if self._readings is None or self._reply is None or not self._may_ask:
            raise BadMessage
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise BadMessage
        self._may_ask = False
        self.keys.append(key)
        known = self._readings.get(key)
        self._unknown = "" if known else key
        self._reply(json.dumps({"bytes": len(known)}).encode() + b"\n" + known)

    def _kept(self, key: object, size: object, stream: IO[bytes]) -> None:
        if self._readings is None or not self._unknown or key != self._unknown:
            raise BadMessage
        if type(size) is not int or not 0 < size <= _MOST_KEPT:
            raise BadMessage
        reading = stream.read(size)
        if len(reading) != size:
            raise BadMessage
        self._readings.put(self._unknown, reading)
        self._unknown = ""


class PageTeller:
    """Tells of pages, in the process that reads them."""

    def __init__(self, answers: IO[bytes], requests: IO[bytes]) -> None:
        self._answers = answers
        self._requests = requests

    def begun(self, page: int, pages: int) -> None:
        """Tell that a page is begun that takes seconds to read."""
        self._say({"page": page, "pages": pages})

    def recall(self, key: str) -> bytes:
        """Return what was read on a picture; empty if that isn't known."""
        self._say({"recall": key})
        size: int = json.loads(self._requests.readline())["bytes"]
        return self._requests.read(size)

    def keep(self, key: str, reading: bytes) -> None:
        """Say what was read on a picture, for the next time."""
        if len(reading) <= _MOST_KEPT:
            self._say({"keep": key, "bytes": len(reading)}, reading)

    def _say(self, message: dict[str, Any], more: bytes = b"") -> None:
        self._answers.write(json.dumps(message).encode() + b"\n" + more)
        self._answers.flush()
