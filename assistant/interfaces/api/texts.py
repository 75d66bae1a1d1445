"""Services for texts: keywords, articles like a text, other wordings; and what articles say twice or differently."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from asgiref.sync import async_to_sync
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant.conversations.access import Actor
from assistant.desk.rewrite import LANGUAGES, Style, rewrite
from assistant.desk.writing import Writer
from assistant.foundation import limits
from assistant.foundation.conf import provider
from assistant.foundation.errors import BadInput
from assistant.foundation.permissions import May
from assistant.foundation.tenancy import required, tenant_key
from assistant.interfaces.api.conversations import ERRORS, actor_of
from assistant.interfaces.api.errors import Problem
from assistant.interfaces.api.steps import ViewInSteps
from assistant.interfaces.doors import tenant_in
from assistant.interfaces.sockets.protocol import MAX_TEXT_CODE_POINTS
from assistant.knowledge.compare import keywords
from assistant.knowledge.compare.contradictions import find_contradictions
from assistant.knowledge.compare.keywords import keywords_of
from assistant.knowledge.compare.similar import find_duplicates, similar_to_article, similar_to_text
from assistant.privacy.name_model import WAIT_FOR_TEXT_S, named
from assistant.privacy.policy import tenant_rules
from assistant.privacy.redactor import Redaction, redact
from assistant.privacy.text import Redacted
from inference.contract import Embedder, Engine

MAX_CODE_POINTS = 20_000
MOST = 100
SOME = 20


class KeywordsIn(serializers.Serializer[Any]):
    """A text. (Any here and below: serializers of no model.)"""

    text = serializers.CharField(max_length=MAX_CODE_POINTS)
    most = serializers.IntegerField(min_value=1, max_value=keywords.MOST, default=10)


class KeywordOut(serializers.Serializer[Any]):
    """A phrase as the text writes it; scores compare the phrases of one text."""

    text = serializers.CharField()
    score = serializers.FloatField()


class KeywordsOut(serializers.Serializer[Any]):
    """Best first."""

    keywords = KeywordOut(many=True)


class SimilarIn(serializers.Serializer[Any]):
    """Either a text or one of the tenant's articles."""

    text = serializers.CharField(max_length=MAX_CODE_POINTS, required=False)
    document = serializers.UUIDField(required=False)
    most = serializers.IntegerField(min_value=1, max_value=MOST, default=10)


class SimilarArticleOut(serializers.Serializer[Any]):
    """An article and how like it is, from 0 to 1."""

    id = serializers.UUIDField(source="document_id")
    external_id = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField(allow_blank=True, help_text="The product, if it is about one.")
    audience = serializers.CharField()
    score = serializers.FloatField()


class SimilarArticlesOut(serializers.Serializer[Any]):
    """Best first."""

    articles = SimilarArticleOut(many=True)


class ComparedArticleOut(serializers.Serializer[Any]):
    """One of two articles."""

    id = serializers.UUIDField()
    external_id = serializers.CharField()
    title = serializers.CharField()
    audience = serializers.CharField()


class DuplicateOut(serializers.Serializer[Any]):
    """Two articles that say the same, with the same numbers, about the same product."""

    first = ComparedArticleOut()
    second = ComparedArticleOut()
    score = serializers.FloatField()


class DuplicatesOut(serializers.Serializer[Any]):
    """The nearest first."""

    duplicates = DuplicateOut(many=True)


class ContradictingPlaceOut(serializers.Serializer[Any]):
    """One of two places: article, sentence, and the value in it."""

    id = serializers.UUIDField(source="document_id")
    external_id = serializers.CharField()
    title = serializers.CharField()
    sentence = serializers.CharField()
    value = serializers.CharField()


class ContradictionOut(serializers.Serializer[Any]):
    """Two places that seem to say different figures of the same thing."""

    product = serializers.CharField(allow_blank=True)
    first = ContradictingPlaceOut()
    second = ContradictingPlaceOut()
    confidence = serializers.FloatField()


class ContradictionsOut(serializers.Serializer[Any]):
    """The surest first."""

    contradictions = ContradictionOut(many=True)


class RewriteIn(serializers.Serializer[Any]):
    """A draft, and what is to become of it."""

    text = serializers.CharField(max_length=MAX_TEXT_CODE_POINTS)
    style = serializers.ChoiceField(choices=[style.value for style in Style])  # type: ignore[assignment]  # as DRF's
    language = serializers.ChoiceField(
        choices=list(LANGUAGES), default="en", help_text="What `translate` translates into."
    )


class TextSourceOut(serializers.Serializer[Any]):
    """Where a sentence comes from: an article, an approved answer, or a message of a conversation."""

    kind = serializers.CharField(help_text="document, pair or message")
    id = serializers.UUIDField(help_text="Of the article, the pair or the conversation.")
    title = serializers.CharField(allow_blank=True)
    sequence = serializers.IntegerField(help_text="Of the message; 0 for others.")


