"""Forms of German, French and Spanish words, by rule: good enough to tell a word from a name."""

from __future__ import annotations

SPANISH_ENDS = {
    "ar": "o as a amos áis an é aste ó amos asteis aron aba abas ábamos aban e es emos éis en ara aran ase ando ado ada"
    " ados adas ad",
    "er": "o es e emos éis en í iste ió imos isteis ieron ía ías íamos ían a as amos áis an iera ieran iese iendo ido"
    " ida idos idas ed",
    "ir": "o es e imos ís en í iste ió imos isteis ieron ía ías íamos ían a as amos áis an iera ieran iese iendo ido"
    " ida idos idas id",
}
SPANISH_AFTER_INFINITIVE = "é ás á emos éis án ía ías íamos ían me te se lo la los las le les nos melo telo"
SPANISH_STRONG = {
    "ar": "o as a an e es en eme enme elo enlo enos ame alo ala anos ale amelo",
    "er": "o es e en a as an ame anme alo anlo eme elo ela enos ele emelo",
}
SPANISH_GERUND = {"ar": "ando", "er": "iendo", "ir": "iendo"}
SPANISH_STRONG["ir"] = SPANISH_STRONG["er"]
SPANISH_SOFT = {"c": "qu", "g": "gu", "z": "c"}

FRENCH_ENDS = {
    "er": "e es ons ez ent ais ait ions iez aient a èrent é ée és ées ant",
    "ir": "is it issons issez issent issais issait issaient i ie ies irent isse issant",
    "re": "s ons ez ent ais ait ions iez aient u ue us ues ant e es it irent",
}
FRENCH_AFTER = "ai as a ons ez ont ais ait ions iez aient"

GERMAN_APART = (
    "zurück heraus herunter hinzu hinein weiter wieder zusammen fest frei fern vorbei um ab an auf aus bei dar durch ein"
    " fort her hin los mit nach nieder vor weg zu"
).split()
GERMAN_STUCK = "be ent er ge miss ver zer".split()
GERMAN_WEAK = "e st t en te test ten tet"
GERMAN_ADJECTIVE = "e en er es em"


def spanish(verbs: list[str], adjectives: list[str], nouns: list[str]) -> list[str]:
    """All forms; a verb may give its changed stem after a colon."""
    forms = []
    for entry in verbs:
        verb, _, strong = entry.partition(":")
        end = verb[-2:].replace("í", "i")
        if " " in verb or end not in SPANISH_ENDS:
            continue
        stem = verb[:-2]
        forms += [verb, *(_spanish_joined(stem, ending) for ending in SPANISH_ENDS[end].split())]
        forms += [verb + ending for ending in SPANISH_AFTER_INFINITIVE.split()]
        forms += [stem + SPANISH_GERUND[end] + ending for ending in ("me", "se", "lo", "la", "le", "nos")]
        forms += [_spanish_joined(strong or stem, ending) for ending in SPANISH_STRONG[end].split()]
    for adjective in adjectives:
        forms += [adjective, *_spanish_plurals(adjective)]
        if adjective.endswith("o"):
            forms += [adjective[:-1] + ending for ending in ("a", "as", "amente", "ito", "ita", "ísimo", "ísima")]
    for noun in nouns:
        forms += [noun, *_spanish_plurals(noun)] if " " not in noun else noun.split()
        if noun[-1] in "oa" and " " not in noun:
            forms += [f"{noun[:-1]}it{noun[-1]}", f"{noun[:-1]}it{noun[-1]}s"]
    return forms


