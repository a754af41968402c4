"""The lines of `verbatim ask --batch`."""

from typing import Any, Final

from index import BadSetting
from qa import Answer

_NOT_ASKED = Answer("", "", answered=False, confidence=None, passages=(), documents=0, kind="none")
NO_QUESTION: Final[dict[str, Any]] = {**_NOT_ASKED.as_dict(), "error": "This line is empty."}
"""What stands in the place of an answer for a line without a question."""


def question_lines(content: bytes) -> list[str]:
    """Return each line of a file of questions without the white space around it.

    Lines end as on any system; a last one without an end counts. An empty line stays one, so that
    answers can be put beside questions.

    Args:
        content: The file, in UTF-8, or in UTF-16 with its byte order mark, as Windows writes it.

    Raises:
        BadSetting: It is in another encoding.
    """
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        raise BadSetting(
            f"Line {number} of the questions is not UTF-8. Save the file as UTF-8."
        ) from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.strip() for line in lines]
