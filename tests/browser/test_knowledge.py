"""The knowledge desk: from a question that nobody could answer to the customer who gets the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import BANK
from tests.browser.installation import Installation, forget_what_was_written
from tests.browser.people import PATIENCE_MS, Agent, Customer
from tests.browser.test_accessibility import THEMES, violations
from tests.files import pdf

LEAFLETS = "Leaflets of the test"
FEE = "What is the monthly fee of the Premier Current Account?"
BOXES = "Do you rent safe deposit boxes?"
ARTICLE = (
    "We rent safe deposit boxes in our Leeds branch.\n\nA small box costs £120 a year.\n\n"
    "## For agents\n\nLook at the waiting list in form B7 first."
)
CHECKED = (
    ("Locker keys", "A lost locker key in our branches costs £35 to replace."),
    ("Keys of lockers", "To replace a lost locker key in our branches costs £50."),
    ("Umbrella loans", "Every branch lends umbrellas for 3 days. Please bring your umbrella back to any branch."),
    ("Loans of umbrellas", "Every branch lends umbrellas for 3 days. Please bring your umbrella back to any branch."),
)
"""Two that say different figures of one thing, and two that say the same."""
TABS = ("Gaps", "Articles", "Pairs", "Sources", "Search", "Evaluation", "Checks")

LogIn = Callable[..., Agent]


@pytest.fixture(autouse=True)
def _as_before(installation: Installation) -> Iterator[None]:
    """What a test writes is gone after it: the installation is everybody's. A run that was killed left something."""
    forget_what_was_written(LEAFLETS)
    yield
    forget_what_was_written(LEAFLETS)


def sees_the_gap(page: Page, question: str) -> None:
    """It comes a moment after the answer, by a job."""
    gap = page.get_by_role("button", name=re.compile(re.escape(question)))
    for _ in range(PATIENCE_MS // 500):
        page.get_by_role("button", name=re.compile("^Open ")).click()
        page.wait_for_timeout(500)
        if gap.count():
            break
    gap.click()


def writes(page: Page, title: str, body: str) -> None:
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Text, in Markdown").fill(body)
    page.get_by_role("button", name="Save", exact=True).click()


def adds_question(page: Page, text: str, facts: str = "") -> None:
    """To the evaluation set; without facts it is one that should be declined."""
    page.get_by_role("button", name="Add question").click()
    page.get_by_label("Question", exact=True).fill(text)
    if facts:
        page.get_by_label(re.compile("^Facts")).fill(facts)
    else:
        page.get_by_role("checkbox", name=re.compile("it should be declined")).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("list", name=re.compile("^Questions")).get_by_text(text, exact=True).first).to_be_visible()


def test_question_without_an_answer_becomes_an_article_and_the_next_customer_gets_it(
    installation: Installation, customer: Customer, new_profile: Callable[..., BrowserContext], logged_in: LogIn
) -> None:
    expect(customer.asks(BOXES)).to_contain_text("I could not find that")
    page = logged_in("manager").opens_knowledge("Gaps")
    sees_the_gap(page, BOXES)
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_text("Not answered yet")).to_be_visible()

    page.get_by_role("button", name="Draft article").click()
    expect(page.get_by_text("here are the questions as headings")).to_be_visible()
    writes(page, "Safe deposit boxes", ARTICLE)
    expect(page.get_by_text("Saved as version 1.")).to_be_visible()
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_text("Customers who ask this get an answer now.")).to_be_visible()

    another = Customer(new_profile().new_page())
    another.page.goto(installation.address + BANK)
    another.opens_chat()
    answer = another.asks(BOXES)
    expect(answer).to_contain_text("Leeds")
    expect(answer.get_by_role("link", name="Safe deposit boxes")).to_be_visible()


