"""The chat page: its look, its layout, and which event calls what."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index import Corpus
from ui.limits import CHECKED_TEXT, KEPT, NAME, TURNS, of_page
from ui.page.conversation import Conversations
from ui.page.events import Handlers
from ui.page.first_page import documents_of, examples_of, placeholder
from ui.page.markdown import describe
from ui.page.offline import gr
from ui.protection.admission import Admission
from ui.served import Served

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
    for names in (
        (
            *("chat.css", "scope.css", "viewer.css", "documents.css", "list.css", "uploads.css"),
            *("conversations.css", "standing.css", "check.css"),
        ),
        (
            *("dom.js", "corpora.js", "library.js", "copy.js", "chat.js", "scope.js", "viewer.js"),
            *("removal.js", "list.js", "uploads.js", "documents.js"),
            *("notice.js", "kept.js", "saving.js", "conversations.js", "standing.js", "check.js"),
        ),
    )
)
_OPEN_PAGES = 200  # that Gradio remembers, a fifth of a megabyte each; it would keep 10,000
_AT_A_TIME = 64  # questions that the page takes; `Admission` says whose turn it is
# Gradio scrambled what the browser kept: with the same word it can be read.
_WORD = "verbatim"


def page_head(corpora: Sequence[str] = ()) -> str:
    """Return the page's styles and scripts, in a scope of their own with the server's limits.

    Args:
        corpora: Names of the corpora, if there are several.
    """
    limits = {**of_page(), "kept": KEPT.most, "name": NAME.most, "turns": TURNS.most}
    limits["checked"] = CHECKED_TEXT.most
    names = json.dumps(list(corpora)).replace("<", "\\u003c")  # a folder's name ends no script
    known = f"const LIMITS = {json.dumps(limits)}, CORPORA = {names};"
    scope = f'"use strict";{known}{_SCRIPTS}'
    return f"<style>{_STYLES}</style><script>(() => {{{scope}}})()</script>"


def build_page(
    corpora: Corpus | Served,
    conversations: Conversations,
    admission: Admission,
    *,
    signed_in: bool = False,
) -> gr.Blocks:
    """Return the chat page over one corpus or several, ready to be mounted.

    Args:
        corpora: What is asked.
        conversations: Where conversations are kept to be taken away.
        admission: Decides whose turn it is.
        signed_in: Whether people have signed in, and so may sign out.
    """
    served = Served.of(corpora)
    handlers = Handlers(served, conversations, admission)
    documents = documents_of(served)
    page: gr.Blocks
    with gr.Blocks(
        title="Verbatim", analytics_enabled=False, fill_width=True, fill_height=True
    ) as page:
        page.state_session_capacity = _OPEN_PAGES
        # The Chatbot is never an input: a client could have any component built from its value.
        turns, name = gr.State([]), gr.State("")
        # One conversation, which earlier versions kept; `restore` hands it on
        earlier = gr.BrowserState("[]", storage_key="verbatim-conversation", secret=_WORD)
        with gr.Row(elem_id="head"):
            gr.Button("Conversations", elem_id="open-conversations")  # ui/page/conversations.js
            gr.Markdown(
                "# Verbatim\nPassages of your own documents, word for word.", elem_id="title"
            )
            status = gr.Markdown(describe(documents), elem_id="status")
            gr.Button("Documents", elem_id="open-documents")  # ui/page/documents.js opens them
            gr.Button("Sign out", elem_id="sign-out", visible=signed_in)  # by ui/page/documents.js
            refresh = gr.Button("Refresh", elem_id="refresh")
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
            feedback_options=["Like", "Dislike"],
            placeholder=placeholder(documents),
            examples=examples_of(served),
        )
        with gr.Row(elem_id="waiting"):  # shown by ui/page/chat.js while a question waits
            gr.Markdown("Searching", elem_id="waiting-for")
            stop = gr.Button("Stop", elem_id="stop")
            # Clicked for the links in the last answer
            as_typed = gr.Button("Search only for these words", elem_id="as-typed")
            more = gr.Button("Show more", elem_id="more")
            everywhere = gr.Button("Search all documents", elem_id="search-all")
        with gr.Row(elem_id="scope", visible=len(documents) > 1 or served.several) as scope:
            # Filled in by ui/page/scope.js, which shows labels for what is in it
            searched = gr.Textbox("[]", elem_id="searched", label="Documents to search")
        box = gr.Textbox(
            elem_id="question",
            label="Question",
            show_label=False,
            placeholder="Ask a question…",
            submit_btn="Ask",
            autofocus=True,
            interactive=False,  # until the conversation the browser kept is back
            max_lines=4,
        )
        # What passes between the server and ui/page/conversations.js: where a conversation is held
        kept = gr.Markdown("", elem_id="kept")
        opened = gr.Textbox(elem_id="opened", label="Conversation to open")
        quick: dict[str, Any] = {
            "queue": False,
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        search: dict[str, Any] = {
            "outputs": [chat, turns, box, kept],
            "concurrency_limit": _AT_A_TIME,
            "concurrency_id": "ask",
            "show_progress": "hidden",
            "api_visibility": "private",
        }

        def unlock() -> gr.Textbox:
            return gr.Textbox(interactive=True)

        for asked in (
            box.submit(handlers.respond, [box, turns, name, searched], **search),
            chat.example_select(handlers.respond_to_example, [turns, name, searched], **search),
            chat.option_select(handlers.respond_to_option, [turns, name, searched], **search),
            chat.retry(handlers.retry, [turns, name, searched], **search),
            as_typed.click(handlers.as_typed, [turns, name, searched], **search),
            more.click(handlers.more, [turns, name, searched], **search),
            everywhere.click(handlers.everywhere, [turns, name], **search),
        ):  # should anything fail outside `_answer`, the box must not stay locked
            asked.failure(unlock, outputs=box, **quick)
        stop.click(handlers.stop, **quick)
        chat.like(handlers.judge, [turns, name], [chat, turns, kept], **quick)
        refresh.click(handlers.refresh, outputs=[status, chat, scope], **quick)
        restored = [status, chat, scope, kept]
        loaded = page.load(handlers.restore, [earlier], restored, **quick)
        loaded.failure(unlock, None, box, **quick)
        shown = [chat, turns, name, box, kept]
        opened.change(handlers.open, [opened], shown, **quick).failure(unlock, None, box, **quick)
    page.queue(max_size=_AT_A_TIME, default_concurrency_limit=4, api_open=False)
    return page
