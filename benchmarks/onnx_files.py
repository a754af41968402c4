"""Networks as ONNX files: weights in 8-bit integers, a checksum beside.

BERT's operations are fused where that makes onnxruntime 1.32 faster on one sentence: not those of
norms, for a SkipLayerNormalization takes 5 ns a number and a LayerNormalization a seventh of that,
and not those of attention, for that takes a tenth longer.
"""

import logging
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertConfig

from index.store.files import file_sha256


def write_int8(
    network: nn.Module,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str],
    axes: Mapping[str, Mapping[int, str]],
    target: Path,
    *,
    bert: BertConfig | None = None,
) -> None:
    """Write a network, and its SHA-256 to a file beside it.

    Args:
        network: The network, in evaluation mode.
        inputs: An example of each input, in the order of the network's parameters.
        outputs: Names of what it returns.
        axes: For each input and output, names of the axes that vary in size.
        target: The file, `*.onnx`.
        bert: Of a BERT inside whose operations are to be fused.
    """
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        torch.onnx.export(
            network,
            tuple(inputs.values()),
            str(plain),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={name: dict(varying) for name, varying in axes.items()},
            opset_version=17,
            dynamo=False,
        )
        if bert:
            _fuse(plain, bert)
        _quantize(plain, target)
        if bert:
            _separate_norms(target)
    digest = file_sha256(target)
    target.with_suffix(".sha256").write_text(f"{digest}  {target.name}\n", encoding="utf-8")
    print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB, SHA-256 {digest}")


def _fuse(file: Path, config: BertConfig) -> None:
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    options = FusionOptions("bert")
    options.enable_attention = False
    fused = optimizer.optimize_model(
        str(file),
        model_type="bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        optimization_options=options,
    )
    fused.save_model_to_file(str(file))


def _quantize(source: Path, target: Path) -> None:
    """Quantise weights, with a scale for each channel; activations get theirs when it runs."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # it would advise other settings
    try:
        quantize_dynamic(
            source,
            target,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
            per_channel=True,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
    finally:
        root.setLevel(level)


def _separate_norms(file: Path) -> None:
    """Put two additions and a LayerNormalization in place of each SkipLayerNormalization."""
    import onnx
    from onnx import helper

    model = onnx.load(file)
    nodes = []
    for node in model.graph.node:
        if node.op_type != "SkipLayerNormalization":
            nodes.append(node)
            continue
        x, skip, gamma, beta, bias = node.input
        biased, total = f"{node.name}_biased", f"{node.name}_total"
        epsilon = next(item.f for item in node.attribute if item.name == "epsilon")
        nodes += [
            helper.make_node("Add", [x, bias], [biased], name=biased),
            helper.make_node("Add", [biased, skip], [total], name=total),
            helper.make_node(
                "LayerNormalization",
                [total, gamma, beta],
                node.output[:1],
                name=node.name,
                epsilon=epsilon,
            ),
        ]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, file)