def test_pdf_is_imported_on_the_desk_and_answers_the_next_customer(
    installation: Installation, customer: Customer, logged_in: LogIn
) -> None:
    lines = [(20.0, "Bicycle lockers"), (11.0, "A bicycle locker in Leeds costs 37 pounds a month.")]
    manager = logged_in("manager")
    page = manager.opens_knowledge("Sources")
    manager.adds_source(LEAFLETS, {"lockers.pdf": pdf(lines)})
    card = page.locator(".know-cards > li").filter(has_text=LEAFLETS)
    expect(card.get_by_text("1 article", exact=False)).to_be_visible()
    answer = customer.asks("What does a bicycle locker in Leeds cost?")
    expect(answer).to_contain_text("37 pounds")


def test_source_whose_files_are_replaced_keeps_only_what_is_in_them(logged_in: LogIn) -> None:
    lines = {name: pdf([(20.0, name), (11.0, f"What there is to know of {name}.")]) for name in ("Lockers", "Stands")}
    manager = logged_in("manager")
    page = manager.opens_knowledge("Sources")
    manager.adds_source(LEAFLETS, {f"{name}.pdf": content for name, content in lines.items()})
    card = page.locator(".know-cards > li").filter(has_text=LEAFLETS)
    expect(card.get_by_text("2 articles", exact=False)).to_be_visible()

    with page.expect_file_chooser() as chooser:
        card.get_by_role("button", name="Replace all files").click()
    chooser.value.set_files({"name": "Stands.pdf", "mimeType": "application/pdf", "buffer": lines["Stands"]})
    page.get_by_role("button", name="Replace", exact=True).click()
    expect(card.get_by_text("1 article", exact=False)).to_be_visible()


def test_resolved_conversation_becomes_an_article_that_answers_on_its_days(
    customer: Customer, tom: Agent, logged_in: LogIn
) -> None:
    customer.says("I would like to speak to a person")
    tom.opens_conversation_of(customer)
    tom.presses("Take over")
    tom.replies("A lost locker key in our Leeds branch costs £35 to replace.")
    tom.presses("Resolve")

    manager = logged_in("manager")
    manager.opens_conversation_of(customer)
    manager.page.get_by_role("button", name="Draft an article").click()
    page = manager.page
    expect(page.get_by_text("This draft is made of what was answered")).to_be_visible()
    expect(page.get_by_label("Text, in Markdown")).to_have_value(re.compile("£35"))
    page.get_by_label("Title", exact=True).fill("Locker keys")
    page.get_by_label(re.compile("^Answers until")).fill("2026-01-31")
    page.get_by_label(re.compile("^Answers from")).fill("2026-02-01")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label(re.compile("^Answers until"))).to_have_attribute("aria-invalid", "true")
    page.get_by_label(re.compile("^Answers from")).fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as version 1.")).to_be_visible()

    page.get_by_role("button", name="All articles").click()
    page.get_by_role("button", name="Expired").click()
    expect(page.locator(".know-row").filter(has_text="Locker keys").locator(".chip").first).to_have_text("expired")


def test_part_for_agents_is_split_off_and_versions_can_be_compared_and_restored(logged_in: LogIn) -> None:
    page = logged_in("manager").opens_knowledge("Articles")
    page.get_by_role("button", name="Write article").click()
    page.get_by_label("Title", exact=True).fill("Safe")
    page.get_by_role("link", name="Gaps", exact=True).click()
    page.get_by_role("link", name="Articles", exact=True).click()
    page.get_by_role("button", name="Go on writing").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Safe")
    writes(page, "Safe deposit boxes", ARTICLE)
    expect(page.get_by_text("Saved as version 1.")).to_be_visible()
    page.get_by_role("button", name="Split by audience").click()
    page.get_by_role("checkbox", name="For agents").check()
    page.get_by_role("button", name="Split", exact=True).click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    expect(page.get_by_label("Text, in Markdown")).not_to_have_value(re.compile("B7"))

    page.get_by_role("button", name="Changes Version 2").click()
    expect(page.locator(".diff-removed").filter(has_text="form B7")).to_be_visible()
    page.get_by_role("link", name="Articles", exact=True).click()
    page.get_by_label("Find by title").fill("safe deposit")
    expect(page.locator(".know-row")).to_have_count(2)
    page.locator(".know-row").filter(has_text="(internal)").click()
    expect(page.get_by_label("Text, in Markdown")).to_have_value(re.compile("B7"))
    page.go_back()
    page.locator(".know-row").filter(has_not_text="(internal)").click()
    page.get_by_role("button", name="Restore Version 1").click()
    expect(page.get_by_text("Saved as version 3.")).to_be_visible()
    expect(page.get_by_label("Text, in Markdown")).to_have_value(re.compile("B7"))


