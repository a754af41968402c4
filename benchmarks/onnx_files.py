"""Networks as ONNX files: BERT's operations fused, weights in 8-bit integers, a checksum beside.

All but the norms are fused: onnxruntime 1.32 takes 5 ns a number for a SkipLayerNormalization, a
fifth of the whole time, and a third of that for the plain operations it is made of.
"""

import logging
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertConfig

from index.files import file_sha256


def write_int8(
    network: nn.Module,
    config: BertConfig,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str],
    axes: Mapping[str, Mapping[int, str]],
    target: Path,
) -> None:
    """Write a network around a BERT, and its SHA-256 to a file beside it.

    Args:
        network: The network, in evaluation mode.
        config: Of the BERT inside.
        inputs: An example of each input, in the order of the network's parameters.
        outputs: Names of what it returns.
        axes: For each input and output, names of the axes that vary in size.
        target: The file, `*.onnx`.
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
        _fuse(plain, config)
        _quantize(plain, target)
        _part_norms(target)
    digest = file_sha256(target)
    target.with_suffix(".sha256").write_text(f"{digest}  {target.name}\n", encoding="utf-8")
    print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB, SHA-256 {digest}")


def _fuse(file: Path, config: BertConfig) -> None:
    from onnxruntime.transformers import optimizer

    fused = optimizer.optimize_model(
        str(file),
        model_type="bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
    )
    fused.save_model_to_file(str(file))


def _quantize(source: Path, target: Path) -> None:
    """Quantise weights, with a scale for each channel; activations get theirs when it runs."""
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


def _part_norms(file: Path) -> None:
    """Put the operations it is made of in place of each SkipLayerNormalization."""
    import onnx

    model = onnx.load(file)
    nodes = []
    for node in model.graph.node:
        nodes += _parted(node) if node.op_type == "SkipLayerNormalization" else [node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, file)


def _parted(norm: Any) -> list[Any]:  # noqa: ANN401 - onnx's classes are made at run time
    """Return operations for (x + bias + skip - mean) / deviation * gamma + beta."""
    from onnx import helper

    x, skip, gamma, beta, bias = norm.input
    epsilon = next(item.f for item in norm.attribute if item.name == "epsilon")
    nodes: list[Any] = []

    def add(operation: str, *inputs: str, **settings: Any) -> str:  # noqa: ANN401 - as onnx has it
        name = f"{norm.name}_{len(nodes)}"
        nodes.append(helper.make_node(operation, inputs, [name], name=name, **settings))
        return name

    total = add("Add", add("Add", x, bias), skip)
    apart = add("Sub", total, add("ReduceMean", total, axes=[-1]))
    variance = add("ReduceMean", add("Mul", apart, apart), axes=[-1])
    least = add("Constant", value_float=epsilon)
    unit = add("Div", apart, add("Sqrt", add("Add", variance, least)))
    add("Add", add("Mul", unit, gamma), beta)
    nodes[-1].output[0] = norm.output[0]
    return nodes
