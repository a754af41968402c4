import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import BadSetting, Corpus, CorpusNotFound, EmptyQuestion, Snapshot, UnknownDocument
from index.store.store import Store
from qa import ask, ask_batch, retrieve, verify
from qa.reader.model import Reading
from qa.reader.ranking import Calibration

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
    with pytest.raises(UnknownDocument, match=r"^The corpus has no document 'nope'\.$"):
        retrieve("apples", 5, fruit, ["nope"])


@pytest.mark.parametrize("question", ["", " ", "\n\t "])
def test_an_empty_question_is_refused_with_an_example(fruit, question):
    with pytest.raises(EmptyQuestion, match="Ask a question"):
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


def counted(monkeypatch, owner: type, name: str) -> list[tuple]:
    """Let calls of a method be counted, and return the list of their arguments."""
    calls, method = [], getattr(owner, name)

    def counting(self, *arguments, **settings):
        calls.append(arguments)
        return method(self, *arguments, **settings)

    monkeypatch.setattr(owner, name, counting)
    return calls


@pytest.mark.parametrize(
    "put",
    [
        lambda corpus: retrieve("green pears", 2, corpus, ["fruit"]),
        lambda corpus: ask("green pears", k=2, corpus=corpus, documents=["fruit"]),
        lambda corpus: ask_batch(["green pears", "bread", "a"], corpus=corpus, documents=["fruit"]),
    ],
)
def test_a_question_or_a_batch_opens_one_state_and_finds_its_documents_once(
    fruit, monkeypatch, put
):
    opened = counted(monkeypatch, Corpus, "snapshot")
    found = counted(monkeypatch, Snapshot, "find_documents")

    assert put(fruit)

    assert (len(opened), len(found)) == (1, 1)


def test_a_question_fetches_its_sentences_and_their_neighbours_once(fruit, monkeypatch):
    fetched = counted(monkeypatch, Store, "sentences")
    further = counted(monkeypatch, Store, "sentences_of")

    passages = retrieve("apples and pears in the cellar", 4, fruit)

    assert [passage.before is None for passage in passages].count(False) >= 2
    assert (len(fetched), len(further)) == (1, 0)


def test_the_sentence_before_or_after_is_never_one_of_another_document(corpus):
    for name in ("one", "two", "three"):
        corpus.add_text(f"The {name} apple is red.", name=name)

    passages = retrieve("apple", 5, corpus)

    assert len(passages) == 3
    assert all(passage.before is passage.after is None for passage in passages)


@pytest.fixture
def judged_at_half(corpus, monkeypatch):
    """A corpus whose one sentence answers with a confidence of one half."""

    class Half:
        def read(self, _: str, candidates, budget) -> list[Reading]:
            del budget
            return [Reading(0.0, 0, 5) for _ in candidates]

        def tokens(self, _: str, candidates) -> list[int]:
            return [1 for _ in candidates]

    calibration = Calibration(intercept=0.0, relevance=1.0, fused=0.0, threshold=0.26)
    monkeypatch.setattr("qa.retrieval.shipped_reader", Half)
    monkeypatch.setattr("qa.retrieval.shipped_calibration", lambda: calibration)
    monkeypatch.delenv("VERBATIM_READER", raising=False)
    corpus.add_text("Pears are green and sweet.", name="fruit")
    return corpus


@pytest.mark.parametrize(
    ("least", "answers"), [(None, True), (0, True), (0.5, True), (0.51, False), (1, False)]
)
def test_an_answer_is_as_sure_as_is_asked_for(judged_at_half, least, answers):
    answer = ask("Which pears?", corpus=judged_at_half, reader="shipped", min_confidence=least)

    assert (answer.answered, answer.confidence) == (answers, 0.5)
    assert bool(answer.passages[0].highlights) == answers


