import html
import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index import Document, NamedCell
from qa import Answer, Block, Excerpt, Filter, Passage, Place, ScoredSentence, Source
from tests.ui.hostile import HOSTILE
from ui.page.markdown import describe, render_answer
from ui.page.md_text import md_text

POSITIONS = {
    "plain": "{}",
    "bold": "> a **{}** b",
    "faint": "> a *{}* b",
    "link": "> [{}](#place)",
    "second": "a {}",
}
SHA256 = "0123456789abcdef" * 4
COPIES = "".join(
    f'<button class="copy-{form.lower()}" title="Copy {form}"></button>'
    for form in ("text", "quotation", "Markdown")
)
OPENING = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
CLOSING = "\u202c\u2069"


def plain(text: str) -> str:
    """What a reader sees of a text: white space as single spaces."""
    return " ".join(text.split())


def shown(markdown: str) -> tuple[str, set[str]]:
    """Return the text that Markdown shows, and the elements it makes."""
    page = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown)
    text = html.unescape(re.sub(r"<[^>]*>", "", page))
    return plain(text), set(re.findall(r"<(\w+)", page))


def sentence(number: int, text: str = "", score: float = 1.0) -> ScoredSentence:
    return ScoredSentence(
        number,
        text or f"Sentence {number}.",
        100 * number,
        100 * number + 50,
        score,
        probability=None,
        answer=None,
        dense=None,
        lexical=None,
        window=None,
    )


def passage(*numbers: int, document: int = 1, page: int | None = None, text: str = "") -> Passage:
    sentences = tuple(sentence(number, text) for number in numbers)
    first, last = numbers[0], numbers[-1]
    return Passage(
        text=text or " ".join(each.text for each in sentences),
        document=Source(document, f"Title {document}", "name.txt", "text"),
        sha256=SHA256,
        start=100 * first,
        end=100 * last + 50,
        score=1.0,
        sentences=sentences,
        page=page,
        before=Excerpt(f"Sentence {first - 1}.", 100 * (first - 1), 100 * first - 50),
        after=Excerpt(f"Sentence {last + 1}.", 100 * (last + 1), 100 * last + 150),
        confidence=None,
        highlights=(),
    )


def answer(*passages: Passage, documents: int = 1, answered: bool = True) -> Answer:
    confidence = passages[0].confidence if passages else None
    return Answer("Who?", "Who?", answered and bool(passages), confidence, passages, documents)


def read_passage(text: str, *marked: str, confidence: float = 0.9) -> Passage:
    """A passage as the reader leaves it, with words marked as the answer."""
    found = passage(1, text=text)
    places = [found.start + text.index(words) for words in marked]
    highlights = tuple(
        Excerpt(words, start, start + len(words))
        for words, start in zip(marked, places, strict=True)
    )
    end = found.start + len(text)
    return replace(found, end=end, confidence=confidence, highlights=highlights)


def test_the_words_that_answer_are_marked_within_the_sentence():
    markdown = render_answer(answer(read_passage("Built in 1862 by *two* men.", "1862", "*two*")))

    assert "**Built in <mark>1862</mark> by <mark>&#42;two&#42;</mark> men.**" in markdown
    assert f"sentence 1](/d/1#100-127-{SHA256}) · very likely answers (90%)" in markdown


def test_words_that_are_the_whole_sentence_can_be_marked():
    markdown = render_answer(answer(read_passage("Two brothers.", "Two brothers.")))

    assert "**<mark>Two brothers.</mark>**" in markdown


def test_marked_words_of_a_hostile_document_stay_text():
    text = "Built </mark><img src=x onerror=alert(1)> in 1862."
    markdown = render_answer(answer(read_passage(text, "<img src=x onerror=alert(1)>")))

    assert "<img" not in markdown
    assert shown(markdown)[1] == {"p", "blockquote", "strong", "mark", "a", "div", "button"}


