"""The picture of a page as the process that draws it sends it, checked where it is read.

Of the picture itself only its length, its first bytes and its size are: browsers decode pictures of
anybody's.
"""

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import IO

from index.documents import Box, PagePicture
from index.errors import UserError
from index.limits import PAGES, PICTURE
from index.loading.answers import BadAnswer, error_in, piece_of

_HEAD = 1_000_000  # bytes of the line
_MOST_BOXES = 5_000
_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_BYTES = 4 * PICTURE.most  # three for a pixel, were nothing of it compressed


@dataclass(frozen=True, slots=True)
class PictureAnswer:
    """What was made of a request: a picture, or why there is none."""

    error: UserError | None = None
    picture: PagePicture | None = None


def written_picture(
    png: bytes, width: int, height: int, pages: int, boxes: Sequence[Box]
) -> list[bytes]:
    """Return the parts of an answer."""
    places = [[round(at, 5) for at in astuple(box)] for box in boxes[:_MOST_BOXES]]
    head = {"bytes": len(png), "width": width, "height": height, "pages": pages, "boxes": places}
    return [json.dumps(head).encode() + b"\n", png]


def read_picture(stream: IO[bytes]) -> PictureAnswer:
    """Return the next answer of the process.

    Raises:
        BadAnswer: The process ended, or sent something else.
    """
    line = stream.readline(_HEAD)
    try:
        head = json.loads(line) if line.endswith(b"\n") else None
        if not isinstance(head, dict):
            raise BadAnswer
        if "error" in head:
            return PictureAnswer(error=error_in(head))
        width, height, pages, boxes = (head[key] for key in ("width", "height", "pages", "boxes"))
        png = piece_of(stream, head["bytes"], _MOST_BYTES)
        if (
            not png.startswith(_PNG)
            or any(type(number) is not int or number < 1 for number in (width, height, pages))
            or width * height > 2 * PICTURE.most
            or pages > 10 * PAGES.most
            or not isinstance(boxes, list)
            or len(boxes) > _MOST_BOXES
        ):
            raise BadAnswer
        return PictureAnswer(
            picture=PagePicture(png, width, height, pages, tuple(map(_box, boxes)))
        )
    except (KeyError, TypeError, ValueError, RecursionError, OverflowError) as error:
        raise BadAnswer from error


def _box(places: object) -> Box:
    if not isinstance(places, list) or any(type(at) not in (int, float) for at in places):
        raise BadAnswer
    box = Box(*map(float, places))
    if not (0 <= box.left < box.right <= 1 and 0 <= box.top < box.bottom <= 1):
        raise BadAnswer
    return box
