"""Where the default corpus is and which model it uses: both may come from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

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
    model: str | None
    reader: str

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read VERBATIM_CORPUS, VERBATIM_MODEL and VERBATIM_READER."""
        data = platformdirs.user_data_path("verbatim", appauthor=False)
        corpus = os.environ.get("VERBATIM_CORPUS")
        return cls(
            corpus=Path(corpus).expanduser() if corpus else data / "corpus",
            model=os.environ.get("VERBATIM_MODEL") or None,
            reader=os.environ.get("VERBATIM_READER") or "shipped",
        )


def seeds_folder() -> Path:
    """Return the folder of the article that the default corpus starts with."""
    package = Path(__file__).parent
    installed = package / "seeds"
    return installed if installed.is_dir() else package.parent / "seeds"