def test_what_answers_is_on_top_and_what_is_weaker_folded_and_not_marked():
    sure, weak = read_passage("Sentence *one*.", "one"), read_passage("Sentence two.", "two")
    weak = replace(weak, confidence=0.2, start=500, end=513)
    markdown = render_answer(answer(sure, weak))
    top, _, folded = markdown.partition("<details")

    assert top.startswith("**1 passage seems to answer this**, of 1 document searched")
    assert "**Sentence &#42;<mark>one</mark>&#42;.**" in top
    assert "<summary>1 weaker passage</summary>" in folded
    assert "*Sentence two.*" in folded
    assert "**" not in folded
    assert "<mark>" not in folded
    assert "probably doesn't answer (20%)" in folded


def test_an_answer_that_is_none_says_so_before_the_closest_passages():
    weak = read_passage("Sentence.", confidence=0.04)
    markdown = render_answer(answer(weak, answered=False))

    assert markdown.startswith("**1 document searched, and none seems to answer this.** Closest")
    assert "probably doesn't answer (4%)" in markdown
    assert "<details" not in markdown


def test_an_answer_that_is_none_names_what_no_document_mentions():
    none = replace(
        answer(read_passage("Sentence."), answered=False), unmentioned=("E99", "<b>", "x")
    )

    assert "Nothing mentions *E99*, *&#60;b&#62;* or *x*. Closest passage:" in render_answer(none)


@pytest.mark.parametrize("confidence", [0.01, 0.26, 0.3, 0.6, 0.9])
def test_the_words_for_a_confidence_never_contradict_the_headline(confidence):
    passages = [read_passage("Sentence.", "Sentence", confidence=confidence)]
    answers = render_answer(answer(*passages))
    none = render_answer(answer(*passages, answered=False))

    assert "seems to answer this" in answers
    assert "doesn't answer" not in answers
    assert "none seems to answer" in none
    assert re.search(r"(may|likely) answer", none) is None


def test_documents_that_answer_stand_side_by_side_and_are_said_to_be_several():
    one, other = read_passage("It is 5.", "5"), read_passage("It is 7.", "7")
    several = answer(one, replace(other, document=Source(2, "B", "b", "text")))

    assert render_answer(several).startswith(
        "**2 of 1 document seem to answer this.** They give different figures:"
    )
    in_two_corpora = answer(one, replace(other, corpus="home"))
    assert in_two_corpora.differing == (replace(other, corpus="home"),), "of one id in both"
    of_something_else = render_answer(replace(several, query="What about Q5?"))
    assert "**2 of 1 document seem to answer this.** Compare what they say:" in of_something_else
    assert '<div class="answers beside">' in of_something_else


def test_a_text_that_the_reader_does_not_judge_has_words_in_place_of_a_percentage():
    markdown = render_answer(replace(answer(passage(9)), judged=False))

    assert " · not judged: the reader reads English only" in markdown
    assert "%" not in markdown


def listed(text: str, *highlights: str, level: int = 0) -> Passage:
    """A passage of several lines, each a sentence."""
    places = [match.span() for match in re.finditer(r"[^\n]+", text)]
    sentences = tuple(
        replace(sentence(number), text=text[start:end], start=100 + start, end=100 + end)
        for number, (start, end) in enumerate(places, 1)
    )
    kind = "item" if level else "paragraph"
    found = replace(passage(1), text=text, start=100, end=100 + len(text), confidence=0.9)
    starts = [100 + text.index(words) for words in highlights]
    marked = [Excerpt(w, at, at + len(w)) for w, at in zip(highlights, starts, strict=True)]
    return replace(
        found, sentences=sentences, highlights=tuple(marked), block=Block(kind, level=level)
    )


def test_a_list_is_shown_as_a_list_and_only_what_answers_is_marked():
    markdown = render_answer(answer(listed("We let:\nthe hall\nthe <b>loft", "the hall")))
    _, elements = shown(markdown)

    assert "> We let:\n>\n> - **<mark>the hall</mark>**\n>\n> - the &#60;b&#62;loft" in markdown
    assert {"ul", "li"} <= elements
    assert "b" not in elements


def test_a_list_with_printed_numbers_keeps_them_as_its_only_signs():
    text, elements = shown(render_answer(answer(listed("(a) the hall\n2. the loft", level=1))))

    assert "(a) the hall 2. the loft" in text
    assert not {"ul", "ol"} & elements


