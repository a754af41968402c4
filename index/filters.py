"""What a search is limited to: words that must stand in a sentence, and kinds of documents."""

import fnmatch
import re
import threading
import unicodedata
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from weakref import WeakKeyDictionary

from index.arguments import listed, of_kind
from index.documents import ATTACHED_TO
from index.errors import BadFilter
from index.limits import SENTENCE
from index.loading.loaders.formats import FORMATS, SUFFIXES
from index.store.notes import read_date
from index.store.store import Store
from index.written import Wording, says_something

MOST = 50  # of one kind: each is a part of the query, or is compared with every document
_LONGEST = 200  # characters of the name of a folder, file, type or language
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_ABSOLUTE = re.compile(r"/|[a-z]:/|~", re.IGNORECASE)
_KEPT = 16  # answers to "which documents are so" of a store: each may be 20,000 numbers
_ANSWERS: WeakKeyDictionary[Store, dict[tuple[str, tuple[object, ...]], list[int]]] = (
    WeakKeyDictionary()
)
_LOCK = threading.Lock()  # guards the dictionaries, held while one is looked at or changed


@dataclass(frozen=True, slots=True)
class Filter:
    """What a search is limited to; all that is given must hold.

    Several phrases must all stand in a sentence. Of several folders, files, types or languages a
    document is in one.

    Attributes:
        phrases: Words that must stand in a sentence just as they are written, but for case, white
            space and the form of quotation marks: `force majeure`, `R123-78`.
        without: Words or phrases that must not stand in it.
        folders: Folders of documents, with all that is in them: `contracts`, `contracts/2024`, or
            the whole path.
        files: Names of files, in which `*` stands for any characters and `?` for one: `*.pdf`.
        types: Formats or endings: `docx`, `mail`, `md`.
        after: Documents dated on or after the first day of this year, month or day: `2024`,
            `2024-01`, `2024-01-31`.
        before: Documents dated before that day.
        languages: Codes of BCP 47 of the language that most of a document is in: `de`.

    Raises:
        BadFilter: One of them can't be understood.
        TypeError: A single text is given where a list is meant.
    """

    phrases: Sequence[str] = ()
    without: Sequence[str] = ()
    folders: Sequence[str] = ()
    files: Sequence[str] = ()
    types: Sequence[str] = ()
    after: str = ""
    before: str = ""
    languages: Sequence[str] = ()

    def __post_init__(self) -> None:
        for name in _SEVERAL:
            given = tuple(listed(getattr(self, name), name, str, ordered=True))
            if len(given) > MOST:
                raise BadFilter(f"{name} holds {len(given)} texts; at most {MOST} are taken.")
            object.__setattr__(self, name, given)
        object.__setattr__(self, "types", tuple(value.lower().lstrip(".") for value in self.types))
        object.__setattr__(self, "languages", tuple(value.lower() for value in self.languages))
        for phrase in (*self.phrases, *self.without):
            _check_phrase(phrase)
        for key, values in (("in", self.folders), ("file", self.files)):
            for value in values:
                _check(
                    0 < len(value.strip()) <= _LONGEST,
                    f"{key}:{value[:20]}: give a name of 1 to {_LONGEST} characters.",
                )
        for value in self.types:
            _check(
                is_file_type(value),
                f"type:{value[:20]}: no such type. Give a file's ending: type:pdf, type:docx.",
            )
        for value in self.languages:
            _check(
                _LANGUAGE.fullmatch(value) is not None,
                f"lang:{value[:20]}: no such language. Give its code: lang:en, lang:de.",
            )
        for key, value in (("after", self.after), ("before", self.before)):
            if of_kind(value, key, str):
                first_day(key, value)

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    @property
    def wording(self) -> Wording:
        """What a sentence must say, and must not."""
        return Wording(tuple(self.phrases), tuple(self.without))

    @property
    def limits_documents(self) -> bool:
        """Whether anything is asked of documents."""
        return any(getattr(self, name) for name in _OF_DOCUMENTS)

    @property
    def labels(self) -> tuple[str, ...]:
        """Each limit as it is written in a question: `"force majeure"`, `-draft`, `type:pdf`."""
        return (
            *(_quoted(phrase, always=True) for phrase in self.phrases),
            *(f"-{_quoted(phrase)}" for phrase in self.without),
            *(f"in:{_quoted(value)}" for value in self.folders),
            *(f"file:{_quoted(value)}" for value in self.files),
            *(f"type:{value}" for value in self.types),
            *(f"after:{value}" for value in filter(None, [self.after])),
            *(f"before:{value}" for value in filter(None, [self.before])),
            *(f"lang:{value}" for value in self.languages),
        )


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise BadFilter(message)


