"""Plain text: bytes to characters, and what every loader does to characters."""

import codecs
import re
import unicodedata

from index.errors import UnsupportedFormat
from index.loading.loaders.encodings import guess, japanese

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Encodings that people's files are in. Left to choose among all it knows, charset-normalizer takes
# Macintosh encodings for German.
_LEGACY_ENCODINGS = (
    "cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 koi8_r cp932 euc_jp gb18030 big5 cp949"
)
_JAPANESE = re.compile(rb"\x1b\$(?:[@B]|\([D@B])")  # ISO-2022-JP goes over to Kanji
_SAMPLE = 64_000  # bytes; enough to tell an encoding
_CONTROL_SHARE = 0.05  # random bytes have 0.10

_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LINE_ENDS = frozenset("\r\v\f\x85\u2028\u2029")
_TERMINAL_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_CONTROL_BYTES = bytes(set(range(32)) - set(b"\b\t\n\v\f\r\x1b"))
_WHITE_SPACE = re.compile(r"[ \t\n]+")


def names(text: str) -> frozenset[str]:
    """Return the words of a string as a set."""
    return frozenset(text.split())


def clean(text: str) -> str:
    """Return `text` with LF line ends, without byte order mark and control characters.

    Carriage returns, form feeds and the separators of Unicode become line ends, lone surrogates
    U+FFFD. The rest is left as it is: the text will be quoted word for word.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n")
    if "\x1b" in text:
        text = _TERMINAL_COLOUR.sub("", text)
    return _ODD.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    character = match[0]
    if character in _LINE_ENDS:
        return "\n"
    return "\ufffd" if unicodedata.category(character) == "Cs" else ""


def collapse(text: str) -> str:
    """Return `text` on one line, each run of white space a single space."""
    return _WHITE_SPACE.sub(" ", text).strip()


def paragraphs(text: str) -> list[str]:
    """Cut running text at its blank lines; keep other line ends that don't split a sentence.

    Args:
        text: One space for each run of white space, and a newline for each break the author set.
    """
    found: list[str] = []
    paragraph = ""
    for line in map(str.strip, [*re.sub(" {2,}", " ", text).split("\n"), ""]):
        if not line:
            found += filter(None, [paragraph])
            paragraph = ""
        elif not paragraph:
            paragraph = line
        else:
            # "Apples<br>Pears" is two lines, "a mail wrapped<br>at 72 columns" is one sentence.
            paragraph += (" " if line[0].islower() else "\n") + line
    return found


def decode(data: bytes, name: str) -> str:
    """Return the characters of a text file in any usual encoding.

    Raises:
        UnsupportedFormat: These bytes are no text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    encoding = _utf16_without_mark(data)
    if encoding:
        return data.decode(encoding, errors="replace")
    if is_binary(data):
        raise UnsupportedFormat(
            f"{name} holds no text: its content is binary. Save the document as .txt, .docx or "
            ".pdf and add that."
        )
    if _JAPANESE.search(data):  # seven bits, which are valid UTF-8 too
        try:
            return data.decode("iso2022_jp_2")
        except UnicodeDecodeError:
            pass
    text = _decode_utf8(data) or _decode_legacy(data)
    if not text:
        raise UnsupportedFormat(
            f"{name} is in an encoding that can't be told with confidence. Open it in the program "
            "it was made with and save it as text in UTF-8."
        )
    return text


def is_binary(data: bytes) -> bool:
    """Tell whether so many control bytes can't be text in an 8-bit encoding."""
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    return controls > max(1, _CONTROL_SHARE * len(sample))


def _utf16_without_mark(data: bytes) -> str:
    sample = data[: _SAMPLE - _SAMPLE % 2]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if (
        max(even, odd) < 4
        or max(even, odd) < 0.2 * len(sample)
        or min(even, odd) > 0.01 * len(sample)
    ):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode_utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="replace")
    # One bad byte, or a file cut within a character, doesn't make UTF-8 something else: text in
    # another encoding has next to no valid sequences.
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", errors="ignore")) - bad
    return text if good > 10 * bad else ""


def _decode_legacy(data: bytes) -> str:
    """Return a text in an encoding from before Unicode; "" if that can't be told."""
    from charset_normalizer import from_bytes

    first = re.search(rb"[\x80-\xff]", data)
    # From the start of its line, which isn't within a character of several bytes.
    start = data.rfind(b"\n", 0, first.start() if first else 0) + 1
    sample = data[start : start + _SAMPLE]
    guessed = guess(sample)
    encoding = guessed.encoding if guessed.is_sure else japanese(sample)
    if encoding:
        return data.decode(encoding, errors="replace")
    found = from_bytes(sample, cp_isolation=_LEGACY_ENCODINGS.split()).best()
    if found:
        try:
            return data.decode(found.encoding)
        except UnicodeDecodeError:
            pass
    # Names in a language that isn't known here, or a byte that got lost
    return data.decode(guessed.encoding, errors="replace") if guessed.is_likely else ""
