"""From an answer to the Markdown that the chat shows; nothing in a document can become markup."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from index import Document
from qa import Answer, Excerpt, Passage, Place
from ui.page.addresses import address_of

FAILED = (
    "**The search failed.** Your question is still in the box, so you can ask it again. "
    "Details are in the terminal that runs Verbatim."
)

_BETWEEN = " › "  # the parts of a context
_LONGEST_HEADING = 80  # characters of one above a passage
_MOST_CELLS = 12  # of a row: a wider table does not fit beside the viewer, and is shown as text
_SHA256 = re.compile(r"[0-9a-f]{64}")
# Of a passage that seems to answer; of others it is said that they don't, whatever their figure
_STRENGTHS = ((0.75, "very likely answers"), (0.5, "likely answers"), (0.0, "may answer"))
_WEAK = "probably doesn't answer"
AS_TYPED, MORE, SEARCH_ALL = (
    "#as-typed",
    "#more",
    "#search-all",
)  # links to what can be asked of the last answer
_COPIES = (
    ("text", "Copy text"),
    ("quotation", "Copy quotation"),
    ("markdown", "Copy Markdown"),
)
SHOWN = (5, 15, 25)  # passages of an answer: at first, and when more are asked for
_LABEL = re.compile(r"\s*(?:[^\w\s]|\(?\w{1,4}[.)])")  # the sign or number before an item

# Embeddings and overrides of the writing direction end at the first of these, isolates at the
# second, in the text or else at the end of its paragraph.
_POP_EMBEDDING, _POP_ISOLATE = "\u202c", "\u2069"
_CLOSERS = dict.fromkeys("\u202a\u202b\u202d\u202e", _POP_EMBEDDING) | dict.fromkeys(
    "\u2066\u2067\u2068", _POP_ISOLATE
)


def md_text(text: str) -> str:
    """Return Markdown that shows exactly this text, whatever stands in it.

    White space is shown as single spaces. The result may stand at the start of a line, between
    `**` and `**`, or in a link.
    """
    text = re.sub(r"\s+", " ", text).strip()
    text = text.replace("&", "&amp;")
    # Not backslashes: Gradio's parser mis-pairs an escaped backtick or bracket in bold and links.
    text = re.sub(r"([\\`*_\[\]{}|~#$!^<>=])", lambda match: f"&#{ord(match[1])};", text)
    text = re.sub(r"(?i)(https?|ftp|mailto|xmpp):", r"\1&#58;", text)
    text = re.sub(r"(?i)(www)\.", r"\1&#46;", text).replace("@", "&#64;")
    text = text.replace("//", "/&#47;")  # alone it makes an address in parsers that look for them
    text = re.sub(
        r"^([-+:]|\d{1,9}[.)])", lambda match: f"{match[1][:-1]}&#{ord(match[1][-1])};", text
    )
    return text + _missing_closers(text)


def render_answer(answer: Answer, *, last: bool = False, others: int = 0) -> str:
    """Return an answer as Markdown: what answers on top, the rest folded below it.

    Args:
        answer: The answer.
        last: Whether it is the conversation's last: then the words of the question alone can be
            searched, and more passages be asked for. `ui/page/chat.js` knows the links.
        others: How many documents weren't searched: where nothing answers, they can be.
    """
    unanswered = not answer.answered and answer.kind in ("passages", "none")
    search_all = _search_all(answer, others) if last and others and unanswered else ""
    if not answer.passages:
        said = md_text(answer.message) if answer.message else _nothing_found(answer)
        return f"{said} {search_all}".rstrip()
    limited = answer.in_context or answer.limits
    parts = [_searched_for(answer, undo=last and answer.in_context)] if limited else []
    answering = answer.answering  # each passage is held against the first for it, so once
    parts.append(_lead(answer, answering, search_all))
    shown = {
        (passage.corpus, passage.document.id, sentence.start)
        for passage in answer.passages
        for sentence in passage.sentences
    }
    overview = answer.kind == "overview"
    top: list[str] = []
    rest: list[str] = []
    for rank, passage in enumerate(answer.passages, start=1):
        answers = passage in answering
        card = _card(answer, rank, passage, shown, answers=answers and not overview)
        (top if overview or answers else rest).append(card)
    if top:
        kind = "overview" if overview else "answers"
        beside = " beside" if _several_documents(answering) else ""
        parts += [f'<div class="{kind}{beside}">', *top, "</div>"]
    asks_more = last and not overview and len(answer.passages) in SHOWN[:-1]
    more = [f"[Show more]({MORE})"] if asks_more else []
    if rest and top:
        kind = "further" if answer.confidence is None else "weaker"
        summary = f"<summary>{count(len(rest), f'{kind} passage')}</summary>"
        parts += [f'<details class="weaker">{summary}', *rest, *more, "</details>"]
    else:
        parts += rest + more
    return "\n\n".join(parts)


def _card(
    answer: Answer, rank: int, passage: Passage, shown: set[tuple[str, int, int]], *, answers: bool
) -> str:
    """Return a passage as a quotation with its place below it."""
    before = _context(passage, passage.before, shown)
    after = _context(passage, passage.after, shown)
    mark = "**" if answers else "*"
    marked = passage if answers else replace(passage, highlights=())
    if _is_table(passage):
        quotation = _row(marked, mark)
    elif lines := _lines(passage):
        quotation = _list(marked, lines, mark)
    else:
        quoted = f"{mark}{_marked(marked, passage.text, passage.start)}{mark}"
        quotation = " ".join(filter(None, (before, quoted, after)))
    corpus = f"{md_text(passage.corpus)}: " if passage.corpus else ""
    title = f"{rank} · {corpus}{md_text(passage.document.title)}{_above(passage)}, {passage.where}"
    strength = _strength(answer, passage, answers=answers)
    below = f"{_link(title, passage, passage.corpus)}{strength}{_also(passage)}{_copy(passage)}"
    return f"> {quotation}\n>\n> {below}"


def _searched_for(answer: Answer, *, undo: bool) -> str:
    limits = "".join(f" · {md_text(label)}" for label in answer.limits)
    line = f"Searched for: **{md_text(answer.query)}**{limits}"
    question = md_text(_shortened(answer.question.strip()))
    return f"{line} · [Search only for “{question}”]({AS_TYPED})" if undo else line


def _search_all(answer: Answer, others: int) -> str:
    everything = count(answer.documents + others, "document")
    return f"[Search all {everything}]({SEARCH_ALL})"


def describe(documents: Sequence[Document]) -> str:
    """Return how much there is to search: `1 document, 32 sentences`."""
    if not documents:
        return "No documents yet"
    sentences = sum(document.sentences for document in documents)
    return f"{count(len(documents), 'document')}, {count(sentences, 'sentence')}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it has to be."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _lead(answer: Answer, answering: Sequence[Passage], search_all: str) -> str:
    if answer.kind == "overview":
        return md_text(answer.message)
    return f"{md_text(answer.message)} {_outcome(answer, answering, search_all)}".strip()


def _outcome(answer: Answer, answering: Sequence[Passage], search_all: str) -> str:
    searched = count(answer.documents, "document")
    one = len(answer.passages) == 1
    if not answer.answered:
        words = [f"*{md_text(word)}*" for word in answer.unmentioned]
        listed = " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
        missing = f" Nothing mentions {listed}." if words else ""
        beyond = f"{search_all} · " if search_all else ""
        return (
            f"**{searched} searched, and none seems to answer this.**{missing} {beyond}"
            f"Closest passage{'' if one else 's'}:"
        )
    if answer.confidence is None:
        return f"Closest passage{'' if one else 's'} in {searched}{'' if one else ', best first'}"
    if documents := _several_documents(answering):
        compare = "They give different figures" if answer.differing else "Compare what they say"
        return f"**{documents} of {searched} seem to answer this.** {compare}:"
    seem = "passage seems" if len(answering) == 1 else "passages seem"
    return f"**{len(answering)} {seem} to answer this**, of {searched} searched"


def _several_documents(passages: Sequence[Passage]) -> int:
    """Return how many documents passages are from; 0 if they are from one."""
    documents = len({(passage.corpus, passage.document.id) for passage in passages})
    return documents if documents > 1 else 0


def _above(passage: Passage) -> str:
    """Return the headings above a passage, but for a first one that says the document's title."""
    parts = passage.context.split(_BETWEEN) if passage.context else []
    if parts and passage.document.title.casefold() in parts[0].casefold():
        parts = parts[1:]
    return "".join(f" › {md_text(_shortened(part))}" for part in parts)


