"""Source code and settings, as they are in the folders of people."""

import pytest

from tests.growth import TIMES, grows_with_its_size
from tests.index.loaders.shown import kinds, under

PYTHON = '''"""Tides.

When the water comes.
"""

import math


class Tide:
    """One tide."""

    def height(
        self, hour: int
    ) -> float:
        # The moon decides.
        # So does the wind.
        return math.sin(hour)
'''


def test_code_is_kept_as_it_is_and_comments_are_notes(read):
    loaded = read("tide.py", PYTHON)
    assert loaded.text == PYTHON.rstrip()
    assert (loaded.format, loaded.title) == ("code", "tide.py")
    says = [(b.kind, loaded.text[b.start : b.end]) for b in loaded.blocks]
    assert says == [
        ("note", '"""Tides.\n\nWhen the water comes.\n"""'),
        ("code", "import math"),
        ("code", "class Tide:"),
        ("note", '"""One tide."""'),
        ("code", "def height(\n        self, hour: int\n    ) -> float:"),
        ("note", "# The moon decides.\n        # So does the wind."),
        ("code", "return math.sin(hour)"),
    ]
    assert under(loaded, 6) == "class Tide: › def height( self, hour: int ) -> float:"


@pytest.mark.parametrize(
    ("name", "source", "above"),
    [
        ("a.yaml", "server:\n  web:\n    port: 8080\n", "server: › web:"),
        ("a.js", "function f() {\n  let x = 1;\n  return x;\n}\n", "function f() {"),
        ("a.c", "int f(int x)\n{\n  return x;\n}\n", "int f(int x)"),
        ("a.xml", "<a>\n  <b>\n    text\n  </b>\n</a>\n", "<a> › <b>"),
    ],
)
def test_a_line_stands_under_those_that_it_is_indented_below(name, source, above, read):
    loaded = read(name, source)
    deepest = max(loaded.blocks, key=lambda b: len(under(loaded, loaded.blocks.index(b))))
    assert under(loaded, loaded.blocks.index(deepest)) == above
    assert loaded.text == source.rstrip()


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.c", "/* The moon\n * decides.\n */\nint x;\n"),
        ("a.rs", "/// The moon\n/// decides.\nfn x() {}\n"),
        ("a.sql", "-- The moon\n-- decides.\nSELECT 1;\n"),
        ("a.xml", "<!-- The moon\n decides. -->\n<a/>\n"),
        ("a.sh", "# The moon\n# decides.\nls\n"),
    ],
)
def test_a_comment_of_several_lines_is_one_note(name, source, read):
    loaded = read(name, source)
    assert kinds(loaded) == ["note", "code"]


def test_directives_of_c_are_code(read):
    assert kinds(read("a.h", "#include <a.h>\n#define B 1\n")) == ["code", "code"]


def test_settings_are_fields_under_their_section(read):
    loaded = read("app.ini", "[server]\nport = 8080\nhost = tide.example\n")
    assert kinds(loaded) == ["heading", "field", "field"]
    card = read("ane.vcf", "BEGIN:VCARD\nFN: Ane Holm\nTEL: 0123\nEND:VCARD\n")
    assert "Ane Holm" in card.text


@pytest.mark.parametrize(
    "make",
    [
        lambda n: '"""\n' * n,
        lambda n: "/*\n" * n,
        lambda n: "(" * n + "\n" + "(\n" * n,
        lambda n: "".join(" " * (i % 300) + "a\n" for i in range(n)),
        lambda n: "# a\n" * n,
        lambda n: "x" * n,
    ],
)
def test_hostile_code_is_read_in_a_time_like_its_size(make, read):
    size = 5_000
    made = {n: make(n) for n in (size, size // TIMES)}
    assert grows_with_its_size(lambda n: read("a.py", made[n]), size)
