"""The promise of the first minute: the seed article answers, with the real model."""

import json
from itertools import chain
from pathlib import Path

import pytest

from index import Corpus
from qa import ask, evaluate, read_questions, retrieve, verify

pytestmark = pytest.mark.model

QUESTIONS = Path(__file__).parent.parent / "seed_questions.jsonl"
RECOGNISED = (
    "Mr Guaido was recognised by the United States as the country’s legitimate leader on "
    "Wednesday – a move which was swiftly followed by a series of countries in the Americas, "
    "including Canada, Colombia, Argentina, Brazil and Chile."
)


@pytest.mark.parametrize(
    "question",
    [
        "Which countries recognized Guaido?",
        "Which countries recognised Guaidó?",
        "which countries recognized guaido",
    ],
)
def test_the_first_question_a_person_tries_is_answered_by_the_sentence_itself(
    seed_corpus, question
):
    first = retrieve(question, corpus=seed_corpus)[0]

    assert first.text == RECOGNISED
    assert verify(first, seed_corpus).file == "same"


def test_a_misspelt_question_is_searched_as_the_article_spells_it_and_says_so(seed_corpus):
    answer = ask("which contries recogniced guiado", corpus=seed_corpus)
    unknown = ask("how is sourdogh bread baekd", corpus=seed_corpus)

    assert answer.answered
    assert answer.query == "which countries recognised Guaido"
    assert answer.passages[0].text == RECOGNISED
    assert not unknown.answered
    assert unknown.query == "how is sourdogh bread baekd"


def test_judged_questions_find_their_sentences_by_the_search_alone(seed_corpus):
    report = evaluate(read_questions(QUESTIONS), seed_corpus, reader="none")

    assert report.questions >= 30
    assert report.unanswerable >= 15
    assert report.p_at_1 >= 0.88, report.failures
    assert report.r_at_5 >= 0.96
    assert report.r_at_20 == 1


def test_milvus_finds_the_same_sentences(seed_corpus, seed_folder, milvus, tmp_path):
    with Corpus(tmp_path, create=True, engine="milvus", milvus_uri=milvus.uri) as corpus:
        corpus.add([seed_folder])
        by_milvus = evaluate(read_questions(QUESTIONS), corpus, reader="none")
    by_default = evaluate(read_questions(QUESTIONS), seed_corpus, reader="none")

    for figure in ("p_at_1", "r_at_5", "r_at_20", "mrr_at_10"):
        assert getattr(by_milvus, figure) >= getattr(by_default, figure) - 0.005, figure


def test_with_the_reader_more_are_right_and_most_without_an_answer_are_refused(seed_corpus):
    report = evaluate(read_questions(QUESTIONS), seed_corpus)

    assert report.p_at_1 >= 0.98, report.failures
    assert report.r_at_5 >= 0.96
    assert report.auroc >= 0.95
    assert report.abstention_recall >= 0.85


def test_judged_sentences_stand_in_the_article(seed_corpus):
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    judged = [row["sentence"] for row in rows if "sentence" in row]
    lists = [[sentence] if isinstance(sentence, str) else sentence for sentence in judged]
    with seed_corpus.snapshot() as state:
        assert set(chain(*lists)) <= {sentence.text for sentence in state.sentences_of(1)}


def test_the_seed_corpus_is_sound(seed_corpus):
    assert seed_corpus.check() == []
    (document,) = seed_corpus.documents()
    assert document.sentences == 32
