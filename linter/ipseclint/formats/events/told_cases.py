"""Whether an error is told for the case that it comes up, or what it means: nobody says that it was met.

If you see error 809, ...        error 809 usually means ...        a wrong EKU may cause error 13801
Wenn der Fehler 809 auftritt     en cas d'erreur 809                si aparece el error 809
"""

from __future__ import annotations

import re

from ipseclint.late import late

_CLAUSE = r"[^.!?,;:\n。！？，；：]"
"""What stands in one clause: an error behind a comma is met when the condition before it holds."""

_REMEDY = r"(?:fix|workaround|solution|patch|instructions|article|documentation)"

_BEFORE = {
    "en": (
        (
            r"\b(?:if|when|whenever|in case|should)\s"
            r"(?:you|your\s\w{1,30}|windows|(?:an?|the|your)\s(?:\w{1,12}\s)?(?:client|user|customer)|some(?:one|body)|clients"
            r"|users)\s"
            r"(?:\w{1,20}\s){0,2}?(?:see|get|receive|encounter|have|face|hit|say|show|report|display|return|meet|fails?\swith)"
            r"(?:t?ing|s)?\b[^.!?]{0,80}"
        ),
        (
            r"\b(?:if|when|whenever)\s(?:it|rasdial|ike(?:v[12])?|l2tp(?:/ipsec)?|sstp|pptp"
            r"|(?:the|a|your)\s(?:\w{1,20}\s){0,2}?(?:connection|tunnel|dial|test|vpn))\s"
            r"(?:fails|is\srefused|ends|stops|returns|shows)\b[^.!?]{0,40}"
        ),
        (
            r"(?<!know\s)(?<!sure\s)(?<!wonder\s)(?<!wondering\s)\b(?:if|unless|in\scase\sof|should)\s(?:an?\s|the\s|this\s)?"
            r"(?:(?:vpn|ike|ras|windows)\s)?[`\"'“*]{0,3}"
        ),
        (
            r"(?:^|[.!?,;:(\n]|\b(?:and|but))[\s>*_-]{0,6}if\s(?:it|that|this|yours|the\s(?:error|code|message))"
            r"(?:['’]s|\s(?:is|was|says|reads))\s(?:(?:an?|the|still|actually)\s)?[`\"'“]?"
        ),
        (
            r"(?:^|\n)[ \t>*_-]{0,8}(?:when|if|applies\sto|use\s(?:this\s)?(?:if|when))[*_]{0,3}:[*_]{0,3}[ ]"
            r"(?:(?:an?|the|vpn)\s){0,2}(?:error\s(?:code\s)?\d{3,5}\b[^.!?:\n]{0,80})?"
        ),
        (
            r"(?<!\bi\s)(?<!\bwe\s)\b(?:may|might|could|would)\s(?:also\s|then\s)?(?:see|get|receive|encounter|produce|cause"
            rf"|result\sin|lead\sto|fail\swith|throw|report|return|give)\s{_CLAUSE}{{0,40}}"
        ),
        rf"(?<!is\s)(?<!['’]s\s)\b(?:the|this|that|apply|install)\s(?:\w{{1,12}}\s){{0,2}}{_REMEDY}\s(?:for|of|to)\s{_CLAUSE}{{0,30}}",
        (
            r"\b(?:if|when|whenever|unless)\s(?![^.!?]{0,100}\b(?:i|we|my|our|it)\b)[^.!?]{0,100},\s(?:then\s)?"
            r"(?:you|windows|clients|users|(?:the|a|your)\sclient)(?:['’]ll|\swill)?\s"
            rf"(?:get|see|receive|show|report|display|return)s?\s{_CLAUSE}{{0,40}}"
        ),
        (
            r"\bin\s(?:that|such\sa)\scase,?\s(?:it|they|windows|(?:the|a)\s(?:\w{1,12}\s)?(?:client|server|peer))\s"
            rf"(?:returns?|rejects?)\s{_CLAUSE}{{0,60}}"
        ),
        r"\bmuch\slike\s(?:the\s)?(?:vpn\s)?",
        r"\bcontaining\san?\serror(?:\scode)?[\s`\"'“*]{1,5}",
        (
            r"\b(?:articles?|(?<!i\s)(?<!we\s)posts?|blogs?|guides?|tutorials?)\s(?:on|about|regarding|concerning|covering"
            r"|(?:will\s)?(?:covers?|explains?|discuss(?:es)?|describes?))\s(?:[\w-]{1,16}\s){0,5}"
        ),
        r"\bwithout\s(?:it|this|that|them|these|those)\b(?![^.!?\n]{0,160}\b(?:i|we|my|our)\b)[^.!?\n]{0,160}",
        (
            r"(?:\bto\s(?:avoid|prevent)|(?<!nothing\s)\bgets\s(?:it|you|them|windows)\spast)\s"
            r"(?:the\s|this\s|windows\s|vpn\s|error\s){0,4}[\"“]?"
        ),
    ),
    "de": (
        r"\bohne\s(?:das|dies\w{0,2}|ihn|sie)\b(?![^.!?\n]{0,140}\b(?:ich|wir|mir|uns|mein\w*)\b)[^.!?\n]{0,140}",
        r"\b(?:falls|wenn)\ssie\b[^.!?]{0,80}",
        r"\b(?:artikel|(?:blog)?beitrag|anleitung)\s(?:zu[mr]?|über)\s(?:\w{1,16}\s){0,3}",
        rf"\b(?:falls|wenn|sofern|sobald|sollten?)\s(?!{_CLAUSE}{{0,80}}\b(?:ich|wir|mir|uns|mein\w*)\b){_CLAUSE}{{0,70}}",
        r"\bbei\s(?:dem\s|einem\s|diesem\s)?",
        r"(?:^|[.!?:\n]\s?)[\s>*_-]{0,6}(?:erscheint|tritt|kommt|meldet)\s(?:(?:der|die|eine?)\s)?",
        r"\b(?:warum|weshalb|wann)\s(?:tritt|erscheint|entsteht)\s(?:(?:der|dieser|ein)\s)?",
        rf"\b(?:kann|können|könnten?|würden?)\s(?:{_CLAUSE}{{0,30}}\s)?zu[mr]?\s(?:\w{{1,20}}\s){{0,2}}",
        rf"\b(?:kann|können|könnten?)\s(?:(?:die|der|das)\s{_CLAUSE}{{0,40}}\s)?mit\s(?:(?:dem|einem)\s)?",
        r"\bwenn\s(?:der|die|das|ein\w{0,2})\s[^.!?\n]{0,60},\s(?:schlägt|wird)\s[^.!?\n]{0,60},?\sund\ses\swird\s[^.!?\n]{0,60}",
        r"\bkönnten?\s(?:dann\s|auch\s)?(?:der|die|eine?)\s(?:\w{1,20}\s)?",
    ),
    "fr": (
        r"\bsans\s(?:cela|ça|celui-ci|celle-ci)\b(?![^.!?\n]{0,140}\b(?:je|nous|mon|mes|nos)\b)[^.!?\n]{0,140}",
        r"\bsi\svous\b[^.!?]{0,80}",
        rf"\bsi\s(?:l['’]|(?:le|la|les|une?|votre|vos|cette|cet?|windows)\s){_CLAUSE}{{0,70}}",
        rf"\ben\scas\sd(?:e\s|['’]){_CLAUSE}{{0,30}}",
        r"\b(?:lorsque?|quand)\s(?:l['’]|(?:le|la|une?|cette|ce)\s)(?:message\s)?(?:d['’])?",
        (
            r"\b(?:peut|peuvent|pourrait|pourraient)\s(?:alors\s|aussi\s)?(?:provoquer|entra[îi]ner|générer|produire"
            rf"|causer|afficher|renvoyer|déclencher|échouer\savec)\s{_CLAUSE}{{0,40}}"
        ),
    ),
    "es": (
        r"\bsin\s(?:esto|eso|ello)\b(?![^.!?\n]{0,140}\b(?:me|yo|nos|mi|mis)\b)[^.!?\n]{0,140}",
        (
            r"\bsi\s(?:el|la|los|las|una?|se|su|tu|aparece|recibe|ve|obtiene|ves|recibes|obtienes|windows|usted|hay)\b"
            rf"{_CLAUSE}{{0,70}}"
        ),
        r"\bsi\s(?:el|la|una?|su)\s[^.!?\n]{0,80}\bse\s(?:producirá|indicará|mostrará|generará)\b[^.!?\n]{0,80}",
        rf"\ben\scaso\sde\s{_CLAUSE}{{0,40}}",
        (
            r"\bcuando\s(?:apare(?:ce|zca)|se\s(?:muestr[ae]|produ(?:ce|zca)|recib[ea])|recib[ea]s?|veas?|obtien[ea]s?)\s"
            rf"{_CLAUSE}{{0,40}}"
        ),
        (
            r"\b(?:pueden?|podrían?)\s(?:provocar|producir|causar|generar|aparecer|mostrar|devolver|dar|fallar\scon)\s"
            rf"{_CLAUSE}{{0,40}}"
        ),
    ),
    "pt": (
        (
            r"(?<![-\w])(?:se|caso)\s(?:os?|as?|uma?|você|aparecer|apareça|receber|receba|ocorrer|ocorra|vir|surgir|surja"
            rf"|seu|sua|houver|windows)\b{_CLAUSE}{{0,70}}"
        ),
        r"(?<![-\w])se\s(?:os?|as?|seu|sua)\s[^.!?\n]{0,60},\s[^.!?\n]{0,40}\w(?:rá|rão)\b[^.!?\n]{0,60}",
        rf"\bem\scaso\sde\s{_CLAUSE}{{0,40}}",
        rf"\bquando\s(?:aparecer|ocorrer|receber|surgir|houver)\s{_CLAUSE}{{0,40}}",
        (
            r"\b(?:pode|podem|poderiam?|poderá)\s(?:causar|gerar|provocar|aparecer|ocorrer|retornar|resultar\sem|exibir|falhar\scom)\s"
            rf"{_CLAUSE}{{0,40}}"
        ),
    ),
    "it": (
        r"(?<![-\w])se\s(?:il|lo|la|i|gli|le|l['’])\s?[^.!?\n]{0,60},\s[^.!?\n]{0,40}\w(?:rà|ranno)\b[^.!?\n]{0,120}",
        rf"\b(?:può|possono|potrebbe(?:ro)?)\snon\sriuscire\scon\s{_CLAUSE}{{0,10}}",
        (
            r"(?<![-\w])se\s(?:l['’]|(?:il|lo|la|uno?|una|si|viene|compare|appare|ricev[ei]|vedi|windows)\s)"
            rf"{_CLAUSE}{{0,70}}"
        ),
        rf"\bin\scaso\sdi\s{_CLAUSE}{{0,40}}",
        rf"\bquando\s(?:compare|appare|si\sverifica|viene\svisualizzato)\s{_CLAUSE}{{0,40}}",
        (
            r"\b(?:può|possono|potrebbe(?:ro)?)\s(?:causare|generare|provocare|comparire|apparire|restituire|fallire\scon)\s"
            rf"{_CLAUSE}{{0,40}}"
        ),
    ),
    "nl": (rf"\b(?:als|indien)\s(?:de|het|u|er|een|windows)\s{_CLAUSE}{{0,60}}",),
    "pl": (
        (
            r"\b(?:jeśli|jeżeli|gdy)\s(?:pojawi\w{0,4}|wystąpi\w{0,4}|zobaczysz|otrzymasz)\s"
            rf"{_CLAUSE}{{0,40}}"
        ),
    ),
    "ru": (
        rf"\bесли\s(?!{_CLAUSE}{{0,80}}\b(?:я|мы|меня|у нас)\b){_CLAUSE}{{0,70}}",
        r"\bесли\s(?![^.!?\n]{0,80}\b(?:я|мы|меня|у нас)\b)[^.!?\n]{0,60},\sпроизойд[её]т\s[^.!?\n]{0,80}",
        rf"\bмо(?:жет|гут)\sзаверш\w{{1,6}}\s{_CLAUSE}{{0,20}}",
        r"\bпри\s(?:(?:появлении|возникновении|получении)\s)?",
        rf"\bв\sслучае\s{_CLAUSE}{{0,40}}",
        (
            r"\bмо(?:жет|гут)\s(?:возник|появ|вызва|вызыва|выда|привести )\w{0,8}\s?"
            rf"{_CLAUSE}{{0,40}}"
        ),
    ),
    "zh": (
        r"(?:如果|若)[^。！？\n]{0,30}[将將][会會]?失[败敗][^。！？\n]{0,20}",
        r"可能[会會]?(?:失[败敗]|[报報][错錯])?[，,]?[并並]?(?:出现|出現|显示|顯示|遇到|收到)[^。！？，\n]{0,20}",
        (
            r"(?:如果|若|假如|倘若|一旦|万一|当|當)"
            rf"(?!{_CLAUSE}{{0,30}}我){_CLAUSE}{{0,30}}"
        ),
        (
            r"可能会?(?:报错?|出现|遇到|提示|显示|导致|收到)"
            rf"{_CLAUSE}{{0,20}}"
        ),
    ),
}
"""What stands before an error that is told for a case, by language, up to the error itself."""

