"""Mentions of errors that nobody met: tables of contents, lists of links, titles of guides, tables.

- [Error 809](#error-809)            Error 809 ........ 3            How to fix error 809
Related articles: and the entries below it                           - Error 13801 (https://...)
| Symptom | Likely cause | Resolution | and the rows below it
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from ipseclint.formats.pasted.prose import is_prose
from ipseclint.late import late

_MARK = (
    r"[ \t>]{0,8}(?:(?:[-*+\u2022|]|#{1,6}|={2,6}|h[1-6]\.|\d{1,2}(?:\.\d{1,2}){0,3}[.)]?)[ \t]{1,4}){0,3}[*_\"']{0,3}"
)
"""What may stand before the words of an item, a heading or a row."""
_CELLS = r"[ \t]{0,8}(?:\|[^|\r\n]{0,60}){0,3}\|[ \t]{0,4}"
_LINK = (
    r"(?:!?\[[^\]\r\n]{1,200}\]\([^)\r\n]{0,300}\)|\[\[[^\]\r\n]{1,200}\]\]"
    r"|(?:<li>)?<a[ ][^>\r\n]{1,300}>[^<\r\n]{1,200}</a>(?:</li>)?)"
)
_LINKS_ALONE = late(rf"{_MARK}(?:{_LINK}[ \t|,;*_\u00b7\u2022]{{0,8}}){{1,20}}")
_ENDS_IN_PAGE = late(r"(?:\.{3}|\u2026|\. \. \.)[ \t.\u2026]{0,200}\d{1,4}[ \t]{0,8}\Z")
"""The page of an entry, behind the dots that lead to it."""
_ITEM_WITH_ADDRESS = late(
    r"[ \t]{0,8}(?:[-*+\u2022]|\d{1,2}[.)])[ \t]{1,4}[^\r\n]{0,300}?https?://\S{1,300}[ \t]{0,8}\Z"
)
_GUIDE = late(
    rf"(?:{_CELLS}|{_MARK})"
    r"(?:how (?:to|do you|you can) (?:fix|solve|resolve|repair|troubleshoot|correct|get rid of)"
    r"|(?:fix(?:es|ing)?|solv(?:e|ing)|resolv(?:e|ing)|troubleshoot(?:ing)?|repair(?:ing)?|solutions?|resolutions?)"
    r"(?:[ ](?:for|to|of)|[ ]?[:-])?"
    r"|so beheben sie|(?:behebung|l\u00f6sung)(?: f\u00fcr| von)?"
    r"|(?:comment )?(?:corriger|r\u00e9soudre|r\u00e9parer)|(?:c\u00f3mo )?(?:solucionar|corregir|resolver))"
    r"(?=[\W_])[^.!?\r\n]{0,80}\Z",
    re.IGNORECASE,
)
"""What stands in a line before an error that is the matter of a guide."""
_OF_GUIDE_BEHIND = late(r"[^.!?\r\n]{0,80}\b(?:beheben|l\u00f6sen|beseitigen)[ \t]{0,8}\Z", re.IGNORECASE)
_FAILED = late(r"\bnicht\b", re.IGNORECASE)
_HEAD = late(
    rf"{_MARK}(?:table of contents|contents|toc|in this (?:article|guide|page|document)|on this page|see also"
    r"|(?:list of|related|similar|other|more|popular|recent) (?:article|link|page|topic|question|post|guide|error)s?"
    r"|further reading|index(?: of (?:articles|errors))?|inhalt(?:sverzeichnis)?|siehe auch"
    r"|(?:verwandte|weitere|\u00e4hnliche) (?:artikel|themen|fragen|links)|sommaire|table des mati\u00e8res|voir aussi"
    r"|articles (?:connexes|li\u00e9s|similaires)|contenido|v\u00e9ase tambi\u00e9n"
    r"|art\u00edculos relacionados|\u00edndice)[ \t*_=#:\uff1a]{0,8}",
    re.IGNORECASE,
)
"""What stands alone above the entries of an index."""
_HEAD_OF_KINDS = late(
    rf"{_MARK}(?:(?:the )?(?:(?:most )?(?:common|typical|frequent)|possible|usual) )"
    r"(?:vpn )?(?:symptoms?|signs?|scenarios?|error (?:codes?|messages?)|errors?|issues?|problems?)"
    r"(?: (?:include|are|of)[^.!?\r\n]{0,40})?[ \t*_=#:\uff1a]{0,8}",
    re.IGNORECASE,
)
"""What stands alone above a list of what is met in general."""
_ITEM = late(r"[ \t]{0,8}(?:[-*+\u2022|]|\d{1,2}(?:\.\d{1,2}){0,3}[.)]?[ \t])")
_HEADING = late(r"[ \t]{0,3}(?:={2,6}[ \t][^=\r\n]{1,200}={2,6}|h[2-6]\.[ ][^\r\n]{1,200})[ \t]{0,8}")
_UNDERLINE = late(r"\r?\n[ \t]{0,3}([=~^-])\1{3,200}[ \t]{0,8}(?:\r?\n|\Z)")
"""The line below a heading; the first of a text may be the title of a ticket."""
_RULE = late(r"[ \t>]{0,8}[|:-][-:| \t]*")
"""The line below the head of a table."""
_TELLS_OF_EACH = late(
    r"\b(?:causes?|resolutions?|resolve|fix(?:es)?|solutions?|remed(?:y|ies)|meanings?|means|workarounds?"
    r"|what to (?:do|check)|next steps?|actions?|checks?|ursachen?|l\u00f6sung(?:en)?|behebung|bedeutung"
    r"|abhilfe|ma\u00dfnahmen?"
    r"|pr\u00fcfen|signification"
    r"|correction|causas?|soluci\u00f3n(?:es)?|significado|solu\u00e7(?:\u00e3o|\u00f5es)"
    r"|\u043f\u0440\u0438\u0447\u0438\u043d[\u0430\u044b]|\u0440\u0435\u0448\u0435\u043d\u0438[\u0435\u044f]"
    r"|\u0437\u043d\u0430\u0447\u0435\u043d\u0438\u0435)\b"
    r"|\u539f\u56e0|\u89e3\u51b3|\u89e3\u6c7a|\u5bf9\u7b56|\u5bfe\u51e6|\u542b\u4e49|\u610f\u5473|\uc6d0\uc778|\ud574\uacb0",
    re.IGNORECASE,
)
"""A column of a table of what errors mean and what to do then."""
_TELLS_OF_ONE = late(
    r"(?:date|time|when|since|host|client|laptop|user|computer|machine|count|times|ticket|case|seen|datum|zeit|uhrzeit|rechner"
    r"|benutzer|anzahl|seit|heure|poste|utilisateur|nombre|fecha|hora|equipo|usuario"
    r"|\u0434\u0430\u0442\u0430|\u0432\u0440\u0435\u043c\u044f|\u65e5\u671f|\u65f6\u95f4|\u65e5\u6642)s?",
    re.IGNORECASE,
)
"""The whole head of a column that tells when, where or how often something happened."""
_SYMPTOM = late(
    r"^[ \t>]{0,8}(?:[-*+\u2022][ ]|#{1,6}[ ])?[*_]{0,3}"
    r"(?:symptoms?|symptome?|sympt\u00f4mes?|s\u00edntomas?|sintom[ai]s?"
    r"|\u0441\u0438\u043c\u043f\u0442\u043e\u043c\u044b?|\u75c7\u72b6|\u75c7\u72c0)[*_]{0,3}[ \u00a0]?[:\uff1a]",
    re.IGNORECASE | re.MULTILINE,
)
"""The label before what each of several problems looks like; a ticket tells of one."""
_MAX_ENTRIES = 60
"""So many lines above an entry are looked at for the head of its index (reasoned)."""
_MAX_CHARACTERS = 6000
_HEAD_AND_RULE = 2
_MAX_LINE_CHARACTERS = 2000
"""How far the begin and the end of a line are looked for (reasoned: a line that people write is shorter)."""


def line_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The line in which a part of a text stands, of a long one what is near: where it begins, and where it ends."""
    near = max(0, start - _MAX_LINE_CHARACTERS)
    begin = text.rfind("\n", near, start) + 1 or near
    last = text.find("\n", end, end + _MAX_LINE_CHARACTERS)
    return begin, min(len(text), end + _MAX_LINE_CHARACTERS) if last < 0 else last


