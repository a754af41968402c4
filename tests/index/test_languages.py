"""The language of a text is told by its words, and by nothing that is not there."""

import pytest

from index.loading.languages import language_of
from tests.growth import grows_with_its_size

SENTENCES = {
    "en": "The council will meet in the small hall, and the minutes are read by the clerk.",
    "de": "Der Rat tagt im kleinen Saal, und das Protokoll wird vom Schreiber verlesen.",
    "fr": "Le conseil se réunit dans la petite salle et le greffier lit le procès-verbal.",
    "es": "El consejo se reúne en la sala pequeña y el secretario lee el acta de la sesión.",
    "it": "Il consiglio si riunisce nella sala piccola e il segretario legge il verbale.",
    "pt": "O conselho reúne-se na sala pequena e a ata não foi lida pelo secretário.",
    "nl": "De raad komt in de kleine zaal bijeen en de griffier leest het verslag voor.",
    "sv": "Rådet möts i den lilla salen och sekreteraren läser upp vad som har beslutats.",
    "da": "Rådet mødes i den lille sal, og sekretæren læser op, hvad der er blevet besluttet.",
    "no": "Rådet møtes i den lille salen, og sekretæren leser opp hva som ble bestemt av oss.",
    "pl": "Rada zbiera się w małej sali, a protokół jest czytany przez sekretarza.",
    "cs": "Rada se schází v malém sále a zápis čte tajemník, který jej také podepíše.",
    "ru": "Совет собирается в малом зале, и секретарь читает протокол заседания.",
    "uk": "Рада збирається в малій залі, і секретар читає протокол засідання.",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_one_sentence_is_enough_to_tell_the_language(language: str):
    assert language_of(SENTENCES[language], "unsure") == language


@pytest.mark.parametrize("text", ["", "42", "Acme Corp.", "— ✓ —", "Helsinki Oulu", "会議は明日"])
def test_what_shows_no_language_is_given_the_one_that_was_expected(text: str):
    assert language_of(text) == "en"
    assert language_of(text, "pl") == "pl"


def test_cyrillic_without_a_known_word_is_no_english():
    assert language_of("Протокол собрания") == "ru"
    assert language_of("Протокол зборів міської ради") == "uk"
    assert language_of("Протокол собрания", "uk") == "uk"


def test_a_text_of_any_length_is_told_at_once():
    assert grows_with_its_size(lambda size: language_of("xx " * (size // 3)), 6_000_000)
    assert grows_with_its_size(lambda size: language_of("x" * size), 6_000_000)
