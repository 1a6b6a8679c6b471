"""Credentials that stand beside policy and are not of IPsec: private keys, headers, tokens, passwords in addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.late import late
from ipseclint.secrets.masks import is_odd
from ipseclint.secrets.names import (
    HINTS_ABROAD,
    HINTS_OF_SESSIONS,
    OWNERS_OF_KEYS,
    LongText,
    matches_at,
    may_match,
    occurrences,
    standing,
)
from ipseclint.secrets.places import Place, line_begins
from ipseclint.secrets.sentences import said_at
from ipseclint.secrets.telling import in_telling
from ipseclint.secrets.values import MARGIN, MARGIN_OF_LOG, closing_quote, end_of, value_at, value_within

_MAX_CHARACTERS = 16_384
"""The longest private key (reasoned: one of 16384 bits is shorter)."""
_BEGIN, _END = "begin ", late(r"-{1,5}[ ]?end [a-z]")
_HEAD = late(
    r"-[ ]?begin [a-z0-9 ]{0,40}(?:private[ \n]key(?: block)?|static key v\d)[ -]*+|\$ansible_vault;[\d.]{1,8};\w{1,16}"
)
_BODY = late(r"(?:[\s\\>|\"'+,]{1,40}+n?(?:[a-z0-9+/]{16,}+={0,2}+|[a-z-]{1,40}+: [^\n]{1,80}+)(?=[\s\\\"',]|\Z))*+")
"""The lines of a private key without an end, with what a text, a mail or a program puts between them."""
_TAIL = late(r"-[ ]?end [a-z0-9 ]{0,40}(?:private|static) key")
_LINE, _LAST_LINE = (late(rf"[>|\s\"']*+[a-z0-9+/=]{{{least},}}+[\s\\\"',+]*+") for least in (16, 4))
"""A line of a private key, which all have one length but the last."""
_MAX_LINES, _MAX_LINE_CHARACTERS = 200, 200
_HEADER_WORDS = ("authorization", "bearer")
"""What the head of a header has, each a plain search: an expression with a quote before it has no such piece."""
_QUOTE_BEFORE = late(r"\\{0,8}[\"']\Z")
_MAX_QUOTE_CHARACTERS = 9
_BROKEN_BEFORE = r"[ \t]*[`^\\]?\n[> \t]{0,8}(?=[^\s:\"'`<>]{6,256}[\"'`]?[ \t)};,]*(?:\n|\Z))"
"""A line end before a value that is alone on the next line."""
_HEADER = late(
    r"(?:(?P<around>\\{0,8}[\"'])?\bauthorization\b[\\\"']*[ \t]*[:=,](?P<signs>[ \t\\\"']*)"
    rf"(?:basic|bearer|token|apikey|digest)(?:{_BROKEN_BEFORE}|[ \t]+)|(?P<quote>\\{{0,8}}[\"'])?\bbearer[ \t]+)"
)
_OF_HEADER = late(r"[^\s\"'\\<>,;]{6,}")
_PHASES = "windowspe|offlineservicing|generalize|specialize|auditsystem|audituser|oobesystem"
"""The configuration passes of an answer file of Windows, which an attribute `pass` names."""
_ORDINARY = (
    rf"pass(?=[\"']?[ \t]*=(?!\"(?:{_PHASES})\")"
    r"|[\"'][ \t]*:|[ \t]*:[ \t](?!(?:[a-z]{1,16}[ \t]){2}))"
)
"""A word that is ordinary in front of a sentence, as that a test has passed."""
_NAMED = late(
    r"(?:(?<![a-z])|(?<=auth)|(?<=access)|(?<=refresh)|(?<=session)|(?<=group)|(?<=user)(?=pwd)|(?<=adm)|(?<=unicode))"
    r"(?:api[-_]?key|access[-_]?token|account[-_]?key"
    rf"|(?:pwd?|passwd|passcode|{_ORDINARY}|pin|token|(?:nt|lm|eap|password)[-_ ]?hash"
    r"|key ?material|key content|(?:encryption|recovery|shared ?access)[-_ ]?key|keystring"
    r"|pskey|sharedaccesssignature[^\n]{0,80}?&sig|privateexponent"
    r"|private[-_ ]?key(?=[\"']?[ \t]*[:=][ \t]*[\"']?[a-z0-9+/]{20}))"
    r"(?=[\"']?[ \t]*[:=][ \t]*"
    r"(?!@\(|[\"']?(?:files|compat|bearer|basic|write|none|sha-?\d+)\b)[\"']?[^\s/~.$%\"']|[ \t]+[a-z])"
    r"|key(?=[ \t](?:is|was)\b))"
    r"(?:(?P<quote>\\*[\"'])?[ \t]*(?P<sign>[:=\uff1a])[ \t]*)?"
)
"""The name of a password, a key or a token of a service, with the sign behind it. `pwd` is also that of
a folder, `passwd` that of a list of users."""
_ELEMENT = late(r"<(?:\w{1,16}:)?(?:keymaterial|pass|pwd|auth-user-pass)(?:\s[^<>]{0,80})?>(?![ ])([^<]+)(?=</|<?\Z)")
"""An element with one."""
_SIGN_OF_ELEMENT = "[<:](?:keymaterial|pass|pwd|auth-user-pass)"
_IN_SECRETS = late(
    r"(?:^|(?<=[\s>]))(?:[\w.:@%/*-]{1,80}[ \t]+){0,4}:[ \t]+(?:psk|xauth|eap|ntlm)[ \t]+"
    r"(?:\"([^\"\n]+)|(0[sx]\S+))"
    r"|(?:^|[>\"])[> \t]*(?:(?=[\w-]{0,80}[.:@%])[\w.:@%/*-]{1,80}[ \t]+){0,4}:[ \t]+psk[ \t]+"
    r"([^\s\"<]+)[ \t]*(?:$|[<\"])"
    r"|(?:^|(?<=[\s>])):[ \t]+(?:rsa|ecdsa|p12|pkcs8)[ \t]+\S+[ \t]+\"?((?!%prompt\b)[^\s\"]+)",
    re.MULTILINE,
)
"""A line of ipsec.secrets."""
_SIGN_OF_SECRETS = late(r":[ \t]+(?:psk|xauth|eap|ntlm|rsa|ecdsa|p12|pkcs8)[ \t]")
_OF_PPP = late(
    rf"(?:^|[\";>])[+> \t]*(?:{MARGIN_OF_LOG})?[\"']?[\w.@\\*-]{{1,80}}[\"']?[ \t]+"
    r"(?:\*|[\"']?(?:x?l2tp|pptp|ppp)[\w-]{0,20}[\"']?)[ \t]+"
    r"(?!\*[ \t])(?:\"([^\"\n]+)\"|([^\s\"]+)\"?)[ \t]+(?:[\"']?\*[\"']?|\d{1,3}(?:\.\d{1,3}){3})[ \t]*"
    r"(?:$|[\"<;])",
    re.MULTILINE,
)
"""A line of chap-secrets: the client, the server, the secret and its addresses."""
_SIGN_OF_PPP = late(r"[ \t](?:\*[ \t]|[\"']?x?(?:l2tp|pptp|ppp))")
_LOADS = ("load-shared", "load_shared")
_LOADS_KEY = late(
    r"load[-_]shared(?:(?!\n[ \t]*\n)[^}]){0,600}?(?<![\w-])data[\"']?[ \t]*[:=][ \t]*"
    r"(?:b?\"([^\"\n]+)|b?'([^'\n]+)|([^\s\"',;{}]+))"
)
"""The key in a request of vici that loads a shared secret (strongSwan, README of the vici plugin)."""
_CUT_IN_PPP = late(r"[ \t][\"']?(?:x?l2tpd?|pptpd?)[\"']?[ \t]+[\"']?([^\s\"'*=:]+)\Z")
"""The end of a text that is cut within the secret of such a line."""
_BROKEN_PPP = late(
    rf"{MARGIN}[\"']?[\w.@\\*-]{{1,80}}[\"']?[ \t]+[\"']?(?:x?l2tp|pptp)[\w-]{{0,20}}[\"']?[ \t]+"
    rf"[\"']?([^\s\"'*]+)[ \t]*\n(?:[> \t]*\n)?{MARGIN}([^\s\"']+)[\"']?[ \t]+"
    r"(?:\*|\d{1,3}(?:\.\d{1,3}){3})[ \t]*(?=[\n\"<;]|\Z)"
)
"""Such a line that is broken within the secret."""
_LISTED = late(
    r"\b(?:credential|authenticator)s?[\"'*_]{0,3}[ \t]{0,8}:[ \t*_]{0,8}(?P<beside>(?:[^\s]{1,200}[ \t]{0,8}){0,3})"
    rf"(?P<below>(?:\n(?:[> \t]*\n)?{MARGIN}"
    r"(?:[^\s:]{1,20}:[ \t])?[^\s]{1,200}[ \t]*(?=\n|\Z)){0,4})"
)
"""A list of credentials: up to three words beside its head, and single words below it."""
_WORD = late(r"[^\s\"'`]+")
_OF_USER = late(
    r"\bcred(?:ential)?s?[\"']?[ \t]{0,8}[:=][ \t]{0,8}[\"']?(?!https?:|file:)"
    r"[\w.\\@-]{1,64}[ \t]?[:/][ \t]?([^\s\"'<>/,;]{3,})"
)
"""The password behind a user and a sign, where both are called credentials."""
_AFTER_USER = late(
    r"\b(?:log[io]n[ \t]{0,8}[:=][ \t]{0,8}(?!https?:|file:)[\w.\\@-]{1,64}[ \t]?[:/]"
    r"|user(?:name)?[ \t:=]{1,4}[\w.\\@-]{1,64},?[ \t](?:pass|pwd?|password)"
    rf"|(?:{'|'.join(OWNERS_OF_KEYS)})[ ]key[ \t]{{0,4}}[:=])[ \t]{{0,4}}([^\s\"'<>/,;]{{6,}})"
)
"""The same where they are called a user or a login, which may be one alone, and the key of a tunnel."""
_BEFORE_TOLD = ("login", "logon", "user", *(f"{of} key" for of in OWNERS_OF_KEYS))
_LITERAL = late(r"from-literal[= ][\"']?[^\s=\"']{1,80}=[\"']?([^\s\"']+)")
"""A value of a Secret that kubectl makes."""
_COMMUNITY = late(
    r"(?:\bsnmp(?:v?[12]c?)?[-_ ](?:\w{1,16}[-_ ])?|\br[ow][-_ ]?)community(?:[-_ ]?(?:string|name))?[\"']?"
    r"(?:[ \t]{0,8}[:=][ \t]{0,8}|[ \t](?:is|was)[ \t])[\"']?([^\s\"'<>,;]+)"
    r"|\bvalidcommunities[\"']?[ \t]{1,8}(?:/v|-name)[ \t]{1,8}[\"']?([^\s\"']+)"
)
"""The community of SNMP, which is its password, behind its name; in the registry it is the name of a value."""
_MARGIN = rf"[+> \t]*+(?:(?>{MARGIN_OF_LOG})[ \t]*+)?+"
_COMMUNITIES = late(rf"\\validcommunities\][ \t]*((?:\n{{1,2}}{_MARGIN}(?:\"{{1,2}}|[^\"\n=\[]+\"=)[^\n]*){{1,64}})")
_NAME_OF_VALUE = late(rf"^{_MARGIN}(?:\"{{1,2}}([^\"\n]+)|([^\"\n=\[]+)\"=)", re.MULTILINE)
"""The values of the key of the registry that has them, and the name of one."""
_SIGN_OF_MANIFESTS = r"stringdata|kubernetes_secret|kind[\"']?:[ \t]*[\"']?secret"
_OF_SERVICES = (("api", "key"), ("access", "token"), ("account", "key"))
_NAMES = (
    *("pw", "pass", "pin", "token", "nthash", "lmhash"),
    *(f"{of}{sign}hash" for of in ("nt", "lm", "eap", "password") for sign in "-_ "),
    *("eaphash", "passwordhash", "key is", "key was"),
    *(f"{of}{sign}{what}" for of, what in _OF_SERVICES for sign in ("", "-", "_")),
    *("keymaterial", "key material", "key content"),
    *("encryption", "recovery", "shared access", "sharedaccess", "keystring", "pskey", "privateexponent", "private"),
)
"""The beginnings of these names: few texts have one, and a plain search is many times faster."""
_ADDRESS_SIGNS = ("://", *(f"{sign}{name}=" for sign in "?&" for name in ("token", "key", "sig", "code", "pwd")))
_IN_ADDRESS = late(
    r"://[^\s/@:\"'<>]{1,80}:(?P<password>(?:[^\s/@\"'<>]|@(?=[^\s/@\"'<>]{1,200}@)|[\"'](?![\s,:;)}\]>]|\Z)){1,200})(?:@|(?<!:)(?<!:\d)(?<!:\d{2})(?<!:\d{3})(?<!:\d{4})(?<!:\d{5})\Z)|[?&](?:token|key|sig|code|pwd)=(?P<value>[^&\s\"'<>#]+)"
)


def in_credentials(text: str, lower: str, searched: str | LongText) -> Iterator[Place]:
    """The places of credentials; `lower` is the text in lower case, `searched` what `asked` makes of that."""
    yield from in_telling(text, lower, searched)
    if any(map(lower.__contains__, ("private key", "private\nkey", "static key", "$ansible_vault;"))):
        yield from _private_keys(lower)
    if "bearer" in lower or "authorization" in lower:
        yield from _of_headers(lower)
    names = (at for name in standing(_NAMES, searched) for at in occurrences(lower, name))
    for name in matches_at(_NAMED, lower, names):
        if name["sign"] is None:
            yield from said_at(text, name.end())
        else:
            within = value_within(text, name.start(), name.end(), name["sign"])
            yield from (
                value_at(text, name.end(), name["quote"] is not None, name["sign"]) if within is None else [within]
            )
    if may_match(_SIGN_OF_ELEMENT, searched):
        yield from (match.span(1) for match in _ELEMENT.finditer(lower))
    for form, sign in ((_IN_SECRETS, _SIGN_OF_SECRETS), (_OF_PPP, _SIGN_OF_PPP)):
        if may_match(sign.pattern, searched):
            yield from (match.span(match.lastindex or 0) for match in _on_lines(form, sign, lower))
    yield from (match.span(1) for match in _CUT_IN_PPP.finditer(lower, lower.rfind("\n") + 1))
    yield from _of_users(text, lower, searched)
    if may_match(HINTS_OF_SESSIONS, searched):
        from ipseclint.secrets.session_keys import in_session_keys  # few texts have such keys

        yield from in_session_keys(lower)
    if may_match(HINTS_ABROAD, searched):
        from ipseclint.secrets.abroad import in_other_languages  # few texts have such words

        yield from in_other_languages(text, lower, searched)
    if "://" in searched:
        signs = (at for sign in standing(_ADDRESS_SIGNS, searched) for at in occurrences(lower, sign))
        for match in matches_at(_IN_ADDRESS, lower, signs):
            yield match.span(match.lastgroup or 0)


def _of_users(text: str, lower: str, searched: str | LongText) -> Iterator[Place]:
    """The passwords behind users, the communities of SNMP, the keys that are loaded for users, and Secrets."""
    if may_match(_SIGN_OF_MANIFESTS, searched):
        from ipseclint.secrets.manifests import in_manifests  # few texts are of Kubernetes

        yield from in_manifests(lower)
    for request in matches_at(_LOADS_KEY, lower, (at for name in _LOADS for at in occurrences(lower, name))):
        yield request.span(request.lastindex or 0)
    if "cred" in searched:
        yield from (match.span(1) for match in matches_at(_OF_USER, lower, occurrences(lower, "cred")))
    users = (at for name in standing(_BEFORE_TOLD, searched) for at in occurrences(lower, name))
    yield from (user.span(1) for user in matches_at(_AFTER_USER, lower, users) if is_odd(text[slice(*user.span(1))]))
    yield from (value.span(1) for value in matches_at(_LITERAL, lower, occurrences(lower, "from-literal")))
    heads = (at for head in standing(("credential", "authenticator"), searched) for at in occurrences(lower, head))
    for listed in matches_at(_LISTED, lower, heads):
        words = _WORD.finditer(lower, listed.start("beside"), listed.end())
        yield from (word.span() for word in words if is_odd(word[0].strip("{}(),.;")))
    for sign in standing(("l2tp", "pptp"), searched):
        begins = dict.fromkeys(line_begins(lower, occurrences(lower, sign)))
        for broken in matches_at(_BROKEN_PPP, lower, begins):
            yield from (broken.span(1), broken.span(2))
    if "communit" in searched:
        yield from (match.span(match.lastindex or 0) for match in _COMMUNITY.finditer(lower))
        for values in _COMMUNITIES.finditer(lower):
            yield from (name.span(name.lastindex or 0) for name in _NAME_OF_VALUE.finditer(lower, *values.span(1)))


def _on_lines(form: re.Pattern[str], sign: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches of an expression that has no piece to look for, on the lines with a sign of it."""
    end = 0
    for found in sign.finditer(text):
        if found.start() >= end:
            begin = text.rfind("\n", 0, found.start()) + 1
            end = text.find("\n", found.start())
            end = len(text) if end < 0 else end
            yield from form.finditer(text, begin, end)


