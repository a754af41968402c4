"""Measure how well the main text of web pages is told from what stands around it.

    python -m benchmarks.extraction --data FOLDER [--pages] [--json]

FOLDER is `test/test-pages` of github.com/mozilla/readability: a folder for each page, with the page
as it was saved (`source.html`) and what a reader mode is to show of it (`expected.html`). Words are
counted, those in the text of pictures too: precision is the share of our words that are expected,
recall the share of the expected words that are ours. The headline, which readability keeps apart
from the text, counts as expected. Pages are averaged, so that a long one counts no more than a
short one.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median

from index.loading.loaders.html.loader import load_html

_BREAKS = re.compile(
    r"<(?=/?(?:address|article|aside|blockquote|br|center|d[dlt]|details|div|fig\w+|"
    r"footer|form|h[1-6r]|header|img|li|main|nav|ol|p|pre|section|summary|table|"
    r"t[dhr]|tbody|thead|ul)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Page:
    """How a page was read.

    Attributes:
        name: Its folder.
        precision: Share of the words read that are expected.
        recall: Share of the expected words that are read.
        words: How many words are expected.
        seconds: How long reading it took.
    """

    name: str
    precision: float
    recall: float
    words: int
    seconds: float


def read_pages(folder: Path) -> Iterator[Page]:
    """Read each page of readability's tests, and compare."""
    for source in sorted(folder.glob("*/source.html")):
        data = source.read_bytes()
        expected = _expected(source.parent)
        begin = time.process_time()
        loaded = load_html(data, source.parent.name)
        seconds = time.process_time() - begin
        ours = _words(loaded.text)
        # Neither gained nor lost by being read once or twice
        headline = _words(_headline(source.parent))
        common = (ours & (expected + headline)).total()
        yield Page(
            source.parent.name,
            common / max(1, ours.total()),
            (ours & expected).total() / max(1, expected.total()),
            expected.total(),
            seconds,
        )


def _expected(folder: Path) -> Counter[str]:
    from selectolax.lexbor import LexborHTMLParser

    markup = (folder / "expected.html").read_text(encoding="utf-8")
    tree = LexborHTMLParser(_BREAKS.sub(" <", markup))
    for node in tree.css("script, style, noscript, svg, iframe, object, video, audio"):
        node.decompose()
    pictures = " ".join(node.attributes.get("alt") or "" for node in tree.css("img"))
    return _words(f"{tree.text()} {pictures}")


def _headline(folder: Path) -> str:
    metadata = folder / "expected-metadata.json"
    if not metadata.exists():
        return ""
    return str(json.loads(metadata.read_text(encoding="utf-8")).get("title") or "")


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.replace("\xad", "").casefold()))


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="readability's test/test-pages")
    parser.add_argument("--pages", action="store_true", help="also each page, the worst first")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    pages = list(read_pages(options.data))
    if not pages:
        print(f"No page in {options.data}: give the folder test/test-pages.", file=sys.stderr)
        return 1
    pages.sort(key=lambda page: page.precision + page.recall)
    if options.json:
        print(json.dumps([asdict(page) for page in pages], indent=2))
        return 0
    for page in pages if options.pages else ():
        print(f"{page.precision:.3f} {page.recall:.3f} {page.words:7,} {page.name}")
    precision, recall = mean(page.precision for page in pages), mean(page.recall for page in pages)
    milliseconds = 1_000 * median(page.seconds for page in pages)
    print(f"{len(pages)} pages: precision {precision:.3f}, recall {recall:.3f}")
    print(f"median {milliseconds:.0f} ms a page")
    return 0


if __name__ == "__main__":
    sys.exit(main())
