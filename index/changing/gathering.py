"""From the paths that a person names to the files to read, and what is left out, with the reason.

Nothing is opened here but folders.
"""

import os
import stat
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from unicodedata import normalize

from index.changing.ignoring import Rules, rules_above
from index.changing.outcomes import Cause, FileOutcome
from index.loading.loaders.dispatch import is_supported
from index.store.private import is_part_of_corpus
from index.store.sources import FileState

_REASONS: Final[dict[Cause, str]] = {
    "format": "This file format is not supported.",
    "hidden": "It is hidden. Give its path to add it.",
    "ignored": "A .gitignore or .verbatimignore leaves it out. Give its path to add it.",
    "installed": "Programs installed or made it for themselves. Give its path to add it.",
    "link": "It is a link to a folder, which is not followed. Add that folder itself.",
    "special": "It is a pipe, a socket or a device. Copy its contents to a file.",
}
# Folders that hold hundreds of files that nobody wrote by hand: by their name, by what lies in them
# (CACHEDIR.TAG marks what can be made again), and of a name that people use too by both
INSTALLED: Final = frozenset({"node_modules", "bower_components", "__pycache__", "site-packages"})
MARKS: Final = frozenset({"pyvenv.cfg", "conda-meta", "CACHEDIR.TAG"})
_VENDORED: Final = frozenset({"modules.txt", "autoload.php"})
_MADE: Final = (".min.js", ".min.css", "package-lock.json", "pnpm-lock.yaml", "npm-shrinkwrap.json")
_DEAD_LINK: Final = "It is a broken link."
EMPTY: Final = "It is empty all of a sudden, as a folder is whose drive isn't connected."


_Inside = tuple[dict[str, "os.DirEntry[str]"], Rules]


@dataclass(slots=True)
class Gathered:
    """What was met: files to read, and what is known of the rest.

    Attributes:
        files: What to read, by source: what each is like, None if that can't be told.
        raw: The paths of those whose source isn't their path, as of names that are no UTF-8.
        left_out: What isn't read, by path.
        roots: The folders that were named or are followed, and looked through.
        folders: These, or what was looked at in them because it changed: all that is known of
            what is in them now is here.
        single: Files that were looked at by themselves, there or not.
        barred: Folders of which it isn't known what is in them; why is in `left_out`.
        mounts: Folders at which another file system begins.
        begun: When gathering began, in nanoseconds since 1970.
    """

    files: dict[str, FileState | None] = field(default_factory=dict)
    raw: dict[str, Path] = field(default_factory=dict)
    left_out: dict[str, FileOutcome] = field(default_factory=dict)
    roots: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    single: list[str] = field(default_factory=list)
    barred: set[str] = field(default_factory=set)
    mounts: set[str] = field(default_factory=set)
    begun: int = field(default_factory=time.time_ns)

    def path(self, source: str) -> Path:
        """Return where the file of a source is."""
        return self.raw.get(source) or Path(source)

    def left_out_with(self, source: str) -> FileOutcome | None:
        """Return why a file or a folder that it lies in was left out; None if it wasn't."""
        around = (source, *map(str, Path(source).parents))
        return next((self.left_out[path] for path in around if path in self.left_out), None)

    def bar(self, folder: str) -> None:
        """Leave what is in a folder, or what is known of a file, as it is."""
        self.barred.add(folder)
        self.folders.append(written_out(folder))
        self.single.append(written_out(folder))

    def barred_with(self, source: str) -> str:
        """Return the folder around a file of which it isn't known what is in it; else nothing."""
        around = (source, *map(str, Path(source).parents)) if self.barred else ()
        return next((path for path in around if path in self.barred), "")


def gather(paths: Iterable[Path], corpus: Path) -> Gathered:
    """Return the files to read, absolute and once each, and what else was met.

    Files that are named are taken whatever they are: reading them says what is wrong. Those in
    folders and their subfolders are taken if they are of a known format and no ignore file leaves
    them out. Links to folders are not followed, so that none leads round in a circle or out over
    the whole disk.

    Args:
        paths: What was named.
        corpus: The corpus's folder: what it is made of is no document.
    """
    walk = _Walk(corpus)
    for path in paths:
        walk.name(path)
    return walk.found