def test_article_for_gold_customers_is_found_as_one_of_them_only(logged_in: LogIn) -> None:
    page = logged_in("manager").opens_knowledge("Articles")
    page.get_by_role("button", name="Write article").click()
    page.get_by_label(re.compile("^Only for segments")).fill("Gold, vip")
    writes(page, "Safe deposit boxes", ARTICLE)
    expect(page.get_by_text("Saved as version 1.")).to_be_visible()
    expect(page.get_by_label(re.compile("^Only for segments"))).to_have_value("gold, vip")

    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("Question", exact=True).fill(BOXES)
    found = page.get_by_role("link", name=re.compile("Safe deposit boxes"))
    page.get_by_label("As customers in segments").fill("gold")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(found.first).to_be_visible()
    page.get_by_label("As customers in segments").fill("silver")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(found).to_have_count(0)


def test_source_that_is_edited_shows_its_articles_to_some_customers_only(logged_in: LogIn) -> None:
    manager = logged_in("manager")
    page = manager.opens_knowledge("Sources")
    manager.adds_source(
        LEAFLETS, {"lockers.pdf": pdf([(20.0, "Lockers"), (11.0, "A locker in York costs 41 pounds.")])}
    )
    card = page.locator(".know-cards > li").filter(has_text=LEAFLETS)
    expect(card.get_by_text("Done", exact=True)).to_be_visible()
    card.get_by_role("button", name="Edit").click()
    page.get_by_label(re.compile("^Only for segments")).fill("Gold")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(card.get_by_text("gold", exact=True)).to_be_visible()

    page.get_by_role("link", name="Articles", exact=True).click()
    page.get_by_label("Find by title").fill("lockers")
    expect(page.locator(".know-row").filter(has_text="gold")).to_have_count(1)


def test_two_who_edit_at_once_lose_nothing(logged_in: LogIn) -> None:
    one = logged_in("manager").opens_knowledge("Articles")
    one.get_by_role("button", name="Write article").click()
    writes(one, "Lost umbrellas", "They wait at the counter.")
    expect(one.get_by_text("Saved as version 1.")).to_be_visible()
    other = logged_in("admin").page
    other.goto(one.url)
    writes(other, "Lost umbrellas", "They wait in Leeds.")
    expect(other.get_by_text("Saved as version 2.")).to_be_visible()

    writes(one, "Lost umbrellas", "They wait in York.")
    expect(one.get_by_role("alert")).to_contain_text("Somebody else changed this article meanwhile")
    expect(one.get_by_label("Text, in Markdown")).to_have_value("They wait in York.")
    one.get_by_role("button", name="Show their version").click()
    expect(one.get_by_label("Text, in Markdown")).to_have_value("They wait in Leeds.")


def test_pair_is_written_and_searched_questions_show_their_scores(logged_in: LogIn) -> None:
    page = logged_in("manager").opens_knowledge("Pairs")
    page.get_by_role("button", name="Write a pair").click()
    page.get_by_label("Question", exact=True).fill("How long is the warranty?")
    page.get_by_label("Answer, word for word").fill("Two **years**.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="How long is the warranty?")).to_be_visible()

    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("Question", exact=True).fill("I am ann@example.org: monthly fee of the Premier Current Account?")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="A customer would get an answer.")).to_be_visible()
    expect(page.locator(".passage").first).to_contain_text("Premier Current Account")
    expect(page.locator(".passage").first.locator(".score-all")).to_be_visible()
    expect(page.get_by_text("ann@example.org")).to_have_count(0)


