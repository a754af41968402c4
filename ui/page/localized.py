"""The chat page as Gradio sends it, put into the language of whoever asks for it."""

import json
from collections.abc import Callable
from typing import Any

from ui.translation.catalogue import Words

# Properties of components in which words stand
_WORDED = ("value", "label", "placeholder", "submit_btn")
_BEGIN, _END = b"window.gradio_config = ", b";</script>"
_MOST = 16  # pages that are remembered, a fifth of a megabyte each: four languages, some addresses

Changing = Callable[[Words], dict[str, dict[str, Any]]]


class Localizer:
    """Puts a page, which is built in English, into a language."""

    def __init__(self, head: Callable[[Words], str], changing: Changing) -> None:
        """Remember nothing yet.

        Args:
            head: Returns what stands in the page's head: its styles and scripts.
            changing: Returns properties of components whose words the catalogue can't have as they
                are, for numbers are in them, by the component's `elem_id`.
        """
        self._head = head
        self._changing = changing
        self._made: dict[tuple[bytes, str], bytes] = {}

    def __call__(self, html: bytes, words: Words) -> bytes:
        """Return the HTML of the page in the language.

        Gradio takes that for the browser's from there on: it says in `lang` which it is, and
        translates its own words.
        """
        key = html, words.language
        if key not in self._made:
            if len(self._made) >= _MOST:
                self._made.clear()
            self._made[key] = self._in(html, words)
        return self._made[key]

    def _in(self, html: bytes, words: Words) -> bytes:
        before, begin, rest = html.partition(_BEGIN)
        described, end, after = rest.partition(_END)
        if not end:  # no page of Gradio's
            return html
        language = json.dumps(words.language)
        names = f"{{language: {language}, languages: [{language}]}}"
        script = (
            f"<script>for (const [name, value] of Object.entries({names})) "
            "Object.defineProperty(navigator, name, {get: () => value});</script>"
        )
        before = before.replace(b'lang="en"', f'lang="{words.language}"'.encode(), 1)
        before = before.replace(b"<head>", b"<head>" + script.encode(), 1)
        page = json.dumps(self._described(json.loads(described), words), ensure_ascii=False)
        # As Gradio has it: nothing in the description ends the script
        for sign in "<>&":
            page = page.replace(sign, f"\\u{ord(sign):04x}")
        return before + begin + page.encode("utf-8", "replace") + end + after

    def _described(self, page: dict[str, Any], words: Words) -> dict[str, Any]:
        changing = self._changing(words)
        for component in page["components"]:
            properties = component["props"]
            for name in _WORDED:
                if isinstance(properties.get(name), str):
                    properties[name] = words.text(properties[name])
            properties.update(changing.get(properties.get("elem_id"), {}))
        return {**page, "head": self._head(words)}
