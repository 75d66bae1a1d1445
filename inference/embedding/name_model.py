"""A token-classification model from a local folder, for the embedder's process only: names and addresses in texts.

Nothing but the folder is read: no download, no code of the model's, no weights but safetensors.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer

from inference.contract import TaggedSpan
from inference.embedding.folders import model_folder
from inference.embedding.labels import Label, label_of

KEPT_MAX = 2
"""Models in memory at the same time; the one not used for longest goes."""
REFUSALS_MAX = 32
WINDOW_TOKENS = 256
OVERLAP_TOKENS = 64
BATCH = 8
SCORE_MIN = 0.5
SURROGATE = re.compile("[\ud800-\udfff]")
EACH_FOR_ITSELF = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that put no blanks between words: every character may end a name."""
GAPS = {"PERSON": re.compile(r"[ \t\u00a0'’.-]{0,2}"), "ADDRESS": re.compile(r"[\s,.#/-]{0,3}")}
"""What may stand between two words of one span."""


class NameModelError(Exception):
    """A model can not be asked. `status` and `code` as the socket tells them."""

    def __init__(self, status: int, code: str, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.code = code


@dataclass(slots=True)
class _Word:
    """A word, or one character of Chinese: its place and what its tokens say. Rows are probabilities of labels."""

    start: int
    end: int
    rows: list[torch.Tensor]


class NameModel:
    """One model. Not for several threads at once."""

    def __init__(self, folder: Path) -> None:
        local = {"local_files_only": True, "trust_remote_code": False}
        self._tokenizer = AutoTokenizer.from_pretrained(str(folder), use_fast=True, **local)
        if not self._tokenizer.is_fast:
            raise NameModelError(422, "unusable_model", "it has no fast tokenizer (tokenizer.json)")
        model = AutoModelForTokenClassification.from_pretrained(
            str(folder), use_safetensors=True, dtype=torch.float32, **local
        )
        self._model = model.eval()
        labels: dict[int, str] = self._model.config.id2label
        self._labels = [label_of(labels[place]) for place in range(len(labels))]
        if not any(label.kind for label in self._labels):
            raise NameModelError(422, "unusable_model", "none of its labels means a person or an address")
        longest = getattr(self._model.config, "max_position_embeddings", None) or WINDOW_TOKENS
        self._window = min(WINDOW_TOKENS, longest - 2, self._tokenizer.model_max_length)  # RoBERTa's begin at 2

    def tag(self, text: str) -> list[TaggedSpan]:
        """Names and addresses in order, without overlaps; offsets in code points."""
        text = SURROGATE.sub("?", text)
        if not text.strip():
            return []
        return list(_spans(text, _words(text, self._rows(text)), self._labels))

    def _rows(self, text: str) -> dict[tuple[int, int], torch.Tensor]:
        """Probabilities of the labels for each token's place; where windows overlap, those with more text around."""
        windows = self._tokenizer(
            text,
            truncation=True,
            max_length=self._window,
            stride=min(OVERLAP_TOKENS, self._window // 4),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
            padding=True,
            return_tensors="pt",
        )
        best: dict[tuple[int, int], tuple[int, torch.Tensor]] = {}
        for window, rows in enumerate(self._shares(windows)):
            places = windows["offset_mapping"][window].tolist()
            real = [i for i, special in enumerate(windows["special_tokens_mask"][window].tolist()) if not special]
            for i in real:
                room = min(i - real[0], real[-1] - i)
                place = _trimmed(text, *places[i])
                if place[0] < place[1] and (place not in best or best[place][0] < room):
                    best[place] = (room, rows[i])
        return {place: row for place, (_, row) in best.items()}

    def _shares(self, windows: Mapping[str, torch.Tensor]) -> Iterator[torch.Tensor]:
        """[tokens, labels] of each window."""
        wanted = [name for name in self._tokenizer.model_input_names if name in windows]
        for first in range(0, len(windows["input_ids"]), BATCH):
            batch = slice(first, first + BATCH)
            with torch.inference_mode():
                logits = self._model(**{name: windows[name][batch] for name in wanted}).logits
            yield from logits.float().softmax(-1)


class NameModelShelf:
    """The models in use, loaded when first asked for; one that was replaced on disk is loaded anew."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._kept: OrderedDict[str, tuple[object, NameModel]] = OrderedDict()
        self._refused: dict[str, tuple[object, NameModelError]] = {}

    def tag(self, texts: Sequence[str], name: str) -> list[list[TaggedSpan]]:
        """The spans of each text. Raises NameModelError."""
        model = self._model(name)
        return [model.tag(text) for text in texts]

    def _model(self, name: str) -> NameModel:
        folder = model_folder(self._folder, name)
        if folder is None:
            raise NameModelError(404, "unknown_model", "there is no model of this name")
        stamp = _stamp(folder)
        if name in self._refused and self._refused[name][0] == stamp:
            raise self._refused[name][1]
        if name not in self._kept or self._kept[name][0] != stamp:
            self._kept.pop(name, None)
            while len(self._kept) >= KEPT_MAX:
                self._kept.popitem(last=False)
            self._kept[name] = (stamp, self._load(name, folder, stamp))
        self._kept.move_to_end(name)
        return self._kept[name][1]

    def _load(self, name: str, folder: Path, stamp: object) -> NameModel:
        """Raises NameModelError, and remembers it: trying again takes seconds, and the folder is the same."""
        try:
            if not any(folder.glob("*.safetensors")):
                raise NameModelError(422, "unusable_model", "it has no *.safetensors")
            return NameModel(folder)
        except NameModelError as problem:
            refusal = problem
        except Exception as problem:  # noqa: BLE001 whatever a file of others makes the libraries raise
            refusal = NameModelError(422, "unusable_model", f"it can not be loaded: {type(problem).__name__}")
        while len(self._refused) >= REFUSALS_MAX:
            del self._refused[next(iter(self._refused))]
        self._refused[name] = (stamp, refusal)
        raise refusal


def _stamp(folder: Path) -> object:
    """Another one when the model's files change."""
    files = [*folder.glob("*.json"), *folder.glob("*.safetensors")]
    return sorted((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Some tokenizers count the blank before a word to it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _words(text: str, rows: dict[tuple[int, int], torch.Tensor]) -> list[_Word]:
    """Tokens put together to words, so that no half of one is found."""
    words: list[_Word] = []
    for start, end in sorted(rows):
        last = words[-1] if words else None
        if last is not None and (start < last.end or (start == last.end and _is_inside_word(text, start))):
            last.end = max(last.end, end)
            last.rows.append(rows[start, end])
        else:
            words.append(_Word(start, end, [rows[start, end]]))
    return words


def _is_inside_word(text: str, place: int) -> bool:
    around = text[place - 1 : place + 1]
    return around.isalnum() and EACH_FOR_ITSELF.search(around) is None


def _spans(text: str, words: list[_Word], labels: Sequence[Label]) -> Iterator[TaggedSpan]:
    """Words of one kind after each other, until one begins anew with the label of the one before."""
    told = [(word, *_verdict(word, labels)) for word in words]
    first = 0
    for place, (one, following) in enumerate(pairwise([*told, None])):
        assert one is not None  # only the last of a pair is
        word, label, _ = one
        if label.kind is None:
            first = place + 1
        elif following is None or not _goes_on(text, word, label, following[0], following[1]):
            scores = [score for _, _, score in told[first : place + 1]]
            yield TaggedSpan(
                start=told[first][0].start, end=word.end, label=label.kind, score=min(1.0, sum(scores) / len(scores))
            )
            first = place + 1


def _verdict(word: _Word, labels: Sequence[Label]) -> tuple[Label, float]:
    """The label of a word: of its likeliest kind the likeliest label of its first token; and how sure that kind is."""
    mean = torch.stack(word.rows).mean(0).tolist()
    by_kind: dict[str | None, float] = {}
    for share, label in zip(mean, labels, strict=True):
        by_kind[label.kind] = by_kind.get(label.kind, 0.0) + share
    kind = max((kind for kind in by_kind if kind), key=lambda kind: by_kind[kind])
    if by_kind[kind] < SCORE_MIN:
        return Label(None, ""), 1.0 - by_kind[kind]
    first = zip(word.rows[0].tolist(), labels, strict=True)
    label = max(first, key=lambda one: one[0] if one[1].kind == kind else -1.0)[1]
    return label, by_kind[kind]


def _goes_on(text: str, word: _Word, label: Label, following: _Word, label_after: Label) -> bool:
    if label.kind is None or label_after.kind != label.kind:
        return False
    is_anew = label.kind == "PERSON" and label_after.begins and label_after.name == label.name
    return not is_anew and GAPS[label.kind].fullmatch(text, word.end, following.start) is not None
