"""The log, on standard error: as text, or a line of JSON each."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

LogFormat = Literal["none", "text", "json"]
requests = logging.getLogger("verbatim.requests")


def log_requests(how: LogFormat) -> None:
    """Let this process log on standard error what goes wrong, and requests unless `how` is none."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if how == "json" else logging.Formatter("%(asctime)s %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.captureWarnings(capture=True)
    if how != "none":
        requests.setLevel(logging.INFO)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if isinstance(record.args, dict) and record.name == requests.name:
            entry |= record.args
        else:
            entry["message"] = record.getMessage()
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)
