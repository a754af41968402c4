"""Every error a caller can meet, classed by who has to act.

RetrievalError
  + UserError              shown as it is; the input has to change
  |   + EmptyQuestion      + PathNotFound     + UnsupportedFormat   + UnreadableFile
  |   + EmptyDocument      + FileTooLarge     + UnknownDocument     + AmbiguousDocument
  |   + BadQuestionFile    + BadSetting       + OriginalNotKept     + BadFilter
  + ModelUnavailable       the encoder can't be loaded; says the way out without a network
  + WorkersUnavailable     the Ray cluster can't be reached or can't do the work
  + CorpusError            the folder that holds the corpus needs attention
      + CorpusNotFound     + ModelMismatch    + CorpusLocked        + CorpusDamaged
      + SchemaTooNew       + CorpusClosed     + EngineMismatch    + EngineUnavailable
      + SnapshotOpen       + CorpusReadOnly

A message says what happened and what to do, and never holds a traceback.
"""


class RetrievalError(Exception):
    """Any failure that Verbatim foresees."""


class UserError(RetrievalError):
    """The input can't be used; the message says how to change it."""


class EmptyQuestion(UserError):
    """The question is empty, or has nothing but filters."""


class PathNotFound(UserError):
    """There is no file or folder of that name."""


class UnsupportedFormat(UserError):
    """The file is of a kind that no loader reads."""


class UnreadableFile(UserError):
    """The file is damaged, encrypted or may not be read."""


class EmptyDocument(UserError):
    """The file was read, but there is no text in it."""


class FileTooLarge(UserError):
    """The file is over the size limit."""


class UnknownDocument(UserError):
    """The corpus has no document of that number or name."""


class OriginalNotKept(UserError):
    """The corpus has the document's text, but not the file that it is from."""


class AmbiguousDocument(UserError):
    """Several documents are called that; the message lists them."""


class BadSetting(UserError):
    """A setting or argument is out of range or unknown."""


class BadFilter(UserError, ValueError):
    """What limits a search can't be understood; the message shows the place.

    A ValueError too: what checks answers that come from outside then says that they are none.
    """


class BadQuestionFile(UserError):
    """A file of judged questions can't be read."""


class ModelUnavailable(RetrievalError):
    """The encoder can't be loaded, or its weights aren't the ones expected."""


class WorkersUnavailable(RetrievalError):
    """The Ray cluster can't be reached, or its workers can't do what is asked."""


class CorpusError(RetrievalError):
    """The corpus as a whole can't be used as asked."""


class CorpusNotFound(CorpusError):
    """There is no corpus in that folder."""


class ModelMismatch(CorpusError):
    """The corpus was built with another model than the one asked for."""


class CorpusLocked(CorpusError):
    """Another process is writing to the corpus."""


class CorpusDamaged(CorpusError):
    """The corpus can't be read; the message names the file."""


class SchemaTooNew(CorpusError):
    """The corpus was written by a newer version of Verbatim."""


class EngineMismatch(CorpusError):
    """The corpus is searched with another engine than the one asked for."""


class EngineUnavailable(CorpusError):
    """The search engine is not installed, can't be reached, or refuses."""


class CorpusClosed(CorpusError):
    """The corpus was closed while it was still being used, or before."""


class SnapshotOpen(CorpusError):
    """A thread tried to change the corpus while it holds a snapshot of it."""


class CorpusReadOnly(CorpusError):
    """The corpus is read-only and can't be changed; the message says what prevents it."""
