"""What happens on the chat page: a question, a thumb, a reload."""

import asyncio
import html
import re
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

from index import Corpus, Document, RetrievalError, Verdict
from qa import Answer, Passage, ask, feedback_on, suggest
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
from ui.page.markdown import SHOWN, describe, failed
from ui.page.md_text import md_text
from ui.page.offline import Message, OptionDict, gr
from ui.page.scope import Scope, limited_to, scope_in
from ui.protection.admission import Admission, Busy
from ui.protection.clients import client_of
from ui.protection.public_message import public_message
from ui.served import Served
from ui.translation.catalogue import ENGLISH, Words, words_of
from ui.translation.languages import words_for

MAX_QUESTION = CHAT_QUESTION.most
_READ_FOR_OPTIONS = 2  # passages whose names are offered as further questions
_VERDICTS: dict[bool | str, Verdict] = {True: "up", False: "down", "Like": "up", "Dislike": "down"}
_BEGINNING = 50  # characters of a question that is too long
# Gradio sends the last outputs of an event once more when it is over. By then somebody may type.
_NOTHING_MORE = (gr.skip(),) * 4
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
        sure: object,
        request: gr.Request,
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Show the question, then its answer; the box is locked in between."""
        question = question.strip() if isinstance(question, str) else ""
        if not question:
            yield _NOTHING_MORE
        elif len(question) > MAX_QUESTION:
            words = _words(request)
            shown = [*turns[1 - MOST_TURNS :], _refused(question, words)]
            yield self._show(shown, words), shown, gr.skip(), gr.skip()
        else:
            async for outputs in self._ask(question, turns, name, chosen, sure, request, turns):
                yield outputs

    async def _ask(
        self,
        question: str,
        turns: list[Turn],
        name: str,
        chosen: object,
        sure: object,
        request: gr.Request,
        before: list[Turn],
        *,
        as_typed: bool = False,
        k: int = SHOWN[0],
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Ask after some turns; `before` are those to be shown again if it is stopped."""
        page, words = request.session_hash if request else None, _words(request)
        turns = turns[1 - MOST_TURNS :]
        busy = gr.Textbox(value="", interactive=False)
        asked = await asyncio.to_thread(self._show, [*turns, Turn(question)], words)
        yield asked, gr.skip(), busy, gr.skip()
        work = asyncio.ensure_future(
            self._in_turn(
                lambda: self._answer(
                    question,
                    turns,
                    scope_in(chosen),
                    words,
                    k=k,
                    as_typed=as_typed,
                    min_confidence=sure_in(sure),
                ),
                question,
                client_of(request),
                words,
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
            yield self._show(before, words), gr.skip(), box, gr.skip()
            yield _NOTHING_MORE
            return
        turn, left = work.result()
        turns = [*turns, turn]
        box = gr.Textbox(value=left, interactive=True)
        shown = await asyncio.to_thread(self._show, turns, words)
        # What an answer that failed would replace stays in the browser
        kept = self._keep(turns, name) if turn.answer else gr.skip()
        yield shown, turns, box, kept
        yield _NOTHING_MORE

    async def respond_to_example(
        self,
        turns: list[Turn],
        name: str,
        chosen: object,
        sure: object,
        event: gr.SelectData,
        request: gr.Request,
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Ask the example that was clicked."""
        async for shown in self.respond(event.value["text"], turns, name, chosen, sure, request):
            yield shown

    async def respond_to_option(
        self,
        turns: list[Turn],
        name: str,
        chosen: object,
        sure: object,
        event: gr.SelectData,
        request: gr.Request,
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Ask a question that is offered below the last answer."""
        async for shown in self.respond(event.value, turns, name, chosen, sure, request):
            yield shown

    async def as_typed(
        self, turns: list[Turn], name: str, chosen: object, sure: object, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Search for the very words of the last question, which were completed or mended."""
        if turns:
            last, before = turns[-1].question, turns[:-1]
            async for shown in self._ask(
                last, before, name, chosen, sure, request, turns, as_typed=True
            ):
                yield shown

    async def without(
        self,
        place: object,
        turns: list[Turn],
        name: str,
        chosen: object,
        sure: object,
        request: gr.Request,
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Ask the last question again without one of its limits.

        Args:
            place: The place of the limit among the answer's, and a word that is another each time.
            turns: The conversation.
            name: What it is held under.
            chosen: As the page sends it.
            sure: As the page sends it.
            request: Who asks.
        """
        answer = turns[-1].answer if turns else None
        found = re.match(r"\d{1,4}(?= )", place) if isinstance(place, str) else None
        labels = answer.where.labels if answer is not None else ()
        if answer is None or found is None or int(found[0]) >= len(labels):
            yield _NOTHING_MORE
            return
        question = answer.question_without(labels[int(found[0])])
        async for shown in self._ask(question, turns[:-1], name, chosen, sure, request, turns):
            yield shown

    async def more(
        self, turns: list[Turn], name: str, chosen: object, sure: object, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Search for the last question again, for more passages."""
        answer = turns[-1].answer if turns else None
        if answer is not None:
            last, before = turns[-1].question, turns[:-1]
            k = next((k for k in SHOWN if k > len(answer.passages)), SHOWN[-1])
            as_typed = _as_typed(answer)
            async for shown in self._ask(
                last, before, name, chosen, sure, request, turns, as_typed=as_typed, k=k
            ):
                yield shown

    async def everywhere(
        self, turns: list[Turn], name: str, _: object, sure: object, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Search all documents of all corpora for the last question, which was limited to some."""
        if turns:
            last, before = turns[-1].question, turns[:-1]
            answer = turns[-1].answer
            as_typed = answer is not None and _as_typed(answer)
            async for shown in self._ask(
                last, before, name, "", sure, request, turns, as_typed=as_typed
            ):
                yield shown

    def stop(self, request: gr.Request) -> None:
        """Let go of the question that the page waits for; it is in the box again then."""
        work = self._waiting.get(request.session_hash)
        if work is not None:  # events run in threads
            work.get_loop().call_soon_threadsafe(work.cancel)

    async def retry(
        self,
        turns: list[Turn],
        name: str,
        chosen: object,
        sure: object,
        event: gr.RetryData,
        request: gr.Request,
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Ask a question again, in place of its answer and what came after it."""
        index = _turn_index(event.index)
        if index < len(turns):
            before = turns[:index]
            question = turns[index].question
            async for shown in self._ask(question, before, name, chosen, sure, request, turns):
                yield shown

    def judge(
        self, turns: list[Turn], name: str, event: gr.LikeData, request: gr.Request
    ) -> tuple[Any, ...]:
        """Store a thumb on an answer; the same thumb again takes it back."""
        words = _words(request)
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
            gr.Warning(html.escape(words.sentence(public_message(error)[1])))
            return self._show(turns, words), gr.skip(), gr.skip()
        turns = [*turns[:index], replace(turn, verdict=verdict), *turns[index + 1 :]]
        return self._show(turns, words), turns, self._keep(turns, name)

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

    def refresh(self, request: gr.Request) -> tuple[Any, ...]:
        """Show what there is to search, after documents were added or removed."""
        return self._there_is(_words(request))

    def _there_is(self, words: Words) -> tuple[str, gr.Chatbot, gr.Row]:
        documents = documents_of(self._served)
        chat = gr.Chatbot(
            placeholder=placeholder(documents, words), examples=examples_of(self._served, words)
        )
        return describe(documents, words), chat, _scope(documents, self._served)

    async def _in_turn(
        self, work: Callable[[], tuple[Turn, str]], question: str, client: str, words: Words
    ) -> tuple[Turn, str]:
        """Answer when the client's turn has come."""
        try:
            return await self._admission.run(work, client)
        except Busy as error:
            return Turn(question, failure=md_text(words.sentence(str(error)))), question

    def _answer(
        self,
        question: str,
        turns: Sequence[Turn],
        scope: Scope,
        words: Words,
        *,
        k: int,
        as_typed: bool,
        min_confidence: float | None,
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
                min_confidence=min_confidence,
            )
            return Turn(question, answer, others=searched.others, scope=scope), ""
        except Exception as error:  # noqa: BLE001 - the box must stay usable, whatever happens
            status, message = public_message(error)
            failure = failed(words) if status == 500 else md_text(words.sentence(message))
            return Turn(question, failure=failure), question

    def _show(self, turns: Sequence[Turn], words: Words) -> gr.Chatbot:
        return gr.Chatbot(value=self._messages(turns, words), feedback_value=feedback_values(turns))

    def _keep(self, turns: Sequence[Turn], name: str) -> str:
        """Hold a conversation for the browser to fetch, and return the word of it."""
        name = name or secrets.token_hex(16)  # Gradio has forgotten a page that was long idle
        self._conversations.put(name, Held(tuple(turn for turn in turns if turn.answer)))
        return _told(HELD, name)

    def restore(self, earlier: object, request: gr.Request) -> tuple[Any, ...]:
        """Show what there is to search, and tell the browser that it may open a conversation.

        Args:
            earlier: The one conversation that a browser kept before it kept several.
            request: Who asks.
        """
        turns = from_earlier_browser(earlier)
        name = secrets.token_hex(16) if turns else ""
        if turns:
            self._conversations.put(name, Held(turns))
        told = _told(EARLIER if turns else READY, name)
        return *self._there_is(_words(request)), told

    def open(self, name: object, request: gr.Request) -> tuple[Any, ...]:
        """Show the conversation that the browser has handed over under a name."""
        box = gr.Textbox(interactive=True)  # whatever has become of the conversation
        held = self._conversations.get(name) if isinstance(name, str) else None
        if held is None:
            return gr.skip(), gr.skip(), gr.skip(), box, gr.skip()
        turns = list(held.turns)
        return self._show(turns, _words(request)), turns, name, box, _told(HELD, name)

    def _messages(self, turns: Sequence[Turn], words: Words) -> list[gr.MessageDict | Message]:
        messages: list[gr.MessageDict | Message] = []
        for turn in turns:
            messages.append(gr.MessageDict(role="user", content=md_text(turn.question)))
            reply = turn.reply(last=turn is turns[-1], words=words)
            answer = gr.MessageDict(role="assistant", content=reply)
            if turn is turns[-1] and turn.answer:
                answer["options"] = self._options(turn.answer, turns)
            messages.append(answer)
        return messages

    def _options(self, answer: Answer, turns: Sequence[Turn]) -> list[OptionDict]:
        """Return what may be asked next: about other names that the passages speak of.

        Each question is in the language of the document that has the name.
        """
        asked = " ".join([answer.query, *(turn.question for turn in turns)])
        # No name goes over from one cell, or one item, to the next
        first = answer.passages[:_READ_FOR_OPTIONS]
        passages = (re.sub(r"[|\t\n]", ". ", passage.text) for passage in first)
        language = self._language_of(first[0]) if first else "en"
        offered = [words_of(language).sentence(one) for one in suggest(passages, known=asked)]
        return [OptionDict(value=question, label=question) for question in offered]

    def _language_of(self, passage: Passage) -> str:
        try:
            with self._served.one(passage.corpus or None).snapshot() as state:
                return state.document(passage.document.id).language
        except RetrievalError:  # of an answer that a browser kept, it may be gone
            return "en"


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


def sure_in(sent: object) -> float | None:
    """Return how sure an answer has to be, as the page sends it; None for as sure as usual."""
    try:
        level = float(sent) if isinstance(sent, str) else -1.0
    except ValueError:
        return None
    return level if 0 <= level <= 1 else None


def _words(request: gr.Request | None) -> Words:
    return words_for(request.headers) if request else ENGLISH


def _refused(question: str, words: Words) -> Turn:
    """Return the turn for a question that is too long: what is cut off could be what it asks."""
    failure = words.text(
        "**This question is too long:** it has {number} characters, and at most {most} are "
        "searched. It is still in the box, so you can shorten it.",
        number=len(question),
        most=MAX_QUESTION,
    )
    return Turn(f"{question[:_BEGINNING]}…", failure=failure)


def _scope(documents: Sequence[Document], served: Served) -> gr.Row:
    """Return what corpora and documents are chosen with, seen if there are several."""
    return gr.Row(visible=len(documents) > 1 or served.several)
