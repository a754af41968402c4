"""Text in encodings from before Unicode: told apart by the letters, or refused."""

import base64

import pytest

from index.errors import UserError
from index.loading.loaders.encodings import guess

GERMAN = "Grüße aus der Straße „Am Schloß“: schöne Äpfel für alle Mädchen."
POLISH = "Wójt ogłosił, że będą się zbierać, gdyż są zmęczeni; źródło jest święte."
CZECH = "Ředitel řekl, že příští týden přijdou děti i jejich učitelé z města."
HUNGARIAN = "A főnök elküldte őket, mert a gyűlésen túl sok időt töltöttek."
RUSSIAN = "Заседание назначено на вторник, вход со двора. Ёлка стоит у окна."


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", GERMAN),
        ("cp1252", "Où est l’élève ? Il a reçu une leçon à l’œil, naïf comme un âne."),
        ("cp1252", "The town’s “great” café – it isn’t cheap – costs £5."),
        ("cp1250", POLISH),
        ("cp1250", CZECH),
        ("cp1250", HUNGARIAN),
        ("cp1250", "Rekao je da će doći čim završi; đaci žive ovdje."),
        ("mac_roman", GERMAN),
        ("mac_roman", "The town’s “great” plan – it isn’t cheap."),
        ("mac_roman", "El niño pidió una canción más, ¿verdad? Así fué."),
        ("cp866", RUSSIAN),
        ("koi8_r", RUSSIAN),
        ("cp1251", RUSSIAN),
        ("cp1251", "Її хата стоїть біля річки, де є млин і ґанок."),
        ("cp850", GERMAN.replace("„", '"').replace("“", '"')),
        ("iso8859_2", POLISH),
        ("cp1253", "Η συνεδρίαση θα γίνει την Τρίτη, η είσοδος είναι από την αυλή."),
        ("cp1254", "Toplantı salı günü yapılacak; giriş bahçeden, çağrılı olmayan gelmesin."),
        ("cp1255", "הפגישה תתקיים ביום שלישי, הכניסה מהחצר."),
        ("iso2022_jp", "会議は火曜日に開かれます。入口は庭の側です。"),
        ("euc_jp", "会議は火曜日に開かれます。入口は庭の側です。終わりは六時です。"),
        ("cp949", "회의는 화요일에 열립니다. 입구는 마당 쪽에 있습니다."),
        ("big5", "會議將於星期二舉行。入口在院子那邊，請準時參加。"),
    ],
)
def test_a_text_is_read_in_the_encoding_that_it_was_written_in(encoding, text, read):
    assert read("a.txt", text.encode(encoding)).text == text


def test_an_encoding_is_sure_only_where_the_letters_are_those_of_a_language():
    assert guess(POLISH.encode("cp1250")).is_sure
    assert not guess(bytes(range(128, 256)) * 3).is_sure


def test_bytes_that_are_no_text_in_any_encoding_are_refused(read):
    noise = b"".join(bytes([0x80 + 37 * i % 128, 0x41 + i % 26]) for i in range(400))
    with pytest.raises(UserError, match="save it as text in UTF-8"):
        read("a.txt", noise)


def mail(kind, encoded, more=""):
    return (
        f"From: Ulla <u@holm.example>\nTo: o@holm.example\nSubject: The gate\n{more}"
        f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoded}"
    )


BODY = "Schließ das Tor um zehn.\nDanke!"


def test_an_encoded_mail_is_decoded(read):
    coded = base64.encodebytes(BODY.encode()).decode()
    loaded = read("m.txt", mail("text/plain; charset=utf-8", "base64") + f"\n\n{coded}")
    assert loaded.text == (
        f"From: Ulla <u@holm.example>\nTo: o@holm.example\nSubject: The gate\n\n{BODY}"
    )
    assert loaded.title == "The gate"
    quoted = "Schlie=DF das Tor um z=\nehn.\nDanke!"
    head = mail("text/plain; charset=latin-1", "quoted-printable")
    assert read("m.txt", f"{head}\n\n{quoted}").text.endswith(f"\n\n{BODY}")


def test_the_parts_of_an_encoded_mail_are_read_or_named(read):
    coded = base64.encodebytes(b"<p>Close the gate <b>at ten</b>.</p>").decode()
    parts = (
        'From: u@holm.example\nContent-Type: multipart/mixed; boundary="B"\n\n--B\n'
        f"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n{coded}\n--B\n"
        "Content-Type: image/png\nContent-Disposition: attachment\n"
        "Content-Transfer-Encoding: base64\n\nAAAA\n--B--\n"
    )
    loaded = read("m.txt", parts)
    assert loaded.text == "From: u@holm.example\n\nClose the gate at ten."
    assert [one.name for one in loaded.attached] == ["attachment.png"]


def test_of_an_encoded_mail_without_a_text_its_fields_are_read(read):
    loaded = read("m.txt", mail("image/png", "base64") + "\n\nAAAAAAAA\n")
    assert loaded.text.endswith("\nSubject: The gate")
    assert loaded.left_out == ("1 picture",)


def test_a_text_about_mail_is_a_text(read):
    text = "Note: headers such as\nContent-Transfer-Encoding: 7bit\nare usual."
    assert read("m.txt", text).text == text