def test_what_was_searched_for_can_be_undone_beside_it_in_the_last_answer():
    other = replace(answer(passage(9)), query="Who [is] he?")

    assert render_answer(other, last=True).startswith(
        "Searched for: **Who &#91;is&#93; he?** · [Search only for “Who?”](#as-typed)\n\n"
    )
    assert "#as-typed" not in render_answer(other)
    assert "#as-typed" not in render_answer(answer(passage(9)), last=True)


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_is_and_makes_no_element(text, position):
    frame = POSITIONS[position]

    seen, elements = shown(frame.format(md_text(text)))

    around, own_elements = shown(frame.format("x"))
    assert seen == around.replace("x", plain(text), 1)
    assert elements == own_elements


@given(text=st.text(min_size=1))
@example(text="a\u00a0*\u3000b*")
@example(text="1.")
def test_any_text_is_shown_as_it_is(text):
    text = re.sub(f"[\0{OPENING}{CLOSING}\ud800-\udfff]", "", text)
    if not plain(text):
        return

    assert shown(f"> **{md_text(text)}**") == (plain(text), {"blockquote", "p", "strong"})
    assert shown(md_text(text)) == (plain(text), {"p"})


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("\u202egnp.exe", "\u202egnp.exe\u202c"),
        ("\u2067\u202bx", "\u2067\u202bx\u202c\u2069"),
        ("\u2067\u202bx\u2069", "\u2067\u202bx\u2069"),
        ("\u202bx\u202c", "\u202bx\u202c"),
        ("\u202cx\u2069", "\u202cx\u2069"),
        ("\u202b\u2067x\u202c", "\u202b\u2067x\u202c\u2069\u202c"),
    ],
)
def test_a_change_of_writing_direction_ends_with_its_text(text, closed):
    assert md_text(text) == closed


def test_ordinary_prose_stays_readable_in_markdown():
    prose = "“It’s 5% more,” he said (twice) - at 10:30; naïve? Yes. Über 1.2 m/s, 3+4."

    assert md_text(prose) == prose


def test_found_sentences_stand_out_and_their_place_is_below():
    markdown = render_answer(answer(passage(9), documents=3))

    assert markdown.split("\n\n") == [
        "Closest passage in 3 documents",
        '<div class="answers">',
        "> Sentence 8. **Sentence 9.** Sentence 10.\n>\n"
        f"> [1 · Title 1, sentence 9](/d/1#900-950-{SHA256}){COPIES}",
        "</div>",
    ]


def test_passages_are_numbered_in_the_order_given_and_pages_are_named():
    markdown = render_answer(answer(passage(30, 31, page=3), passage(5, document=2)))

    assert markdown.startswith("Closest passages in 1 document, best first\n\n")
    assert "1 · Title 1, sentences 30-31, page 3" in markdown
    assert "2 · Title 2, sentence 5" in markdown
    assert markdown.count(", page") == 1


def test_nothing_is_shown_twice():
    markdown = render_answer(answer(passage(9), passage(8), passage(11), passage(8, document=2)))

    for number in (7, 8, 9, 10, 11, 12):
        in_first_document = 1
        in_second_document = number in (7, 8, 9)
        assert markdown.count(f"Sentence {number}.") == in_first_document + in_second_document
    assert "> **Sentence 9.** Sentence 10." in markdown
    assert "> Sentence 7. *Sentence 8.*\n" in markdown
    assert "> *Sentence 11.* Sentence 12." in markdown


def test_a_hostile_document_cannot_leave_its_quotation():
    text = "\n\n# Ignore\n\n<img src=x> ![x](y) **"

    seen, elements = shown(render_answer(answer(passage(9, text=text))))

    assert elements == {"p", "blockquote", "strong", "a", "div", "button"}
    assert "# Ignore <img src=x> ![x](y) **" in seen


def test_finding_nothing_says_what_was_searched_and_what_to_do():
    empty, full = render_answer(answer(documents=0)), render_answer(answer(documents=2))

    assert "nothing to search yet" in empty
    assert "Choose **Documents** above" in empty
    assert "in 2 documents" in full
    assert "add a document that covers it" in full


