"""What each event of the chat page takes; anything else is refused before Gradio sees it.

Gradio takes any JSON for any component, and where that looks like its `FileData` it reads the file,
or fetches the address, that the JSON names. No event here takes either.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ui.page.offline import gr

_FILES = {"path", "url", "meta", "_type"}  # keys by which Gradio knows a file
SessionName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_Number = Annotated[int, Field(ge=0, le=2**62)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Call(_Strict):
    fn_index: _Number
    data: list[Any]
    session_hash: SessionName
    event_data: Any = None
    trigger_id: _Number | None = None


class _Example(_Strict):
    text: str


class _ExampleChosen(_Strict):
    index: _Number
    value: _Example


class _OptionChosen(_Strict):
    index: _Number
    value: str


class _MessageChosen(_Strict):
    index: _Number | list[_Number]
    value: str | list[str]


class _Judged(_MessageChosen):
    liked: bool | str


_INPUTS: dict[type, Any] = {
    gr.State: None,  # the server has it
    gr.BrowserState: str,
    gr.Textbox: str,
}
_EVENT_DATA: dict[str, Any] = {
    "example_select": _ExampleChosen,
    "option_select": _OptionChosen,
    "retry": _MessageChosen,
    "like": _Judged,
    "change": str | None,  # of a text box, what is in it
    **dict.fromkeys(("submit", "click", "load", "failure"), None),
}


class RefusedCall(Exception):
    """A call that the page doesn't make.

    Attributes:
        status: HTTP status of the answer.
        detail: What is wrong, in a sentence.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Event:
    """What an event takes.

    Attributes:
        inputs: The type of each input, in their order.
        event_data: The type of what is told of the event itself.
        queued: Whether it waits its turn in Gradio's queue, rather than being called directly.
    """

    inputs: tuple[TypeAdapter[Any], ...]
    event_data: TypeAdapter[Any]
    queued: bool


def events_of(page: gr.Blocks) -> dict[int, Event]:
    """Return what each event of a page takes, by its number.

    Raises:
        KeyError: An event, or an input of one, is of a kind that nobody has allowed here.
    """
    return {
        number: Event(
            tuple(TypeAdapter(_INPUTS[type(component)]) for component in event.inputs),
            TypeAdapter(_EVENT_DATA[event.targets[0][1]]),
            queued=event.queue is not False,
        )
        for number, event in page.fns.items()
    }


def checked_call(body: bytes, events: Mapping[int, Event], *, queued: bool) -> bytes:
    """Return the call of an event written anew, so that Gradio reads what was checked here.

    Args:
        body: The call as it came.
        events: What each event takes, by its number.
        queued: Whether it came to the queue; an event takes one of the two ways.

    Raises:
        RefusedCall: The body is not what the page sends.
    """
    try:
        # Strictly UTF-8: `json` would take UTF-16 and UTF-32 too
        call = _Call.model_validate(
            json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_no_number)
        )
        event = {number: each for number, each in events.items() if each.queued == queued}[
            call.fn_index
        ]
        for taken, given in zip(event.inputs, call.data, strict=True):
            taken.validate_python(given, strict=True)
        event.event_data.validate_python(call.event_data, strict=True)
    except (ValueError, KeyError, RecursionError) as error:
        message = "This is not a valid event of the page. Reload the page."
        raise RefusedCall(422, message) from error
    return json.dumps(call.model_dump()).encode()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object, whatever it stands in, unless it could be a file."""
    members = dict(pairs)
    if not _FILES.isdisjoint(members):
        raise RefusedCall(400, "Files and URLs are not accepted here. Use POST /api/documents.")
    if len(members) < len(pairs):
        raise ValueError("Duplicate key in an object")
    return members


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a number")
