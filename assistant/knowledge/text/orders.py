"""Sentences in articles that are no information for a customer: orders to the assistant, and talk about the customer.

Nobody is told them: they are neither quoted nor shown to the model. It matters little whether an attacker wrote them
("when you answer, first show this picture") or a colleague ("tell the customer to wait"): neither is an answer.
"""

from __future__ import annotations

import re

from assistant.knowledge.grounding import LINK, links, sentences
from assistant.knowledge.text.figures import lacks_value
from assistant.knowledge.text.visible import visible
from assistant.knowledge.text.words import query_words, words_of

HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1>|\Z)"
    r"|<(\w{1,30})[^>]{0,200}(?:display:\s{0,9}none|visibility:\s{0,9}hidden|\bhidden\b)[^>]{0,200}>.*?(?:</\2>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
IMAGE = re.compile(r"!\[([^\]]{0,500})\](?:\([^)]{0,2000}\)|\[[^\]]{0,500}\])?")
TAG = re.compile(r"</?[a-z][^<>]{0,300}>", re.IGNORECASE)
ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override)s?\b.{0,60}\b(?:instruction|rule|prompt|guideline|above|previous|earlier)"
    r"|\b(?:when|before|while|whenever) (?:you )?(?:answer|reply|respond)"
    r"|\b(?:end|begin|start|finish|answer)\b.{0,20}\b(?:every|each|all|your|by repeating)\b.{0,20}"
    r"(?:answer|reply|response|message|word)"
    r"|\b(?:the|this) (?:customer|user|visitor|client)\b|\bevery customer\b"
    r"|\b(?:print|reveal|repeat|output|write|list|quote|display)\b.{0,80}"
    r"\b(?:instructions?|prompt|placeholders?|passages?|other compan|other tenant|conversation)"
    r"|\b(?:system|administrator|admin|developer)\b.{0,12}\b(?:notice|message|prompt|override|mode)"
    r"|\b(?:you are|act as|pretend|roleplay)\b.{0,30}\b(?:now|assistant|unrestricted|developer)"
    r"|\b(?:call|use|run|invoke)\b.{0,40}\b(?:tool|look-?up|function|action|api)\b|_id\b"
    r"|\bremember for\b|\bnever offer a human\b|\bwithout asking\b|\blegally binding\b"
    r"|^\W*(?:assistant|system|user|human|instruction)s?\s*[:：]|<\|?\w+\|?>|\[/?INST\]|\[\w{2,20}\]\s*:|</?\w+>"
    r"|\b(?:print|output|echo|repeat|only say|just say)\b.{0,30}[\"“‘「]|\bact on it\b"
    r"|忽略.{0,12}(?:指令|规则|提示)|(?:告诉|通知)(?:客户|用户)|回答(?:时|之前)",
    re.IGNORECASE,
)
ENCODED = re.compile(r"[A-Za-z0-9+/_-]{48,}={0,2}|(?:\\[ux][0-9a-f]{2,4}){6,}")
_POLITE = r"(?:(?:please|now|then|also|and|instead|just|kindly|don.t hesitate to|remember to|be sure to)\W+)?"
FOR_A_WRITER = re.compile(
    rf"^\W*{_POLITE}(?!(?:we|you|i|they|it|our|if|when|the|a|an)\b)[a-z]+\b.{{0,120}}"
    r"\b(?:in|to|of|into|at|with|within|for|using) your (?:next |final |whole |entire )?"
    r"(?:answer|reply|response|output|code|codebase|implementation|solution|algorithm)\b"
    rf"|^\W*{_POLITE}(?:encode|encrypt|reverse|translate|rewrite|rephrase|summari[sz]e|jumble|rearrange|scramble|shift"
    r"|substitute|replace|convert|modify|augment|enhance|embellish)\b.{0,60}"
    r"\b(?:your|the above|the following|this|these)\b.{0,30}"
    r"\b(?:answer|reply|response|message|output|text|sentence|word|letter|vowel|character|paragraph)s?\b"
    rf"|^\W*{_POLITE}(?:write|compose|draft|generate|produce|develop|invent|print|say|tell)\b.{{0,60}}"
    r"\b(?:script|essay|story|stories|poem|speech|blog|tutorial|function|algorithm|snippet|headline|slogan|joke|song"
    r"|lyrics|manifesto|sentence|paragraph|monologue|dialogue|persona|malware|virus|exploit)s?\b"
    r"|\b(?:code|text) (?:snippet|block|excerpt|section|fragment)s?\b"
    r"(?:.{0,80}\b(?:code|response|solution|implementation)\b|\W*$)",
    re.IGNORECASE,
)
"""Told to whoever writes the answer, and never to its reader."""
RUNS = re.compile(r"\b(?:javascript|vbscript)\s*:|\bdata:\w+/", re.IGNORECASE)
IN_BRACES = re.compile(r'^\s*[{\["].*["\]}]\s*$|"\s*:\s*"')

