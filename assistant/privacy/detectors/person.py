"""Names of persons beside words that announce them: `my name is`, `Frau`, `我叫`. The tagger finds the others."""

from __future__ import annotations

import re
import unicodedata

from assistant.privacy.detectors import Detector, Spans
from assistant.privacy.patterns import cue
from assistant.privacy.view import View

PART = r"[A-ZÀ-ÖØ-ÞŁŚŻŹČĎŇŘŠŤŽĐĞİŞŐŰĀĒĪŌŪ][\wÀ-ɏ]{1,24}(?:['-][\wÀ-ɏ]{1,24}){0,2}"
PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|al|el|bin|ben|ibn|ter|ten|zu|af|y|e)"
NAME = re.compile(rf"{PART}(?: (?:[A-Z]\.? )?(?:{PARTICLE} ){{0,2}}{PART}){{0,3}}(?![\wÀ-ɏ])")
LOWER = re.compile(r"[a-zà-ɏ][a-zà-ɏ'-]{1,24}(?: [a-zà-ɏ][a-zà-ɏ'-]{1,24}){1,2}(?=$|[\n,;.!?)])")
TITLED = cue(
    "mr mrs ms mx dr prof frau herr herrn monsieur madame mademoiselle mme mlle señor señora sr sra srta",
    r"(?:mr|mrs|ms|mx|dr|prof|frau|herrn?|monsieur|madame|mademoiselle|mme|mlle|señora?|sr|sra|srta)\.? {1,2}(?:dr\.? |prof\.? )?",
)
CALLED = cue(
    "my the full name mein ich mon je mi me",
    r"(?:my (?:full |first |last )?name(?: is|'s|:)|(?:full )?name on (?:the )?(?:account|card|order)(?: is|:)|mein name(?: ist|:)|ich heiße"
    r"|mon nom (?:est|:)|je m'appelle|mi nombre (?:es|:)|me llamo) {1,2}",
)
HAN_SURNAMES = (
    "欧阳|上官|司马|诸葛|东方|夏侯|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|端木|王|李|张|刘|陈|杨|黄|赵|吴|周|徐|孙|马|朱|胡|郭|何|高|林|罗|郑|梁|谢"
    "|宋|唐|许|韩|冯|邓|曹|彭|曾|肖|田|董|袁|潘|于|蒋|蔡|余|杜|叶|程|苏|魏|吕|丁|任|沈|姚|卢|姜|崔|钟|谭|陆|汪|范|金|石|廖|贾|夏|韦|付|方|白|邹|孟|熊"
    "|秦|邱|江|尹|薛|闫|段|雷|侯|龙|史|陶|黎|贺|顾|毛|郝|龚|邵|万|钱|严|覃|武|戴|莫|孔|向|汤"
)
HAN = re.compile(
    rf"(?:我叫|我名叫|名字[是叫]|姓名[::是]?|本人|收件人[::]?|联系人[::]?)\s?(?P<name>(?:{HAN_SURNAMES})[一-鿿]{{1,2}})(?=[,。.!?\s::;、()0-9a-zA-Z]|$)"
)
HAN_TITLED = re.compile(rf"(?P<name>(?:{HAN_SURNAMES})(?:[一-鿿]{{1,2}}?)?)(?:先生|女士|小姐|太太)")


def find(view: View, region: str) -> Spans:
    """The name alone, without its title. After `my name is` it may be written small, up to the end of the clause."""
    plain = view.plain
    for match in TITLED.matches(view):
        name = NAME.match(plain, match.end())
        if name is not None:
            yield name.span()
    for match in CALLED.matches(view):
        name = NAME.match(plain, match.end()) or LOWER.match(plain, match.end())
        if name is not None:
            yield name.span()
    if view.has_han:
        for pattern in (HAN, HAN_TITLED):
            yield from (match.span("name") for match in pattern.finditer(plain))


def _normal(value: str) -> str:
    """Words in lower case without accents."""
    letters = unicodedata.normalize("NFKD", value.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


DETECTOR = Detector(kind="PERSON", rank=58, find=find, normal=_normal)
