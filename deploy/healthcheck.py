"""Ends with 0 if the page of Verbatim on this computer is there, else with 1 and the reason.

python healthcheck.py [ADDRESS], by default http://127.0.0.1:7860; needs nothing but Python.
"""

import json
import ssl
import sys
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

_PATIENCE = 4.0  # seconds: the container's own limit is five


def problem_of(address: str) -> str:
    """Return what is wrong with a server; empty if its page is there."""
    # It asks itself for nothing secret, under a name that is in no certificate
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=unchecked))
    try:
        with opener.open(f"{address}/healthz", timeout=_PATIENCE) as response:
            state = json.load(response)
    except (OSError, ValueError) as error:
        return f"{address} doesn't answer: {error}"
    if not isinstance(state, dict) or state.get("page") is not True:
        return f"{address} isn't ready: {state}"
    return ""


def main() -> None:
    """Check the server that is named on the command line."""
    problem = problem_of(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7860")
    if problem:
        sys.exit(problem)


if __name__ == "__main__":
    main()
