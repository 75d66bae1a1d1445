"""What proves who somebody is: passwords, PINs, one-time codes, security codes of cards."""

from __future__ import annotations

import re

from assistant.privacy.announced import value_after
from assistant.privacy.detectors import Detector, Spans
from assistant.privacy.patterns import cue, words
from assistant.privacy.view import View

IS = r"(?:is|was|ist|war|lautet|est|es|era|[:=]|：|->|=>|是|为|我设的|设的|设为|设成|设置|c'[ée]tait|[ée]tait|to|as|with|auf|mit|en|por|avec|改成|改为)"
LINK = rf"[\s\"'`*(]{{0,3}}(?:{IS}[\s\"'`*:(]{{0,3}}){{0,2}}"

VALUE = r"(?P<value>(?![/?])[^\s\"'`<>，。；、！？一-鿿]{3,64})"
FOR_WHAT = r"(?: (?:for|of|on|f[üu]r|auf|pour|sur|de|para|en) [^\s:=]{1,20}(?: [^\s:=]{1,20}){0,2})?"
PASSWORD = cue(
    "pass password passphrase passcode pw pwd passwd passwort kennwort losungswort mot mdp contraseña contrasena clave palabra",
    r"(?:pass(?= ?(?:is|[:=]))|pass-?(?:word|phrase|code)|pw|pwd|passwd|passwor[dt]|kennwort|passwort|losungswort|mot de passe|mdp"
    rf"|contrase[ñn]a|clave(?: de acceso| secreta)?|palabra clave)\b{FOR_WHAT}(?P<link>{LINK}){VALUE}",
    rf"(?:密码|口令|暗号)(?P<link>{LINK}){VALUE}",
)
STRONG_LINK = re.compile(r"[:=：\"'`]|->|=>|是|为")
NOT_A_PASSWORD = frozenset(
    "reset wrong incorrect invalid expired missing weak strong blocked locked gone required needed correct not never no"
    " forgotten lost changed change changing the a an my your our their his her and or but for from of in on at to please"
    " when why how what where which who that this it so too very still again already working accepted rejected ignored"
    " page link field manager protected protection policy rules requirements recovery reminder hint email mail box form"
    " screen option options button settings been being different same old new only just always also secure safe unknown"
    " hacked stolen leaked compromised saved stored sent shown there here good bad fine ok okay case long short least"
    " falsch richtig vergessen abgelaufen ungültig gesperrt zurücksetzen ändern nicht mehr weg verloren geändert zu und oder"
    " incorrect oublié perdu expiré changer réinitialiser incorrecto olvidada olvidé perdida cambiar restablecer caducada".split()
)
LOGIN = cue(
    "login log credentials credential user username signin sign zugangsdaten zugang benutzer benutzername anmeldung identifiants"
    " identifiant utilisateur usuario credenciales acceso",
    r"(?:log-?in|log in|credentials?|user(?:name)?|sign-?in|zugangsdaten|zugang|benutzer(?:name)?|anmeldung|identifiants?|utilisateur"
    r"|usuario|credenciales|acceso)\b[\s:=]{1,3}(?:user )?(?:as )?[^\s/|,;:]{1,64}(?: [0-9]{2,6}){0,3}(?:\s?[/|,;]\s?| w/ ?| with | mit | avec | con )(?P<value>[^\s,;|]{6,64})",
    r"(?:账号|用户名|登录)[\s:=：]{0,3}[!-+.0-~-]{3,64}\s?[/|,;，]\s?(?P<value>[!-+.0-~-]{6,64})",
)
PIN = cue(
    "door gate alarm pin pins pincode pinnummer geheimzahl geheimnummer geheimcode code código codigo número numero clave unlock passcode",
    r"(?:door|gate|alarm) code\b|pin(?:s|-?(?:code|nummer))?\b(?:[ -](?:code|number|no|nr))?|geheim(?:zahl|nummer|code)\b|code (?:pin|secret|confidentiel)\b"
    r"|(?:c[óo]digo|n[úu]mero|clave) (?:pin|secreta?)\b|unlock code|passcode",
    "取款码|密码|口令",
)
OF_WHAT = re.compile(r" (?:for|of|f[üu]r|pour|de|para|on|von) (?:[^\s:=0-9]{1,20} ){1,3}?(?=is|ist|est|es|[:=0-9])")
ONE_TIME = cue(
    "otp one onetime verification security confirmation authentication auth login log signin sign access sms text fa mfa two activation"
    " authenticator recovery backup tan smstan mobiletan phototan pushtan bestätigungscode bestätigungsnummer sicherheitscode"
    " sicherheitsnummer einmalcode einmalpasswort einmalkennwort einmalpin verifizierungscode freischaltcode prüfcode prüfziffer"
    " prüfziffern prüfnummer code código codigo clave cvv cvc cvn csc cid card cryptogramme crypto digits numbers ziffern chiffres"
    " dígitos digitos cifras sec secret temp temporary mensaje nachricht message",
    r"otp\b|one[- ]?time[- ]?(?:pass)?(?:code|word|password|pin)|(?:(?<!social )(?:verification|security|confirmation|authentication|auth"
    r"|log-?in|sign-?in|access|sms|text|(?<=2)fa|mfa|two-factor|activation|authenticator|recovery|backup) ?(?:codes?|number|pin|token)\b)"
    r"|(?:sms|mobile|photo|push)?-?tan\b|best[äa]tigungs(?:code|nummer)|sicherheits(?:code|nummer)|einmal(?:code|passwort|kennwort|pin)"
    r"|verifizierungs?code|freischaltcode|pr[üu]f(?:code|ziffern?|nummer)"
    r"|code (?:de (?:v[ée]rification|s[ée]curit[ée]|confirmation|validation)|sms|unique|hinten|on the back|au dos|de atr[áa]s)"
    r"|(?:c[óo]digo|clave) (?:de (?:verificaci[óo]n|seguridad|confirmaci[óo]n|acceso|un solo uso)|sms|temporal)"
    r"|cv[vcn]2?\b|csc\b|cid\b|card verification\b|cryptogramme|crypto(?= \d)|(?:sec|secret) code|temp(?:orary)? (?:pin|code|password)"
    r"|(?:digits|numbers|ziffern|chiffres|d[íi]gitos|cifras) (?:on the back|behind|hinten|auf der r[üu]ckseite|au dos|del reverso|de atr[áa]s)"
    r"|(?:sms|text|mensaje|nachricht|message) (?:con|with|mit|avec|saying|says|que dice)|(?<=2)fa (?:thing|app)",
    "验证码|校验码|动态码|动态密码|安全码|确认码|激活码|后三位(?:数|是)?|背面三位",
)
FILLER = re.compile(
    r"(?: (?:i|you|we|they|that|which|it|just|got|gave|received|sent|texted|mailed|emailed|me|on|the|back|from|your|app|text|by|was|says?|reads|today|now"
    r"|ich|bekam|lautete|habe|per|sms|erhalten|j'ai|re[çc]ue?|par|que|recib[íi]|me|lleg[óo]|por|mi|my|mein|mon))*(?= )"
    r"|(?: [a-zà-ÿ']{1,12}){1,4}(?=: ?[0-9])"
)
THE_CODE = cue(
    "the my this your der mein dein le mon ce el mi este",
    r"(?:the|my|this|your|der|mein|dein|le|mon|ce|el|mi|este) (?:c[óo]digo|code)(?: (?:is|ist|est|es|lautet|was|i|you|they|we|got|get"
    r"|received|sent|texted|me|que|recib[íi]|re[çc]u|par|per|por|sms|text|lleg[óo]|from|app|the|your|my|in|ich|bekam))*[\s:,\"'(]{1,3}"
    r"(?=[0-9])",
)
PIN_MIN, PIN_MAX = 3, 8
CODE_MAX = 12
BARE_CODE_MIN, BARE_CODE_MAX = 4, 8
IS_THE_CODE = words(
    r"\buse (?P<used>[0-9]{3}[ -]?[0-9]{1,5}) (?:to|as|for)\b|(?<![a-z0-9._/-])(?P<value>[0-9](?:[ .-]{0,3}[0-9]){3,9})[\"')]{0,2} (?:is|was|ist|est|es) (?:your|my|the|dein|ihr|mein|votre|mon|tu|mi|su)"
    r" (?:[a-z-]{2,14} ){0,2}(?:code|c[óo]digo|pin|passcode|password|otp)\b|(?<![0-9])(?P<other>[0-9]{4,8})(?:是|为)(?:你|您|我)?的?(?:验证码|动态码)"
)
CODE_OF_CARD = words(
    r"(?<=[0-9])[\s,;.:(/-]{1,4}(?:(?:and|und|et|y|mit|with|con|avec|the|der|le|el) )?(?:sec(?:urity)? )?(?:code|c[óo]digo|crypto\w*|cv\w{1,2}|pr[üu]fziffer|后三位)"
    r"(?: [a-zà-ÿ]{2,10}){0,2}[\s:=]{1,3}(?P<value>[0-9](?:[ -]?[0-9]){2,3})(?![0-9a-z])"
)
AFTER_CARD = re.compile(
    r"(?<=[0-9])[\s,;]{1,3}(?:exp\w*[\s.:]{0,3})?(?:0[1-9]|1[0-2]) ?/ ?(?:20)?[2-4][0-9][\s,;/]{1,3}(?P<value>[0-9]{3,4})(?![0-9])"
)
CODES = frozenset(
    "code codes use código codigo pin passcode password otp crypto cryptogramme cvv cvc cvn sec security prüfziffer".split()
)
SHORTEST = 3
MARKS = re.compile(r"[0-9]|[^\w\s.,;:!?()]|(?<=[a-z])[A-Z]")


