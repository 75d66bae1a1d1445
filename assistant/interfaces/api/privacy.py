"""Personal data: redact a text of one's own, read and set the tenant's policy, try another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant.conversations.access import Actor
from assistant.foundation import limits
from assistant.foundation.people import Tenant
from assistant.foundation.permissions import May
from assistant.foundation.tenancy import tenant_key
from assistant.interfaces.api.conversations import ERRORS, actor_of
from assistant.interfaces.api.steps import ViewInSteps
from assistant.interfaces.doors import tenant_in
from assistant.privacy import policy_draft
from assistant.privacy.name_model import WAIT_FOR_TEXT_S, check_name_model, name_models, named
from assistant.privacy.policy import (
    ALLOWED_MAX,
    PATTERN_LENGTH_MAX,
    PATTERNS_MAX,
    SAFE,
    Rules,
    Treatment,
    tenant_rules,
)
from assistant.privacy.policy_draft import (
    ALLOWED_LENGTH_MAX,
    NAME_LENGTH_MAX,
    Draft,
    NamedPattern,
    rules_of_draft,
    try_pattern,
)
from assistant.privacy.redactor import REGIONS, Redaction, redact
from assistant.privacy.text import PLACEHOLDER

MAX_TEXT_CODE_POINTS = 20_000
LONGEST_FIELD = 1_000
"""Longer than anything that is valid: what is too long is refused by the policy itself, with its own code."""
TREATMENTS = [treatment.value for treatment in Treatment]
LIMITS = {
    "patterns": PATTERNS_MAX,
    "pattern_length": PATTERN_LENGTH_MAX,
    "name_length": NAME_LENGTH_MAX,
    "allowed": ALLOWED_MAX,
    "allowed_length": ALLOWED_LENGTH_MAX,
    "text_length": MAX_TEXT_CODE_POINTS,
}


class TextIn(serializers.Serializer[Any]):
    """A text. (Any here and below: serializers of no model.)"""

    text = serializers.CharField(max_length=MAX_TEXT_CODE_POINTS, allow_blank=True, trim_whitespace=False)
    language = serializers.CharField(
        max_length=35,
        allow_blank=True,
        default="",
        help_text="Where phone numbers without a country code are at home, if not where the tenant is.",
    )


class RedactIn(TextIn):
    """A text and whose rules hold."""

    has_policy = serializers.BooleanField(
        default=True, help_text="Under the tenant's policy; otherwise under the defaults, without own patterns."
    )


class SpanOut(serializers.Serializer[Any]):
    """A personal datum of the text given; places are code points, the end exclusive."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    kind = serializers.CharField()
    placeholder = serializers.CharField(help_text="What stands there now; number 0 is for what was destroyed.")
    treatment = serializers.ChoiceField(choices=["placeholder", "destroy"])


class RedactOut(serializers.Serializer[Any]):
    """What became of it."""

    text = serializers.CharField(allow_blank=True)
    spans = SpanOut(many=True)
    destroyed = serializers.ListField(child=serializers.CharField(), help_text="Kinds of which something was destroyed")


class PatternIn(serializers.Serializer[Any]):
    """An own pattern, in the syntax of RE2; case is ignored."""

    name = serializers.CharField(max_length=LONGEST_FIELD, allow_blank=True)
    kind = serializers.CharField(max_length=LONGEST_FIELD, allow_blank=True, help_text="Such as POLICY_NUMBER.")
    pattern = serializers.CharField(max_length=LONGEST_FIELD, allow_blank=True, trim_whitespace=False)


class PolicyIn(serializers.Serializer[Any]):
    """A whole policy: it replaces the one before."""

    treatments = serializers.DictField(child=serializers.ChoiceField(choices=TREATMENTS), help_text="By kind.")
    patterns = PatternIn(many=True)
    allowed = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_FIELD), help_text="Texts that are never personal data."
    )
    must_give_reason = serializers.BooleanField(help_text="Looking behind a placeholder needs a reason.")
    retention_days = serializers.IntegerField(help_text="Days after a conversation's last message until values go.")
    name_model = serializers.CharField(
        max_length=200, allow_blank=True, default="", help_text="A larger model that finds names; one of `name_models`."
    )
    version = serializers.CharField(
        max_length=32, allow_blank=True, default="", help_text="As read; the answer is 409 when it changed meanwhile."
    )


class PolicyOut(PolicyIn):
    """The policy with every known kind; it can be sent back as it is."""

    defaults = serializers.DictField(child=serializers.ChoiceField(choices=TREATMENTS), help_text="The safe choice.")
    limits = serializers.DictField(child=serializers.IntegerField())
    name_models = serializers.ListField(
        child=serializers.CharField(), help_text="Larger models that this installation offers, by folder."
    )


class DraftIn(serializers.Serializer[Any]):
    """What of a policy decides over a text."""

    treatments = serializers.DictField(child=serializers.ChoiceField(choices=TREATMENTS), default=dict)
    patterns = PatternIn(many=True, default=list)
    allowed = serializers.ListField(child=serializers.CharField(max_length=LONGEST_FIELD), default=list)
    name_model = serializers.CharField(max_length=200, allow_blank=True, default="", help_text="One of `name_models`.")


class TryIn(TextIn):
    """A text and a policy that nobody stored; without one, the tenant's own."""

    policy = DraftIn(default=None, allow_null=True)


