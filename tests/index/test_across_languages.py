"""Questions in another language than the texts, and what any question seems near to."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index import DENSE, HYBRID, Weights
from index.loading.languages import language_of_question
from index.search.languages import Languages
from tests.index.searching import found
from tests.toy_encoder import ToyEncoder

IN_ENGLISH = {
    "fianza": "deposit",
    "alquiler": "rent",
    "inquilino": "tenant",
    "paga": "pays",
    "calefacción": "heating",
}
LEASE = (
    "El alquiler se debe el primer día de cada mes y no se puede aplazar.\n\n"
    "El inquilino paga una fianza de dos meses cuando firma este contrato.\n\n"
    "La calefacción central funciona desde octubre hasta abril en todas las habitaciones."
)
ASKED = "how large is the deposit that the tenant pays?"
ANSWER = "El inquilino paga una fianza de dos meses cuando firma este contrato."
NOVEL = "En el salón hay una copia de How Large is the Deposit, la novela que leímos en clase."


class Bilingual(ToyEncoder):
    """Knows what some Spanish words mean, and that a title is in no language."""

    def _vector(self, text: str) -> np.ndarray:
        words = text.replace("How Large is the Deposit", "").lower().split()
        return super()._vector(" ".join(IN_ENGLISH.get(word.strip(".,"), word) for word in words))


class Crowded(ToyEncoder):
    """Puts texts without a word beside every question, as an encoder of many languages does."""

    def _vector(self, text: str) -> np.ndarray:
        if any(map(str.isalpha, text)):
            return super()._vector(text)
        return np.full(self.dimension, self.dimension**-0.5, np.float32)

    def encode_query(self, text: str) -> np.ndarray:
        vector = self._vector(text) + np.full(self.dimension, 3 * self.dimension**-0.5)
        return (vector / np.linalg.norm(vector)).astype(np.float32)


def test_a_question_in_another_language_finds_what_it_means_and_not_its_own_words(make_corpus):
    corpus = make_corpus(encoder=Bilingual())
    corpus.add_text(LEASE, name="contrato")
    corpus.add_text(NOVEL, name="salón")

    assert found(corpus, ASKED)[0] == ANSWER
    assert found(corpus, ASKED, weights=HYBRID)[0] == NOVEL


def test_a_question_in_the_language_of_what_is_nearest_is_searched_by_its_words_too(make_corpus):
    corpus = make_corpus(encoder=Bilingual())
    corpus.add_text(LEASE, name="contrato")
    corpus.add_text(
        "The tenant pays a deposit of two months. How large it is depends on the rent. "
        "The deposit is returned when the tenant leaves.",
        name="lease",
    )

    for question in (ASKED, "¿en qué mes se puede aplazar el alquiler que se debe?", "Deposit"):
        assert found(corpus, question) == found(corpus, question, weights=HYBRID)


class Biased(ToyEncoder):
    """Nearer to whatever is in English than to what an English question means in Spanish."""

    def _vector(self, text: str) -> np.ndarray:
        vector = np.zeros(self.dimension, np.float32)
        if text == QUESTION:
            vector[:2] = 0.8, 0.6
        elif text == MEANT:
            vector[:3] = 0.1, 0.7, 0.7
        elif text.startswith("La"):
            vector[:3] = 0.1, 0, 1
        else:
            vector[:2] = 1, 0.1 * (len(text) % 7)
        return (vector / np.linalg.norm(vector)).astype(np.float32)


QUESTION = "when do people have to pay their deposit?"
MEANT = "La fianza se paga cuando se firma el contrato."


def test_what_is_meant_is_found_among_many_texts_in_the_language_of_the_question(make_corpus):
    corpus = make_corpus(encoder=Biased())
    stairs = (f"La escalera {n} de la casa se limpia cada semana del año." for n in range(150))
    corpus.add_text(" ".join([*stairs, MEANT]), name="contrato")
    gardens = (f"Our garden number {n} lies behind this house and is green." for n in range(150))
    corpus.add_text(" ".join(gardens), name="gardens")

    assert found(corpus, QUESTION, weights=DENSE)[0] != MEANT
    assert found(corpus, QUESTION)[0] == MEANT
    with corpus.snapshot() as state:
        (first,) = state.search(QUESTION, limit=1)
        (nearest,) = state.search(QUESTION, limit=1, weights=DENSE)
    assert first.dense < nearest.dense
    assert first.above > nearest.above


def test_two_states_that_are_read_side_by_side_are_each_looked_up_once(make_corpus, monkeypatch):
    looked_up = []
    original = Languages._looked_up

    def counted(self):
        looked_up.append(self._store.generation)
        return original(self)

    monkeypatch.setattr(Languages, "_looked_up", counted)
    corpus = make_corpus(encoder=Bilingual())
    corpus.add_text(LEASE, name="contrato")
    with corpus.snapshot() as earlier, ThreadPoolExecutor(1) as aside:
        for round_ in range(3):
            earlier.search(ASKED, limit=1)
            if not round_:
                aside.submit(corpus.add_text, NOVEL, name="salón").result()
            aside.submit(found, corpus, ASKED).result()

    assert len(looked_up) == len(set(looked_up)) == 2


def test_texts_in_other_languages_are_looked_for_in_the_chosen_documents_only(make_corpus):
    corpus = make_corpus(encoder=Bilingual())
    corpus.add_text(LEASE, name="contrato")
    corpus.add_text("The tenant pays a deposit of two months. The rent is due.", name="lease")

    assert ANSWER not in found(corpus, ASKED, document_ids=[2])
    assert ANSWER in found(corpus, ASKED, document_ids=[1])


@pytest.mark.parametrize(
    "question", ["Guaidó", "Super Bowl", "Saint Bernadette Soubirous of Lourdes", "E05", "12.5"]
)
def test_a_name_is_looked_for_as_it_is_written_in_texts_of_any_language(make_corpus, question):
    corpus = make_corpus(encoder=Bilingual())
    corpus.add_text(f"{LEASE}\n\nLos vecinos hablan de {question} en la escalera.", name="contrato")

    assert found(corpus, question) == found(corpus, question, weights=HYBRID)


def test_weights_that_are_asked_for_are_used_in_every_language(make_corpus):
    corpus = make_corpus(encoder=Bilingual())
    corpus.add_text(LEASE, name="contrato")
    corpus.add_text(NOVEL, name="salón")

    assert found(corpus, ASKED, weights=Weights(dense=0.2, lexical=0.4, window=0.4))[0] == NOVEL


def test_numbers_without_a_word_are_no_answer_to_any_question_and_found_by_themselves(make_corpus):
    corpus = make_corpus(encoder=Crowded())
    corpus.add_text("Apples are red.\n\n:212-219\n\nPears are green.\n\n:133-134\n\n", name="a")

    assert found(corpus, "was ist rot?")[0] not in {":212-219", ":133-134"}
    assert found(corpus, "which pears?")[0] == "Pears are green."
    assert found(corpus, "212-219")[0] == ":212-219"


def test_numbers_without_a_word_crowd_nothing_out(make_corpus):
    corpus = make_corpus(encoder=Crowded())
    numbers = "\n\n".join(f"{number}.{number % 7}" for number in range(1000, 1400))
    corpus.add_text(f"{numbers}\n\nApples are red.\n\nPears are green.", name="a")
    corpus.add_text("1, 2\n\n3, 4", name="nothing else")

    assert set(found(corpus, "wovon?", limit=2)) == {"Apples are red.", "Pears are green."}
    assert found(corpus, "wovon?", document_ids=[2]) == ["1, 2", "3, 4"]


def test_a_row_of_numbers_is_told_by_the_names_of_its_columns(make_corpus, tmp_path):
    corpus = make_corpus(encoder=Crowded())
    (tmp_path / "a.csv").write_text("Year,Rent\n2023,900\n2024,950\n")
    corpus.add([tmp_path / "a.csv"])
    corpus.add_text("7, 8", name="b")

    with corpus.snapshot() as state:
        hits = state.search("wovon?", limit=9, weights=DENSE)
        kinds = [found.reading for found in state.sentences([h.sentence_id for h in hits]).values()]
    assert sorted(kinds) == ["Year 2023; Rent 900", "Year 2024; Rent 950", "Year,Rent"]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("how much is the deposit?", "en"),
        ("Wie hoch ist die Kaution für die Wohnung?", "de"),
        ("在第50届超级碗比赛中,哪支球队代表美国橄榄球联合会?", "zh"),
        ("", "und"),
        ("   ", "und"),
        ("\ud800 \0", "und"),
        ("Angela Merkel Bundestag", "und"),
        ("who is Guaido", "und"),
        ("Saint Bernadette Soubirous", "und"),
    ],
)
def test_the_language_of_a_question_is_told_by_words_that_are_no_names(question, language):
    assert language_of_question(question) == language
