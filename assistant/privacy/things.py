"""Numbers that belong to things: orders, parcels, cases, products, versions. They are not personal data.

An assistant that masks the order number is useless, so every detector of bare numbers asks here.
"""

from __future__ import annotations

import re

from assistant.privacy.patterns import words
from assistant.privacy.view import WORD, View

WINDOW = 36
THINGS = (
    r"orders?|track(?:ing)?|shipments?|parcels?|packages?|consignment|awb|waybill|invoices?|receipts?|cases?|tickets?"
    r"|incidents?|bookings?|reservations?|confirmation|sku|items?|articles?|products?|parts?|models?|serial|s/n|imei"
    r"|ean|isbn|gtin|upc|barcode|versions?|builds?|batch|lots?|coupon|voucher|promo(?:tion)?|transactions?|quotes?"
    r"|quotation|purchase order|returns?|rma|claims?|flights?|deliver(?:y|ies)|dispatch|requests?|errors?|firmware|release"
    r"|uuid|guid|trace|session|build|commit|job|thread|page|row|line|room|gate|seat|chapter|section|form|reference|ref|re|regarding|concerning|about"
    r"|bestell\w*|auftrags?\w*|sendungs?\w*|sendung|paket\w*|rechnungs?\w*|vorgangs?\w*|artikel\w*|produkt\w*|serien\w*"
    r"|liefer\w*|bestellung|buchung\w*|beleg\w*|fall|fehler\w*|modell\w*|aktenzeichen|bzgl|betr|wegen|retoure\w*"
    r"|commandes?|colis|suivi|factures?|dossiers?|r[ée]f[ée]rences?|r[ée]f|articles?|produits?|s[ée]rie|envoi|livraison"
    r"|mod[èe]le|bon|devis|retours?|erreur|ticket|concernant"
    r"|pedidos?|env[íi]os?|seguimiento|facturas?|casos?|referencia|art[íi]culos?|productos?|paquetes?|reservas?|serie"
    r"|modelo|entrega|albar[áa]n|devoluci[óo]n|incidencia|sobre|c[óo]digo postal"
)
NUMBER_WORD = (
    r"(?:n(?:o|r|um|º|°|umber|umbers|ummer|um[ée]ro|úmero)?|#|ids?|codes?|c[óo]digo|de|der|des|del|mit der|num\w*)"
)
STEMS = tuple({stem for thing in THINGS.split("|") if (stem := re.sub(r".\?.*|[^a-z].*", "", thing))})
"""How their words begin: most texts hold none."""
OF_A_THING = words(
    rf"\B<(?:{THINGS})(?:[\s-]{{0,2}}{NUMBER_WORD}){{0,3}}"
    r"[\s.:#()\"'=-]{0,4}(?:(?:is|was|ist|lautet|est|es|war|:)[\s:]{0,2})?[\"'(#]?[a-z]{0,6}[-_#]?\Z"
    r"|(?:订单|物流|快递|运单|单据|工单|案件|编号|序列|型号|版本|发票|商品|产品|货号|包裹|追踪|单|批次)[号码编号单]{0,3}(?:是|为)?[\s::#]{0,2}[a-z]{0,6}\Z"
)


def is_of_a_thing(view: View, start: int) -> bool:
    """Does the number that begins here name an order, a parcel or the like?"""
    return names_a_thing(view.before(start, WINDOW))


def names_a_thing(before: str) -> bool:
    """Does a text in lower case end with the name of a thing that has a number?"""
    has_word = not before.isascii() or any(word.startswith(STEMS) for word in WORD.findall(before)) or "s/n" in before
    return has_word and OF_A_THING.search(before) is not None
