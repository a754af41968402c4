"""Chats that messengers export as JSON: who wrote what, and when."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.plain.chats import LONGEST_FIELD
from index.loading.loaders.text import clean, collapse, paragraphs

_MOST_OTHERS = 0.4  # of the records, that are no messages: of a chat's own events
_LEVELS = 6
_SLACK_TIME = re.compile(r"\d{9,11}\.\d{1,6}")
# Slack: <@U02|ane>, <#C01|general>, <https://tide.example|the table>
_SLACK_MARK = re.compile(r"<([@#!]?)([^<>|]{1,500})(?:\|([^<>]{0,500}))?>")

_Keys = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a chat.

    Attributes:
        time: When it was sent, as in `2024-01-31 18:30`; empty if that isn't told.
        author: Who wrote it; empty of what the messenger says itself.
        text: Its words.
        files: How many files were sent with it.
    """

    time: str
    author: str
    text: str
    files: int = 0


@dataclass(frozen=True, slots=True)
class _Messenger:
    """How the export of a messenger says it.

    Attributes:
        fits: Whether an object is a message of it.
        read: The message that it is; the names are those of people by what stands for them.
    """

    fits: Callable[[_Keys], bool]
    read: Callable[[_Keys, Mapping[str, str]], Message]


def messages_of(records: Sequence[object]) -> list[Message]:
    """Return the messages that records are; none if they aren't those of a messenger's export.

    Args:
        records: Objects of JSON, each a list of its keys with their values.
    """
    objects = [_keys(record) for record in records]
    for messenger in _MESSENGERS:
        fitting = [one for one in objects if messenger.fits(one)]
        if fitting and len(fitting) >= (1 - _MOST_OTHERS) * len(objects):
            people = _slack_people(objects)
            # All of them: what else is there is said by the messenger
            return [messenger.read(one, people) for one in objects]
    return []


def add_messages(
    builder: DocumentBuilder, messages: Sequence[Message], level: int, left_out: Counter[str]
) -> None:
    """Add messages, each a field: who wrote it and when, and its words; days are headings.

    Args:
        builder: What puts the document together.
        messages: The messages.
        level: Of the headings.
        left_out: Where files that were sent are counted.
    """
    day = ""
    level = min(level, _LEVELS)
    for message in messages:
        left_out["file that was sent"] += message.files
        words = message.text.strip()
        if not words:
            continue
        if message.time[:10] != day:
            day = message.time[:10]
            builder.add_heading(day, level)
        label = " ".join(filter(None, [message.time[11:], message.author]))
        if len(words) <= LONGEST_FIELD:
            builder.add_field(label, collapse(words))
            continue
        for number, paragraph in enumerate(paragraphs(words)):
            builder.add_paragraph(paragraph if number or not label else f"{label}: {paragraph}")
    builder.end_heading(level)


def _keys(value: object) -> dict[str, object]:
    """Return the keys of an object; none of what isn't one."""
    if not isinstance(value, list):
        return {}
    return dict(pair for pair in value if isinstance(pair, tuple))


def _words(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""


def _count(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def _moment(seconds: object) -> str:
    """Return a time that is told in seconds since 1970, in UTC."""
    try:
        moment = datetime.fromtimestamp(float(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{moment:%Y-%m-%d %H:%M}"


def _written(time: object) -> str:
    """Return a time that is written as in `2024-01-31T18:30:05.120+00:00`."""
    return _words(time)[:16].replace("T", " ")


# ---- Slack -------------------------------------------------------------------------------------


def _is_slack(one: _Keys) -> bool:
    is_time = bool(_SLACK_TIME.fullmatch(_words(one.get("ts"))))
    return one.get("type") == "message" and is_time and "text" in one


def _slack_people(objects: Sequence[_Keys]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in objects:
        profile = _keys(one.get("user_profile"))
        name = _words(profile.get("real_name")) or _words(profile.get("display_name"))
        if name and isinstance(one.get("user"), str):
            found[str(one["user"])] = name
    return found


def _slack(one: _Keys, people: Mapping[str, str]) -> Message:
    user = _words(one.get("user"))
    author = people.get(user) or _words(one.get("username")) or user

    def shown(mark: re.Match[str]) -> str:
        sign, target, label = mark.groups()
        if sign == "@":
            return f"@{label or people.get(target, target)}"
        if sign:
            return f"{'#' if sign == '#' else '@'}{label or target.partition('^')[0]}"
        target = target.removeprefix("mailto:")
        return f"{label} ({target})" if label and label not in target else target

    parts = [_words(one.get("text"))]
    attachments = one.get("attachments")
    for attached in attachments if isinstance(attachments, list) else ():
        keys = _keys(attached)
        texts = [_words(keys.get(key)) for key in ("title", "text")]
        parts += [words for words in texts if words and words not in parts[0]]
    text = _SLACK_MARK.sub(shown, "\n".join(filter(None, parts)))
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return Message(_moment(one.get("ts")), author, text, _count(one.get("files")))


# ---- Telegram, Discord, Messenger and Instagram --------------------------------------------------


def _is_telegram(one: _Keys) -> bool:
    return {"id", "date", "text"} <= one.keys() and bool({"from_id", "actor_id"} & one.keys())


def _telegram(one: _Keys, _people: Mapping[str, str]) -> Message:
    text = one.get("text")
    pieces = text if isinstance(text, list) else [text]
    words = "".join(_words(piece) or _words(_keys(piece).get("text")) for piece in pieces)
    if one.get("type") == "service":
        notice = (_words(one.get(key)) for key in ("actor", "action", "title"))
        words = " ".join(part.replace("_", " ") for part in notice if part)
    files = len({"file", "photo"} & one.keys())
    return Message(_written(one.get("date")), _words(one.get("from")), words, files)


def _is_discord(one: _Keys) -> bool:
    return {"timestamp", "content", "author"} <= one.keys() and "name" in _keys(one["author"])


def _discord(one: _Keys, _people: Mapping[str, str]) -> Message:
    author = _keys(one.get("author"))
    name = _words(author.get("nickname")) or _words(author.get("name"))
    files = _count(one.get("attachments"))
    return Message(_written(one.get("timestamp")), name, _words(one.get("content")), files)


def _is_messenger(one: _Keys) -> bool:
    return {"sender_name", "timestamp_ms"} <= one.keys()


def _messenger(one: _Keys, _people: Mapping[str, str]) -> Message:
    kinds = ("photos", "videos", "files", "audio_files", "gifs")
    files = sum(_count(one.get(kind)) for kind in kinds)
    name, words = (_mended(one.get(key)) for key in ("sender_name", "content"))
    return Message(_moment(_words(one.get("timestamp_ms"))[:-3]), name, words, files)


def _mended(text: object) -> str:
    """Return a text whose UTF-8 was written as if each byte were a letter, as Facebook does.

    It is cleaned after that: some of those bytes are signs that no text holds.
    """
    if not isinstance(text, str):
        return ""
    try:
        return clean(text.encode("latin-1").decode("utf-8"))
    except UnicodeError:
        return clean(text)


_MESSENGERS: Final = (
    _Messenger(_is_slack, _slack),
    _Messenger(_is_telegram, _telegram),
    _Messenger(_is_discord, _discord),
    _Messenger(_is_messenger, _messenger),
)
