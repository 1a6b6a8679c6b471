"""Where keys stand in an input, whatever its format and however damaged it is.

The text is searched before any reader sees it, for every form in which a key can stand: a tag or parameter with its
value, a member, an element or an attribute that names one, a column, a variable. What is found is masked by place and
by value. A form is known by its name alone, so that a cut or broken input shows no key either.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise, zip_longest
from typing import AnyStr

from ipseclint.source import Source, SourceError, Span, lines_of_text

MIN_KEY_CHARACTERS = 6
"""A key shorter than this is masked at its own place alone: masking it everywhere would mask ordinary words."""

Place = tuple[int, int]
"""Where text begins and ends, as offsets from 0."""

_NAME = re.compile(
    r"p[\^`\"']{0,2}s[\^`\"']{0,2}k"
    r"|pre[-_ ]?shared?(?:[-_ ]?(?:key|secret))?"
    r"|shared[-_ ]?(?:key|secret)"
    r"|shk(?:ey)?"
    r"|secret"
)
"""A name of a key, in lower case."""
_CORES = (
    ("psk", (0,)),
    ("p^", (0,)), ("p`", (0,)), ('p"', (0,)), ("p'", (0,)),
    ("ps^", (0,)), ("ps`", (0,)), ('ps"', (0,)), ("ps'", (0,)),
    ("share", (-4, -3, 0)),
    ("shk", (0,)),
    ("secret", (0,)),
)  # fmt: skip
"""A piece that stands in every such name, and where the name may begin from it: a plain search is many times faster."""
_TAG_CORES = ("auth1p", *(f"{tag}{sign}" for tag in ("ps", "sk") for sign in ("=", " =", "\t=", "  =", '"', "'")))
_HINTS = (b"psk", b"share", b"shk", b"secret", b"auth1", b"auth2", b"ipsecdata", b" -e")
"""What a text with a key in it holds, without the signs that may stand in a word: most texts need no closer look."""
_BYTE_TAG_NAME = re.compile(rb"(?<![\w-])(?:ps|sk)[ \t]*=")
_SIGNS_WITHIN = b"^`\"'"
_LOWER_BYTES = bytes(range(256)).lower().replace(b"\t", b" ").replace(b"\n", b" ")
_TAG_NAME = re.compile(r"(?<![\w-])(?:ps|sk|auth1ps?)(?=[\"']?[ \t]*=)")
_WORD_SIGNS = re.compile(r"[\w.-]*")
_HARMLESS = ("encoding", "encrypted")
"""How names end that speak of a key and do not hold one."""
_TAILS = frozenset(
    {"", "key", "keys", "value", "data", "text", "string", "secret", "secrets", "s", "id", "_key", "-key"}
)
_MAX_TAG_CHARACTERS = 400
_MAX_VALUE_CHARACTERS = 65_536
_MAX_TAGS_IN_VALUE = 256
_ENDED_NAME = re.compile(r"(?:\\?[\"']|&quot;|\])?[ \t]*(=|:(?!//)|>(?!=))[ \t]*")
_SPACED = re.compile(r"[ \t]+")
_MEMBER_END = re.compile(r"[\"']\s*[,}]")
_ATTRIBUTE = re.compile(r"[ \t]*=[ \t]*([\"'])")
_WRAPPED = re.compile(r"\n {10,}+([^\n:]++)(?=\n|$)")
_LINE_END = re.compile("\n")
_BLANKS_AND_KIND = re.compile(r"[ \t]+(?:(?:ascii-text|hexadecimal)[ \t]+\"?)?")
"""What parts a name and its key in configurations of routers."""
_TABLE_HEAD = re.compile(r"^(?:[\w.-]+|\"[^\"\n]*\")(?:([,;\t])(?:[\w.-]+|\"[^\"\n]*\"))+$", re.MULTILINE)
_COLUMN = re.compile(r"[ \t]+REG_\w+[ \t]+|[ \t]{2,}|[ \t]+/t[ \t]+\S+[ \t]+/d[ \t]+", re.IGNORECASE)
_STRAY = re.compile(r"[ \t]+(?:[\^`]\n[ \t]*(?![-\s]))?(?![\^`]\n)[^\s=&|()<>,;]+(?=[\s&|)]|$)")
"""A word behind an unquoted key, perhaps on the line that continues it, which is no parameter."""
_TORN = re.compile(r"[&|]([^\s\"'&|;]+)")
"""What stands behind a sign that ends a command, without a blank: it was part of the key."""
_ESCAPED_QUOTE = re.compile(r"(?:&amp;|&)(?:quot|apos|#0*3[49]|#x0*2[27]);|\\+[\"']", re.IGNORECASE)
"""A quote as markup or a text of a program writes it."""
_UNQUOTED = re.compile(r"(?:\"[^\"\n]*\"?|'[^'\n]*'?|[^\s\"'&|])+")
_UNBROKEN = re.compile(r"[&|][^\s\"']+")
_MEMBER = re.compile(r"[^\s,\]}]+")
_REST = re.compile(r"[^\n]+")
_HEXADECIMAL = re.compile(r"hex(?:\([0-9a-f]+\))?:(?:[0-9a-f, \t]|\\\n)*", re.IGNORECASE)
_TAG = re.compile(r"(<|&lt;)(/?)[^<>&]*(/?)(>|&gt;)")
_MARKUP = re.compile(r"<[^<>]*>|&lt;(?:(?!&[lg]t;)[^<>])*&gt;")
_NEIGHBOUR = re.compile(
    r"</(?:\w+:)?(?:LocURI|OmaUri|key|name)>(?:(?!<(?:\w+:)?(?:LocURI|OmaUri|key|name)\b)[\s\S]){0,1000}?"
    r"<(?:\w+:)?(?:data|string|value)\b[^<>]*>(?:<!\[CDATA\[)?([^<>]+)",
    re.IGNORECASE,
)
"""The value behind an element whose text is the name of a key: SyncML, property lists."""
_VALUE_MEMBER = r"[\"']value[\"']\s*:\s*\"((?:[^\"\\]|\\.)*)"
_VALUE_BEHIND = re.compile(r"[\"']\s*,[^{}]{0,1000}?" + _VALUE_MEMBER, re.IGNORECASE)
_VALUE_BEFORE = re.compile(_VALUE_MEMBER + r"\"[^{}]*$", re.IGNORECASE)
"""The member beside one whose value is the name of a key, as Intune writes them."""
_VALUE_ATTRIBUTE = re.compile(r"<[^<>]*?\s(?:value|data)\s*=\s*([\"'])(?P<value>[^<>]*?)\1", re.IGNORECASE)
_METHODS = re.compile(r"\bauth[12][\"']?[ \t]*=[ \t]*(\"[^\"\n]*|[^\s\"&|]+)", re.IGNORECASE)
_METHOD = re.compile(r"(?:comp|user|anon|none|no$|%|!|\$|not)", re.IGNORECASE)
_ENCODED = re.compile(r"-e[ncodedmau]*[ \t:]+[\"']?([a-z0-9+/=]{16,})")
_VARIABLE = re.compile(r"%%?~?(\w+)%?|!(\w+)!|\$\{?(?:\w+:)?(\w+)\}?")
_ASSIGNMENT = re.compile(
    r"\bset(?:x[ \t]+(\w+)[ \t]+|[ \t]+(?:/a[ \t]+)?\"?(\w+)[ \t]*=)"
    r"|\$\{?(?:\w+:)?(\w+)\}?[ \t]*="
    r"|%%?(\w+)[ \t]+in[ \t]*\(",
    re.IGNORECASE,
)
_SET = re.compile(r"(?:(?!&{1,2}[ \t]*set\b)[^\n\"])*", re.IGNORECASE)
_ASSIGNED = re.compile(r"[^\n]*")
_LISTED = re.compile(r"[^)\n]*")
_ORDINARY = frozenset(
    """advfirewall anonymous assign authentication certificate computer computercert computerkerb computerpsk connection
    consec default description domain dynamic enabled endpoint filter filteraction filterlist firewall global hidden
    import inbound ipsec kerberos mainmode monitor mutual negotiate network netsh netsh.exe outbound password
    policy powershell powershell.exe preshared-key presharedkey private profile protocol public request require secret
    server servers static string system transport tunnel windows""".split()  # noqa: SIM905 - a list of words reads better as one
)
"""Words of the tools and of our own texts. To mask one of them everywhere would tell what the key is, and hide none."""

_BLOB = re.compile(
    r"ipsecData(?:"
    r"\"?[ \t]*=[ \t]*hex(?:\([0-9a-f]+\))?:(?P<listed>(?:[0-9a-f, \t]|\\\n)*)"
    r"|[ \t]+REG_BINARY[ \t]+(?P<digits>[0-9a-f]+)"
    r"|::[ \t]*(?P<base64>[a-z0-9+/=]*(?:\n [a-z0-9+/=]+)*))",
    re.IGNORECASE,
)
"""The bytes of an IP Security Policy object in a registry file, in the output of `reg query`, and in LDIF."""
_DIGIT = re.compile(r"[0-9a-fA-F]")
_METHOD_HEAD = re.compile(rb"(?=\x01\0\0\0(..)\0\0)", re.DOTALL)
"""An authentication method of kind 1, a preshared key, and the bytes that its text takes (MS-GPIPSEC 2.2.1.4)."""

_KEY_RUNS, _KEY_CHARACTERS = 4, 8
_RUNS = re.compile(r"[A-Za-z]+|[0-9]+")
_TOKENS = re.compile(r"[A-Za-z0-9!#$%&*+/=?@^~.-]{8,}")
_NO_KEYS = re.compile(
    r"[0-9a-f.:x-]+"
    r"|\w+=[0-9.]+(?:[-/][0-9.]+)?"
    r"|(?:add|copy|disable|enable|find|get|import|new|open|remove|rename|restart|save|set|show|start|stop|sync|update)"
    r"-[a-z]+\d?[a-z]*"
    r"|.*\.(?:bat|cmd|exe|json|pol|ps1|psd1|psm1|reg|txt|wfw|xml)"
    r"|.*(?:aes|sha|des|dh|dhgroup|ecdhp|ecdsap|ecp|gcm|gmac|md5|rsa|ecdsa|ipv|ike|ikev|phase)[-_]?\d.*"
    r"|.*3des.*",
    re.IGNORECASE,
)
"""Words of the tools that change between letters and digits: addresses, cmdlets, files, algorithms."""


def key_places(source: Source) -> tuple[list[Span], set[str]]:
    """The places of keys in a source and its members, one for each line, and the texts that are masked everywhere."""
    spans: list[Span] = []
    texts: set[str] = set()
    for part in source.all:
        try:
            for line, column, text in part.text_blocks():
                places, found = keys_in(text)
                spans += _spans(part.path, line, column, text, places)
                texts |= found
        except SourceError:
            continue
    return spans, texts


def key_spans(text: str, path: str) -> list[Span]:
    """The places of keys in a whole text of an input, one for each line."""
    plain = "\n".join(lines_of_text(text))
    return list(_spans(path, 1, 1, plain, keys_in(plain)[0]))


def keys_in(text: str) -> tuple[list[Place], set[str]]:
    """Where keys stand in a text whose lines end in LF, and the texts of those that are masked everywhere."""
    if not _is_worth_a_look(text):
        return [], set()
    lowered = _lowered(text)
    places = [*_after_names(text, _names(lowered)), *_in_columns(text)]
    if "auth1" in lowered or "auth2" in lowered:
        places += _methods(text)
    if "-e" in lowered:
        places += [match.span(1) for match in _ENCODED.finditer(lowered)]
    places += _variables(text, places)
    places = merged(place for place in places if text[place[0] : place[1]].strip())
    texts = {spelling for begin, end in places for spelling in _spellings(text[begin:end])}
    in_blobs = list(_blobs(text)) if "ipsecdata" in lowered else []
    places = merged([*places, *(place for place, _ in in_blobs)])
    return places, texts | {key for _, key in in_blobs if is_telling(key)}


def _lowered(text: str) -> str:
    """The text in lower case, each character in its place: some have two in lower case."""
    lowered = text.lower()
    return (
        lowered
        if len(lowered) == len(text)
        else "".join(sign if len(sign.lower()) > 1 else sign.lower() for sign in text)
    )


def _is_worth_a_look(text: str) -> bool:
    plain = text.encode("utf-8", "surrogatepass").translate(_LOWER_BYTES, _SIGNS_WITHIN)
    if any(hint in plain for hint in _HINTS):
        return True
    tags = (b"ps=", b"ps =", b"ps  =", b"sk=", b"sk =", b"sk  =")
    return any(_BYTE_TAG_NAME.match(plain, at) for tag in tags for at in _occurrences(plain, tag))


def _names(lowered: str) -> Iterator[re.Match[str]]:
    """The names of keys in a text in lower case, none within another."""
    starts = {at + offset for core, offsets in _CORES for at in _occurrences(lowered, core) for offset in offsets}
    matches = [match for start in starts if start >= 0 and (match := _NAME.match(lowered, start))]
    tags = {at for core in _TAG_CORES for at in _occurrences(lowered, core)}
    matches += [match for start in tags if (match := _TAG_NAME.match(lowered, start))]
    end = 0
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        if match.start() >= end:
            end = match.end()
            yield match


def _occurrences(text: AnyStr, piece: AnyStr) -> Iterator[int]:
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + 1)


def merged(places: Iterable[Place]) -> list[Place]:
    """Places in order, with those that touch or overlap as one."""
    joined: list[Place] = []
    for begin, end in sorted(places):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def is_telling(text: str) -> bool:
    """Whether a key can be masked wherever it stands without masking ordinary words."""
    return len(text.strip()) >= MIN_KEY_CHARACTERS and text.strip().casefold() not in _ORDINARY


def lookalikes(text: str) -> list[str]:
    """The words of a text that look like keys."""
    return [token for token in _TOKENS.findall(text) if _looks_like_a_key(token)]


def without_lookalikes(text: str) -> str:
    """A word of an input that was not understood, with a mask for what looks like a key that stands in a wrong place.

    That is a run of letters and digits that change often, and that no algorithm is called.
    """
    return _TOKENS.sub(lambda match: MASK if _looks_like_a_key(match[0]) else match[0], text)


MASK = "********"
"""What stands for a key, however long it is."""


def _looks_like_a_key(token: str) -> bool:
    if len(token) < _KEY_CHARACTERS or _NO_KEYS.fullmatch(token):
        return False
    return len(_RUNS.findall(token)) >= _KEY_RUNS and any(map(str.isdigit, token)) and not token.isupper()


def _after_names(text: str, names: Iterable[re.Match[str]]) -> Iterator[Place]:
    """The places of what names of keys announce. A name inside such a place announces nothing: it is masked with it."""
    reach = 0
    for match in names:
        if match.start() >= reach:
            for place in _after_name(text, match):
                yield place
                reach = max(reach, place[1])


def _after_name(text: str, match: re.Match[str]) -> Iterator[Place]:
    """The places of what a name of a key announces."""
    begin = match.start()
    while begin > 0 and match.start() - begin < 64 and (text[begin - 1].isalnum() or text[begin - 1] in "_-"):
        begin -= 1
    end = _WORD_SIGNS.match(text, match.end(), match.end() + 128).end()  # type: ignore[union-attr]
    tail = text[match.end() : end].casefold()
    if tail.endswith(_HARMLESS):
        return
    if tail not in _TAILS and tail[0] not in "-_.":  # a longer name or a file's, as in psk-rules.txt
        yield match.end(), end  # what stood between name and key is lost
    tag = _tag_of(text, begin)
    if tag is None:
        yield from _beside(text, begin, end)
    elif text[end : end + 1] in {'"', "'"} and (value := _VALUE_ATTRIBUTE.match(text, tag, tag + 4096)) is not None:
        yield value.span("value")
    if tag is not None:
        yield from _in_element(text, tag, begin, end)
        return
    ended = _ENDED_NAME.match(text, end)
    if ended is not None:
        yield from _value(text, ended.end(), ended[0][0] in "\"'\\&]", ended[1])
    elif text[begin] == "-" and (spaced := _SPACED.match(text, end)) is not None:
        yield from _value(text, spaced.end(), False, "-")
    elif match[0].casefold().startswith("shk"):
        if (column := _COLUMN.match(text, end)) is not None:
            yield from _found(_REST.match(text, column.end()))
    elif (spaced := _BLANKS_AND_KIND.match(text, end)) is not None and _is_before_key(text, match[0], spaced.end()):
        yield from _value(text, spaced.end(), False, "-")
    elif (column := _COLUMN.match(text, end)) is not None and "REG_" in column[0].upper():
        yield from _found(_REST.match(text, column.end()))


def _beside(text: str, begin: int, end: int) -> Iterator[Place]:
    """The value that a name of a key announces by being itself the value of an element or member beside it."""
    if (value := _NEIGHBOUR.match(text, end)) is not None or (value := _VALUE_BEHIND.match(text, end)) is not None:
        yield value.span(1)
    elif _MEMBER_END.match(text, end) is not None:
        opening = text.rfind("{", max(0, begin - 1000), begin)
        if opening >= 0 and (value := _VALUE_BEFORE.search(text, opening, begin)) is not None:
            yield value.span(1)


def _is_before_key(text: str, name: str, at: int) -> bool:
    """Whether blanks, and no sign, part a name from its key: ipsec.secrets, configurations of routers."""
    return text[at : at + 1] in {'"', "'"} or text[at : at + 2] in {"0s", "0x"} or "-" in name


def _tag_of(text: str, begin: int) -> int | None:
    """Where the tag begins that a name stands in; None if it stands in none."""
    low = max(0, begin - _MAX_TAG_CHARACTERS)
    start = max(text.rfind("<", low, begin), text.rfind("&lt;", low, begin))
    if start < 0 or ">" in text[start:begin] or "&gt;" in text[start:begin] or "\n\n" in text[start:begin]:
        return None
    following = text[start:begin].removeprefix("&lt;").removeprefix("<")
    return start if following[:1].isalpha() or not following else None


def _in_element(text: str, tag: int, begin: int, end: int) -> Iterator[Place]:
    """The text inside an element whose tag names a key, and the value of an attribute that is one."""
    attribute = _ATTRIBUTE.match(text, end)
    if attribute is not None:
        closing = text.find(attribute[1], attribute.end())
        yield attribute.end(), closing if closing >= 0 else min(len(text), attribute.end() + _MAX_VALUE_CHARACTERS)
        return
    whole = _TAG.match(text, tag)
    if whole is None:
        closing = text.find("<", end)
        yield end, closing if closing >= 0 else len(text)
        return
    if whole[2] or whole[0].endswith(("/>", "/&gt;")):
        return
    del begin
    last = min(len(text), whole.end() + _MAX_VALUE_CHARACTERS)
    depth, at = 1, whole.end()
    for match in islice(_MARKUP.finditer(text, at, last), _MAX_TAGS_IN_VALUE):
        if text[at : match.start()].strip():
            yield at, match.start()
        at = match.end()
        inner = match[0].removeprefix("&lt;").removeprefix("<")
        depth += -1 if inner.startswith("/") else 0 if inner.startswith(("!", "?")) or "/" in inner[-5:] else 1
        if depth <= 0:
            return
    yield at, last


def _value(text: str, at: int, is_member: bool, sign: str) -> Iterator[Place]:
    """The places of a value: quoted, in brackets, in hexadecimal digits, or bare with the words that follow it."""
    if is_member:
        at += len(text[at : at + 4096]) - len(text[at : at + 4096].lstrip())
    first = text[at : at + 1]
    if (digits := _HEXADECIMAL.match(text, at)) is not None:
        yield at, digits.end()
    elif (quote := _ESCAPED_QUOTE.match(text, at)) is not None and not (is_member and first == "\\"):
        end = _found_end(_REST.match(text, quote.end()), quote.end())
        closing = text.find(quote[0], quote.end(), end)
        yield quote.end(), closing if closing >= 0 else end
    elif text.startswith(('@"', "@'"), at):
        closing = text.find("\n" + text[at + 1] + "@", at)
        yield at + 2, closing if closing >= 0 else len(text)
    elif first in {"[", "{", "("} or text.startswith("@(", at):
        yield at + 1, _closing_bracket(text, at)
    elif first in {'"', "'", "\\", "“", "„"} and (sign == ":" or is_member):
        skipped = 2 if first == "\\" else 1
        yield at + skipped, _closing_quote(text, at + skipped, "'" if first == "'" else '"', is_member)
    elif is_member:
        yield from _found(_MEMBER.match(text, at))
    elif sign == ":":
        end = _found_end(_REST.match(text, at), at)
        yield at, end
        yield from _wrapped(text, end)
    else:
        yield from _bare(text, at)


def _bare(text: str, at: int) -> Iterator[Place]:
    """A value of a command, with what continues it on the next line and words astray behind it."""
    for _ in range(64):
        quoted = text[at : at + 1] in {'"', "'"}
        end = _found_end(_UNQUOTED.match(text, at), at)
        if not quoted:
            while (stray := _STRAY.match(text, end)) is not None:
                end = stray.end()
        if quoted and text[end - 1 : end] == text[at] and end > at + 1:
            yield at + 1, end - 1
        else:
            yield at + quoted, end
        if text[end - 1 : end + 1] not in {"^\n", "`\n"}:
            for torn in _TORN.finditer(text, end, _found_end(_UNBROKEN.match(text, end), end)) if not quoted else ():
                yield torn.span(1)
            return
        at = end + 1


def _wrapped(text: str, end: int) -> Iterator[Place]:
    """A line that continues a value in a printed list: far from the margin and without a label."""
    match = _WRAPPED.match(text, end)
    if match is not None:
        yield match.span(1)


def _closing_bracket(text: str, at: int) -> int:
    depth = 0
    last = min(len(text), at + _MAX_VALUE_CHARACTERS)
    for index in range(at, last):
        if text[index] in "[{(":
            depth += 1
        elif text[index] in "]})":
            depth -= 1
            if depth == 0:
                return index
    return last


def _closing_quote(text: str, at: int, quote: str, is_member: bool) -> int:
    """Where a quoted text ends: at its quote, which may be lines away in a member, or with its line."""
    last = min(len(text), at + _MAX_VALUE_CHARACTERS)
    index = at
    while index < last and text[index] != quote and (is_member or text[index] != "\n"):
        index += 2 if text[index] == "\\" and is_member else 1
    return min(index, last)


def _in_columns(text: str) -> Iterator[Place]:
    """The fields below a name of a key in the head of a table whose fields a sign parts."""
    reach = 0
    for head in _TABLE_HEAD.finditer(text):
        names = head[0].split(head[1])
        columns = {number for number, name in enumerate(names) if _NAME.fullmatch(name.strip('"').lower())}
        if not columns or head.start() < reach:
            continue
        field = re.compile(rf'("(?:[^"]|"")*"|[^{head[1]}\n]*)({head[1]}|\n|\Z)')
        at, number = head.end() + 1, 0
        while at < len(text) and not text.startswith("\n", at):
            cell = field.match(text, at)
            if cell is None:
                break
            if number in columns:
                yield cell.span(1)
            at, number = max(cell.end(), at + 1), number + 1 if cell[2] == head[1] else 0
        reach = at


def _methods(text: str) -> Iterator[Place]:
    """Words in a list of authentication methods that are none: a key may have got there."""
    for match in _METHODS.finditer(text):
        at = match.start(1)
        for word in match[1].split(","):
            bare = word.strip(" \"'")
            if bare and not _METHOD.match(bare):
                begin = at + word.index(bare)
                yield begin, begin + len(bare)
            at += len(word) + 1


def _variables(text: str, places: Iterable[Place]) -> Iterator[Place]:
    """The values given to variables that stand where a key should."""
    matches = (_VARIABLE.fullmatch(text[begin:end].strip()) for begin, end in places)
    names = {(match[1] or match[2] or match[3]).casefold() for match in matches if match is not None}
    reach = 0
    for match in _ASSIGNMENT.finditer(text) if names else ():
        if match.start() < reach or match[match.lastindex or 0].casefold() not in names:
            continue
        values = _LISTED if match.lastindex == 4 else _ASSIGNED if match.lastindex == 3 else _SET
        begin, reach = values.match(text, match.end()).span()  # type: ignore[union-attr]
        value = text[begin:reach]
        yield begin + len(value) - len(value.lstrip(" \t\"'")), begin + len(value.rstrip(" \t\"';"))


def _blobs(text: str) -> Iterator[tuple[Place, str]]:
    """The places of keys among the bytes of IP Security Policies, each with a key or "".

    In base64 a key has no place of its own, so that all of it is one.
    """
    for match in _BLOB.finditer(text):
        if match["base64"]:
            code = re.sub(r"[^A-Za-z0-9+/]", "", match["base64"])
            yield match.span("base64"), ""
            # Of a value that is cut, as much as there is.
            data = base64.b64decode(code[: len(code) // 4 * 4] if len(code) % 4 == 1 else code + "=" * (-len(code) % 4))
            yield from ((match.span("base64"), key) for _, _, key in _keys_in_blob(data))
            continue
        begin, end = match.span("listed") if match["listed"] else match.span("digits")
        digits = "".join(_DIGIT.findall(text[begin:end]))
        keys = list(_keys_in_blob(bytes.fromhex(digits[: len(digits) // 2 * 2])))
        places = [digit.start() for digit in _DIGIT.finditer(text, begin, end)] if keys else []
        for first, last, key in keys:
            yield (places[2 * first], places[2 * last - 1] + 1), key


def _keys_in_blob(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Where in the bytes of a rule its keys stand, and their texts."""
    heads = list(_METHOD_HEAD.finditer(data))
    for match, following in zip_longest(heads, heads[1:]):
        begin = match.start() + 8
        piece = data[begin : begin + int.from_bytes(match[1], "little")]
        if following is not None and following.start() + 4 <= begin + len(piece):
            continue  # the head of another method is no text, whatever length this one claims
        key = piece.decode("utf-16-le", errors="ignore").rstrip("\0")
        if key and key.isprintable():
            yield begin, begin + len(piece), key


