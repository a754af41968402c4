"""Full stops that end nothing, and those that do, in each language that is told apart."""

import pytest

from index.loading.sentences import split_sentences
from tests.index.splitting import sentences
from tests.index.test_languages import SENTENCES


def promise(language: str, *expected: str) -> object:
    """Sentences that, written one after the other with a space, are found again."""
    return pytest.param([SENTENCES[language], *expected], id=" | ".join(expected))


@pytest.mark.parametrize(
    "expected",
    [
        # Dates and ordinals.
        promise(
            "de", "Am 7. Juli und am 21. Spieltag war es still.", "Sie kamen um 1990.", "Er ging."
        ),
        promise("de", "Die Saison hatte 34 Spiele, er machte 12.", "Danach ging er."),
        promise(
            "pl", "W 68. minucie padł gol.", "To było w 1998 r. w Gdyni.", "Potem był rok 2003."
        ),
        promise("da", "Den 4. april kom de.", "Det var i 1. klasse, men ikke den 2. juni."),
        promise("cs", "Sešli se 5. května ve 3. patře.", "Pak odešli."),
        promise("en", "They met on 3. March and left.", "It was cold."),
        # Law and office.
        promise("de", "Nach Art. 4 Abs. 1 Nr. 3 gilt es lt. Satzung.", "Vgl. S. 9 ff. und Anm. 2."),
        promise("de", "Hr. Prof. Dr. phil. Amsel wohnt in der Bahnhofstr. 5.", "Er ist krank."),
        promise("en", "See Stat. 120, Supp. 3 and Cir. 2 of the Treas. Reg. § 4.", "It is long."),
        promise("en", "Call Tel. 5550, Ext. 7 in Bldg. 12, Apt. 4.", "Ask for Mx. Lee."),
        promise("fr", "Voir l'art. 7, chap. III, p. 12 et M. Morel.", "Il est av. J.-C. dit-on."),
        promise("es", "La Srta. Mora vive en la C. Luna núm. 8, tel. 555.", "El art. 2 lo dice."),
        promise("es", "Es de EE. UU. y de EE.UU. viene.", "Lo vio el Gral. Prim, p. ej. ayer."),
        promise("it", "Il sig. Bassi cita l'art. 5 e pag. 8, cfr. Cass. 12.", "La legge è chiara."),
        promise(
            "pt", "O Sr. Melo e a Dra. Reis moram na Av. Brasil, n. 9.", "Ver art. 5 e p. ex. isto."
        ),
        promise("nl", "Dhr. Bos las art. 3, blz. 7, d.w.z. bijv. alles.", "Het was lang."),
        promise("sv", "Han kom kl. 9 med t.ex. bröd, dvs. mat, m.m. till oss.", "Det var gott."),
        promise(
            "pl", "Prof. Lis z ul. Wolności cytuje art. 5 ust. 3, m.in. tak.", "To jest np. on."
        ),
        promise(
            "ru", "Проф. Орлов живёт на ул. Мира в г. Туле, д. 5.", "Он был там в 1987 г. и ушёл."
        ),
        promise("ru", "Цена 9 тыс. руб. за шт. и т. д. без скидки.", "Это было до н. э. у нас."),
        # Names of persons and genera.
        promise("fr", "On a lu J. Morel et A. B. Lenoir.", "Ils sont du groupe B.", "Elle rit."),
        promise("en", "They caught Cx. pipiens and E. coli there.", "Nobody saw An. gambiae."),
        promise("it", "Nel lago vive la S. trutta, dice G. Bassi.", "Il pesce è raro."),
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(expected: list[str]):
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        # The library takes these for abbreviations, of March, master, numbers, a name.
        promise("es", "Vivía cerca del mar.", "Nunca lo vio."),
        promise("fr", "Cela fait sens.", "Morel est content de nos nos.", "Il part."),
        promise("sv", "Hon gick med.", "Kvinnorna kom."),
        promise("pt", "Ele caiu no grupo A.", "Já o outro venceu."),
        # An abbreviation that often ends a sentence.
        promise("de", "Es gab Brot, Käse usw.", "Die Gäste waren froh."),
        promise("pl", "Było to w 1998 r.", "Nigdy tam nie był."),
        promise("ru", "Он умер в 1871 г.", "Через год был пожар.", "Цена была 5 руб.", "Он ушёл."),
        promise("es", "Vive en EE. UU.", "El resto no."),
    ],
)
def test_a_stop_that_ends_a_sentence_in_its_language_ends_it(expected: list[str]):
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        promise("pl", "– Dlaczego? – zapytała matka.", "Nikt nie odpowiedział."),
        promise("de", "Warum denn? fragte er.", "Niemand wusste es."),
        promise("de", "``Das ist gut'', sagte er.", "``Wir gehen jetzt.''", "Sie blieb."),
        promise("nl", "Hij zei het al.", ",,Ik kom niet.''", "Het werd stil."),
    ],
)
def test_what_is_said_belongs_to_who_says_it(expected: list[str]):
    assert sentences(" ".join(expected)) == expected


def test_a_short_paragraph_is_read_in_the_language_of_its_document():
    text = f"{SENTENCES['de']}\n\nNr. Posten\n\nBeginn: 2. Woche\n"
    assert sentences(text) == [SENTENCES["de"], "Nr. Posten", "Beginn: 2. Woche"]


def test_a_paragraph_in_another_language_than_its_document_is_read_in_its_own():
    spanish = "El Sr. Mora vive en la Avda. Norte núm. 5 y no está."
    assert sentences(f"{SENTENCES['en']}\n\n{spanish}\n\n{SENTENCES['en']}")[1] == spanish


def test_english_that_is_written_without_capitals_is_cut_at_its_full_stops():
    expected = ["i was at the party.", "it was no fun at all.", "then i said so.", "they left."]
    assert sentences(" ".join(expected)) == expected


def test_a_law_is_not_cut_after_the_number_of_its_article():
    text = f"{SENTENCES['it']}\n\n1019. Il proprietario può. 1020. Il vicino non deve."
    assert sentences(text)[1:] == ["1019. Il proprietario può.", "1020. Il vicino non deve."]


@pytest.mark.parametrize(
    "piece", ["z. B. ", "3. Mai ", "т. е. ", "a.-- ", "A.B.C.", "x.||| ", "''. "]
)
def test_abbreviations_without_end_take_no_longer_than_others(piece: str):
    text = (SENTENCES["de"] + " " + piece * 60_000)[:200_000]
    spans = split_sentences(text)
    assert "".join(text[s.start : s.end] for s in spans).replace(" ", "") == text.replace(" ", "")


def test_an_english_title_that_ends_a_sentence_ends_it():
    expected = ["I live on Main St.", "The house is red.", "I saw the Dr.", "He was kind."]
    assert sentences(" ".join(expected)) == expected
