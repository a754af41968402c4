"""Completing the names of documents in a shell: `verbatim ask "..." -d <Tab>`.

What is completed is typed into the person's shell, and names of documents come from anywhere. The
scripts that a shell runs for it (typer's) put names between quotation marks of their own, or as
they are. So only names of characters that mean nothing to any shell are offered; documents of
other names are offered by their id.
"""

import os
import re
from itertools import chain, islice
from pathlib import Path

import typer

from index import document_names
from qa import Settings, names_of

_MOST = 100  # names: more than a screen of them helps nobody
# Letters, digits and some signs; no quotation mark, dollar, backslash, backtick, bracket or star
_HARMLESS = re.compile(r"[\w.,+@%=/-][\w .,+@%=/-]*")
_OTHER = re.compile(r"[^\w .,+@%=/-]+")


def complete_document(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the documents whose name or title begins as what was typed, each with its title."""
    try:
        offered = (
            _matching(document_names(folder), incomplete, before)
            for before, folder in _corpora(context).items()
        )
        return list(islice(chain.from_iterable(offered), _MOST))
    except Exception:  # noqa: BLE001 - a message would stand in the middle of what is typed
        return []


class _Offered(str):
    """What typer offers though it doesn't begin as what was typed: an id, or a quoted name."""

    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        return True


def _corpora(context: typer.Context) -> dict[str, Path]:
    """Return the corpora by what stands before their documents: of several the name of each."""
    given = context.params.get("corpus")
    named = given if isinstance(given, list | tuple) else [given]
    folders = [Path(each).expanduser() for each in named if each]
    if len(folders) > 1:
        return dict(zip((f"{name}/" for name in names_of(folders)), folders, strict=True))
    return {"": folders[0] if folders else Settings.from_environment().corpus}


def _matching(
    documents: list[tuple[int, str, str]], incomplete: str, before: str
) -> list[tuple[str, str]]:
    if before and not _HARMLESS.fullmatch(before):
        return []
    typed = incomplete.casefold()
    names = [name for _, name, _ in documents]
    offered: list[tuple[str, str]] = []
    for number, name, title in documents:
        texts = (name, title, f"id:{number}", f"{before}{name}", f"{before}id:{number}")
        if not any(text.casefold().startswith(typed) for text in texts):
            continue
        unique = names.count(name) == 1 if len(documents) <= _MOST else True
        by_id = typed.removeprefix(before.casefold()).startswith("id:")
        by_name = unique and _HARMLESS.fullmatch(name) and not by_id
        value = _for_shell(f"{before}{name}" if by_name else f"{before}id:{number}")
        offered.append((_Offered(value), _OTHER.sub(" ", title).strip()))
        if len(offered) == _MOST:
            break
    return offered


def _for_shell(name: str) -> str:
    """Return a name as it is typed; zsh and fish put a space between quotation marks themselves."""
    shell = next((value for key, value in os.environ.items() if key.endswith("_COMPLETE")), "")
    if shell.endswith("bash"):
        return name.replace(" ", "\\ ")
    if shell.endswith(("powershell", "pwsh")) and " " in name:
        return f"'{name}'"
    return name
