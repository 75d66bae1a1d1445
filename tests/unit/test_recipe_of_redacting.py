"""The recipe for one's own texts does what it says."""

from __future__ import annotations

import json
import re

import pytest

from assistant.privacy.redactor import redact
from deploy.settings.env import ROOT

RECIPE = (ROOT / "docs" / "recipes" / "redact-your-own-texts.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", RECIPE, re.DOTALL)


def test_the_python_of_the_recipe_runs() -> None:
    first = blocks("python")[0]
    assert first.count("assert ") >= 5
    exec(compile(first, "the recipe", "exec"), {})


@pytest.mark.parametrize("answer", blocks("json"))
def test_the_answer_of_the_recipe_is_what_its_request_gives(answer: str) -> None:
    asked = json.loads(re.findall(r"-d '(.*?)'", RECIPE)[0])
    expected = json.loads(answer)
    redaction = redact(asked["text"])
    assert redaction.text == expected["text"]
    assert [(one.start, one.end, one.kind) for one in redaction.found] == [
        (span["start"], span["end"], span["kind"]) for span in expected["spans"]
    ]
    assert sorted(redaction.destroyed) == expected["destroyed"]
