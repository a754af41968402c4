"""The list that a sentence stands in or leads in to: its items say together what they say."""

from index import Sentence, Snapshot

LONGEST_LIST = 15  # sentences shown together; a longer list would fill the page, and shows its item
_MOST_CHARACTERS = 2_500  # likewise


def list_around(
    state: Snapshot, sentence: Sentence, following: Sentence | None
) -> list[Sentence] | None:
    """Return a whole list with what leads in to it.

    Args:
        state: The corpus.
        sentence: A sentence.
        following: The sentence after it; None if it is the last.

    Returns:
        The sentences of the list that it stands in or leads in to; None if there is no such list,
        or if it is too long to be shown at once.
    """
    if not _in_list(sentence) and not (following and _leads_in(sentence, following)):
        return None
    number = sentence.number
    near = state.sentences_of(sentence.document_id, number - LONGEST_LIST, number + LONGEST_LIST)
    at = next(place for place, other in enumerate(near) if other.number == number)
    first = last = at if _in_list(sentence) else at + 1
    while first and _in_list(near[first - 1]):
        first -= 1
    while last + 1 < len(near) and _in_list(near[last + 1]):
        last += 1
    if first and _leads_in(near[first - 1], near[first]):
        first -= 1
    found = near[first : last + 1]
    if len(found) > LONGEST_LIST or found[-1].end - found[0].start > _MOST_CHARACTERS:
        return None
    return found if len(found) > 1 else None


def _in_list(sentence: Sentence) -> bool:
    return sentence.kind != "heading" and sentence.level > 0


def _leads_in(sentence: Sentence, item: Sentence) -> bool:
    """Return whether an item's list belongs to a sentence: that is what the context ends with."""
    words = " ".join(sentence.text.split())
    prose = sentence.kind in {"paragraph", "caption"} and not sentence.level
    return prose and _in_list(item) and bool(words) and item.context.endswith(words)
