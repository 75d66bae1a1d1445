"""Forms of English words: plurals, past, participles."""

from __future__ import annotations

VOWELS = "aeiou"


THINGS = ("food", "household", "nature", "society", "media", "tech", "money")


def derived(sections: dict[str, list[str]], more: dict[str, list[str]]) -> dict[str, list[str]]:
    """The word lists with their forms under the names that the templates use."""
    irregular = [line.split() for line in sections["irregular"]]
    verbs = sections["verb"] + more["act"]
    things = sections["thing"] + [word for name in THINGS for word in more[name]]
    sections = sections | more | {"thing": things, "adjective": sections["adjective"] + more["feeling"]}
    return sections | {
        "verb_base": verbs,
        "do": verbs + [forms[0] for forms in irregular],
        "verb_past": [past(verb) for verb in verbs] + [forms[1] for forms in irregular],
        "past": [past(verb) for verb in verbs if " " not in verb]
        + [forms[2] for forms in irregular]
        + sections["state"] * 3,
        "gerund": [gerund(verb) for verb in verbs] + [forms[3] for forms in irregular],
        "plural": [plural(thing) for thing in things],
        "noun": things,
        "word": sections["thing"] + verbs + sections["adjective"],
    }


def forms(verbs: list[str], nouns: list[str], adjectives: list[str]) -> list[str]:
    """All forms of words that follow the rules."""
    verbal = [form for verb in verbs for form in (verb, past(verb), gerund(verb), plural(verb))]
    adverbs = [word[:-1] + "ily" if word.endswith("y") else word + "ly" for word in adjectives if word[-1] != "e"]
    return verbal + [form for noun in nouns for form in (noun, plural(noun))] + adjectives + adverbs


def past(verb: str) -> str:
    """`log in to` becomes `logged in to`."""
    first, _, rest = verb.partition(" ")
    if first.endswith("e"):
        form = first + "d"
    elif first.endswith("y") and first[-2] not in VOWELS:
        form = first[:-1] + "ied"
    elif _doubles(first):
        form = first + first[-1] + "ed"
    else:
        form = first + "ed"
    return f"{form} {rest}".strip()


def gerund(verb: str) -> str:
    """`log in to` becomes `logging in to`."""
    first, _, rest = verb.partition(" ")
    if first.endswith("e") and not first.endswith("ee"):
        form = first[:-1] + "ing"
    elif _doubles(first):
        form = first + first[-1] + "ing"
    else:
        form = first + "ing"
    return f"{form} {rest}".strip()


def plural(noun: str) -> str:
    """`branch` becomes `branches`."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in VOWELS:
        return noun[:-1] + "ies"
    return noun + "s"


def _doubles(verb: str) -> bool:
    return 2 < len(verb) < 5 and verb[-1] in "bdgmnpt" and verb[-2] in VOWELS and verb[-3] not in VOWELS
