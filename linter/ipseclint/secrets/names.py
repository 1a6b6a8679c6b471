"""Names of keys in a text. Most texts have none, which a fast search finds out."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, AnyStr

from ipseclint.late import late
from ipseclint.secrets.programs import SIGNS

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

NAME = late(
    r"p[\^`\"']{0,2}s[\^`\"']{0,2}k"
    r"|pre[-_ ]?shared?(?:[-_ ]?(?:key|secret))?"
    r"|shared[-_ ]?(?:key|secret)"
    r"|shk(?:ey)?"
    r"|secret(?:[-_ ]?key(?![a-z]))?"
    r"|pass(?:word|phrase)(?![a-z])"
    r"|(?:l2tp|vpn|ipsec|ike(?:v[12])?|auth[12])[-_ ]?key(?![a-z])"
)
"""A name of a key, in lower case."""
VARIABLE = late(r"%%?~?(\w+)%{0,2}|!(\w+)!|\$(?:\w+:)?(\w+)|\$\{(?:\w+:)?(\w+)\}")
_TORN_CORES = dict.fromkeys(("p^", "p`", 'p"', "p'", "ps^", "ps`", 'ps"', "ps'"), (0,))
_CORES = {"psk": (0,), "share": (-4, -3, 0), **dict.fromkeys(("shk", "secret", "passw", "passp"), (0,)), **_TORN_CORES}
"""A piece of every such name, with the distance back to where the name may begin: a plain search is many times
faster."""
_WHOLE_CORES = tuple(core for core in _CORES if core not in _TORN_CORES)
_TORN = "p[\\^`\"']{1,2}s[\\^`\"']{0,2}k|ps[\\^`\"']{1,2}k"
"""A name that has one of the other pieces, of which a text has many, and names few."""
_OWNERS = ("l2tp", "vpn", "ipsec", "ike", "ikev1", "ikev2", "auth1", "auth2")
"""The owners of a key in names that end with "key"."""
_OWNED = "(?:l2tp|vpn|ipsec|ike(?:v[12])?|auth[12])[-_ ]?key"
"""A name of one of theirs: most texts have other keys alone."""
_TAG_CORES = ("auth1p", *(f"{tag}{sign}" for tag in ("ps", "sk") for sign in ("=", " =", "\t=", "  =", '"', "'")))


def _in_base64(name: bytes, shift: int) -> str:
    """The base64 characters that a name fixes if it begins at a byte with this remainder by three."""
    code = base64.b64encode(bytes(shift) + name).decode()
    return code[-(-shift * 8 // 6) : (shift + len(name)) * 8 // 6]


BASE64_NAMES = tuple(_in_base64(name, shift) for name in (b"L2tpPsk", b"PreSharedKey") for shift in range(3))
"""The elements of a VPN profile that hold a key, in base64."""
_OF_COMMANDS = "|".join(
    (
        *SIGNS,
        *(
            "net(?:[.]exe)? +user? ",
            "rasdial",
            "securestring",
            "networkcredential",
            "[\\x7f-]pass(?:in|out|word)? +pass",
            "autologon",
            "ftp",
        ),
        "[|] *(?:[^ ]*/)?(?:gcloud secrets|kinit|openconnect|passwd|plink|runas|sudo [-\\x7f]+s|vpncli|wg )",
        *(r"[.](?:pfx|p12)\\* *,", "shared-?key .*-v", "new-netipsecauthproposal .* -p[resha]{0,5}[ :]"),
        *(
            "(?:add|set)-vpnconnection .* -(?:l[2tps]{0,6}|pre[sha]{0,4})[ :]",
            "(?:add|set)-vpns2sinterface .* -shar?[ :]",
        ),
        *(r"[/\x7f-]key(?:[ :=]|[a-z0-9_,;]{6,99} )", r"[/\x7f-]pass[ :]", "keyvault secret set", "put-parameter"),
    )
)
"""Signs of a command that takes a key or a password by an option of its own."""
_TELLING = "|".join(
    (
        *("mii[^ ]{3}iba[zda][cak]", "bgkqhkig9w0bbq", "mhccaqee", "ageamb[ma]gbyqgsm49", "mc4caqawbq"),
        *("b3blbnnzac1rzxktdj", "d08c9ddf0115d111", "d0,8c,9d,df,01,15", "ncmnd8bfder", "eyj[^ .]+[.]"),
        *("gh[opsur]_", "github_pat_", "glpat-", "xox[abeprs]-", "hvs[.]", "[$](?:[15689]|2[aby]|y)[$]"),
        *("## secret-data", " enc [a-z0-9+/]{16}", ":::", "[.]acc:", "[0-9]{6}-[0-9]{6}-", "private-lines: "),
        *("[*] (?:ntlm|lm|sha1|dpapi) *:", "(?:cur|old)/(?:text|hex)", "rasdialparams!", "rascredentials!"),
        *(
            "rasconnectioncredentials",
            "rasdefaultcredentials",
            "[$]ansible_vault;",
            ": (?:psk|xauth|eap|ntlm|rsa|ecdsa|p12|pkcs8) ",
        ),
        "(?:[*]|x?l2tp[a-z]*|pptp[a-z]*|ppp) [^ ]+ +(?:[*]|[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+)(?:[ \\\\<;]|$)",
        r"1d[89a-f][0-9a-f]{12}\\* *, *\\*p\\* *:",
    )
)
"""Signs of secrets that are known by how they are written."""
HINTS_OF_SESSIONS = (
    r"(?:hmac|cbc|ctr|gcm|xcbc|cmac|rfc[0-9]+)[(][ -\x7f]*[)]+ 0x|xfrm state |esp [0-9a-fx]+ [ -\x7f]*-e "
    r"|ah [0-9a-fx]+ [ -\x7f]*-a |session-key |(?:string-key|-hex) (?:in|out)bound|.rfc ?[0-9]"
)
"""Signs of the key of a single security association."""
_MARKED = r"\x7f\x7f"
HINTS_ABROAD = "|".join(
    (
        *(
            "gemeinsame",
            "geheime",
            "vorinstalliert",
            "(?:ike|ipsec|vpn|l2tp)-schl",
            "sselinhalt",
            "kennwort",
            "passwort",
        ),
        *("geteilte", "vereinbarte", "clef (?:pr|partag|sec|est )", "phrase secr"),
        *("ssel (?:ist|war|lautet) ", f"cl(?:e|{_MARKED}) (?:pr|partag|sec|est )", "mot de passe", "contenu de la cl"),
        *("secret partag", "contrase", "contenido de la clave", "secreto comp", "parola", "contenuto chiave"),
        f"(?:clave|chiave|chave) (?:p|c|s|es? |{_MARKED} )",
        *(
            "segreto cond",
            "segredo ",
            "senha",
            "palavra",
            "do da chave",
            f"parol(?:e|{_MARKED})",
            "parool",
            "clau ",
            "kata sandi",
            "kata laluan",
            "kunci ",
            "lozinka",
            "geslo",
            f"salas(?:o|{_MARKED})na",
            "slapta",
            "jeljeni ",
            "deljeni ",
            f"kh(?:o|{_MARKED})a chia",
            r"t kh\x7f\x7f\x7fu",
            "wachtwoord",
            "gedeeld",
            "sleutelinhoud",
        ),
        *("sleutel is ", "klucz ", f"has(?:l|{_MARKED})o", "delad ", "delte? ", "nyckel ", "senord", "adgangskode"),
        *("passord", "jaettu", "salasana", f"d(?:i|{_MARKED})len(?:y|{_MARKED}) ", f"zdie(?:l|{_MARKED})an", "heslo"),
        *(
            "megosztott",
            "jelsz",
            "payla",
            f"(?:s|{_MARKED})ifre",
            "cheie ",
            r"\x7f\x7f\x7f\x7f\x7f\x7f",
        ),
    )
)
"""Signs of what other languages call a key or a password; a letter with a mark is two signs. A class that is no range
of ASCII has so many states that the search would give up its fast way."""
OWNERS_OF_KEYS = ("connection", "following", "gateway", "s2s", "site", "tunnel")
"""Words before `key` that make it the key of a tunnel."""
_OF_LOGIN = r"[:=] *[a-z0-9._@\\\x7f-]+ ?[:/] ?[^ /]"
_OF_CREDENTIALS = (
    f"{_TELLING}|(?:private|static) key|bearer |api[-_]?key|access[-_]?token|account[-_]?key"
    "|authorization(?:[^a-z]*|[^a-z][ -\\x7f]{0,40})(?:basic|bearer|token|apikey|digest)"
    "|://[^ /@:]+:[^ /@]+@|&key=|[?]key=|(?:&|amp;)sig=|key (?:is|was) |token\\\\* *[:=]|token (?:is|was) "
    "|(?:^|[^a-z])(?:pwd?|pass(?:wd|code)?|pin|kennwort|passwort|(?:nt|lm|eap|password)[-_ ]?hash)"
    "(?:\\\\* *[:=]| (?:is|was|ist|war|lautet) )"
    f"|{HINTS_ABROAD}|{HINTS_OF_SESSIONS}"
    "|(?:group|user|adm|unicode)pwd|key ?material|key content|(?:encryption|recovery|access)[-_ ]?key"
    "|keystring|pskey|accesssignature|auth-user-pass|(?:<|lt;)pass[ >]|privateexponent|private-?key"
    "|stringdata|kubernetes_secret|kind: *secret|load[-_]shared"
    f"|credentials? *{_OF_LOGIN}|creds? *{_OF_LOGIN}|login *{_OF_LOGIN}|logon *{_OF_LOGIN}|from-literal"
    f"|(?:{'|'.join(OWNERS_OF_KEYS)}) key *[:=]"
    "|user(?:name)?[ :=]+[^ ]+,? (?:pass|pwd?|password) [^ ]"
    "|snmp[a-z0-9_ -]*community"
    "|r[ow][-_ ]?community|validcommunities"
    "|(?:credential|authenticator)s?[*_]* *:"
    r"|(?:l2tp|pptp)[a-z-]* [^ ]+ +(?:[>+|-]+ +)?[^ ]+ +(?:[*]|[0-9]+[.][0-9]+[.])"
    r"|(?:\\+u[0-9a-f]{4}){2,} *[:=\\]|://[^ /@:]+:[^ /@0-9][^ /@]*$|(?:l2tp|pptp)d? [^ ]+$"
)
"""Signs of a credential that is not of IPsec."""
_OF_ADDRESSES = "://[^ ]+[?&]"
"""A sign of one in an address."""
_OF_NAMES = "|".join(
    (
        *("base64", "b64", "psk", "share", "shk", "secret", "auth1", "auth2", "ipsecdata", "passw", "passp"),
        *(
            "(?:l2tp|vpn|ipsec|ike(?:v[12])?)[_ -]?key",
            "isakmp",
            "-key",
            "snmp",
            "com2sec",
            "radius",
            "tacacs",
            "aaa-server",
            "standby ",
        ),
        *(
            "vrrp ",
            "glbp ",
            "authentication text",
            "key-string",
            "key [0678] ",
            "[ >] key ",
            "failover key ",
            "phash ",
            "%[a-z] +in *[(]",
        ),
        "(?:^|[^a-z])set [a-z0-9_]+=",
        "[$](?:k|[a-z0-9_]*key[a-z0-9_]*) *=",
        "netipsecauthp[a-z -]*$",  # cut before the key
        r"\\u00(?:[46][1-9a-f]|[57][0-9a])",  # a letter that is escaped, perhaps of a name
        *(name.lower() for name in BASE64_NAMES),
    )
)
"""Signs of a key that is told by its name."""
_HINTED = (_OF_NAMES, _OF_CREDENTIALS, _OF_COMMANDS)
"""Signs of a text with a key in it, ignoring marks within words: most texts need no closer look."""
_SHORT_TAG = "(?:ps|sk) {0,2}="
_WHOLE_SHORT_TAG = f"(?:^|[^0-9a-z_-]){_SHORT_TAG}"
_ENCODED = "-e[ncodedmau]*[ :]+[a-z0-9+/=]{16}"
"""A command in base64, which may hold a key."""
_SIGNS_WITHIN = b"^`\"'\0"
"""Marks that may stand within a word. A file of zero bytes is left with nothing to search."""
_LOWER_ASCII = bytes(range(128)).lower().replace(b"\t", b" ").replace(b"\n", b" ") + b"\x7f" * 128
_ASCII = bytes(range(128)) + b"\x7f" * 128
BLANKS = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""Blanks that do not break, and those of another width."""
_BLANK_BYTES = tuple(map(str.encode, BLANKS))
INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff"
)
"""Signs of no width, which a copy from a page, a chat or a document has within words."""
QUOTES = "\u00ab\u00bb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f"
"""Quotation marks of mails and documents."""
ONE_UNTYPED = "|".join(f"{INVISIBLE}{QUOTES}")
"""An expression for one of these signs, which nobody typed."""
SIGNS_OF_MAILS = "=3[dD]|(?i:quoted-printable)"
"""Signs of a mail that is written in signs of ASCII."""
ENTITY = "&(?:#[0-9A-Za-z]+|[A-Za-z][0-9A-Za-z]+);"
"""A sign as markup writes it, by its number or its name."""
SIGNS_OF_FORMS = "[=?&]-{0,2}[A-Za-z][0-9A-Za-z_.-]*[+]|[+]--?[A-Za-z][0-9A-Za-z]*[+=]|%[2-7][0-9A-Fa-f]"
"""Signs of a form as an address has it: words with a plus in place of blanks, or with codes of signs."""
_RARE_ENTITY = late(
    rb"&(?:amp;){0,4}(?!(?:lt|gt|amp|quot|apos|nbsp|#1[03]|#3[49]|#x[ADad]);)(?:#\w{1,7}|[A-Za-z][0-9A-Za-z]{1,30});"
)
_AMPERSANDS = late(rb"&(?:amp;)+")
"""One that not all markup has, and the beginning of one that is in markup within markup."""
_OF_MARKUP = "|".join((ENTITY, *BLANKS, ONE_UNTYPED, SIGNS_OF_FORMS))
"""A sign in markup, a blank that does not break or one of an address, and what is not seen."""
_MARKS_IN_MARKUP = (b"&quot;", b"&apos;", b"&#34;", b"&#39;", b"&shy;", b"&zwnj;", b"&zwj;", b"&#8203;", b"&#173;")
_LONG, _FIRST, _BEGIN, _SHORT = 32_768, 16_384, 4_096, 256
"""The characters from which compiling the expressions pays, those in which most inputs have had what they repeat, those
in which they show what they are, and those below which Python is as fast as the engine."""
_TAG_NAME = late(r"(?<![\w-])(?:ps|sk|auth1ps?)(?=[\"']?[ \t]*=)")


