"""Subtitles and transcripts of speech: sentences under the time at which they are said."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.documents import LoadedFile
from index.errors import UnreadableFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.left_out import named
from index.loading.loaders.text import clean, collapse, decode
from index.loading.loaders.titles import choose_title

_CLOCK = r"(?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}"
_TIMES = re.compile(rf"\s*({_CLOCK})\s*-->\s*({_CLOCK})")
_OTHER = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")  # what WebVTT has beside what is shown
_VOICE = re.compile(r"<v(?:\.[^<>\s]*)?\s+([^<>]{1,100})>")
# <i>, <c.yellow>, <00:01:02.500> of WebVTT; {\an8} of programs for subtitles
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<\d[\d:.]{0,20}>|\{\\[^{}]{0,100}\}")
_SPOKEN = re.compile(r"[-–—]\s*(?=\S)")  # of a second speaker
# "ANNA: Welcome", ">> Ben Ohm: Thanks", ">> Never!": the words of somebody else begin
_CHANGE = re.compile(r">{2,}\s*")
_NAME = r"(?:[^\W\d_a-z][\w.'’&-]{0,30}|\d{1,3}|d[eiau]|van|von|de[rn]|l[ae]|a[fv])"
_SPEAKER = re.compile(rf"({_NAME}(?: {_NAME}){{0,4}}(?: ?\([^()]{{1,40}}\))?):\s+(?=\S)")
_ENDED = re.compile(r"[.!?…。！？؟।♪\])][\"'”’»]*$")
# A paragraph ends with a sentence after these seconds, and anyhow after those characters or a pause
_LONG, _MOST, _PAUSE = 30.0, 1500, 8.0


@dataclass(frozen=True, slots=True)
class _Cue:
    """What is shown at once.

    Attributes:
        start: Seconds from the beginning.
        end: Likewise.
        speaker: Who says it; empty if that isn't told.
        text: The words.
        turn: Number of the turn: it is another one where somebody else begins to speak.
    """

    start: float
    end: float
    speaker: str
    text: str
    turn: int = 0


def load_subtitles(data: bytes, name: str) -> LoadedFile:
    """Return the words of subtitles (SRT, WebVTT).

    What is cut to fit the screen is joined to sentences again. These stand under the time at which
    they begin, a heading for each half minute, and begin with the speaker if that is told.

    Raises:
        UnreadableFile: There is no time in it.
    """
    lines = clean(decode(data, name)).split("\n")
    left_out: Counter[str] = Counter()
    cues = list(_with_turns(list(_cues(lines, left_out))))
    if not cues:
        raise UnreadableFile(
            f"{name} holds no subtitles: no line says from when to when. If it is plain text, "
            "rename it to .txt."
        )
    builder = DocumentBuilder()
    for cues_together in _paragraphs(cues):
        first = cues_together[0]
        builder.add_heading(_time(first.start), 6)
        words = collapse(" ".join(cue.text for cue in cues_together))
        builder.add_paragraph(f"{first.speaker}: {words}" if first.speaker else words)
    return LoadedFile(
        builder.text,
        choose_title("", "", name),
        "subtitles",
        blocks=builder.blocks,
        left_out=named(left_out),
    )


def _cues(lines: Sequence[str], left_out: Counter[str]) -> Iterator[_Cue]:
    at = 0
    while at < len(lines):
        match = _TIMES.match(lines[at])
        at += 1
        if match is None:
            left_out["comment"] += lines[at - 1].startswith("NOTE")
            left_out["style sheet"] += lines[at - 1].strip() == "STYLE"
            continue
        begin = at
        while at < len(lines) and not _ends(lines, at):
            at += 1
        taken = [line for line in lines[begin:at] if line.strip()]
        if at < len(lines) and _TIMES.match(lines[at]) and taken and taken[-1].strip().isdecimal():
            taken = taken[:-1]  # the number of the next one, without a blank line before it
        start, end = _seconds(match[1]), _seconds(match[2])
        for speaker, text in _spoken(taken):
            yield _Cue(start, end, speaker, text)


def _ends(lines: Sequence[str], at: int) -> bool:
    """Tell whether a line is no longer part of what is shown; blank lines may be within that."""
    if _TIMES.match(lines[at]):
        return True
    blank_before = not lines[at - 1].strip()
    of_next = at + 1 < len(lines) and bool(_TIMES.match(lines[at + 1]))
    return blank_before and (of_next or bool(_OTHER.match(lines[at])))


def _spoken(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the speakers of what is shown at once, and what they say."""
    speaker, words = "", ""
    dashes = sum(bool(_SPOKEN.match(line.strip())) for line in lines)
    for line in lines:
        voice = _VOICE.search(line)
        text = collapse(html.unescape(_TAG.sub("", _VOICE.sub("", line))))
        named_ = _SPEAKER.match(text, _signs(text))
        begins = (dashes > 1 and _SPOKEN.match(text)) or _signs(text)
        if words and (voice or begins or (named_ and named_[1].isupper())):
            yield speaker, words
            words = ""
        if voice:
            speaker = collapse(voice[1])
        words = f"{words} {text}".strip()
    if words:
        yield speaker, words


def _with_turns(cues: Sequence[_Cue]) -> Iterator[_Cue]:
    """Yield cues with their speakers and turns, also where a name before the words tells them.

    A name in capitals does, another one if it or others stand before many cues. Words without a
    name go on with the turn at hand.
    """
    matches = [_SPEAKER.match(cue.text, _signs(cue.text)) for cue in cues]
    counts = Counter(match[1] for match in matches if match)
    are_usual = 2 * counts.total() >= len(cues)
    speakers = {name for name, count in counts.items() if are_usual or count > 1 or name.isupper()}
    if any(cue.speaker for cue in cues):
        speakers = set()
    turn, last = 0, ""
    for cue, match in zip(cues, matches, strict=True):
        signs = _signs(cue.text)
        speaker, text = cue.speaker, cue.text[signs:]
        if match and match[1] in speakers:
            speaker, text = match[1], cue.text[match.end() :]
        begins = (speaker or not speakers) and speaker != last
        if begins or (signs and not speaker):
            turn, last = turn + 1, speaker
        yield replace(cue, speaker=speaker, text=text, turn=turn)


def _signs(text: str) -> int:
    """Return the length of the signs that tell that somebody else speaks."""
    match = _CHANGE.match(text)
    return match.end() if match else 0


def _paragraphs(cues: Sequence[_Cue]) -> Iterator[list[_Cue]]:
    """Yield the cues that are read together."""
    together: list[_Cue] = []
    length = 0
    for cue in cues:
        if together:
            first, last = together[0], together[-1]
            if last.text == cue.text and cue.start - last.end < 1:
                continue  # shown again while the next line comes up, as in automatic captions
            ended = bool(_ENDED.search(last.text))
            long = cue.start - first.start >= _LONG
            apart = cue.start - last.end > _PAUSE or cue.start < last.start
            if cue.turn != last.turn or apart or length > _MOST or (ended and long):
                yield together
                together, length = [], 0
        together.append(cue)
        length += len(cue.text)
    if together:
        yield together


def _seconds(clock: str) -> float:
    *hours, minutes, seconds = clock.replace(",", ".").split(":")
    return 3600 * int(hours[0] if hours else 0) + 60 * int(minutes) + float(seconds)


def _time(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
