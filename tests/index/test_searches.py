"""What every engine promises a corpus; the same tests for FAISS with tantivy and for Milvus."""

import math
import threading
from itertools import product

import numpy as np
import pytest

from index import DENSE, LEXICAL, BadSetting, Weights, Wording
from tests.index.searching import TEXT, found, texts

WINDOW = Weights(dense=0.0, lexical=0.0, window=1.0)
WAYS = pytest.mark.parametrize("weights", [DENSE, LEXICAL, WINDOW], ids=["dense", "bm25", "window"])


@WAYS
def test_the_sentence_that_says_it_comes_first(make_corpus, weights):
    corpus = make_corpus()
    corpus.add_text(TEXT, name="a")

    assert "Pears are green." in found(corpus, "green pears", weights=weights)[:2]
    assert found(corpus, "green pears", weights=weights, limit=0) == []


def test_a_score_is_a_cosine_or_bm25_and_higher_is_better(make_corpus):
    corpus = make_corpus()
    corpus.add_text(TEXT, name="a")

    with corpus.snapshot() as state:
        for weights, score in ((DENSE, "dense"), (LEXICAL, "lexical"), (WINDOW, "window")):
            hits = state.search("red are the apples", limit=5, weights=weights)
            scores = [getattr(hit, score) for hit in hits]
            assert scores == sorted(scores, reverse=True)
            assert all(value > 0 for value in scores)
        dense = state.search("Pears are green.", limit=1, weights=DENSE)
    assert dense[0].dense == pytest.approx(1, abs=1e-5)


def test_dense_search_equals_brute_force(make_corpus, encoder):
    corpus = make_corpus()
    words = ["apples", "pears", "plums", "figs", "grapes", "dates"]
    rows = [f"Fruit {a} with {b} and {n}." for n, (a, b) in enumerate(product(words, words))]
    corpus.add_text(" ".join(rows), name="a")

    for question in ("apples with figs", "dates and 7", "grapes"):
        with corpus.snapshot() as state:
            hits = state.search(question, limit=10, weights=DENSE)
            ranked = texts(state, hits)
        scores = encoder.encode_documents(rows) @ encoder.encode_query(question)
        expected = np.sort(scores)[::-1][:10]
        assert [hit.dense for hit in hits] == pytest.approx(expected.tolist(), abs=1e-5)
        own = [scores[rows.index(text)] for text in ranked]
        assert own == pytest.approx(expected.tolist(), abs=1e-5)


def test_repeated_words_and_long_sentences_count_as_bm25_says(make_corpus):
    """k1 is 1.2 and b is .75; the index's own marker may count as one more, empty sentence."""
    corpus = make_corpus()
    # Names instead of numbers, each of which counts as two terms
    others = [f"Bees {a}{b}q see figs and pears." for a, b in product("bcdfghjkmp", repeat=2)]
    once, twice = "Zebras see figs and pears today.", "Zebras see zebras and pears today."
    long = f"Zebras see {'figs and pears ' * 4}today."
    corpus.add_text(" ".join([once, twice, long, *others]), name="a")

    with corpus.snapshot() as state:
        hits = state.search("zebra", limit=5, weights=LEXICAL)
        score = dict(zip(texts(state, hits), [hit.lexical for hit in hits], strict=True))
        (both,) = state.search("a zebra among zebras", limit=1, weights=LEXICAL)
    assert both.lexical == pytest.approx(2 * score[twice], rel=0.001)
    assert score[twice] / score[once] == pytest.approx(2 * 2.2 / 3.2, rel=0.01)
    assert score[long] / score[once] == pytest.approx(
        2.2 / (1 + 1.2 * (0.25 + 0.75 * 15 / 6.1)), rel=0.02
    )
    assert score[once] == pytest.approx(math.log(1 + 100.5 / 3.5), rel=0.02)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who recognized Guaidó?", "Mr Guaido was recognised by all."),
        ("RECOGNISE", "Mr Guaido was recognised by all."),
        ("the US", "The U.S. said no."),
        ("town center", "It is in the centre of town."),
        ("zebra grazing", "Zebras graze."),
    ],
)
def test_spelling_accents_case_and_endings_do_not_matter(make_corpus, question, answer):
    corpus = make_corpus()
    text = "Mr Guaido was recognised by all. The U.S. said no. It is in the centre of town."
    corpus.add_text(f"{text} Zebras graze.", name="a")

    assert found(corpus, question, weights=LEXICAL)[0] == answer


