"""What a script changes in phone books, which have a reader of their own: the settings that it names there.

(Get-Content $pbk) -replace 'VpnStrategy=.*', 'VpnStrategy=7' | Set-Content $pbk
"""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.powershell.script.commands.documents import PHONE_BOOK, documents_in
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.late import late
from ipseclint.source import Span
from ipseclint.vocabulary.ipsec_tools import PHONE_BOOK_WRITTEN
from ipseclint.words import listed

_FILE = late(r"\brasphone\.pbk\b", re.IGNORECASE)
_WRITES = late(
    r"\b(?:Set-Content|Add-Content|Out-File|WriteAll(?:Text|Lines)|WritePrivateProfileString\w?|Copy-Item|Out-IniFile)\b"
    r"|\.Save\(",
    re.IGNORECASE,
)
_BRINGS_IN = late(r"\b(?:Copy-Item|Move-Item|Out-IniFile)\b|(?<!shortcut)\.Save\(", re.IGNORECASE)
"""What writes a whole phone book, of which the script need not name a setting."""
_SETTING = late(r"(?<!Alias\()[\"'](?:\^|\(|\\b|\(\?m\)|`r|`n){0,4}([A-Za-z]\w{3,60}(?==)|[A-Za-z]\w{9,60}(?=[\"']))")
"""The name of a setting at the begin of a text, or a long one as the whole of it."""
_NAMED_BY_VALUE = late(r"[\"'][^\"'\r\n=]{0,40}\$[^\"'\r\n=]{1,60}=")
"""A setting whose name is put in."""


def written_book(syntax: Syntax) -> tuple[str, Span] | None:
    """What is not known of the phone books that a script writes, and where; None if it says nothing of IPsec."""
    if "rasphone.pbk" not in syntax.text.lower() or not _WRITES.search(syntax.code):
        return None
    book = next((book for book in _FILE.finditer(syntax.text) if syntax.code[book.start()] != " "), None)
    if book is None or any(place.module == PHONE_BOOK for place in documents_in(syntax.text)):
        return None
    from ipseclint.formats.vpn.rasphone import OF_NO_CONCERN, READ

    place = syntax.span(*book.span())
    written = (match for match in _SETTING.finditer(syntax.text) if syntax.code[match.start()] != " ")
    names = {match[1].casefold(): match[1] for match in written}
    if read := sorted(names[each] for each in READ & names.keys()):
        these = listed([quoted(name) for name in read])
        return f"this changes {these} in a phone book, which is not followed: check the phone book itself", place
    is_known = bool(OF_NO_CONCERN & names.keys()) and not _NAMED_BY_VALUE.search(syntax.text)
    if is_known and not _BRINGS_IN.search(syntax.code):
        return None
    return PHONE_BOOK_WRITTEN, place
