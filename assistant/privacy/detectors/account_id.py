"""Numbers by which a company or a bank knows a person: customer, member and bank account numbers, routing numbers."""

from __future__ import annotations

import re

from assistant.privacy.announced import NUMBER, value_after
from assistant.privacy.detectors import Detector, Spans, capitals
from assistant.privacy.patterns import cue, words
from assistant.privacy.view import View

# Words that need `number`, `id` or the like behind them, and words that are enough.
NUMBERED = (
    r"accounts?|acct?|a/c|customers?|cust|shopper|clients?|members?(?:hip)?|subscribers?|users?|patients?|policyholder|rewards?"
    r"|frequent flyer|insurance member|contract holder|compte|client|adh[ée]rent|membre|abonn[ée]|cliente|cuenta|socio"
    r"|abonado|usuario|kunden?|konto|mitglied"
)
ENOUGH = (
    r"kunden-?(?:nummer|nr|id|konto)|kd\.?-?nr|konto-?(?:nummer|nr)?|kto\.?-?(?:nr)?|mitglieds?-?(?:nummer|nr)|bankleitzahl|blz"
    r"|vertragskonto\w*|depot-?(?:nummer|nr)|versicherten-?(?:nummer|nr)|benutzer-?(?:nummer|id)|kundenkennung"
    r"|(?:num[ée]ro|n[°º]|no) (?:de |d')?(?:client|compte|adh[ée]rente?|membre|abonn[ée]e?|carte de fid[ée]lit[ée])"
    r"|compte(?: bancaire)?|code (?:banque|guichet|client)|rib|identifiant(?: client)?"
    r"|n[úu]mero de (?:cliente|cuenta|socio|abonado)|cuenta(?: bancaria)?|socio|socia|abonado|ccc|clabe|cbu"
    r"|routing|transit|aba|sort[ -]?code|bsb|ifsc|acct?|a/c|loyalty(?: card)?|fid[ée]lit[ée]|membership|mbr|c\.c\."
)
WITH_NUMBER = cue(
    "account accounts acc acct a customer customers cust shopper client clients member members membership subscriber subscribers user users"
    " patient patients policyholder reward rewards frequent insurance contract compte adhérent adherent membre abonné abonne cliente cuenta"
    " socio abonado usuario kunde kunden konto mitglied",
    rf"(?:{NUMBERED})[\s-]{{0,2}}(?=(?:{NUMBER})\B>|#)",
)
BARE = cue(
    "kundennummer kundennr kundenid kundenkonto kunden kd kdnr kontonummer kontonr konto mitgliedsnummer mitgliedsnr mitglieds bankleitzahl blz"
    " kto vertragskonto vertragskontonummer depotnummer depot versichertennummer versicherten benutzernummer benutzer kundenkennung numéro numero n"
    " no compte code rib identifiant número cuenta socio socia abonado ccc clabe cbu routing transit aba sort bsb ifsc acc acct a loyalty fidélité"
    " fidelite membership mbr c",
    rf"(?:{ENOUGH})\B>",
    r"客户(?:编?号|id)?|会员[卡编]?号?|会员编号|积分卡号?|会员编号|账户|帐户|账号|帐号|用户(?:编号|号|id)|户号|银行账?号",
)
DIRECT = cue(
    "user usuario utilisateur account accounts customer client member",
    r"(?:user|usuario|utilisateur)(?= [0-9](?:[ -]?[0-9]){5}(?! ?[a-z]))|(?:accounts?|customer|client|member)(?=[\s:#]{1,2}(?:[a-z]{1,4}-?)?[0-9](?:[ -]?[0-9]){4})",
)
PREFIXED = re.compile(
    r"(?<![a-z0-9_/.-])cus_[a-z0-9]{8,24}(?![a-z0-9])|(?<![a-z0-9_/.-])(?:cust(?:omer)?|acct?|account|client|cli|member|mbr|memb|user|usr|kd|kdnr|kunde|konto|socio|vip"
    r"|patient)(?:[-_#]{1,2}(?=[a-z0-9-]{0,10}[0-9]{3})[a-z0-9]{3,24}(?:-[a-z0-9]{2,12}){0,3}|[0-9]{4,14})(?![a-z0-9-])"
)
SORT_CODE = re.compile(r"(?<![0-9/.-])[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9/-])")
BANK = words(r"\b(?:acc|acct|account|a/c|bank|sort)\b")
AFTER = words(
    r"(?<![a-z0-9._/-])(?P<value>(?:[a-z]{1,4}[-_ ]?)?[0-9][0-9 -]{2,18}[0-9])(?:,| is| ist| est| es) (?:my|the|our|meine?|die|mon|le|mi|el|su)"
    r" (?:account|customer|client|member(?:ship)?|kunden|konto|compte|cuenta|cliente|socio)[a-z]*(?: (?:number|no|id|nr|nummer)|nummer|nr)?\b"
)
BEHIND = frozenset(
    "account customer client member membership kundennummer kontonummer compte cuenta cliente socio".split()
)
FEWEST_DIGITS = 4


def find(view: View, region: str) -> Spans:
    """The number alone, with at least four digits."""
    lower = view.lower
    yield from (match.span() for match in PREFIXED.finditer(lower))
    if not view.groups:
        return
    for announced in (WITH_NUMBER, BARE, DIRECT):
        for match in announced.matches(view):
            value = value_after(view, match.end(), fewest=FEWEST_DIGITS)
            if value is not None:
                yield value
    for match in SORT_CODE.finditer(lower) if "-" in lower else ():
        if BANK.search(view.before(match.start())):
            yield match.span()
    if not BEHIND.isdisjoint(view.words):
        yield from (match.span("value") for match in AFTER.finditer(lower))


DETECTOR = Detector(kind="ACCOUNT_ID", rank=28, find=find, normal=capitals)
