"""What happens on the chat page: a question, a thumb, a reload."""

import asyncio
import html
import re
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

from index import Corpus, Document, RetrievalError, Verdict
from qa import Answer, ask, feedback_on, suggest
from ui.limits import CHAT_QUESTION
from ui.page.conversation import (
    MOST_TURNS,
    Conversations,
    Held,
    Turn,
    feedback_values,
    from_earlier_browser,
)
from ui.page.first_page import documents_of, examples_of, placeholder
from ui.page.markdown import FAILED, SHOWN, describe, md_text
from ui.page.offline import Message, OptionDict, gr
from ui.page.scope import Scope, limited_to, scope_in
from ui.protection.admission import Admission, Busy
from ui.protection.clients import client_of
from ui.protection.public_message import public_message
from ui.served import Served

MAX_QUESTION = CHAT_QUESTION.most
_READ_FOR_OPTIONS = 2  # passages whose names are offered as further questions
_VERDICTS: dict[bool | str, Verdict] = {True: "up", False: "down", "Like": "up", "Dislike": "down"}
_BEGINNING = 50  # characters of a question that is too long
# What `ui/page/conversations.js` reads of `kept`, which never says the same twice
READY, EARLIER, HELD = "ready", "earlier", "held"


class Handlers:
    """The page's events, over its corpora. All can be called from outside, with anything."""

    def __init__(
        self, corpora: Corpus | Served, conversations: Conversations, admission: Admission
    ) -> None:
        self._served = Served.of(corpora)
        self._conversations = conversations
        self._admission = admission
        self._waiting: dict[str | None, asyncio.Future[tuple[Turn, str]]] = {}  # by page

    async def respond(
        self,
        question: object,
        turns: list[Turn],
        name: str,
        chosen: object,
        request: gr.Request,
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Show the question, then its answer; the box is locked in between."""
        question = question.strip() if isinstance(question, str) else ""
        if not question:
            yield (gr.skip(),) * 4
        elif len(question) > MAX_QUESTION:
            shown = [*turns[1 - MOST_TURNS :], _refused(question)]
            yield self._show(shown), shown, gr.skip(), gr.skip()
        else:
            async for outputs in self._ask(question, turns, name, chosen, request, turns):
                yield outputs

    async def _ask(
        self,
        question: str,
        turns: list[Turn],
        name: str,
        chosen: object,
        request: gr.Request,
        before: list[Turn],
        *,
        as_typed: bool = False,
        k: int = SHOWN[0],
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Ask after some turns; `before` are those to be shown again if it is stopped."""
        page = request.session_hash if request else None
        turns = turns[1 - MOST_TURNS :]
        busy = gr.Textbox(value="", interactive=False)
        asked = await asyncio.to_thread(self._show, [*turns, Turn(question)])
        yield asked, gr.skip(), busy, gr.skip()
        work = asyncio.ensure_future(
            self._in_turn(
                lambda: self._answer(question, turns, scope_in(chosen), k=k, as_typed=as_typed),
                question,
                client_of(request),
            )
        )
        self._waiting[page] = work
        try:
            await asyncio.wait({work})
        finally:
            work.cancel()
            if self._waiting.get(page) is work:
                del self._waiting[page]
        if work.cancelled():
            box = gr.Textbox(value=question, interactive=True)
            yield self._show(before), gr.skip(), box, gr.skip()
            return
        turn, left = work.result()
        turns = [*turns, turn]
        box = gr.Textbox(value=left, interactive=True)
        shown = await asyncio.to_thread(self._show, turns)
        # What an answer that failed would replace stays in the browser
        kept = self._keep(turns, name) if turn.answer else gr.skip()
        yield shown, turns, box, kept

    async def respond_to_example(
        self,
        turns: list[Turn],
        name: str,
        chosen: object,
        event: gr.SelectData,
        request: gr.Request,
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Ask the example that was clicked."""
        async for shown in self.respond(event.value["text"], turns, name, chosen, request):
            yield shown

    async def respond_to_option(
        self,
        turns: list[Turn],
        name: str,
        chosen: object,
        event: gr.SelectData,
        request: gr.Request,
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Ask a question that is offered below the last answer."""
        async for shown in self.respond(event.value, turns, name, chosen, request):
            yield shown

    async def as_typed(
        self, turns: list[Turn], name: str, chosen: object, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Search for the very words of the last question, which were completed or mended."""
        if turns:
            last, before = turns[-1].question, turns[:-1]
            async for shown in self._ask(last, before, name, chosen, request, turns, as_typed=True):
                yield shown

    async def more(
        self, turns: list[Turn], name: str, chosen: object, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Search for the last question again, for more passages."""
        answer = turns[-1].answer if turns else None
        if answer is not None:
            last, before = turns[-1].question, turns[:-1]
            k = next((k for k in SHOWN if k > len(answer.passages)), SHOWN[-1])
            as_typed = _as_typed(answer)
            async for shown in self._ask(
                last, before, name, chosen, request, turns, as_typed=as_typed, k=k
            ):
                yield shown

    async def everywhere(
        self, turns: list[Turn], name: str, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Search all documents of all corpora for the last question, which was limited to some."""
        if turns:
            last, before = turns[-1].question, turns[:-1]
            answer = turns[-1].answer
            as_typed = answer is not None and _as_typed(answer)
            async for shown in self._ask(last, before, name, "", request, turns, as_typed=as_typed):
                yield shown

    def stop(self, request: gr.Request) -> None:
        """Let go of the question that the page waits for; it is in the box again then."""
        work = self._waiting.get(request.session_hash)
        if work is not None:  # events run in threads
            work.get_loop().call_soon_threadsafe(work.cancel)

    async def retry(
        self, turns: list[Turn], name: str, chosen: object, event: gr.RetryData, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Ask a question again, in place of its answer and what came after it."""
        index = _turn_index(event.index)
        if index < len(turns):
            before = turns[:index]
            question = turns[index].question
            async for shown in self._ask(question, before, name, chosen, request, turns):
                yield shown

    def judge(self, turns: list[Turn], name: str, event: gr.LikeData) -> tuple[Any, ...]:
        """Store a thumb on an answer; the same thumb again takes it back."""
        index = _turn_index(event.index)
        answer = turns[index].answer if index < len(turns) else None
        if answer is None:
            return gr.skip(), gr.skip(), gr.skip()
        turn = turns[index]
        verdict = _VERDICTS.get(event.liked)
        if verdict == turn.verdict:
            verdict = None
        try:
            corpus, judged = self._judged(answer)
            if verdict:
                corpus.add_feedback(feedback_on(judged, verdict, key=turn.key, asked=turn.asked))
            else:
                corpus.withdraw_feedback(turn.key)
        except RetrievalError as error:
            gr.Warning(html.escape(public_message(error)[1]))
            return self._show(turns), gr.skip(), gr.skip()
        turns = [*turns[:index], replace(turn, verdict=verdict), *turns[index + 1 :]]
        return self._show(turns), turns, self._keep(turns, name)

    def _judged(self, answer: Answer) -> tuple[Corpus, Answer]:
        """Return which corpus keeps a verdict, and what of the answer: nothing of another corpus.

        A verdict is on the first passage, so it is the one which that is from.

        Raises:
            BadSetting: That isn't served any more.
        """
        if not self._served.several:
            return self._served.one(None), answer
        name = answer.passages[0].corpus if answer.passages else next(iter(self._served.corpora))
        own = tuple(passage for passage in answer.passages if passage.corpus == name)
        return self._served.one(name), replace(answer, passages=own)

    def refresh(self) -> tuple[Any, ...]:
        """Show what there is to search, after documents were added or removed."""
        return self._there_is()

    def _there_is(self) -> tuple[str, gr.Chatbot, gr.Row]:
        documents = documents_of(self._served)
        chat = gr.Chatbot(placeholder=placeholder(documents), examples=examples_of(self._served))
        return describe(documents), chat, _scope(documents, self._served)

    async def _in_turn(
        self, work: Callable[[], tuple[Turn, str]], question: str, client: str
    ) -> tuple[Turn, str]:
        """Answer when the client's turn has come."""
        try:
            return await self._admission.run(work, client)
        except Busy as error:
            return Turn(question, failure=md_text(str(error))), question

    def _answer(
        self,
        question: str,
        turns: Sequence[Turn],
        scope: Scope,
        *,
        k: int,
        as_typed: bool,
    ) -> tuple[Turn, str]:
        """Return the turn for a question, and what to leave in the box."""
        history = [turn.answer for turn in turns if turn.answer]
        try:
            searched = limited_to(scope, self._served)
            answer = ask(
                question,
                history,
                k=k,
                corpus=searched.corpora,
                documents=searched.documents,
                as_typed=as_typed,
            )
            return Turn(question, answer, others=searched.others, scope=scope), ""
        except Exception as error:  # noqa: BLE001 - the box must stay usable, whatever happens
            status, message = public_message(error)
            failure = FAILED if status == 500 else md_text(message)
            return Turn(question, failure=failure), question

    def _show(self, turns: Sequence[Turn]) -> gr.Chatbot:
        return gr.Chatbot(value=_messages(turns), feedback_value=feedback_values(turns))

    def _keep(self, turns: Sequence[Turn], name: str) -> str:
        """Hold a conversation for the browser to fetch, and return the word of it."""
        name = name or secrets.token_hex(16)  # Gradio has forgotten a page that was long idle
        self._conversations.put(name, Held(tuple(turn for turn in turns if turn.answer)))
        return _told(HELD, name)

    def restore(self, earlier: object) -> tuple[Any, ...]:
        """Show what there is to search, and tell the browser that it may open a conversation.

        Args:
            earlier: The one conversation that a browser kept before it kept several.
        """
        turns = from_earlier_browser(earlier)
        name = secrets.token_hex(16) if turns else ""
        if turns:
            self._conversations.put(name, Held(turns))
        told = _told(EARLIER if turns else READY, name)
        return *self._there_is(), told

    def open(self, name: object) -> tuple[Any, ...]:
        """Show the conversation that the browser has handed over under a name."""
        box = gr.Textbox(interactive=True)  # whatever has become of the conversation
        held = self._conversations.get(name) if isinstance(name, str) else None
        if held is None:
            return gr.skip(), gr.skip(), gr.skip(), box, gr.skip()
        turns = list(held.turns)
        return self._show(turns), turns, name, box, _told(HELD, name)


def _told(what: str, name: object) -> str:
    return f"{what} {name} {secrets.token_hex(4)}"


def _as_typed(answer: Answer) -> bool:
    """Tell whether the very words of a question were searched for, and nothing in it was a filter.

    To ask for these again must not complete them, and must not lose a filter.
    """
    return not (answer.in_context or answer.where)


def _turn_index(index: int | tuple[int, int] | list[int]) -> int:
    """Return which turn a message belongs to: each makes two."""
    return (index if isinstance(index, int) else index[0]) // 2


def _refused(question: str) -> Turn:
    """Return the turn for a question that is too long: what is cut off could be what it asks."""
    failure = (
        f"**This question is too long:** it has {len(question):,} characters, and at most "
        f"{MAX_QUESTION} are searched. It is still in the box, so you can shorten it."
    )
    return Turn(f"{question[:_BEGINNING]}…", failure=failure)


def _messages(turns: Sequence[Turn]) -> list[gr.MessageDict | Message]:
    messages: list[gr.MessageDict | Message] = []
    for turn in turns:
        messages.append(gr.MessageDict(role="user", content=md_text(turn.question)))
        reply = gr.MessageDict(role="assistant", content=turn.reply(last=turn is turns[-1]))
        if turn is turns[-1] and turn.answer:
            reply["options"] = _options(turn.answer, turns)
        messages.append(reply)
    return messages


def _options(answer: Answer, turns: Sequence[Turn]) -> list[OptionDict]:
    """Return what may be asked next: about other names that the passages speak of."""
    asked = " ".join([answer.query, *(turn.question for turn in turns)])
    # No name goes over from one cell, or one item, to the next
    passages = (
        re.sub(r"[|\t\n]", ". ", passage.text) for passage in answer.passages[:_READ_FOR_OPTIONS]
    )
    offered = suggest(passages, known=asked)
    return [OptionDict(value=question, label=question) for question in offered]


def _scope(documents: Sequence[Document], served: Served) -> gr.Row:
    """Return what corpora and documents are chosen with, seen if there are several."""
    return gr.Row(visible=len(documents) > 1 or served.several)
