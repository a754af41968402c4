"""Write the trained network into the package: as ONNX, in 8-bit integers, with its checksum.

python -m benchmarks.reader.export --checkpoint FILE
"""

import argparse
import hashlib
import logging
import tempfile
from pathlib import Path

import torch
from transformers import BertConfig

from benchmarks.reader.network import ReaderNetwork
from index import default_model_folder

_TARGET = Path(__file__).parents[2] / "qa" / "reader_model"
_AXES = {0: "sequences", 1: "tokens"}


def main() -> None:
    """Write `reader.onnx` and `reader.sha256`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    options = parser.parse_args()
    config = BertConfig.from_pretrained(default_model_folder(), attn_implementation="eager")
    network = ReaderNetwork(config)
    network.load_state_dict(torch.load(options.checkpoint, weights_only=True)["network"])
    network.eval()
    _TARGET.mkdir(exist_ok=True)
    target = _TARGET / "reader.onnx"
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        write_onnx(network, plain)
        quantize(plain, target)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    (_TARGET / "reader.sha256").write_text(f"{digest}  {target.name}\n", encoding="utf-8")
    print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB, SHA-256 {digest}")


def write_onnx(network: ReaderNetwork, target: Path) -> None:
    """Write the network in single precision, with BERT's operations fused."""
    from onnxruntime.transformers import optimizer

    example = torch.ones(2, 8, dtype=torch.long)
    torch.onnx.export(
        network,
        (example, example, example),
        str(target),
        input_names=["ids", "types", "mask"],
        output_names=["relevance", "span"],
        dynamic_axes={
            **dict.fromkeys(("ids", "types", "mask", "span"), _AXES),
            "relevance": {0: "sequences"},
        },
        opset_version=17,
        dynamo=False,
    )
    config = network.bert.config
    fused = optimizer.optimize_model(
        str(target),
        model_type="bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
    )
    fused.save_model_to_file(str(target))


def quantize(source: Path, target: Path) -> None:
    """Write the weights as 8-bit integers, with a scale for each channel."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger().setLevel(logging.ERROR)  # it would advise other settings
    quantize_dynamic(
        source,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


if __name__ == "__main__":
    main()