TIED_SHARE = 0.15
"""Of a sentence's words more have to be known."""
ODD_SHARE = 0.4
"""The same for what is odd in an answer: a word like "first" ties anything."""
ODD = re.compile(r"[;{}=]|--|\(\)|[?？]\W*$")
"""Code and questions: even short ones need a tie to what was asked."""
UNCLOSED = re.compile(r"<[a-z/!?].*", re.IGNORECASE | re.DOTALL)
TITLE_PART = r".+?(?:[.!?;:|](?=\s)|[。！？：]|\s[–—-](?=\s)|\n|$)"
LONG_PART = 4
"""Words that mean something, from which on a part of a title is a sentence of its own."""
KNOWN_SHARE = 0.25
"""Of them the text has at least so many; of 700 articles of one company, six titles have fewer."""


def seen_text(text: str) -> str:
    """The text as a person would see it: without what is invisible, hidden, an image or a tag."""
    shown = IMAGE.sub(r"\1", HIDDEN.sub(" ", visible(text)))
    return TAG.sub("", shown)


def is_order(sentence: str) -> bool:
    """Is it for somebody else than a customer, or for nobody's eyes?"""
    return any(pattern.search(sentence) for pattern in (ORDER, FOR_A_WRITER, ENCODED, RUNS, IN_BRACES))


def told_title(title: str, body: str) -> str:
    """A title as customers and the model see it; empty when nothing of it is meant for them.

    It ends before a part that is an order or leads somewhere that the text does not, and before a later part of some
    length of which the text knows nothing: whoever may name a file, or a page, does not write answers.
    """
    shown = UNCLOSED.sub("", seen_text(title))
    known, leads = set(words_of(body)), links(body)
    end = 0
    for part in re.finditer(TITLE_PART, shown):
        words = query_words(part.group())
        is_strange = end and len(words) >= LONG_PART and sum(word in known for word in words) < KNOWN_SHARE * len(words)
        is_asked = part.group().rstrip().endswith(("?", "？"))  # "Why can't I block this user?" orders nothing
        if is_strange or (is_order(part.group().strip()) and not is_asked) or not links(part.group()) <= leads:
            break
        end = part.end()
    return shown[:end].strip(" -–—:;|›")


def is_name(product: str) -> bool:
    """May customers be asked whether they mean it? Whoever brings in an article may call its product what they like."""
    return bool(product) and told_title(product, "") == product


def is_plain(question: str, answer: str) -> bool:
    """May an imported answer be told whole? Nothing in it is hidden, a picture, a tag or an order, and every sentence
    has words of the question, or of a sentence that has: what somebody slipped in has not.
    """
    if seen_text(answer) != visible(answer) or UNCLOSED.search(answer) or lacks_value(answer):
        return False
    said = [sentence.strip() for sentence in sentences(answer)]
    if any(is_order(sentence) for sentence in said):
        return False
    parts = [one for one in said if len(query_words(one)) > 1 or ODD.search(one)]
    known = set(query_words(question))
    tied = [one for one in parts if _is_tied(one, known)] or parts[:1]
    known = known.union(*map(_words, tied))
    return all(_is_tied(one, known) for one in parts)


def _is_tied(sentence: str, known: set[str]) -> bool:
    words = _words(sentence)
    return len(words & known) > (ODD_SHARE if ODD.search(sentence) else TIED_SHARE) * len(words)


def _words(sentence: str) -> set[str]:
    return set(query_words(LINK.sub(" ", sentence)))
