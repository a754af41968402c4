"""What ignore files leave out of a folder: `.verbatimignore`, and `.gitignore` as ripgrep reads it.

A folder that is left out is not entered, so that nothing in it can be taken back in.
"""

import os
import re
import stat
import warnings
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

GIT, OWN = ".gitignore", ".verbatimignore"
IGNORE_FILES: Final = frozenset({GIT, OWN})
_REPOSITORY = ".git"
# Every file of a folder is compared with every pattern, and an ignore file may come with documents
# of anybody's: the longest of GitHub's templates has some 400 lines and 7 kB
_MOST_BYTES = 100_000
_MOST_PATTERNS = 1000
# A name of 255 letters can be shared out to four stars in 170 million ways, which take seconds
_MOST_STARS = 3

_Specs = tuple[tuple[int, "GitIgnoreSpec"], ...]


class Rules:
    """What the ignore files of a folder and of those above it say.

    Attributes:
        own: Those of `.verbatimignore`, the deepest first, each with the length of its folder's
            path, separator and all. They count before the others.
        git: Those of `.gitignore`, likewise.
    """

    __slots__ = ("_report", "git", "own")

    def __init__(
        self, report: Callable[[str, str], None], own: _Specs = (), git: _Specs = ()
    ) -> None:
        """Keep rules.

        Args:
            report: Told the path of an ignore file that isn't followed in all, and why.
            own: See above.
            git: See above.
        """
        self._report = report
        self.own = own
        self.git = git

    def inside(self, folder: str, names: Collection[str]) -> "Rules":
        """Return the rules for what is in a folder of which these are the ones above it."""
        if not IGNORE_FILES & set(names) and _REPOSITORY not in names:
            return self
        own, git = self.own, self.git
        begin = len(folder.rstrip(os.sep)) + 1
        patterns: list[str] = []
        if _REPOSITORY in names:  # rules of a repository end where another one begins
            git = ()
            patterns = self._lines(Path(folder, _REPOSITORY, "info", "exclude"))
        if GIT in names:
            patterns += self._lines(Path(folder, GIT))
        if spec := self._spec(Path(folder, GIT), patterns):
            git = ((begin, spec), *git)
        if OWN in names and (spec := self._spec(Path(folder, OWN), self._lines(Path(folder, OWN)))):
            own = ((begin, spec), *own)
        return Rules(self._report, own, git)

    def leaves_out(self, path: str, *, folder: bool) -> bool:
        """Return whether something in the folder is left out."""
        for specs in (self.own, self.git):
            for begin, spec in specs:
                name = path[begin:].replace(os.sep, "/")
                verdict = spec.check_file(f"{name}/" if folder else name).include
                if verdict is not None:
                    return verdict
        return False

    def _lines(self, path: Path) -> list[str]:
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for
                return []
            if status.st_size > _MOST_BYTES:
                self._report(
                    str(path), f"It has more than {_MOST_BYTES:,} bytes, and isn't followed."
                )
                return []
            return path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            self._report(str(path), f"It can't be read, so it isn't followed: {error.strerror}.")
            return []

    def _spec(self, path: Path, lines: list[str]) -> "GitIgnoreSpec | None":
        from pathspec import GitIgnoreSpec
        from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

        patterns: list[GitIgnoreSpecPattern] = []
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            if len(patterns) == _MOST_PATTERNS:
                self._report(str(path), f"Only its first {_MOST_PATTERNS:,} patterns are followed.")
                break
            if _is_costly(line):
                self._report(
                    str(path), f"The pattern {line[:50]!r} has too many stars, and isn't followed."
                )
                continue
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", FutureWarning)  # of `[[:space:]]`
                    patterns.append(GitIgnoreSpecPattern(line))
            except (ValueError, re.error):  # Git passes such lines over as well
                continue
        return GitIgnoreSpec(patterns) if patterns else None


def rules_above(folder: str, report: Callable[[str, str], None]) -> Rules:
    """Return the rules for a folder that was named, from the folders that it lies in.

    `.gitignore` counts up to the root of the repository that the folder is in, if it is in one. A
    folder that they leave out was named all the same, and they say nothing of what is in it.
    """
    nothing = rules = Rules(report)
    above = list(Path(folder).parents)
    top = next((path for path in (Path(folder), *above) if (path / _REPOSITORY).exists()), None)
    for path in reversed(above):
        names = {OWN} if (path / OWN).is_file() else set()
        if top and path.is_relative_to(top):
            names |= {name for name in (GIT, _REPOSITORY) if (path / name).exists()}
        rules = rules.inside(str(path), names)
    return nothing if rules.leaves_out(folder, folder=True) else rules


def _is_costly(line: str) -> bool:
    """Return whether a pattern's stars might be shared out in too many ways."""
    parts = line.split("/")
    deep = sum(part == "**" for part in parts)
    stars = max(len(re.findall(r"\*+", part)) for part in parts)
    return deep > _MOST_STARS or stars > _MOST_STARS