def french(verbs: list[str], adjectives: list[str], nouns: list[str]) -> list[str]:
    """All forms."""
    forms = []
    for verb in verbs:
        if " " in verb or verb[-2:] not in FRENCH_ENDS:
            forms += verb.split()
            continue
        stem, future = verb[:-2], verb.removesuffix("e") if verb.endswith("re") else verb
        forms += [verb, *(_french_joined(stem, ending) for ending in FRENCH_ENDS[verb[-2:]].split())]
        forms += [future + ending for ending in FRENCH_AFTER.split()]
    for adjective in adjectives:
        forms += [adjective, adjective + "s", adjective + "e", adjective + "es"]
        for end, other in (
            ("eux", "euse"),
            ("if", "ive"),
            ("el", "elle"),
            ("en", "enne"),
            ("er", "ère"),
            ("al", "aux"),
        ):
            if adjective.endswith(end):
                forms += [adjective.removesuffix(end) + other, adjective.removesuffix(end) + other.rstrip("x") + "s"]
    for noun in nouns:
        forms += [noun, noun if noun.endswith(("s", "x", "z")) else noun + ("x" if noun.endswith("eau") else "s")]
    return [word for form in forms for word in form.split()]


def german(verbs: list[str], adjectives: list[str], nouns: list[str]) -> list[str]:
    """All forms; nouns keep their large letter."""
    forms = []
    for verb in verbs:
        forms += [verb, *_german_verb(verb)] if verb.endswith("n") and " " not in verb else []
    for adjective in adjectives:
        stem = adjective.removesuffix("e")
        forms += [adjective, *(stem + ending for ending in GERMAN_ADJECTIVE.split()), stem + "ere", stem + "eren"]
        forms += [stem + "er", stem + "sten", stem + "ste"]
    for noun in nouns:
        forms += [noun, noun.removesuffix("e") + "chen", *_german_plurals(noun)] if " " not in noun else noun.split()
    return forms


def german_compound(first: str, second: str) -> str:
    """`Zahlung` and `Frist` become `Zahlungsfrist`."""
    joint = "s" if first.endswith(("ung", "heit", "keit", "ion", "tät", "schaft", "ling", "um")) else ""
    return first + ("n" if first.endswith("e") else joint) + second.lower()


def _spanish_joined(stem: str, ending: str) -> str:
    if ending[0] in "eé" and stem[-1:] in SPANISH_SOFT:
        return stem[:-1] + SPANISH_SOFT[stem[-1]] + ending
    return stem + ending


def _spanish_plurals(word: str) -> list[str]:
    if word.endswith(("s", "x")):
        return []
    if word.endswith("z"):
        return [word[:-1] + "ces"]
    if word.endswith("ón"):
        return [word[:-2] + "ones"]
    return [word + ("s" if word[-1] in "aeiouáéíóú" else "es")]


def _french_joined(stem: str, ending: str) -> str:
    if ending[0] in "aoâ" and stem.endswith(("g", "c")):
        return stem + "e" + ending if stem.endswith("g") else stem[:-1] + "ç" + ending
    return stem + ending


def _german_verb(verb: str) -> list[str]:
    apart = next((front for front in GERMAN_APART if verb.startswith(front) and len(verb) > len(front) + 4), "")
    rest = verb.removeprefix(apart)
    stem = rest.removesuffix("en") if rest.endswith("en") else rest.removesuffix("n")
    vowel = "e" if stem.endswith(("t", "d")) else ""
    is_stuck = rest.endswith("ieren") or any(rest.startswith(front) for front in GERMAN_STUCK)
    participle = f"{apart}{'' if is_stuck else 'ge'}{stem}{vowel}t"
    finite = [stem + (vowel if ending[0] in "st" else "") + ending for ending in GERMAN_WEAK.split()]
    forms = [stem, *finite, *(apart + form for form in finite), *(verb + "d" + end for end in ("", "e", "en", "er"))]
    return [*forms, participle, *(participle + end for end in GERMAN_ADJECTIVE.split()), f"{apart}zu{rest}"]


def _german_plurals(noun: str) -> list[str]:
    if noun.endswith("e"):
        return [noun + "n"]
    if noun.endswith(("ung", "heit", "keit", "ion", "tät", "schaft", "ei")):
        return [noun + "en"]
    if noun.endswith(("er", "el", "en")):
        return [noun + "s", noun + "n"]
    return [noun + "e", noun + "en", noun + "s", noun + "es"]
