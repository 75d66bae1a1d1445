"""A tiny token-classification model on disk: random, but biased so that some odd words are always what they are.

`Zorblax` is two sub-words of one name, `Quuxley` a family name, `Mill Lane` a street and `Paris` a place.
"""

from __future__ import annotations

from pathlib import Path

ODD = "Zorblax"
FAMILY = "Quuxley"
LABELS = ["O", "B-PER", "I-PER", "B-SURNAME", "B-STREET", "I-STREET", "B-LOC"]
WORDS = {
    "zorb": "B-PER",
    "##lax": "I-PER",
    "quux": "B-SURNAME",
    "##ley": "B-SURNAME",
    "mill": "B-STREET",
    "lane": "I-STREET",
    "paris": "B-LOC",
}


def make_name_model(folder: Path, *, labels: list[str] = LABELS, is_safe: bool = True) -> Path:
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS, "hello", "from", "here"]
    ids = {word: place for place, word in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(folder)

    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        id2label=dict(enumerate(labels)),
        label2id={label: place for place, label in enumerate(labels)},
    )
    model = BertForTokenClassification(config)
    for name, weights in model.bert.named_parameters():
        if "embeddings.weight" in name or "output.dense" in name:
            weights.data.zero_()  # so that a word means what it means below, wherever it stands
    model.classifier.bias.data = torch.tensor([4.0] + [0.0] * (len(labels) - 1))
    for place, (word, label) in enumerate(WORDS.items()):
        if label in labels:
            model.bert.embeddings.word_embeddings.weight.data[ids[word], place] = 1.0
            model.classifier.weight.data[labels.index(label), place] = 4.0
    model.save_pretrained(folder)
    if not is_safe:
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
        (folder / "model.safetensors").unlink()
    return folder