def gather_sources(
    sources: Iterable[tuple[str, bool, Collection[str]]],
    corpus: Path,
    changed: Collection[str] | None = None,
) -> Gathered:
    """Return what there is of the folders and files that a corpus follows.

    Args:
        sources: Their paths, whether each was a folder, and where in it other file systems began.
        corpus: As in `gather`.
        changed: Look only at these files and folders.
    """
    walk = _Walk(corpus)
    for path, is_folder, mounts in sources:
        inside = None
        if changed is not None:
            inside = [one for one in changed if is_within(one, path)]
            if not inside and not any(is_within(path, one) for one in changed):
                continue
            if any(is_within(path, one) for one in changed):
                inside = None  # all of it
        walk.follow(path, mounts, inside, is_folder=is_folder)
    return walk.found


def is_within(path: str, folder: str) -> bool:
    """Return whether a path is a folder's or lies in it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def holds_files(folder: str) -> bool:
    """Return whether there is a file in a folder or its subfolders, those that are hidden apart."""
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if _is_hidden(entry):
                        continue
                    if not entry.is_dir(follow_symlinks=False):
                        return True
                    waiting.append(entry.path)
        except OSError:
            return True  # nobody knows
    return False


def written_out(name: str) -> str:
    """Return a name with what is no UTF-8, as some file names have, as backslash and digits."""
    return name.encode("utf-8", "backslashreplace").decode()


class _Walk:
    """A way through folders."""

    def __init__(self, corpus: Path) -> None:
        self.found = Gathered()
        self._corpus = str(corpus)
        self._names: dict[str, set[str]] = {}  # of folders in which files were named
        self._entered: dict[str, _Inside | None] = {}  # of folders in which something changed

    def name(self, path: Path) -> None:
        """Take in a path that was named."""
        try:
            start = self._as_listed(path.resolve())
        except (OSError, RuntimeError, ValueError) as error:  # Python 3.13 has an OSError for loops
            bad = isinstance(error, ValueError)
            reason = "can't be a path" if bad else "is a link that leads back to itself"
            self._fail(
                str(path), f"{path.name} {reason}. Give the path of the file or folder itself."
            )
            return
        try:
            status = start.stat()
        except (FileNotFoundError, NotADirectoryError):
            self._fail(str(start), f"There is no file or folder {str(start)!r}.")
            return
        except OSError:
            status = None  # whoever reads it says what is wrong
        if status and stat.S_ISDIR(status.st_mode):
            self._walk(str(start))
        else:
            self.found.single.append(self._take(str(start), status))

    def follow(
        self,
        path: str,
        mounts: Collection[str],
        changed: Collection[str] | None,
        *,
        is_folder: bool,
    ) -> None:
        """Take in what a corpus follows, or what changed of it."""
        try:
            status = os.stat(path)  # noqa: PTH116 - of a text, a hundred thousand times
        except (FileNotFoundError, NotADirectoryError):
            self._gone(path, is_folder=is_folder)
            return
        except OSError as error:
            self._bar(path, _denied(Path(path).name or path, error))
            return
        if not stat.S_ISDIR(status.st_mode):
            self.found.single.append(self._take(path, status))
            return
        if not is_folder:
            self._bar(path, "It was a file, and is a folder now.")
            return
        for mount in mounts:
            if not os.path.ismount(mount):
                self._bar(mount, "Its drive isn't connected: another file system was there.")
            elif not holds_files(mount):
                self._bar(mount, EMPTY)
        if changed is None:
            self._walk(path)
            return
        self.found.roots.append(path)
        for one in changed:
            self._enter(path, one)

    def _gone(self, path: str, *, is_folder: bool) -> None:
        """Take in something followed that isn't there."""
        if is_folder:
            self._bar(
                path, "It isn't there: it was moved or deleted, or its drive isn't connected."
            )
            return
        parent = str(Path(path).parent)
        if holds_files(parent) and Path(parent).is_dir():
            self.found.single.append(written_out(path))
        else:
            self._bar(path, f"Nothing is in {parent}, where it was.")

    def _enter(self, root: str, target: str) -> None:
        """Take in something in a folder as walking through all of the folder would."""
        self.found.single.append(written_out(target))
        self.found.folders.append(written_out(target))
        above = Path(target).parent
        if inside := self._inside(root, above):
            names, rules = inside
            if entry := names.get(Path(target).name):
                self._go([(entry, rules)])

    def _inside(self, root: str, folder: Path) -> "_Inside | None":
        """Return what is in a folder inside of a root, with the rules for it.

        None if there is no such folder, or it is not to be entered.
        """
        ways = [folder]
        while str(ways[-1]) != root and str(ways[-1]) not in self._entered:
            ways.append(ways[-1].parent)
        for way in reversed(ways):
            path = str(way)
            if path in self._entered:
                continue
            above = None if path == root else self._entered[str(way.parent)]
            if path == root:
                names, rules = self._listed(path), rules_above(root, self._report)
            elif above:
                names, rules = self._entry_inside(above[0].get(way.name), above[1]), above[1]
            else:
                names, rules = None, Rules(self._report)
            inside = None if names is None else (names, rules.inside(path, names))
            self._entered[path] = inside
        return self._entered[str(folder)]

    def _walk(self, start: str) -> None:
        self.found.folders.append(written_out(start))
        if os.path.ismount(start):
            self.found.mounts.add(start)
        self.found.roots.append(start)
        self.found.left_out.pop(start, None)
        inside = self._listed(start)
        rules = rules_above(start, self._report).inside(start, inside or ())
        self._go([(entry, rules) for entry in _ordered(inside)])

    def _go(self, waiting: "list[tuple[os.DirEntry[str], Rules]]") -> None:
        while waiting:  # not by recursion: folders may lie deeper than calls
            entry, rules = waiting.pop()
            if entry.path in self.found.files:
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    waiting += self._contents(entry, rules)
                    continue
                cause, reason = self._why_not(entry, rules)
                status = None if cause else entry.stat()
            except OSError as error:
                self._bar(entry.path, _denied(entry.name, error))
                continue
            if cause:
                self._leave_out(entry.path, cause, reason)
            else:
                self._take(entry.path, status)

    def _contents(
        self, entry: "os.DirEntry[str]", rules: Rules
    ) -> "list[tuple[os.DirEntry[str], Rules]]":
        """Return what is in a folder, the last name first; nothing if it is not to be entered."""
        inside = self._entry_inside(entry, rules)
        below = rules.inside(entry.path, inside or ())
        return [(one, below) for one in _ordered(inside)]

    def _entry_inside(
        self, entry: "os.DirEntry[str] | None", rules: Rules
    ) -> "dict[str, os.DirEntry[str]] | None":
        """Return what is in a folder, by name; None if it isn't one that is to be entered."""
        if entry is None:
            return None
        if not entry.is_dir(follow_symlinks=False):
            self._leave_out(entry.path, *self._why_not(entry, rules))
            return None
        cause: Cause = ""
        if _is_hidden(entry) or self._is_own(entry):
            cause = "hidden"
        elif rules.leaves_out(entry.path, folder=True):
            cause = "ignored"
        inside = None if cause else self._listed(entry.path)
        if inside is not None and _is_installed(entry.name, inside):
            cause = "installed"
        if cause:
            self._leave_out(entry.path, cause, _REASONS[cause])
            return None
        above = Path(entry.path).parent
        if inside is not None and os.name != "nt" and _device(entry) != above.stat().st_dev:
            self.found.mounts.add(entry.path)
        return inside

    def _listed(self, folder: str) -> "dict[str, os.DirEntry[str]] | None":
        """Return what is in a folder, by name; None if it can't be listed."""
        try:
            with os.scandir(folder) as entries:
                return {entry.name: entry for entry in entries}
        except OSError as error:
            self._bar(folder, _denied(Path(folder).name or folder, error))
            return None

    def _is_own(self, entry: "os.DirEntry[str]") -> bool:
        """Tell whether the corpus is made of it."""
        return entry.path.startswith(self._corpus) and (
            is_part_of_corpus(entry.name) and Path(entry.path).parent == Path(self._corpus)
        )

    def _why_not(self, entry: "os.DirEntry[str]", rules: Rules) -> tuple[Cause, str]:
        """Return why something in a folder is no file to read; empty if it is one."""
        cause: Cause = ""
        if _is_hidden(entry) or self._is_own(entry):
            cause = "hidden"
        elif entry.name.endswith(_MADE):
            cause = "installed"
        elif entry.is_symlink() or not entry.is_file():
            cause, reason = _is_no_file(entry)
            if cause:
                return cause, reason
        if not cause and not is_supported(entry.name):
            cause = "format"
        elif not cause and rules.leaves_out(entry.path, folder=False):
            cause = "ignored"
        return cause, _REASONS[cause] if cause else ""

    def _as_listed(self, path: Path) -> Path:
        """Return a path as its folder lists it, where capitals and small letters are the same."""
        parent = str(path.parent)
        if parent not in self._names:
            try:
                self._names[parent] = set(os.listdir(parent))  # noqa: PTH208 - names
            except OSError:
                self._names[parent] = set()
        names = self._names[parent]
        if path.name in names or not path.exists():
            return path
        alike = (path.with_name(name) for name in names if _alike(name, path.name))
        return next((other for other in alike if other.samefile(path)), path)

    def _take(self, path: str, status: os.stat_result | None) -> str:
        source = written_out(path)
        if source != path:
            self.found.raw[source] = Path(path)
        self.found.files[source] = FileState.of(status) if status else None
        self.found.left_out.pop(path, None)
        return source

    def _bar(self, folder: str, reason: str) -> None:
        self.found.bar(folder)
        self._fail(folder, reason)

    def _report(self, path: str, reason: str) -> None:
        self._fail(path, reason)

    def _fail(self, path: str, reason: str) -> None:
        outcome = FileOutcome(written_out(path), "failed", reason=written_out(reason))
        self.found.left_out[path] = outcome

    def _leave_out(self, path: str, cause: Cause, reason: str) -> None:
        source = written_out(path)
        if source not in self.found.files and path not in self.found.roots:  # it wasn't named
            outcome = FileOutcome(source, "skipped", reason=reason, cause=cause)
            self.found.left_out.setdefault(path, outcome)


