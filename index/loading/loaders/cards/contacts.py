"""vCard: persons, each a heading with numbers and addresses as its fields."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from index.documents import LoadedFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.cards.content_lines import Property, day_of, properties_of
from index.loading.loaders.left_out import named
from index.loading.loaders.text import clean, collapse, decode, names, paragraphs
from index.loading.loaders.titles import choose_title, real_title

_LABELS: Final = {
    "NICKNAME": "Nickname",
    "ORG": "Organization",
    "TITLE": "Title",
    "ROLE": "Role",
    "TEL": "Phone",
    "EMAIL": "Email",
    "ADR": "Address",
    "URL": "URL",
    "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary",
    "RELATED": "Related",
    "CATEGORIES": "Categories",
    "IMPP": "Messenger",
}
_DAYS: Final = frozenset({"BDAY", "ANNIVERSARY", "DEATHDATE"})
_NOT_SHOWN: Final = {
    "PHOTO": "picture",
    "LOGO": "picture",
    "SOUND": "sound recording",
    "KEY": "key",
}
_FOR_PROGRAMS: Final = names(
    "VERSION PRODID UID REV SOURCE FN N SORT-STRING CLIENTPIDMAP MAILER KIND XML LABEL TZ GEO "
    "CLASS PROFILE NAME NOTE BEGIN END"
)
_KINDS: Final = {"cell": "mobile", "internet": "", "pref": "", "voice": "", "x-internet": ""}
_LONG = 200  # characters of a note that is a text and not a field
_LABEL = "X-ABLABEL"  # what the person calls a number, in what Apple writes


def load_contacts(data: bytes, name: str) -> LoadedFile:
    """Return the persons of an address book, each with what is said of them as their fields.

    Pictures are left out, and named. What isn't an address book is read as plain text.
    """
    text = clean(decode(data, name))
    cards = list(_cards(text))
    if not cards:
        return LoadedFile(text, "", "contacts")
    builder = DocumentBuilder()
    left_out: Counter[str] = Counter()
    called = [_add(builder, card, left_out) for card in cards]
    return LoadedFile(
        builder.text,
        (real_title(called[0]) if len(cards) == 1 else "") or choose_title("", "", name),
        "contacts",
        blocks=builder.blocks,
        left_out=named(left_out),
    )


def _cards(text: str) -> Iterator[list[Property]]:
    card: list[Property] | None = None
    for one in properties_of(text):
        if one.name == "BEGIN" and one.value.upper() == "VCARD":
            if card:  # the one before was never closed
                yield card
            card = []
        elif one.name == "END" and one.value.upper() == "VCARD":
            if card:
                yield card
            card = None
        elif card is not None:
            card.append(one)
    if card:
        yield card


def _add(builder: DocumentBuilder, card: Sequence[Property], left_out: Counter[str]) -> str:
    """Add a person; return what they are called."""
    who = _name(card)
    builder.add_heading(who or "Contact", 1)
    labels = {one.group: _own_label(one) for one in card if one.name == _LABEL and one.group}
    order = {name: at for at, name in enumerate(_LABELS)}
    for one in sorted(card, key=lambda one: order.get(one.name, len(order))):
        if one.name in _NOT_SHOWN and one.value:
            left_out[_NOT_SHOWN[one.name]] += 1
        elif one.name not in _FOR_PROGRAMS and not one.name.startswith("X-") and one.value:
            value = _value(one)
            if value and collapse(value) != who:
                builder.add_field(_label(one, labels), value)
    for one in card:
        words = one.text if one.name == "NOTE" else ""
        if 0 < len(words) <= _LONG:
            builder.add_field("Note", words)
        elif words:
            for paragraph in paragraphs(words):
                builder.add_paragraph(paragraph)
    return who


def _name(card: Sequence[Property]) -> str:
    """Return what a person is called: as it is shown, or put together, or the organization."""
    found = {one.name: one for one in reversed(card)}
    if "FN" in found and (name := collapse(found["FN"].text)):
        return name
    if "N" in found:
        last, first, middle, before, after = [*found["N"].parts, *[""] * 5][:5]
        if name := collapse(" ".join([before, first, middle, last, after])):
            return name
    for other in ("ORG", "NICKNAME", "EMAIL"):
        if other in found and (name := collapse(" ".join(found[other].parts))):
            return name
    return ""


def _value(one: Property) -> str:
    if one.name in _DAYS:
        return day_of(one.value)[:10]
    if one.name in {"ORG", "ADR"}:
        parts = (collapse(part) for part in one.parts)
        return ", ".join(part for part, _ in groupby(filter(None, parts)))
    text = one.text
    for scheme in ("tel:", "mailto:"):
        text = text.removeprefix(scheme)
    return text


def _label(one: Property, labels: dict[str, str]) -> str:
    """Return what a field is called: `Phone (mobile)`."""
    label = _LABELS.get(one.name, one.name.replace("-", " ").capitalize())
    kinds = [labels[one.group]] if labels.get(one.group) else []
    for kind in one.parameters.get("TYPE", ()):
        words = _KINDS.get(kind.lower(), kind.lower())
        if words and words not in kinds:
            kinds.append(words)
    return f"{label} ({', '.join(kinds)})" if kinds else label


def _own_label(one: Property) -> str:
    # "_$!<HomePage>!$_" is one of Apple's own
    return collapse(one.text.removeprefix("_$!<").removesuffix(">!$_"))
