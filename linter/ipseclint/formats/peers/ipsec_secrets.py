"""ipsec.secrets of strongSwan and libreswan: preshared keys with the identities that they are for.

`ids : PSK "key"` (ipsec.secrets(5)); other kinds of keys, and blotted ones, are skipped. A key without quotation
marks is one to strongSwan, up to a blank (stroke_cred.c), and refused by libreswan (secrets.c): it is not compared.
"""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.read import key_of
from ipseclint.formats.kit.templates import PUT_IN
from ipseclint.formats.kit.token import OpenToken, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.pasted.prose import is_prose
from ipseclint.formats.peers.shell import BEFORE_PRINTED, Written, is_program, written
from ipseclint.formats.peers.words import daemon_key, name_of, note_typographic
from ipseclint.late import late
from ipseclint.model.peer import PeerKey
from ipseclint.model.policy import Policy
from ipseclint.secrets import key_spans
from ipseclint.source import Source

MAX_NO_SECRETS = 10_000
"""How many lines of a file may be no secret before it is taken for none (reasoned)."""
_KEY = late(
    r"^([^#\r\n:]*+(?::(?![ \t]*+PSK\b)[^#\r\n:]*+)*+):[ \t]*+PSK[ \t]++"
    r"(?:\"([^\"\r\n]*)\"|'([^'\r\n]*)'|(0[sx]\S+)|([\u201c\u201e\u2018]\S[^\r\n]*)|([^\s\"'#]\S*))",
    re.MULTILINE,
)
_ENCODED, _TYPOGRAPHIC, _BARE = 4, 5, 6
"""Groups of it: a key that is no text, one in quotation marks that are letters, and one without any."""
_ENDS_OF_BARE = late(r"(?:[ \t]*+(?:%any[46]?|@[^\s@]+|[^\s@%]*[.:][^\s%]*))*+[ \t]*+")
"""What stands before a key without quotation marks, which prose on authentication has as well: names that are such."""
_ENDS_LINE = late(r"[ \t]*+(?:#|\r?$)", re.MULTILINE)
_NOT_COMPARED = "key without quotation marks"
_NAMES_ENDS = late(
    rf"[^\S\n]*+(?:echo|printf)\b[^\n]*"
    rf"|(?:\"[^\"\r\n]*+\"|'[^'\r\n]*+'|{PUT_IN}|[^\"'(){{}}\[\]$<\r\n]++|[$<])*+"
)
"""What stands before such a key: names of ends, their quotation marks closed; a program that quotes a line has more."""
_WORD = late(r"\S+")
_PRESHARED = late(r":[ \t]*+PSK[ \t]")
"""What stands in every such line: quicker to look for."""
_CONNECTION = late(rf"^{BEFORE_PRINTED}[ \t]*+conn[ \t]+\S", re.MULTILINE)
"""How a connection of ipsec.conf begins, whose reader takes the keys beside it."""
_CONTINUED = late(r"\s|\Z|#|\}|include\b|version\b", re.IGNORECASE)
"""How lines begin that go on, or hold no secret themselves."""
_OTHER_KEY = late(
    r"(?:\A|\s):\s*(?:RSA|ECDSA|BLISS|PKCS8|P12|PIN|XAUTH|EAP|NTLM|PPK|PSK)\b|@[^\s@]+\s*:\s*XAUTH\b", re.IGNORECASE
)
"""Secrets of other kinds (ipsec.secrets(5)), and preshared keys on a line of their own."""
_TELLS_KEY = late(r"\bPSK\b|:[ \t]*+[\"']", re.IGNORECASE)
"""What a line has that may be a spoilt secret, wherever it stands."""
_OUTSIDE = "text beside the secrets"
_ANYBODY = frozenset({"%any", "%any4", "%any6"})


def recognise(source: Source) -> bool:
    """Whether a line has a preshared key in this form, and the text is no Python program and has no connections."""
    text = source.head_lines
    keys = _KEY.finditer(text) if _PRESHARED.search(text) is not None else ()
    is_given = any(_names_ends(key) for key in keys)
    return is_given and _CONNECTION.search(text) is None and not is_program(text)


def _names_ends(key: re.Match[str]) -> bool:
    """Whether what stands before a key names its ends; a key without quotation marks is the last word of its line."""
    if not key[_BARE]:
        return _NAMES_ENDS.fullmatch(key[1]) is not None
    is_last = _ENDS_LINE.match(key.string, key.end()) is not None
    return is_last and _ENDS_OF_BARE.fullmatch(key[1]) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The keys of a file, or of one that a shell script writes."""
    return diagnostics.parsed(Policy(peer_keys=_keys(written(text, diagnostics.path, recognise), text, diagnostics)))


def keys_beside(text: str, diagnostics: Diagnostics) -> tuple[PeerKey, ...]:
    """The keys that a shell script writes to a separate file, besides one of another format."""
    own = written(text, diagnostics.path, recognise)
    return _keys(own, text, diagnostics) if own.is_in_script else ()


def _keys(own: Written, text: str, diagnostics: Diagnostics) -> tuple[PeerKey, ...]:
    """The keys in those lines of a text that belong to the file."""
    diagnostics.secrets += key_spans(text, diagnostics.path)
    keys = []
    is_script = text.startswith("#!")
    last = diagnostics.place(1, 1)
    is_outside = False
    for line in own.lines(lines_of(own.text, diagnostics.path)):
        if diagnostics.count > MAX_NO_SECRETS:
            diagnostics.refused(f"more than {MAX_NO_SECRETS:,} lines that are no secret: the rest was not read", last)
            break
        match = _KEY.match(line.text)
        if match is not None:
            is_outside = False
            place = line.part(match.start(), match.end())
            words = (line.part(*word.span()) for word in _WORD.finditer(match[1]))
            named = tuple(name for word in words if (name := name_of(own.filled(word))) not in _ANYBODY)
            group = match.lastindex or 2
            key = own.filled(line.part(*match.span(group)))
            note_typographic(key, diagnostics)
            is_open = isinstance(key, OpenToken) or group in {_TYPOGRAPHIC, _BARE}
            if group == _BARE and not isinstance(key, OpenToken):
                diagnostics.not_read(_NOT_COMPARED)
            secret = None if is_open else (daemon_key if group == _ENCODED else key_of)(key.text)
            keys.append(PeerKey(span=place.span, identities=named, secret=secret))
            diagnostics.secrets.append(line.part(match.end(1), match.end()).span)
        elif not (is_script or _CONTINUED.match(line.text) or _OTHER_KEY.search(line.text)):
            last = line.strip().span
            is_outside = is_outside or is_prose(line.text)
            if is_outside and _TELLS_KEY.search(line.text) is None:
                diagnostics.not_read(_OUTSIDE)
            else:
                diagnostics.malformed("a line that is not a secret", last)
            diagnostics.secrets.append(line.span)
    return tuple(keys)


FORMATS = (
    Format(
        name="ipsec-secrets",
        title="ipsec.secrets of strongSwan or libreswan",
        recognise=recognise,
        parse=parse,
        how_to_export="the file /etc/ipsec.secrets; in the folder of its ipsec.conf",
        can_express="preshared keys and whom they are for",
        cannot_express="everything else",
    ),
)