def _is_no_file(entry: "os.DirEntry[str]") -> tuple[Cause, str]:
    """Return why a link, or what is no ordinary file, is not to be read; empty if it is."""
    try:
        mode = Path(entry.path).stat().st_mode
    except OSError:
        if entry.is_symlink():
            return "link", _DEAD_LINK
        raise
    if stat.S_ISDIR(mode):
        return "link", _REASONS["link"]
    return ("", "") if stat.S_ISREG(mode) else ("special", _REASONS["special"])


def _ordered(inside: "dict[str, os.DirEntry[str]] | None") -> "list[os.DirEntry[str]]":
    return [] if inside is None else [inside[name] for name in sorted(inside, reverse=True)]


def _alike(one: str, other: str) -> bool:
    return normalize("NFC", one).casefold() == normalize("NFC", other).casefold()


def _device(entry: "os.DirEntry[str]") -> int:
    return entry.stat(follow_symlinks=False).st_dev


def _is_hidden(entry: "os.DirEntry[str]") -> bool:
    return entry.name.startswith(".")


def _is_installed(name: str, inside: Iterable[str]) -> bool:
    """Tell whether a folder holds what programs install or make for themselves."""
    names = set(inside)
    if name in INSTALLED or names & MARKS:
        return True
    return name == "vendor" and bool(names & _VENDORED)


def _denied(name: str, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"The folder {name} can't be opened: permission denied. Ask for read permission."
    reason = error.strerror or type(error).__name__
    return f"{name} can't be listed: {reason}. Copy it elsewhere and try again."
