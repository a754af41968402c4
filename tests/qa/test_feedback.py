from dataclasses import replace

import pytest

from index import BadSetting
from qa import ask, evaluate, feedback_on, feedback_questions
from qa.measuring.report import Outcome, summarize

FRUIT = "Apples are red. Pears are green. Plums are blue."
QUESTION = "Which fruit are green pears?"


@pytest.fixture
def fruit(corpus):
    corpus.add_text(FRUIT, name="fruit")
    return corpus


def give(corpus, question, verdict, key="k", sentence=None):
    """Keep a verdict on the answer to a question, or on an answer that began with a sentence."""
    given = feedback_on(ask(question, corpus=corpus), verdict, key=key)
    if sentence is not None:
        given = replace(given, passages=(replace(given.passages[0], sentence=sentence),))
    return corpus.add_feedback(given)


def report(corpus):
    return evaluate(feedback_questions(corpus.feedback()), corpus)


def test_feedback_on_an_answer_holds_what_was_asked_and_shown(fruit):
    answer = ask(f" {QUESTION}", k=2, corpus=fruit)

    kept = fruit.add_feedback(feedback_on(answer, "down", key="k"))

    assert (kept.question, kept.query, kept.verdict) == (f" {QUESTION}", QUESTION, "down")
    assert kept.asked.endswith("+00:00")
    first = kept.passages[0]
    assert first.sentence == answer.passages[0].best.text == "Pears are green."
    assert FRUIT[first.start : first.end] == first.text
    assert [passage.text for passage in kept.passages] == [p.text for p in answer.passages]
    assert (first.document, first.sha256) == ("fruit", answer.passages[0].sha256)


def test_feedback_keeps_the_time_of_asking_that_it_is_told(fruit):
    answer = ask(QUESTION, corpus=fruit)

    assert feedback_on(answer, "up", key="k", asked="2026-01-01T00:00Z").asked[:10] == "2026-01-01"
    with pytest.raises(BadSetting, match="time"):
        fruit.add_feedback(feedback_on(answer, "up", key="k", asked="soon"))


def test_an_answer_found_right_counts_as_a_judged_question(fruit):
    give(fruit, QUESTION, "up")

    result = report(fruit)

    assert (result.questions, result.p_at_1, result.mrr_at_10) == (1, 1, 1)
    assert (result.unanswerable, result.rejected, result.rejected_first) == (0, 0, None)
    assert result.failures == []


def test_a_sentence_found_right_is_known_by_its_words_wherever_it_stands_now(fruit):
    give(fruit, QUESTION, "up")
    fruit.remove(["fruit"])
    fruit.add_text("Cellars are cold.\n\nPEARS  are green!", name="other")

    assert report(fruit).p_at_1 == 1

    fruit.remove(["other"])
    fruit.add_text("Pears are grey.", name="other")
    result = report(fruit)
    assert (result.questions, result.p_at_1) == (1, 0)
    assert [item.question for item in result.failures] == [QUESTION]


def test_an_answer_found_wrong_is_reported_apart_and_fails_while_it_still_comes_first(fruit):
    give(fruit, QUESTION, "down", key="still first")
    give(fruit, "Which apples?", "down", key="no longer first", sentence="Figs are black.")

    result = report(fruit)

    assert (result.questions, result.unanswerable) == (0, 0)
    assert (result.rejected, result.rejected_first) == (2, 0.5)
    assert [(item.question, item.first) for item in result.failures] == [
        (QUESTION, "Pears are green.")
    ]
    assert result.failures[0].answerable is None
    assert (result.calibration_error, result.auroc, result.abstention_recall) == (None,) * 3


def test_what_was_found_wrong_changes_no_figure_of_what_was_found_right(fruit):
    give(fruit, QUESTION, "up", key="up")
    before = report(fruit)
    give(fruit, "Which apples?", "down", key="down")

    after = report(fruit)

    names = ("questions", "p_at_1", "r_at_5", "mrr_at_10", "answered", "unanswerable")
    for name in names:
        assert getattr(after, name) == getattr(before, name)
    assert after.rejected == 1


def test_a_follow_up_is_asked_again_in_the_words_that_were_searched(fruit):
    given = feedback_on(ask(QUESTION, corpus=fruit), "up", key="k")
    fruit.add_feedback(replace(given, question="And those?"))

    assert [item.question for item in feedback_questions(fruit.feedback())] == [QUESTION]


def test_the_last_verdict_on_a_sentence_for_a_question_stands(fruit):
    answer = ask(QUESTION, corpus=fruit)
    for day, verdict in enumerate(("up", "down", "up", "down"), 1):
        asked = f"2026-01-0{day}T00:00:00Z"
        fruit.add_feedback(feedback_on(answer, verdict, key=str(day), asked=asked))

    result = report(fruit)

    assert (result.questions, result.rejected, result.rejected_first) == (0, 1, 1)


def test_each_of_several_sentences_found_right_for_a_question_answers_it(fruit):
    give(fruit, QUESTION, "up", key="a")
    give(fruit, QUESTION, "up", key="b", sentence="Figs are black.")
    give(fruit, QUESTION, "down", key="c", sentence="Plums are blue.")

    result = report(fruit)

    assert (result.questions, result.p_at_1) == (1, 1)
    assert (result.rejected, result.rejected_first) == (1, 0)


def test_feedback_on_an_answer_without_passages_tells_nothing(corpus):
    give(corpus, "Is anybody there?", "down")

    assert feedback_questions(corpus.feedback()) == []


def test_a_sentence_without_words_is_known_by_its_signs(fruit):
    give(fruit, QUESTION, "up", sentence="? !")
    passage = ask(QUESTION, corpus=fruit).passages[0]

    is_answer = feedback_questions(fruit.feedback())[0].is_answer

    assert is_answer(passage, replace(passage.best, text="?\n!"))
    assert not is_answer(passage, replace(passage.best, text="..."))
    assert not is_answer(passage, passage.best)


def test_the_share_of_rejected_sentences_that_come_first_is_the_hand_worked_one():
    def outcome(rank=None, *, answerable=None, confidence=0.5, first_rejected=None) -> Outcome:
        return Outcome("q", answerable, rank, "", "", None, True, confidence, 0.0, first_rejected)

    result = summarize(
        [
            outcome(1, answerable=True, confidence=1.0),
            outcome(answerable=False, confidence=0.0),
            outcome(first_rejected=True),
            outcome(first_rejected=False),
            outcome(first_rejected=False),
            outcome(1, answerable=True, confidence=1.0, first_rejected=False),
        ]
    )

    assert (result.questions, result.unanswerable, result.rejected) == (2, 1, 4)
    assert result.rejected_first == pytest.approx(1 / 4)
    assert (result.auroc, result.calibration_error) == (1, 0), "wrong ones have no part in these"
    assert len(result.failures) == 2, "an unanswerable one was answered, a rejected one is first"