def _found(match: re.Match[str] | None) -> Iterator[Place]:
    if match is not None:
        yield match.span()


def _found_end(match: re.Match[str] | None, otherwise: int) -> int:
    return otherwise if match is None else match.end()


def _spellings(raw: str) -> Iterator[str]:
    """The texts that a key as written may stand for, without those too common to be masked everywhere."""
    raw = raw.strip().strip("\"'")
    if _VARIABLE.fullmatch(raw):
        return
    joined = raw.replace("^\n", "").replace("`\n", "")
    candidates = {raw, joined, html.unescape(raw), *joined.split()}
    if "\\" in raw:
        candidates.add(_unescaped(raw))
        candidates.add(raw.replace('\\"', '"').replace("\\\\", "\\"))
    if (digits := re.sub(r"(?i)hex(?:\([0-9a-f]+\))?:|[,\s\\]", "", raw)) and len(digits) % 2 == 0:
        candidates |= _of_digits(digits)
    yield from filter(is_telling, candidates)


def _unescaped(raw: str) -> str:
    try:
        return str(json.loads(f'"{raw}"'))
    except ValueError:
        return raw


def _of_digits(digits: str) -> set[str]:
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        return set()
    texts = {data.decode(encoding, errors="ignore").rstrip("\0") for encoding in ("utf-16-le", "utf-8")}
    return {text for text in texts if text.isprintable()}


def _spans(path: str, line: int, column: int, text: str, places: Iterable[Place]) -> Iterator[Span]:
    """Places in a text that begins at a line and column, cut at the ends of lines."""
    at = start = 0
    first_column = column
    for begin, end in places:
        line += text.count("\n", at, begin)
        if (newline := text.rfind("\n", at, begin)) >= 0:
            start, first_column = newline + 1, 1
        at = begin
        cuts = [begin, *(match.end() for match in _LINE_END.finditer(text, begin, end)), end]
        for number, (one, other) in enumerate(pairwise(cuts)):
            length = len(text[one:other].rstrip("\n"))
            if length:
                own = first_column + one - start if number == 0 else 1
                yield Span(path, line + number, own, length)
