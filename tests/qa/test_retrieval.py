import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import BadSetting, CorpusNotFound, EmptyQuestion, UnknownDocument
from qa import ask, retrieve, verify

FRUIT = "Apples are red. Pears are green. Plums are blue.\n\nThe cellar is cold. Bread rises there."


@pytest.fixture
def fruit(corpus):
    corpus.add_text(FRUIT, name="fruit", title="On fruit")
    corpus.add_text("Zebras graze. Apples fall.", name="zebras")
    return corpus


def test_a_passage_carries_its_place_its_context_and_its_scores(fruit):
    passage = retrieve("Which pears are green?", 1, fruit)[0]

    assert passage.text == "Pears are green." == FRUIT[passage.start : passage.end]
    assert passage.document.title == "On fruit"
    assert passage.before.text == "Apples are red."
    assert passage.after.text == "Plums are blue."
    assert FRUIT[passage.after.start : passage.after.end] == passage.after.text
    (sentence,) = passage.sentences
    assert (sentence.number, sentence.text) == (2, passage.text)
    assert 0.9 < sentence.score == passage.score <= 1
    assert 0 < sentence.dense <= 1
    assert sentence.lexical > 0
    assert sentence.window > 0


def test_a_sentence_of_two_documents_is_one_passage_that_names_both_places(corpus):
    signed = "The treaty of friendship was signed by nine of the twelve states."
    corpus.add_text(f"It rained. {signed}", name="draft", title="Draft")
    corpus.add_text(signed, name="final", title="Final")

    passage = retrieve("who signed the treaty of friendship?", 5, corpus)[0]

    (other,) = passage.also
    assert {passage.document.title, other.document.title} == {"Draft", "Final"}
    with corpus.snapshot() as state:
        assert state.text(other.document.id, other.start, other.end) == signed
    assert passage.as_dict()["also"][0]["document"]["title"] == other.document.title


def test_the_first_and_last_sentence_lack_context_on_one_side(fruit):
    assert retrieve("apples red", 1, fruit)[0].before is None
    assert retrieve("bread rises", 1, fruit)[0].after is None


def test_k_passages_come_back_best_first(fruit):
    passages = retrieve("apples and pears in the cellar", 4, fruit)

    assert len(passages) == 4
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)
    assert len(retrieve("apples", 100, fruit)) <= 7


def test_documents_can_be_chosen_by_id_name_or_title(fruit):
    for chosen in ([1], ["fruit"], ["On fruit"], ["1"]):
        found = retrieve("apples", 5, fruit, chosen)
        assert {passage.document.name for passage in found} == {"fruit"}
    assert {p.document.id for p in retrieve("apples", 5, fruit, [1, "zebras"])} == {1, 2}
    assert retrieve("apples", 5, fruit, []) == []
    with pytest.raises(UnknownDocument, match=r"'nope'.*verbatim documents"):
        retrieve("apples", 5, fruit, ["nope"])


@pytest.mark.parametrize("question", ["", " ", "\n\t "])
def test_an_empty_question_is_refused_with_an_example(fruit, question):
    with pytest.raises(EmptyQuestion, match="Ask something"):
        retrieve(question, corpus=fruit)


@pytest.mark.parametrize("k", [0, -1, 1001])
def test_a_senseless_k_is_refused(fruit, k):
    with pytest.raises(BadSetting, match="from 1 to 1000"):
        retrieve("apples", k, fruit)


def test_an_unknown_mode_is_refused(fruit):
    with pytest.raises(BadSetting, match="hybrid, dense, lexical"):
        retrieve("apples", 1, fruit, mode="magic")


def test_each_kind_of_search_can_be_used_alone(fruit):
    dense = retrieve("green pears", 1, fruit, mode="dense")[0].sentences[0]
    lexical = retrieve("green pears", 1, fruit, mode="lexical")[0].sentences[0]

    assert dense.text == lexical.text == "Pears are green."
    assert dense.lexical is None
    assert lexical.dense is None


def test_a_missing_corpus_is_an_error_and_not_an_empty_answer(tmp_path):
    with pytest.raises(CorpusNotFound):
        retrieve("apples", corpus=tmp_path / "nothing")


def test_an_empty_corpus_answers_nothing(corpus):
    assert retrieve("apples", corpus=corpus) == []
    answer = ask("apples", corpus=corpus)
    assert not answer.answered
    assert answer.documents == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(), min_size=1))
def test_any_string_is_a_legal_question_and_every_passage_is_proved(fruit, question):
    if not question.strip():
        return
    for passage in retrieve(question, 3, fruit):
        assert verify(passage, fruit)


def test_an_answer_says_what_was_asked_and_goes_through_json(fruit):
    answer = ask(" Which pears are green? ", k=2, corpus=fruit, documents=["fruit"])

    assert answer.answered
    assert answer.query == "Which pears are green?"
    assert answer.documents == 1
    plain = json.loads(json.dumps(answer.as_dict()))
    assert plain["passages"][0]["text"] == "Pears are green."
    assert plain["passages"][0]["sha256"] == answer.passages[0].sha256


def test_many_threads_ask_at_once(fruit):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: retrieve("green pears", 2, fruit), range(64)))

    assert all(answer == answers[0] for answer in answers)


def test_a_question_that_leans_on_earlier_ones_is_searched_in_context(corpus):
    corpus.add_text("Anna Berg grows apples. She is old. Anna Berg is 35 years old.", name="people")

    answer = ask("How old is she?", ["What does Anna Berg grow?"], k=1, corpus=corpus)
    alone = ask("How old is she?", k=1, corpus=corpus)

    assert (answer.question, answer.query) == ("How old is she?", "How old is Anna Berg?")
    assert answer.passages[0].text.endswith("Anna Berg is 35 years old.")
    assert alone.query == alone.question