def test_the_window_finds_a_sentence_by_its_neighbours_words(make_corpus):
    corpus = make_corpus()
    corpus.add_text("Guaido spoke. Canada followed.", name="a")
    corpus.add_text("Zebras graze.", name="b")

    assert found(corpus, "Guaido", weights=LEXICAL) == ["Guaido spoke."]
    assert sorted(found(corpus, "Guaido", weights=WINDOW)) == ["Canada followed.", "Guaido spoke."]


@WAYS
def test_search_keeps_to_the_documents_asked_for(make_corpus, weights):
    corpus = make_corpus()
    first = corpus.add_text("Apples are red.", name="a").document.id
    second = corpus.add_text("Apples are blue.", name="b").document.id

    assert found(corpus, "apples", weights=weights, document_ids=[first]) == ["Apples are red."]
    assert found(corpus, "apples", weights=weights, document_ids=[second]) == ["Apples are blue."]
    assert found(corpus, "apples", weights=weights, document_ids=[]) == []
    assert len(found(corpus, "apples", weights=weights, document_ids=[first, second])) == 2


@WAYS
def test_what_is_replaced_or_removed_is_not_found(make_corpus, weights):
    corpus = make_corpus()
    corpus.add_text("Apples are red. Apples fall.", name="a")
    corpus.add_text("Apples are sold.", name="b")
    corpus.add_text("Apples are blue.", name="a")
    assert sorted(found(corpus, "apples", weights=weights)) == [
        "Apples are blue.",
        "Apples are sold.",
    ]
    corpus.remove(["b"])
    assert found(corpus, "apples", weights=weights) == ["Apples are blue."]
    corpus.remove(["a"])
    assert found(corpus, "apples", weights=weights) == []
    assert corpus.check() == []


@WAYS
def test_many_removed_sentences_push_none_out_of_the_results(make_corpus, weights):
    corpus = make_corpus()
    corpus.add_text(" ".join(f"Apples are red {n}." for n in range(300)), name="many")
    corpus.add_text("There are also apples here.", name="one")
    corpus.remove(["many"])

    assert found(corpus, "apples are red", weights=weights) == ["There are also apples here."]


def test_a_snapshot_finds_the_same_whatever_is_changed_meanwhile(make_corpus):
    corpus = make_corpus()
    corpus.add_text(TEXT, name="a")
    with corpus.snapshot() as state:
        before = [state.search("apples pears", limit=3, weights=w) for w in (DENSE, LEXICAL)]

        def change() -> None:
            corpus.add_text("Apples are blue.", name="a")
            corpus.add_text("Apples and pears. " * 5, name="b")
            corpus.remove(["b"])

        writer = threading.Thread(target=change)
        writer.start()
        writer.join()

        after = [state.search("apples pears", limit=3, weights=w) for w in (DENSE, LEXICAL)]
        assert [texts(state, hits) for hits in after] == [texts(state, hits) for hits in before]
    assert found(corpus, "apples pears") == ["Apples are blue."]