def lowered(text: str) -> str:
    """The text in lower case, character by character: those that would become two stay."""
    lowered = text.lower()
    return (
        lowered
        if len(lowered) == len(text)
        else "".join(sign if len(sign.lower()) > 1 else sign.lower() for sign in text)
    )


def replaced(text: str, signs: Mapping[str, str]) -> str:
    """A text with other signs beyond ASCII in place of some of its own: few of them stand in it, and each is looked for
    quickly."""
    for sign in signs.keys() & {*text} if not text.isascii() else ():
        text = text.replace(sign, signs[sign])
    return text


def as_bytes(text: str) -> bytes:
    """A text as bytes, with ASCII unchanged."""
    return text.encode("utf-8", "surrogatepass")


def has_match(pattern: str, data: bytes) -> bool:
    """Whether an expression matches somewhere in bytes; both must be ASCII, without lookaround.

    It uses pydantic's regex engine, which is as fast as a plain search and linear in the input for any expression, but
    does not give the place of the match.
    """
    return _known_searcher(pattern).isinstance_python(data)


def searcher(pattern: str) -> SchemaValidator:
    """A search for an expression in text, or in its bytes, by that engine."""
    from pydantic_core import SchemaValidator, core_schema

    return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))


_known_searcher = cache(searcher)


