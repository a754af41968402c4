"""Where the default corpus is and which model it uses: the one place that reads the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

CORPUS_VARIABLE, MODEL_VARIABLE = "VERBATIM_CORPUS", "VERBATIM_MODEL"


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside.

    Attributes:
        corpus: Folder of the default corpus.
        model: Model for a corpus that is made new; None for the one that comes with Verbatim.
    """

    corpus: Path
    model: str | None = None

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read VERBATIM_CORPUS and VERBATIM_MODEL."""
        corpus = os.environ.get(CORPUS_VARIABLE)
        return cls(
            corpus=Path(corpus).expanduser() if corpus else _data_folder() / "corpus",
            model=os.environ.get(MODEL_VARIABLE) or None,
        )


def seeds_folder() -> Path:
    """Return the folder of the article that the default corpus starts with."""
    package = Path(__file__).parent
    installed = package / "seeds"
    return installed if installed.is_dir() else package.parent / "seeds"


def _data_folder() -> Path:
    return Path(platformdirs.user_data_dir("verbatim", appauthor=False))
