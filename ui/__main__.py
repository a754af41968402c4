"""`verbatim`, and `python -m ui`: runs the command line and turns errors into exit codes."""

import sys

from verbatim_qa import end_if_shadowed

_INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it


def main() -> None:
    """Run the command line; a foreseen error is one line on standard error, and so is Ctrl-C."""
    try:
        _run()
    except KeyboardInterrupt:  # while the program itself is still being loaded, too
        print("Interrupted.", file=sys.stderr)  # noqa: T201 - perhaps nothing of ours is loaded
        sys.exit(_INTERRUPTED)


def _run() -> None:
    end_if_shadowed("index", "qa")
    # Not before: with another `index` or `qa` these end in a traceback
    from index import CorpusError, ModelUnavailable, RetrievalError
    from ui.cli.commands import app
    from ui.cli.options import refuse_empty
    from ui.cli.terminal import errors, prepare, told

    exit_codes: tuple[tuple[type[RetrievalError], int], ...] = (
        (CorpusError, 3),
        (ModelUnavailable, 4),
        (RetrievalError, 2),
    )
    prepare()
    try:
        refuse_empty(sys.argv[1:])
        app()
    except RetrievalError as error:
        errors.print(f"Error: {told(error)}", markup=False, style="red")
        sys.exit(next(code for kind, code in exit_codes if isinstance(error, kind)))


if __name__ == "__main__":
    main()
