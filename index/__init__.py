"""From files to scored sentences: knows nothing of questions, chat or answers."""

from index.check import Problem
from index.corpus import Corpus
from index.documents import Document, Hit, Sentence
from index.encoder import DEFAULT_MODEL, Encoder, default_model_folder
from index.errors import (
    BadQuestionFile,
    BadSetting,
    CorpusError,
    CorpusNotFound,
    EmptyQuestion,
    ModelUnavailable,
    RetrievalError,
    UnknownDocument,
    UserError,
)
from index.fusion import DENSE, HYBRID, LEXICAL, Weights
from index.ingest import FileOutcome, NamedText, Progress, Status
from index.loaders import load
from index.search import Snapshot

__all__ = [
    "DEFAULT_MODEL",
    "DENSE",
    "HYBRID",
    "LEXICAL",
    "BadQuestionFile",
    "BadSetting",
    "Corpus",
    "CorpusError",
    "CorpusNotFound",
    "Document",
    "EmptyQuestion",
    "Encoder",
    "FileOutcome",
    "Hit",
    "ModelUnavailable",
    "NamedText",
    "Problem",
    "Progress",
    "RetrievalError",
    "Sentence",
    "Snapshot",
    "Status",
    "UnknownDocument",
    "UserError",
    "Weights",
    "default_model_folder",
    "load",
]
