"""Files, texts and questions of any content: an answer or an error that says what to do.

1,000 files by default, of all formats together; the long mode is VERBATIM_FUZZ_INPUTS=20000.
"""

import io
import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from index.errors import UserError
from index.loading.process import parse_file, parse_text
from qa.followups.rewriting import in_context
from tests.index.loaders.made import RTF, opendocument_bytes, pptx_bytes, xlsx_bytes
from tests.index.loaders.made_msg import msg_bytes
from tests.index.loaders.test_epub import chapter, epub
from tests.index.loaders.test_mail import mail
from tests.index.loaders.test_markup import ADOC, ORG, RST, TEX
from tests.index.loaders.test_xls import BUDGET, workbook

INPUTS = int(os.environ.get("VERBATIM_FUZZ_INPUTS", "1000"))
GOLDEN = Path(__file__).parents[1] / "golden" / "loaders"
SLOWEST = 1000  # times what a usual input takes: those are made of small ones
COARSE = 0.02  # seconds; what is shorter is no measure
STRANGE = [
    "\u202e", "\u2066", "\u0301" * 40, "\ufeff", "\u2028", "\x00", "\x1b[2J", "\ud800", "\xad",
    "...", "?!", "”", "(", "Dr. ", "e.g. ", "\r", "\t", "1.2.3.", "Ⅷ", "ﬁ", "中文。", "م", "$$",
    "<b>", "`", "%PDF-", "PK\x03\x04", "<!--", "]]>", "&#x0;", "```", "| --- |", "[x]: y",
    "\n\n", " " * 99, "\U0001f3f3\ufe0f\u200d\U0001f308",
]  # fmt: skip
WORDS = [
    "Who",
    "is",
    "he",
    "she",
    "it",
    "they",
    "the",
    "of",
    "Guaido?",
    "What",
    "about",
    "that",
    "one",
    "And",
    "When",
    "did",
    "How",
    "old",
]
TEXTS = {
    "json": b'[{"a": 1, "b": {"c": "x"}}, {"a": [1, {"d": null}], "b": "Its lamp burned oil."}]',
    "ipynb": b'{"cells": [{"cell_type": "markdown", "source": ["# A\\n", "b"]}, {"cell_type":'
    b'"code", "source": "x = 1", "outputs": [{"output_type": "stream", "text": "1"}]}]}',
    "vtt": b"WEBVTT\n\n00:01.000 --> 00:03.000\n<v Ane>We row.\n\n00:03.000 --> 00:05.000\nNow.\n",
    "md": b"# Title\n\nSome *text* with `code`.\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n",
    "eml": mail(
        "--B\n\nYes.\nOn 1.1.2020 Otto wrote:\n> Ten?\n--B\nContent-Type: text/html\n"
        "Content-Transfer-Encoding: base64\n\nPHA+VGVuPC9wPg==\n--B--\n",
        kind="multipart/mixed; boundary=B",
    ).encode(),
    "msg": msg_bytes({0x0037: "The gate", 0x1000: "Yes.", 0x1013: b"<p>Yes.</p>"}),
    "epub": epub(
        {
            "a.xhtml": chapter("<h1>The lighthouse</h1><p>It was built in 1820.<img src='a.png'/>"),
            "b.xhtml": chapter("<p>Its lamp burned oil.</p>"),
        }
    ),
    "rtf": RTF,
    "xls": workbook(("Budget", BUDGET)),
    "rst": RST.encode(),
    "org": ORG.encode(),
    "adoc": ADOC.encode(),
    "tex": TEX.encode(),
    "py": b'"""Tides."""\n\n\ndef tide(\n    hour,\n):\n    # The moon\n    return 1\n',
}


def slowest(work: Callable[[], object]) -> float:
    """Return the seconds that no input may take: many times those of a usual one, taken here."""
    work()
    begun = time.monotonic()
    work()
    return SLOWEST * max(time.monotonic() - begun, COARSE)


def rng_of(name: str) -> random.Random:
    return random.Random(name)  # noqa: S311 - no secret


