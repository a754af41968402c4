"""The chat page: its layout, and what happens when a question is asked."""

import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

# Gradio reads these when it is imported. The last two keep it from making a table of all past
# events after every event: 17 ms instead of 11 ms an answer, and growing.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")

import gradio as gr
from gradio.components.chatbot import ExampleMessage

from index import Corpus, Document, RetrievalError
from qa import ask
from ui.render import FAILED, describe, md_text, render_answer, render_error

MAX_QUESTION = 500  # characters
_PASSAGES = 5
_KEPT_TURNS = 50  # the whole conversation travels to the browser with every answer
_SEARCHING = "Searching…"

_SEED_ARTICLE = "93605f25a932a7d29b55d938dd8165baca1c055ae3bbd603344e31aca9f298ad"  # SHA-256
_SEED_QUESTIONS = (
    "Which countries recognized Guaido?",
    "What did Jeremy Hunt say about Guaido?",
    "How high is inflation in Venezuela?",
    "How many people have died in the protests?",
)

# Every bundled weight of these two fonts but 400 and 700 lacks letters.
THEME = gr.themes.Default(
    primary_hue="indigo",
    neutral_hue="slate",
    font=[gr.themes.LocalFont("Source Sans Pro", weights=(400, 700)), "system-ui", "sans-serif"],
    font_mono=[gr.themes.LocalFont("IBM Plex Mono", weights=(400, 700)), "monospace"],
)

# Not as Gradio's own `css`: its rewriting loses borders and media queries.
_HERE = Path(__file__).parent
_STYLES, _SCRIPTS = (
    "".join((_HERE / name).read_text(encoding="utf-8") for name in names)
    for names in (("chat.css", "viewer.css"), ("chat.js", "viewer.js"))
)
HEAD = f"<style>{_STYLES}</style><script>{_SCRIPTS}</script>"


class Turn(NamedTuple):
    """A question as it was asked, and the Markdown shown for it."""

    question: str
    reply: str


def build_page(corpus: Corpus) -> gr.Blocks:
    """Return the chat page over a corpus, ready to be mounted."""

    def respond(question: object, turns: list[Turn]) -> Iterator[tuple[Any, ...]]:
        # The handler can be called from outside the page too, with anything for a question.
        question = question.strip()[:MAX_QUESTION] if isinstance(question, str) else ""
        if not question:
            yield gr.skip(), gr.skip(), gr.skip()
            return
        turns = turns[-_KEPT_TURNS:]
        busy = gr.Textbox(value="", interactive=False)
        yield _messages([*turns, Turn(question, _SEARCHING)]), gr.skip(), busy
        reply, left = _reply(question, corpus)
        turns = [*turns, Turn(question, reply)]
        yield _messages(turns), turns, gr.Textbox(value=left, interactive=True)

    def respond_to_example(turns: list[Turn], event: gr.SelectData) -> Iterator[tuple[Any, ...]]:
        yield from respond(event.value["text"], turns)

    def refresh() -> tuple[str, gr.Chatbot]:
        documents = corpus.documents()
        return describe(documents), gr.Chatbot(
            placeholder=_placeholder(documents), examples=_examples(documents)
        )

    documents = corpus.documents()
    page: gr.Blocks
    with gr.Blocks(
        title="Verbatim", analytics_enabled=False, fill_width=True, fill_height=True
    ) as page:
        # The Chatbot is never an input: a client could have any component built from its value.
        turns = gr.State([])
        with gr.Row(elem_id="head"):
            gr.Markdown(
                "# Verbatim\nPassages of your own documents, word for word.", elem_id="title"
            )
            status = gr.Markdown(describe(documents), elem_id="status")
        chat = gr.Chatbot(
            elem_id="chat",
            label="Conversation",
            show_label=False,
            height=None,
            scale=1,
            layout="bubble",
            autoscroll=False,
            latex_delimiters=[],
            buttons=["copy"],
            placeholder=_placeholder(documents),
            examples=_examples(documents),
        )
        box = gr.Textbox(
            elem_id="question",
            label="Question",
            show_label=False,
            placeholder="Ask a question…",
            submit_btn="Ask",
            autofocus=True,
            max_lines=4,
            max_length=MAX_QUESTION,
        )
        quick: dict[str, Any] = {
            "queue": False,
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        search: dict[str, Any] = {
            "outputs": [chat, turns, box],
            "concurrency_limit": 4,
            "concurrency_id": "ask",
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        for asked in (
            box.submit(respond, [box, turns], **search),
            chat.example_select(respond_to_example, [turns], **search),
        ):  # should anything fail outside `_reply`, the box must not stay locked
            asked.failure(lambda: gr.Textbox(interactive=True), outputs=box, **quick)
        chat.clear(list, outputs=turns, **quick)
        page.load(refresh, outputs=[status, chat], **quick)
    page.queue(max_size=64, default_concurrency_limit=4, api_open=False)
    return page


def _reply(question: str, corpus: Corpus) -> tuple[str, str]:
    """Return what to show for a question, and what to leave in the box."""
    try:
        return render_answer(ask(question, k=_PASSAGES, corpus=corpus)), ""
    except RetrievalError as error:
        return render_error(error), question
    except Exception:
        logging.getLogger(__name__).exception("The search failed")
        return FAILED, question


def _messages(turns: Sequence[Turn]) -> list[gr.MessageDict]:
    return [
        message
        for question, reply in turns
        for message in (
            gr.MessageDict(role="user", content=md_text(question)),
            gr.MessageDict(role="assistant", content=reply),
        )
    ]


def _placeholder(documents: Sequence[Document]) -> str:
    if not documents:
        return (
            "## Add a document first\n"
            "In a terminal: `verbatim index PATH`, with a file or a folder. Then reload this page."
        )
    return (
        "## What would you like to know?\n"
        "You get the sentences that come closest, as they stand, and where they stand."
    )


def _examples(documents: Sequence[Document]) -> list[ExampleMessage]:
    """Return questions that the article that comes with Verbatim answers, if it is there."""
    if all(document.sha256 != _SEED_ARTICLE for document in documents):
        return []
    return [ExampleMessage(text=question) for question in _SEED_QUESTIONS]
