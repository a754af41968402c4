"""The texts that the page shows, as they stand in its scripts, templates and modules.

`python -m tests.texts` prints those that a catalogue in `ui/translation` lacks, as its entries.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ui.translation.catalogue import LANGUAGES, plural_of, words_of

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted((ROOT / "ui" / "page").glob("*.js"))
# But for what the command line writes
TEMPLATES = sorted(
    path for path in (ROOT / "ui").rglob("*.html") if path.parent != ROOT / "ui" / "cli"
)
MODULES = sorted((ROOT / "ui").rglob("*.py"))
# What is raised here can reach a person at the page
RAISING = sorted(
    path
    for folder in ("index/loading", "index/changing", "ui/rest", "ui/protection", "ui/page")
    for path in (ROOT / folder).rglob("*.py")
)
RAISING += [ROOT / name for name in ("index/filters.py", "index/pictures.py", "qa/grammar.py")]
LITERAL = r'"(?:[^"\\\n]|\\.)*"'
_CALLED = {"text": 1, "mark": 1, "count": 2}  # arguments that are texts


def in_script(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the texts of a script of the page, each with its plural, which may be empty."""
    source = path.read_text(encoding="utf-8")
    for one in re.findall(rf"\b(?:t|N_)\(({LITERAL})", source):
        yield json.loads(one), ""
    for one, several in re.findall(rf"\btn\(({LITERAL}),\s*({LITERAL})", source):
        yield json.loads(one), json.loads(several)


def in_template(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the texts of a template."""
    source = path.read_text(encoding="utf-8")
    for text in re.findall(r'\{\{ "([^"]*)" \}\}|words\.text\("([^"]*)"', source):
        yield "".join(text), ""


def in_module(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the texts of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        texts = [
            argument.value
            for argument in node.args[: _CALLED.get(name, 0)]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if texts and len(texts) == _CALLED[name] and texts[0]:
            yield texts[0], texts[1] if len(texts) > 1 else ""


def texts() -> dict[str, str]:
    """Return all texts of the page, with their plurals where they have one."""
    found: dict[str, str] = {}
    for read, paths in ((in_script, SCRIPTS), (in_template, TEMPLATES), (in_module, MODULES)):
        for path in paths:
            found |= dict(read(path))
    return found


def raised(path: Path) -> Iterator[str]:
    """Yield the messages of the errors that a module raises, `{}` where something is filled in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        call = node.exc if isinstance(node, ast.Raise) else None
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        if call.func.id in {"TypeError", "ValueError", "KeyError", "OSError", "RuntimeError"}:
            continue
        for argument in call.args:
            if message := _message(argument):
                yield message


def _message(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    return ""


def missing(language: str) -> str:
    """Return what a language's catalogue lacks, as entries to be filled in."""
    plurals, words, lines = plural_of(language), words_of(language), []
    for text, several in texts().items():
        if text in words.messages and plurals.get(text, "") == several:
            continue
        lines.append(f"msgid {json.dumps(text, ensure_ascii=False)}")
        if several:
            lines.append(f"msgid_plural {json.dumps(several, ensure_ascii=False)}")
        lines += ['msgstr[0] ""', 'msgstr[1] ""', ""] if several else ['msgstr ""', ""]
    return "\n".join(lines)


def literals(script: str) -> Iterator[tuple[int, str]]:
    """Yield what stands in quotation marks of any kind in a script, with its place."""
    at = 0
    while at < len(script):
        at, found = _token(script, at)
        yield from found


_COMMENT = re.compile(r"//[^\n]*|/\*[\s\S]*?\*/")
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_QUOTED = re.compile(rf"{LITERAL}|'(?:[^'\\\n]|\\.)*'")


def _token(script: str, at: int) -> tuple[int, list[tuple[int, str]]]:
    if match := _COMMENT.match(script, at):
        return match.end(), []
    if match := _QUOTED.match(script, at):
        return match.end(), [(at, match[0][1:-1])]
    if script[at] == "`":
        return _template(script, at)
    if script[at] == "/" and script[:at].rstrip()[-1:] in "(,=:[!&|?{};>":
        match = _REGEX.match(script, at)
        return (match.end() if match else at + 1), []
    return at + 1, []


def _template(script: str, start: int) -> tuple[int, list[tuple[int, str]]]:
    found, piece, at = [], "", start + 1
    while script[at] != "`":
        if script.startswith("${", at):
            found.append((start, piece))
            piece, at, depth = "", at + 2, 1
            while depth:
                depth += {"{": 1, "}": -1}.get(script[at], 0)
                at, inside = _token(script, at)
                found += inside
        else:
            step = 2 if script[at] == "\\" else 1
            piece += script[at : at + step]
            at += step
    return at + 1, [*found, (start, piece)]


if __name__ == "__main__":
    for language in set(LANGUAGES) - {"en"}:
        sys.stdout.write(f"# {language}\n{missing(language)}\n")
