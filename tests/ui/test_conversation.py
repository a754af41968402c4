import html
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pydantic import TypeAdapter, ValidationError

from qa import Answer, Excerpt, Passage, ScoredSentence, Source
from tests.ui.hostile import HOSTILE
from ui.page.conversation import (
    MOST_TURNS,
    Conversations,
    Held,
    Turn,
    from_browser,
    from_earlier_browser,
    to_browser,
)
from ui.page.saved import as_json, as_markdown


def answered(question: str, text: str = "Pears are green.", *, verdict=None, **changes) -> Turn:
    sentence = ScoredSentence(2, text, 10, 10 + len(text), 0.9, 0.9, None, 0.5, 1.0, None)
    passage = Passage(
        text,
        Source(1, "On fruit", "fruit.pdf", "pdf"),
        "ab" * 32,
        10,
        10 + len(text),
        0.9,
        (sentence,),
        3,
        None,
        Excerpt("After.", 30, 36),
        0.9,
        (Excerpt(text[:5], 10, 15),),
    )
    values = {"query": question, "answered": True, "confidence": 0.9, "documents": 1} | changes
    return Turn(question, Answer(question=question, passages=(passage,), **values), verdict=verdict)


def handed(held: Held, last: int = MOST_TURNS) -> bytes:
    """What the page hands back of a conversation that it has kept."""
    kept = to_browser(held, last)
    turns = ", ".join(turn["data"] for turn in kept if turn["data"])
    return f'{{"turns": [{turns}], "title": {json.dumps(held.title)}}}'.encode()


@pytest.mark.slow
@given(st.text(), st.text(min_size=5))
def test_a_conversation_comes_back_from_the_browser_as_it_was(question, text):
    held = Held((answered(question, text),), "On pears")

    assert from_browser(handed(held)) == held


def test_failures_are_not_kept_and_only_what_is_new_is_given_as_a_whole():
    turns = (answered("1"), Turn("failed", failure="It failed."), answered("2", verdict="up"))
    kept = to_browser(Held(turns), 1)

    assert [(turn["question"], turn["verdict"]) for turn in kept] == [("1", None), ("2", "up")]
    assert [bool(turn["data"]) for turn in kept] == [False, True]
    assert [turn.question for turn in from_browser(handed(Held(turns))).turns] == ["1", "2"]


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"7",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"turns": [1]}',
        b'{"turns": [{"question": "a", "answer": {}}]}',
        json.dumps({"title": "x" * 151}).encode(),
        json.dumps({"turns": [{"question": "a"}] * (MOST_TURNS + 1)}).encode(),
    ],
)
def test_anything_else_that_a_browser_hands_over_is_no_conversation(kept):
    with pytest.raises(ValidationError):
        from_browser(kept)


@pytest.mark.parametrize(
    "kept",
    [None, "", 7, "{", "[1]", '[{"question": "a"}]', '[{"question": 1, "answer": {}}]', {"a": 1}],
)
def test_what_an_earlier_version_kept_is_read_and_anything_else_is_none(kept):
    turns = (answered("Which pears?"),)
    written = TypeAdapter(tuple[Turn, ...]).dump_json(turns).decode()

    assert from_earlier_browser(written) == turns
    assert from_earlier_browser(kept) == ()


def test_as_markdown_it_has_each_quotation_with_its_place():
    written = as_markdown(Held((answered("Which pears?", "Pears\nare green."),)))

    assert written.startswith(
        "## Which pears?\n\n> Pears\n> are green.\n>\n> On fruit (fruit.pdf), "
    )
    assert f"sentence 2, page 3, characters 10-26 of the text with SHA-256 {'ab' * 32}" in written


def test_as_markdown_it_says_what_was_searched_for_and_what_was_not_answered():
    held = Held((answered("And pears?", query="Which pears?", answered=False),))
    written = as_markdown(held, weaker=True)

    assert "Searched for: Which pears?" in written
    assert "don't seem to answer" in written
    assert "The closest passages:\n\n> Pears are green." in written


