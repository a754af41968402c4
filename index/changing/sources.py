"""What may be added to a corpus besides files and folders by their paths."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class NamedText:
    """A text that is no file, with the name it is known by.

    Attributes:
        name: The name; a text that was added under it is replaced.
        text: The text.
        title: What to call it in citations; by default what it begins with.
        beside: Keep what was added under the name if it differs, and number this one.
    """

    name: str
    text: str
    title: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that is known by another name than where it lies, such as one that was uploaded.

    Attributes:
        path: Where it lies.
        source: What it is known by; a file that was added as the same is replaced.
        name: What to call it; by default as where it lies.
        beside: Keep what was added as the same if it differs, and number this one.
    """

    path: Path
    source: str
    name: str = ""
    beside: bool = False