def has_sign(data: bytes, *signs: str) -> bool:
    """The same as `has_match` for any of several expressions.

    For the first texts only those alternatives are compiled of which a piece stands there: to compile all takes as long
    as Python takes to start.
    """
    _searched["signs"] += len(data)
    if _searched["signs"] >= _LONG:
        return has_match(_either(signs), data)
    standing = [(each, piece) for those in signs for each, piece in alternatives(those) if piece in data]
    if any(len(each) == len(piece) for each, piece in standing):
        return True
    return bool(standing) and has_match("|".join(each for each, _ in standing), data)


_either = cache("|".join)
_GROUPED = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
_ALTERNATIVE = late(rf"(?:\\.|\[(?:\\.|[^][\\])*+\]|{_GROUPED}|[^|])+")
_PIECE = late(
    rf"\\x(?:\{{[^}}]*\}}|..)|\\.|\[[^]]*\]|\{{[^}}]*\}}|{_GROUPED}|((?:[^\\\[\](){{}}?*+^$|.](?![?*{{]))+)|."
)
"""What stands in an expression as it is, as a group, and what does not."""


@cache
def alternatives(signs: str) -> tuple[tuple[str, bytes], ...]:
    """The alternatives of an expression, each with its longest piece that stands in whatever it matches."""
    return tuple((each, max(_PIECE.findall(each), key=len).encode()) for each in _ALTERNATIVE.findall(signs))


