"""What has to be done so that a corpus agrees with its files: found out here, and not yet done."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from index.changing.gathering import EMPTY, Gathered, holds_files, is_within
from index.changing.outcomes import FileOutcome
from index.changing.reading import extraction, extraction_of, sha256_of, sha256_of_file
from index.documents import Document
from index.loading.loaders.dispatch import choose_title, may_be_read_further
from index.store.notes import read_notes
from index.store.sources import FileState, Known
from index.store.store import Store

_GONE: Final = "Its file has gone."
_REMOVED: Final = "It was removed from the corpus. Give its path to add it."


@dataclass(slots=True)
class Plan:
    """What has to be done.

    Attributes:
        known: What is known of the files, by source.
        read: Sources of the files to be read: new ones, those that have changed, and those that
            were renamed and may have their title from their name.
        moved: Where documents are now, by their ids.
        was: Where they were, by where they are now.
        gone: Ids of documents whose files are no longer there, and why.
        outcomes: What need not be done to be told.
        unchanged: How many files are as they were.
        stale: Sources of files of which it need not be known any more what they were like.
    """

    known: dict[str, Known]
    read: list[str] = field(default_factory=list)
    moved: dict[int, str] = field(default_factory=dict)
    was: dict[str, str] = field(default_factory=dict)
    gone: dict[int, FileOutcome] = field(default_factory=dict)
    outcomes: list[FileOutcome] = field(default_factory=list)
    unchanged: int = 0
    stale: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has to be done."""
        return not (self.read or self.moved or self.gone)

    def expected(self) -> list[FileOutcome]:
        """Return what will become of files, as far as that is known before they are read."""
        renamed = [
            FileOutcome(source, "renamed", reason=was_at(old)) for source, old in self.was.items()
        ]
        read = [
            FileOutcome(source, "updated" if self._has_document(source) else "added")
            for source in self.read
            if source not in self.was
        ]
        return [*renamed, *read, *self.gone.values(), *self.outcomes]

    def _has_document(self, source: str) -> bool:
        known = self.known.get(source)
        return known is not None and known.document not in {None, *self.moved}


def was_at(source: str) -> str:
    """Return what is said of a document whose file was elsewhere."""
    return f"It was {source}."


def compare(store: Store, gathered: Gathered, *, by_content: bool = False) -> Plan:
    """Return what has to be done for a corpus to agree with what was gathered.

    Documents of folders that couldn't be looked through stay as they are. A document goes with its
    content: where the SHA-256 of one whose file is gone or has changed is found in a file that is
    new, or whose document goes elsewhere in turn, it is that one.

    Args:
        store: The corpus. Read in one state, which the caller sees to.
        gathered: The files there are.
        by_content: Read each file, and not only those that seem to have changed.
    """
    plan = Plan(dict(store.sources.known(gathered.folders, gathered.single)))
    differing = {
        source
        for source, state in gathered.files.items()
        if not _is_same(plan.known.get(source), state)
    }
    if by_content:
        plan.read += gathered.files
    else:
        _sort_out(plan, gathered, differing, keeping=store.originals.wanted)
    missing, kept = _missing(plan, gathered)
    _find_moved(plan, gathered, [*missing, *kept], differing & set(plan.read))
    as_is = {
        source
        for number, source in plan.moved.items()
        if not _is_named_after_its_file(store.document(number), Path(source).name)
    }
    plan.read = [source for source in plan.read if source not in as_is]
    for source, reason in missing.items():
        number = plan.known[source].document
        if number is None:
            plan.stale.append(source)
        elif number not in plan.moved:
            plan.gone[number] = FileOutcome(source, "removed", reason=reason)
    return plan


def _sort_out(plan: Plan, gathered: Gathered, differing: Set[str], *, keeping: bool) -> None:
    """Tell the files that have to be read from those that are as they were."""
    reader = extraction()
    for source in gathered.files:
        known = plan.known.get(source)
        if known is None:
            plan.read.append(source)
        elif known.removed:
            plan.outcomes.append(FileOutcome(source, "skipped", reason=_REMOVED, cause="removed"))
        elif source not in differing and known.failure and known.reader == reader:
            plan.outcomes.append(FileOutcome(source, "failed", reason=known.failure))
        elif source in differing or known.failure or _is_behind(known, reader, keeping=keeping):
            plan.read.append(source)
        else:
            plan.unchanged += 1


def _is_same(known: Known | None, state: FileState | None) -> bool:
    return known is not None and state is not None and known.state == state


def _is_behind(known: Known, reader: str, *, keeping: bool) -> bool:
    """Return whether more is made of a file today than was when it was last read."""
    if known.document is None or (keeping and not known.kept):
        return True
    left_out = () if known.notes == "[]" else read_notes(known.notes)[0]
    return extraction_of(known.stamp) != reader.partition("+")[0] or may_be_read_further(left_out)


