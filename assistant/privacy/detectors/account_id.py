"""Numbers by which a company or a bank knows a person: customer, member and bank account numbers, routing numbers."""

from __future__ import annotations

import re

from assistant.privacy.announced import NUMBER, value_after
from assistant.privacy.detectors import Detector, Spans, capitals
from assistant.privacy.view import View

# Words that need `number`, `id` or the like behind them, and words that are enough.
NUMBERED = (
    r"accounts?|acct?|a/c|customers?|clients?|members?(?:hip)?|subscribers?|users?|patients?|policyholder|rewards?"
    r"|frequent flyer|insurance member|contract holder|compte|client|adh[ée]rent|membre|abonn[ée]|cliente|cuenta|socio"
    r"|abonado|usuario|kunden?|konto|mitglied"
)
ENOUGH = (
    r"kunden-?(?:nummer|nr|id|konto)|kd\.?-?nr|konto-?(?:nummer|nr)?|mitglieds?-?(?:nummer|nr)|bankleitzahl|blz"
    r"|vertragskonto\w*|depot-?(?:nummer|nr)|versicherten-?(?:nummer|nr)|benutzer-?(?:nummer|id)|kundenkennung"
    r"|(?:num[ée]ro|n[°º]|no) (?:de |d')?(?:client|compte|adh[ée]rente?|membre|abonn[ée]e?|carte de fid[ée]lit[ée])"
    r"|compte(?: bancaire)?|code (?:banque|guichet|client)|rib|identifiant(?: client)?"
    r"|n[úu]mero de (?:cliente|cuenta|socio|abonado)|cuenta(?: bancaria)?|socio|socia|abonado|ccc|clabe|cbu"
    r"|routing|transit|aba|sort[ -]?code|bsb|ifsc|acct?|a/c|loyalty(?: card)?|membership|mbr"
    r"|客户(?:编?号|id)?|会员[卡编]?号?|账户|帐户|账号|帐号|用户(?:编号|号|id)|户号|银行账?号"
)
WITH_NUMBER = re.compile(rf"(?<![^\W\d_])(?:{NUMBERED})[\s-]{{0,2}}(?=(?:{NUMBER})(?![a-z])|#)")
BARE = re.compile(
    rf"(?<![^\W\d_])(?:{ENOUGH})(?![^\W\d_])|(?:客户编?号|会员[卡编]?号|账户|账号|用户(?:编号|号|id)|户号)"
)
DIRECT = re.compile(r"(?<![^\W\d_])(?:accounts?|customer|client|member)(?=[\s:#]{1,2}(?:[a-z]{1,4}-?)?[0-9]{5})")
PREFIXED = re.compile(
    r"(?<![a-z0-9_/.-])(?:cust(?:omer)?|acct?|account|client|cli|member|mbr|memb|user|usr|kd|kdnr|kunde|konto|socio"
    r"|patient)(?:[-_#]{1,2}(?=[a-z0-9-]{0,10}[0-9]{3})[a-z0-9]{3,24}(?:-[a-z0-9]{2,12}){0,3}|[0-9]{4,14})(?![a-z0-9-])"
)
MARKS = re.compile(
    r"acc|a/c|cust|client|member|subscriber|user|patient|loyal|reward|flyer|kunde|kd|konto|mitglied|bank|blz|vertrag"
    r"|depot|versichert|benutzer|compte|adh[ée]r|abonn|num[ée]ro|guichet|rib|identifiant|cuenta|n[úu]mero|ccc|clabe|cbu"
    r"|routing|transit|aba|sort|bsb|ifsc|客户|会员|账|帐|用户|户号|mbr|usr|cli|socio|memb|abonado|usuario|contract"
)
FEWEST_DIGITS = 4


def find(view: View, region: str) -> Spans:
    """The number alone, with at least four digits."""
    lower = view.lower
    if not view.groups or not MARKS.search(lower):
        return
    yield from (match.span() for match in PREFIXED.finditer(lower))
    for pattern in (WITH_NUMBER, BARE, DIRECT):
        for match in pattern.finditer(lower):
            value = value_after(view, match.end(), fewest=FEWEST_DIGITS)
            if value is not None:
                yield value


DETECTOR = Detector(kind="ACCOUNT_ID", rank=28, find=find, normal=capitals)
