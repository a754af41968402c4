"""How much a server takes at most, and the table of all limits; see `index.limits`."""

from typing import Final

from index import SUFFIXES, Limit
from qa import LIMITS as OF_QA

_ELSEWHERE = "add it in a terminal: verbatim index PATH"

DOCUMENTS: Final = Limit(
    "Documents of a corpus, added over HTTP", 20_000, "documents", f"refused; {_ELSEWHERE}"
)
UPLOAD: Final = Limit("A file sent over HTTP", 50_000_000, "bytes", f"refused; {_ELSEWHERE}")
PASTED: Final = Limit(
    "A pasted text", 500_000, "characters", "refused; save it as a file and add that"
)
TITLE: Final = Limit(
    "Title of a pasted text", 150, "characters", "shortened in the middle when cited"
)
BODY: Final = Limit("Body of any other request", 1_000_000, "bytes", "refused")
CHAT_QUESTION: Final = Limit("A question in the chat", 500, "characters", "refused; shorten it")
API_QUESTION: Final = Limit("A question over REST and MCP", 10_000, "characters", "refused")
API_PASSAGES: Final = Limit("Passages over REST and MCP", 100, "passages", "refused")
BATCH: Final = Limit("Questions of a batch", 100, "questions", "refused; send several batches")
HISTORY: Final = Limit(
    "Earlier questions sent with a question", 50, "questions", "refused; send only the latest"
)
CHOSEN: Final = Limit("Documents that a search is limited to", 1_000, "documents", "refused")
LISTED: Final = Limit("Documents of a list over MCP", 500, "documents", "request the next ones")
CHECKED_TEXT: Final = Limit(
    "A text that is checked over REST and MCP", 20_000, "characters", "refused; check it in parts"
)
SHOWN_SENTENCES: Final = Limit(
    "Sentences of a document in one answer", 400, "sentences", "request the next ones"
)
SHOWN_HEADINGS: Final = Limit(
    "Headings in a document's contents", 2_000, "headings", "the first are listed"
)
SHOWN_CHARACTERS: Final = Limit(
    "Text of a document in one answer", 20_000, "characters", "request the next part"
)
# The whole conversation travels to the browser with every answer.
TURNS: Final = Limit("Questions kept in a conversation", 50, "questions", "the oldest are dropped")
CONVERSATIONS: Final = Limit(
    "Conversations held for open pages", 50, "conversations", "their pages hand them over again"
)
NAME: Final = Limit("Name of a conversation", 150, "characters", "the rest is not taken")
HANDED: Final = Limit(
    "A conversation that the page hands over",
    10_000_000,
    "bytes",
    "refused; it stays in the browser",
)
# Some 8,000 answers; a browser may have less room than that, which is said in the same words
KEPT: Final = Limit(
    "Conversations kept in a browser",
    100_000_000,
    "characters",
    "the page says that nothing more is kept; delete some",
)
PICTURED: Final = Limit(
    "Pages pictured in an evidence pack", 50, "pages", "the others are named only"
)
WAITING: Final = Limit("Questions in the queue", 64, "questions", "503: try again")
CHANGES: Final = Limit("Changes to the corpus in the queue", 95, "changes", "503: try again")
CONNECTIONS: Final = Limit(
    "Simultaneous connections", 256, "connections", "the longest idle one is closed"
)
UNDER_WAY: Final = Limit("Simultaneous requests", 200, "requests", "503: try again")
REQUESTS: Final = Limit(
    "Requests per minute per client, once other computers can reach the server",
    120,
    "requests",
    "429: wait a minute",
)
SIGN_INS: Final = Limit("Wrong tokens per minute per client", 10, "attempts", "429: wait a minute")

LIMITS: Final = (
    *OF_QA,
    DOCUMENTS,
    UPLOAD,
    PASTED,
    TITLE,
    BODY,
    CHAT_QUESTION,
    API_QUESTION,
    API_PASSAGES,
    BATCH,
    HISTORY,
    CHOSEN,
    LISTED,
    CHECKED_TEXT,
    SHOWN_SENTENCES,
    SHOWN_HEADINGS,
    SHOWN_CHARACTERS,
    TURNS,
    CONVERSATIONS,
    NAME,
    HANDED,
    KEPT,
    PICTURED,
    WAITING,
    CHANGES,
    CONNECTIONS,
    UNDER_WAY,
    REQUESTS,
    SIGN_INS,
)


def of_page() -> dict[str, int | list[str]]:
    """Return what the page may send: bytes of a file, characters of a text and its title; kinds.

    And how many documents a question may be limited to.
    """
    return {
        "file": UPLOAD.most,
        "text": PASTED.most,
        "title": TITLE.most,
        "kinds": sorted(SUFFIXES),
        "chosen": CHOSEN.most,
        "documents": DOCUMENTS.most,
    }
