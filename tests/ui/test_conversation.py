import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import Answer, Excerpt, Passage, ScoredSentence, Source
from ui.conversation import (
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
    assert "do not seem to answer" in written


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
