"""What to call a document: its own title, its first line, its file name or its first words."""

import re

from index.limits import TITLE
from index.loading.loaders.text import clean, collapse, names

_LONGEST_LINE = 80
_LONGEST_WORDS = 60

_SENTENCE_END = re.compile(r"[.!?:;,…。！？؟।][\"'”’»)\]]*$")
_FILE_NAME = re.compile(
    r"\.(docx?|dotx?|rtf|odt|pdf|ps|eps|tex|dvi|html?|txt|md|pptx?|xlsx?|indd|qxd|pages)$", re.I
)
_PROGRAM = re.compile(
    r"^(microsoft (office )?(word|powerpoint|excel)|libreoffice \w+)\s+-\s+", re.I
)
_PLACEHOLDER = re.compile(
    r"(untitled|title|no title|(word |new |untitled )?document|untitled book|(new |blank )?page"
    r"|unbenannt|(microsoft |word[- ])?dokument|document[oae]?|präsentation|présentation"
    r"|presentación|(mappe|book|classeur|libro|cartel)(?=\d)"
    r"|sans (nom|titre)"
    r"|sin título|senza (nome|titolo)|sem título|bez nazwy"
    r"|powerpoint[- ](presentation|präsentation)"
    r"|\(?(anonymous|unspecified)\)?|slide|print|index|home|readme|about:blank)[\s_-]*\d*",
    re.I,
)
_HASH = re.compile(r"(?=.*\d)[0-9a-f]{8,}|[0-9a-f]{16,}", re.I)
# A message of a chat or a line of a log says when it was written
_STAMPED = re.compile(
    r"\W{0,3}(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?\W{1,3}\d{1,2}[:.]\d\d|\d{1,2}:\d\d:\d\d)\b"
)
_APART = re.compile(r"\s{3,}|\t")
# "25337 Elmshagen", "P.O. Box 12", "17 Harbour Row", "BN25 2QQ"
_OF_ADDRESS = re.compile(
    r"\b\d{5} [A-ZÄÖÜ]|\b(?:p\.? ?o\.? ?box|postfach|apartado|boîte postale)\b"
    r"|^\d{1,4}[a-z]?,? [A-Z]\w+ \w+$|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b[A-Z]{2} \d{5}\b"
    r"|(?:straße|strasse|str\.|weg|platz|gasse|allee) \d",
    re.I,
)
_NO_TITLE = re.compile(
    r"[;#]|\([A-Z]\) |(?:herrn?|frau|firma|familie|an|to|mr|mrs|ms|m\.|mme|sra?\.?)$", re.I
)
_LETTER_HEAD = 4_000  # characters in which the salutation of a letter stands
_FEWEST_ABOVE = 3  # lines above it: an address, a date
_SALUTATION = re.compile(
    r"^[ \t]*(?:Sehr geehrte|Liebe[rs]? |Guten Tag|Dear |Madame|Monsieur|Ch[eè]re? |Estimad[oa]s? "
    r"|Querid[oa]s? |Gentil[ei] |Egregi[oa] |Geachte |Beste |Kære |Kära |Bästa |Szanown|Caro "
    r"|Prezad[oa])[^\n]{0,80}$",
    re.M,
)
_SUBJECT = re.compile(
    r"^(?:betreff|betr\.|subject|re|concerns?|objet|asunto|oggetto|ref)\s*:\s*", re.I
)
_JOINTS = re.compile(r"_|%20|\+|(?<!\d)-|-(?!\d)")  # but not those of a date
_NO_WORDS = names("copy doc document dsc file final img new pdf pxl scan temp text tmp")


def choose_title(own: str, text: str, name: str = "") -> str:
    """Return what to call a text in a citation; never empty.

    In this order: its own title, what a letter is about, the first line if that looks like a title,
    the file name made readable if it has words in it, the first words of the text.

    Args:
        own: The title the document gives itself in its metadata or headings; may be empty.
        text: The extracted text.
        name: File name, with or without a suffix; empty for a pasted text.
    """
    return (
        real_title(own)
        or _subject_of_letter(text)
        or _first_line(text)
        or _from_name(name)
        or _first_words(text)
        or collapse(clean(name))
        or "Untitled"
    )


def real_title(title: str) -> str:
    """Return a document's own title tidied up, or "" if a program and not a person chose it."""
    title = _PROGRAM.sub("", collapse(clean(title)))
    if _PLACEHOLDER.fullmatch(title) or not any(character.isalpha() for character in title):
        return ""
    if _FILE_NAME.search(title):
        return _from_name(title)
    if _HASH.fullmatch(title):
        return ""
    return title if len(title) <= TITLE.most else _cut(title, TITLE.most)


def _subject_of_letter(text: str) -> str:
    """Return the line above or below the salutation that says what a letter is about, or ""."""
    head = text.lstrip()[:_LETTER_HEAD]
    salutation = _SALUTATION.search(head)
    if salutation is None:
        return ""
    above = [line for line in head[: salutation.start()].split("\n") if line.strip()]
    below = head[salutation.end() :].lstrip("\n \t").partition("\n")
    if len(above) < _FEWEST_ABOVE:  # of a mail or a note, there is no address above it
        return ""
    lines = [above[-1]]
    if not below[2].partition("\n")[0].strip():  # it stands alone
        lines.append(below[0])
    for line in lines:
        words = collapse(_SUBJECT.sub("", line.strip()))
        if _is_subject(words, line):
            return words
    return ""


def _is_subject(words: str, line: str) -> bool:
    return (
        10 <= len(words) <= TITLE.most
        and len(words.split()) > 1
        and "   " not in line.strip()
        and not words[0].islower()
        and not _SENTENCE_END.search(words)
        and not _OF_ADDRESS.search(words)
        and (":" not in words or words != collapse(line))
    )


def _first_line(text: str) -> str:
    line, _, rest = text.strip().partition("\n")
    line = collapse(_APART.split(line)[0])
    if len(line) > _LONGEST_LINE or not rest.strip() or _SENTENCE_END.search(line):
        return ""
    if _STAMPED.match(line) or _OF_ADDRESS.search(line) or _NO_TITLE.match(line):
        return ""
    # A text with hard line ends: its first line is the beginning of a sentence.
    if rest[0].islower():
        return ""
    return line if sum(character.isalpha() for character in line) > 1 else ""


def _from_name(name: str) -> str:
    stem = re.sub(r"\.\w{1,8}$", "", collapse(clean(name)))
    stem = re.sub(r"_|%20|\+", " ", stem) if " " in stem else _JOINTS.sub(" ", stem)
    words = [word for word in stem.split() if not _HASH.fullmatch(word)]
    if not any(_is_word(word) for word in words):
        return ""
    title = " ".join(words)
    return _cut(title[0].upper() + title[1:], TITLE.most)


def _is_word(word: str) -> bool:
    letters = word.strip(".,()[]{}'’").casefold()
    if not letters.isalpha() or letters in _NO_WORDS or letters.startswith("tmp"):
        return False
    return len(letters) > 2 or not letters.isascii()


def _first_words(text: str) -> str:
    # A title needs no more than the beginning, and the text may be many megabytes long.
    return _cut(collapse(text.lstrip()[: 10 * _LONGEST_WORDS]), _LONGEST_WORDS)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[:longest]
    if not text[longest].isspace():
        head = head.rpartition(" ")[0] or head
    return head.rstrip(" ,;:–—-") + "…"
