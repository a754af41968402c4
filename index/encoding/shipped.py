"""The models that need no download, and the names by which they are remembered."""

from pathlib import Path

E5, MINILM = "multilingual-e5-small", "all-MiniLM-L6-v2"
DEFAULT_MODEL = E5
_ORGANISATIONS = {E5: "intfloat/", MINILM: "sentence-transformers/"}


def _shipped_name(name: str) -> str | None:
    """Return the name under which a model that needs no download is remembered; None of others."""
    for shipped, organisation in _ORGANISATIONS.items():
        if name.removeprefix(organisation) == shipped:
            return shipped
    return None


def canonical_model_name(name: str) -> str:
    """Return the one name under which a model is remembered.

    A folder becomes its absolute path; models that need no download lose their organisation.
    """
    if shipped := _shipped_name(name):
        return shipped
    folder = Path(name).expanduser()
    return str(folder.resolve()) if folder.is_dir() else name
