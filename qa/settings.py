"""Where the default corpus is and which model it uses: both may come from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

CORPUS_VARIABLE, MODEL_VARIABLE, READER_VARIABLE = (
    f"VERBATIM_{name}" for name in ("CORPUS", "MODEL", "READER")
)

ReaderName = Literal["shipped", "none"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside.

    Attributes:
        corpus: Folder of the default corpus.
        model: Model for a corpus that is made new; None for the one that comes with Verbatim.
        reader: `shipped`, or `none` to rank by the search alone.
    """

    corpus: Path
    model: str | None = None
    reader: str = "shipped"

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read VERBATIM_CORPUS, VERBATIM_MODEL and VERBATIM_READER."""
        corpus = os.environ.get(CORPUS_VARIABLE)
        return cls(
            corpus=Path(corpus).expanduser() if corpus else _data_folder() / "corpus",
            model=os.environ.get(MODEL_VARIABLE) or None,
            reader=os.environ.get(READER_VARIABLE) or "shipped",
        )


def seeds_folder() -> Path:
    """Return the folder of the article that the default corpus starts with."""
    package = Path(__file__).parent
    installed = package / "seeds"
    return installed if installed.is_dir() else package.parent / "seeds"


def _data_folder() -> Path:
    return Path(platformdirs.user_data_dir("verbatim", appauthor=False))
