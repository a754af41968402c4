"""A standing question: `verbatim ask --watch` asks again whenever documents change."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from index import Corpus, CorpusError
from qa import Answer
from ui.cli import answers, terminal
from ui.cli.following import Follower

_LOOK = 1.0  # seconds between two looks at whether another process has changed the corpus


def ask_again(
    corpora: Sequence[Corpus],
    ask_now: Callable[[], Answer],
    show: Callable[[Answer], None],
    *,
    silent: bool = False,
) -> None:
    """Show an answer, and again whenever another passage answers, until Ctrl-C.

    Args:
        corpora: What is asked. Their folders are followed meanwhile.
        ask_now: Asks.
        show: Prints an answer.
        silent: Whether answers alone are printed, for a program.
    """
    changed = threading.Event()
    state = _state(corpora)  # before it is asked: what changes meanwhile is asked of again
    shown = ask_now()
    show(shown)
    if not silent:
        terminal.errors.print("Asking again when documents change - press Ctrl-C to stop")
    with Follower(changed.set) as follower:
        for corpus in corpora:
            follower.start(corpus)
        try:
            while True:
                changed.wait(_LOOK)
                changed.clear()
                now = _state(corpora)
                if now == state:
                    continue
                state, answer = now, ask_now()
                if _quotation(answer) != _quotation(shown):
                    if not silent:
                        _show_before(shown)
                    show(answer)
                shown = answer
        except CorpusError as error:
            terminal.errors.print(f"It can't be asked again: {error}", markup=False, style="red")
        except KeyboardInterrupt:
            if not silent:
                terminal.errors.print("Stopped.")


def _state(corpora: Sequence[Corpus]) -> list[int]:
    return [corpus.change_count for corpus in corpora]


def _quotation(answer: Answer) -> tuple[bool, str, str, str]:
    """Return what is compared: whether it is answered, by what words, and where these stand."""
    if not answer.passages:
        return answer.answered, answer.message, "", ""
    first = answer.passages[0]
    return answer.answered, first.text, first.document.title, first.corpus


def _show_before(answer: Answer) -> None:
    now = f"{datetime.now().astimezone():%H:%M:%S}"
    terminal.console.print(f"{now} Documents have changed. Before:", style="bold")
    if answer.passages:
        answers.show_passages(answer.passages[:1])
    else:
        terminal.console.print("Nothing was found.")
    terminal.console.print("Now:", style="bold")
