"""What may be the rest of a key on a line that was not understood: each word beside a key, unless it is known to be
none."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from ipseclint.late import late
from ipseclint.secrets.masks import MASK, is_ordinary
from ipseclint.secrets.names import NAME, lowered, names_key
from ipseclint.secrets.places import Place
from ipseclint.secrets.values import OTHER_COMMAND

MAX_REST_CHARACTERS = 256
"""So far behind a key its rest is looked for, as no key is longer in Windows."""
_ARGUMENTS = (
    "action actioninbound actionoutbound actions activate activatedefaultrule all applyauthz apptype assign auth "
    "auth1 auth1ca auth1ecdsap256ca auth1ecdsap256healthcert auth1ecdsap384ca auth1ecdsap384healthcert "
    "auth1healthcert auth1kerbproxyfqdn auth1psk auth2 auth2ca auth2ecdsap256ca auth2ecdsap384ca authmethods "
    "conntype defaultauthmethods description dir dstaddr dstmask dstport enable endpoint1 endpoint2 "
    "exemptipsecprotectedconnections failmmifdhnotsupported filteraction filterlist gponame guid inpass "
    "interfacetype kerberos level localip localport localtunnelendpoint location mirrored mmforcedh mmkeylifetime "
    "mmlifetime mmpfs mmpolicy mmsecmethods mode name newname outpass pfsgroup policy pollinginterval port1 port2 "
    "profile protocol psk qmpermm qmpfs qmpolicy qmsecmethods remoteip remoteport remotetunnelendpoint "
    "rmtcomputergrp rmtusrgrp rootca rule set soft softsaexpirationtime srcaddr srcmask srcport store tunnel "
    "tunneldstaddress type"
)
_ORDINARY_ARGUMENTS = "domain edge group id program property security service value"
"""The arguments of netsh, which its grammars in `formats/netsh` have; the last are words that may stand in a key."""
_OF_NETSH = frozenset(_ARGUMENTS.split())
_EVERY_ARGUMENT = f"{_ARGUMENTS} {_ORDINARY_ARGUMENTS}".replace(" ", "|")
_TAG = r"(?:<|&lt;)/?[A-Za-z][\w:.-]{0,60}(?:\s(?:(?!&[lg]t;)[^<>\n]){0,200})?/?(?:>|&gt;)"
_END = late(
    rf"(?<![\w-])(?:(?:{_EVERY_ARGUMENT})[ \t]?="
    r"|-(?:[A-Z][a-z]{2}|IPv[46]|DHG|L2t|(?:MM)?SA[LD])\w{0,40}(?=[\s:]|\Z))"
    rf"|(?<=[\s,{{])\\?\"[A-Za-z]\w{{1,40}}\\?\"[ \t]{{0,8}}[:=]|{_TAG}",
)
"""What begins another argument, parameter, member, element or command behind a key."""
_WORD = late(r"\w++(?:[-_']++\w++)*+")
_PATH = (
    r"(?<![^\s\"'(=])(?:[A-Za-z]:\\{1,2}|\\{2})\w[\w.\\-]{1,200}|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?!\w)"
)
_PATH_OR_WORD = late(rf"(?P<path>{_PATH})|{_WORD.pattern}")
"""A word, or a path or an address, whose words are no words by themselves."""
_NONE = late(rf"\d{{1,5}}|\W*\w{{0,2}}|0x[0-9a-f]{{1,8}}|\d++(?:kb?|s|min|sess)|.*(?:{NAME.pattern}).*", re.IGNORECASE)
_NAMED = late(r"[\s(]\w++=[^\s=]")
"""The name of another value, as a command, a program or a router gives it."""
_TOUCHING = late(r"(?<![\w=])\w{3,}\Z")
_COMMAND = late(rf"(?:{OTHER_COMMAND})\w*", re.IGNORECASE)
_COMMAND_LINE = late(rf"[\s>\"']*+(?:[\w.:\\ -]{{1,60}}>[ \t]*)?(?:{OTHER_COMMAND})", re.IGNORECASE)

_METHODS = late(r"\bauth[12][ \t]{0,8}=", re.IGNORECASE)
"""An argument whose methods are followed by that with the key."""
_GLUED = late(
    r"\bauth[12](?=\w)(?!(?:ca|ecdsap|healthcert|kerbproxyfqdn|psk|set)|id\b)"
    r"|(?:password|passphrase|shared_?(?:key|secret)|api_?(?:key|token))(?=[a-z0-9])(?!s\b)",
    re.IGNORECASE,
)
"""The name of the same argument, or of a key, with what follows directly, where its sign is lost."""


def may_name_keys(text: str) -> bool:
    """Whether a line of a text may name a key that stands below it."""
    return names_key(text) or _METHODS.search(text) is not None


def words_of(text: str) -> Iterator[str]:
    """The words of a text, in lower case."""
    return (match[0] for match in _WORD.finditer(lowered(text)))


def rests_beside(text: str, keys: list[Place], known: Container[str]) -> Iterator[Place]:
    """The words beside the keys of a line that may be rests of them; `known` are words of other lines."""
    for begin, end in keys:
        before = _TOUCHING.search(text, max(0, begin - MAX_REST_CHARACTERS), begin)
        if before is not None and not _is_none(before[0], known):
            yield before.span()
        yield from _words_to_end(text, end, known)


def words_within(text: str, keys: list[Place]) -> Iterator[str]:
    """The words within the keys of a line, which a message may quote one by one."""
    words = (word[0] for place in keys for word in _WORD.finditer(text, *place))
    return (word for word in words if not _is_none(word, ()))


def rests_glued(text: str, known: Container[str]) -> Iterator[Place]:
    """The words of a line behind the name of an argument whose sign is lost, among which a key may stand."""
    glued = _GLUED.search(text)
    yield from () if glued is None else _words_to_end(text, glued.end(), known)


def rests_below(text: str, known: Container[str]) -> Iterator[Place]:
    """The words of a line below that of a key which may be the rest of it."""
    if _COMMAND_LINE.match(text) is None:
        yield from _words_to_end(text, 0, known)


def _words_to_end(text: str, begin: int, known: Container[str]) -> Iterator[Place]:
    ended = _END.search(text, begin, begin + MAX_REST_CHARACTERS)
    last = min(len(text), begin + MAX_REST_CHARACTERS) if ended is None else ended.start()
    for word in _PATH_OR_WORD.finditer(text, begin, last):
        is_named = _NAMED.match(text, max(begin, word.start() - 1), last) is not None
        is_escaped = text[word.start() - 1 : word.start()] == "\\" and word[0][0] in "nrt"
        if word["path"] is None and not is_named and not _is_none(word[0][is_escaped:], known):
            yield word.start() + is_escaped, word.end()


def _is_none(word: str, known: Container[str]) -> bool:
    """Whether a word is no rest of a key: one of the tools, a short number, or one that other lines have, too."""
    lower = lowered(word)
    if lower in known or lower in _OF_NETSH or is_ordinary(word):
        return True
    return _NONE.fullmatch(word) is not None or _COMMAND.fullmatch(word) is not None


def masked_words(text: str, words: Container[str]) -> str:
    """A text with a mask over each of some words."""
    return _WORD.sub(lambda word: MASK if word[0] in words else word[0], text)