def find(view: View, region: str) -> Spans:
    """The value alone; the word that announces it stays."""
    for match in PASSWORD.matches(view):
        start, end = match.span("value")
        end = start + len(_bare(view.plain[start:end]))
        if _is_password(view, match, start, end):
            yield start, end
    for match in LOGIN.matches(view):
        start, end = match.span("value")
        end = start + len(_bare(view.plain[start:end]))
        if MARKS.search(view.plain[start:end]) and "@" not in view.plain[start:end]:
            yield start, end
    if view.groups:
        yield from _codes(view)


def _codes(view: View) -> Spans:
    lower = view.lower
    if "/" in lower:
        yield from (match.span("value") for match in AFTER_CARD.finditer(lower))
    if view.has_han or not CODES.isdisjoint(view.words):
        yield from (match.span("value") for match in CODE_OF_CARD.finditer(lower))
        for match in IS_THE_CODE.finditer(lower):
            yield match.span(match.lastgroup or 0)
        for match in THE_CODE.matches(view):
            yield from _code(view, match.end(), BARE_CODE_MIN, BARE_CODE_MAX, has_letters=False)
    for match in PIN.matches(view):
        of_what = OF_WHAT.match(lower, match.end())
        yield from _code(view, of_what.end() if of_what else match.end(), PIN_MIN, PIN_MAX, has_letters=False)
    for match in ONE_TIME.matches(view):
        filler = FILLER.match(lower, match.end())
        yield from _code(view, filler.end() if filler else match.end(), PIN_MIN, CODE_MAX, has_letters=True)


