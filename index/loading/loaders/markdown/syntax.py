"""What notes are written with beside CommonMark: footnotes, wiki links, formulas, comments."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_DEFINITION = re.compile(r"\[\^([^\s\[\]^]{1,100})\]:[ \t]*")
_REFERENCE = re.compile(r"\[\^([^\s\[\]^]{1,100})\](?!\()")
# Not a link whose text is in brackets: [[1]](http://...)
_WIKI_LINK = re.compile(r"(!?)\[\[([^\[\]\n]{1,300})\]\](?![(\[])")
# As in pandoc: no white space inside the marks, no digit behind them (from $5 to $10)
_FORMULA = re.compile(r"\$\$[^$]{1,2000}\$\$|\$(?![\s$])[^$\n]{0,500}[^\s$\\]\$(?!\d)")
_COMMENT = re.compile(r"%%(?!%)[^%]{0,5000}%%(?!%)")
# Marks that nest, more than anyone writes on a line: markdown-it drops what is nested too deeply
_NESTED = re.compile(r"^((?:[ \t]{0,3}(?:>|[-+*][ \t])){20})(?:[ \t]*(?:>|[-+*](?=[ \t])))+", re.M)
_BLOCK_DEPTH = 200  # levels; as many as Python's stack holds with room to spare
_INLINE_DEPTH = 20  # the preset's: more take minutes on a row of brackets
_MOST_FORMULA_LINES = 60  # without a bound, formulas that never end take quadratic time


def parse(source: str) -> list["Token"]:
    """Return the tokens of CommonMark with tables, strikethrough, and what notes are written with.

    Those beyond those of markdown-it: `footnote_open` and `footnote_close` (the label is in
    `meta`) around the blocks of a footnote, `footnote_ref`, `wiki_link` (its inside is `content`,
    `info` is `!` if it embeds), `formula` and `formula_block`. Comments (`%%`) are left out. Link
    targets are as they are written.
    """
    from markdown_it import MarkdownIt

    class Parser(MarkdownIt):
        def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
            return url

    options = {"maxNesting": _BLOCK_DEPTH}
    made = Parser("commonmark", options).enable(["table", "strikethrough"])
    made.core.ruler.before("inline", "inline_depth", _less_deep)
    interrupted = ["paragraph", "reference", "blockquote", "list"]
    made.block.ruler.before("reference", "footnote", _footnote, {"alt": interrupted})
    made.block.ruler.before("fence", "formula", _formula_block, {"alt": []})
    made.inline.ruler.before("escape", "formula", _formula)
    made.inline.ruler.before("escape", "comment", _comment)
    made.inline.ruler.before("link", "footnote_ref", _footnote_reference)
    made.inline.ruler.before("link", "wiki_link", _wiki_link)
    return made.parse(_NESTED.sub(r"\1", source))


def _less_deep(state: "StateCore") -> None:
    state.md.options["maxNesting"] = _INLINE_DEPTH


def _footnote(state: "StateBlock", start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    start = state.bMarks[start_line] + state.tShift[start_line]
    match = _DEFINITION.match(state.src, start, state.eMarks[start_line])
    if not match:
        return False
    if silent:
        return True
    state.env.setdefault("footnotes", set()).add(match[1])
    token = state.push("footnote_open", "", 1)
    token.meta = {"label": match[1]}
    kept = (
        state.bMarks[start_line],
        state.tShift[start_line],
        state.sCount[start_line],
        state.blkIndent,
        state.parentType,
    )
    # Further paragraphs are indented, as in an item of a list
    state.bMarks[start_line] = match.end()
    state.tShift[start_line] = 0
    state.blkIndent += 4
    state.sCount[start_line] = state.blkIndent
    state.parentType = "footnote"
    state.md.block.tokenize(state, start_line, end_line)
    (
        state.bMarks[start_line],
        state.tShift[start_line],
        state.sCount[start_line],
        state.blkIndent,
        state.parentType,
    ) = kept
    state.push("footnote_close", "", -1)
    return True


def _formula_block(state: "StateBlock", start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    start = state.bMarks[start_line] + state.tShift[start_line]
    first = state.src[start : state.eMarks[start_line]]
    if not first.startswith("$$") or "$$" in first[2:]:
        return False
    for line in range(start_line + 1, min(end_line, start_line + _MOST_FORMULA_LINES)):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return False
        if state.src[state.bMarks[line] : state.eMarks[line]].rstrip().endswith("$$"):
            if not silent:
                token = state.push("formula_block", "", 0)
                token.content = state.getLines(start_line, line + 1, state.blkIndent, False)
                state.line = line + 1
            return True
    return False


def _footnote_reference(state: "StateInline", silent: bool) -> bool:
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if not match or match[1] not in state.env.get("footnotes", ()):
        return False
    return _take(state, match, silent, "footnote_ref", match[1])


def _wiki_link(state: "StateInline", silent: bool) -> bool:
    match = _WIKI_LINK.match(state.src, state.pos, state.posMax)
    return match is not None and _take(state, match, silent, "wiki_link", match[2], match[1])


def _formula(state: "StateInline", silent: bool) -> bool:
    match = _FORMULA.match(state.src, state.pos, state.posMax)
    return match is not None and _take(state, match, silent, "formula", match[0])


def _comment(state: "StateInline", silent: bool) -> bool:
    match = _COMMENT.match(state.src, state.pos, state.posMax)
    return match is not None and _take(state, match, silent, "comment", match[0])


def _take(
    state: "StateInline",
    match: re.Match[str],
    silent: bool,
    kind: str,
    content: str,
    info: str = "",
) -> bool:
    if not silent:
        token = state.push(kind, "", 0)
        token.content, token.info = content, info
    state.pos = match.end()
    return True
