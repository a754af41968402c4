"""Measure whether the words of files are read: none lost, none made up.

    python -m benchmarks.words --data FOLDER [--files] [--json]

Every file below FOLDER is read and its words counted. Beside `sources` with a folder `groundtruth`
they are compared with those of `groundtruth/NAME.md`, as docling writes it (its `tests/data`), and
PDFs elsewhere with what PDFium says stands on their pages, which is all that can be selected there:
recall is the share of those words that are ours, precision the share of ours that are among them.
docling writes some words that nobody sees in the file, which aren't expected: targets of links of
web pages and Word documents, a merged cell once more for each row and column that it spans, `x` in
a box that is ticked, and commands of TeX. It leaves out others that are to be read and count
against precision here: comments, headers and footers of pages, descriptions of pictures.
Files are averaged, so that a long one counts no more than a short one. A word that is broken at the
end of a line counts once whole and once in its parts, whichever does better.
"""

import argparse
import html
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean

from index.errors import UserError
from index.loading.process import parse_file

_READ = {".pdf", ".html", ".docx", ".md", ".csv", ".txt"}
_NO_WORDS = re.compile(
    r"<!--.*?-->|!\[[^\]]*\]\([^)]*\)|</?[a-z][^>\n]{0,200}>|^\s*- \[x\]", re.S | re.M
)
_TARGET = re.compile(r"(?<=\])\((?:[^()\s]|\([^()\s]*\))*(?:\s\"[^\"]*\")?\)")
_FORMULA = re.compile(r"\$\$?[^$\n]+\$")
_COMMAND = re.compile(r"\\[a-zA-Z]+")
# PDFium writes U+0002 for a hyphen at the end of a line, often without the line's end
_BROKEN = re.compile(r"(?<=\w)(?:[-\u2010\xad][ \t]*\r?\n\s*|[\x02\ufffe]\s*)(?=\w)")


@dataclass(frozen=True, slots=True)
class Judged:
    """How a file was read.

    Attributes:
        name: Its name.
        recall: Share of the expected words that were read; of a file that isn't read 0.
        precision: Share of the words read that are expected.
        words: How many are expected.
        seconds: How long reading took, without splitting into sentences.
        left_out: What is said to be left out; of a file that isn't read the reason.
    """

    name: str
    recall: float
    precision: float
    words: int
    seconds: float
    left_out: str


def read_files(folder: Path) -> Iterator[Judged]:
    """Read each file that can be compared, and compare."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in _READ or not path.is_file():
            continue
        expected = _expected(path)
        if expected is None or not any(words.total() for words in expected):
            continue
        begin = time.monotonic()
        try:
            loaded = parse_file(path).file
        except UserError as error:
            text, left_out = "", str(error)
        else:
            text, left_out = loaded.text, "; ".join(loaded.left_out)
        seconds = time.monotonic() - begin
        ours = _words(text)
        common = max((ours & words).total() for words in expected)
        yield Judged(
            path.name,
            max((ours & words).total() / max(1, words.total()) for words in expected),
            common / max(1, ours.total()),
            expected[0].total(),
            seconds,
            left_out,
        )


def _expected(path: Path) -> list[Counter[str]] | None:
    if path.parent.name == "sources":
        for name in (f"{path.name}.md", f"{path.stem}.md"):
            truth = path.parent.parent / "groundtruth" / name
            if truth.is_file():
                return [_of_docling(truth, path.suffix.lower())]
        return None
    if path.suffix.lower() == ".pdf" and path.parent.name != "groundtruth":
        text = _of_pdfium(path)
        return None if text is None else [_words(_BROKEN.sub("", text)), _words(text)]
    return None


def _of_docling(truth: Path, suffix: str) -> Counter[str]:
    """Return the words that docling's Markdown has of a file, each as often as it is seen there."""
    text = _NO_WORDS.sub(" ", html.unescape(truth.read_text("utf-8")))
    if suffix != ".md":
        text = _TARGET.sub("", text)
        text = _FORMULA.sub(lambda formula: _COMMAND.sub(" ", formula[0]), text)
    words = _words(text)
    tables = truth.with_suffix(".json")
    loaded = json.loads(tables.read_text("utf-8")) if tables.is_file() else {}
    for table in loaded.get("tables", ()):
        for cell in table["data"]["table_cells"]:
            rows = cell["end_row_offset_idx"] - cell["start_row_offset_idx"]
            columns = cell["end_col_offset_idx"] - cell["start_col_offset_idx"]
            for word, count in _words(_TARGET.sub("", cell["text"])).items():
                words[word] -= count * (rows * columns - 1)
    return +words  # a table that docling writes in another form may have had fewer


def _of_pdfium(path: Path) -> str | None:
    """Return all text of a PDF; None if PDFium can't read it."""
    from pypdfium2 import PdfDocument, PdfiumError

    pages = []
    try:
        with closing(PdfDocument(path)) as document:
            for page in document:
                with closing(page), closing(page.get_textpage()) as text:
                    pages.append(text.get_text_bounded())
    except PdfiumError:
        return None
    return "\n".join(pages)


def _words(text: str) -> Counter[str]:
    text = text.replace("\xad", "").replace("\ufb01", "fi").replace("\ufb02", "fl").casefold()
    return Counter(re.findall(r"[^\W_]+", text))


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="a folder of files")
    parser.add_argument("--files", action="store_true", help="also each file, the worst first")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    judged = sorted(read_files(options.data), key=lambda file: file.recall + file.precision)
    if not judged:
        print(f"No file to compare in {options.data}.", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps([asdict(file) for file in judged], indent=2))
        return 0
    for file in judged if options.files else ():
        left_out = f"  ({file.left_out[:100]})" if file.left_out else ""
        print(f"{file.recall:.3f} {file.precision:.3f} {file.words:7,} {file.name}{left_out}")
    for kind in sorted({Path(file.name).suffix.lower() for file in judged}):
        of_kind = [file for file in judged if file.name.lower().endswith(kind)]
        _print(f"{len(of_kind)} {kind[1:]}", of_kind)
    _print(f"{len(judged)} in all", judged)
    return 0


def _print(what: str, files: list[Judged]) -> None:
    recall, precision = mean(f.recall for f in files), mean(f.precision for f in files)
    print(f"{what}: recall {recall:.3f}, precision {precision:.3f}")


if __name__ == "__main__":
    sys.exit(main())