def _shortened(words: str) -> str:
    return words if len(words) <= _LONGEST_HEADING else f"{words[:_LONGEST_HEADING].rstrip()}…"


def _is_table(passage: Passage) -> bool:
    """Tell whether a passage is a row that can be shown as a small table."""
    block = passage.block
    return (
        block is not None
        and block.kind == "row"
        and len(passage.sentences) == 1
        and 1 < len(block.cells) <= _MOST_CELLS
        and all(cell.end <= passage.end for cell in block.cells)
    )


def _row(passage: Passage, mark: str) -> str:
    """Return a row as a Markdown table: the names of its columns, and below them its cells."""
    cells = passage.block.cells if passage.block else ()
    names = [md_text(cell.name) or " " for cell in cells]
    shown = [
        f"{mark}{_marked(passage, cell.text, cell.start)}{mark}"
        if passage.start <= cell.start
        else md_text(cell.text)  # of a merged cell, which stands in a row above
        for cell in cells
    ]
    lines = (names, ["---"] * len(cells), shown)
    return "\n> ".join(f"| {' | '.join(line)} |" for line in lines)


def _lines(passage: Passage) -> list[tuple[int, int]]:
    """Return where the lines of a list stand in its passage; none if it is no list."""
    starts = [0]
    for before, after in pairwise(passage.sentences):
        if "\n" in passage.text[before.end - passage.start : after.start - passage.start]:
            starts.append(after.start - passage.start)
    return list(pairwise([*starts, len(passage.text)])) if len(starts) > 1 else []


