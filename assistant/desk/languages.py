"""The five languages of drafts: what is polite in each, and how one tells which a text is in."""

from __future__ import annotations

from assistant.knowledge.text.words import TOKEN, fold, has_han

GREETINGS = {
    "en": "Thank you for your message.",
    "zh": "感谢您的留言。",
    "de": "Vielen Dank für Ihre Nachricht.",
    "fr": "Merci pour votre message.",
    "es": "Gracias por su mensaje.",
}
CLOSINGS = {
    "en": "Please write to us again if there is anything else.",
    "zh": "如果还有其他问题，欢迎随时联系我们。",
    "de": "Bei weiteren Fragen schreiben Sie uns gern jederzeit.",
    "fr": "N'hésitez pas à nous écrire si vous avez d'autres questions.",
    "es": "Si tiene más preguntas, no dude en escribirnos.",
}
FUNCTION_WORDS = {
    "en": "the and is are you your of to in for with this that it we will can not on be have has at from",
    "de": "der die das und ist sind sie ihr ihre ihnen von zu mit für nicht ein eine wir den dem bei auf wird kann im",
    "fr": "le la les et est sont vous votre vos de du des un une pour avec dans nous pas sur ce cette il que au en",
    "es": "el la los las y es son usted su sus de del un una para con en no por que se lo al nosotros puede",
}
WORDS_OF = {language: frozenset(map(fold, words.split())) for language, words in FUNCTION_WORDS.items()}


def language_by_words(text: str) -> str:
    """One of the five by script and small words; English when nothing tells."""
    if has_han(text):
        return "zh"
    words = TOKEN.findall(fold(text))
    return max(WORDS_OF, key=lambda language: sum(word in WORDS_OF[language] for word in words))
