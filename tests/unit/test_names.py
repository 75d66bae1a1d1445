"""Which products articles are about, and which of them a question names."""

from __future__ import annotations

import pytest

from assistant.knowledge.text.names import Filed, Names, mine, mine_pairs

TREES = ("Maple", "Willow", "Birch", "Aspen", "Rowan")


def filed(path: str, name: str, count: int = 3) -> list[Filed]:
    """Articles that are filed under a path and write about a product; only one of the titles names it."""
    bodies = [
        f"The {name} has a fee. Your account pays it, whatever card you use.",
        f"Limits of the {name}: rewards for a business, or a loan.",
        f"{name} perks. Each card earns rewards in your account; your business may ask for a loan.",
    ]
    return [
        Filed(external_id=f"{path}_{n:03}", title=f"{name} overview" if n == 0 else f"Topic {n}", body=bodies[n % 3])
        for n in range(count)
    ]


@pytest.fixture
def names() -> Names:
    families = [
        *filed("checking_accounts_harbour_account", "Harbour Account"),
        *filed("checking_accounts_harbour_plus_account", "Harbour Plus Account"),
        *filed("business_cards_business_harbour_rewards_card", "Business Harbour Rewards Card"),
        *filed("cards_harbour_rewards_card", "Harbour Rewards Card"),
        *filed("savings_accounts_cedar_saver", "Cedar Saver"),
        *filed("general_opening_hours", "the branch"),
        *(article for tree in TREES for article in filed(f"loans_{tree.lower()}_loan", f"{tree} Loan")),
    ]
    return mine(families)[0]


def meant(names: Names, question: str) -> list[set[str]]:
    return [set(mention.products) for mention in names.mentions(question)]


def test_a_family_is_called_as_its_texts_call_it(names: Names) -> None:
    assert {product.name for product in names.products} == {
        "Harbour Account",
        "Harbour Plus Account",
        "Business Harbour Rewards Card",
        "Harbour Rewards Card",
        "Cedar Saver",
        *(f"{tree} Loan" for tree in TREES),
    }


def test_articles_without_a_product_in_their_title_belong_to_their_family() -> None:
    _, about = mine([*filed("a_cedar_saver", "Cedar Saver"), *filed("a_maple_saver", "Maple Saver")])
    assert about["a_cedar_saver_002"] == "Cedar Saver"


@pytest.mark.parametrize(
    ("question", "products"),
    [
        ("whats the fee on HARBOUR PLUS acct", [{"Harbour Plus Account"}]),
        ("fee of my harbour account?", [{"Harbour Account"}]),
        ("limit on the business harbour card", [{"Business Harbour Rewards Card"}]),
        ("harbour account (not plus) fee", [{"Harbour Account"}]),
        ("does the cedar saver pay more with harbour rewards card", [{"Cedar Saver"}, {"Harbour Rewards Card"}]),
        ("cedarsaver rate", [{"Cedar Saver"}]),
        ("rate on my cedar", [{"Cedar Saver"}]),
        ("does Cedar pay more", [{"Cedar Saver"}]),
        ("does cedar pay more", []),
        ("what does the Cedar pay", [{"Cedar Saver"}]),
        ("a chest of cedar", []),
        ("bus harbour card limit", [{"Business Harbour Rewards Card"}]),
        ("the maple, plus how much is it", [{"Maple Loan"}]),
        ("how much is it, plus what do i get", []),
        ("what does a Plus member get", [{"Harbour Plus Account"}]),
        ("when are you open", []),
    ],
)
def test_the_product_that_is_meant(names: Names, question: str, products: list[set[str]]) -> None:
    assert meant(names, question) == products


def test_an_article_in_a_products_folder_is_about_that_product() -> None:
    folder = filed("a_cedar_saver_sending_limits", "daily limit")
    _, about = mine([*filed("a_cedar_saver", "Cedar Saver"), *filed("a_maple_saver", "Maple Saver"), *folder])
    assert about["a_cedar_saver_sending_limits_002"] == "Cedar Saver"


def test_what_stands_in_brackets_belongs_to_the_name() -> None:
    families = [
        *filed("a_cedar_account_(checking)", "Cedar Account (checking)"),
        *filed("b_elm_account", "Elm Account"),
    ]
    found = mine([*families, *filed("a_cedar_account_(savings)", "Cedar Account (savings)")])[0]
    assert meant(found, "cedar acct (checking): fee?") == [{"Cedar Account (checking)"}]


def test_words_as_people_shorten_them_are_written_out(names: Names) -> None:
    said = "thx! how many hrs til it goes thru? I'd pay ur fee, lol"
    assert names.written_out(said) == "thanks! how many hours until it goes through? I'd pay your fee, "


def test_short_forms_of_names_are_written_out_unless_they_are_words(names: Names) -> None:
    said = "Will the fee on HARB plus rise? harbou, har"
    assert names.written_out(said) == "Will the fee on harbour plus rise? harbou, har"
    families = [*filed("a_cedar_account", "Cedar Account"), *filed("a_harbour_account", "Harbour Account")]
    used = mine([*families, *filed("b", "harb")])[0]
    assert used.written_out("harb account") == "harb account"
    assert Names.of_json(used.as_json()).written_out("harb account") == "harb account"


def test_what_was_learned_survives_the_row(names: Names) -> None:
    again = Names.of_json(names.as_json())
    assert meant(again, "harbour plus fee") == meant(names, "harbour plus fee") == [{"Harbour Plus Account"}]


def test_pairs_beside_each_other_are_a_glossary() -> None:
    assert mine_pairs(["雪松储蓄 (Cedar Saver) 每月计息。", "Harbour Account（港湾账户）"]) == {
        "雪松储蓄": "Cedar Saver",
        "港湾账户": "Harbour Account",
    }
