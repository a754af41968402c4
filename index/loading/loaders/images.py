"""Images: the writing on photos, screenshots and scans."""

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.documents import LoadedFile
from index.errors import EmptyDocument, FileTooLarge, UnreadableFile, UnsupportedFormat
from index.limits import PAGES, PIXELS
from index.loading.loaders.known_writing import writing_on
from index.loading.loaders.ocr import (
    INSTALL,
    LONGEST,
    Writing,
    illegible,
    is_installed,
)
from index.loading.loaders.page_progress import page_begun
from index.loading.loaders.pdf.loader import document_of
from index.loading.loaders.pdf.pages import Page
from index.loading.loaders.pdf.scanned import page_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from index.loading.loaders.ocr import Pixels

_READ = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
_SMALL = 1000  # pixels of the longer side: letters on a screenshot are too small to be found
_A4 = 842.0  # points of the longer side that a picture is taken to have


def load_image(data: bytes, name: str) -> LoadedFile:
    """Return the writing on an image, each picture of a TIFF a page.

    Raises:
        UnsupportedFormat: The package that reads images isn't installed.
        UnreadableFile: It is damaged, or its writing is of a script that isn't read.
        FileTooLarge: It has more than 100,000,000 pixels, or too many pages.
        EmptyDocument: Nothing is written on it.
    """
    if not is_installed():
        raise UnsupportedFormat(
            f"{name} is an image. To have the writing on images and scanned pages read: {INSTALL}"
        )
    pages: list[Page] = []
    pictured: list[int] = []
    unread: list[Writing] = []
    for number, pixels in enumerate(_pictures(data, name), 1):
        writing = writing_on(pixels)
        if writing.is_legible:
            pages.append(page_of(writing, _A4 / max(pixels.shape[:2])))
            pictured += [number] if writing.lines else []
        else:
            pages.append(Page([], [], [], []))
        if writing.unread:
            unread.append(writing)
    bad = sum(not writing.is_legible for writing in unread)
    if not pictured:
        if bad:
            raise UnreadableFile(illegible(name))
        raise EmptyDocument(f"{name} is an image, and nothing that can be read is written on it.")
    lines = sum(writing.unread for writing in unread)
    left_out = (f"{lines:,} line{'s' * (lines > 1)} that couldn't be read",) if lines else ()
    return document_of(pages, "", "image", left_out, tuple(pictured))


def _pictures(data: bytes, name: str) -> Iterator["Pixels"]:
    from PIL import Image, UnidentifiedImageError

    damaged = f"{name} is damaged, or no image in spite of its name. Get it again."
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # of odd metadata, and of the size, which is looked at below
        try:
            image = Image.open(io.BytesIO(data), formats=_READ)
            count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            if count > PAGES.most:
                raise FileTooLarge(
                    f"{name} has {count:,} pages; {PAGES.most:,} are the most that is read. "
                    "Split it."
                )
            for number in range(count):
                image.seek(number)
                page_begun(number + 1, count)
                yield _pixels(image, name)
        except Image.DecompressionBombError as error:
            raise _too_large(name) from error
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
            raise UnreadableFile(damaged) from error


def _too_large(name: str) -> FileTooLarge:
    return FileTooLarge(
        f"{name} has more than {PIXELS.amount}, the most that is read of an image. Save it smaller."
    )


def _pixels(image: "Image", name: str) -> "Pixels":
    """Return a picture as it is shown: upright, on white, not larger than needed."""
    import numpy as np
    from PIL import Image, ImageOps

    if image.width * image.height > PIXELS.most:
        raise _too_large(name)
    image.draft("RGB", (LONGEST, LONGEST))  # a JPEG is unpacked at about that size
    shown = ImageOps.exif_transpose(image)
    if shown.mode.startswith(("I", "F")):  # 16 bits and more for a pixel
        values = np.nan_to_num(np.asarray(shown, dtype=np.float32))
        lowest, highest = float(values.min()), float(values.max())
        scaled = (values - lowest) * (255 / max(highest - lowest, 1.0))
        shown = Image.fromarray(scaled.astype(np.uint8))
    elif shown.mode in {"1", "P", "PA"}:  # which are made smaller badly
        shown = shown.convert("RGBA" if shown.has_transparency_data else "RGB")
    shown.thumbnail((LONGEST, LONGEST))
    if shown.has_transparency_data:
        layered = shown.convert("RGBA")
        shown = Image.new("RGB", layered.size, "white")
        shown.paste(layered, mask=layered.getchannel("A"))
    longest = max(shown.size)
    if longest < _SMALL:
        shown = shown.resize((2 * shown.width, 2 * shown.height), Image.Resampling.BICUBIC)
    return np.asarray(shown.convert("RGB"))[:, :, ::-1]