class PatternOut(serializers.Serializer[Any]):
    """An own pattern, tried."""

    refused = serializers.ChoiceField(
        choices=["", "kind", "length", "syntax", "empty", "slow"], help_text="Why; empty if not."
    )
    detail = serializers.CharField(allow_blank=True)
    matches = serializers.IntegerField()


class TryOut(RedactOut):
    """What would become of the text; patterns that are refused are left out."""

    patterns = PatternOut(many=True, help_text="In the order given.")


class RedactText(ViewInSteps):
    """For texts of one's own."""

    may: ClassVar = {"POST": May.SEE_CONVERSATIONS}

    @extend_schema(operation_id="privacy_redact", request=RedactIn, responses={200: RedactOut, **ERRORS})
    def post(self, request: Request) -> Response:
        """Replace personal data by placeholders. Nothing is kept: only whoever has the text can go back."""
        _within_limits(actor_of(request))
        body = RedactIn(data=request.data)
        body.is_valid(raise_exception=True)
        with self.step():
            rules = tenant_rules() if body.validated_data["has_policy"] else SAFE
        return Response(_redacted(request, body.validated_data, rules))


class Policy(APIView):
    """What the tenant wants done with each kind of personal data."""

    may: ClassVar = {"GET": May.SEE_PRIVACY, "PUT": May.SET_PRIVACY}

    @extend_schema(operation_id="privacy_policy_retrieve", responses={200: PolicyOut, **ERRORS})
    def get(self, request: Request) -> Response:
        """The whole policy."""
        return Response(_policy_out(policy_draft.stored_draft()))

    @extend_schema(operation_id="privacy_policy_replace", request=PolicyIn, responses={200: PolicyOut, **ERRORS})
    def put(self, request: Request) -> Response:
        """Replace it. Holds for what is written from now on; audited."""
        body = PolicyIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        version = given.pop("version")
        return Response(_policy_out(policy_draft.store(_draft(given), by=actor_of(request).name, version=version)))


class TryPolicy(ViewInSteps):
    """See what a policy would do before it is stored."""

    may: ClassVar = {"POST": May.SEE_PRIVACY}

    @extend_schema(operation_id="privacy_try", request=TryIn, responses={200: TryOut, **ERRORS})
    def post(self, request: Request) -> Response:
        """The text under the draft, and how each of its own patterns does. Nothing is kept."""
        _within_limits(actor_of(request))
        body = TryIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        with self.step():
            draft = policy_draft.stored_draft() if given["policy"] is None else _draft(given["policy"])
        if len(draft.patterns) > PATTERNS_MAX or len(draft.allowed) > ALLOWED_MAX:
            raise policy_draft.TooMany("More own patterns or allowed texts than there may be.")
        if given["policy"] is not None:
            check_name_model(draft.name_model)
        tried = [try_pattern(pattern, given["text"]) for pattern in draft.patterns]
        good = [pattern for pattern, trial in zip(draft.patterns, tried, strict=True) if not trial.refused]
        outcome = _redacted(request, given, rules_of_draft(replace(draft, patterns=good)))
        return Response({**outcome, "patterns": list(map(asdict, tried))})


def _within_limits(actor: Actor) -> None:
    limits.take("privacy.actor", tenant_key(actor.name))


def _redacted(request: Request, given: dict[str, Any], rules: Rules) -> dict[str, Any]:
    """(Any: JSON.)"""
    text, language = given["text"], given["language"][:2].lower()
    region = _region(tenant_in(request._request), language)
    found = named(text, rules.name_model, within_s=WAIT_FOR_TEXT_S)
    redaction = redact(text, region=region, rules=rules, extra=found)
    return {
        "text": redaction.text,
        "spans": [
            {
                "start": one.start,
                "end": one.end,
                "kind": one.kind,
                "placeholder": name,
                "treatment": rules.treatment(one.kind),
            }
            for one, name in zip(redaction.found, _placeholders(redaction), strict=True)
        ],
        "destroyed": sorted(redaction.destroyed),
    }


def _placeholders(redaction: Redaction) -> Iterator[str]:
    """What stands for each datum, found by its place: between them both texts are the same."""
    place = end = 0
    for one in redaction.found:
        place += one.start - end
        end = one.end
        match = PLACEHOLDER.match(redaction.text, place)
        assert match is not None  # the redactor put one there
        place = match.end()
        yield match.group()


def _region(tenant: Tenant, language: str) -> str:
    is_at_home = not language or language == tenant.language[:2].lower()
    return tenant.region if is_at_home else REGIONS.get(language, tenant.region)


def _draft(given: dict[str, Any]) -> Draft:
    """(Any: validated JSON.)"""
    return Draft(
        **given
        | {
            "treatments": {kind: Treatment(treatment) for kind, treatment in given["treatments"].items()},
            "patterns": [NamedPattern(**one) for one in given["patterns"]],
        }
    )


def _policy_out(draft: Draft) -> dict[str, Any]:
    """(Any: JSON.)"""
    defaults = {kind: policy_draft.default_of(kind) for kind in draft.treatments}
    offered = {"limits": LIMITS, "name_models": name_models()}
    return {**asdict(draft), "defaults": defaults, "version": draft.version, **offered}
