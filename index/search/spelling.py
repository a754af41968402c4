"""Other spellings of one word, so that each finds the other. Pure functions.

Rules, not a dictionary: a variant that is no word occurs in no document and so costs nothing.
"""

import re

_ACRONYM = re.compile(r"\b(?:[^\W\d_]\.){2,}")

# Each rule rewrites one ending; the letters required before it keep short words apart (four, for).
_ENGLISH: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^(\w{3,})is(e|es|ed|er|ers|ing|ation|ations)$", r"\1iz\2"),
        (r"^(\w{3,})iz(e|es|ed|er|ers|ing|ation|ations)$", r"\1is\2"),
        (r"^(\w{3,})ys(e|es|ed|ing)$", r"\1yz\2"),
        (r"^(\w{3,})yz(e|es|ed|ing)$", r"\1ys\2"),
        (r"^(\w{3,})our(|s|ed|ing|able|ite|ites)$", r"\1or\2"),
        (r"^(\w{3,})or(|s|ed|ing|able|ite|ites)$", r"\1our\2"),
        (r"^(\w{2,})tre(|s|d)$", r"\1ter\2"),
        (r"^(\w{2,})ter(|s)$", r"\1tre\2"),
        (r"^(\w{3,})ence(|s)$", r"\1ense\2"),
        (r"^(\w{3,})ense(|s)$", r"\1ence\2"),
        (r"^(\w{3,})ogue(|s)$", r"\1og\2"),
        (r"^(\w{3,})og(|s)$", r"\1ogue\2"),
        (r"^(\w{3,}[aeiou])ll(ed|ing|er|ers)$", r"\1l\2"),
        (r"^(\w{3,}[aeiou])l(ed|ing|er|ers)$", r"\1ll\2"),
    )
)


# What stands for an umlaut where the keyboard has none: `Mueller` and `Müller`
_UMLAUTS = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"))


def spelling_variants(word: str, language: str) -> list[str]:
    """Return other spellings of a lower-case word: `recognised` for `recognized`.

    Args:
        word: The word.
        language: What language to take it for: `english`, `german`, or one without variants.
    """
    if language == "english":
        return [rule.sub(to, word) for rule, to in _ENGLISH if rule.match(word)]
    if language == "german":
        spelt_out = written = word
        for letters, umlaut in _UMLAUTS:
            spelt_out = spelt_out.replace(umlaut, letters)
            written = written.replace(letters, umlaut)
        return [other for other in (spelt_out, written) if other != word]
    return []


def join_acronyms(text: str) -> str:
    """Return the text with the full stops of acronyms left out: `U.S.` becomes `US`."""
    return _ACRONYM.sub(lambda match: match[0].replace(".", ""), text)
