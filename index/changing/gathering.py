"""From the paths that a person names to the files to read, and what is left out, with the reason.

Nothing is opened here but folders.
"""

import os
import stat
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from index.changing.outcomes import Cause, FileOutcome
from index.loading.loaders.dispatch import is_supported

_REASONS: Final[dict[Cause, str]] = {
    "format": "This file format is not supported.",
    "hidden": "It is hidden. Give its path to add it.",
    "installed": "Programs installed or made it for themselves. Give its path to add it.",
    "link": "It is a link to a folder, which is not followed. Add that folder itself.",
    "special": "It is a pipe, a socket or a device. Copy its contents to a file.",
}
# Folders that hold hundreds of files that nobody wrote by hand: by their name, by what lies in them
# (CACHEDIR.TAG marks what can be made again), and of a name that people use too by both
_INSTALLED: Final = frozenset({"node_modules", "bower_components", "__pycache__", "site-packages"})
_MARKS: Final = frozenset({"pyvenv.cfg", "conda-meta", "CACHEDIR.TAG"})
_VENDORED: Final = frozenset({"modules.txt", "autoload.php"})
_MADE: Final = (".min.js", ".min.css", "package-lock.json", "pnpm-lock.yaml", "npm-shrinkwrap.json")
_DEAD_LINK: Final = "It is a broken link."


def gather(paths: Iterable[Path]) -> tuple[list[Path], list[FileOutcome]]:
    """Return the files to read, absolute and once each, and what else was met.

    Files that are named are taken whatever they are: reading them says what is wrong. Those in
    folders and their subfolders are taken if they are of a known format. Links to folders are not
    followed, so that none leads round in a circle or out over the whole disk.
    """
    gathered = _Gathered()
    for path in paths:
        gathered.name(path)
    return list(gathered.files), list(gathered.left_out.values())


def written_out(name: str) -> str:
    """Return a name with what is no UTF-8, as some file names have, as backslash and digits."""
    return name.encode("utf-8", "backslashreplace").decode()


class _Gathered:
    """What was met so far."""

    def __init__(self) -> None:
        self.files: dict[Path, None] = {}
        self.left_out: dict[str, FileOutcome] = {}

    def name(self, path: Path) -> None:
        """Take in a path that was named."""
        try:
            start = path.resolve()
        except (OSError, RuntimeError, ValueError) as error:  # Python 3.13 has an OSError for loops
            bad = isinstance(error, ValueError)
            reason = "can't be a path" if bad else "is a link that leads back to itself"
            self._fail(
                str(path), f"{path.name} {reason}. Give the path of the file or folder itself."
            )
            return
        try:
            is_folder = stat.S_ISDIR(start.stat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            self._fail(str(start), f"There is no file or folder {str(start)!r}.")
            return
        except OSError:
            is_folder = False  # whoever reads it says what is wrong
        if is_folder:
            self._walk(start)
        else:
            self.left_out.pop(str(start), None)
            self.files[start] = None

    def _walk(self, start: Path) -> None:
        waiting = self._inside(str(start))  # not by recursion: folders may lie deeper than calls
        while waiting:
            entry = waiting.pop()
            path = Path(entry.path)
            if path in self.files:
                continue
            try:
                if entry.is_dir(follow_symlinks=False) and not _is_hidden(entry):
                    inside = self._inside(entry.path)
                    if not _is_installed(entry.name, {one.name for one in inside}):
                        waiting += inside
                        continue
                cause, reason = _why_not(entry)
            except OSError as error:
                self._fail(entry.path, _denied(entry.name, error))
                continue
            if cause:
                self._leave_out(FileOutcome(entry.path, "skipped", reason=reason, cause=cause))
            else:
                self.files[path] = None

    def _inside(self, folder: str) -> "list[os.DirEntry[str]]":
        """Return what is in a folder, the last name first."""
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            self._fail(folder, _denied(Path(folder).name, error))
            return []

    def _fail(self, path: str, reason: str) -> None:
        self._leave_out(FileOutcome(path, "failed", reason=reason))

    def _leave_out(self, outcome: FileOutcome) -> None:
        source = written_out(outcome.source)
        self.left_out[outcome.source] = replace(
            outcome, source=source, reason=written_out(outcome.reason)
        )


def _is_hidden(entry: "os.DirEntry[str]") -> bool:
    return entry.name.startswith(".")


def _is_installed(name: str, inside: set[str]) -> bool:
    """Tell whether a folder holds what programs install or make for themselves."""
    if name in _INSTALLED or inside & _MARKS:
        return True
    return name == "vendor" and bool(inside & _VENDORED)


def _why_not(entry: "os.DirEntry[str]") -> tuple[Cause, str]:
    """Return why something in a folder is no file to read; empty if it is one."""
    if _is_hidden(entry):
        return "hidden", _REASONS["hidden"]
    if entry.is_dir(follow_symlinks=False) or entry.name.endswith(_MADE):
        return "installed", _REASONS["installed"]
    regular = entry.is_file(follow_symlinks=False)
    if entry.is_symlink():
        try:
            mode = Path(entry.path).stat().st_mode
        except OSError:
            return "link", _DEAD_LINK
        if stat.S_ISDIR(mode):
            return "link", _REASONS["link"]
        regular = stat.S_ISREG(mode)
    if not regular:
        return "special", _REASONS["special"]
    return ("", "") if is_supported(Path(entry.name)) else ("format", _REASONS["format"])


def _denied(name: str, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"The folder {name} can't be opened: permission denied. Ask for read permission."
    reason = error.strerror or type(error).__name__
    return f"{name} can't be listed: {reason}. Copy it elsewhere and try again."
