"""Which language a person reads: the one chosen on the page, or else the browser's."""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie
from typing import Final

from ui.translation.catalogue import LANGUAGES, Words, words_of

COOKIE: Final = "verbatim-language"  # set by `ui/page/settings.js`
# What the page's scripts send to /api: programs, which don't, get English, whatever they accept
HEADER: Final = "verbatim-language"
_ACCEPTED = re.compile(r"\s*([A-Za-z]{1,8})(?:-[\w-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")
_MOST = 30  # languages that a browser says it accepts

SHOWN: ContextVar[str] = ContextVar("language of the page that is being made", default="en")


def words_for(headers: Mapping[str, str]) -> Words:
    """Return the texts for whoever sends these headers from the page.

    Args:
        headers: Of a request, found by their names in small letters.
    """
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        cookie = None
    if cookie is not None and cookie.value in LANGUAGES:
        return words_of(cookie.value)
    return words_of(_accepted(headers.get("accept-language", "")))


def is_from_page(headers: Mapping[str, str]) -> bool:
    """Return whether a call of /api is the page's own, for a person, and not a program's."""
    return HEADER in headers


def words_for_call(headers: Mapping[str, str]) -> Words:
    """Return the texts for a call of /api: English for all but the page."""
    return words_of(headers.get(HEADER, "en"))


def _accepted(header: str) -> str:
    """Return the first language of those a browser accepts that the page has; English if none."""
    accepted: list[tuple[float, int, str]] = []
    for part in header.split(",")[:_MOST]:
        match = _ACCEPTED.fullmatch(part)
        if match and match[1].lower() in LANGUAGES and (share := float(match[2] or 1)) > 0:
            accepted.append((-share, len(accepted), match[1].lower()))
    return min(accepted)[2] if accepted else "en"