def _code(view: View, end: int, fewest: int, longest: int, *, has_letters: bool) -> Spans:
    """The short number that follows."""
    value = value_after(view, end, fewest=fewest, longest=longest)
    if value is None:
        return
    body = [character for character in view.plain[slice(*value)] if character.isalnum()]
    follows = view.plain[value[1] : value[1] + 1]
    if (
        len(body) <= longest
        and (has_letters or all(map(str.isdecimal, body)))
        and not (follows.isascii() and follows.isalnum())
    ):
        yield value


def _bare(value: str) -> str:
    """Without the marks of the sentence; an exclamation mark behind a digit is rather a part of it."""
    bare = value.rstrip(".,;:?)*")
    return bare if bare[-2:-1].isdecimal() and bare.endswith("!") else bare.rstrip("!.,;:?)*") or value


def _is_password(view: View, match: re.Match[str], start: int, end: int) -> bool:
    """After a colon or in quotes nearly anything; after `is` what is no word, or the last word of a sentence."""
    value, link = view.plain[start:end], match["link"]
    if len(value) < SHORTEST or value.lower() in NOT_A_PASSWORD or (not link and view.plain[start - 1].isascii()):
        return False
    if MARKS.search(value):
        return bool(link.strip()) or not value.isdecimal()
    if STRONG_LINK.search(link):
        return not re.match(r"[\s]", link) or ":" in link or "=" in link or "是" in link or "为" in link
    ends_sentence = re.match(r"\s*(?:$|[.!?\n,;])", view.lower[end : end + 3]) is not None
    return (
        link.split() in (["is"], ["ist"], ["lautet"], ["est"], ["es"])
        and ends_sentence
        and value.isalpha()
        and len(value) >= 5
        and not value.endswith(("ed", "ing"))
    )


DETECTOR = Detector(kind="PASSWORD", rank=8, find=find, normal=str)
