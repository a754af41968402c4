"""The corpora of a server, by the names by which the page and programs say which one they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

from index import BadSetting, Corpus
from qa import Passage, names_of, overview

Asked: TypeAlias = Corpus | dict[str, Corpus]


@dataclass(frozen=True, slots=True)
class Served:
    """Corpora that are served together, in the order in which they were given.

    One alone need not be named, and nothing that is told of it names it.

    Attributes:
        corpora: The corpora by their names.
    """

    corpora: Mapping[str, Corpus]

    @classmethod
    def of(cls, corpora: "Corpus | Sequence[Corpus] | Served") -> "Served":
        """Return one corpus, or several, as they are served.

        Raises:
            BadSetting: There is none, or too many, or one is given twice.
        """
        if isinstance(corpora, Served):
            return corpora
        given = [corpora] if isinstance(corpora, Corpus) else list(corpora)
        names = names_of(given)
        return cls(MappingProxyType(dict(zip(names, given, strict=True))))

    @property
    def several(self) -> bool:
        """Whether there is more than one, so that each has to be named."""
        return len(self.corpora) > 1

    def labelled(self) -> dict[str, Corpus]:
        """Return the corpora by what names them in what is told: nothing, if there is one."""
        return dict(self.corpora) if self.several else {"": next(iter(self.corpora.values()))}

    def one(self, name: str | None) -> Corpus:
        """Return the corpus of a name, or the only one there is.

        Raises:
            BadSetting: There is none of that name, or several and no name.
        """
        if not name:
            if self.several:
                raise BadSetting(f"Several corpora are served: say which one, {self._all()}.")
            return next(iter(self.corpora.values()))
        if name not in self.corpora:
            raise BadSetting(f"There is no corpus called {name!r} here. There is {self._all()}.")
        return self.corpora[name]

    def name_of(self, corpus: Corpus) -> str:
        """Return what names a corpus in what is told of it: nothing, if there is one."""
        return next((name for name, one in self.labelled().items() if one is corpus), "")

    def overview(self, document: int | str, corpus: Corpus) -> list[Passage]:
        """Return what `qa.overview` does, with the name of the corpus; raises as that does."""
        name = self.name_of(corpus)
        return [replace(passage, corpus=name) for passage in overview(document, corpus)]

    def of_passage(self, passage: Passage) -> Corpus | None:
        """Return the corpus that a passage is from; None if it isn't served, or can't be told."""
        try:
            return self.one(passage.corpus)
        except BadSetting:
            return None

    def chosen(self, names: str | Sequence[str] | None) -> dict[str, Corpus]:
        """Return the corpora of some names, or all of them, by what names them in what is told.

        Raises:
            BadSetting: There is none of one of the names.
        """
        wanted = [names] if isinstance(names, str) else list(names or ())
        found = {name: self.one(name) for name in wanted if name}
        return found if found and self.several else self.labelled()

    def asked(self, names: str | Sequence[str] | None) -> Asked:
        """Return what `qa.ask` is to search: one corpus as it is, or those chosen by their names.

        Raises:
            BadSetting: There is none of one of the names.
        """
        chosen = self.chosen(names)
        return chosen if self.several else chosen[""]

    def _all(self) -> str:
        return " or ".join(repr(name) for name in self.corpora)
