"""Keys in commands of routers and firewalls: a word for a key, its encoding, and the key, without a sign between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from ipseclint.late import late
from ipseclint.secrets.masks import SIGNS_OF_SENTENCES
from ipseclint.secrets.places import Place
from ipseclint.secrets.values import places_of
from ipseclint.source import lines_with

HINTS = (
    "isakmp",
    "passw",
    "passp",
    "secret",
    "-key",
    *("key-string", "keystring", "phash ", "pskey"),
    "snmp",
    "rocommunity",
    "rwcommunity",
    "com2sec",
    "radius",
    "tacacs",
    "aaa-server",
    "wpa-psk",
    "psk.txt",
    " psk ",
    "standby ",
    "vrrp ",
    "glbp ",
    "authentication text",
    *(f"key {kind} " for kind in (0, 6, 7, 8)),
    " key ",
    "\tkey ",
)
"""One of these is in every text with such a key."""
_ON_LINES = ("key", *(hint for hint in HINTS if "key" not in hint))
"""One of these is on every line with one."""
_MAX_WORDS = 64
"""The most words of a line that are examined (reasoned: no command that takes a key has more)."""
_MAX_CHARACTERS = 16_384
"""The longest quoted key of several lines (reasoned: a private key of 16384 bits is shorter)."""
_WORD = late(r"\"[^\"\n]*\"?|'[^'\n]*'?|[^\s\"';{}]+")
_OF_PROGRAM = late(r"[:=(,\[][ \t]{0,8}\Z")
"""What stands before a text of a program, in which a command may stand."""
_BARE_WORD = late(r"[^\s\"';{}]+")
_CIPHERED = frozenset({"0", "4", "5", "6", "7", "8", "9", "enc"})
_KINDS = _CIPHERED | frozenset(
    {"1", "md5", "sha", "sha1", "sha256", "text", "ascii", "ascii-text", "hex", "hexadecimal", "encrypted", "clear"}
    | {"cleartext", "local", "remote", "aes", "des", "3des", "128", "192", "256"}
)
"""Words for the encoding or the kind of the key after them; and those of them that alone announce a key."""
_SPOKEN = frozenset(
    {"for", "is", "are", "was", "of", "in", "on", "to", "and", "the", "a", "an", "or", "with", "from", "that", "as"}
    | {"must", "should", "by", "can", "will", "not"}
)
"""Continuations of a sentence about a key."""
_OF_SENTENCES = frozenset({"and", "or", "the", "their", "this", "when", "with", "without", "you", "your"})
"""Words right before a password that no command has; they are looked at only where more than the password follows."""
_BEFORE_NO_PSK = _SPOKEN | _OF_SENTENCES | {"authentication"}
"""Words right before `psk` in a sentence, and before the name of one."""
_COMMANDS = frozenset(
    {"set", "enable", "username", "user", "neighbor", "sent-username", "chap", "pap", "crypto", "tunnel-group"}
)
"""Words that make a line a command if they stand before a password."""
_BEHIND: Mapping[str, frozenset[str]] = {
    "key": frozenset(["isakmp", "radius-server", "tacacs-server", "server-private", "aaa-server", "pre-shared-key"])
    | {"failover"},
    "community": frozenset(["snmp", "snmp-server", "/snmp"]),
    "auth": frozenset({"snmp-server"}),
    "priv": frozenset({"snmp-server"}),
    "authentication": frozenset({"standby", "vrrp", "glbp"}),
}
"""Words that name a key if one of others stands before them."""
_ALWAYS = frozenset(
    {
        "isakmpkey",
        "encrypted-keystring",
        "passwd",
        "key-string",
        "keystring",
        "phash",
        "pskey",
        "psksecret",
        "authpasswd",
        "radius-common-pw",
        "private-key",
        "authentication-key",
        "auth-key",
    }
    | {"rocommunity", "rocommunity6", "rwcommunity", "rwcommunity6"}
    | {"message-digest-key", "md5-key", "wpa-psk", "plain-text-password-value", "password-encrypt"}
)
"""Words that only commands have."""
_ALWAYS_AT_END = tuple(sorted(word for word in _ALWAYS if "-" in word and word != "private-key"))
"""Those of them that end a word where the break before them is lost; files are named after a private key."""
_NAMES_OF_PASSWORDS = ("secret", "passw", "passp")
_MAY_NAME_KEY = late(
    rf".*(?:{'|'.join(_NAMES_OF_PASSWORDS)})|(?:{'|'.join(sorted({'psk', *_BEHIND, *_ALWAYS}))})\Z"
    rf"|.*(?:{'|'.join(_ALWAYS_AT_END)})\Z"
)
"""A word that a key may follow: most words are none, and what stands before them is not asked."""
_SIGNS_ASTRAY = "~>|!*(+\0"
"""Signs that a mail, a prompt or damage puts before a word."""
_TO_A_HOST = frozenset(
    {"trap", "traps", "inform", "informs", "version", "1", "2c", "3", "community", "noauth", "auth", "priv"}
)
"""Words between the address of an SNMP host and its community."""
_BEFORE_A_HOST = frozenset({"address", "hostname"})
"""The words behind a key of ISAKMP, before the host that it is for."""
_WORDS_OF_COM2SEC = 3
"""A community is its last word: behind a name and a source."""
_OF_SERVERS = ("radius", "tacacs", "aaa-server")
_KEY_OF_A_SERVER = late(r"^([> \t]*)key[ \t]+(?![\"']?hk(?:lm|ey_)\w*[:\\])([^\s]+)[ \t]*$", re.MULTILINE)
"""The key line in the section of a server, whose margin a paste may have lost."""
_NO_KEYS = _SPOKEN | frozenset(
    {"exchange", "chain", "string", "pair", "size", "length", "id", "usage", "type", "name", "material", "management"}
    | {"lifetime", "generation", "agreement", "derivation", "provider", "container", "module", "modules"}
)
"""Words after the name of a key, on a line of its own, that show there is no key."""
_BROKEN_WITHIN = late(
    r"\b(?:isakmp[ \t]+key|community)[ \t]+(?:\d[ \t]+)?[^\s]+[ \t]*\n[ \t>]*+([^\s]+)"
    r"(?=[ \t]+(?:address|authorization|hostname|r[ow])(?:\s|\Z))"
)
"""The rest of a key whose line is broken within it: before the host that it is for, or what it permits."""
_BEFORE_A_KEY = ("isakmp key", "isakmp key ")
_ON_LINE_BELOW = late(r"\n(?:[ \t]*\n)?[ \t]+([^\s][^\n]*)")
"""A key that a broken line has moved: below its command, and indented."""
_BROKEN = late(r"ascii-text[ \t]+\"[^\"\n]*\n[ \t>]*+((?![\s}])(?:(?!##|SECRET-DATA)[^;\"\n]){1,256}+)")
"""A quoted key of Junos, broken: what stands on the next line."""
_ID = r"(?:\*|[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}|[\w.-]{1,64}@[\w.-]{1,64}|[\w-]{1,64}(?:\.[\w-]{1,64}){1,8})"
_OF_FRITZ_BOX = ("connkeytype", "phase1ss", "phase2ss")
_KEY_OF_FRITZ_BOX = late(r"^[> \t]*+key[ \t]*=[ \t]*\"?([^\"\n;]+)", re.MULTILINE)
"""The key of a connection, beside settings that only such a file has."""
_FILE_OF_KEYS = late(rf"psk\.txt\b[^\n]{{0,200}}((?:\n[ \t>]*(?:#[^\n]*|{_ID}[ \t]+[^\n]+)?){{1,256}})")
_LINE_OF_FILE = late(rf"^[ \t>]*+{_ID}[ \t]++([^\n]+)", re.MULTILINE | re.IGNORECASE)
"""The lines below the name of such a file: an identity and its key."""
_NOUNS = frozenset(
    {
        *("authentication", "authenticator", "change", "changes", "complexity", "encryption", "expiration"),
        *("expired", "expiry", "field", "guessing", "hash", "hashes", "hashing", "history", "length", "management"),
        *("manager", "policies", "policy", "prompt", "protection", "recovery", "requirements", "reset", "rotation"),
        *("spraying", "storage", "verification"),
        *("aendern", "ändern", "anfordern", "anzeigen", "bestätigen", "bestaetigen", "eingeben", "erforderlich"),
        *("festlegen", "hinterlegen", "merken", "prüfen", "setzen", "speichern", "vergessen", "wechseln"),
        *("wiederholen", "zurücksetzen", "zuruecksetzen", "dimenticata", "errata", "scaduta"),
    }
)
"""What a sentence or a title says of passwords, also in the languages that have nearly this word for them."""
_BEFORE_ALONE = (["ipsec"], ["xauth"])
"""What stands before such a word, and nothing behind the key, in a file of vpnc."""
_OPTION = late(r"--[a-z]{2,}(?:-[a-z]+)*[\])]*")
_NAME_OF_A_COMMUNITY = late(r"(?:\bname=|\bset[ \t]+name[ \t]+)\"?([^\s\"]+)")
_LINES_OF_A_COMMUNITY = 3
"""How many lines below `snmp community` its name may stand."""


def in_router_commands(text: str, lower: str) -> Iterator[Place]:
    """The places of keys in commands; `lower` is the text in lower case."""
    yield from _below_its_line(text, lower)
    for start, _ in lines_with(lower, ("snmp community",)):
        yield from _names_of_community(lower, start)
    for start, line_end in sorted(set(lines_with(lower, _ON_LINES))):
        line = lower[start:line_end]
        words = [match.span() for _, match in zip(range(_MAX_WORDS), _WORD.finditer(line), strict=False)]
        quoted = [
            (begin + 1, end)
            for begin, end in words
            if line[begin] in "\"'" and _OF_PROGRAM.search(line, max(0, begin - 9), begin)
        ]
        inside = [[match.span() for match in _BARE_WORD.finditer(line, *place)] for place in quoted]
        for begin, end in [place for each in (words, *inside) for place in _in_line(line, each)]:
            within = begin + (line[begin] in "\"'")
            last = end - (within < end and within > begin and line[end - 1] == line[begin])
            yield start + within, _end_of_quoted(text, start + within, start + last)
        if line.endswith(_BEFORE_A_KEY):
            yield from places_of(_ON_LINE_BELOW.match(text, line_end))
    if "key" in lower:
        is_of_a_server = any(sign in lower for sign in _OF_SERVERS)
        lines = lines_with(lower, ("key",))
        for match in (each for line in lines for each in _KEY_OF_A_SERVER.finditer(lower, *line)):
            # The section may be shown without its first line, in which a number is that of a key in a chain.
            margin, word = match.groups()
            if is_of_a_server or (margin and not (word.isdigit() or word in _NO_KEYS)):
                yield match.span(2)


def _below_its_line(text: str, lower: str) -> Iterator[Place]:
    """The rest of a key whose quotation nothing closes on its line, and the keys below the name of a file of racoon."""
    if "ascii-text" in lower:
        yield from (match.span(1) for match in _BROKEN.finditer(text))
    if "isakmp" in lower or "community" in lower:
        yield from (match.span(1) for match in _BROKEN_WITHIN.finditer(lower))
    if any(sign in lower for sign in _OF_FRITZ_BOX):
        yield from (match.span(1) for match in _KEY_OF_FRITZ_BOX.finditer(lower))
    for file in _FILE_OF_KEYS.finditer(lower) if "psk.txt" in lower else ():
        yield from (line.span(1) for line in _LINE_OF_FILE.finditer(text, *file.span(1)))


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _names_of_community(text: str, start: int) -> Iterator[Place]:
    """The community names on a line, or on one of the next."""
    for _ in range(_LINES_OF_A_COMMUNITY):
        end = _end_of_line(text, start)
        if (name := _NAME_OF_A_COMMUNITY.search(text[start:end])) is not None:
            yield start + name.start(1), start + name.end(1)
        start = end + 1


def _in_line(line: str, places: list[Place]) -> Iterator[Place]:
    words = [line[begin:end].strip("\"'").rpartition("#")[2].lstrip(_SIGNS_ASTRAY) for begin, end in places]
    for at, word in enumerate(words):
        is_glued = word.startswith("key") and len(word) > len("key") and word not in _ALWAYS
        if is_glued and words[at - 1 : at] == ["isakmp"]:
            yield places[at][0] + len("key"), places[at][1]
        elif _MAY_NAME_KEY.match(word) and "=" not in word and _names_key(words, at):
            behind = at + 1
            while behind + 1 < len(words) and (words[behind] in _KINDS or not words[behind].strip()):
                behind += 1
            is_key = behind < len(words) and any(map(str.isalnum, words[behind]))
            if is_key and "=" not in words[behind].rstrip("=") and not _is_other(words, behind):
                yield places[behind][0], _end_of_key(line, words, places, behind)
    if "com2sec" in words or "com2sec6" in words:
        yield from places[-1:] if len(words) > _WORDS_OF_COM2SEC else ()
    for at, pair in enumerate(pairwise(words)):
        if pair == ("snmp-server", "host"):
            yield from (places[behind] for behind in range(at + 3, len(words)) if words[behind] not in _TO_A_HOST)


def _is_other(words: list[str], at: int) -> bool:
    """Whether a word goes on with a sentence, or is the next option of a command."""
    word = words[at]
    is_option = _OPTION.fullmatch(word) is not None and any(each.startswith("-") for each in words[:at])
    return word in _SPOKEN or word.strip(SIGNS_OF_SENTENCES) in _NOUNS or is_option


def _end_of_key(line: str, words: list[str], places: list[Place], at: int) -> int:
    """The end of a key that begins at a word: it goes on behind a sign of syntax, and up to the host it is for."""
    last = at
    if line[places[at][0]] not in "\"'":
        while last + 1 < len(words) and not any(map(str.isspace, line[places[last][1] : places[last + 1][0]])):
            last += 1
        hosts = [number for number in range(last + 1, len(words)) if words[number] in _BEFORE_A_HOST]
        if "isakmp" in words[:at] and hosts:
            last = hosts[-1] - 1
    return places[last][1]


def _names_key(words: list[str], at: int) -> bool:
    """Whether a key follows a word."""
    word, before, behind = words[at], [each for each in words[:at] if each], words[at + 1 : at + 3]
    if word == "authentication" and behind[:1] == ["md5"]:
        return False  # key-string or key-chain follows, and tells of the key itself
    if word == "authentication" and not before and behind[:1] == ["text"]:
        return words[at + 3 : at + 4] in ([], ["timers"])
    if word == "psk":
        return len(words) == at + 2 and "set" in before and before[-1] not in _BEFORE_NO_PSK
    if word in _ALWAYS or word.endswith(_ALWAYS_AT_END) or any(each in _BEHIND.get(word, ()) for each in before):
        return True
    is_written_as = len(behind) == 2 and behind[0] in _CIPHERED
    if any(name in word for name in _NAMES_OF_PASSWORDS):
        is_of_sentence = len(behind) > 1 and not _OF_SENTENCES.isdisjoint(before[-2:])
        if not is_written_as and (word.endswith(".") or is_of_sentence):
            return False
        is_alone = (not before or before in _BEFORE_ALONE) and len(behind) == 1 and word.isalpha()
        return is_written_as or is_alone or not _COMMANDS.isdisjoint(before)
    return word == "key" and is_written_as


def _end_of_quoted(text: str, begin: int, end: int) -> int:
    """The end of a word, or of the multi-line quoted text that it begins, such as a private key."""
    if not text.startswith(("-----begin", "-----BEGIN"), begin):
        return end
    closing = text.find('"', begin, begin + _MAX_CHARACTERS)
    return closing if closing >= 0 else min(len(text), begin + _MAX_CHARACTERS)
