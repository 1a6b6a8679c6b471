"""Which words are masked: the spellings of a key, and words that look like one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.escape import UNSAFE
from ipseclint.late import late
from ipseclint.secrets.names import NAME, VARIABLE
from ipseclint.secrets.places import Place

_BYTE = late(r"[0-9a-f]{1,2}", re.IGNORECASE)
_DIGITS = late(r"[0-9a-f]+", re.IGNORECASE)
_UNPRINTED = late(r"[\0-\x1f\x7f-\x9f]+")
MIN_KEY_CHARACTERS = 6
"""A shorter key is masked at its own place only: masking it everywhere would mask ordinary words."""
_MAX_KEY_LINES = 8
"""A text over more lines follows an unclosed quotation mark: it is masked at its place, and elsewhere only the words of
its first line and those that look like keys (reasoned: keys in hexadecimal have so many lines)."""
_ORDINARY = frozenset(
    """advfirewall anonymous assign authentication certificate computer computercert computerkerb computerpsk connection
    consec default description disabled domain dynamic enabled endpoint erforderlich filter filteraction filterlist
    firewall global hidden automatic computerntlm custom ikev1 ikev2 import inbound inherit ipsec kerberos l2tp
    l2tppsk machine machinecertificate machinepsk mainmode mandatory maximum mode monitor mschapv2 mutual negotiate
    network netsh netsh.exe noauthentication noencryption none obligatoire obligatoria obligatorio opcional optional
    outbound password policy powershell powershell.exe preshared preshared-key presharedkey private profile protocol
    public pskonly quickmode read-host request requestinrequestout require required requireinclearout
    requireinrequestout requireinrequireout secret server servers shared sharedsecret static string system transport
    tunnel usercert userkerb userntlm windows""".split()  # noqa: SIM905 - a list of words reads better as one
)
"""Words of the tools and of our own texts. Masking one of them everywhere would reveal the key, and hide none."""
_SIGNS_OF_MASKS = "*.\u2022\u2026"
"""What others put in the place of a key."""
SIGNS_OF_SENTENCES = "*_.,;:!?)"
"""What stands behind a word in a sentence."""
_REFERENCE = late(
    r"(?:var|local|module|data|each|self|(?:azurerm|aws|google|random)_\w{1,64})(?:\.\w{1,64}|\[[\w.\"'*-]{1,80}\]){1,8}"
    r"|\$?\{\{-?[ ]?(?:secrets\.|vars\.|env\.|inputs\.|params\.|github\.)?[\w.]{1,80}[ ]?-?\}\}"
    r"|\[(?:parameters|variables)\('\w{1,64}'\)\]"
)
"""A value of Terraform, of a pipeline, of a template, by its name, in the place of a key."""
_OF_TEMPLATE = late(r"\{-?[ ]?[\w.]{1,80}[ ]?-?\}")
"""The same within the first sign of a template and the last."""
_NONE = late(
    r"\$?(?:true|false)|yes|no|null|none|[*.\u2022\u2026]+|[x]{3,}"
    r"|\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}"
    r"|<(?=[^<>]*(?:hash|insert|key|name|pass|psk|replace|secret|shared|string|token|user|value|your))"
    r"[a-z][\w .,'-]{1,80}>\]?"
    r"|(?:Read-Host|Get-[a-z]+)(?:[ \t]+-[a-z]+)*",
    re.IGNORECASE,
)
"""What is no key in the place of one: an answer, the mask of others, an identity, what is left open, a question."""
_ADDRESS = late(r"https?://[^\s@?&#\"'<>]+")
_QUOTED = late(r"(?:\"[^\"\n]++\"|'[^'\n]++')[ \t]*+\{|\"([^\"\n]++)\"|'([^'\n]++)'")
"""The parts of an expression that gives a key; a text before a block is a case of a switch."""
_PARTING = late(r"[\"'\u2018\u2019\u201a\u201c-\u201e`<>&|^%!$;,()\[\]{}]+")
"""Signs at which a reader of some tool ends a word, or a text."""
_CASE = late(r"[\"'][ \t]*\{|hex[:(]|\A\W{0,3}[\w.]{1,64}\([\"')]", re.IGNORECASE)
"""A case of a switch, bytes, or a call: no text of which each word may be one."""
_WIDE = late(r"\s{2,}")
_LINE_ENDS = late(r"(?:\\{1,4}[nr]){1,4}+(?=[\s\"'),;]|\Z)")
"""The ends of lines in a text of a program, which stand at the end of the key."""
_ASKED = late(
    r"(?:convertfrom|convertto|get|import|invoke|new|read|receive|select|unprotect)-[a-z]+(?:\s|$)", re.IGNORECASE
)
"""The beginning of a command that returns a key, and is told where to get it."""
_RETURNED = late(
    r"[($&\s]{0,8}(?:get|import|read|receive)-[a-z]\w{1,60}"
    r"(?:[ \t,]{1,8}(?:-?[$\w.:\\/*?=@-]{1,200}+|'[^'\n]{0,200}+'?|\"[^\"\n]{0,200}+\"?)|[ \t]{0,8}\)){0,40}[ \t]{0,8}",
    re.IGNORECASE,
)
"""Such a command alone, with names and paths for what it gets."""
_PUT_IN = late(
    r"\$\w{1,64}(?:\.\w{1,64}(?:\(\))?){1,8}|\$\{[\w.:-]{1,80}\}|\$\([\w.:-]{1,80}\)|\$\{?env:\w{1,80}\}?|@\w{1,80}@|__\w{1,80}__|#\{[\w.-]{1,80}\}#?"
    r"|<%=?[ ]?[\w.@-]{1,80}[ ]?%>|!(?:Ref|Sub|GetAtt|ImportValue)[ ][\w.${}:-]{1,80}|process\.env\.\w{1,80}"
    r"|os\.(?:environ(?:\.get\(|\[)|getenv\()[\"']\w{1,80}[\"']?[)\]]{0,2}"
    r"|\{?[\"']Ref[\"'][ ]?:[ ]?[\"']\w{1,80}[\"']?[ ]?\}?",
)
"""The name of a value in the place of a key: in a template, a pipeline, a program."""
_SHORT_WORD_CHARACTERS = 10
_SHORT_WORD = late(
    r"(?=(?:[^aeiouy]*[aeiouy]){2})(?![a-z]*?[aeiouy]{4})(?![a-z]*?[bcdfghj-np-tv-xz]{5})[a-z]{6,}+", re.IGNORECASE
)
"""A key that is a word as languages have them: random letters seldom have two vowels and no run of consonants."""
_LETTERS_BEFORE = late(r"(?<!\w)[A-Za-z]*\Z")
_LETTERS_BEHIND = late(r"[A-Za-z]{0,10}+(?!\w)")
_NAMED = r".*(?:psk|pass|secret|key|pwd)"
_FIRST_OF_WORD = late(rf"(?!{_NAMED}|[nrt]?(?:quot|apos|amp|nbsp)\Z)[a-z]{{3,}}")
_LAST_OF_WORD = late(rf"(?!{_NAMED})[a-z]{{3,}}|s|e[drs]|ly")
"""What stands before and behind such a word within another: no name of a key, and no sign that is written in letters,
both of which damage may glue to a key."""
_KEY_RUNS, _KEY_CHARACTERS = 4, 8
_RUNS = late(r"[A-Za-z]+|[0-9]+")
_TOKENS = late(r"[A-Za-z0-9!#$%&*+/=?@^~.-]{8,}")
_NO_KEYS = late(
    r"[0-9a-f.:x-]+(?:/[0-9.]+)?|[0-9/.:-]+"
    r"|\w+=[0-9.x]+(?:[-/][0-9.x]+)?"
    r"|[0-9]{1,10}(?:kb?|s|min)(?:[/+][0-9]{1,10}(?:kb?|s|min))?"
    r"|(?:add|clear|copy|disable|enable|find|get|import|new|open|remove|rename|re(?:set|start)|save|set|show|start|stop"
    r"|sync|update)"
    r"-[a-z]+\d?[a-z]*"
    r"|\$\w+(?:\.(?:count|displayname|exception|fullname|length|message|name|path|status|text|value))+"
    r"|.*\.(?:bat|cmd|exe|json|pol|ps1|psd1|psm1|reg|txt|wfw|xml)"
    r"|.*(?:aes|sha|des|dh|dh-?group|ecdhp|ecdsap|ecp|gcm|gmac|md5|mlkem|modp|rsa|ecdsa|ipv|ike|ikev|phase)[-_]?\d.*"
    r"|.*3des.*",
    re.IGNORECASE,
)
"""Words of the tools that mix letters and digits: addresses, lifetimes, cmdlets, members of variables, files,
algorithms."""
_ODD = late(r"(?=[^A-Za-z]*[A-Za-z])(?=[^\d#$%&*+=!?@^~]*[\d#$%&*+=!?@^~])[^\s]{6,}")
"""A word with letters, and with digits or signs that no word of a language has."""
_OF_FIELD = late(
    r"(?i:.*(?:chap|ntlm|eap|ike|ipsec|kerberos|l2tp|pptp|sstp|wpa|802\.|x\.?509|ipv[46]|windows|server|router|gateway).*)"
    r"|[#$].*|[DQ]WORD:.*|[A-Z]{1,6}[-_ ]?\d+\w{0,3}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|.*\w://.*|.*\w[\\/]\w.*|[\w-]+(?:\.[\w-]+)+|.*\d:\d\d.*"
    r"|(?i:.*-(?:based|bits?|bytes?|char(?:acter)?s?|days?|digits?|encoded|hours?))"
)
"""Protocols, versions, articles, addresses, paths, names of hosts and times, which mix letters and digits, too."""
_URI = late(r"\./(?:(?:device|user)/)?vendor/msft/.*", re.IGNORECASE)
"""The path of a device management node, each part of which is a separate word."""


def is_reference(text: str, begin: int, end: int) -> bool:
    """Whether a place has the name of a value alone, behind the sign with which its language assigns, or the address
    of a page."""
    if _ADDRESS.fullmatch(text, begin, end) is not None or _NONE.fullmatch(text, begin, end) is not None:
        return True
    if text[begin - 1 : begin] == "{" and text[end : end + 1] == "}" and _OF_TEMPLATE.fullmatch(text, begin, end):
        return True
    if _REFERENCE.fullmatch(text, begin, end) is None:
        return False
    return text[begin] in "$[{" or text[begin - 3 : begin] == " = "


def is_returned(value: str) -> bool:
    """Whether a value is that of a command alone that gets a key from where one is kept: what it is told are names."""
    return _RETURNED.fullmatch(value) is not None


def is_telling(text: str) -> bool:
    """Whether a key can be masked everywhere without masking ordinary words."""
    return len(text.strip().strip(_SIGNS_OF_MASKS)) >= MIN_KEY_CHARACTERS and not is_ordinary(text)


def is_ordinary(text: str) -> bool:
    """Whether a text is a word of the tools or of our own messages, or a name of keys."""
    word = text.strip().strip(SIGNS_OF_SENTENCES).casefold()
    return word in _ORDINARY or NAME.fullmatch(word) is not None


def is_odd(word: str) -> bool:
    """Whether a word is such as a key may be, and no sentence on keys has: with digits or signs, and no word of this
    field."""
    return _ODD.fullmatch(word) is not None and not any(each.fullmatch(word) for each in (_OF_FIELD, _NO_KEYS))


def is_within_a_word(text: str, begin: int, end: int) -> bool:
    """Whether a key that is a short word stands as a part of another word, as `access` in `RemoteAccess`: a mask there
    would tell the key, and hide none."""
    if end - begin > _SHORT_WORD_CHARACTERS or _SHORT_WORD.fullmatch(text, begin, end) is None:
        return False
    before = _LETTERS_BEFORE.search(text, max(0, begin - _SHORT_WORD_CHARACTERS), begin)
    behind = _LETTERS_BEHIND.match(text, end)
    if before is None or behind is None or not before[0] + behind[0]:
        return False
    first, last = before[0].casefold(), behind[0].casefold()
    is_first = not first or _FIRST_OF_WORD.fullmatch(first) is not None
    return is_first and (not last or _LAST_OF_WORD.fullmatch(last) is not None)


def lookalikes(text: str) -> list[str]:
    """The words of a text that look like keys."""
    return [text[begin:end] for begin, end in lookalike_places(text, 0, len(text))]


def lookalike_places(text: str, begin: int, end: int) -> Iterator[Place]:
    """The places of words that look like misplaced keys in a part of a text.

    That is a run of letters and digits that alternate often, and that is no algorithm's name.
    """
    yield from (match.span() for match in _TOKENS.finditer(text, begin, end) if _looks_like_a_key(match[0]))


_ASSIGNED = late(rf"((?:{NAME.pattern})[\w-]{{0,40}}=[\"']?)([^\s\"']+)", re.IGNORECASE)


def assigned_in(text: str) -> Iterator[str]:
    """The values assigned to names of keys in a path, each up to the end of its component."""
    return (re.split(r"[\\/]", match[2])[0] for match in _ASSIGNED.finditer(text)) if "=" in text else iter(())


def without_assigned(text: str) -> str:
    """A word of a command line, or text about it, with a mask over values assigned to names of keys."""
    return _ASSIGNED.sub(lambda match: match[1] + MASK, text)


_NO_NAME = late(
    rf"((?:{NAME.pattern}|passwd)[\w-]{{0,40}}(?=/\W|`+\w|[ \t]+(?!type\b|id\b)[\w$\"'])|\w(?=[$^&{{}}%!#~*|;]+\w))"
    r"(?:[^`]|`(?=\w))*+",
    re.IGNORECASE,
)
"""What is in no name of a member, an element or a statement, as where a sign between it and its value is lost."""


def without_rest(name: str) -> str:
    """The name of what was not read, with a mask over the value that follows it directly."""
    return _NO_NAME.sub(lambda match: f"{match[1] if len(match[1]) > 1 else ''}{MASK}", name)


_SIGNS_ASTRAY = late(r"[<>\"]")
"""Signs that do not belong to the key where a tag or a text is torn; below, those at its end that do not."""
_ENDS_ASTRAY = "]}\"',;"
MASK = "********"
"""The mask for a key of any length."""


def _looks_like_a_key(token: str) -> bool:
    if _URI.fullmatch(token):
        return any(map(_looks_like_a_key, token.split("/")))
    if len(token) < _KEY_CHARACTERS or _NO_KEYS.fullmatch(token):
        return False
    return len(_RUNS.findall(token)) >= _KEY_RUNS and any(map(str.isdigit, token)) and not token.isupper()


def _without_entities(text: str) -> str:
    if "&" not in text:
        return text
    from html import unescape

    return unescape(text)


def spellings(raw: str, *, is_said: bool = False) -> Iterator[str]:
    """The texts that a key as written may mean, except those too common to be masked everywhere.

    `is_said`: it is behind a colon as in a sentence, whose single words are no keys, or in a list whose lines damage
    has joined.
    """
    raw = raw.strip().strip("\"'")
    if VARIABLE.fullmatch(raw) or _PUT_IN.fullmatch(raw):
        return
    if is_returned(raw):
        yield from lookalikes(raw)
        return
    if raw.count("\n") > _MAX_KEY_LINES:
        yield from spellings(raw.partition("\n")[0], is_said=is_said)
        yield from filter(is_telling, {*lookalikes(raw), *_of_digits(raw)})
        return
    joined = raw.replace("^\n", "").replace("`\n", "")
    candidates = {raw, joined, _without_entities(raw)}
    if not _ASKED.match(raw):
        parts = () if _CASE.search(joined) else (part.strip("\\") for part in _PARTING.split(UNSAFE.sub('"', joined)))
        for part in (joined, joined.replace("^", ""), *parts):
            candidates |= {*(_WIDE.split(part) if is_said else part.split())}
    if raw.count("<") <= 1:
        candidates |= {*_SIGNS_ASTRAY.split(raw)}
    candidates.add(raw.rstrip(_ENDS_ASTRAY))
    candidates |= {*UNSAFE.split(raw), UNSAFE.sub("", raw), *_LINE_ENDS.split(raw)}
    candidates |= {quoted for match in _QUOTED.finditer(raw) for quoted in match.groups() if quoted}
    if "\\" in raw:
        unescaped = _unescaped(raw)
        candidates |= {unescaped, *(unescaped.splitlines() if unescaped.count("\n") <= _MAX_KEY_LINES else ())}
        candidates.add(raw.replace('\\"', '"').replace("\\\\", "\\"))
    candidates |= _of_digits(raw)
    yield from filter(is_telling, candidates)


def _unescaped(raw: str) -> str:
    import json

    try:
        return str(json.loads(f'"{raw}"'))
    except ValueError:
        return raw


_NO_DIGITS = late(r"(?i)hex(?:\([0-9a-f]+\))?:|[\s\\]")


def _of_digits(raw: str) -> set[str]:
    """The texts whose bytes a text lists, also if some are damaged or missing."""
    digits = _NO_DIGITS.sub("", raw)
    if "," in digits:
        lists = [bytes(int(byte[0], 16) if (byte := _BYTE.match(part)) else 0 for part in digits.split(","))]
    else:
        run = max(_DIGITS.findall(digits), key=len, default="")
        # Behind damage it is not known which digit begins a byte.
        lists = [bytes.fromhex(half[: len(half) // 2 * 2]) for half in ((run,) if run == digits else (run, run[1:]))]
    texts = {data.decode(encoding, errors="ignore") for data in lists for encoding in ("utf-16-le", "utf-8")}
    texts |= {data.replace(b"\0", b"").decode("latin-1") for data in lists}  # behind a missing byte no pair is whole
    return {piece for text in texts for piece in _UNPRINTED.split(text) if piece.isprintable()}


def may_be_one(one: str, other: str) -> bool:
    """Whether two texts, partly masked, may be the same."""
    if MASK not in one + other:
        return one == other
    return any(
        re.fullmatch(".*".join(map(re.escape, pattern.split(MASK))), text) is not None
        for pattern, text in ((one, other), (other, one))
    )