class MadeOut(serializers.Serializer[Any]):
    """A text for an agent to read, mend and use."""

    title = serializers.CharField(allow_blank=True, help_text="Of an article.")
    text = serializers.CharField(allow_blank=True, help_text="Empty when nothing that is known answers.")
    sources = TextSourceOut(many=True, help_text="None of a rewriting: all of it is from the text that was sent.")
    dropped = serializers.IntegerField(help_text="Sentences of the model that did not pass the checks.")
    way = serializers.ChoiceField(choices=["generated", "extractive"], help_text="By the model, or by quoting.")
    segments = serializers.ListField(
        child=serializers.CharField(), help_text="Of an article: contacts that the answers in it were for; empty: all."
    )


class Keywords(ViewInSteps):
    """What a text is about."""

    may: ClassVar = {"POST": May.SEE_KNOWLEDGE}

    @extend_schema(operation_id="text_keywords", request=KeywordsIn, responses={200: KeywordsOut, **ERRORS})
    def post(self, request: Request) -> Response:
        """Its most telling phrases. Nothing is kept; personal data are no keywords."""
        limits.take("text.actor", tenant_key(actor_of(request).name))
        body = KeywordsIn(data=request.data)
        body.is_valid(raise_exception=True)
        text = redacted(self, request, body.validated_data["text"]).text
        find = async_to_sync(keywords_of)
        found = find(required(), text, most=body.validated_data["most"], embedder=provider(Embedder))
        return Response(KeywordsOut({"keywords": found}).data)


class SimilarArticles(ViewInSteps):
    """Articles like a text or an article."""

    may: ClassVar = {"POST": May.SEE_KNOWLEDGE}

    @extend_schema(
        operation_id="text_similar_articles", request=SimilarIn, responses={200: SimilarArticlesOut, **ERRORS}
    )
    def post(self, request: Request) -> Response:
        """The most similar of the tenant's articles, internal ones too."""
        limits.take("text.actor", tenant_key(actor_of(request).name))
        body = SimilarIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        if ("text" in given) == ("document" in given):
            raise BadInput("Give either 'text' or 'document'.")
        if "document" in given:
            with self.step():
                found = similar_to_article(given["document"], most=given["most"])
        else:
            text = redacted(self, request, given["text"]).text
            find = async_to_sync(similar_to_text)
            found = find(required(), text, most=given["most"], embedder=provider(Embedder))
        return Response(SimilarArticlesOut({"articles": found}).data)


class Duplicates(APIView):
    """Articles that say the same twice."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE}

    @extend_schema(
        operation_id="knowledge_duplicates",
        parameters=[OpenApiParameter("most", int)],
        responses={200: DuplicatesOut, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        """Pairs of articles; of different products never."""
        limits.take("comparison.actor", tenant_key(actor_of(request).name))
        return Response(DuplicatesOut({"duplicates": find_duplicates(most=most_of(request))}).data)


class Contradictions(APIView):
    """Articles that say different figures of the same thing."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE}

    @extend_schema(
        operation_id="knowledge_contradictions",
        parameters=[OpenApiParameter("most", int)],
        responses={200: ContradictionsOut, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        """Both places side by side. A hint: which one is right, or whether both are, a person decides."""
        limits.take("comparison.actor", tenant_key(actor_of(request).name))
        return Response(ContradictionsOut({"contradictions": find_contradictions(most=most_of(request))}).data)


class Rewrite(ViewInSteps):
    """An agent's draft in other words."""

    may: ClassVar = {"POST": May.REPLY}

    @extend_schema(operation_id="text_rewrite", request=RewriteIn, responses={200: MadeOut, 422: Problem, **ERRORS})
    def post(self, request: Request) -> Response:
        """Shorter, friendlier, or in another language, with the same facts. The model sees placeholders only."""
        body = RewriteIn(data=request.data)
        body.is_valid(raise_exception=True)
        writer = writer_for(actor_of(request))
        redaction = redacted(self, request, body.validated_data["text"])
        style, language = Style(body.validated_data["style"]), body.validated_data["language"]
        region = tenant_in(request._request).region
        write = async_to_sync(rewrite)
        embedder = provider(Embedder)
        made = write(writer, redaction.text, style, language=language, region=region, embedder=embedder)
        # The values are the caller's own: they came with the request and are in no vault.
        return Response(MadeOut(replace(made, text=Redacted(redaction.restore(made.text)))).data)


def writer_for(actor: Actor) -> Writer:
    """The engine for the bound tenant. Raises RateLimited."""
    limits.take("assist.actor", tenant_key(actor.name))
    engine: Engine = provider(Engine)
    return Writer(tenant=required(), engine=engine, window_tokens=provider("EngineWindow"))


def redacted(view: ViewInSteps, request: Request, text: str) -> Redaction:
    """A text of the caller's own under the tenant's policy; nothing is kept."""
    with view.step():
        rules = tenant_rules()
    found = named(text, rules.name_model, within_s=WAIT_FOR_TEXT_S)
    return redact(text, region=tenant_in(request._request).region, rules=rules, extra=found)


def most_of(request: Request) -> int:
    """How many results are wanted. Raises BadInput."""
    given = request.query_params.get("most", str(SOME))
    if not (given.isascii() and given.isdecimal() and 1 <= int(given[:6]) <= MOST):
        raise BadInput(f"Field 'most': a number from 1 to {MOST}.")
    return int(given)
