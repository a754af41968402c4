"""Networks that come with Verbatim as ONNX files, each with its checksum beside it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from index.errors import ModelUnavailable


def open_onnx(
    file: Path,
    *,
    threads: int,
    advice: str,
    weights: Mapping[str, NDArray[Any]] | None = None,
) -> Any:  # noqa: ANN401 - ships no types
    """Return an onnxruntime session for a file whose SHA-256 stands in `file`.sha256.

    Args:
        file: The network.
        threads: How many threads one run may use; 0 for one a core.
        advice: What to do without it, for the error.
        weights: Those that the file names and doesn't hold.

    Raises:
        ModelUnavailable: The file is missing, or not what was published.
    """
    import onnxruntime

    try:
        network = file.read_bytes()
        checksum = file.with_suffix(".sha256").read_text(encoding="ascii").split()[0]
    except (OSError, ValueError, IndexError):
        network, checksum = b"", ""
    if hashlib.sha256(network).hexdigest() != checksum:
        raise ModelUnavailable(
            f"{file.name} is missing or damaged. Install Verbatim again, or {advice}"
        )
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    if weights:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
        options.add_external_initializers(list(weights), values)
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