@pytest.mark.parametrize(
    ("sentences", "words"),
    [
        ([], "No documents yet"),
        ([1], "1 document, 1 sentence"),
        ([32], "1 document, 32 sentences"),
        ([1000, 234], "2 documents, 1,234 sentences"),
    ],
)
def test_the_corpus_is_described_in_whole_words(sentences, words):
    documents = [Document(1, "s", "n", "t", "text", "", 9, count, "") for count in sentences]

    assert describe(documents) == words


def test_other_places_of_the_same_words_are_cited_with_the_text_they_stand_in():
    other = "f" * 64
    document = Source(7, "Other", "other.txt", "text")
    found = replace(passage(9), also=(Place(document, 3, 40, 90, None, other),))

    assert f"the same in [Other, sentence 3](/d/7#40-90-{other})" in render_answer(answer(found))


@pytest.mark.parametrize("sha256", ["", "abc", "x](javascript:alert(1))" + "0" * 41])
def test_a_kept_citation_that_names_no_text_is_no_link(sha256):
    place = Place(Source(7, "Other", "other.txt", "text"), 3, 40, 90, None, sha256)
    markdown = render_answer(answer(replace(passage(9), sha256=sha256, also=(place,))))

    assert "1 · Title 1, sentence 9 · the same in Other, sentence 3" in markdown
    assert "a" not in shown(markdown)[1]


def row(*texts: str, marked: str = "") -> Passage:
    """A row of a table whose columns are called as hostile texts are."""
    text = " | ".join(texts)
    found = replace(passage(1, text=text), start=100, end=100 + len(text), context="Prices")
    cells, at = [], 100
    for column, words in enumerate(texts):
        cells.append(NamedCell(f"Name <b>{column}</b>|", words, at, at + len(words), column))
        at += len(words) + 3
    start = 100 + text.index(marked)
    highlights = (Excerpt(marked, start, start + len(marked)),) if marked else ()
    return replace(found, block=Block("row", cells=tuple(cells)), highlights=highlights)


def test_a_row_is_shown_as_a_table_with_the_names_of_its_columns():
    markdown = render_answer(answer(row("Lamp", "26.10 EUR", marked="26.10")))
    text, elements = shown(markdown)

    assert "Name <b>0</b>| Name <b>1</b>| Lamp 26.10 EUR" in text
    assert {"table", "th", "td"} <= elements
    assert "b" not in elements
    assert "<mark>26&#46;10</mark>" in markdown
    assert "Title 1 › Prices, sentence 1" in text


def below(found: Passage, by: int) -> Passage:
    """A row as it stands further down in its document."""
    moved = [replace(c, start=c.start + by, end=c.end + by) for c in found.block.cells]
    sentences = tuple(replace(sentence(by)) for _ in found.sentences)
    return replace(
        found,
        start=found.start + by,
        end=found.end + by,
        sentences=sentences,
        highlights=tuple(Excerpt(h.text, h.start + by, h.end + by) for h in found.highlights),
        block=Block("row", cells=tuple(moved)),
    )


def tables(markdown: str) -> int:
    return len(re.findall(r"(?m)^> \| ---", markdown))


def test_rows_of_one_table_that_answer_are_one_table_in_their_order_each_with_its_own_source():
    lamp = below(row("Lamp", "26.10 EUR", marked="26.10"), 700)
    lamp = replace(lamp, confidence=0.9)
    desk = replace(row("Desk", "80 EUR", marked="80"), confidence=0.8)
    other = replace(listed("It is\n26.10", "26.10"), confidence=0.85)
    markdown = render_answer(answer(lamp, other, desk))
    text, elements = shown(markdown)

    assert tables(markdown) == 1
    assert markdown.count("Name &#60;b&#62;0") == 1
    table, _, rest = markdown.partition("> Title 1 › Prices\n")
    head, desk_line, lamp_line = table.split("| --- | --- | --- |")[1].split("\n")[0:3]
    assert head == ""
    assert "Desk" in desk_line
    assert "[3 · sentence 1](/d/1#100-" in desk_line
    assert '"Title 1 › Prices, sentence 1")' in desk_line
    assert "very likely answers (80%)" in desk_line
    assert "Lamp" in lamp_line
    assert "<mark>26&#46;10</mark>" in lamp_line
    assert "[1 · sentence 700](/d/1#800-" in lamp_line
    assert desk_line.count(COPIES) == lamp_line.count(COPIES) == 1
    assert "2 · Title 1, sentence" in rest, "what stands between them by rank has its own card"
    assert "b" not in elements
    assert "Title 1 › Prices" in text


