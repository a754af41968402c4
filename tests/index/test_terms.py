"""Words as BM25 counts them: a question finds a text however both are written."""

import pytest

from index.search.terms import Terms
from tests.growth import grows_with_its_size

TERMS = Terms()


def found_by(question: str, text: str, language: str, *others: str) -> set[str]:
    """Return the terms that a question shares with a text of a language."""
    languages = [language, *others]
    return set(TERMS.of_question(question, languages)) & set(TERMS.of_text(text, language).split())


@pytest.mark.parametrize(
    ("language", "asked", "written"),
    [
        ("ar", "مكتبة", "المكتبات"),
        ("da", "huse", "husene"),
        ("de", "Haus", "Häusern"),
        ("el", "ανθρωπος", "ανθρώπους"),
        ("en", "house", "houses"),
        ("es", "organización", "organizaciones"),
        ("fi", "talo", "taloissa"),
        ("fr", "cheval", "chevaux"),
        ("hu", "ház", "házak"),
        ("it", "ragazzo", "ragazzi"),
        ("nl", "huis", "huizen"),
        ("no", "hus", "husene"),
        ("pt", "menino", "meninas"),
        ("ro", "școală", "școala"),
        ("ru", "книга", "книгами"),
        ("sv", "flicka", "flickorna"),
        ("ta", "புத்தகம்", "புத்தகங்கள்"),
        ("tr", "kitap", "kitaplarımızdan"),
    ],
)
def test_a_word_is_found_with_another_ending_in_each_language_that_has_a_stemmer(
    language, asked, written
):
    assert found_by(asked, written, language)
    assert found_by(asked, written, language, "en", "zh"), "among other languages too"


@pytest.mark.parametrize(
    ("language", "asked", "written"),
    [
        ("es", "organizacion", "La organización"),
        ("pl", "lodz", "W mieście Łódź"),
        ("vi", "Ha Noi", "Hà Nội"),
        ("de", "Mueller", "Frau Müller"),
        ("de", "Müller", "Frau Mueller"),
        ("de", "Muller", "Frau Müller"),
        ("de", "Strasse", "Die Straße"),
        ("en", "cafe", "A cafe\u0301"),
        ("en", "colour", "Colors"),
        ("ru", "елка", "Ёлки"),
        ("tr", "ISPARTA", "ısparta"),
        ("tr", "istanbul", "İstanbul"),
        ("en", "Istanbul", "İstanbul"),
        ("ar", "الكتاب", "كِتَابٌ"),
        ("ar", "اكل", "أكل"),
        ("fa", "كتابهاي", "کتاب‌های کتابهای"),
        ("hi", "हिन्दी", "वह हिन्दी बोलता है"),
        ("hi", "2023", "सन् २०२३ में"),
        ("ja", "テレビ", "ﾃﾚﾋﾞ"),
        ("ja", "ABC", "ＡＢＣ株式会社"),
        ("en", "efficient", "e\ufb03cient"),
        ("en", "cooperate", "co\u00adoperate"),
        ("en", "U.S.", "The US"),
    ],
)
def test_a_word_is_found_however_it_is_typed(language, asked, written):
    assert found_by(asked, written, language)


@pytest.mark.parametrize(
    ("language", "text", "inside", "other"),
    [
        ("zh", "北京大学位于中国北京市", "中国", "国中"),
        ("ja", "東京都は日本の首都である", "首都", "都首"),
        ("th", "ภาษาไทยเป็นภาษาราชการ", "ราชการ", "มหาวิทยุ"),
        ("lo", "ພາສາລາວເປັນພາສາ", "ລາວ", "ວລ"),
        ("km", "ភាសាខ្មែរជាភាសា", "ខ្មែរ", "រខ"),
        ("my", "မြန်မာဘာသာစကား", "မြန်မာ", "ကခဂဃ"),
        ("ko", "한국어를 배우는 학생들이", "학생", "생학"),
    ],
)
def test_a_word_is_found_in_a_script_that_puts_no_space_between_words(
    language, text, inside, other
):
    pairs = {term for term in found_by(inside, text, language, "en") if len(term) > 1}
    assert pairs
    assert not {term for term in found_by(other, text, "en", language) if len(term) > 1} & pairs


def test_one_ideograph_is_found_inside_a_longer_piece():
    assert found_by("水", "他喝水了", "zh") == {"水"}


def test_hindi_words_are_whole():
    assert TERMS.of_text("कृत्रिम बुद्धिमत्ता", "hi") == "कृत्रिम बुद्धिमत्ता"


@pytest.mark.parametrize(
    ("asked", "written", "otherwise"),
    [
        ("What is E05?", "Fault e05: no water.", "Fault E06."),
        ("R123-78", "Part R123-78 fits.", "Parts R123 and 78 fit."),
        ("0x80070057", "It says 0x80070057.", "It says 0x80070058."),
        ("What does § 7 say?", "According to §7, nothing.", "7 days."),
        ("version 12.5", "Since 12.5 it runs.", "From 5 to 12."),
        ("on 2024-05-06", "Done on 2024-05-06.", "Done on 2024-06-05."),
        ("3DS", "A 3DS was sold.", "3D was sold."),
    ],
)
def test_a_code_counts_more_where_it_is_written_just_so(asked, written, otherwise):
    exact = {term for term in found_by(asked, written, "en") if term.startswith("=")}
    assert exact
    assert not exact & found_by(asked, otherwise, "en")


def test_words_of_a_question_that_share_a_term_count_each():
    assert TERMS.of_question("zebra zebras zebra", ["de", "en"]).count("zebra") == 2


def test_a_word_of_any_language_is_looked_for_once():
    terms = TERMS.of_question("Berlin Berlin 7", ["de", "en", "es", "und", "zh"])
    assert terms == ["7", "=7", "berlin"]


def test_only_languages_that_there_are_cost_a_question_terms():
    assert len(TERMS.of_question("the organizations of houses", ["en"])) < len(
        TERMS.of_question("the organizations of houses", ["de", "en", "fr", "tr"])
    )
    assert TERMS.of_question("houses", []) == TERMS.of_question("houses", ["und"]) == ["hous"]


@pytest.mark.parametrize("piece", ["1.", "1-a/", "§ ", "漢", "ก็", "a\u0301", "= ", "１"])
def test_no_text_takes_long(piece):
    def terms(size: int) -> str:
        return Terms().of_text(piece * (size // len(piece)), "de")

    assert grows_with_its_size(terms, 100_000)
