"""Turns that need no model: fixed sentences and the way to a person."""

from __future__ import annotations

import contextlib

from assistant.conversations import services
from assistant.conversations.context import FAILED, Answer, TurnContext
from assistant.conversations.states import HandoffReason
from assistant.dialogue.policy import Decision, HandOff, SayText, StaySilent
from assistant.foundation.tenancy import in_tenant
from assistant.foundation.texts import text as say
from assistant.privacy.text import Redacted


async def give_up(context: TurnContext) -> None:
    """Say that there will be no answer, and offer a person. Nobody looked into the articles, which may answer it."""
    answer = Answer(
        text=Redacted(say("failed", context.language)), outcome="declined", trace={FAILED: True}, offers_human=True
    )
    with contextlib.suppress(services.StaleTurn):
        await in_tenant(context.tenant_id, services.finish_turn, context, answer)


async def carry_out(context: TurnContext, decision: Decision) -> Answer | None:
    """Store the fixed answer; None when there is nothing to say or the turn was superseded."""
    reason: HandoffReason | None = None
    if isinstance(decision, HandOff):
        answer = Answer(text=Redacted(say("handoff", context.language)), outcome="handoff")
        reason = decision.reason
    elif isinstance(decision, SayText):
        answer = Answer(text=Redacted(say(decision.key, context.language)), outcome="scripted")
    else:
        assert isinstance(decision, StaySilent)
        return None
    try:
        await in_tenant(context.tenant_id, services.finish_turn, context, answer, hand_off_for=reason)
    except services.StaleTurn:
        return None
    return answer
