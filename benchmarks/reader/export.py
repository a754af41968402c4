"""Write the trained network into the package: as ONNX, in 8-bit integers, with its checksum.

python -m benchmarks.reader.export --checkpoint FILE
"""

import argparse
from pathlib import Path

import torch

from benchmarks.onnx_files import write_int8
from benchmarks.reader.network import ReaderNetwork

_TARGET = Path(__file__).parents[2] / "qa" / "reader_model" / "reader.onnx"
_AXES = {0: "sequences", 1: "tokens"}


def main() -> None:
    """Write `reader.onnx` and `reader.sha256`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    options = parser.parse_args()
    network = ReaderNetwork.load(options.checkpoint)
    example = torch.ones(2, 8, dtype=torch.long)
    write_int8(
        network,
        network.config,
        dict.fromkeys(("ids", "types", "mask"), example),
        ("relevance", "span"),
        {**dict.fromkeys(("ids", "types", "mask", "span"), _AXES), "relevance": {0: "sequences"}},
        _TARGET,
    )


if __name__ == "__main__":
    main()
