"""reStructuredText, Org, AsciiDoc and LaTeX, as their readers see them."""

import pytest

from tests.growth import TIMES, grows_with_its_size
from tests.index.loaders.shown import kinds, named, under

RST = """\
Tides
=====

:Author: Ane Holm

.. a comment

The *moon* decides, see :ref:`the wind <wind>` and `Holm <https://holm.example>`_ [1]_.

.. note:: Mind the ebb.

.. versionadded:: 2.1
   The ebb.

.. toctree::

   other

Winds
-----

- north
- south

========  ====
Port      Tide
========  ====
Holm      3
========  ====

.. code-block:: python

   x = 1

.. include:: /etc/passwd
.. raw:: html

   <b>raw</b>

.. [1] In 1901.
"""

ORG = """\
#+TITLE: Tides
#+AUTHOR: Ane Holm
#+OPTIONS: toc:nil
# a comment
* TODO Moon :sky:
:PROPERTIES:
:Place: Holm
:END:
The *moon* decides, see [[https://holm.example][Holm]] and =code=.
** Winds
- north
  1. by day
#+begin_src python
x = 1
#+end_src
| Port | Tide |
|------+------|
| Holm | 3    |
#+begin_quote
Mind the ebb.
#+end_quote
"""

ADOC = """\
= Tides
:author: Ane Holm
:toc:

The *moon* decides, see https://holm.example[Holm] and <<winds,the winds>>.

// a comment
[[winds]]
== Winds

* north
** by day
. first

NOTE: Mind the ebb.

----
x = 1
----

[cols="1,1",options="header"]
|===
|Port |Tide

|Holm
|3
|===

image::map.png[]
include::other.adoc[]
"""

TEX = r"""
\documentclass{article}
\newcommand{\tide}{Tide Tables\xspace}
\title{Tides} \author{Ane H\o lm}
\begin{document}
\maketitle
% a comment
\begin{abstract}The moon.\end{abstract}
\section{Winds}\label{w}
The \emph{moon} decides in the \tide of S\~ao Paulo --- 5\,\% more~\cite{holm}, see
Section~\ref{w}.\footnote{In 1901.}

It is $h = 3\,m$ high:
\begin{equation} h = \frac{1}{2} \end{equation}
\begin{itemize} \item north \item[South] wind \end{itemize}
\begin{table}[t]\caption{Ports}\begin{tabular}{l|r} \hline Port & Tide \\ \hline Holm & 3 \\
\end{tabular}\end{table}
\includegraphics[width=3cm]{map.png} \input{other}
\begin{verbatim}
x = {1}
\end{verbatim}
\end{document}
"""


def says(loaded):
    return [(b.kind, loaded.text[b.start : b.end]) for b in loaded.blocks]


def test_restructuredtext_is_read_with_what_sphinx_adds_and_without_other_files(read):
    loaded = read("a.rst", RST)
    assert (loaded.format, loaded.title) == ("rst", "Tides")
    assert ("field", "Author: Ane Holm") in says(loaded)
    assert ("paragraph", "Mind the ebb.") in says(loaded)
    assert "The moon decides, see the wind and Holm" in loaded.text
    assert "The ebb." in loaded.text
    assert named(loaded) == [{"Port": "Holm", "Tide": "3"}]
    assert ("code", "x = 1") in says(loaded)
    assert "In 1901." in loaded.text
    assert under(loaded, kinds(loaded).index("item")) == "Tides › Winds"
    assert "root:" not in loaded.text
    assert "<b>" not in loaded.text
    assert set(loaded.left_out) == {"1 comment", "1 table of contents"}


def test_org_is_read_with_its_properties_and_tables(read):
    loaded = read("a.org", ORG)
    assert (loaded.format, loaded.title) == ("org", "Tides")
    assert says(loaded) == [
        ("heading", "Tides"),
        ("field", "Author: Ane Holm"),
        ("heading", "TODO Moon :sky:"),
        ("paragraph", "Place: Holm"),
        ("paragraph", "The moon decides, see Holm (https://holm.example) and code."),
        ("heading", "Winds"),
        *(("item", "north"), ("item", "1. by day"), ("code", "x = 1")),
        *(("header", "Port | Tide"), ("row", "Holm | 3"), ("quote", "Mind the ebb.")),
    ]
    assert under(loaded, 6) == "TODO Moon :sky: › Winds"
    assert loaded.left_out == ("1 setting", "1 comment")


