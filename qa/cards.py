"""Passages and answers as HTML for notebooks: cards like those of the page.

Documents are untrusted: all of their words are escaped. A notebook's theme isn't known here, so
text has the notebook's own colour, and what stands behind it is translucent: light and dark do.
Pure functions of text.
"""

from collections.abc import Iterable, Sequence
from html import escape

# The class keeps MathJax, which notebooks run over HTML, from taking "$5 or $6" for a formula
_BLOCK = '<div class="tex2jax_ignore" style="max-width:46em;margin:4px 0 10px;line-height:1.6">'
_CARD = (
    '<blockquote style="margin:0 0 10px;padding:10px 16px;border:1px solid rgba(128,128,128,.35);'
    'border-left:3px solid {line};border-radius:10px;color:inherit;background:none">'
)
# A paragraph of its own: what a document says of the direction of writing ends with it
_QUOTATION = (
    '<div dir="auto" style="unicode-bidi:plaintext;white-space:pre-line;overflow-wrap:anywhere">'
)
_ANSWERS = '<span style="background:rgba(250,204,21,.3);border-radius:2px">'
_MARK = (
    '<mark style="background:none;color:inherit;font-weight:700;'
    'text-decoration:underline 2px #6366f1;text-underline-offset:3px">'
)
_MUTED = '<{tag} style="opacity:.75">'
_BELOW = '<div dir="auto" style="margin-top:6px;font-size:90%;opacity:.75">'
_ACCENT, _GREY = "#6366f1", "rgba(128,128,128,.35)"


def card(
    text: str,
    marked: Sequence[tuple[int, int]],
    source: str,
    before: str = "",
    after: str = "",
    *,
    answers: bool,
) -> str:
    """Return a passage as a quotation with its source below it.

    Args:
        text: The passage.
        marked: Where in it the words that answer begin and end, in its order.
        source: What stands below.
        before: What stands before it in the document.
        after: What stands after it.
        answers: Whether it seems to answer, and is highlighted.
    """
    words, end = "", 0
    for start, stop in marked:
        start = max(start, end)  # noqa: PLW2901
        if start < stop:
            words += f"{escape(text[end:start])}{_MARK}{escape(text[start:stop])}</mark>"
            end = stop
    words += escape(text[end:])
    quotation = f"{_ANSWERS}{words}</span>" if answers else words
    beside = [_muted(before), quotation, _muted(after)]
    return (
        f"{_CARD.format(line=_ACCENT if answers else _GREY)}"
        f"{_QUOTATION}{' '.join(filter(None, beside))}</div>"
        f"{_BELOW}{escape(source)}</div></blockquote>"
    )


def block(cards: Iterable[str], *, lead: str = "", weaker: Sequence[str] = ()) -> str:
    """Return cards as one piece of HTML.

    Args:
        cards: What is shown.
        lead: What stands above them.
        weaker: What is folded away below them.
    """
    parts = [f"<p><strong>{escape(lead)}</strong></p>"] if lead else []
    parts += cards
    if weaker:
        passages = "passage" if len(weaker) == 1 else "passages"
        summary = f"<summary>{len(weaker)} weaker {passages}</summary>"
        parts.append(f"<details>{summary}{''.join(weaker)}</details>")
    html = f"{_BLOCK}{''.join(parts)}</div>"
    return html.encode("utf-8", "replace").decode()  # half a surrogate pair can't be sent


def _muted(text: str) -> str:
    return f"{_MUTED.format(tag='span')}{escape(text)}</span>" if text else ""
