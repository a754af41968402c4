"""From a question to the passages that answer it; knows nothing of web pages.

>>> from qa import retrieve
>>> retrieve("Which countries recognized Guaido?")[0].text  # doctest: +SKIP
"""

import qa.own_packages  # noqa: F401 - first: it says so where `index` is another's file
from index import Filter
from qa.answering import ask, ask_batch
from qa.answers import Answer, AnswerKind, Block, Excerpt, Passage, Place, ScoredSentence, Source
from qa.checking.checks import (
    CheckedSentence,
    CheckedText,
    CheckVerdict,
    Difference,
    check,
    check_file,
    checked_sentences,
    checked_text,
)
from qa.corpora import open_corpus
from qa.followups.rewriting import Exchange
from qa.limits import LIMITS
from qa.measuring.evaluation import JudgedQuestion, evaluate
from qa.measuring.feedback import feedback_on, feedback_questions
from qa.measuring.question_file import read_questions
from qa.measuring.report import Outcome, Report
from qa.merging import names_of
from qa.neighbourhood import Surroundings, surroundings
from qa.overviews import overview
from qa.retrieval import Mode, load_models, retrieve
from qa.settings import ReaderName, Settings
from qa.suggestions import suggest
from qa.verification import Proof, Verification, verify, verify_quotation

__all__ = [
    "LIMITS",
    "Answer",
    "AnswerKind",
    "Block",
    "CheckVerdict",
    "CheckedSentence",
    "CheckedText",
    "Difference",
    "Excerpt",
    "Exchange",
    "Filter",
    "JudgedQuestion",
    "Mode",
    "Outcome",
    "Passage",
    "Place",
    "Proof",
    "ReaderName",
    "Report",
    "ScoredSentence",
    "Settings",
    "Source",
    "Surroundings",
    "Verification",
    "ask",
    "ask_batch",
    "check",
    "check_file",
    "checked_sentences",
    "checked_text",
    "evaluate",
    "feedback_on",
    "feedback_questions",
    "load_models",
    "names_of",
    "open_corpus",
    "overview",
    "read_questions",
    "retrieve",
    "suggest",
    "surroundings",
    "verify",
    "verify_quotation",
]


def __dir__() -> list[str]:
    return list(__all__)