_BEHIND = {
    "en": (
        (
            r"[^\w.!?]{0,6}(?:\(?[\d, x]{3,24}\)?[^\w.!?]{0,4})?(?:error\s|message\s)?"
            r"(?:(?:during|on|in|with|from)\s[^.!?,;:\n]{1,80}?\s)?"
            r"(?:(?:(?:almost\s|nearly\s)?always|usually|typically|often|generally|normally|mostly|commonly)\s"
            r"(?:means|indicates|is\scaused|occurs|happens|appears|points)"
            r"|means|indicates|(?:translates|resolves|maps)\s(?:in)?to|stands\sfor|is\s(?:defined|documented|listed)"
            r"|(?:can|could|may|might)\s(?:also\s)?(?:be\scaused|mean|indicate|occur|happen|appear)"
            r"|(?:occurs|happens|appears|is\s(?:shown|returned|displayed|caused))\s(?:when|if|by)(?!\s(?:i|we|my|our)\b)"
            rf"(?!\s(?:connecting|dialing|dialling){_CLAUSE}{{0,60}}\b(?:since|after|again|today|now)\b)"
            r"|(?:is|are)\s(?:most\s)?(?:usually|typically|often|generally|normally|mostly|commonly)\scaused"
            r"|is\sa\s(?:\w{1,15}\s){0,3}error\s(?:code|message|that|which)"
            r"|bedeutet|signifie|significa)\b"
        ),
        r"[\s\"'`)]{1,4}\(?(?:is\s)?(?:normal|expected|harmless)\b(?!\?|\s(?:mode|operation))",
        rf"[\s\"'`]{{1,3}}{_REMEDY}s?\b(?!{_CLAUSE}{{0,60}}\b(?:not|no|still|didn['’]t|doesn['’]t|but)\b)",
    ),
    "zh": (
        r"[`'\"”」\s]{0,3}(?:的?错误)?(?:时|時|的时候|的话)[\s，,：:]",
        r"(?:\s?错误)?[\d/、,，和与\s]{0,20}的?(?:原因[和及与]|(?:解决|解決|修复|处理)(?:方法|办法|方案|步骤))",
    ),
    "ja": (
        r"[^。\n、]{0,12}(?:場合(?!でも)|ときは|時は|際は|たら(?!し)|れば)",
        (
            r"(?:\s?エラー)?[\d/、,・\s]{0,20}の(?:原因と|対処|解決|直し方|意味)"
            r"(?![^\n]{0,20}(?:教え|わかり|分かり|ください|下さい|でしょうか))"
        ),
    ),
    "ko": (r"[^.\n,]{0,12}(?:면|경우|때는)(?=[\s,.])",),
    "tr": (r"[^.\n,]{0,20}(?:rsanız|rsan|durumunda)\b",),
}
"""What stands behind an error that is told for a case, or of which it is told what it means, by language."""

