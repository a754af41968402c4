"""From an answer to the Markdown that the chat shows; nothing in a document can become markup."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from index import Document
from qa import Answer, Excerpt, Passage, Place
from ui.page.addresses import address_of
from ui.page.md_text import md_text
from ui.translation.catalogue import ENGLISH, Words, mark

_BETWEEN = " › "  # the parts of a context
_LONGEST_HEADING = 80  # characters of one above a passage
_MOST_CELLS = 12  # of a row: a wider table does not fit beside the viewer, and is shown as text
_Ranked = tuple[int, Passage]  # counted from 1, best first
_SHA256 = re.compile(r"[0-9a-f]{64}")
# Of a passage that seems to answer; of others it is said that they don't, whatever their figure
_STRENGTHS = (
    (0.75, mark("very likely answers")),
    (0.5, mark("likely answers")),
    (0.0, mark("may answer")),
)
_WEAK = mark("probably doesn't answer")
AS_TYPED, MORE, SEARCH_ALL, WITHOUT = (
    "#as-typed",
    "#more",
    "#search-all",
    "#without-",
)  # links to what can be asked of the last answer
_COPIES = (
    ("text", mark("Copy text")),
    ("quotation", mark("Copy quotation")),
    ("markdown", mark("Copy Markdown")),
)
SHOWN = (5, 15, 25)  # passages of an answer: at first, and when more are asked for
_LABEL = re.compile(r"\s*(?:[^\w\s]|\(?\w{1,4}[.)])")  # the sign or number before an item


def render_answer(
    answer: Answer, *, last: bool = False, others: int = 0, words: Words = ENGLISH
) -> str:
    """Return an answer as Markdown: what answers on top, the rest folded below it.

    Args:
        answer: The answer.
        last: Whether it is the conversation's last: then the words of the question alone can be
            searched, and more passages be asked for. `ui/page/chat.js` knows the links.
        others: How many documents weren't searched: where nothing answers, they can be.
        words: The texts of the language that the answer is given in.
    """
    unanswered = not answer.answered and answer.kind in ("passages", "none")
    search_all = _search_all(answer, others, words) if last and others and unanswered else ""
    limited = answer.where.labels or (answer.passages and answer.in_context)
    parts = [_searched_for(answer, words, last=last)] if limited else []
    if not answer.passages:
        message = md_text(words.sentence(answer.message))
        said = message or _nothing_found(answer, words)
        return "\n\n".join([*parts, f"{said} {search_all}".rstrip()])
    answering = answer.answering  # each passage is held against the first for it, so once
    parts.append(_lead(answer, answering, search_all, words))
    shown = {
        (passage.corpus, passage.document.id, sentence.start)
        for passage in answer.passages
        for sentence in passage.sentences
    }
    overview = answer.kind == "overview"
    ranked = list(enumerate(answer.passages, start=1))
    first = [one for one in ranked if overview or one[1] in answering]
    weaker = [one for one in ranked if one not in first]
    top = _cards(answer, first, shown, words, answers=not overview)
    rest = _cards(answer, weaker, shown, words, answers=False)
    if top:
        kind = "overview" if overview else "answers"
        beside = " beside" if _several_documents(answering) else ""
        parts += [f'<div class="{kind}{beside}">', *top, "</div>"]
    asks_more = last and not overview and len(answer.passages) in SHOWN[:-1]
    more = [f"[{words.text('Show more')}]({MORE})"] if asks_more else []
    if rest and top:
        folded = (
            words.count("{number} further passage", "{number} further passages", len(weaker))
            if answer.confidence is None
            else words.count("{number} weaker passage", "{number} weaker passages", len(weaker))
        )
        summary = f"<summary>{folded}</summary>"
        parts += [f'<details class="weaker">{summary}', *rest, *more, "</details>"]
    else:
        parts += rest + more
    return "\n\n".join(parts)


def _cards(
    answer: Answer,
    found: Sequence[_Ranked],
    shown: set[tuple[str, int, int]],
    words: Words,
    *,
    answers: bool,
) -> list[str]:
    """Return passages as quotations, best first; rows under the same columns as one table."""
    cards: dict[object, list[_Ranked]] = {}
    for rank, passage in found:
        cards.setdefault(_columns(passage) or rank, []).append((rank, passage))
    return [
        _card(answer, *card[0], shown, words, answers=answers)
        if len(card) == 1
        else _rows(answer, card, words, answers=answers)
        for card in cards.values()
    ]


def _card(
    answer: Answer,
    rank: int,
    passage: Passage,
    shown: set[tuple[str, int, int]],
    words: Words,
    *,
    answers: bool,
) -> str:
    """Return a passage as a quotation with its place below it."""
    before = _context(passage, passage.before, shown)
    after = _context(passage, passage.after, shown)
    mark = "**" if answers else "*"
    marked = passage if answers else replace(passage, highlights=())
    if _is_table(passage):
        quotation = _table(_names(marked), [_cells(marked, mark)])
    elif lines := _lines(passage):
        quotation = _list(marked, lines, mark)
    else:
        quoted = f"{mark}{_marked(marked, passage.text, passage.start)}{mark}"
        quotation = " ".join(filter(None, (before, quoted, after)))
    title = f"{rank} · {_title(passage)}, {place_of(passage, words)}"
    link = _link(title, passage, passage.corpus)
    return f"> {quotation}\n>\n> {link}{_beside(answer, passage, words, answers=answers)}"


def _rows(answer: Answer, rows: Sequence[_Ranked], words: Words, *, answers: bool) -> str:
    """Return rows of a table as one quotation in their order, each with its own place beside it."""
    mark = "**" if answers else "*"
    lines = []
    for rank, passage in sorted(rows, key=lambda row: row[1].start):
        place = place_of(passage, words)
        title = f"{_title(passage)}, {place}".replace('"', "&quot;").replace(")", "&#41;")
        link = _link(f"{rank} · {place}", passage, passage.corpus, title)
        beside = f"{link}{_beside(answer, passage, words, answers=answers)}"
        marked = passage if answers else replace(passage, highlights=())
        lines.append([*_cells(marked, mark), f'<span class="source">{beside}</span>'])
    _, first = rows[0]
    return f"> {_table([*_names(first), words.text('Source')], lines)}\n>\n> {_title(first)}"


def _title(passage: Passage) -> str:
    """Return what a passage is from, with the headings above it."""
    corpus = f"{md_text(passage.corpus)}: " if passage.corpus else ""
    return f"{corpus}{md_text(passage.document.title)}{_above(passage)}"


def _beside(answer: Answer, passage: Passage, words: Words, *, answers: bool) -> str:
    """Return what stands behind the link to a passage."""
    strength = _strength(answer, passage, words, answers=answers)
    return f"{strength}{_also(passage, words)}{_copy(passage, words)}"


def _searched_for(answer: Answer, words: Words, *, last: bool) -> str:
    """Return what was searched for, and what limited it; of the last answer each can be undone."""
    query = md_text(answer.query)
    parts = [words.text("Searched for: **{query}**", query=query), *_limits(answer, words, last)]
    if last and answer.passages and answer.in_context:
        question = md_text(_shortened(answer.question.strip()))
        alone = words.text("Search only for “{question}”", question=question)
        parts.append(f"[{alone}]({AS_TYPED})")
    return " · ".join(parts)


def _limits(answer: Answer, words: Words, last: bool) -> list[str]:
    shown = []
    for place, label in enumerate(answer.where.labels):
        title = words.text("Search without {limit}", limit=md_text(label)).replace('"', "&quot;")
        undo = f' [×]({WITHOUT}{place} "{title}")' if last else ""
        shown.append(f'<span class="limit">{md_text(label)}{undo}</span>')
    return shown


def _search_all(answer: Answer, others: int, words: Words) -> str:
    everything = words.count(
        "Search all {number} document", "Search all {number} documents", answer.documents + others
    )
    return f"[{everything}]({SEARCH_ALL})"


def describe(documents: Sequence[Document], words: Words = ENGLISH) -> str:
    """Return how much there is to search: `1 document, 32 sentences`."""
    if not documents:
        return words.text("No documents yet")
    sentences = sum(document.sentences for document in documents)
    return ", ".join(
        (
            words.count("{number} document", "{number} documents", len(documents)),
            words.count("{number} sentence", "{number} sentences", sentences),
        )
    )


def failed(words: Words = ENGLISH) -> str:
    """Return what is said in place of an answer where something went wrong that nobody foresaw."""
    return words.text(
        "**The search failed.** Your question is still in the box, so you can ask it again. "
        "Details are in the terminal that runs Verbatim."
    )


def place_of(passage: Passage, words: Words) -> str:
    """Return where a passage stands in its document: `sentences 9-10, page 3`."""
    first, last = passage.sentences[0].number, passage.sentences[-1].number
    parts = [
        words.text("sentence {number}", number=first)
        if first == last
        else words.text("sentences {first}-{last}", first=first, last=last)
    ]
    if passage.page is not None:
        slides = passage.document.format in {"pptx", "odp"}
        parts.append(
            words.text("slide {number}", number=passage.page)
            if slides
            else words.text("page {number}", number=passage.page)
        )
    if passage.from_picture:
        parts.append(words.text("read from a picture"))
    return ", ".join(parts)


def _lead(answer: Answer, answering: Sequence[Passage], search_all: str, words: Words) -> str:
    message = md_text(words.sentence(answer.message))
    if answer.kind == "overview":
        return message
    return f"{message} {_outcome(answer, answering, search_all, words)}".strip()


def _outcome(answer: Answer, answering: Sequence[Passage], search_all: str, words: Words) -> str:
    found = len(answer.passages)
    if not answer.answered:
        said = [
            words.count(
                "**{number} document searched, and none seems to answer this.**",
                "**{number} documents searched, and none seems to answer this.**",
                answer.documents,
            )
        ]
        if answer.unmentioned:
            said.append(_unmentioned(answer.unmentioned, words))
        said += [f"{search_all} ·"] if search_all else []
        said.append(words.count("Closest passage:", "Closest passages:", found))
        return " ".join(said)
    searched = {"documents": _documents(answer.documents, words)}
    if answer.confidence is None:
        return words.count(
            "Closest passage in {documents}",
            "Closest passages in {documents}, best first",
            found,
            **searched,
        )
    if several := _several_documents(answering):
        seem = words.text(
            "**{some} of {documents} seem to answer this.**", some=several, **searched
        )
        compare = (
            words.text("They give different figures:")
            if answer.differing
            else words.text("Compare what they say:")
        )
        return f"{seem} {compare}"
    return words.count(
        "**{number} passage seems to answer this**, of {documents} searched",
        "**{number} passages seem to answer this**, of {documents} searched",
        len(answering),
        **searched,
    )


def _unmentioned(missing: Sequence[str], words: Words) -> str:
    shown = [f"*{md_text(word)}*" for word in missing]
    if len(shown) == 1:
        return words.text("Nothing mentions {word}.", word=shown[0])
    return words.text(
        "Nothing mentions {words} or {last}.", words=", ".join(shown[:-1]), last=shown[-1]
    )


def _documents(number: int, words: Words) -> str:
    return words.count("{number} document", "{number} documents", number)


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


def _columns(passage: Passage) -> tuple[object, ...]:
    """Return what the rows of a table have in common; empty for what isn't shown as a table.

    Tables of the same columns under the same headings, as one on each page, are shown as one.
    """
    if not _is_table(passage):
        return ()
    of = passage.corpus, passage.document.id, passage.sha256, passage.context
    return (*of, *_names(passage))


def _names(passage: Passage) -> list[str]:
    """Return the names of a row's columns as Markdown."""
    return [md_text(cell.name) or " " for cell in (passage.block.cells if passage.block else ())]


