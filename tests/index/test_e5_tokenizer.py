"""The tokens of multilingual-e5-small, and where they stand in the text."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.encoding.e5.tokenizer import _ELSEWHERE, E5Tokenizer
from index.encoding.e5.weights_file import E5File

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def tokenizer() -> E5Tokenizer:
    made = E5Tokenizer(E5File().vocabulary())
    made.ids("你好")  # it then has the pieces of all scripts
    return made


def test_a_question_has_the_ids_that_the_model_was_trained_with(tokenizer: E5Tokenizer) -> None:
    # "▁Which ▁countries ▁recognize d ▁Gua ido ?" in the vocabulary of XLM-R
    ids = tokenizer.ids("Which countries recognized Guaido?")
    assert ids == [130078, 76726, 125296, 71, 56388, 3911, 32]


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("ﬁne print", "fine print"),
        ("１２３", "123"),
        (unicodedata.normalize("NFD", "Müller"), "Müller"),
        ("two  spaces\tand\na line", "two spaces and a line"),
        ("", ""),
    ],
)
def test_ways_of_writing_the_same_give_the_same_tokens(
    tokenizer: E5Tokenizer, written: str, same: str
) -> None:
    assert tokenizer.ids(written) == tokenizer.ids(same)


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, 12 of them.",
        "Ünïcode and ﬁne １２３ print",
        unicodedata.normalize("NFD", "Über Ångström"),
        "한국어 " + unicodedata.normalize("NFD", "한국어"),
        "বো" + unicodedata.normalize("NFD", "বো"),
        "你好，世界 … ½ ㍿",
    ],
)
def test_tokens_stand_where_their_words_do(tokenizer: E5Tokenizer, text: str) -> None:
    tokens = tokenizer.tokens(text)
    assert tokens.ids == tokenizer.ids(text)
    places = [place for start, end in tokens.offsets for place in range(start, end)]
    written = [place for place, character in enumerate(text) if not character.isspace()]
    assert set(written) <= set(places) <= set(range(len(text)))
    assert tokens.offsets == sorted(tokens.offsets)


@given(st.text(max_size=60))
def test_any_text_has_tokens_inside_it(tokenizer: E5Tokenizer, text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    tokens = tokenizer.tokens(text)
    assert tokens.ids == tokenizer.ids(text)
    assert all(0 <= start <= end <= len(text) for start, end in tokens.offsets)


LATIN = "".join(
    chr(code)
    for first, last in ((1, 0x280), (0x300, 0x380), (0x1E00, 0x1F00), (0x2000, 0x2C00))
    for code in range(first, last)
)
TEXTS = [
    "Which countries recognized Guaido?",
    "Größere Maßnahmen für 12,5 % der Übrigen – „sofort“ … ① → 😀",
    "Được biết nhiều nhất ở Việt Nam, ăn sáng",
    "aaaaaaaaaaa hahahaha ------- \u0301 ¿qué? ½ x²",
    "no piece: \U0001f9ff\U0001f9ff \u2a3c",
]


@pytest.fixture(scope="module")
def latin() -> E5Tokenizer:
    return E5Tokenizer(E5File().vocabulary())


@given(
    st.one_of(
        st.sampled_from(TEXTS), st.text(LATIN, max_size=80), st.text("aehns 1.ä-", max_size=60)
    )
)
def test_a_text_in_latin_script_has_the_tokens_that_it_has_among_all_pieces(
    tokenizer: E5Tokenizer, latin: E5Tokenizer, text: str
) -> None:
    normalized = tokenizer._normalized(text)
    assume(not _ELSEWHERE.search(normalized))

    assert tokenizer._cutter.complete
    assert not latin._cutter.complete
    assert latin.tokens(normalized) == tokenizer.tokens(normalized)


def test_only_a_text_in_another_script_waits_for_the_other_pieces() -> None:
    tokenizer = E5Tokenizer(E5File().vocabulary())
    for text in TEXTS:
        tokenizer.ids(text)
    assert not tokenizer._cutter.complete

    chinese = tokenizer.tokens("你好，世界")

    assert tokenizer._cutter.complete
    assert "".join("你好，世界"[start:end] for start, end in chinese.offsets) == "你好，世界"
    assert tokenizer.ids("Which countries recognized Guaido?")[0] == 130078