def _check_phrase(phrase: str) -> None:
    _check(says_something(phrase), f'"{phrase[:20]}": there is no word in it. Give one at least.')
    _check(
        len(phrase) <= SENTENCE.most,
        f'"{phrase[:20]}…" is longer than any sentence. Give fewer words of it.',
    )


_SEVERAL = ("phrases", "without", "folders", "files", "types", "languages")
_OF_DOCUMENTS = ("folders", "files", "types", "after", "before", "languages")


def is_file_type(value: str) -> bool:
    """Return whether a text is a format or a file's ending that is read."""
    return value in FORMATS or f".{value}" in SUFFIXES


def first_day(key: str, value: str) -> date:
    """Return the first day of a year, month or day.

    Args:
        key: `after` or `before`, for the message.
        value: `2024`, `2024-01` or `2024-01-31`.

    Raises:
        BadFilter: There is none.
    """
    match = _DATE.fullmatch(value)
    if match is None:
        raise BadFilter(
            f"{key}:{value[:20]}: no date. Write {key}:2024, {key}:2024-01 or {key}:2024-01-31."
        )
    year, month, day = (int(part or 1) for part in match.groups())
    if year < 1:
        raise BadFilter(f"{key}:{value}: no such year. Write {key}:2024.")
    if not 1 <= month <= 12:
        raise BadFilter(f"{key}:{value}: no such month. Months are 01 to 12: {key}:{year:04}-12.")
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise BadFilter(f"{key}:{value}: no such day. That month has {days} days.")
    return date(year, month, day)


def fitting_documents(store: Store, wanted: Filter) -> list[int]:
    """Return the ids of the documents of a store's state that a filter lets through, ascending."""
    asked = tuple(getattr(wanted, name) for name in _OF_DOCUMENTS)
    key = store.generation, asked
    with _LOCK:
        answers = _ANSWERS.setdefault(store, {})
        known = answers.get(key)
    if known is None:
        known = list(_looked_up(store, wanted))
        with _LOCK:
            answers[key] = known
            for old in list(answers)[:-_KEPT]:
                del answers[old]
    return known


def _looked_up(store: Store, wanted: Filter) -> Iterator[int]:
    folders = [_folder(value) for value in wanted.folders]
    files = [_pattern(value) for value in wanted.files]
    first = first_day("after", wanted.after).isoformat() if wanted.after else ""
    end = first_day("before", wanted.before).isoformat() if wanted.before else "~"
    rows = store.connection.execute(
        "SELECT id, source, name, format, language, added, left_out FROM document ORDER BY id"
    )
    for key, source, name, format_, language, added, notes in rows:
        fits = (
            (not folders or _is_in(_plain(source.partition(ATTACHED_TO)[0]), folders))
            and (not files or any(pattern.fullmatch(_last(name)) for pattern in files))
            and (not wanted.types or any(_is_of(value, format_, name) for value in wanted.types))
            and (not wanted.languages or language in wanted.languages)
            and (first <= (read_date(notes) or (added[:10],))[0] < end)
        )
        if fits:
            yield key


def _is_of(type_: str, format_: str, name: str) -> bool:
    return type_ == format_ or (type_ not in FORMATS and _last(name).endswith(f".{type_}"))


def _plain(path: str) -> str:
    return unicodedata.normalize("NFC", path).replace("\\", "/").casefold()


def _last(name: str) -> str:
    """Return the name of a file without what it is in or attached to."""
    return _plain(name.rpartition(ATTACHED_TO)[2]).rpartition("/")[2]


def _folder(value: str) -> str:
    """Return a folder as a piece of a path, or as its beginning if it is a whole path."""
    plain = _plain(value.strip()).removeprefix("./")
    if _ABSOLUTE.match(plain):
        return f"{plain.rstrip('/')}/"
    return f"/{plain.strip('/')}/"


def _is_in(source: str, folders: Sequence[str]) -> bool:
    inside = f"{source.rpartition('/')[0]}/"
    return any(
        folder in f"/{inside}" if folder.startswith("/") else inside.startswith(folder)
        for folder in folders
    )


def _pattern(value: str) -> re.Pattern[str]:
    """Return what a file's name has to be; without an ending, whatever its ending is."""
    plain = _plain(value.strip())
    exact = fnmatch.translate(plain)
    if "." not in plain and not plain.endswith("*"):  # "report" is report.pdf, but no report-2.pdf
        exact = f"(?:{exact}|{fnmatch.translate(f'{plain}.*')})"
    return re.compile(exact)


def _quoted(value: str, *, always: bool = False) -> str:
    return f'"{value}"' if always or re.search(r"\s", value) else value