_SUCH_AS = (
    r"\b(?:should|must|will)\s(?![^.!?\n]{0,100}\b(?:i|we|my|our)\b)[^.!?\n]{0,100}\bmessages?\s(?:such\sas|like)\s",
    r"\b(?:sollten?|muss)\s(?![^.!?\n]{0,100}\b(?:ich|wir|mein\w*)\b)[^.!?\n]{0,100}\b(?:meldung|nachricht)\swie\s",
    r"\bdoit\s(?![^.!?\n]{0,100}\b(?:je|nous)\b)[^.!?\n]{0,100}\bmessage\s(?:comme|tel\sque)\s",
    r"\b(?:debe|debería)\s(?![^.!?\n]{0,100}\b(?:me|yo)\b)[^.!?\n]{0,100}\bmensaje\scomo\s",
    r"\b(?:deve|deverá|deveria)\s(?![^.!?\n]{0,100}\b(?:eu|me)\b)[^.!?\n]{0,100}\bmensagem\scomo\s",
    r"\b(?:deve|dovrebbe)\s(?![^.!?\n]{0,100}\b(?:io|mi)\b)[^.!?\n]{0,100}\bmessaggio\scome\s",
    r"\bдолж(?:ен|на|но|ны)\s(?![^.!?\n]{0,100}\b(?:я|мы|меня)\b)[^.!?\n]{0,100}\bсообщение,?\s(?:например|вида|типа)\s",
    r"[应應][^。！？\n]{0,60}(?:讯息|訊息|消息|信息)[，,]?(?:例如|如)",
)
"""What a guide says that a test has to show, up to an article or a quotation mark before the error."""
_ARTICLE = r"(?:(?:the|an?|de[rmn]|l['’]|el|o)\s?)?[\"“„«「']?"

