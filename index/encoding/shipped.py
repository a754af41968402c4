"""The models that need no download, and the names by which they are remembered."""

E5, MINILM = "multilingual-e5-small", "all-MiniLM-L6-v2"
DEFAULT_MODEL = MINILM
_ORGANISATIONS = {E5: "intfloat/", MINILM: "sentence-transformers/"}


def shipped_name(name: str) -> str | None:
    """Return the name under which a model that needs no download is remembered; None of others."""
    for shipped, organisation in _ORGANISATIONS.items():
        if name.removeprefix(organisation) == shipped:
            return shipped
    return None