class LongText:
    """A long text that is searched for strings: its beginning by Python, the rest by the engine.

    To the engine signs beyond ASCII are all one, so that it finds some strings with them that are not there.
    """

    def __init__(self, text: str) -> None:
        self._begin = text[:_BEGIN]
        self._text = text

    def __contains__(self, piece: str) -> bool:
        """Whether a string is in the text."""
        return piece in self._begin or has_match(_any_of((piece,)), self._data)

    def holds_any(self, pieces: tuple[str, ...]) -> bool:
        """Whether one of these strings is in the text: searched together."""
        return any(map(self._begin.__contains__, pieces)) or (bool(pieces) and has_match(_any_of(pieces), self._data))

    def standing(self, pieces: tuple[str, ...]) -> list[str]:
        """Those strings that are in the text: in its beginning, where most are that are in it, or searched together."""
        begin = self._text[:_FIRST]
        found = {piece for piece in pieces if piece in begin}
        found.update(self._standing(tuple(piece for piece in pieces if piece not in found)))
        return [piece for piece in pieces if piece in found]

    def _standing(self, pieces: tuple[str, ...]) -> list[str]:
        """The same by the engine: all together, then by halves, since most are in none."""
        if not pieces or not has_match(_any_of(pieces), self._data):
            return []
        if len(pieces) == 1:
            return [*pieces]
        half = len(pieces) // 2
        return [*self._standing(pieces[:half]), *self._standing(pieces[half:])]

    def may_match(self, pattern: str) -> bool:
        """Whether an expression of ASCII signs, without lookaround, matches somewhere in the text."""
        return has_match(pattern, self._data)

    @cached_property
    def _data(self) -> bytes:
        data = as_bytes(self._text)
        return data if data.isascii() else data.translate(_ASCII)


