"""Where the reader can't judge: questions and texts in another language than English."""

from collections.abc import Sequence
from statistics import fmean

from index import UNKNOWN_LANGUAGE, language_of
from qa.reader.ranking import RankedSentence

_READ = {"en", UNKNOWN_LANGUAGE}
# Probability from which a question is in another language. Of 992 English questions of SQuADShifts
# and of 380 as people type them none is taken for another one from .7 on; of those of XQuAD, in
# eleven languages, at most 7 % (Romanian) are taken for English.
_SURE = 0.7
# How much nearer the first sentence must be to the question than those at places 6 to 15 are, as
# cosines. Of 450 questions in Japanese, Arabic and Chinese with their document there, .60 have the
# right sentence first and .56 are answered with it; with their document left out, .09 are answered.
_MARGIN = 0.033
_BESIDE = slice(5, 15)
_FEW = 8  # vectors below which there is nothing to compare with


def reads(question: str, found: Sequence[RankedSentence]) -> bool:
    """Return whether the reader knows the languages of a question and of what was found first."""
    return language_of(question, _SURE) in _READ and found[0].sentence.language in _READ


def stands_out(found: Sequence[RankedSentence]) -> bool:
    """Return whether what was found first is so much nearer than the rest that it may answer.

    Args:
        found: What the search found, best first.
    """
    cosines = sorted((item.hit.dense for item in found if item.hit.dense is not None), reverse=True)
    if len(cosines) < _FEW:
        return True
    first = found[0].hit.dense or cosines[-1]
    return first - fmean(cosines[_BESIDE]) >= _MARGIN