def is_indexed(text: str, start: int, end: int) -> bool:
    """Whether a part of a text is an entry of an index, a link, or the title of a guide."""
    begin, last = line_around(text, start, end)
    line = text[begin:last].rstrip("\r")
    behind = _OF_GUIDE_BEHIND.match(line, end - begin)
    if "?" not in line and (_GUIDE.match(line, 0, start - begin) or (behind and not _FAILED.search(behind[0]))):
        return True
    if any(alone.fullmatch(line) for alone in (_LINKS_ALONE, _HEADING)) or _ENDS_IN_PAGE.search(line, end - begin):
        return True
    if "|" in line and (_is_head(text, last) or _is_of_guide(_rows_above(text, begin))):
        return True
    if _SYMPTOM.match(line) and len(_SYMPTOM.findall(text, max(0, begin - _MAX_CHARACTERS), end + _MAX_CHARACTERS)) > 1:
        return True
    if _UNDERLINE.match(text, last) and text[:begin].strip():
        return True
    above = _rows_above(text, begin)
    if _ITEM.match(line) is not None and _is_of_kinds(above):
        return True
    return not is_prose(line) and (_ITEM_WITH_ADDRESS.fullmatch(line) is not None or _is_below_head(above))


def _rows_above(text: str, begin: int) -> list[str]:
    """The lines above a line, the nearest first, as far as they are looked at."""
    return text[max(0, begin - _MAX_CHARACTERS) : begin].split("\n")[-2 : -_MAX_ENTRIES - 2 : -1]


def _is_head(text: str, last: int) -> bool:
    """Whether a row that ends at a place is the head of a table: an error there is what the table is about."""
    below = text[slice(*line_around(text, last + 1, last + 1))].rstrip()
    return "|" in below and _RULE.fullmatch(below) is not None


def _is_of_guide(above: Sequence[str]) -> bool:
    """Whether a table row belongs to a table of what errors mean or how to fix them, judged by the rows above."""
    rows = list(takewhile(lambda row: "|" in row, above))
    if len(rows) < _HEAD_AND_RULE or _RULE.fullmatch(rows[-2].rstrip()) is None:
        return False
    cells = [cell.strip(" \t*_`>") for cell in rows[-1].split("|")]
    return any(map(_TELLS_OF_EACH.search, cells)) and not any(map(_TELLS_OF_ONE.fullmatch, cells))


def _is_of_kinds(above: Sequence[str]) -> bool:
    """Whether the lines above an item are items too, up to the head of a list of what is met in general."""
    head = next((row for row in above if row.strip() and _ITEM.match(row) is None), "")
    return _HEAD_OF_KINDS.fullmatch(head.rstrip()) is not None


def _is_below_head(above: Sequence[str]) -> bool:
    """Whether the lines above an entry are entries too, up to the heading of their index."""
    is_parted = False
    for row in above:
        if not row.strip():
            is_parted = True
        elif _HEAD.fullmatch(row.rstrip()):
            return True
        elif (is_parted and _ITEM.match(row) is None) or is_prose(row):
            return False
        else:
            is_parted = False
    return False