def test_weaker_passages_are_left_out_unless_they_are_wanted_and_it_is_said():
    turn = answered("Which pears?")
    (sure,) = turn.answer.passages
    weak = replace(sure, text="Plums are blue.", confidence=0.1, highlights=())
    held = Held((replace(turn, answer=replace(turn.answer, passages=(sure, weak))),), title="Pears")
    (written,) = json.loads(as_json(held))

    assert [each["text"] for each in written["answer"]["passages"]] == ["Pears are green."]
    assert written["weaker_passages_left_out"] == 1
    assert as_markdown(held).startswith("# Pears\n\n## Which pears?\n\n> Pears are green.\n")
    assert "Plums" not in as_markdown(held)
    assert "1 weaker passage left out." in as_markdown(held)
    assert len(json.loads(as_json(held, weaker=True))[0]["answer"]["passages"]) == 2
    assert "> Plums are blue." in as_markdown(held, weaker=True)
    assert "left out" not in as_markdown(held, weaker=True)


def test_an_overview_is_saved_as_a_whole():
    held = Held((answered("What is this about?", kind="overview", answered=False),))

    assert "> Pears are green." in as_markdown(held)


def rendered(markdown: str) -> tuple[list[str], str]:
    """Return the tags and the words that Markdown comes to where HTML in it counts."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    page = parser.render(markdown)
    words = html.unescape(re.sub(r"<[^>]*>", " ", page))
    return re.findall(r"<[^/][^>]*>", page), " ".join(words.split())


def hostile_turn(text: str) -> Turn:
    """A turn in which everything that isn't ours is one text."""
    turn = answered(text, text, query=f"{text} again")
    (passage,) = turn.answer.passages
    passage = replace(passage, document=Source(1, text, text, "pdf"))
    return replace(turn, answer=replace(turn.answer, passages=(passage,)))


def check_nothing_became_markup(text: str) -> None:
    words = " ".join(text.split())
    written = as_markdown(Held((hostile_turn(text), answered("Which pears?")), text))

    tags, seen = rendered(written)

    assert set(tags) <= {"<h1>", "<h2>", "<p>", "<blockquote>"}, tags
    assert seen.startswith(
        f"{words} {words} Searched for: {words} again {words} {words} ({words}), sentence 2"
    )
    assert seen.endswith(f"SHA-256 {'ab' * 32}")
    assert " Which pears? Pears are green. On fruit (fruit.pdf), sentence 2" in seen
    assert not re.search(r"(?i)//|www\.|https?:|mailto:|[<@]", written), "no address to link to"


@pytest.mark.parametrize("text", HOSTILE)
def test_as_markdown_no_viewer_runs_or_fetches_what_a_document_or_question_holds(text):
    check_nothing_became_markup(text)


MARKUP = st.sampled_from(
    [*HOSTILE, "<", ">", "!", "[", "]", "(", ")", "`", "*", "_", "#", "&", "\n"]
)


@given(st.lists(st.one_of(MARKUP, st.text(max_size=5)), min_size=1, max_size=8).map("".join))
def test_as_markdown_any_text_stays_text(text):
    text = re.sub("[\0\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "", text)
    if text.strip():
        check_nothing_became_markup(text)


def test_as_markdown_ordinary_prose_reads_as_it_was_written():
    prose = "“Stop!” he said (twice) - at 10:30; naïve? Yes! Über 1.2 m/s, 3+4."

    assert f"\n> {prose}\n" in as_markdown(Held((answered("Who?", prose),)))


def test_as_json_it_has_all_that_is_known():
    (turn,) = json.loads(as_json(Held((answered("Which pears?"), Turn("failed", failure="x")))))

    assert turn["question"] == "Which pears?"
    assert turn["answer"]["passages"][0]["sentences"][0]["probability"] == 0.9


def test_conversations_are_found_by_their_name_only_and_the_oldest_make_room():
    held = Conversations()
    for number in range(51):
        held.put(str(number), Held((answered(str(number)),)))

    assert held.get("0") is None
    assert held.get("50").turns[0].question == "50"
    held.put("50", Held())
    assert held.get("50") == Held()
    assert held.get("guess") is None