def test_how_sure_an_answer_has_to_be_may_come_from_the_environment(judged_at_half, monkeypatch):
    def answered(**settings) -> bool:
        return ask("Which pears?", corpus=judged_at_half, reader="shipped", **settings).answered

    monkeypatch.setenv("VERBATIM_MIN_CONFIDENCE", "0.9")
    assert not answered()
    assert answered(min_confidence=0.1)
    for wrong in ("lots", "2", "-1", "nan"):
        monkeypatch.setenv("VERBATIM_MIN_CONFIDENCE", wrong)
        with pytest.raises(BadSetting, match="number from 0 to 1"):
            answered()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (1.1, BadSetting),
        (-0.1, BadSetting),
        (float("nan"), BadSetting),
        ("0.5", TypeError),
        (True, TypeError),
    ],
)
def test_what_is_no_confidence_is_refused(judged_at_half, wrong, error):
    with pytest.raises(error, match="min_confidence"):
        ask("Which pears?", corpus=judged_at_half, min_confidence=wrong)


def test_a_sentence_found_at_the_edge_of_a_stored_part_of_a_text_is_whole(corpus):
    text = " ".join(f"Boat number {number} has left the harbour." for number in range(500))
    corpus.add_text(text, name="boats")

    for number in range(30, 120):
        passage = retrieve(f"boat number {number}", 1, corpus, reader="none")[0]
        assert passage.text == text[passage.start : passage.end]
        assert passage.before.text == text[passage.before.start : passage.before.end]
        assert passage.after.text == text[passage.after.start : passage.after.end]


def test_a_wrong_setting_of_a_batch_is_refused_before_anything_is_searched(fruit, monkeypatch):
    searched = counted(monkeypatch, Snapshot, "search")

    with pytest.raises(EmptyQuestion):
        ask_batch(["pears", " "], corpus=fruit)
    with pytest.raises(BadSetting, match="from 1 to 1000"):
        ask_batch(["pears"], k=0, corpus=fruit)

    assert searched == []


LEASE = """Lease

2. Rent

2.1 The rent is due on the third day of each month.

2.2 The rent may be raised once every two years. The landlord gives notice three months before.

2.3 The rent is paid by bank transfer.

3. Repairs

3.1 The landlord pays for the roof.
"""


@pytest.mark.parametrize("reader", ["shipped", "none"])
def test_a_printed_number_that_the_question_names_leads_to_what_stands_below_it(corpus, reader):
    corpus.add_text(LEASE, name="lease")
    corpus.add_text(FRUIT * 20, name="fruit")

    def first(question):
        passage = retrieve(question, 1, corpus, reader=reader)[0]
        return max(passage.sentences, key=lambda sentence: sentence.score).text

    assert first("What does clause 2.2 say?").startswith(("2.2 The rent may", "The landlord gives"))
    assert "bank transfer" in first("What does clause 2.3 say?")
    assert reader == "none" or "roof" in first("What is in section 3?")


CONTRACT = """# Hire of the boat

## 2 Fees

2.1 The fee is due on the first day.

2.3 After ten days 25 dollars are added.

2.4 Rain is no excuse.
"""


@pytest.mark.model
@pytest.mark.parametrize("question", ["What does clause 2.3 say?", "clause 2.3", "2.3 of the hire"])
def test_what_stands_below_a_number_answers_who_asks_for_nothing_else(tmp_path, question):
    file = tmp_path / "hire.md"
    file.write_text(CONTRACT)
    with Corpus(tmp_path / "c", create=True) as corpus:
        corpus.add([file])
        answer = ask(question, corpus=corpus)
        other = ask("What does clause 2.3 of the orchard deed say about bees?", corpus=corpus)
        missing = ask("What does clause 7.9 say?", corpus=corpus)

    assert answer.answered
    assert answer.passages[0].text.startswith("2.3 After ten days")
    assert not other.answered
    assert not missing.answered


def test_without_the_reader_a_question_is_searched_once(fruit, monkeypatch):
    searched = counted(monkeypatch, Snapshot, "search")

    assert retrieve("aples and paers in the cellar", 4, fruit, reader="none")

    assert len(searched) == 1
