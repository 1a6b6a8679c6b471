"""Numbers of errors that a text reports without the word error before them, in the languages of forums.

It fails with 809    I keep getting 13801    the 789 error    L2TP 789    ERRORLEVEL=809    一直809    809エラー
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.late import late

_NUMBER = r"(?:[6-9]\d\d|13[89]\d\d)(?!(?!er\b)[0-9A-Za-z_%]|[.,:/\\]\d)"
"""A number alone that an error of Remote Access, or of IKE, may have."""
_BEGINS = late(r"[6-9](?=\d\d)|1(?=3[89]\d\d)")
"""The first digit of such a number, which is quick to look for: what follows is asked at these places alone."""
_BEHIND_A_WORD = late(
    rf"(?:(?<=[^\W\d_]\s)|(?<=[^\W\d_]\s[`'\"*])|(?<=[^\W\d_][:/,]\s)|(?<=[^\W\d_]\s\()|(?<=\s[=-]\s)|(?<=->\s)|(?<=[^\x00-\x7f])"
    rf"|(?<=[ELel%!][=:])|(?<=[%!][\s])|(?<=[%!][=:]\s)|(?<=[Vv]2\s)|(?<=[Vv]2:\s)){_NUMBER}"
)
MAX_BEFORE = 80
MAX_BEHIND = 40
"""So many characters around a number are looked at (reasoned)."""

_MET = (
    # English
    (
        r"(?:fail|die|end|abort|stop|disconnect|terminat|refus|reject|crash|quit|exit|drop|kick|bomb)\w{0,4}\s"
        r"(?:(?:up|out|me|us|users|clients)\s){0,2}(?:with|w/)"
        r"|(?:end|result)(?:s|ed|ing)?\s(?:up\s)?in|(?:comes?|came|coming)\s(?:up|back)\swith"
        r"|fail(?:s|ed|ure|ing)?|(?:exit|return|result|reason)\scode(?:\s(?:is|was|of))?"
        r"|(?:gets?|got|getting|receiv(?:es?|ed|ing)|sees?|saw|seeing|hits?|hitting|throw(?:s|ing)?|threw"
        r"|giv(?:es?|ing)|gave|return(?:s|ed|ing)?|show(?:s|ed|ing)?|says?|said|displays?|reports?|stuck\s(?:at|on|with))"
        r"|(?:it['\u2019]?s|(?:it|error|result|code|vpn|connection)\sis)\s(?:always|still|again)"
        r"|(?:error|code)\s(?:(?:that|i|we|they|users)\s){1,2}(?:keep\s)?(?:get|got|see|getting)\s(?:is|was)"
        r"|(?:fail(?:s|ed|ing)?|unable|cannot|can['\u2019]?t|won['\u2019]?t|(?:could|did|does|do|will)\s?n(?:ot|['\u2019]t))"
        r"\s(?:to\s)?(?:connect|dial(?:\sin)?|establish)(?:\sany\s?more)?(?=\s?[(:=>-])"
    ),
    # German
    (
        r"(?:scheiter|end|brich|brach|abbr[uü]ch|schlägt|schlug)\w{0,4}\s(?:\w{1,12}\s){0,2}mit"
        r"|(?:bekomm(?:e|t|en)|krieg(?:e|t|en)|erhalten?|erhält|kommt|meldet|zeigt|wirft|liefert)"
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
    r"(?:пада|завершае|обрывае|заканчивае)\w{1,4}\s(?:\w{1,12}\s)?с|(?:выда[её]т|получа(?:ю|ем|ет)|возвращает|пишет|выскакивает)",
)
"""What somebody says before the number of an error that was met."""
_FILLERS = (
    r"(?:\s(?:an?|the|this|that|same|always|only|still|again|code|result|exit"
    r"|immer|nur|noch|wieder|weiterhin|jetzt|dann|eine?n?m?|den|dem|toujours|encore|le|la|l['’]|un|une|el|siempre|o|um"
    r"|sempre|il|code|código|codice|kod(?:em)?|код(?:ом)?|altijd|steeds|alltid|všdy|ciągle|постоянно|всегда)){0,3}"
)
_BEFORE = late(rf"(?<!\w)(?:{'|'.join(_MET)}){_FILLERS}[\s:,(=>`'\"*-]{{1,4}}$", re.IGNORECASE)
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
_LEVEL = late(r"[%!$]?\b(?:errorlevel|lastexitcode)[%!]?(?:\s(?:is|was|of))?\s?[=:]?\s?$", re.IGNORECASE)
"""How a shell names the number with which its last program ended."""
_ASKS_LEVEL = late(
    r"\bif\s(?:/i\s)?(?:not\s)?[\"'(]?$|(?:^|[\n&(])[ \t@]*(?:if|set|rem|::)(?!\w)[^\n]*$", re.IGNORECASE
)
"""The begin of a command that asks for it, sets it or says nothing."""
_PROTOCOL = r"\b(?:L2TP|IKEv2|SSTP|PPTP)"
_BEHIND_PROTOCOL = late(rf"{_PROTOCOL}:?\s$", re.IGNORECASE)
_OTHER_PROTOCOL = late(rf"{_PROTOCOL}\W{{1,4}}\d", re.IGNORECASE)
_COUNTS_PROTOCOL = late(
    r"\b(?:users?|sessions?|connections?|clients?|ports?|lines?|max(?:imum)?|limit|count|total|licen[cs]es?|type|model)\b",
    re.IGNORECASE,
)
"""What stands before a protocol where the number behind it says how many."""
_CALLED = late(
    rf"(?<![0-9A-Za-z_.,:/\\#+$€£%-])(?<!\d[ ])(?<!ポート)(?<!ページ)(?<!番号)(?<!포트 )({_NUMBER})"
    r"(?:[ -]error(?!\w|[ -](?:free|budget|rate|count)\b"
    r"|\s(?:message|event|entrie|log|record|line|report|code|ticket|condition|alert|case|mail|page|file|type|categorie)s)"
    r"|(?:er)?-fehler\b|er\s(?:fehler|meldung)\b"
    r"|-(?:fout|fel)\b|[ -]foutmelding\b|(?:-[яюй])?\sошибк(?:а|у|ой)\b|-[aeo]s\shib"
    r"|\s?(?:hatas\w|hata\b(?!\s(?:kayd|say))|alıyor|veriyor|çıkıyor)"
    r"|\s?(?:错误|錯誤|异常|異常|报错|報錯|エラー|오류|에러)"
    r"|\s?(?:が(?:出|表示|発生)(?!(?:され)?[るた](?:の[はが])?(?:正常|普通|問題な|ページ|件数|個数|ポート))|で(?:失敗|切断)|にな[りる]|と(?:出|表示))|(?:가|이)\s?(?:뜹|뜨|뜬|나|발생)|(?:으?로)\s?실패)",
    re.IGNORECASE,
)
"""A number that the words behind it call an error, or say that it came up."""
_MET_IN_CHINESE = late(
    r"(?<!端口)(?<!页码)(?<!頁碼)(?:报|報|提示|返回|出现|出現|显示|顯示|遇到|收到|都是|一直是?|依然|仍然|还是|還是|总是|總是)[\s了：:]{0,2}$"
)
_COUNTED = late(
    r"\s?(?:[个個台人次名条條位号號秒分天年元套件封份张張页頁篇户戶步]|处(?!理)|行(?![不吗])|端口|字节|字節|[KMG]B)"
)

_MEASURES = (
    r"dashboard|count(?:er)?|price|cost|invoice|bill|licen[cs]es?|quota|latency|ping|throughput|bandwidth"
    r"|speed ?(?:test)?|monitor|tables?|total|rate|score|packets?|bytes|mtu|http|hotline|disk|cpu|memory"
)
_SHOWN_BY = late(r"\b(?:ports?|(?<!error )pages?|ram|vlan|scale)(?:\s\w+){0,2}\s$", re.IGNORECASE)
"""What stands before a verb of showing that has a number of its own to show."""
_SHOWS = late(r"show|display|giv|gave", re.IGNORECASE)
_MEASURED = late(
    rf"\b(?:{_MEASURES}"
    r"|(?:the|a|this|monthly|weekly|daily)\sreport|rechnung|preis|anzahl|zähler|tabelle|facture|prix|nombre|tableau"
    r"|compteur|factura|precio|número|tabla|fattura|prezzo|numero|factuur|prijs|aantal|faktur\w|сч[её]т(?:чик)?|таблица|цена)"
    r"(?:\s[^\W\d_]+){0,2}\s?:?\s?$"
    r"|\b(?:sent|received|passed|dropped|lost|skipped|ok|total)\W{1,3}\d+\W{1,4}$",
    re.IGNORECASE,
)
"""What stands before the verb where a number says how many or how much, or is one of a list of counters."""
_OF_MEASURE = late(
    rf"\W{{1,3}}(?:for|of|on|in)\s(?:(?:the|its|their|a|an|each|every|this)\s)?(?:{_MEASURES}|ram|scales?|meter|gauge)\b",
    re.IGNORECASE,
)
"""What stands behind a number that is one of a measure."""
_COUNTERS = late(
    r"\W{1,4}(?:and\s)?(?:sent|received|passed|dropped|lost|skipped|failed|ok|total)\W{1,3}\d", re.IGNORECASE
)
"""Another counter behind such a number."""


def reported(text: str) -> Iterator[tuple[int, int]]:
    """The places of the numbers in a text that somebody reports as errors."""
    begins = [match.start() for match in _BEGINS.finditer(text)]
    yield from (match.span(1) for at in begins if (match := _CALLED.match(text, at)))
    for match in (_BEHIND_A_WORD.match(text, at) for at in begins):
        if match is None:
            continue
        before = text[max(0, match.start() - MAX_BEFORE) : match.start()]
        behind = text[match.end() : match.end() + MAX_BEHIND]
        if (_BEHIND.match(behind) and is_met(before, behind)) or (
            not before.isascii() and _MET_IN_CHINESE.search(before) and not _COUNTED.match(behind)
        ):
            yield match.span()


def is_met(before: str, behind: str) -> bool:
    """Whether the words before a number say that it was met, and neither they nor those behind that it counts."""
    if _COUNTERS.match(behind) is not None or _OF_MEASURE.match(behind) is not None:
        return False
    if (level := _LEVEL.search(before)) is not None:
        return _ASKS_LEVEL.search(before, 0, level.start()) is None
    if (protocol := _BEHIND_PROTOCOL.search(before)) is not None:
        line = before[: protocol.start()].rpartition("\n")[2]
        others = (_OTHER_PROTOCOL.search(line), _OTHER_PROTOCOL.search(behind), _COUNTS_PROTOCOL.search(line))
        return others == (None, None, None)
    met = _BEFORE.search(before)
    if met is None or _MEASURED.search(before, 0, met.start()) is not None:
        return False
    return _SHOWS.match(met[0]) is None or _SHOWN_BY.search(before, 0, met.start()) is None
