"""`verbatim`, and `python -m ui`: runs the command line and turns errors into exit codes."""

import sys
from importlib.util import find_spec
from pathlib import Path

_INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it


def main() -> None:
    """Run the command line; a foreseen error is one line on standard error, and so is Ctrl-C."""
    try:
        _run()
    except KeyboardInterrupt:  # while the program itself is still being loaded, too
        print("Interrupted.", file=sys.stderr)  # noqa: T201 - perhaps nothing of ours is loaded
        sys.exit(_INTERRUPTED)


def _run() -> None:
    in_the_way = _package_in_the_way()
    if in_the_way:
        print(f"Error: {in_the_way}", file=sys.stderr)  # noqa: T201 - nothing of ours is loaded
        sys.exit(2)
    # Not before: with another `index` or `qa` these end in a traceback
    from index import CorpusError, ModelUnavailable, RetrievalError
    from ui.cli.commands import app
    from ui.cli.options import refuse_empty
    from ui.cli.terminal import errors, prepare

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
        errors.print(f"Error: {error}", markup=False, style="red")
        sys.exit(next(code for kind, code in exit_codes if isinstance(error, kind)))


def _package_in_the_way() -> str:
    """Return which file has the name of one of Verbatim's packages and what to do; or nothing."""
    # Here and not in `qa`, which can't be asked where it is another's
    spec = find_spec("qa")
    origin = Path(spec.origin) if spec and spec.origin else None
    if origin and origin.parent.resolve() != Path(__file__).parent.with_name("qa").resolve():
        return (
            f"{origin} shadows Verbatim's package `qa`: Python finds it first. Rename "
            "it, or run from another folder."
        )
    try:
        import qa  # noqa: F401 - it looks at `index` before anything else
    except ImportError as error:
        if type(error).__name__ != "PackageShadowed":  # the class can't be imported from it now
            raise
        return str(error)
    return ""


if __name__ == "__main__":
    main()