def literal(piece: str) -> str:
    """An expression for a string."""
    return "".join(f"\\x{{{ord(sign):x}}}" for sign in piece)


@cache
def _any_of(pieces: tuple[str, ...]) -> str:
    return "|".join("".join(literal(sign) if sign.isascii() else r"\x7f{2,4}" for sign in each) for each in pieces)


def asked(text: str) -> str | LongText:
    """A text in the form that is fastest to search for strings: from so many characters on, of all texts so far."""
    if len(text) < _SHORT:
        return text
    _searched["characters"] += len(text)
    return text if _searched["characters"] < _LONG else LongText(text)


def holds_any(text: str | LongText, pieces: tuple[str, ...]) -> bool:
    """Whether one of these strings is in a text, or may be."""
    return any(map(text.__contains__, pieces)) if isinstance(text, str) else text.holds_any(pieces)


_searched = Counter[str]()


def standing(pieces: Iterable[str], text: str | LongText) -> list[str]:
    """Those strings that are in a text, or may be; the engine is thirty times as fast as Python."""
    return list(filter(text.__contains__, pieces)) if isinstance(text, str) else text.standing((*pieces,))


def one_stands(pieces: Sequence[bytes], data: bytes) -> bool:
    """Whether one of some strings of ASCII is in bytes, of any encoding."""
    if len(data) < _LONG:
        return any(piece in data for piece in pieces)
    return may_match_in(_any_of(tuple(map(bytes.decode, pieces))), data)


def may_match_in(pattern: str, data: bytes) -> bool:
    """Whether an expression may match somewhere in bytes, of any encoding: of few that is not asked."""
    return len(data) < _LONG or has_match(pattern, data if data.isascii() else data.translate(_ASCII))


