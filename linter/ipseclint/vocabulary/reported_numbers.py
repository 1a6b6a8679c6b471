"""Numbers of errors that a text reports without the word error before them, in the languages of forums.

It fails with 809    I keep getting 13801    the 789 error    scheitert mit 809    一直809    809エラー
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.late import late

_NUMBER = r"(?:[6-9]\d\d|13[89]\d\d)(?!(?!er\b)[0-9A-Za-z_%]|[.,:/\\]\d)"
"""A number alone that an error of Remote Access, or of IKE, may have."""
_BEHIND_A_WORD = late(rf"(?:(?<=[^\W\d_]\s)|(?<=[^\W\d_]\s[`'\"*])|(?<=[^\W\d_][:/]\s)|(?<=[^\x00-\x7f])){_NUMBER}")
_MAX_BEFORE = 40
_MAX_BEHIND = 40
"""So many characters around a number are looked at (reasoned)."""

_MET = (
    # English
    (
        r"(?:fail|die|end|abort|stop|disconnect|terminat|refus|reject|crash)\w{0,4}\s(?:up\s|out\s)?(?:with|w/|in)"
        r"|fail(?:s|ed|ure|ing)?"
        r"|(?:gets?|got|getting|receiv(?:es?|ed|ing)|sees?|saw|seeing|hits?|hitting|throw(?:s|ing)?|threw"
        r"|giv(?:es?|ing)|gave|return(?:s|ed|ing)?|show(?:s|ed|ing)?|displays?|reports?|stuck\s(?:at|on|with))"
        r"|(?:it'?s|is)\s(?:always|still|again)"
    ),
    # German
    (
        r"(?:scheiter|end|brich|brach|schlägt|schlug)\w{0,4}\s(?:\w{1,12}\s){0,2}mit"
        r"|(?:bekomm(?:e|t|en)|krieg(?:e|t|en)|erhalten?|erhält|kommt|meldet|zeigt)"
        r"(?:\s(?:ich|wir|windows|(?:der|die|unser|mein)\s\w{1,12}))?"
    ),
    # French
    r"échou\w{1,4}\s(?:toujours\s)?(?:avec|sur)|(?:obtiens|obtient|reçois|reçoit|renvoie|retourne|affiche)",
    # Spanish, Portuguese, Italian
    r"fall(?:a|an|ó)\s(?:siempre\s)?con|(?:me\sda|sale|devuelve|muestra|obtengo|recibo|arroja)",
    r"falh(?:a|am|ou)\s(?:sempre\s)?com|(?:me\sdá|retorna|recebo|mostra|exibe)",
    r"fallisce\s(?:sempre\s)?con|(?:ricevo|restituisce|ottengo)",
    # Dutch, Swedish, Polish, Czech
    r"(?:mislukt|faalt|eindigt)\s(?:\w{1,12}\s)?met|(?:krijg|krijgt|krijgen|geeft|toont|meldt)(?:\s(?:ik|we))?",
    r"(?:misslyckas|slutar|avbryts)\s(?:\w{1,12}\s)?med|(?:får|visar|ger)(?:\s(?:jag|vi))?",
    r"kończy\ssię\s(?:\w{1,12}\s)?z|(?:dostaję|otrzymuję|zwraca|wyskakuje|pokazuje)",
    r"(?:končí|selže|padá)\s(?:\w{1,12}\s)?s|(?:dostávám|hlásí|vrací)",
    # Russian
    r"(?:пада|завершае|обрывае|заканчивае)\w{1,4}\s(?:\w{1,12}\s)?с|(?:выда[её]т|получа(?:ю|ем|ет)|возвращает)",
)
"""What somebody says before the number of an error that was met."""
_FILLERS = (
    r"(?:\s(?:an?|the|this|that|same|always|only|still|again|code|result|exit"
    r"|immer|nur|noch|wieder|weiterhin|jetzt|dann|eine?n?m?|den|dem|toujours|encore|le|la|l['’]|un|une|el|siempre|o|um"
    r"|sempre|il|code|código|codice|kod(?:em)?|код(?:ом)?|altijd|steeds|alltid|všdy|ciągle|постоянно|всегда)){0,3}"
)
_BEFORE = late(rf"(?<!\w)(?:{'|'.join(_MET)}){_FILLERS}[\s:`'\"*]{{1,4}}$", re.IGNORECASE)
_BEHIND = late(
    r"\s{0,2}(?:$|[.,;!?)\]\"'`*»”’。，！？\n]|\((?!(?:out\s)?of\b)|-+(?=\s)|[—–]"
    r"|(?:since|after|when|whenever|while|on|from|for|every|each|again|now|here|behind|and|but|or|even|until|as\ssoon"
    r"|today|if|too|with|at\s(?:home|work|the|every|each)|all\sthe\stime|without|although|unless|instead"
    r"|beim?|wenn|seit|sobald|auf|und|oder|aber|nach|obwohl|trotz|zurück|fehl|ab|an"
    r"|quand|lorsque|depuis|sur|avec|et|ou|mais|après|cuando|desde|al|con|y|pero|tras|después|ao|com|mas|após"
    r"|dal|dopo|su|ma|bij|sinds|op|en|maar|när|sedan|efter|på|och|vid|przy|po|od|ale|gdy|podczas|při"
    r"|при|после|на|и|или|но|когда)(?!\w))",
    re.IGNORECASE,
)
"""What may stand behind such a number: the end of a clause, or what begins another. A unit may not."""
_CALLED = late(
    rf"(?<![0-9A-Za-z_.,:/\\#+$€£%-])(?<!\d[ ])({_NUMBER})"
    r"(?:[ -]error(?!\w|\s(?:message|event|entrie|log|record|line|report)s)|(?:er)?-fehler\b|er\s(?:fehler|meldung)\b"
    r"|-(?:fout|fel)\b|[ -]foutmelding\b|(?:-[яюй])?\sошибк(?:а|у|ой)\b|-[aeo]s\shib"
    r"|\s?(?:hatas\w|hata\b|alıyor|veriyor|çıkıyor)"
    r"|\s?(?:错误|錯誤|异常|異常|报错|報錯|エラー|오류|에러)"
    r"|\s?(?:が(?:出|表示|発生)|で(?:失敗|切断)|にな[りる]|と(?:出|表示))|(?:가|이)\s?(?:뜹|뜨|뜬|나|발생)|(?:으?로)\s?실패)",
    re.IGNORECASE,
)
"""A number that the words behind it call an error, or say that it came up."""
_MET_IN_CHINESE = late(
    r"(?:报|報|提示|返回|出现|出現|显示|顯示|遇到|收到|都是|一直是?|依然|仍然|还是|還是|总是|總是)[\s了：:]{0,2}$"
)
_COUNTED = late(r"\s?(?:[个個台人次名条條位号號秒分天年元套件]|端口|字节|字節|[KMG]B)")


def reported(text: str) -> Iterator[tuple[int, int]]:
    """The places of the numbers in a text that somebody reports as errors."""
    for match in _CALLED.finditer(text):
        yield match.span(1)
    for match in _BEHIND_A_WORD.finditer(text):
        behind = text[match.end() : match.end() + _MAX_BEHIND]
        before = text[max(0, match.start() - _MAX_BEFORE) : match.start()]
        if (_BEHIND.match(behind) and _BEFORE.search(before)) or (
            not before.isascii() and _MET_IN_CHINESE.search(before) and not _COUNTED.match(behind)
        ):
            yield match.span()
