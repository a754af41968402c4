"""Writing on pictures, read by rapidocr, which is loaded when the first picture is met."""

import math
import os
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from index.cores import usable_cores
from index.errors import UnreadableFile
from index.loading.loaders.lost_spaces import ReadLine, with_lost_spaces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    _Corners = NDArray[np.float64]

INSTALL: Final = 'pip install "verbatim-qa[ocr]"'
SCRIPTS: Final = "Latin, Chinese and Japanese print"
# Raise it when something else is read of a picture: what was read before is then not used again
READING: Final = "1"
LONGEST: Final = 4000  # pixels of a side: an A4 page at 340 dpi
# Pixels of the longer side in which lines are looked for, what they say is read at full size: A4 at
# 140 dpi, where print of 6 points is still found. Twice as many take a core 6 s more for a page
_SEARCHED = 1600
_SMALLEST = 32  # pixels of a side; the smallest that lines are looked for in
_TALL = 1.5  # times as high as wide: a line that runs up or down; rapidocr turns it by as much
_FLIPPED = 0.9  # of certainty that a line is upside down, as rapidocr has it
_ASKED = 24  # lines, the longest, that tell which way up a page is
_MOST_SKEW = math.radians(15)
# Mean over a line's characters, at least: print of these scripts has .97 and more, where it is worn
# less; what was read upside down .7, Greek .76 to .87
_SURE = 0.8
# Characters for each height that a line is long, at least: Latin print has 2, Chinese 1. Of scripts
# that the model lacks it sees little but spaces, and of these it is sure
_DENSE = 0.6
_LINE = 3.0  # heights that something is long, at least, to be called a line that isn't read


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line of writing; lengths are in pixels, from the top left corner of the upright picture.

    Attributes:
        text: What it says.
        left: Where it begins.
        right: Where it ends.
        middle: How far down its middle is.
        height: From its highest to its lowest letter.
        turned: Whether it runs up or down.
    """

    text: str
    left: float
    right: float
    middle: float
    height: float
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Writing:
    """What is written on a picture.

    Attributes:
        lines: From top to bottom, and from left to right.
        width: Of the picture once it is upright, in pixels.
        height: Likewise.
        unread: How many lines there are that couldn't be read.
    """

    lines: tuple[WrittenLine, ...]
    width: int
    height: int
    unread: int = 0

    @property
    def is_legible(self) -> bool:
        """Whether two thirds of it could be read: of other scripts some lines seem to be."""
        return len(self.lines) >= 2 * self.unread


def is_installed() -> bool:
    """Tell whether pictures can be read here, without loading what reads them."""
    return all(find_spec(package) for package in ("rapidocr", "cv2"))


def illegible(name: str) -> str:
    """Return the message of a file with writing that isn't read."""
    return (
        f"{name} is a picture of writing that can't be read. {SCRIPTS} is, not Greek, Cyrillic, "
        "Arabic, Hebrew, Thai or Korean, nor handwriting. If it is such print, scan it at 300 dots "
        "an inch."
    )


def read_writing(picture: "Pixels") -> Writing:
    """Return what is written on a picture, whichever way up it is.

    Args:
        picture: Rows of pixels, each blue, green and red.

    Raises:
        UnreadableFile: The package that reads it lacks its models.
    """
    import numpy as np
    from rapidocr.main import RapidOCRError

    engine = _engine()
    height, width = picture.shape[:2]
    if min(width, height) < _SMALLEST:
        return Writing((), width, height)
    record: dict[str, Any] = {}
    try:
        cut, detection = engine.detect_and_crop(np.ascontiguousarray(picture), record)
        boxes: _Corners = np.array(detection.boxes, dtype=np.float64)
        boxes -= [record["padding_1"]["left"], record["padding_1"]["top"]]
        if sum(map(_is_tall, boxes)) > len(boxes) / 2:  # lines are cut out turned by as much
            boxes = np.stack([boxes[..., 1], width - boxes[..., 0]], axis=-1)
            width, height = height, width
        if _is_upside_down(engine, cut):
            boxes = np.array([width, height]) - boxes
            cut = [np.ascontiguousarray(line[::-1, ::-1]) for line in cut]
        recognition = engine.recognize_txt(cut)
    except RapidOCRError:  # nothing is written on it
        return Writing((), width, height)
    skew = _skew(boxes)
    lines: list[WrittenLine] = []
    unread = 0
    spaced = with_lost_spaces(
        [
            ReadLine(picture, " ".join(text.split()), _places(picture, result))
            for picture, text, result in zip(
                cut, recognition.txts, recognition.word_results, strict=True
            )
        ],
        lambda pictures: engine.recognize_txt(pictures).txts,
    )
    for box, text, score in zip(boxes, spaced, recognition.scores, strict=True):
        length, across = sorted((_length(box, 0, 1), _length(box, 1, 2)), reverse=True)
        heights = length / max(across, 1.0)
        if score >= _SURE and text.strip() and _is_read(text, heights):
            lines.append(_line(box, _LOST_SPACE.sub(" ", text.strip()), skew))
        elif heights >= _LINE:
            unread += 1
    return Writing(tuple(_by_rows(lines)), width, height, unread)