def _missing(plan: Plan, gathered: Gathered) -> tuple[dict[str, str], list[str]]:
    """Return the sources of files that are gone with the reason, and of those that may come back.

    How many documents of these are kept is told with the folder that they are in.
    """
    missing: dict[str, str] = {}
    kept: defaultdict[str, list[str]] = defaultdict(list)
    for source in plan.known:
        if source in gathered.files:
            continue
        if folder := gathered.barred_with(source):
            kept[folder].append(source)
            continue
        left_out = gathered.left_out_with(source)
        if left_out and left_out.cause == "ignored":
            missing[source] = left_out.reason
        elif not (left_out and left_out.cause == "link") and not os.path.lexists(source):
            missing[source] = _GONE
    for root, below in _emptied(missing, gathered).items():
        for source in below:
            del missing[source]
        gathered.left_out[root] = FileOutcome(root, "failed", reason=EMPTY)
        kept[root] += below
    for folder, sources in kept.items():
        outcome = gathered.left_out.get(folder)
        count = sum(plan.known[source].document is not None for source in sources)
        if outcome and count:
            documents = "document is" if count == 1 else "documents are"
            reason = f"{outcome.reason} {count:,} {documents} kept."
            gathered.left_out[folder] = replace(outcome, reason=reason)
    return missing, [one for sources in kept.values() for one in sources if _is_absent(one)]


def _emptied(missing: Mapping[str, str], gathered: Gathered) -> dict[str, list[str]]:
    """Return the folders in which no file is any more, with those that were there."""
    gone = [source for source, reason in missing.items() if reason == _GONE]
    below = {root: [one for one in gone if is_within(one, root)] for root in gathered.roots}
    return {root: some for root, some in below.items() if some and not holds_files(root)}


def _is_absent(source: str) -> bool:
    try:
        os.lstat(source)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # nobody knows
        pass
    return False


def _find_moved(plan: Plan, gathered: Gathered, absent: Sequence[str], differing: Set[str]) -> None:
    """Find the documents whose content is in another file now.

    Args:
        plan: Where they are put down.
        gathered: The files there are.
        absent: Those that aren't there.
        differing: Those that aren't as they were, and are to be read.
    """
    loose = _loose(plan, gathered, absent, differing)
    hashes: dict[str, str] = {}

    def sha256(source: str) -> str:
        if source not in hashes:
            hashes[source] = sha256_of_file(gathered.path(source))
        return hashes[source]

    def content_was_at(source: str) -> list[str]:
        state = gathered.files[source]
        alike = [*(loose.get(state.size, ()) if state else ()), *loose.get(None, ())]
        if all(one == source for one in alike) or not sha256(source):
            return []
        return [one for one in alike if sha256_of(plan.known[one].stamp) == sha256(source)]

    found: dict[str, str] = {}  # where a document is now, and where it was
    taken: set[str] = set()
    for source in (one for one in plan.read if one in differing) if loose else ():
        was = content_was_at(source)
        # What is still there as well, and only its age is new, was copied
        was = (
            []
            if source in was
            else [
                one
                for one in was
                if one not in taken and (one not in gathered.files or sha256(one) != sha256(source))
            ]
        )
        if was:
            found[source] = min(was, key=lambda one: Path(one).name != Path(source).name)
            taken.add(found[source])
    for source, was_there in _without_collisions(found, plan.known):
        number = plan.known[was_there].document
        if number is not None:
            plan.moved[number] = source
            plan.was[source] = was_there


def _loose(
    plan: Plan, gathered: Gathered, absent: Sequence[str], differing: Set[str]
) -> dict[int | None, list[str]]:
    """Return where documents are from whose content may be elsewhere, by its size if known."""
    loose: defaultdict[int | None, list[str]] = defaultdict(list)
    for source in (*absent, *(one for one in gathered.files if one in differing)):
        known = plan.known.get(source)
        # All files that are there seem to have changed in a corpus that didn't record their states
        if known and known.document is not None and (known.state or source not in gathered.files):
            loose[known.state.size if known.state else None].append(source)
    return loose


def _is_named_after_its_file(document: Document, name: str) -> bool:
    """Return whether more may change with a file's name than its document's name."""
    if Path(document.name).suffix.lower() != Path(name).suffix.lower():
        return True
    return document.name != name and document.title == choose_title("", "", document.name)


def _without_collisions(
    found: dict[str, str], known: Mapping[str, Known]
) -> Iterator[tuple[str, str]]:
    """Yield moves, but for those to where a document is that doesn't go elsewhere itself."""
    while True:
        leaving = set(found.values())
        bad = [
            source
            for source in found
            if source in known and known[source].document is not None and source not in leaving
        ]
        if not bad:
            break
        for source in bad:
            del found[source]
    yield from found.items()