def test_rows_of_other_documents_headings_or_columns_are_tables_of_their_own():
    one = row("Lamp", "26.10 EUR", marked="26.10")
    elsewhere = replace(one, document=Source(2, "B", "b", "text"))
    under = replace(one, context="Other prices")
    wider = row("Lamp", "26.10 EUR", "new", marked="26.10")
    for other in (elsewhere, under, wider, replace(one, corpus="home")):
        markdown = render_answer(answer(one, below(other, 500)))
        assert tables(markdown) == 2, other
        assert 'class="source"' not in markdown


def test_rows_that_do_not_answer_are_counted_one_by_one_though_they_are_one_table():
    hit = replace(row("Lamp", "26.10 EUR", marked="26.10"), confidence=0.9)
    weak = [replace(below(row("Desk", "80 EUR"), at), confidence=0.01) for at in (500, 900)]
    markdown = render_answer(answer(hit, *weak))

    assert "<summary>2 weaker passages</summary>" in markdown
    assert tables(markdown.partition("<details")[2]) == 1
    assert "*Desk*" in markdown


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_cell_heading_or_title_of_several_rows_becomes_markup(hostile):
    if not hostile.split():
        return
    found = replace(row(hostile, "b"), context=f"{hostile} › Prices")
    found = replace(found, document=replace(found.document, title=hostile))
    page = (
        MarkdownIt("commonmark")
        .enable("table")
        .render(render_answer(answer(found, below(found, 500), answered=False)))
    )

    assert set(re.findall(r"<(\w+)", page)) <= {
        *("p", "blockquote", "strong", "em", "a", "table", "thead", "tbody", "tr", "th", "td"),
        *("mark", "div", "button", "span", "br"),
    }
    assert re.findall(r'<a href="([^"]*)"', page) == re.findall(r'<a href="(/d/[^"]*)"', page)
    (title, _) = re.findall(r'<a href="/d/[^"]*" title="([^"]*)"', page)
    assert plain(hostile) in html.unescape(title)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_cell_or_heading_becomes_markup(hostile):
    if len(hostile.split()) == 0:
        return
    found = replace(row(hostile, "b"), context=f"{hostile} › Prices")
    _, elements = shown(render_answer(answer(found)))

    assert elements <= {"p", "blockquote", "strong", "em", "a", "table", "thead", "tbody"} | {
        "tr",
        "th",
        "td",
        "mark",
        "div",
        "button",
    }


def test_a_heading_that_says_the_title_is_not_shown_beside_it():
    found = replace(passage(1, text="Pears."), context="All of Title 1 › Pears")

    assert "1 · Title 1 › Pears, sentence 1" in shown(render_answer(answer(found)))[0]


def test_each_limit_of_a_search_is_a_label_that_the_last_answer_offers_to_take_away():
    limited = replace(answer(passage(1)), where=Filter(without=["*draft*"], types=["pdf"]))
    limited = replace(limited, question="Who? -*draft* type:pdf")
    assert render_answer(limited).startswith(
        'Searched for: **Who?** · <span class="limit">&#45;&#42;draft&#42;</span> · '
        '<span class="limit">type:pdf</span>\n\n'
    )
    shown = render_answer(limited, last=True)
    assert '&#42;draft&#42; [×](#without-0 "Search without &#45;&#42;draft&#42;")</span>' in shown
    assert 'type:pdf [×](#without-1 "Search without type:pdf")</span>' in shown

    quoted = replace(limited, question="“who”", query="“who”", where=Filter(phrases=['"]<b>'[2:]]))
    assert "<b>" not in render_answer(quoted, last=True)
