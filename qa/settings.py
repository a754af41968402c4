"""What may come from the environment: the default corpus, its models, how sure an answer is."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from index import BadSetting

MIN_CONFIDENCE = "VERBATIM_MIN_CONFIDENCE"
ReaderName = Literal["shipped", "none"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings from the environment.

    Attributes:
        corpus: Folder of the default corpus.
        model: Model for a corpus that is made new; None for the one that comes with Verbatim.
        reader: `shipped`, or `none` to rank by the search alone.
        min_confidence: The least confidence with which a passage counts as an answer, 0 to 1; None
            for that of the reader.
    """

    corpus: Path
    model: str | None
    reader: str
    min_confidence: float | None

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read VERBATIM_CORPUS, VERBATIM_MODEL, VERBATIM_READER and VERBATIM_MIN_CONFIDENCE.

        Raises:
            BadSetting: The last is no number from 0 to 1.
        """
        data = platformdirs.user_data_path("verbatim", appauthor=False)
        corpus = os.environ.get("VERBATIM_CORPUS")
        return cls(
            corpus=Path(corpus).expanduser() if corpus else data / "corpus",
            model=os.environ.get("VERBATIM_MODEL") or None,
            reader=os.environ.get("VERBATIM_READER") or "shipped",
            min_confidence=_share(os.environ.get(MIN_CONFIDENCE, "").strip()),
        )


def _share(given: str) -> float | None:
    try:
        share = float(given) if given else None
    except ValueError:
        share = -1.0
    if share is not None and not 0 <= share <= 1:
        raise BadSetting(f"{MIN_CONFIDENCE} is {given!r}; it must be a number from 0 to 1.")
    return share


def seeds_folder() -> Path:
    """Return the folder of the article that the default corpus starts with."""
    package = Path(__file__).parent
    installed = package / "seeds"
    return installed if installed.is_dir() else package.parent / "seeds"
