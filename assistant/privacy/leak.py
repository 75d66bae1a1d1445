"""The check on the way out: personal data that the model made up or remembered does not leave."""

from __future__ import annotations

from assistant.privacy.detectors import Found
from assistant.privacy.policy import SAFE, Rules, essence
from assistant.privacy.redactor import MASK, find, replaced
from assistant.privacy.text import PLACEHOLDER, Redacted


def mask_leaks(text: str, *, shown: str, region: str, rules: Rules = SAFE) -> Redacted:
    """Mask every personal datum that does not stand in what was `shown` to the model as evidence."""
    evidence = essence(shown)

    def checked(found: Found) -> str:
        is_ours = PLACEHOLDER.fullmatch(found.value) is not None or essence(found.value) in evidence
        return found.value if is_ours else MASK * 4

    return Redacted(replaced(text, find(text, region=region, rules=rules), checked))
