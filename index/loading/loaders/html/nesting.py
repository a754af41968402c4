"""Markup that is safe to parse: the time to parse HTML grows with the square of its nesting."""

import re

from index.loading.loaders.text import names

# Elements that hold nothing, or are ended by the next of their kind.
_NOT_NESTING = names(
    "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th "
    "thead tbody tfoot colgroup option optgroup rp rt html head body"
)
_INLINE = names(
    "a abbr b bdi bdo big cite code del dfn em font i ins kbd mark nobr q s samp small span "
    "strike strong sub sup time tt u var"
)
_STEPS = 20_000_000  # tags times depth; a fifth of a second. The longest real pages need 12 million
_LEAST_DEPTH = 16
_MOST_ATTRIBUTES = 5_000

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^>]*)(?:>|\Z)")


def flatten(markup: str) -> str:
    """Return `markup` without the tags that would take a parser minutes.

    Markup of any real page is returned as it is. Elsewhere elements beyond some depth become
    siblings, as in browsers, and tags with thousands of attributes lose them. Text is kept.
    """
    pieces = markup.split("<")  # no more tags, and none deeper, than these
    if len(pieces) ** 2 <= _STEPS and max(map(len, pieces)) <= _MOST_ATTRIBUTES:
        return markup
    tags, depth, deepest, longest = 0, 0, 0, 0
    for match in _TAG.finditer(markup):
        tags += 1
        if len(match[3]) > _MOST_ATTRIBUTES:
            longest = max(longest, len(match[3].split()))
        if match[2].lower() not in _NOT_NESTING:
            depth = max(0, depth + (-1 if match[1] else 1))
            deepest = max(deepest, depth)
    if tags * deepest <= _STEPS and longest <= _MOST_ATTRIBUTES:
        return markup
    return _TAG.sub(_Flattener(max(_LEAST_DEPTH, _STEPS // max(tags, 1))), markup)


class _Flattener:
    def __init__(self, most: int) -> None:
        self._most = most
        self._depth = 0
        self._dropped = -1  # where the last tag that was left out ended

    def __call__(self, match: re.Match[str]) -> str:
        end, name, attributes = match[1], match[2].lower(), match[3]
        if name in _NOT_NESTING:
            return match[0] if len(attributes) <= _MOST_ATTRIBUTES else f"<{end}{name}>"
        self._depth = max(0, self._depth + (-1 if end else 1))
        if self._depth + bool(end) > self._most:
            adjacent, self._dropped = match.start() == self._dropped, match.end()
            return "" if adjacent or name in _INLINE else "<hr>"
        if name in _INLINE:  # formatting elements are opened again in each paragraph that follows
            name = "span"
        return f"<{end}{name}{attributes if len(attributes) <= _MOST_ATTRIBUTES else ''}>"
