"""From files to scored sentences: knows nothing of questions, chat or answers."""

from index.arguments import check_several, listed, of_kind, path_of
from index.changing.check import Problem
from index.changing.outcomes import Cause, FileOutcome, Progress, Status, Synced
from index.changing.reading import read_file
from index.changing.sources import NamedFile, NamedText
from index.cores import usable_cores
from index.corpus import Corpus
from index.documents import (
    UNKNOWN_LANGUAGE,
    BlockKind,
    Box,
    Document,
    Hit,
    NamedCell,
    PagePicture,
    Sentence,
)
from index.drafts import DraftSentence, draft_of, read_draft
from index.encoding.encoder import BasicEncoder, Encoder, Precision, encodable
from index.encoding.minilm.model_files import minilm_folder, minilm_tokenizer
from index.encoding.onnx_model import open_onnx
from index.encoding.shipped import DEFAULT_MODEL, MINILM
from index.errors import (
    AmbiguousDocument,
    BadFilter,
    BadQuestionFile,
    BadSetting,
    CorpusClosed,
    CorpusError,
    CorpusLocked,
    CorpusNotFound,
    CorpusReadOnly,
    EmptyQuestion,
    EngineMismatch,
    EngineUnavailable,
    ModelUnavailable,
    OriginalNotKept,
    RetrievalError,
    SnapshotOpen,
    UnknownDocument,
    UserError,
    WorkersUnavailable,
)
from index.filters import Filter, is_file_type
from index.limits import LIMITS, Limit
from index.loading.languages import language_of
from index.loading.loaders.dispatch import SUFFIXES, load
from index.pictures import page_picture
from index.printed_numbers import words_beside
from index.search.fusion import DENSE, HYBRID, LEXICAL, Weights
from index.search.open_engine import EngineName
from index.snapshot import Snapshot
from index.store.copies import backup, restore
from index.store.document_names import document_names
from index.store.feedback import MOST_PASSAGES, Feedback, ShownPassage, Verdict
from index.store.sources import FollowedSource
from index.watching import watch
from index.written import Wording

__all__ = [
    "DEFAULT_MODEL",
    "DENSE",
    "HYBRID",
    "LEXICAL",
    "LIMITS",
    "MINILM",
    "MOST_PASSAGES",
    "SUFFIXES",
    "UNKNOWN_LANGUAGE",
    "AmbiguousDocument",
    "BadFilter",
    "BadQuestionFile",
    "BadSetting",
    "BasicEncoder",
    "BlockKind",
    "Box",
    "Cause",
    "Corpus",
    "CorpusClosed",
    "CorpusError",
    "CorpusLocked",
    "CorpusNotFound",
    "CorpusReadOnly",
    "Document",
    "DraftSentence",
    "EmptyQuestion",
    "Encoder",
    "EngineMismatch",
    "EngineName",
    "EngineUnavailable",
    "Feedback",
    "FileOutcome",
    "Filter",
    "FollowedSource",
    "Hit",
    "Limit",
    "ModelUnavailable",
    "NamedCell",
    "NamedFile",
    "NamedText",
    "OriginalNotKept",
    "PagePicture",
    "Precision",
    "Problem",
    "Progress",
    "RetrievalError",
    "Sentence",
    "ShownPassage",
    "Snapshot",
    "SnapshotOpen",
    "Status",
    "Synced",
    "UnknownDocument",
    "UserError",
    "Verdict",
    "Weights",
    "Wording",
    "WorkersUnavailable",
    "backup",
    "check_several",
    "document_names",
    "draft_of",
    "encodable",
    "is_file_type",
    "language_of",
    "listed",
    "load",
    "minilm_folder",
    "minilm_tokenizer",
    "of_kind",
    "open_onnx",
    "page_picture",
    "path_of",
    "read_draft",
    "read_file",
    "restore",
    "usable_cores",
    "watch",
    "words_beside",
]


def __dir__() -> list[str]:
    return list(__all__)
