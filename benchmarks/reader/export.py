"""Write the trained weights into the package, in half precision, with their checksum.

    python -m benchmarks.reader.export --checkpoint FILE

The embeddings are left out: training doesn't change them, and the default model has them.
"""

import argparse
import hashlib
from pathlib import Path

import torch
from safetensors.torch import save_file

_TARGET = Path(__file__).parents[2] / "qa" / "reader_model"


def main() -> None:
    """Write `reader.safetensors` and `reader.sha256`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    options = parser.parse_args()
    weights = torch.load(options.checkpoint, weights_only=True)["network"]
    trained = {
        name: value.half().contiguous()
        for name, value in weights.items()
        if not name.startswith("bert.embeddings.")
    }
    _TARGET.mkdir(exist_ok=True)
    target = _TARGET / "reader.safetensors"
    save_file(trained, target)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    (_TARGET / "reader.sha256").write_text(f"{digest}  {target.name}\n", encoding="utf-8")
    print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB, SHA-256 {digest}")


if __name__ == "__main__":
    main()