def may_match(pattern: str, text: str | LongText) -> bool:
    """Whether an expression may match somewhere in a text: of a short one that is not asked."""
    return isinstance(text, str) or text.may_match(pattern)


def is_worth_a_look(data: bytes) -> bool:
    """Whether a text may have a name of a key: a fast search of its bytes, which most texts fail."""
    plain = data.translate(_LOWER_ASCII, _SIGNS_WITHIN)
    return (
        has_sign(plain, *_HINTED)
        or (has_sign(plain, _SHORT_TAG) and has_match(_WHOLE_SHORT_TAG, plain))
        or (has_sign(plain, _ENCODED) and b" -e" in plain)
        or (has_sign(data, _OF_MARKUP) and _is_without_markup(data))
        or (b"\0" in data and has_sign(data.replace(b"\0", b" ").translate(_LOWER_ASCII, _SIGNS_WITHIN), *_HINTED))
    )


def _is_without_markup(data: bytes) -> bool:
    """The same of a text with blanks in place of those that do not break or are of an address, and without quotation
    marks of markup and what is not seen."""
    data = _unescaped(data)
    if has_match(ONE_UNTYPED, data):
        for sign in f"{INVISIBLE}{QUOTES}":
            data = data.replace(sign.encode(), b"")
    for blank in _BLANK_BYTES:
        data = data.replace(blank, b" ")
    plain = data.translate(_LOWER_ASCII, _SIGNS_WITHIN).replace(b"&nbsp;", b" ")
    for mark in _MARKS_IN_MARKUP:
        plain = plain.replace(mark, b"")
    return has_sign(plain, *_HINTED)


def _unescaped(data: bytes) -> bytes:
    """A text without what an address has in place of signs, and with the signs that markup seldom writes by names."""
    if has_match(SIGNS_OF_FORMS, data):
        from urllib.parse import unquote_to_bytes  # few texts have such addresses

        data = unquote_to_bytes(data.replace(b"+", b" "))
    if _RARE_ENTITY.search(data) is None:
        return data
    from html import unescape  # it has tables of names

    return as_bytes(unescape(_AMPERSANDS.sub(b"&", data).decode("utf-8", "replace")))


def is_told_by_more(data: bytes) -> bool:
    """Whether a text may have a key or a credential that is told by more than a name, as the two below say it: most
    have neither, which takes one search of a long one. A short one is not asked."""
    return len(data) < _LONG or has_sign(
        data.translate(_LOWER_ASCII, _SIGNS_WITHIN), _OF_COMMANDS, _OF_CREDENTIALS, _OF_ADDRESSES
    )


def may_give_to_commands(data: bytes) -> bool:
    """Whether a text may pass a key or password to a command by one of its options."""
    return has_sign(data.translate(_LOWER_ASCII, _SIGNS_WITHIN), _OF_COMMANDS)


def may_have_credentials(data: bytes) -> bool:
    """Whether a text may have a credential that is not of IPsec."""
    return has_sign(data.translate(_LOWER_ASCII, _SIGNS_WITHIN), _OF_CREDENTIALS, _OF_ADDRESSES)


def names_in(lowered: str, searched: str | LongText | None = None) -> Iterator[re.Match[str]]:
    """The names of keys in a lower-case text, without names within names; `searched` is what `asked` makes of it."""
    searched = asked(lowered) if searched is None else searched
    starts = {
        at + offset
        for core in standing(_CORES if may_match(_TORN, searched) else _WHOLE_CORES, searched)
        for at in occurrences(lowered, core)
        for offset in _CORES[core]
    }
    for at in occurrences(lowered, "key") if may_match(_OWNED, searched) else ():
        before = at - 1 if lowered[at - 1 : at] in {"-", "_", " "} else at
        if lowered.endswith(_OWNERS, 0, before):
            starts |= {before - len(owner) for owner in _OWNERS if lowered.endswith(owner, 0, before)}
    matches = [match for start in starts if start >= 0 and (match := NAME.match(lowered, start))]
    tags = {at for core in standing(_TAG_CORES, searched) for at in occurrences(lowered, core)}
    matches += [match for start in tags if (match := _TAG_NAME.match(lowered, start))]
    end = 0
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        if match.start() >= end:
            end = match.end()
            yield match


