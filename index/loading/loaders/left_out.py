"""What a document holds and its text doesn't, in words."""

import re
from collections import Counter

_VERBS = {"is": "are", "isn't": "aren't", "was": "were"}
_SEVERAL = {"sound or film": "sounds or films", "text in RTF": "texts in RTF"}


def named(left_out: Counter[str]) -> tuple[str, ...]:
    """Return counts as a person reads them: `2 pictures without text`, `1 video`.

    Args:
        left_out: How often each was met, under its name in the singular.
    """
    return tuple(
        f"{count:,} {what if count == 1 else _plural(what)}"
        for what, count in left_out.items()
        if count > 0
    )


def _plural(what: str) -> str:
    first, that, rest = what.partition(" that ")
    if that:  # "line that isn't JSON"
        verb, *more = rest.split(" ")
        return " ".join([_plural(first), "that", _VERBS.get(verb, verb), *more])
    return _SEVERAL.get(what) or re.sub(r"(?= (?:without|around|of) |$)", "s", what, count=1)