def test_own_questions_are_asked_and_the_result_stays_in_the_history(logged_in: LogIn) -> None:
    page = logged_in("manager").opens_knowledge("Evaluation")
    adds_question(page, "Will it rain on Sunday in Bergen?")
    expect(page.get_by_text("should be declined", exact=True)).to_be_visible()
    adds_question(page, FEE, facts="£18")
    page.get_by_role("button", name="Ask all now").click()
    row = page.get_by_role("row").filter(has_text="Priya Nair").first
    expect(row.get_by_role("button", pressed=True)).to_be_visible()
    expect(page.get_by_role("list", name="What came of each question")).to_contain_text("Bergen")
    expect(page.get_by_role("img", name="Risk and coverage")).to_be_visible()
    expect(page.get_by_text("The mark is where you stand")).to_be_visible()
    page.get_by_text("As a table").click()
    expect(page.get_by_role("columnheader", name="Answers that are wrong")).to_be_visible()
    assert violations(page) == []


def test_question_of_the_set_is_changed_and_removed_and_its_form_says_what_is_wrong(logged_in: LogIn) -> None:
    page = logged_in("manager").opens_knowledge("Evaluation")
    adds_question(page, "Will it rain on Sunday in Bergen?")
    adds_question(page, FEE, facts="£1\n£2")
    page.get_by_role("button", name=f"Change {FEE}").click()
    question = page.get_by_label("Question", exact=True)
    expect(question).to_be_focused()

    question.fill("Will it rain on Sunday in Bergen?")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(question).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_have_text(re.compile("no other question of the set asks the same"))
    assert violations(page) == []
    question.fill(FEE)
    page.get_by_label(re.compile("^Facts")).fill("\n".join(f"£{n}" for n in range(21)))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(re.compile("At most 20 facts"))
    page.get_by_label(re.compile("^Facts")).fill("£18")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("“£18”", exact=True)).to_be_visible()

    page.get_by_role("button", name=f"Remove {FEE}").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("“£18”", exact=True)).to_be_visible()
    page.get_by_role("button", name=f"Remove {FEE}").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("“£18”", exact=True)).to_have_count(0)
    expect(page.get_by_role("heading", name="Questions (1)")).to_be_visible()


def test_articles_that_say_twice_or_differently_stand_side_by_side_and_lead_to_their_articles(logged_in: LogIn) -> None:
    page = logged_in("manager").opens_knowledge("Articles")
    for title, body in CHECKED:
        page.get_by_role("button", name="Write article").click()
        writes(page, title, body)
        expect(page.get_by_text("Saved as version 1.")).to_be_visible()
        page.get_by_role("link", name="Articles", exact=True).click()

    page.get_by_role("link", name="Checks", exact=True).click()
    contradictions = page.get_by_role("region", name=re.compile("^Contradictions"))
    expect(contradictions.locator("mark")).to_have_text(["£35", "£50"])
    duplicates = page.get_by_role("region", name=re.compile("^Duplicates"))
    expect(duplicates.get_by_role("link", name="Umbrella loans")).to_be_visible()
    assert violations(page) == []

    duplicates.get_by_role("link", name="Loans of umbrellas").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Loans of umbrellas")


def test_agent_reads_and_an_observer_does_not_see_it(logged_in: LogIn) -> None:
    page = logged_in("agent").opens_knowledge("Articles")
    expect(page.get_by_role("button", name="Write article")).to_have_count(0)
    page.locator(".know-row").first.click()
    expect(page.get_by_label("Title", exact=True)).not_to_be_editable()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    observer = logged_in("observer").page
    expect(observer.get_by_role("link", name="Knowledge")).to_have_count(0)


@pytest.mark.parametrize("theme", THEMES)
def test_no_tab_has_an_accessibility_violation(customer: Customer, logged_in: LogIn, theme: str) -> None:
    customer.asks(BOXES)
    agent = logged_in("manager", color_scheme=theme, reduced_motion="reduce")
    page = agent.opens_knowledge("Gaps")
    sees_the_gap(page, BOXES)
    found = {tab: violations(agent.opens_knowledge(tab)) for tab in TABS}
    page.get_by_role("link", name="Articles", exact=True).click()
    page.locator(".know-row").first.click()
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    found["an article"] = violations(page)
    assert {tab: problems for tab, problems in found.items() if problems} == {}