def test_asciidoc_is_read_with_its_lists_and_tables(read):
    loaded = read("a.adoc", ADOC)
    assert (loaded.format, loaded.title) == ("asciidoc", "Tides")
    assert says(loaded) == [
        *(("field", "Author: Ane Holm"), ("heading", "Tides")),
        ("paragraph", "The moon decides, see Holm (https://holm.example) and the winds."),
        *(("heading", "Winds"), ("item", "north"), ("item", "by day"), ("item", "1. first")),
        *(("paragraph", "Note: Mind the ebb."), ("code", "x = 1")),
        *(("header", "Port | Tide"), ("row", "Holm | 3")),
    ]
    assert set(loaded.left_out) == {"1 setting", "1 comment", "1 picture", "1 included file"}


def test_latex_is_read_with_its_formulas_lists_and_tables(read):
    loaded = read("a.tex", TEX)
    assert (loaded.format, loaded.title) == ("latex", "Tides")
    assert says(loaded) == [
        *(("field", "Title: Tides"), ("field", "Author: Ane Hølm")),
        *(("heading", "Abstract"), ("paragraph", "The moon."), ("heading", "Winds")),
        (
            "paragraph",
            "The moon decides in the Tide Tables of São Paulo — 5 % more\u00a0[holm], see "
            "Section\u00a0[w]. In 1901.",
        ),
        *(("paragraph", r"It is $h = 3\,m$ high:"), ("code", r"h = \frac{1}{2}")),
        *(("item", "north"), ("item", "South: wind"), ("caption", "Ports")),
        *(("header", "Port | Tide"), ("row", "Holm | 3"), ("code", "x = {1}")),
    ]
    assert set(loaded.left_out) == {"1 comment", "1 picture", "1 other file that it names"}


@pytest.mark.parametrize(
    ("name", "make", "size"),
    [
        ("a.org", lambda n: "#+begin_quote\n" * n + "Text.", 2_000),
        ("a.org", lambda n: "* " * n + "Text.", 5_000),
        ("a.org", lambda n: "*a " * n + "Text.", 5_000),
        ("a.org", lambda n: ":PROPERTIES:\n" * n + "Text.", 2_000),
        ("a.org", lambda n: "|a|\n" * n + "Text.", 3_000),
        ("a.adoc", lambda n: "====\n" * n + "Text.", 5_000),
        ("a.adoc", lambda n: "|===\n" * n + "Text.", 3_000),
        ("a.adoc", lambda n: "----\n" * n + "Text.", 3_000),
        ("a.adoc", lambda n: "*a " * n + "Text.", 5_000),
        ("a.adoc", lambda n: "<<a" * n + "Text.", 5_000),
        ("a.tex", lambda n: "{" * n + "Text.", 20_000),
        ("a.tex", lambda n: r"\section{" * n + "Text.", 8_000),
        ("a.tex", lambda n: r"\begin{tabular}" * n + "Text.", 2_000),
        ("a.tex", lambda n: r"\begin{itemize}\item a" * n + "Text.", 3_000),
        ("a.tex", lambda n: r"\newcommand{\a}{b}" * n + r"\begin{document}\a Text.", 3_000),
        ("a.tex", lambda n: "$$" * n + "Text.", 5_000),
        ("a.tex", lambda n: r"\def\be{\begin{equation}}" * n + "Text.", 2_000),
        ("a.rst", lambda n: ".. a::\n" * n + "\nText.", 500),
        ("a.rst", lambda n: "*a " * n + "Text.", 2_000),
    ],
)
def test_hostile_markup_by_hand_is_read_in_a_time_like_its_size(name, make, size, read):
    made, texts = {n: make(n) for n in (size, size // TIMES)}, {}
    assert grows_with_its_size(lambda n: texts.__setitem__(n, read(name, made[n]).text), size)
    assert "Text." in texts[size]


def test_words_of_latex_that_may_be_broken_are_whole(read):
    body = r"A do\-cu\-ment of the class Open\+Document, set shelf\/ful and a\!b, 5\,km."

    loaded = read("a.tex", rf"\begin{{document}}{body}\end{{document}}")

    assert loaded.text == "A document of the class OpenDocument, set shelfful and ab, 5 km."
