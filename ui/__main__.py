"""`verbatim`, and `python -m ui`: runs the command line and turns errors into exit codes."""

import sys

from index import CorpusError, ModelUnavailable, RetrievalError
from ui.cli import app
from ui.cli_options import refuse_empty
from ui.terminal import errors

_EXIT_CODES: tuple[tuple[type[RetrievalError], int], ...] = (
    (CorpusError, 3),
    (ModelUnavailable, 4),
    (RetrievalError, 2),
)


def main() -> None:
    """Run the command line; a foreseen error is one line on standard error."""
    try:
        refuse_empty(sys.argv[1:])
        app()
    except RetrievalError as error:
        errors.print(f"Error: {error}", markup=False, style="red")
        sys.exit(next(code for kind, code in _EXIT_CODES if isinstance(error, kind)))


if __name__ == "__main__":
    main()
