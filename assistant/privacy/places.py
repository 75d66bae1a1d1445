"""Large cities whose names are people's names too: behind a word of place they are cities."""

from __future__ import annotations

import re

CITIES = frozenset(
    "aachen alicante amiens angers atlanta augusta austin barcelona bath berlin bergen bern bilbao bochum bonn bordeaux boston bremen brest"
    " brighton bristol brooklyn brussels cádiz caen calais cambridge cannes carlisle charlotte chelsea chester cleveland colmar columbus"
    " córdoba dallas denver derby dijon dortmund dover dresden dublin duisburg durham düsseldorf edinburgh elche erfurt essen exeter florence"
    " frankfurt freiburg geneva genf gijón girona glasgow göttingen granada graz grenoble halle hamburg hannover heidelberg houston jackson"
    " jena kassel kiel köln lancaster leeds leicester leipzig león lille limoges lincoln lisbon liverpool london lourdes lübeck lyon madison"
    " madrid mainz málaga manchester mannheim marseille melbourne mérida metz miami milan montreal munich münchen münster murcia nancy nantes"
    " newcastle nice nîmes norwich nottingham nürnberg orlando orléans oviedo oxford palma pamplona paris phoenix plymouth portland"
    " potsdam preston quebec reims rennes richmond rostock rouen saarbrücken salamanca salzburg santander santiago savannah segovia sevilla"
    " sheffield siegen soria stuttgart sydney tarragona toledo toronto toulon toulouse tours trier troyes tucson tulsa turin ulm valencia"
    " valladolid venice verona victoria vienna vigo wien worms würzburg york zaragoza zürich".split()
)
HAN_CITIES = (
    "郑州|广州|杭州|苏州|常州|徐州|温州|福州|贵州|兰州|柳州|惠州|东莞|深圳|武汉|成都|南京|天津|重庆|西安|长沙|沈阳|青岛|大连|宁波|厦门|济南|哈尔滨|长春|石家庄"
    "|南昌|南宁|昆明|太原|合肥|海口|无锡|佛山|珠海|中山|泉州|金华|嘉兴|绍兴|义乌|北京|上海|香港|澳门|台北|台灣|台湾"
)
ALSO_GIVEN_NAMES = frozenset(
    "augusta austin brooklyn carlisle charlotte chelsea chester dallas denver florence jackson lincoln lourdes madison milan paris phoenix"
    " preston santiago savannah sydney valencia verona victoria york".split()
)
WITHIN = re.compile(r"\b(?:in|near|around|nach|aus|über|à|en|hub)\s\Z", re.IGNORECASE)
OF_PLACE = re.compile(
    r"\b(?:in|at|to|from|near|via|around|nach|aus|bei|von|über|à|a|de|depuis|vers|en|hasta|desde|por|hub|between|und|and|et|y)\s\Z",
    re.IGNORECASE,
)
HAN = re.compile(HAN_CITIES)
LONGEST_HAN = 3


def is_a_city(text: str, start: int, end: int) -> bool:
    """Is what stands here a city, or a piece of a Chinese one, and not somebody?"""
    name = text[start:end].casefold()
    if name in CITIES:
        # A parcel from Charlotte may come from somebody, one that waits in Charlotte does not.
        behind = WITHIN if name in ALSO_GIVEN_NAMES else OF_PLACE
        return behind.search(text[max(0, start - 10) : start]) is not None
    around = max(0, start - LONGEST_HAN)
    return any(
        around + match.start() < end and around + match.end() > start
        for match in HAN.finditer(text[around : end + LONGEST_HAN])
    )
