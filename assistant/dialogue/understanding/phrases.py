"""Wishes that people put in words we can know: a person, yes, hello. English and Chinese."""

from __future__ import annotations

import re

from assistant.knowledge.text.words import query_words


def _any(*words: str) -> str:
    return f"(?:{'|'.join(words)})"


PERSON = _any(
    "person",
    "human(?: being)?",
    "(?:real |live |support |service )?(?:agent|representative|rep|operator|advis[eo]r)",
    "someone real",
    "somebody real",
    "staff member",
    "member of staff",
    "colleague of yours",
    "(?:customer )?(?:service|support) team",
)
WISHES = _any(
    "talk",
    "speak",
    "chat",
    "connect me",
    "put me through",
    "pass me",
    "transfer me",
    "hand me over",
    "get me",
    "want",
    "need",
    "like",
    "give me",
    "is there",
    "can i have",
    "let me have",
)
HELPS = _any(
    "call", "phone", "ring", "help", "contact", "answer", "assist", "reply", "talk", "speak", "look", "take over"
)
ARTICLES = "(?:an? |the |your |some |actual |real )*"
ASK_HUMAN = (
    re.compile(rf"\b{WISHES}\b[^.!?\n]{{0,40}}?\b(?:to |with |for )?{ARTICLES}{PERSON}\b", re.IGNORECASE),
    re.compile(rf"^\W*(?:an? )?(?:real |live |actual )?{PERSON}(?: please| now)?\W*$", re.IGNORECASE),
    re.compile(rf"\b(?:can|could|will|would) (?:an?|some|any|your)\s+{PERSON} (?:please )?{HELPS}\b", re.IGNORECASE),
    re.compile(r"\b(?:talk|speak) to (?:somebody|someone|anyone)\b", re.IGNORECASE),
    re.compile(r"(?:转|找|要|接|跟|和|与|联系|换|叫)[^，。！？,.!?\n]{0,6}(?:人工|真人|客服人员|客服|专员|工作人员)"),
    re.compile(r"^\W*(?:人工|真人)(?:客服|服务)?\W*$"),
)
REFUSES = re.compile(
    r"\b(?:don'?t|do not|no need|without|rather not)\b[^.!?\n]{0,30}$|不(?:要|用|需要|想)[^，。！？,.!?]{0,4}$",
    re.IGNORECASE,
)
ASKS_ABOUT = re.compile(
    r"\b(?:need|want|like) to be an? |\bas an? (?:agent|operator)\b|\bdo (?:i|we) (?:have|need) to\b", re.IGNORECASE
)

_YES = _any(
    *("yes", "yeah", "yep", "yup", "sure", "ok(?:ay)?", "please", "please do", "yes please", "go ahead", "do it"),
    *(
        "that would be (?:great|good|nice)",
        "好",
        "好的",
        "好啊",
        "可以",
        "是",
        "是的",
        "要",
        "行",
        "嗯",
        "麻烦了?",
        "请转",
    ),
)
YES = re.compile(rf"^\W*{_YES}(?:[\s,.!]*(?:please|thanks|thank you|谢谢|吧))*\W*$", re.IGNORECASE)

_LEANS = _any(
    *(
        "and",
        "also",
        "what about",
        "how about",
        "same (?:for|with)",
        "for",
        "with",
        "but",
        "or",
        "then",
        "ok(?:ay)? and",
    )
)
FOLLOW_UP = re.compile(
    rf"^\W*{_LEANS}\b|\b(?:that|this|the other|those) (?:one|account|card)\b|^\W*(?:那|还有|以及|另外|如果是)|呢\W*$",
    re.IGNORECASE,
)
OWN_QUESTION = re.compile(
    r"^\W*(?:(?:and|also|but|or|then|ok(?:ay)? and)\s+)?"
    r"(?:how much|how many|how long|how do|what(?! about)|when|where|why|who|which|can|could|do|does|is|are|will)\b",
    re.IGNORECASE,
)
MOST_FOLLOW_UP_CHARACTERS = 80
WORDS_OF_A_QUESTION = 2

_HELLO = _any(
    *("hi", "hello", "hey", "hiya", "good (?:morning|afternoon|evening)"),
    *("你好", "您好", "嗨", "哈喽", "在吗", "早上好", "下午好", "晚上好"),
)
_THANKS = _any(
    *("thanks?(?: you)?(?: (?:so|very) much| a lot)?", "cheers", "ta", "thx", "多?谢谢?(?:你|您|啦|了)?", "感谢")
)
SMALL_TALK: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("greeting", re.compile(rf"^\W*{_HELLO}(?:\s+(?:there|all|everyone))?\W*$", re.IGNORECASE)),
    ("thanks", re.compile(rf"^\W*(?:(?:ok(?:ay)?|great|perfect)[\s,.!]*)*{_THANKS}\W*$", re.IGNORECASE)),
    ("goodbye", re.compile(r"^\W*(?:bye(?: bye)?|goodbye|see you|再见|拜拜)\W*$", re.IGNORECASE)),
)


def asks_for_human(text: str) -> bool:
    """Does the customer want a person? "I don't want to talk to an agent" does not."""
    for pattern in ASK_HUMAN:
        match = pattern.search(text)
        if match is None or ASKS_ABOUT.search(text[: match.end()]):
            continue
        if not REFUSES.search(text[: match.start() + _first(match)]):
            return True
    return False


def _first(wish: re.Match[str]) -> int:
    """Length of a wish's first word: the need of "no need" and the 要 of 不要 belong to the refusal."""
    return len(re.findall(r"[A-Za-z]+|.", wish.group(), re.DOTALL)[0])


def is_follow_up(text: str) -> bool:
    """Does it lean on what was asked before? A question with words of its own does not: "and what does Plus cost"."""
    if OWN_QUESTION.match(text) and len(query_words(text)) >= WORDS_OF_A_QUESTION:
        return False
    return len(text) <= MOST_FOLLOW_UP_CHARACTERS and FOLLOW_UP.search(text) is not None


def is_yes(text: str) -> bool:
    """A plain yes."""
    return YES.match(text) is not None


def small_talk(text: str) -> str | None:
    """The key of the sentence that answers a bare greeting, thanks or farewell."""
    return next((key for key, pattern in SMALL_TALK if pattern.match(text)), None)
