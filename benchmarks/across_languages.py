"""Questions on a corpus of several languages: P@1 for each pair of question and text.

    python -m benchmarks.across_languages --data xquad-en.json.gz xquad-es.json.gz xquad-de.json.gz
        [--ask en es] [--limit N] [--reader shipped]

The files are those of XQuAD: the same articles and questions, translated. Each article is taken in
one of the languages, in turn, and each question asked in those of --ask. With a reader it is also
counted how often the first sentence is shown as an answer; and how often anything is, with the
document left out that has the answer.
"""

import argparse
import re
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks import squad
from index import Corpus, NamedText
from qa import ReaderName, ask

_LANGUAGE = re.compile(r"xquad[-.](?P<code>[a-z]{2})\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in one language about an article in another.

    Attributes:
        text: The question.
        told: The same in the article's language, with the places of its answers.
        asked_in: Code of the question's language.
        told_in: Code of the article's.
    """

    text: str
    told: squad.Question
    asked_in: str
    told_in: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the right sentence came first, was shown as an answer, and what was without it."""

    first: bool
    answered: bool
    answered_without: bool


def main() -> None:
    """Ask, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="files of XQuAD")
    parser.add_argument("--ask", nargs="+", help="languages of the questions; by default all")
    parser.add_argument("--limit", type=int, help="questions in each language")
    parser.add_argument("--reader", choices=("none", "shipped"), default="none")
    options = parser.parse_args()
    files = {_code(path): squad.read(path) for path in options.data}
    texts, told_in = articles({code: articles for code, (articles, _) in files.items()})
    questions = {code: questions for code, (_, questions) in files.items()}
    outcomes: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    with (
        tempfile.TemporaryDirectory() as folder,
        Corpus(Path(folder), create=True) as corpus,
    ):
        corpus.add_texts(texts)
        asked = list(pairs(questions, told_in, options.ask or list(files), options.limit))
        for each in track(asked, "Asking", console=Console(stderr=True)):
            outcomes[each.asked_in, each.told_in].append(_outcome(corpus, each, options.reader))
    table = Table("question", "text", "questions", "P@1", "answered right", "answered without it")
    for (asked_in, text_in), some in sorted(outcomes.items()):
        shares = (
            [one.first for one in some],
            [one.first and one.answered for one in some],
            [one.answered_without for one in some],
        )
        shown = shares if options.reader == "shipped" else shares[:1]
        table.add_row(
            asked_in, text_in, f"{len(some)}", *(f"{sum(each) / len(each):.3f}" for each in shown)
        )
    Console(width=100).print(table)


def articles(
    files: Mapping[str, Sequence[squad.Article]],
) -> tuple[list[NamedText], dict[str, str]]:
    """Return each article in one of the languages, in turn, and the language of each by title."""
    codes = list(files)
    texts: list[NamedText] = []
    told_in: dict[str, str] = {}
    for number, versions in enumerate(zip(*files.values(), strict=True)):
        code = codes[number % len(codes)]
        article = versions[codes.index(code)]
        texts.append(NamedText(article.title, article.text, article.title))
        told_in[versions[0].title] = code
    return texts, told_in


def pairs(
    questions: Mapping[str, Sequence[squad.Question]],
    told_in: dict[str, str],
    asked_in: Sequence[str],
    limit: int | None,
) -> list[Asked]:
    """Return each question in some languages, with itself in the language of its article."""
    count = min(map(len, questions.values()))
    step = max(1, count // limit) if limit else 1
    return [
        Asked(questions[code][place].text, questions[language][place], code, language)
        for code in asked_in
        for place in range(0, count, step)
        if (language := told_in[next(iter(questions.values()))[place].article])
    ]


def _outcome(corpus: Corpus, asked: Asked, reader: ReaderName) -> Outcome:
    answer = ask(asked.text, corpus=corpus, k=1, reader=reader)
    first = bool(answer.passages) and asked.told.is_answer(
        answer.passages[0], answer.passages[0].best
    )
    if reader == "none":
        return Outcome(first, answer.answered, answered_without=False)
    others = [one.id for one in corpus.documents() if one.name != asked.told.article]
    without = ask(asked.text, corpus=corpus, k=1, reader=reader, documents=others)
    return Outcome(first, answer.answered, without.answered)


def _code(path: Path) -> str:
    match = _LANGUAGE.search(path.name)
    if not match:
        raise SystemExit(f"{path.name} is not named as files of XQuAD are: xquad.en.json")
    return match["code"]


if __name__ == "__main__":
    main()
