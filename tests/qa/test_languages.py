"""Questions and texts in other languages: found by the search, not judged by the reader."""

import pytest

from index import Corpus, Hit, Sentence
from qa import ask
from qa.reader.languages import reader_supports, stands_out
from qa.reader.ranking import RankedSentence

pytestmark = pytest.mark.model

LEASE = """Die monatliche Miete beträgt 1.250 Euro und ist am dritten Werktag fällig.

Der Mieter zahlt eine Kaution von drei Monatsmieten.

Haustiere sind nur mit Erlaubnis der Vermieterin gestattet.

Die Wohnung liegt im zweiten Stock und hat einen Balkon.

Das Mietverhältnis beginnt am 1. April und läuft auf unbestimmte Zeit.

Die Schlüssel werden bei der Übergabe ausgehändigt und sind vollzählig zurückzugeben.

Das Treppenhaus wird von den Mietern abwechselnd jede Woche gereinigt.

Im Keller steht jeder Wohnung ein Abteil zu, das abgeschlossen werden kann.

Die Heizkosten werden einmal im Jahr nach dem Verbrauch abgerechnet.

Kleine Reparaturen bis zu hundert Euro trägt der Mieter selbst.
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    with Corpus(tmp_path_factory.mktemp("languages"), create=True) as opened:
        opened.add_text(LEASE, name="Mietvertrag")
        yield opened


@pytest.mark.parametrize(
    "question", ["Sind Haustiere erlaubt?", "Are pets allowed?", "¿Se permiten mascotas?"]
)
def test_a_question_in_any_language_gets_its_sentence_and_no_confidence(corpus, question):
    answer = ask(question, corpus=corpus)

    assert "Haustiere sind nur" in answer.passages[0].text
    assert answer.confidence is None
    assert answer.answered


def test_what_no_sentence_answers_is_refused_in_other_languages_too(corpus):
    answer = ask("Wer hat die Relativitätstheorie aufgestellt?", corpus=corpus)

    assert not answer.answered


def test_english_questions_on_english_text_are_judged(tmp_path):
    with Corpus(tmp_path, create=True) as corpus:
        corpus.add_text("The deposit is three months' rent. Pets are allowed.", name="lease")

        assert ask("How high is the deposit?", corpus=corpus).confidence is not None
        assert ask("deposit?", corpus=corpus).confidence is not None


def found(count: int, above: float | None) -> list[RankedSentence]:
    return [
        RankedSentence(
            Hit(number, 1 - number / 100, above=above if number == 1 else 0.01),
            Sentence(number, 1, number, 0, 0, 5, "Wörter", language="de"),
            None,
            None,
            0.5,
        )
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("question", "known"),
    [("Who is Jeremy Hunt?", True), ("E05", True), ("Wer ist Jeremy Hunt von Beruf?", False)],
)
def test_the_reader_judges_questions_in_its_language(question, known):
    assert reader_supports(question) is known


def test_what_stands_out_is_far_nearer_than_is_usual():
    assert stands_out(found(14, 0.10))
    assert not stands_out(found(14, 0.05))
    assert not stands_out(found(14, None)), "found by its words alone"
    assert stands_out(found(2, 0.05)), "too few to compare"


def test_an_answer_in_a_language_that_the_reader_knows_is_judged_beside_nearer_foreign_texts(
    tmp_path,
):
    with Corpus(tmp_path, create=True) as corpus:
        corpus.add_text("The deposit is three months' rent. Keys are lent.", name="lease")
        corpus.add_text(LEASE, name="Mietvertrag")

        answer = ask("How high is the deposit?", corpus=corpus)
        foreign = ask("Are pets allowed?", corpus=corpus)

    assert answer.answered
    assert answer.passages[0].confidence is not None
    assert answer.passages[0].document.name == "lease"
    assert "Haustiere sind nur" in foreign.passages[0].text
    assert foreign.answered
    assert foreign.passages[0].confidence is None