def _list(passage: Passage, lines: list[tuple[int, int]], mark: str) -> str:
    """Return a list with what leads in to it, each item on a line, those that answer marked."""
    answers = [highlight.start - passage.start for highlight in passage.highlights]
    shown = []
    for start, end in lines:
        words = _marked(passage, passage.text[start:end], passage.start + start)
        strong = not answers or any(start <= at < end for at in answers)
        marked = f"{mark}{words}{mark}" if strong else words
        lead = start == 0 and not (passage.block and passage.block.level)
        own = _LABEL.match(passage.text[start:end])
        shown.append(marked if lead or own else f"- {marked}")
    # A paragraph where the text has a sign of its own, an item where it has none
    return "\n>\n> ".join(shown)


def _strength(answer: Answer, passage: Passage, *, answers: bool) -> str:
    if not answer.judged:
        return " · not judged: the reader reads English only"
    if passage.confidence is None:
        return ""
    strengths = _STRENGTHS if answers else ()
    words = next((words for least, words in strengths if passage.confidence >= least), _WEAK)
    return f" · {words} ({passage.confidence:.0%})"


def _link(text: str, cited: Passage | Place, corpus: str) -> str:
    """Return Markdown that opens the source viewer at what is cited, if it still stands there."""
    if not _SHA256.fullmatch(cited.sha256):  # of a kept answer: it can't be told what changed since
        return text
    return f"[{text}]({address_of(cited, corpus)})"


def _copy(passage: Passage) -> str:
    """Return buttons that copy a passage, for `ui/page/copy.js`; their words are in the styles."""
    if not _SHA256.fullmatch(passage.sha256):
        return ""
    return "".join(
        f'<button class="copy-{form}" title="{name}"></button>' for form, name in _COPIES
    )


def _also(passage: Passage) -> str:
    """Return the other places where the passage's best sentence stands."""
    places = [
        _link(f"{md_text(place.document.title)}, sentence {place.number}", place, passage.corpus)
        for place in passage.also
    ]
    return f" · the same in {'; '.join(places)}" if places else ""


def _marked(passage: Passage, text: str, start_of_text: int) -> str:
    """Return a piece of the passage as Markdown, with what is marked in it."""
    pieces, end, last = [], start_of_text, start_of_text + len(text)
    for highlight in passage.highlights:
        start, stop = max(highlight.start, end), min(highlight.end, last)
        if start < stop:
            pieces += [(end, start, False), (start, stop, True)]
            end = stop
    pieces.append((end, last, False))
    shown: list[str] = []
    for start, stop, marked in pieces:
        piece = text[start - start_of_text : stop - start_of_text]
        words = md_text(piece)
        left = " " if piece[:1].isspace() and shown else ""
        right = " " if piece[-1:].isspace() and words else ""
        shown.append(f"{left}<mark>{words}</mark>{right}" if marked else f"{left}{words}{right}")
    return "".join(shown).strip()


def _nothing_found(answer: Answer) -> str:
    if not answer.documents:
        return (
            "**There is nothing to search yet.** Choose **Documents** above, or drop files "
            "anywhere on this page, then ask again."
        )
    return (
        f"**No passage was found** in {count(answer.documents, 'document')}. Rephrase the "
        "question, or add a document that covers it."
    )


def _context(passage: Passage, excerpt: Excerpt | None, shown: set[tuple[str, int, int]]) -> str:
    """Return the excerpt as Markdown unless the answer shows it elsewhere; note it as shown."""
    if excerpt is None:
        return ""
    place = (passage.corpus, passage.document.id, excerpt.start)
    if place in shown:
        return ""
    shown.add(place)
    return md_text(excerpt.text)


def _missing_closers(text: str) -> str:
    """Return what ends the changes of writing direction that a text begins but doesn't end.

    Without it a document could turn around the words that stand after its own.
    """
    pending: list[str] = []
    for character in text:
        if character in _CLOSERS:
            pending.append(_CLOSERS[character])
        elif character == _POP_EMBEDDING and pending[-1:] == [_POP_EMBEDDING]:
            pending.pop()
        elif character == _POP_ISOLATE and _POP_ISOLATE in pending:
            while pending.pop() != _POP_ISOLATE:
                pass
    return "".join(reversed(pending))