@pytest.mark.slow
def test_searches_beside_changes_never_see_half_of_one(make_corpus):
    """Two documents always say the same number; a search that sees two numbers saw a mixture."""
    corpus = make_corpus()
    stop, wrong = threading.Event(), []
    files = [corpus.folder.parent / f"{name}.txt" for name in "ab"]

    def write() -> None:
        for number in range(25):
            for file in files:
                file.write_text(f"The number is {number}.")
            corpus.add(files)
        stop.set()

    def read() -> None:
        while not stop.is_set():
            seen = found(corpus, "the number is")
            if len(seen) not in (0, 2) or len(set(seen)) > 1:
                wrong.append(seen)

    threads = [threading.Thread(target=target) for target in (write, read, read, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert found(corpus, "the number is") == ["The number is 24."] * 2


def test_another_process_sees_what_was_added_and_removed(make_corpus, make_encoder):
    corpus, reader = make_corpus(), make_corpus(encoder=make_encoder())
    assert found(reader, "apples") == []
    corpus.add_text(TEXT, name="a")
    assert found(reader, "apples")[0] == "Apples are red."
    corpus.add_text("Apples are blue.", name="a")
    assert found(reader, "apples") == ["Apples are blue."]
    corpus.remove(["a"])
    assert found(reader, "apples") == []


@pytest.mark.parametrize("question", ["", "***", '"', "AND OR", "a:b", "(", "\\", "[a TO", "\0x"])
def test_any_text_is_a_legal_question(make_corpus, question):
    corpus = make_corpus()
    corpus.add_text(f"{TEXT} *** — ?! Done.", name="a")

    found(corpus, question)


def test_a_sentence_of_any_length_is_found(make_corpus):
    corpus = make_corpus()
    corpus.add_text("Zebras " + " ".join(f"word{n}" for n in range(20_000)), name="a")

    assert len(found(corpus, "zebras", weights=LEXICAL)) == 1
    assert corpus.check() == []


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Haus", "Die Häuser am Fluss sind alt, und niemand wohnt in ihnen."),
        ("桥梁在哪里", "市议会于去年在河边建造了这些房屋，并且修复了桥梁。"),
        ("ห้องเล็ก", "การประชุมจะจัดขึ้นในบ่ายวันพรุ่งนี้ที่ห้องเล็ก"),
        ("कृत्रिम", "वह कृत्रिम बुद्धिमत्ता पर काम करता है और दिल्ली में रहता है।"),
        ("R123-78", "Part R123-78 fits the pump of the long grey machine over there."),
    ],
)
def test_words_of_each_script_and_codes_are_found_as_they_are(make_corpus, question, text):
    corpus = make_corpus()
    corpus.add_text(f"{TEXT}\n\nParts 78 and R123 fit.\n\n{text}", name="a")

    assert found(corpus, question, weights=LEXICAL)[0] == text


WORDED = (
    "The rent is due on the first. A Force Majeure ends the lease. Nothing ends the rent.\n\n"
    "Error E-17/b stops the pump. Error E-17/a stops the fan. 遭遇不可抗力时不承担责任。"
)


@WAYS
@pytest.mark.parametrize(
    ("wording", "texts_found"),
    [
        (Wording(("force  majeure",)), {"A Force Majeure ends the lease."}),
        (Wording(("ends",), ("lease",)), {"Nothing ends the rent."}),
        (Wording(("E-17/b",)), {"Error E-17/b stops the pump."}),
        (Wording(("不可抗力",)), {"遭遇不可抗力时不承担责任。"}),
        (Wording(("first", "pump")), set()),
        (Wording(("rent",)), {"The rent is due on the first.", "Nothing ends the rent."}),
    ],
)
def test_only_sentences_of_a_wording_are_found(make_corpus, request, weights, wording, texts_found):
    corpus = make_corpus()
    corpus.add_text(f"{TEXT} {WORDED}", name="a")
    if "milvus" in request.node.name:
        with pytest.raises(BadSetting, match="Milvus, which can't look for words just as they are"):
            found(corpus, "what ends the rent?", weights=weights, wording=wording)
        return

    assert (
        set(found(corpus, "what ends the rent?", weights=weights, wording=wording)) == texts_found
    )


@WAYS
def test_leaving_words_out_leaves_all_others(make_corpus, request, weights):
    corpus = make_corpus()
    corpus.add_text(f"{TEXT} Apples are blue.", name="a")
    if "milvus" in request.node.name:
        pytest.skip("refused, as the test above has it")
    wording = Wording(lacking=("red", "cellars are"))

    left = found(corpus, "red apples", weights=weights, wording=wording)
    assert "Apples are blue." in left
    assert {*left} <= {"Apples are blue.", "Pears are green."}


def test_a_wording_is_found_among_more_than_are_listed(make_corpus, request, monkeypatch):
    """What many sentences say is looked for among the nearest, which have to be deep enough."""
    corpus = make_corpus()
    if "milvus" in request.node.name:
        pytest.skip("refused, as a test above has it")
    monkeypatch.setattr("index.search.local.local_engine._LISTED", 5)
    plain = " ".join(f"Apples are red {a}{b}." for a, b in product("abcdefghij", repeat=2))
    corpus.add_text(f"{plain} " + " ".join(f"Plums of {a} rot." for a in "abcdefgh"), name="a")

    for weights in (DENSE, LEXICAL):
        hits = found(corpus, "apples are red", weights=weights, wording=Wording(("rot",)), limit=8)
        assert len(hits) == 8
        assert all(text.endswith("rot.") for text in hits)
