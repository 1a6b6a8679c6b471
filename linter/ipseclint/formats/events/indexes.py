"""Where a text names an error that nobody says was met: tables of contents, lists of links, titles of guides.

- [Error 809](#error-809)            Error 809 ........ 3            How to fix error 809
Related articles: and the entries below it                           - Error 13801 (https://...)
"""

from __future__ import annotations

import re

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
_ITEM = late(r"[ \t]{0,8}(?:[-*+\u2022|]|\d{1,2}(?:\.\d{1,2}){0,3}[.)]?[ \t])")
_HEADING = late(r"[ \t]{0,3}(?:={2,6}[ \t][^=\r\n]{1,200}={2,6}|h[2-6]\.[ ][^\r\n]{1,200})[ \t]{0,8}")
_UNDERLINE = late(r"\r?\n[ \t]{0,3}([=~^-])\1{3,200}[ \t]{0,8}(?:\r?\n|\Z)")
"""The line below a heading; the first of a text may be the title of a ticket."""
_MAX_ENTRIES = 60
"""So many lines above an entry are looked at for the head of its index (reasoned)."""
_MAX_CHARACTERS = 6000


def is_indexed(text: str, start: int, end: int) -> bool:
    """Whether what stands between two places of a text is an entry of an index, a link, or the title of a guide."""
    begin = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    line = text[begin : len(text) if last < 0 else last].rstrip("\r")
    if "?" not in line and (_GUIDE.match(line, 0, start - begin) or _OF_GUIDE_BEHIND.match(line, end - begin)):
        return True
    if any(alone.fullmatch(line) for alone in (_LINKS_ALONE, _HEADING)) or _ENDS_IN_PAGE.search(line, end - begin):
        return True
    if last >= 0 and _UNDERLINE.match(text, last) and text[:begin].strip():
        return True
    if is_prose(line):
        return False
    return _ITEM_WITH_ADDRESS.fullmatch(line) is not None or _is_below_head(
        text[max(0, begin - _MAX_CHARACTERS) : begin]
    )


def _is_below_head(above: str) -> bool:
    """Whether the lines above an entry are entries too, up to the head of their index."""
    is_parted = False
    for row in above.split("\n")[-2 : -_MAX_ENTRIES - 2 : -1]:
        if not row.strip():
            is_parted = True
        elif _HEAD.fullmatch(row.rstrip()):
            return True
        elif (is_parted and _ITEM.match(row) is None) or is_prose(row):
            return False
        else:
            is_parted = False
    return False