def _places(picture: "Pixels", result: Any) -> tuple[float, ...]:  # noqa: ANN401 - as above
    """Return how far from the left each character of a line is that is no space, in pixels."""
    columns = [column for word in result.word_cols for column in word]
    width = picture.shape[1] / max(result.line_txt_len, 1.0)
    return tuple((column + 0.5) * width for column in columns)


def _is_read(text: str, heights: float) -> bool:
    """Tell whether the model knows the script of a line that is so many times as long as high."""
    letters = [character for character in text if not character.isspace()]
    # Of Greek it has the letters of formulas, without accents
    greek = sum("\u0370" <= character <= "\u03ff" for character in letters)
    return len(letters) >= _DENSE * heights and (greek <= len(letters) / 2 or greek < 3)


@cache
def _engine() -> Any:  # noqa: ANN401 - the package's types are loose
    """Return what reads, with the models in its own package: it would fetch what it isn't given."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # or it says that it can't keep an id for that here
    import rapidocr
    from rapidocr import RapidOCR

    folder = Path(os.fspath(rapidocr.__file__)).parent / "models"
    models = {part: next(folder.glob(f"*_{part.lower()}_*.onnx"), None) for part in _PARTS}
    if not all(models.values()):
        raise UnreadableFile(
            f"Pictures can't be read: rapidocr lacks its models. Install it again: {INSTALL}"
        )
    threads = min(usable_cores(), os.cpu_count() or 1)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.return_word_box": True,  # where characters are, and not only what they are
            **{f"{part}.model_path": str(path) for part, path in models.items()},
            "Det.limit_type": "max",
            "Det.limit_side_len": _SEARCHED,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


# The space after the end of a sentence or a comma is narrow, and the first to be lost
_LOST_SPACE = re.compile(
    r"(?<=[a-zß-ÿ]{2}[.,;!?])(?=[A-ZÀ-Þ][a-zß-ÿ])|(?<=[a-zß-ÿ]{2},)(?=[a-zß-ÿ]{2})"
)
_PARTS = ("Det", "Cls", "Rec")


def _is_tall(box: "_Corners") -> bool:
    return _length(box, 1, 2) >= _TALL * _length(box, 0, 1)


def _length(box: "_Corners", one: int, other: int) -> float:
    return math.dist(box[one], box[other])


def _is_upside_down(engine: Any, cut: "list[Pixels]") -> bool:  # noqa: ANN401
    """Tell by most of the longest lines: the package may be wrong about a lone one."""
    longest = sorted(cut, key=lambda line: -line.shape[1] / line.shape[0])[:_ASKED]
    _, directions = engine.cls_and_rotate(longest)
    flipped = sum(label == "180" and score > _FLIPPED for label, score in directions.cls_res)
    return bool(flipped > len(longest) / 2)


def _skew(boxes: "_Corners") -> float:
    """Return the angle of most lines, in radians, by the longer edges of the long ones."""
    angles = []
    for box in boxes:
        edges = ((box[1] - box[0]), (box[2] - box[1]))
        along, across = sorted(edges, key=lambda edge: -math.hypot(*edge))
        if math.hypot(*along) > 3 * math.hypot(*across):
            angle = math.atan2(along[1], along[0])
            angles.append((angle + math.pi / 2) % math.pi - math.pi / 2)
    skew = median(angles) if angles else 0.0
    return skew if abs(skew) < _MOST_SKEW else 0.0


def _line(box: "_Corners", text: str, skew: float) -> WrittenLine:
    cosine, sine = math.cos(skew), math.sin(skew)
    points: list[list[float]] = box.tolist()
    across = [x * cosine + y * sine for x, y in points]
    down = [y * cosine - x * sine for x, y in points]
    left, right, middle = min(across), max(across), sum(down) / 4
    turned = max(down) - min(down) >= _TALL * (right - left) and len(text) > 1
    edges = _length(box, 0, 1), _length(box, 1, 2)
    height = min(edges) if len(text) > 1 else max(down) - min(down)
    return WrittenLine(text, left, right, middle, height, turned)


def _by_rows(lines: list[WrittenLine]) -> list[WrittenLine]:
    """Put lines that stand side by side from left to right, and these rows from top to bottom."""
    ordered = sorted(lines, key=lambda line: line.middle)
    rows: list[list[WrittenLine]] = []
    for line in ordered:
        if rows and line.middle - rows[-1][0].middle < 0.5 * min(line.height, rows[-1][0].height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.left)]
