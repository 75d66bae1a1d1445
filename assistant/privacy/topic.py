"""What a text is about, without the words in which somebody says who they are."""

from __future__ import annotations

import re

from assistant.privacy.text import PLACEHOLDER, Redacted

MARK = PLACEHOLDER.pattern.replace("(", "(?:")
INTRODUCTION = re.compile(
    rf"(?:\b(?:and|und|et|y) )?(?:\b(?:my|our|mein\w{{0,2}}|mon|ma|mi|the) [\w-]{{2,16}}(?: [\w-]{{2,16}})? ?(?:is|ist|lautet|est|es|[:=])"
    rf"|\bi(?:'m| am)(?: called)?|\bthis is|\bi live (?:at|in)|\bich (?:bin|heiße|wohne(?: in)?)|\bje (?:suis|m'appelle)|\bj'habite(?: au| à)?"
    rf"|\bsoy|\bme llamo|\bvivo en) ?{MARK}",
    re.IGNORECASE,
)
GREETINGS = (
    "ahoj|aloha|bonjour|bonsoir|ciao|coucou|cześć|goedemiddag|goedemorgen|hallo|hallå|hei|hej|hejsan|hello|hey|hi|hola"
    "|merhaba|moin|namaste|salut|salve|servus|szia|tere|terve|tjena"
)
"""Words that are said before a name and before a question, in small letters."""
GREETING = re.compile(rf"^\s*(?:{GREETINGS}|guten tag|你好|您好)(?: there)?[,!.，！。 ]+", re.IGNORECASE)
CLAUSE = re.compile(r"[^.!?;,\n。！？；，]+[.!?;,\n。！？；，]*")
WORD = re.compile(r"[^\W\d_]+")
INTRODUCING = frozenset(
    "a am an and are at be by call called can card cell contact credit customer date debit dob e email from full here hello hey hi i id"
    " in is it its live lives located m mail me member mobile mr mrs ms my name named new no number of old on or our password phone pin"
    " please reach s so speaking that the this to under us you we with write account address birth born delivery postal home reach"
    " adresse alte anschrift bei bin bitte das der die email erreichen geboren geburtsdatum guten hallo heiße hier ich ist karte"
    " kartennummer konto kunde kundennummer mail mein meine meiner mich name neue nummer rufnummer tag telefon und unter von wohne"
    " appelle adresse au bonjour carte client compte de du est et habite ici j je l la le ma mail mes moi mon m nom né née numéro"
    " suis sur téléphone tél à"
    " buenos cliente con correo cuenta dirección días el en es hola llamo me mi mis móvil nacido nombre número soy tarjeta teléfono vivo y".split()
)
HAN_INTRODUCING = re.compile(
    "[你您好我叫是的姓名字卡号码住址地在邮箱电话手机身份证账号客户会员联系方式为和这位本人给打到]+"
)


def topic_of(text: Redacted) -> Redacted:
    """The text for a search: without placeholders, and without clauses that only introduce them.

    `This is <PERSON_1>. Why was my card <CARD_1> declined?` is about the card that was declined. When nothing else
    is left, the words of the introduction stay.
    """
    if PLACEHOLDER.search(text) is None:
        return text
    rest = INTRODUCTION.sub(" ", GREETING.sub("", text))
    kept = [clause for clause in CLAUSE.findall(rest) if not _introduces(clause)]
    rest = " ".join(PLACEHOLDER.sub(" ", "".join(kept)).split()).strip(" ,.，。")
    return Redacted(rest if WORD.search(rest) else " ".join(PLACEHOLDER.sub(" ", text).split()))


def _introduces(clause: str) -> bool:
    """Does the clause hold a placeholder, and beside it only words that introduce one?"""
    if PLACEHOLDER.search(clause) is None:
        return False
    rest = PLACEHOLDER.sub(" ", clause).lower()
    return all(word in INTRODUCING or HAN_INTRODUCING.fullmatch(word) for word in WORD.findall(rest))
