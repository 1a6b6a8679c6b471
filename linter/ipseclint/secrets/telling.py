"""Secrets that are known by how they are written, whatever stands before them: files of keys in base64, what Windows
protects, tokens, hashes of passwords, what a router writes in place of one.

The beginnings follow from the encodings: a PKCS #12 file is a sequence that begins with the number 3 (RFC 7292), a
private key one that begins with 0 (RFC 5208, RFC 8017), data protected by Windows begins with the identity of its
provider, a token of JSON with a brace and a quotation mark (RFC 7519).
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.late import late
from ipseclint.secrets.names import LongText, matches_at, may_match, occurrences, standing
from ipseclint.secrets.places import Place
from ipseclint.secrets.values import places_of

_BETWEEN = r"[\s\\>|\"'+,`]{1,40}+(?:[nr](?=[A-Za-z0-9+/]{16}))?"
"""What a text, a mail or a program puts between the lines of data."""
_BASE64 = late(
    r"(?<![A-Za-z0-9+/])(?:MII[A-Za-z0-9+/]{2}[AQgw]IBA(?:zC|DA|AK)|MII[A-Za-z0-9+/]{5}BgkqhkiG9w0BBQ|MHcCAQEE"
    r"|MIG[A-Za-z0-9+/]AgEAMB[MA]GByqGSM49|MC4CAQAwBQ|b3BlbnNzaC1rZXktdj|AQAAANCMnd8BFdER)"
    rf"[A-Za-z0-9+/]*+={{0,2}}+(?:{_BETWEEN}[A-Za-z0-9+/]{{16,}}+={{0,2}}+(?![\w.:-]))*+(?:{_BETWEEN}[A-Za-z0-9+/]{{1,64}}+={{1,2}})?+"
)
"""A PKCS #12 file, a private key, or data that Windows protects, in base64."""
_DIGITS = late(
    r"(?:01000000)?d08c9ddf0115d111[0-9a-f]*+(?:[\s\\>|\"'+,`]{1,40}+[0-9a-f]{16,}+(?![\w.:-]))*+"
    r"|(?:01,00,00,00,)?d0,8c,9d,df,01,15(?:,(?:\\?\s{1,40})?[0-9a-f]{2})*+",
)
"""The same data of Windows in digits, in lower case."""
_TOKEN = late(
    r"(?<![\w-])(?:eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+){0,3}"
    r"|gh[opsur]_\w{8,}+|github_pat_\w{8,}+|glpat-[\w-]{6,}+|xox[abeprs]-[\w-]{6,}+|hvs\.[\w-]{8,}+)"
)
_HASH = late(r"(?<![\w$])\$(?:(?:[1568]|2[aby]|y)\$[\w./=,+-]{1,60}+\$[\w./]{8,}+|9\$[\w./-]{8,}+(?:\$[\w./]{0,60}+)?)")
"""A password as a router or a shadow file has it."""
_OF_LAPS = late(
    r"1d[89a-f][0-9a-f]{12}(?![0-9a-f])[\\\"']{0,9}[ \t]{0,4},[ \t]{0,4}[\\\"']{0,9}p[\\\"']{0,9}[ \t]{0,4}:[ \t]{0,4}"
    r"(?:[\\\"']{1,9}([^\"\n]+?)(?=[\\\"']{1,9}[ \t]{0,4}[,}]|[\\\"']{0,9}(?:\n|\Z))|([^\s,}]+))"
)
"""The password that Windows LAPS keeps in its attribute, behind the time of its change; in lower case."""
_HASH_CHARACTERS = 32
_HASHES = late(r"(?<![0-9a-f])[0-9a-f]{32}:[0-9a-f]{32}(?![0-9a-f])")
"""The same as a dump of accounts has it, in lower case."""
_ANNOUNCED = late(
    r"(?<![\w-])enc[ \t]+([a-z0-9+/]{16,}+={0,2})"
    r"|\*[ \t](?:ntlm|lm|sha1|dpapi)[ \t]*:[ \t]*([0-9a-f]{16,}+)|(?<!\w)(?:cur|old)/(?:text|hex)[ \t]*:[ \t]*([^\n]+)"
    r"|\$machine\.acc[ \t]*:[ \t]*([^\s]+)"
    r"|(?:l\$_rasconnectioncredentials|rasdialparams!|l\$_rasdefaultcredentials|rascredentials!)[^\s:]*[ \t]*:?"
    r"((?:[^\n]*\n(?=[> \t|]{0,16}(?:[0-9a-f]{4,8}:?[ \t]+)?(?:[0-9a-f]{2}[ \t]+){2})){0,64}[^\n]*)"
    r"|private-lines:[ \t]*\d+((?:[\s>|]{1,8}[a-z0-9+/]{4,}={0,2}(?=\s|\Z))+)"
)
"""What a mark of a router, or of a program that shows what Windows keeps of secrets, tells to be one; in lower case."""
_MARK = "## secret-data"
_BEFORE_MARK = late(r"([^\s\";]+)[\";\s]{0,8}\Z")
_MAX_MARKED_CHARACTERS = 300
"""So far before a mark what it marks is looked for (reasoned: a router writes no longer keys)."""
_RECOVERY = late(r"(?<![\d-])\d{6}-\d{6}-(?:\d{6}-){0,5}\d{0,6}(?![\d-])")
"""The password with which a drive is recovered, or its beginning."""
_SIGN_OF_HASHES, _SIGN_OF_RECOVERY = "[0-9a-f]{32}:[0-9a-f]{32}", "[0-9]{6}-[0-9]{6}-"
_BEGINS = {
    _BASE64: ("MII", "MIG", "MHcCAQEE", "MC4CAQAwBQ", "b3BlbnNzaC1rZXktdj", "AQAAANCMnd8BFdER"),
    _TOKEN: ("eyJ", *(f"gh{of}_" for of in "opsur"), "github_pat_", "glpat-", "xox", "hvs."),
    _HASH: tuple(f"${kind}$" for kind in ("1", "5", "6", "8", "9", "2a", "2b", "2y", "y")),
}
"""How what these match begins: an expression with several beginnings has no piece that is looked for."""
_LOWER_BEGINS = {
    _OF_LAPS: tuple(f"1d{digit}" for digit in "89abcdef"),
    _DIGITS: ("01000000d08c9ddf", "d08c9ddf", "01,00,00,00,d0,8c,9d,df", "d0,8c,9d,df"),
    _ANNOUNCED: (
        *("$machine.acc", "enc ", "enc\t", "cur/text", "cur/hex", "old/text", "old/hex", "private-lines:"),
        *(f"*{blank}{of}" for blank in " \t" for of in ("ntlm", "lm", "sha1", "dpapi")),
        *("l$_rasconnectioncredentials", "rasdialparams!", "l$_rasdefaultcredentials", "rascredentials!"),
    ),
}
"""The same in lower case."""
_PIECES = tuple(piece.lower() for begins in (_BEGINS, _LOWER_BEGINS) for each in begins.values() for piece in each)


def in_telling(text: str, lower: str, searched: str | LongText) -> Iterator[Place]:
    """The places of such secrets; `lower` is the text in lower case, `searched` what `asked` makes of that."""
    stand = frozenset(standing(_PIECES, searched))
    for begins, within in ((_BEGINS, text), (_LOWER_BEGINS, lower)):
        for expression, pieces in begins.items():
            places = (at for piece in pieces if piece.lower() in stand for at in occurrences(within, piece))
            yield from (match.span(match.lastindex or 0) for match in matches_at(expression, within, places))
    if may_match(_SIGN_OF_RECOVERY, searched):
        yield from (match.span() for match in _RECOVERY.finditer(text))
    if may_match(_SIGN_OF_HASHES, searched):
        places = (at - _HASH_CHARACTERS for at in occurrences(lower, ":") if at >= _HASH_CHARACTERS)
        yield from (match.span() for match in matches_at(_HASHES, lower, places))
    for mark in occurrences(lower, _MARK):
        yield from places_of(_BEFORE_MARK.search(lower, max(0, mark - _MAX_MARKED_CHARACTERS), mark))