def _of_headers(lower: str) -> Iterator[Place]:
    """The values of headers: each to its quote if it is quoted, and a word otherwise."""
    reach = 0
    for header in _headers(lower):
        if header.start() < reach:
            continue
        begin, word = header.end(), _OF_HEADER.match(lower, header.end())
        if quote := (header["signs"] or "").strip() or header["around"] or header["quote"] or "":
            reach = closing_quote(lower, begin, quote[-1], is_member=False)
            yield begin, begin + len(lower[begin:reach].rstrip("\\"))
        elif word is not None:
            yield word.span()


def _headers(lower: str) -> Iterator[re.Match[str]]:
    """The heads of headers in order, each with the quote before it."""
    words = (at for word in _HEADER_WORDS for at in occurrences(lower, word))
    return matches_at(_HEADER, lower, (_begin_of_quote(lower, at) for at in words))


def _begin_of_quote(lower: str, at: int) -> int:
    """Where the quote before a place begins, with the signs before that, or the place."""
    quote = _QUOTE_BEFORE.search(lower, max(0, at - _MAX_QUOTE_CHARACTERS), at)
    return at if quote is None else quote.start()


def _private_keys(lower: str) -> Iterator[Place]:
    """The texts between the lines around a private key, one of which may be lost."""
    for head in _HEAD.finditer(lower):
        ended = _END.search(lower, head.end(), head.end() + _MAX_CHARACTERS)
        body = end_of(_BODY.match(lower, head.end()), head.end())
        yield head.end(), body if ended is None else ended.start()
    for tail in _TAIL.finditer(lower):
        begin = lower.rfind("\n", 0, tail.start()) + 1
        if lower.rfind(_BEGIN, max(0, begin - _MAX_CHARACTERS), begin) < 0:
            yield _begin_of_key(lower, begin), begin


def _begin_of_key(lower: str, end: int) -> int:
    """Where a private key begins whose lines end at a place."""
    for number in range(_MAX_LINES):
        line = _LINE if number else _LAST_LINE
        above = lower.rfind("\n", max(0, end - _MAX_LINE_CHARACTERS), max(0, end - 1)) + 1
        if above >= end or line.fullmatch(lower, above, end) is None:
            break
        end = above
    return end