def sample(kind: str) -> bytes:
    if kind == "docx":
        document = docx.Document()
        document.add_heading("The lighthouse")
        document.add_paragraph("It was built in 1820. Its lamp burned oil.")
        document.add_table(2, 2).cell(0, 0).text = "Lamp"
        stream = io.BytesIO()
        document.save(stream)
        return stream.getvalue()
    if kind in {"odt", "ods", "odp"}:
        return opendocument_bytes(kind)
    if kind in {"xlsx", "pptx"}:
        return xlsx_bytes() if kind == "xlsx" else pptx_bytes()
    if kind in TEXTS:
        return TEXTS[kind]
    return (GOLDEN / f"lighthouse.{kind}").read_bytes()


def mutated(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 5, 50])):
        place = rng.randrange(len(changed) + 1)
        length = rng.choice([1, 1, 4, 100, 5000])
        match rng.randrange(6):
            case 0:
                changed[place : place + 1] = bytes([rng.randrange(256)])
            case 1:
                del changed[place : place + length]
            case 2:
                changed[place:place] = changed[place : place + length]
            case 3:
                changed[place:place] = rng.choice(STRANGE).encode("utf-8", "surrogatepass")
            case 4:
                other = rng.randrange(len(changed) + 1)
                changed[place:place] = changed[other : other + length] * rng.choice([1, 2, 50])
            case _:
                changed[place : place + 4] = rng.randbytes(4)
        if not changed:
            changed = bytearray(b" ")
    return bytes(changed)


def strange_text(rng: random.Random) -> str:
    parts = (
        rng.choice([rng.choice(STRANGE), rng.choice(WORDS), chr(rng.randrange(0x110000)), ". "])
        for _ in range(rng.choice([1, 3, 10, 60, 400]))
    )
    return rng.choice(["", " "]).join(parts)


KINDS = ["txt", "html", "pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", *TEXTS]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_any_content_is_read_or_refused(tmp_path, kind):
    rng, whole = rng_of(kind), sample(kind)
    path = tmp_path / f"file.{kind}"
    path.write_bytes(whole)
    most = slowest(lambda: parse_file(path))
    for _ in range(INPUTS // len(KINDS)):
        path.write_bytes(mutated(whole, rng))
        begun = time.monotonic()
        refusal, parsed = "", None
        try:
            parsed = parse_file(path)
        except UserError as error:
            refusal = str(error)
        assert not re.search(r"took longer|crashed|\n", refusal), refusal
        assert str(tmp_path) not in refusal
        if parsed:
            text = parsed.file.text
            assert not set(text) & set(map(chr, [*range(9), *range(11, 32)]))
            ends = [0, *(span.end for span in parsed.spans)]
            starts = [*(span.start for span in parsed.spans), len(text)]
            for end, start in zip(ends, starts, strict=True):
                assert end <= start
                assert not text[end:start].strip()
        assert time.monotonic() - begun < most


def test_a_text_of_any_content_is_cut_into_sentences_that_lose_nothing():
    rng = rng_of("text")
    usual = "It was built in 1820. Its lamp burned oil."
    most = slowest(lambda: parse_text(usual, "A text", "a text"))
    for _ in range(INPUTS // 4):
        text = strange_text(rng)
        begun = time.monotonic()

        spans = parse_text(text, "A text", "a text").spans

        end = 0
        for span in spans:
            assert end <= span.start < span.end <= len(text)
            assert not text[end : span.start].strip()
            end = span.end
        assert not text[end:].strip()
        assert time.monotonic() - begun < most


def test_a_question_of_any_content_after_any_others_is_searched(corpus):
    rng = rng_of("question")
    corpus.add_text("Anna Berg grows apples. She is 35. Pears are green.", name="fruit")
    with corpus.snapshot() as state:
        most = slowest(
            lambda: state.search(in_context("How old is she?", ["Anna Berg?"]).text, limit=5)
        )
        for _ in range(INPUTS // 4):
            history = [strange_text(rng)[:500] for _ in range(rng.randrange(4))]
            question = strange_text(rng)[:10_000]
            begun = time.monotonic()

            query = in_context(question, history).text
            hits = state.search(query, limit=5)

            assert len(hits) <= 5
            assert time.monotonic() - begun < most
