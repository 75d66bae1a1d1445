"""What proves who somebody is: passwords, PINs, one-time codes, security codes of cards."""

from __future__ import annotations

import re

from assistant.privacy.announced import value_after
from assistant.privacy.detectors import Detector, Spans
from assistant.privacy.view import View

IS = r"(?:is|was|ist|war|lautet|est|es|era|[:=]|：|->|=>|是|为|to|as|with|auf|mit|en|por|avec|改成|改为)"
LINK = rf"[\s\"'`*(]{{0,3}}(?:{IS}[\s\"'`*:(]{{0,3}}){{0,2}}"

PASSWORD = re.compile(
    r"(?P<cue>\b(?:pass-?(?:word|phrase|code)|pw|pwd|passwd|passwor[dt]|kennwort|passwort|losungswort|mot de passe|mdp|contrase[ñn]a"
    r"|clave(?: de acceso| secreta)?|palabra clave)\b|密码|口令|暗号)"
    r"(?: (?:for|of|f[üu]r|pour|de|para) [^\s:=]{1,20}(?: [^\s:=]{1,20}){0,2})?"
    rf"(?P<link>{LINK})(?P<value>[^\s\"'`<>，。；、！？]{{3,64}})"
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
LOGIN = re.compile(
    r"\b(?:log-?in|log in|credentials?|user(?:name)?|sign-?in|zugangsdaten|zugang|benutzer(?:name)?|anmeldung|identifiants?"
    r"|utilisateur|usuario|credenciales|acceso)\b[\s:=]{1,3}(?P<user>[^\s/|,;:]{3,64})\s?[/|,;]\s?(?P<value>[^\s,;|]{6,64})"
    r"|(?:账号|用户名|登录)[\s:=：]{0,3}(?P<user2>[^\s/|,;:，]{3,64})\s?[/|,;，]\s?(?P<value2>[^\s,;|，。]{6,64})"
)
PIN = re.compile(
    r"\bpin(?:s|-?(?:code|nummer))?\b(?:[ -](?:code|number|no|nr))?|\bgeheim(?:zahl|nummer|code)\b"
    r"|\bcode (?:pin|secret|confidentiel)|\b(?:c[óo]digo|n[úu]mero|clave) (?:pin|secreta?)|\bunlock code|\bpasscode"
    r"|取款码|密码|口令|pin码"
)
OF_WHAT = re.compile(r" (?:for|of|f[üu]r|pour|de|para|on|von) (?:[^\s:=0-9]{1,20} ){1,3}?(?=is|ist|est|es|[:=0-9])")
ONE_TIME = re.compile(
    r"\botp\b|\bone[- ]?time[- ]?(?:pass)?(?:code|word|password|pin)|(?<!social )\b(?:verification|security|confirmation"
    r"|authentication|auth|log-?in|sign-?in|access|sms|text|2fa|mfa|two-factor|activation|authenticator|recovery|backup)"
    r" ?(?:codes?|number|pin|token)\b|\b(?:sms|mobile|photo|push)?-?tan\b|\bbest[äa]tigungs(?:code|nummer)"
    r"|\bsicherheits(?:code|nummer)|\beinmal(?:code|passwort|kennwort|pin)|\bverifizierungs?code|\bfreischaltcode"
    r"|\bpr[üu]f(?:code|ziffern?|nummer)|\bcode (?:de (?:v[ée]rification|s[ée]curit[ée]|confirmation|validation)|sms|unique)"
    r"|\b(?:c[óo]digo|clave) (?:de (?:verificaci[óo]n|seguridad|confirmaci[óo]n|acceso|un solo uso)|sms|temporal)"
    r"|\bcv[vcn]2?\b|\bcsc\b|\bcid\b|\bcard verification\b|\bcryptogramme|\bcrypto(?= \d)"
    r"|\b(?:three|3|last three|drei|trois|tres|[úu]ltimos tres) (?:digits|numbers|ziffern|chiffres|d[íi]gitos|cifras)"
    r" (?:on the back|behind|hinten|auf der r[üu]ckseite|au dos|del reverso|de atr[áa]s)"
    r"|验证码|校验码|动态码|动态密码|安全码|确认码|激活码|后三位(?:数|是)?|背面三位"
)
FILLER = re.compile(
    r"(?: (?:i|you|we|they|that|which|it|just|got|received|sent|texted|me|on|the|back|from|your|app|text|by|was|says?|reads|today|now"
    r"|ich|bekam|lautete|habe|per|sms|erhalten|j'ai|re[çc]ue?|par|que|recib[íi]|me|lleg[óo]|por|mi|my|mein|mon))*(?= )"
)
THE_CODE = re.compile(
    r"\b(?:the|my|this|your|der|mein|dein|le|mon|ce|el|mi|este) (?:c[óo]digo|code)(?: (?:is|ist|est|es|lautet|was|i|you|they|we|got|get"
    r"|received|sent|texted|me|que|recib[íi]|re[çc]u|par|per|por|sms|text|lleg[óo]|from|app|the|your|my|in|ich|bekam))*[\s:\"'(]{1,3}"
    r"(?=[0-9])"
)
PIN_MIN, PIN_MAX = 3, 8
CODE_MAX = 12
BARE_CODE_MIN, BARE_CODE_MAX = 4, 8
AFTER_CARD = re.compile(
    r"(?<=[0-9])[\s,;]{1,3}(?:exp\w*[\s.:]{0,3})?(?:0[1-9]|1[0-2]) ?/ ?(?:20)?[2-4][0-9][\s,;/]{1,3}(?P<value>[0-9]{3,4})(?![0-9])"
)
WORDS = frozenset(
    "password passphrase passcode pass pw pwd passwd passwort passwor kennwort losungswort mdp contraseña contrasena clave pin pins"
    " pincode pinnummer geheimzahl geheimnummer geheimcode secret code codes otp tan csc cid cvv cvc cryptogramme código codigo"
    " numéro login log credentials credential user username sign zugangsdaten zugang benutzer benutzername anmeldung identifiants"
    " identifiant utilisateur usuario credenciales acceso number verification unlock passcode einmalcode einmalpasswort"
    " sicherheitscode sicherheitsnummer bestätigungscode bestätigungsnummer verifizierungscode freischaltcode prüfziffer"
    " prüfnummer prüfcode exp mot smstan phototan pushtan codigo digits numbers ziffern chiffres dígitos cifras crypto cvn".split()
)
SIGNS = re.compile("码|口令|账号|用户名|登录|暗号|后三位|三位")
SHORTEST = 3
MARKS = re.compile(r"[0-9]|[^\w\s.,;:!?()]|(?<=[a-z])[A-Z]")


def find(view: View, region: str) -> Spans:
    """The value alone; the word that announces it stays."""
    if WORDS.isdisjoint(view.words) and (view.plain.isascii() or not SIGNS.search(view.plain)):
        if view.groups and "/" in view.plain:
            yield from (match.span("value") for match in AFTER_CARD.finditer(view.plain))
        return
    lower = view.lower
    for match in PASSWORD.finditer(lower):
        start, end = match.span("value")
        end = start + len(_bare(view.plain[start:end]))
        if _is_password(view, match, start, end):
            yield start, end
    for match in LOGIN.finditer(lower):
        name = "value" if match["value"] else "value2"
        start, end = match.span(name)
        end = start + len(_bare(view.plain[start:end]))
        if MARKS.search(view.plain[start:end]):
            yield start, end
    if not view.groups:
        return
    yield from (match.span("value") for match in AFTER_CARD.finditer(lower))
    for match in PIN.finditer(lower):
        of_what = OF_WHAT.match(lower, match.end())
        yield from _code(view, of_what.end() if of_what else match.end(), PIN_MIN, PIN_MAX, has_letters=False)
    for match in ONE_TIME.finditer(lower):
        filler = FILLER.match(lower, match.end())
        yield from _code(view, filler.end() if filler else match.end(), PIN_MIN, CODE_MAX, has_letters=True)
    for match in THE_CODE.finditer(lower):
        yield from _code(view, match.end(), BARE_CODE_MIN, BARE_CODE_MAX, has_letters=False)


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
    if len(value) < SHORTEST or value.lower() in NOT_A_PASSWORD or (not link and value.startswith("-")):
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
