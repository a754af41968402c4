"""Write the graph of multilingual-e5-small into the package: its operations, without weights.

python -m benchmarks.encoder.export_e5

The weights come from the model's own file when it is loaded: see `index.encoding.e5.network`.
Operations are those with which onnxruntime 1.32 is fastest on one sentence: a
SkipLayerNormalization takes 5 ns a number and a LayerNormalization a seventh of that, and fused
attention a tenth longer.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from index.encoding.e5.network import HEAD, weights
from index.encoding.e5.weights_file import E5File
from index.store.files import file_sha256

_TARGET = Path(__file__).parents[2] / "index" / "encoding" / "weights" / "e5.onnx"
_MICROSOFT = "com.microsoft"


class _Graph:
    """Operations, each named by what it gives."""

    def __init__(self, given: dict[str, NDArray[Any]]) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants = [_lacking(name, array) for name, array in given.items()]

    def add(self, operation: str, *inputs: str, to: str, domain: str = "", **settings: Any) -> str:  # noqa: ANN401
        node = helper.make_node(operation, inputs, [to], name=to, domain=domain, **settings)
        self.nodes.append(node)
        return to

    def constant(self, name: str, values: list[int], dtype: Any = np.int64) -> str:  # noqa: ANN401
        self.constants.append(numpy_helper.from_array(np.array(values, dtype), name))
        return name

    def product(self, of: str, matrix: str) -> str:
        """Multiply by a matrix of 8-bit integers; what is added to the product is not yet."""
        return self.add(
            "DynamicQuantizeMatMul",
            *(of, f"{matrix}.w", f"{matrix}.scale"),
            to=f"{matrix}.product",
            domain=_MICROSOFT,
        )


def _lacking(name: str, array: NDArray[Any]) -> TensorProto:
    """Declare a constant that is given when the graph is loaded."""
    kind = helper.np_dtype_to_tensor_dtype(array.dtype)
    tensor = TensorProto(name=name, data_type=kind, dims=array.shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="given")
    return tensor


def _layer(graph: _Graph, name: str, states: str, epsilon: float) -> str:
    product = graph.product(states, f"{name}qkv")
    qkv = graph.add("Add", product, f"{name}qkv.b", to=f"{name}qkv")
    heads = graph.add("Reshape", qkv, "by_head", to=f"{name}by_head")
    apart = graph.add("Transpose", heads, to=f"{name}heads", perm=[1, 0, 2])
    queries, keys, values = (f"{name}{part}" for part in ("queries", "keys", "values"))
    split = helper.make_node("Split", [apart], [queries, keys, values], num_outputs=3, axis=0)
    graph.nodes.append(split)
    across = graph.add("Transpose", keys, to=f"{name}across", perm=[0, 2, 1])
    scores = graph.add("MatMul", queries, across, to=f"{name}scores")
    shares = graph.add("Softmax", scores, to=f"{name}shares", axis=-1)
    mixed = graph.add("MatMul", shares, values, to=f"{name}mixed")
    together = graph.add("Transpose", mixed, to=f"{name}together", perm=[1, 0, 2])
    attended = graph.add("Reshape", together, "joined", to=f"{name}attended")
    states = _normed(graph, f"{name}ao", f"{name}aln", attended, states, epsilon)
    inner = graph.add(
        "BiasGelu",
        *(graph.product(states, f"{name}fi"), f"{name}fi.b"),
        to=f"{name}inner",
        domain=_MICROSOFT,
    )
    return _normed(graph, f"{name}fo", f"{name}oln", inner, states, epsilon)


def _normed(graph: _Graph, matrix: str, norm: str, of: str, states: str, epsilon: float) -> str:
    biased = graph.add("Add", graph.product(of, matrix), f"{matrix}.b", to=f"{matrix}.biased")
    total = graph.add("Add", biased, states, to=f"{matrix}.total")
    return graph.add(
        "LayerNormalization", total, f"{norm}.w", f"{norm}.b", to=norm, epsilon=epsilon
    )


def main() -> None:
    """Write `e5.onnx` and `e5.sha256`."""
    file = E5File()
    width, epsilon = file.sizes.width, file.sizes.epsilon
    graph = _Graph(weights(file))
    graph.constant("by_head", [0, 3 * width // HEAD, HEAD])
    graph.constant("joined", [0, width])
    states = graph.add(
        "LayerNormalization", "embeddings", "emb.ln.w", "emb.ln.b", to="embedded", epsilon=epsilon
    )
    for layer in range(file.sizes.layers):
        states = _layer(graph, f"l{layer}.", states, epsilon)
    graph.add("ReduceMean", states, graph.constant("tokens", [0]), to="mean", keepdims=0)
    proto = helper.make_graph(
        graph.nodes,
        "multilingual-e5-small",
        [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["tokens", width])],
        [helper.make_tensor_value_info("mean", TensorProto.FLOAT, [width])],
        graph.constants,
    )
    versions = [helper.make_opsetid("", 20), helper.make_opsetid(_MICROSOFT, 1)]
    model = helper.make_model(proto, opset_imports=versions, ir_version=9)
    _TARGET.write_bytes(model.SerializeToString())
    digest = file_sha256(_TARGET)
    _TARGET.with_suffix(".sha256").write_text(f"{digest}  {_TARGET.name}\n", encoding="utf-8")
    print(f"{_TARGET.name}: {_TARGET.stat().st_size / 1000:.0f} kB, SHA-256 {digest}")


if __name__ == "__main__":
    main()
