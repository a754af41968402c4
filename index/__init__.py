"""From files to scored sentences: knows nothing of questions, chat or answers."""

from index.check import Problem
from index.copies import backup, restore
from index.cores import usable_cores
from index.corpus import Corpus
from index.default_model import DEFAULT_MODEL, default_model_folder, default_tokenizer
from index.documents import Document, Hit, Sentence
from index.encoder import Encoder, Precision, encodable
from index.engines.choice import EngineName
from index.errors import (
    BadQuestionFile,
    BadSetting,
    CorpusClosed,
    CorpusError,
    CorpusLocked,
    CorpusNotFound,
    EmptyQuestion,
    EngineMismatch,
    EngineUnavailable,
    ModelUnavailable,
    RetrievalError,
    UnknownDocument,
    UserError,
    WorkersUnavailable,
)
from index.feedback import MOST_PASSAGES, Feedback, ShownPassage, Verdict
from index.fusion import DENSE, HYBRID, LEXICAL, Weights
from index.ingest import FileOutcome, NamedFile, NamedText, Progress, Status
from index.loaders import load
from index.onnx_model import open_onnx
from index.search import Snapshot

__all__ = [
    "DEFAULT_MODEL",
    "DENSE",
    "HYBRID",
    "LEXICAL",
    "MOST_PASSAGES",
    "BadQuestionFile",
    "BadSetting",
    "Corpus",
    "CorpusClosed",
    "CorpusError",
    "CorpusLocked",
    "CorpusNotFound",
    "Document",
    "EmptyQuestion",
    "Encoder",
    "EngineMismatch",
    "EngineName",
    "EngineUnavailable",
    "Feedback",
    "FileOutcome",
    "Hit",
    "ModelUnavailable",
    "NamedFile",
    "NamedText",
    "Precision",
    "Problem",
    "Progress",
    "RetrievalError",
    "Sentence",
    "ShownPassage",
    "Snapshot",
    "Status",
    "UnknownDocument",
    "UserError",
    "Verdict",
    "Weights",
    "WorkersUnavailable",
    "backup",
    "default_model_folder",
    "default_tokenizer",
    "encodable",
    "load",
    "open_onnx",
    "restore",
    "usable_cores",
]
