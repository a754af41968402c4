"""reStructuredText, also with what Sphinx adds to it."""

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from index.documents import LoadedFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.html.loader import add_markup
from index.loading.loaders.left_out import named
from index.loading.loaders.text import clean, decode
from index.loading.loaders.titles import choose_title, real_title

if TYPE_CHECKING:
    from docutils import nodes

_DIRECTIVE = re.compile(r"^[ \t]*\.\. ([A-Za-z][\w:.+-]{0,60})::", re.M)
_ROLE = re.compile(r":([A-Za-z][\w:.+-]{0,60}):`")
_COMMENT = re.compile(r"^\.\.[ \t]+(?![\[_|])(?![^\n]*::)\S", re.M)
# A title or a label that is a paragraph of its own there, and stands before the text
_ADMONITION = re.compile(r'<p class="admonition-title">([^<>]{1,100})</p>\s*<p>')
_LABEL = re.compile(r'<span class="label">((?:(?!<p>).){1,300}?)</span>\s*<p>', re.S)
_CODE = frozenset({"code-block", "sourcecode", "highlight", "prompt", "doctest", "testcode"})
# They name other files, or places in this one
_NOTHING = frozenset(
    {"toctree", "index", "contents", "highlightlang", "default-domain", "autosummary"}
)
# docutils takes quadratic time: it looks through all that follows for the end of each table
_BORDER = re.compile(r"^[ \t]*(?:=+(?: +=+)+|\+[-=+]{3,}\+)[ \t]*$", re.M)
_LARGEST, _MOST_BORDERS = 200_000, 400
_MOST_NAMES = 500  # of Sphinx or its extensions in a file
_SETTINGS: dict[str, Any] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": False,
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "syntax_highlight": "none",
    "smart_quotes": False,
    "math_output": "LaTeX",
    "section_self_link": False,
    "toc_backlinks": False,
    "footnote_backlinks": False,
    "line_length_limit": 1_000_000,
}


def load_rst(data: bytes, name: str) -> LoadedFile:
    """Return the text of a file in reStructuredText, as its reader sees it.

    What isn't of the language itself but of Sphinx is read as what stands in it. Other files are
    never included; comments and lists of other files are named as left out. What is very large is
    read as plain text.
    """
    from docutils.core import publish_parts

    source = clean(decode(data, name))
    if len(source) > _LARGEST or len(_BORDER.findall(source)) > _MOST_BORDERS:
        return LoadedFile(source, "", "rst")
    left_out = Counter({"comment": len(_COMMENT.findall(source))})
    left_out["table of contents"] = _know_names(source)
    parts = publish_parts(source, writer="html5", settings_overrides=_SETTINGS)
    builder = DocumentBuilder()
    body = _ADMONITION.sub(r"<p>\1: ", str(parts["html_body"]))
    left_out += add_markup(builder, _LABEL.sub(r"<p>\1 ", body))
    title = real_title(re.sub(r"<[^<>]*>", "", str(parts["title"])))
    return LoadedFile(
        builder.text,
        title or _first_heading(builder) or choose_title("", builder.text, name),
        "rst",
        blocks=builder.blocks,
        left_out=named(left_out),
    )


def _first_heading(builder: DocumentBuilder) -> str:
    first = next((block for block in builder.blocks if block.kind == "heading"), None)
    return real_title(builder.text[first.start : first.end]) if first else ""


def _know_names(source: str) -> int:
    """Let docutils know what only Sphinx knows; return how many tables of contents are left out."""
    from docutils.parsers.rst import directives, roles
    from docutils.parsers.rst.languages import en

    known = {*en.directives, *en.roles}  # to register one again changes nothing
    found = _DIRECTIVE.findall(source)
    for directive in list(dict.fromkeys(found))[:_MOST_NAMES]:
        if directive.lower() not in known or directive.lower() in _NOTHING:
            directives.register_directive(directive.lower(), _directive())
    for role in list(dict.fromkeys(_ROLE.findall(source)))[:_MOST_NAMES]:
        if role.lower() not in known:
            roles.register_local_role(role.lower(), _role)
    return sum(one.lower() in {"toctree", "contents"} for one in found)


def _role(
    _name: str, _raw: str, text: str, *_more: object, **_options: object
) -> "tuple[list[nodes.Node], list[nodes.system_message]]":
    """Return what a role of Sphinx shows: `title <target>` is the title."""
    from docutils import nodes, utils

    words = utils.unescape(text).lstrip("~!")
    return [nodes.inline(text, re.sub(r"\s*<[^<>]*>$", "", words))], []


@cache
def _directive() -> type:
    """Return what reads what Sphinx or an extension of it knows: its argument and its content."""
    from docutils import nodes
    from docutils.parsers.rst import Directive, directives

    class Anything(dict[str, Any]):
        """Options of any name."""

        def __missing__(self, _key: str) -> Any:  # noqa: ANN401 - of docutils
            return directives.unchanged

    def run(self: Any) -> "list[nodes.Node]":  # noqa: ANN401 - of docutils
        if self.name.lower() in _NOTHING:
            return []
        words = "\n".join(self.content)
        if self.name.lower() in _CODE:
            return [nodes.literal_block(words, words)] if words else []
        around = nodes.container()
        for argument in self.arguments:
            around += nodes.paragraph(argument, argument)
        self.state.nested_parse(self.content, self.content_offset, around)
        return [around]

    known = {"has_content": True, "optional_arguments": 1, "final_argument_whitespace": True}
    return type("OfSphinx", (Directive,), {**known, "option_spec": Anything(), "run": run})
