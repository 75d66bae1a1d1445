"""Names and streets in Latin letters."""

from __future__ import annotations


def _table(pairs: str) -> dict[str, str]:
    """From `б=b ь=`."""
    return dict(pair.split("=") for pair in pairs.split(" "))


ROMAN = (
    _table("а=a б=b в=v г=g ґ=g д=d е=e є=ye ж=zh з=z и=i і=i ї=yi й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f")
    | _table("х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya ё=yo ў=u ј=j љ=lj њ=nj ѓ=gj ќ=kj џ=dz ѕ=dz")
    | _table("α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps")
    | _table("ω=o ά=a έ=e ή=i ί=i ό=o ύ=y ώ=o ϊ=i ϋ=y ΐ=i ΰ=y")
    | _table("ა=a ბ=b გ=g დ=d ე=e ვ=v ზ=z თ=t ი=i კ=k ლ=l მ=m ნ=n ო=o პ=p ჟ=zh რ=r ს=s ტ=t უ=u ფ=p ქ=k ღ=gh ყ=q")
    | _table("შ=sh ჩ=ch ც=ts ძ=dz წ=ts ჭ=ch ხ=kh ჯ=j ჰ=h")
    | _table("ա=a բ=b գ=g դ=d ե=e զ=z է=e ը=y թ=t ժ=zh ի=i լ=l խ=kh ծ=ts կ=k հ=h ձ=dz ղ=gh ճ=ch մ=m յ=y ն=n շ=sh")
    | _table("ո=o չ=ch պ=p ջ=j ռ=r ս=s վ=v տ=t ր=r ց=ts ւ=v փ=p ք=k օ=o ֆ=f և=ev")
)
HANGUL_FIRST, HANGUL_LAST = "가", "힣"
LEADS = "g,kk,n,d,tt,r,m,b,pp,s,ss,,j,jj,ch,k,t,p,h"
VOWELS = "a,ae,ya,yae,eo,e,yeo,ye,o,wa,wae,oe,yo,u,wo,we,wi,yu,eu,ui,i"
TAILS = ",k,kk,ks,n,nj,nh,t,l,lg,lm,lb,ls,lt,lp,lh,m,p,ps,t,t,ng,t,t,k,t,p,t"


def romanised(name: str) -> str:
    """In Latin letters, where it is Cyrillic, Greek, Georgian, Armenian or Korean; else as it is."""
    if all(ord(letter) < 0x370 for letter in name):
        return name
    return "".join(
        _hangul(letter) if HANGUL_FIRST <= letter <= HANGUL_LAST else ROMAN.get(letter, letter)
        for letter in name.lower()
    ).title()


def romanised_text(text: str) -> str:
    """Word by word."""
    return "\n".join(" ".join(romanised(word) for word in line.split(" ")) for line in text.split("\n"))


def _hangul(syllable: str) -> str:
    """A syllable is a number: lead times 588 plus vowel times 28 plus tail."""
    rest = ord(syllable) - ord(HANGUL_FIRST)
    return LEADS.split(",")[rest // 588] + VOWELS.split(",")[rest % 588 // 28] + TAILS.split(",")[rest % 28]