def _cells(passage: Passage, mark: str) -> list[str]:
    """Return a row's cells as Markdown."""
    return [
        f"{mark}{_marked(passage, cell.text, cell.start)}{mark}"
        if passage.start <= cell.start
        else md_text(cell.text)  # of a merged cell, which stands in a row above
        for cell in (passage.block.cells if passage.block else ())
    ]


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in a quotation: the names of its columns, and below them its rows."""
    lines = (names, ["---"] * len(names), *rows)
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


def _strength(answer: Answer, passage: Passage, words: Words, *, answers: bool) -> str:
    if not answer.judged:
        return f" · {words.text('not judged: the reader reads English only')}"
    if passage.confidence is None:
        return ""
    strengths = _STRENGTHS if answers else ()
    said = next((said for least, said in strengths if passage.confidence >= least), _WEAK)
    return f" · {words.text(said)} ({words.percent(passage.confidence)})"


def _link(text: str, cited: Passage | Place, corpus: str, title: str = "") -> str:
    """Return Markdown that opens the source viewer at what is cited, if it still stands there.

    The title is what a citation says where the text alone says too little.
    """
    if not _SHA256.fullmatch(cited.sha256):  # of a kept answer: it can't be told what changed since
        return text
    titled = f' "{title}"' if title else ""
    return f"[{text}]({address_of(cited, corpus)}{titled})"


def _copy(passage: Passage, words: Words) -> str:
    """Return buttons that copy a passage, for `ui/page/copy.js`; their words are in the styles."""
    if not _SHA256.fullmatch(passage.sha256):
        return ""
    return "".join(
        f'<button class="copy-{form}" title="{words.text(name)}"></button>'
        for form, name in _COPIES
    )


def _also(passage: Passage, words: Words) -> str:
    """Return the other places where the passage's best sentence stands."""
    places = [
        _link(
            f"{md_text(place.document.title)}, "
            f"{words.text('sentence {number}', number=place.number)}",
            place,
            passage.corpus,
        )
        for place in passage.also
    ]
    return f" · {words.text('the same in {places}', places='; '.join(places))}" if places else ""


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


def _nothing_found(answer: Answer, words: Words) -> str:
    if not answer.documents:
        return words.text(
            "**There is nothing to search yet.** Choose **Documents** above, or drop files "
            "anywhere on this page, then ask again."
        )
    return words.text(
        "**No passage was found** in {documents}. Rephrase the question, or add a document that "
        "covers it.",
        documents=_documents(answer.documents, words),
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