_ONLY_IF = late(
    "|".join(
        [f"(?:{each})$" for told in _BEFORE.values() for each in told] + [f"{each}{_ARTICLE}$" for each in _SUCH_AS]
    ),
    re.IGNORECASE,
)
_MEANS = late("|".join(each for told in _BEHIND.values() for each in told), re.IGNORECASE)
_ANNOUNCED = late(
    r"\b(?:may|might|could|(?:if|when)\s(?:you|your|users?|clients?|the\s(?:user|client)))\b"
    r"(?![^.!?\n]{0,250}\b(?:i|we|my|our)\b)[^.!?\n]{0,200}\b(?:following|this)\b[^.!?\n]{0,80}"
    r"[.:]\s{0,4}\n[\s>*_`\"'\u201c\u201e\u00ab]{0,20}[^.!?\n]{0,80}$",
    re.IGNORECASE,
)
"""What announces how a case looks, and the begin of the line below, which says it."""
_MAX_ANNOUNCED = 400
_MAX_BEFORE = 200
"""So many characters before an error are looked at for what makes it a case (reasoned)."""
_QUOTE = late(r"[\"“„«「]|\b(?:dass|that|indicando\s(?:che|que))\s")
"""Where what Windows says begins, in a sentence that tells of it."""

_OF_ONE = late(
    r"\b(?:i|i['\u2019]m|we|my|our|me|ich|wir|mein\w{0,2}|je|nous|mon|yo|mi|eu|meu|io|mio)\b|\bj['\u2019]"
    r"|\b(?:users?|customers?|clients?|they|he|she)\s(?:reports?|says?|cannot|can['\u2019]?t|gets?|are\sgetting)\b"
    r"|[\u6211\u79c1]|\b(?:\u044f|\u043c\u044b|\u043c\u0435\u043d\u044f|\u043d\u0430\u0441)\b",
    re.IGNORECASE,
)
"""A word by which somebody tells of a machine, and not of an error in general."""
_PLACEHOLDER = late(
    r"[<\[{](?:(?:your|user|domain|connection|vpn|server|profile)[ _-]?)?name[>\]}]"
    r"|\bthe user (?:[\w.-]{1,40}\\)?(?:[<\[{]user[>\]}]|x{3,9}\b)",
    re.IGNORECASE,
)
"""What stands in the place of the name of somebody or something."""


def tells_of_one(text: str) -> bool:
    """Whether somebody tells of a machine, and not of errors in general."""
    return _OF_ONE.search(text) is not None


def has_placeholder(line: str) -> bool:
    """Whether it has a placeholder for the name of somebody or something."""
    return _PLACEHOLDER.search(line) is not None


def before(text: str, start: int) -> str:
    """What stands before an error in its paragraph."""
    shown = text[max(0, start - _MAX_BEFORE) : start]
    return shown[shown.rfind("\n\n") + 1 :]


def is_explained(text: str, end: int) -> bool:
    """Whether it is told what the error that ends at a place of a text means, or when it comes up."""
    return _MEANS.match(text, end) is not None


def is_told(text: str, start: int, end: int) -> bool:
    """Whether the error between two places of a text is told for a case, or with what it means."""
    if is_explained(text, end) or _ONLY_IF.search(before(text, start)) is not None:
        return True
    if _ANNOUNCED.search(text[max(0, start - _MAX_ANNOUNCED) : start]) is not None:
        return True
    quote = _QUOTE.search(text, start, end)
    return quote is not None and _ONLY_IF.search(before(text, quote.end())) is not None
