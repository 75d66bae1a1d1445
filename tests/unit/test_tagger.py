"""The tagger of names and addresses: own sentences, none from the measured collections."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.contract import NameTagger
from inference.tagging import tagger
from inference.tagging.corpus import inflect
from inference.tagging.corpus.grammar import LISTS, part_of, read_sections
from inference.tagging.features import FLAGS, PAIR_FLAGS, build_lists, extract, list_flags, pair_flags
from inference.tagging.features import LISTS as WORD_LISTS
from inference.tagging.tagger import REPEAT_MAX, NetworkTagger, _without_repeats, load_weights, name_tagger, score
from inference.tagging.tokens import code_points, tokenize


def tagged(text: str, label: str) -> list[str]:
    return [text[span.start : span.end] for span in name_tagger().tag(text) if span.label == label]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Hello, my name is Margaret Hollis and my card was declined.", ["Margaret Hollis"]),
        ("marcus bellweather here, where is my refund", ["marcus bellweather"]),
        ("MY NAME IS ANDREA FOWLER", ["ANDREA FOWLER"]),
        ("Dear Mr. Abernathy, your order was sent.", ["Abernathy"]),
        ("I spoke with Dr. Ngozi Okafor on Tuesday.", ["Ngozi Okafor"]),
        ("The invoice of Piotr W. Lewandowski is wrong.", ["Piotr W. Lewandowski"]),
        ("Rosalind's parcel never arrived.", ["Rosalind"]),
        ("Please add Yusuf Demir and Ingrid Solberg to the account.", ["Yusuf Demir", "Ingrid Solberg"]),
        ("Agent: What's your name?\nCustomer: Thandiwe Mokoena", ["Thandiwe Mokoena"]),
        ("Kind regards,\nHelena Prado", ["Helena Prado"]),
        ("我叫欧阳静怡，订单还没到", ["欧阳静怡"]),
        ("王建国先生您好", ["王建国"]),
        ("Mein Name ist Jürgen Baumgartner, ich habe eine Frage.", ["Jürgen Baumgartner"]),
        ("Je m'appelle Aurélie Marchand et ma carte est bloquée.", ["Aurélie Marchand"]),
        ("Me llamo Lucía Fernández Ortega, no puedo entrar.", ["Lucía Fernández Ortega"]),
        ("Grace Rivers will call you in May.", ["Grace Rivers"]),
    ],
)
def test_names_are_found_without_titles(text, names):
    assert tagged(text, "PERSON") == names


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (
            "Please send it to 48 Maple Street, Apt 3, Springfield, IL 62704.",
            "48 Maple Street, Apt 3, Springfield, IL 62704",
        ),
        ("ship to 9 birch road, leeds, ls6 2ab please", "9 birch road, leeds, ls6 2ab"),
        ("Ich wohne in der Gartenstraße 12, 50667 Köln.", "Gartenstraße 12, 50667 Köln"),
        ("J'habite au 14 rue des Lilas, 69003 Lyon", "14 rue des Lilas, 69003 Lyon"),
        ("Vivo en Calle Mayor 25, 2º A, 28013 Madrid", "Calle Mayor 25, 2º A, 28013 Madrid"),
        ("收货地址：江苏省南京市鼓楼区中山路18号3栋502室", "江苏省南京市鼓楼区中山路18号3栋502室"),
        ("My address is PSC 1234, Box 5678\nAPO AE 09012", "PSC 1234, Box 5678\nAPO AE 09012"),
    ],
)
def test_whole_addresses_are_found(text, address):
    assert tagged(text, "ADDRESS") == [address]


@pytest.mark.parametrize(
    "text",
    [
        "How do I change my password?",
        "Where is my order #K5528117?",
        "Can I use Apple Pay in Germany?",
        "The app closes itself since version 4.2.1.",
        "I will be charged in May, I hope.",
        "Account Settings > Payment Methods > Add Card",
        "## Refund Policy\nRefunds are paid within 5 business days.",
        "what is the weather in chicago",
        "Wo ist meine Bestellung?",
        "Ma carte ne fonctionne pas.",
        "No puedo entrar en mi cuenta.",
        "我的订单什么时候发货？",
        "Los dos vasos llegaron rotos, revisen y avísenme, por favor.",
        "Quiero dar de baja la línea de Movistar y pasarme a Vodafone.",
        "NIE ##########, tarjeta ################, exp 01/29, cvv ###",
        "Pantalla OLED 6.1, batería 3279 mAh, 128 GB",
        "Rasenmäher springt nicht an, Zündkerze getauscht, Vergaser gereinigt.",
        "Bitte Rückruf zwischen 9-16 Uhr.",
        "Trois verres cassés, deux assiettes ébréchées",
        "Leclerc, Carrefour et Auchan refusent ma carte.",
        "马上就要开学了，书包还没到",
        "密码####改成什么了",
        "uuid 7f3a-bb21 status=FAILED retries=3",
        "I was charged $24.99 twice on Monday.",
        "",
        "  \n ",
    ],
)
def test_support_talk_without_personal_data_stays_readable(text):
    assert name_tagger().tag(text) == []


def test_it_is_a_name_tagger():
    assert isinstance(name_tagger(), NameTagger)


@given(st.text(st.characters(exclude_categories=()), max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_it_and_spans_stay_in_order(text):
    end = 0
    for span in name_tagger().tag(text):
        assert end <= span.start < span.end <= len(text)
        assert 0 <= span.score <= 1
        end = span.end


@pytest.mark.parametrize(
    "unit", ["a", "a-", "1 ", "张", "Mr. ", "A. ", "https://", "\U0001f468\u200d", "e\u0301", "\n#"]
)
def test_a_stretch_that_repeats_itself_is_read_once(unit):
    codes, places = _without_repeats(code_points(unit * 8_000 + "x"))
    assert len(codes) < 3 * REPEAT_MAX
    assert places[-1] == len(unit) * 8_000
    assert name_tagger().tag(unit * 8_000 + " my name is Olga Petrova")


def test_offsets_after_a_repetition_are_those_of_the_text():
    text = "-" * 5_000 + " My name is Margaret Hollis."
    assert tagged(text, "PERSON") == ["Margaret Hollis"]


def test_one_tagger_serves_many_threads():
    texts = [f"Hello, my name is Margaret Hollis, order {number}." for number in range(64)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(name_tagger().tag, texts)) == [name_tagger().tag(text) for text in texts]


@pytest.mark.parametrize("language", ["en", "zh", "de", "fr", "es"])
def test_templates_held_back_for_measuring_never_meet_those_for_training(language):
    sections = read_sections(LISTS / f"{language}.txt")
    for name in ("say_none", "say_person", "say_address"):
        training, held_back = (set(part_of(sections, is_held_back=held)[name]) for held in (False, True))
        assert training
        assert held_back
        assert not training & held_back


def test_running_needs_neither_torch_nor_faker():
    code = (
        "import sys; from inference.tagging.tagger import name_tagger; name_tagger().tag('Hi, Ann');"
        "print({'torch', 'faker'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_the_weights_are_small():
    assert (Path(__file__).parents[2] / "inference" / "tagging" / "weights.npz").stat().st_size <= 5_000_000


def test_numpy_and_torch_see_the_same():
    import torch

    from inference.tagging import network
    from inference.tagging.corpus.texts import Example
    from inference.tagging.train import batch_of, prepare

    texts = ["Hello, I am Ann Lee.", "寄到中山路18号", "where is my order\n\n#123", "?"]
    weights = load_weights()
    parameters = {
        "words": weights.words,
        "parts": weights.parts,
        "first.weight": weights.first[0],
        "first.bias": weights.first[1],
    }
    parameters |= {"last.weight": weights.last[0], "last.bias": weights.last[1]}
    for number, (weight, bias) in enumerate(weights.layers):
        parameters |= {f"layer{number}.weight": weight, f"layer{number}.bias": bias}
    tensors = {name: torch.from_numpy(value) for name, value in parameters.items()}
    samples = [prepare(Example(text, ()), weights.lists) for text in texts]
    together = network.score(tensors, batch_of(samples), is_training=False).numpy()
    at = 0
    for text in texts:
        alone = score(weights, extract(tokenize(code_points(text))))
        np.testing.assert_allclose(together[at : at + len(alone)], alone, rtol=1e-3, atol=1e-3)
        at += len(alone) + 8


def test_a_long_text_read_in_pieces_reads_the_same(monkeypatch):
    texts = ["Hello, I am Ann Lee, my parcel is lost. " * 9, "我叫王伟，住在中山路18号。" * 12, "?", "x" * 40]
    for text in texts:
        features = extract(tokenize(code_points(text)))
        monkeypatch.setattr(tagger, "PIECE", 100_000)
        whole = score(load_weights(), features)
        for piece in (1, 7, 32):
            monkeypatch.setattr(tagger, "PIECE", piece)
            np.testing.assert_allclose(score(load_weights(), features), whole, rtol=1e-3, atol=1e-3)


def test_two_ideographs_of_a_common_word_are_known_side_by_side_only():
    lists = build_lists({name: ["高兴"] if name == "common" else [] for name in WORD_LISTS})
    flags = pair_flags(extract(tokenize(code_points("很高兴，高，兴"))).pairs, lists)
    assert flags.tolist() == [[0, 0], [1, 0], [0, 1], [0, 0], [0, 0], [0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        (inflect.spanish(["pagar"], ["roto"], ["luz"]), {"pagué", "paguen", "pagarlo", "rotas", "luces"}),
        (inflect.spanish(["contar:cuent"], [], []), {"cuenta", "contamos", "contará"}),
        (inflect.french(["manger"], ["heureux"], ["gâteau"]), {"mangeait", "mangeront", "heureuse", "gâteaux"}),
        (inflect.german(["abholen"], ["frisch"], ["Zahlung"]), {"abgeholt", "abzuholen", "frischem", "Zahlungen"}),
        ([inflect.german_compound("Zahlung", "Frist")], {"Zahlungsfrist"}),
    ],
)
def test_words_are_inflected_by_rule(forms, expected):
    assert expected <= set(forms)


def test_flags_and_lists_have_the_size_that_the_network_expects():
    features = extract(tokenize(code_points("Hi Ann")))
    lists = list_flags(features.words, load_weights().lists)
    assert features.flags.shape == (2, FLAGS)
    assert FLAGS + lists.shape[1] + PAIR_FLAGS + 64 == load_weights().first[0].shape[0]


def test_the_same_seed_trains_the_same_weights(tmp_path):
    for name in ("one.npz", "two.npz"):
        subprocess.run(
            [sys.executable, "-m", "inference.tagging.train", "--out", str(tmp_path / name), "--sample", "60"],
            check=True,
        )
    with np.load(tmp_path / "one.npz") as one, np.load(tmp_path / "two.npz") as two:
        assert one.files == two.files
        assert all(np.array_equal(one[name], two[name]) for name in one.files)
    assert isinstance(NetworkTagger(load_weights(tmp_path / "one.npz")).tag("Hi, I am Ann."), list)