def names_key(text: str) -> bool:
    """Whether a text has a name of a key."""
    return is_worth_a_look(as_bytes(text)) and next(names_in(lowered(text)), None) is not None


_LONG_NAMES = (
    *("presharedkey", "presharedsecret", "sharedkey", "sharedsecret"),
    *("l2tppsk", "auth1psk", "auth2psk", "shkey", "secret", "password", "passphrase"),
)
"""Names of keys without the signs that may stand in them."""
_SHORT_MISSPELT = frozenset({"pks", "spk", "pskk", "ppsk", "pssk"})
_WORD = late(r"\w[\w-]{2,24}")
_KEY_ABROAD = (
    r"\w{0,20}schl\u00fcssel|\w{0,20}schluessel|cl\u00e9|clave|chiave|chave|sleutel|nyckel"
    r"|n\u00f8gle|n\u00f8kkel|klucz|kl\u00ed\u010d|\u043a\u043b\u044e\u0447"
)
_A_KEY = late(
    rf"(?<![\w\\])(?:key|{_KEY_ABROAD})(?!\w)"
    r"[\"']?[ \t]{0,40}(?:[:=][ \t]{0,40})?[\"']?[^\s\"'\\:=]{4,80}(?=[\s\"',;)}]|$)"
)
"""The word for a key in several languages, and a word after it that is no path."""


def may_name_key(text: str) -> bool:
    """Whether a word of a text may be a misspelt name of a key, or another name for one followed by a word."""
    lower = lowered(text)
    return _A_KEY.search(lower) is not None or any(_is_misspelt(match[0]) for match in _WORD.finditer(lower))


_HEAD = late(r"[^\S\n]*+(?:[A-Z][\w.-]*+[^\S\n]++){2,}[A-Z][\w.-]*+[^\S\n]*+|[^\n,;\t|=:]*+(?:[,;\t|][^\n,;\t|=:]*+)++")
_SIGN_OF_CELL = late(r"[,;\t|]")
_WITHIN_NAMES = late(r"[-_]")
_CELL_END = late(r"[,;\t|]|\s+")
_KEY_COLUMN = late(rf"[\" |]*(?:[^\W\d_]+[ -]){{0,3}}(?:{_KEY_ABROAD})[\" |]*")


def may_head_keys(line: str) -> bool:
    """Whether a line may be the head of a table with a column of keys by a misspelt or a foreign name."""
    if _HEAD.fullmatch(line) is None:
        return False
    lower = lowered(line)
    cells = (cell.strip(' "') for cell in _CELL_END.split(lower))
    return any(map(_is_misspelt, cells)) or any(map(_KEY_COLUMN.fullmatch, _SIGN_OF_CELL.split(lower)))


def _is_misspelt(word: str) -> bool:
    """Whether a word, or its end behind a sign, is a name except for one character, or two swapped ones."""
    parts = _WITHIN_NAMES.split(word)
    return any(map(_is_nearly_a_name, {"".join(parts[number:]) for number in range(len(parts))}))


def _is_nearly_a_name(word: str) -> bool:
    if word in _SHORT_MISSPELT or word in _LONG_NAMES:  # whole but for a sign astray, as in share_dkey
        return True
    for name in _LONG_NAMES:
        if word != name and abs(len(word) - len(name)) <= 1:
            begin = _alike(word, name)
            end = min(_alike(word[::-1], name[::-1]), len(word) - begin, len(name) - begin)
            one, other = word[begin : len(word) - end], name[begin : len(name) - end]
            if max(len(one), len(other)) == 1 or (len(one) == 2 and one == other[::-1]):
                return True
    return False


def _alike(one: str, other: str) -> int:
    """The length of the common beginning of two words."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (sign, that) in pairs if sign != that), min(len(one), len(other)))


def occurrences(text: AnyStr, piece: AnyStr) -> Iterator[int]:
    """The offsets of a string in a text, overlapping ones included."""
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + 1)


def matches_at(expression: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """The matches of an expression that begin at some places, in order and without matches within matches: what a
    search gives where no others begin, and many times faster where it has no piece to look for."""
    end = 0
    for at in sorted(places):
        if at >= end and (match := expression.match(text, at)):
            end = match.end()
            yield match
