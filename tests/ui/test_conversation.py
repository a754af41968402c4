import html
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qa import Answer, Excerpt, Passage, ScoredSentence, Source
from tests.ui.hostile import HOSTILE
from ui.page.conversation import (
    MOST_TURNS,
    Conversations,
    Turn,
    as_json,
    as_markdown,
    from_browser,
    to_browser,
)


def answered(question: str, text: str = "Pears are green.", **changes) -> Turn:
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
    return Turn(question, Answer(question=question, passages=(passage,), **values))


@pytest.mark.slow
@given(st.text(), st.text(min_size=5))
def test_a_conversation_comes_back_from_the_browser_as_it_was(question, text):
    turns = [answered(question, text)]

    assert from_browser(to_browser(turns)) == turns


def test_failures_are_not_kept_and_only_the_newest_turns_are():
    turns = [answered(str(number)) for number in range(MOST_TURNS + 5)]

    kept = from_browser(to_browser([*turns, Turn("failed", failure="It failed.")]))

    assert [turn.question for turn in kept] == [str(n) for n in range(5, MOST_TURNS + 5)]


@pytest.mark.parametrize(
    "kept",
    [None, "", 7, "{", "[1]", '[{"question": "a"}]', '[{"question": 1, "answer": {}}]', {"a": 1}],
)
def test_anything_else_that_a_browser_sends_is_no_conversation(kept):
    assert from_browser(kept) == []


def test_as_markdown_it_has_each_quotation_with_its_place():
    written = as_markdown([answered("Which pears?", "Pears\nare green.")])

    assert written.startswith(
        "## Which pears?\n\n> Pears\n> are green.\n>\n> On fruit (fruit.pdf), "
    )
    assert f"sentence 2, page 3, characters 10-26 of the text with SHA-256 {'ab' * 32}" in written


def test_as_markdown_it_says_what_was_searched_for_and_what_was_not_answered():
    written = as_markdown([answered("And pears?", query="Which pears?", answered=False)])

    assert "Searched for: Which pears?" in written
    assert "don't seem to answer" in written


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
    written = as_markdown([hostile_turn(text), answered("Which pears?")])

    tags, seen = rendered(written)

    assert set(tags) <= {"<h2>", "<p>", "<blockquote>"}, tags
    assert seen.startswith(
        f"{words} Searched for: {words} again {words} {words} ({words}), sentence 2"
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

    assert f"\n> {prose}\n" in as_markdown([answered("Who?", prose)])


def test_as_json_it_has_all_that_is_known():
    (turn,) = json.loads(as_json([answered("Which pears?"), Turn("failed", failure="x")]))

    assert turn["question"] == "Which pears?"
    assert turn["answer"]["passages"][0]["sentences"][0]["probability"] == 0.9


def test_conversations_are_found_by_their_name_only_and_the_oldest_make_room():
    held = Conversations()
    names = [held.put("", [answered(str(number))]) for number in range(201)]

    assert held.get(names[0]) is None
    assert held.get(names[-1])[0].question == "200"
    assert held.put(names[-1], []) == names[-1]
    assert held.get(names[-1]) == ()
    assert held.get("guess") is None
