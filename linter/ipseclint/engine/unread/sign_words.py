"""Words that show IPsec policy in a file of any kind, and the search for them in its whole content.

Scripts hide words behind carets, quotes and zero bytes of UTF-16; all of these are removed before searching.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from ipseclint.late import late
from ipseclint.secrets.names import asked, may_match, one_stands, standing
from ipseclint.source import HEAD_BYTES, MAX_TEXT_BYTES, Source
from ipseclint.vocabulary.ipsec_tools import CHANGES_OTHERWISE, PLAIN
from ipseclint.vocabulary.registry_keys import VALUES
from ipseclint.vocabulary.services import OF_IPSEC, OF_VPN

OVERLAP_BYTES = 256
_PART_BYTES = 1 << 20
"""How much of a text is asked at once which statements may stand in it."""
_QUOTED = 80
_GZIP = b"\x1f\x8b"
_WITH_HEAD = 31
"""What zlib calls a packed text with the head of gzip."""
_MAX_UNPACKED_BYTES = 1 << 18
"""How much of what is packed in a block of a text is looked at (reasoned: user data is a script of some kilobytes)."""

_PRINTED = rb"\bmaster pfs[ \t]{0,20}:|\nfilter(?:list|action) name[ \t]{0,20}:"
"""The output of `netsh ipsec static show`, and nothing else."""

_DEMANDED = rb"\bauthentication[ ]{1,40}: (?:required|noencap)\s{1,40}encryption[ ]{1,40}: "
DEMANDED = late(_DEMANDED)
"""What a list of the filters of firewall rules says of one that demands IPsec."""
_OF_DIRECT_ACCESS = (
    rb"\b(?:ipsectunnelendpoints|ipsecrootcertificate|computercertauthentication)[ ]{0,40}: (?=\S)"
    rb"|\bsubstatus[ ]{1,20}: (?:remotenetwork|couldnotcontactdirectaccess)[a-z]{1,24}|\biphttpsinterface \("
    rb"|\bdirectaccessqueryipsec(?:required[ ]{1,40}: true|encryption[ ]{1,40}: (?:low|medium|high))\b"
)
OF_DIRECT_ACCESS = late(_OF_DIRECT_ACCESS)
"""What Get-DAClientExperienceConfiguration, Get-RemoteAccess and Get-DnsClientNrptRule say of IPsec, and what
Get-DAConnectionStatus and `netsh interface httpstunnel show interfaces` say of the way to it."""

_OF_NETSH = (
    rb"ipsec[ \t]+(?:static|dynamic)(?:[ \t]*[\r\n>]|[ \t]+(?:(?:add|assign|delete|dump|exportpolicy|help|importpolicy"
    rb"|restorepolicyexamples|set|show)\b|[^\sa-z(/,.;-]))"
)
"""A command of netsh within its contexts for IPsec; of other systems an address or a peer is static, too."""
WORDS = late(
    PLAIN.encode()
    + rb"|netipsec[a-z]|\bnetsh(?:\.exe)?\s+ipsec\s+(?:static|dynamic)\s|"
    + _OF_NETSH
    + rb"|advfirewall\s+(?:consec|mainmode|set\s+global|import)\b"
    rb"|consec\s+(?:add|set|delete)\s+rule|fwpm_|fwp_[a-z0-9]{4}|ikeext_[a-z]{2,12}_|consecrules|phase[12](?:crypto|authentication)sets"
    rb"|ipsec(?:policy|nfa|isakmppolicy|negotiationpolicy|filter)\{|windows\\ipsec\\policy|grouppolicybackupscheme"
    rb"|msft_netconsec|msft_netike|msft_netmainmode|msft_netquickmode|inboundsecurity|phase[12]authset|mainmodecryptoset"
    rb"|\b(?:authentication|cipher)transformconstants\s{0,20}:|(?<=\s)-(?:authentication|cipher)transformconstants\b"
    rb"|(?<=\s)-tunneltype\s{1,20}(?:ikev2|l2tp|automatic)\b|\btunneltype\s{0,20}:\s{0,20}(?:ikev2|l2tp)\b"
    rb"|\b(?:forcediffiehellman|perfectforwardsecrecygroup|(?:local|remote)firstid|quickmodecryptoset)[ ]{1,40}: "
    rb"|"
    + _DEMANDED
    + rb"|"
    + _OF_DIRECT_ACCESS
    + rb"|\bipseccustompolicy\s{0,20}:|cryptographysuite|nativeprotocoltype|customipsecpolicies|l2tppsk"
    rb"|ikev2custompolicy|\bikev2(?:connection|saexpiry)\b"
    rb"|(?:add|set|new)-vpn(?:connection|s2s|auth|server)|<eventid[^>]{0,80}>\s{0,80}(?:465[0-5]|497[6-9]|498[0-4])\s*<"
    rb"|[{,]\s{0,8}event_?id\s{0,8}:\s{0,8}(?:465[0-5]|497[6-9]|498[0-4])\b"
    rb"|(?:main|quick) mode sa at\b|\b[mq]m offer:|\b(?:require|request)in(?:require|request|clear)out\b"
    rb"|\bkeying module name:|\bmain mode sa id:|\bipsec (?:main|quick|extended) mode (?:negotiation|security assoc)"
    rb"|\b(?:computer|user)(?:kerb|psk|certecdsap(?:256|384)|cert|ntlm)\b|\b(?:dhgroup\d{1,2}|ecdhp(?:256|384))[-:](?:3?des|aes\d{3})-"
    rb"|\bike main mode sas at\b|\bquickmode sas\s|\bstrongcrlcheck\b|\bipsecexempt\b|\bfirewallipsecexemptions"
    rb"|\bmdmstore/global/(?:saidletime|presharedkeyencoding|ipsecexempt|crlcheck|enablepacketqueue|opportunistic)"
    rb"|mdm_vpnv2_01|machine name,policy target,|\brasphone\.pbk\b|\bike security association negotiation failed"
    rb"|\b(?:new|set)-az(?:urerm)?(?:vpnclientipsec(?:parameter|policy)|ipsecpolicy)\b"
    rb"|\b(?:vpns2sinterface|vpnserveripsecconfiguration|[a-z]{1,8}ipsecrule)\s{1,20}\S{1,80}\s{0,200}\{"
    rb"|\bnetsh(?:\.exe)?\s+(?:exec\s|-f\s|[%!]\w|%[%~]|<)|\|\s{0,8}netsh(?:\.exe)?\s{0,8}(?:\n|\Z)|restorelocalfirewalldefaults"
    rb"|\badvf(?:irewall)?\s+(?:reset|import)\b"
    rb"|\bauditpol(?:\.exe)?(?:\s+--%)?\s+/set\b[^\n]{0,80}?"
    rb"(?:ipsec (?:(?:main|quick|extended) mode|driver)|0cce921[389a])[^\n]{0,80}?:disable\b"
    rb"|\bcomputer\\(?:system|software)\\[^\n]{0,80}?"
    rb"(?:\\services\\(?:ipsec|policyagent|ikeext)\\|localipsecpolicymerge\b)|"
    + _PRINTED
    + rf"|{VALUES}|currentcontrolset\\{{1,2}}services\\{{1,2}}(?:{OF_IPSEC}|ipsec)\b"
    rf"|\\services\\{{1,2}}(?:{OF_VPN})\\{{1,2}}parameters\b[^\n]{{0,80}}?\b(?:prohibitipsec|allowl2tpweakcrypto|negotiatedh2048)"
    rf"|\n(?:{OF_IPSEC})[ \t]?,[ \t]?[2-4]\b"
    rf"|\b(?:reg(?:\.exe)?\s+(?:add|delete)\s|(?:set|new|remove)-itemproperty\b)[^\n]{{0,120}}?"
    rf"\\(?:{OF_IPSEC}|{OF_VPN})\b"
    rf"|\b(?:sc|net1?)(?:\.exe)?\s+(?:\\\\\S{{1,64}}\s+)?(?:stop|config|delete|pause|sdset|failure)\s+"
    rf"(?:{OF_IPSEC}|ipsec policy)\b"
    rf"|\b(?:wmic\b|win32_service\b|win_service:|msft_service(?:set)?resource\b)[^;]{{0,160}}?\b(?:{OF_IPSEC})\b"
    rf"|\b(?:windows_)?service\s{{0,8}}[{{(]?\s{{0,8}}'(?:{OF_IPSEC})'|\bservice\.\w{{1,16}}:?\s{{1,40}}-\s{{0,4}}(?:m_)?name:\s{{0,4}}"
    rf"'?(?:{OF_IPSEC})\b|\{{%[^%\n]{{1,120}}?'(?:{OF_IPSEC})'"
    r"|'-?(?:net)?ipsec(?:rule|mainmode|quickmode|phase|auth)|\bnetsh(?:\.exe)?\b[^\0]{1,200}?\b(?:consec|ipsec)\b|\baws::ec2::vpnconnection\b".encode()
)
"""Words that only a policy, a script, or an export of one has, in lower case."""

_PARTS = (
    *(b"ipsec", b"consec", b"advfirewall", b"fwp", b"phase", b"grouppolicy", b"msft_net", b"cryptographysuite"),
    *(b"inboundsecurity", b"mainmodecryptoset", b"ikev2", b"requirein", b"requestin", b"keying module"),
    *(
        b"mode sa at",
        b"mode sa id",
        b"m offer:",
        b"ikeext",
        b"policyagent",
        b"auditpol",
        b"policy target",
        b"eventid",
        b"event_id",
        b"mainmode",
    ),
    *(b"nativeprotocol", b"l2tppsk", b"-vpn", b"wfpstate", b".pol", b".wfw", b"gpreport", b"backup.xml", b"netsh"),
    *(
        b"service",
        b"vpnconnection",
        b"connection security",
        b"ip security",
        b"rasphone",
        b"ike security",
        b"master pfs",
        b"filterlist",
        b"filteraction",
    ),
    *(
        b"vpns2s",
        b"vpnserver",
        b"-net",
        b"restorelocal",
        b"substatus",
        b"iphttps",
        b"remoteaccess",
        b"-da",
        b"secedit",
        b"lgpo",
        b"rasman",
        b"mdm_vpn",
        b"windows_firewall_global",
        b"transformconstants",
        b"forcediffie",
        b"computercertauth",
        b"perfectforward",
        b"firstid",
        b" : required",
        b" : noencap",
        b"tunneltype",
        b"dhgroup",
        b"ecdhp",
        b"quickmode",
        b"main mode sas",
        b"strongcrlcheck",
        b"mdmstore",
        b"assumeudp",
        b"negotiatedh2048",
        b"l2tpweak",
    ),
    *(owner + way for owner in (b"computer", b"user") for way in (b"kerb", b"psk", b"cert", b"ntlm")),
)
"""One of these is in every match of the expressions here: a quick test before the slow one."""

SHOWN = late(rb"\bipsec\s+(?:static|dynamic)\s+show\b|" + _PRINTED)
"""A sign of such an output."""

IN_REPORT = late(rb"connection security (?:rule|setting)|ip security polic(?:y|ies)")
"""A sign of IPsec in a report of the Group Policy console."""

COMMANDS = late(
    rb"(?:\A|\n)[ \t@(]*(?:netsh(?:\.exe)?\s[^\n]*?(?:ipsec|consec|mainmode|advfirewall)|[a-z]{2,12}-netipsec)"
)
"""Commands, each at the start of a line, which a file of another format should not hold."""

CHANGES = late(
    rb"(?:\A|\n)[ \t@(>+|*]{0,40}(?:\d{1,5}[:.|) ][ \t|]{0,8}|[\w.-]{1,30}:[ \t]{1,8})?"
    rb"(?:(?:ps )?[a-z]:\\[^>\n]{0,80}>[ \t]*)?"
    rb"(?:netsh(?:\.exe)?\s(?>[^\n]*?\b(?:ipsec|consec|mainmode|advfirewall)\s)"
    rb"[^\n]*?\b(?:add|set|delete|import|reset)\b"
    rb"|(?:new|set|add|remove|enable|disable|rename)-(?:netipsec|netfirewallsetting|vpn(?:connection|server|s2s|auth))"
    rb"[a-z]{0,40}\s)"
)
"""Those of them that change policy, also behind a prompt, a line number, or a host name."""
PROPERTIES = late(
    r"\npspath[ ]{1,80}: microsoft\.powershell\.core\\registry::hkey_local_machine\\[^\n]{0,200}?"
    rf"\\(?:{OF_IPSEC}|{OF_VPN}|windowsfirewall|ipsec)\b".encode()
)
"""The last lines that Get-ItemProperty prints for a key: the values stand above it, under any names."""
RESULTANT = late(
    rb"\n[^\n:]{1,40}:[ \t]{1,8}software\\policies\\microsoft\\windowsfirewall\\"
    rb"(?:consecrules|phase[12][a-z]{1,20}sets)\\"
)
"""What `gpresult /v` names of rules and sets that a GPO brings, whose values it shows in part."""
_ALGORITHM = (
    rb"\b(?:aes[ _-]?(?:cbc|gcm)?[ _-]?\d{3}|3des\b|sha-?\d{1,3}\b|md5\b"
    rb"|(?:dh|group|modp|ecp)[ -]?(?:group )?\d{1,4}\b)"
)
TABLED = late(
    rb"\n[ \t]{0,8}\|[ \t*]{0,8}[^|\n]{0,40}?"
    rb"\b(?:ike(?:v[12])?|ipsec|esp|phase ?[12]|main mode|quick mode|diffie|dh|pfs|encryption|integrity|hash)\b"
    rb"[^|\n]{0,40}(?:\|[^|\n]{0,80}?" + _ALGORITHM + rb"[^|\n]{0,80}){2}\|"
)
"""A row of a table that compares what two ends are set to: a setting, and an algorithm for each."""
_INSTEAD = {
    TABLED: "a table of what two ends are set to is not read: give the commands or files that set them up, one for each"
    " end",
}
"""What to give instead, for expressions whose matches no input of their own would make readable."""
OTHERWISE = late(CHANGES_OTHERWISE.encode())
OUTPUTS = late(
    rb"\b(?:(?:endpoint1|auth1|qmsecmethods):[ ]{2,60}(?=\S)|(?:inbound|outbound)security[ ]{1,40}:(?= \w)"
    rb"|(?:phase[12]authset|(?:main|quick)modecryptoset|ipseccustompolicy|tunneltype)[ ]{1,40}:(?= \S))|" + _PRINTED
)
"""A row of what netsh and PowerShell print of a rule, a set, or a VPN connection, whatever stands before it."""
_QUICK: dict[re.Pattern[bytes], tuple[bytes, ...]] = {
    CHANGES: (b"netsh", b"-netipsec", b"-netfirewallsetting", b"-vpn"),
    PROPERTIES: (b"\npspath",),
    OTHERWISE: (b"rasphone", b"mdm_vpnv2"),
    OUTPUTS: (
        *(b"endpoint1:", b"auth1:", b"qmsecmethods:", b"boundsecurity ", b"authset ", b"cryptoset "),
        *(b"ipseccustompolicy ", b"tunneltype ", b"master pfs", b"\nfilter"),
    ),
    RESULTANT: (b"windowsfirewall\\consecrules", b"windowsfirewall\\phase"),
    TABLED: (b"|",),
}
"""The same quick test for expressions that rarely match."""
MEMBERS = late(rb"ipsec|wfpstate|registry\.pol|\.wfw|netsh|advfirewall|gpreport\.xml|backup\.xml")
"""Signs of policy in the member names of an archive."""

_BASE64 = late(rb"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{4}[\r\n]{0,2}){10,}")
"""Base64 of at least a command, on one line or several."""

_EBCDIC = tuple(word.encode("cp037") for word in ("netsh", "NETSH", "Netsh"))

COMMAND = "a command"
OFFERED = "what an IKE daemon offers"
OF_SETTINGS = "what a page of settings offers"
PRINTED_OBJECT = "an object of PowerShell"
IN_WORDS = "a suite told in words"
SUITE = (
    r"[\"'`]?(?:3?des|aes[0-9]{0,3}[0-9a-z_]{0,8}|null|camellia[0-9]{0,3}|chacha20[0-9a-z_]{0,12}|blowfish[0-9]{0,3})-"
    r"(?:md5|sha|aes|prf|modp|ecp|curve|x25)"
)
OBJECT = (
    r"(?:inbound|outbound)security\s{1,40}:\s[0-9a-z_]|tunneltype\s{1,40}:\s(?:ikev2|l2tp|automatic)\b"
    r"|(?:phase[12]authset|(?:main|quick)modecryptoset|ipseccustompolicy)\s{1,40}:\s\S"
)
"""A row of a printed object."""
PHASE = r"phase[ -]?(?:[12]|ii?|one|two)\b"
STATED: Mapping[str, tuple[bytes, ...]] = {
    COMMAND: (
        *(b"netsh", b"-net", b"-vpn", b"-remoteaccess", b"-da", b"ipseccmd", b"ipsecpol"),
        *(b"reg ", b"reg\t", b"reg.exe", b"sc ", b"sc\t", b"sc.exe", b"net ", b"net\t", b"net1", b"net.exe"),
    ),
    "a value of the registry": (b"hkey_local_machine", b"hklm"),
    "properties of a key of the registry": (b"pspath",),
    "a value for LGPO": (b"computer\n", b"computer\r", b"computer ", b"computer\t"),
    "a connection of an IKE daemon": (b"conn ", b"conn\t", b"connections"),
    OFFERED: (b"ike=", b"esp=", b"ike =", b"esp =", b"proposals=", b"proposals ="),
    OF_SETTINGS: (b"proposal:", b"proposals:", b"algorithms:"),
    "configuration of a gateway": (
        *(b"crypto ikev", b"crypto isakmp", b"crypto ipsec", b"config vpn ipsec", b"set security i", b"set vpn ipsec"),
        b"/ip ipsec",
    ),
    "a setting of the audit policy": (b"ipsec main", b"ipsec quick", b"ipsec extended", b"ipsec driver"),
    "the state of a service": (b"ikeext", b"policyagent"),
    "an event of IPsec": (b"event id", b"eventid", b"ereignis-id"),
    "a performance counter": (b"\\ipsec ", b"\\ipsec-", b"\\generic ikev1", b"data_counters_"),
    PRINTED_OBJECT: (b"boundsecurity", b"authset", b"cryptoset", b"ipseccustompolicy", b"tunneltype"),
    "a rule that netsh prints": (b"endpoint1:", b"auth1:", b"secmethods:"),
    "a security association": (b"mode sa at",),
    "JSON of PowerShell": (b"classname", b"tunneltype"),
    "a VPN profile": (b"<nativeprotocoltype", b"<cryptographysuite"),
    "an entry of a phone book": (b"vpnstrategy=",),
    "a setting of device management": (b"vendor/msft/",),
    IN_WORDS: (b"phase",),
}
"""What one of stands in every statement of each kind that `statements.py` tells, by what a reader calls the kind."""
_FURTHER = {OF_SETTINGS: rf":\*{{0,2}}[ \t]{{0,60}}{SUITE}", PRINTED_OBJECT: OBJECT, IN_WORDS: PHASE}
"""What matches in each of them too, of kinds whose words stand in the objects of every export, for the engine: without
lookaround, and without classes, which have all of Unicode to it."""


class Sign(Struct, frozen=True):
    """The kind of a file that no format claims.

    `kind` is the word for it in the report. `is_suspicious`: it mentions IPsec, or is a container that is read. `quote`
    is the text seen, on `line` (from 1), found within `within_bytes` of the start; `why` says it in words instead.
    """

    kind: str
    is_suspicious: bool = False
    quote: str = ""
    why: str = ""
    line: int = 1
    within_bytes: int = 0


def search(source: Source, words: re.Pattern[bytes], *further: re.Pattern[bytes]) -> Sign | None:
    """The first match of some words in a source; if there is none, that of further ones, in one pass."""
    line, read, before = 1, 0, b""
    others: dict[re.Pattern[bytes], Sign] = {}
    for block in source.blocks():
        text = before + folded_bytes(block)
        read += len(block)
        if match := first_of(words, text):
            return _sign_at(words, match, line, read)
        for other in further:
            if other not in others and (match := first_of(other, text)):
                others[other] = _sign_at(other, match, line, read)
        if not block.isascii() and any(word in block for word in _EBCDIC):
            return Sign("suspicious", is_suspicious=True, quote="netsh in EBCDIC", line=line, within_bytes=read)
        if words is WORDS and (encoded := _word_in_base64(block)):
            word, above = encoded
            why = f"it holds {word} in base64, which is not read here: give the decoded text as a file"
            return Sign("suspicious", is_suspicious=True, why=why, line=line + above, within_bytes=read)
        kept = text[-OVERLAP_BYTES:]
        line += text.count(b"\n", 0, len(text) - len(kept))
        before = kept
        if read > MAX_TEXT_BYTES:
            why = f"of more than {MAX_TEXT_BYTES // (1024 * 1024)} MB only the beginning was looked at"
            return Sign("larger than the limit", is_suspicious=True, why=why)
    return next((others[other] for other in further if other in others), None)


def first_of(words: re.Pattern[bytes], text: bytes) -> re.Match[bytes] | None:
    """The first match of some words in a text from `folded_bytes`."""
    return words.search(text) if one_stands(_QUICK.get(words, _PARTS), text) else None


def _sign_at(words: re.Pattern[bytes], match: re.Match[bytes], line: int, read: int) -> Sign:
    """The sign for a match of some words in a text that begins on a line, in a block that ends after so many bytes."""
    quote = b" ".join(match[0].split()).decode("ascii", "replace")
    at = line + match.string.count(b"\n", 0, match.start()) + match[0].startswith(b"\n")
    why = _INSTEAD.get(words, "")
    return Sign("suspicious", is_suspicious=True, quote=quote[:_QUOTED], why=why, line=at, within_bytes=read)


def _word_in_base64(block: bytes) -> tuple[str, int] | None:
    """The IPsec word in a base64 text of a block, whatever its encoding, and the lines above; None if there is none."""
    room = _MAX_UNPACKED_BYTES
    for match in _BASE64.finditer(block.translate(None, b"\0")):
        content = base64.b64decode(b"".join(match[0].split()))
        if content.startswith(_GZIP) and room > 0:
            content = _unpacked(content, room)
            room -= len(content)
        word = WORDS.search(folded_bytes(content))
        if word is not None:
            shown = " ".join(word[0].decode("ascii", "replace").split())[:_QUOTED]
            return shown, match.string.count(b"\n", 0, match.start())
    return None


def _unpacked(content: bytes, most: int) -> bytes:
    """The begin of what gzip has packed, as `gz+b64` of cloud-init is; the same bytes if it has not."""
    import zlib

    try:
        return zlib.decompressobj(_WITH_HEAD).decompress(content, most)
    except zlib.error:
        return content


def stated_in(text: bytes) -> Mapping[str, Sequence[bytes]]:
    """The kinds of statements of which something stands in a text from `folded_bytes`, with what stands of each."""
    pieces = {part.decode(): part for parts in STATED.values() for part in parts}
    stand: set[bytes] = set()
    lacking = {*_FURTHER}
    for begin in range(0, len(text), _PART_BYTES):  # part by part, for what a text is asked as stands beside it thrice
        part = asked(text[begin : begin + _PART_BYTES + OVERLAP_BYTES].decode("latin-1"))
        here = {pieces[piece] for piece in standing(pieces, part)}
        stand |= here
        lacking -= {
            title for title in lacking if not here.isdisjoint(STATED[title]) and may_match(_FURTHER[title], part)
        }
    found = {title: [part for part in parts if part in stand] for title, parts in STATED.items()}
    return {title: parts for title, parts in found.items() if parts and title not in lacking}


def may_state(source: Source) -> bool:
    """Whether a statement other than a command may stand in a text. Raises SourceError."""
    head = source.head_folded
    is_whole = len(head) < HEAD_BYTES // 4  # whatever its encoding
    text = folded_bytes(head.encode("utf-8", "replace") if is_whole else source.read_bytes(MAX_TEXT_BYTES))
    return not stated_in(text).keys() <= {COMMAND}


def folded_end(source: Source) -> bytes:
    """The last bytes of a file, folded. Raises SourceError."""
    last = b""
    for block in source.blocks():
        last = (last + block)[-OVERLAP_BYTES:]
    return folded_bytes(last)


def folded_bytes(block: bytes) -> bytes:
    """Bytes in lower case, without anything that hides a word from a search, such as a line or string continuation.

    One byte is looked for first: two take fifty times as long.
    """
    if b"\\" in block and b"\\u00" in block:
        block = _ESCAPE.sub(_character, block)
    if b"#" in block and b"&" in block and b"&#" in block:
        block = _REFERENCE.sub(_character, block)
    if (b"\xe2" in block and b"\xe2\x80" in block) or (b"\xc2" in block and b"\xc2\xad" in block):
        block = _WITHOUT_WIDTH.sub(b"", block)
    if b"^" in block or b"&" in block or b"+" in block:
        block = block.translate(None, b"\0")
        if any(sign.search(block) for sign in _MAY_JOIN):
            block = _JOINED.sub(b"", block)
    return block.translate(_LOWER, b'\0^"')


def joined_in_place(block: bytes) -> bytes:
    """Bytes in which what goes on in the lines below is on one line, with as many empty lines below that."""
    plain = block.translate(None, b"\0") if b"\0" in block else block
    if not any(sign.search(plain) for sign in _MAY_JOIN):
        return block
    parts: list[bytes] = []
    at = owed = 0
    for begin, end in (*(match.span() for match in _JOINED.finditer(plain)), (len(plain), len(plain))):
        part = plain[at:begin]
        if owed and (line_end := part.find(b"\n")) >= 0:
            parts += part[:line_end], b"\n" * owed
            part, owed = part[line_end:], 0
        parts.append(part)
        owed, at = owed + plain.count(b"\n", begin, end), end
    return b"".join(parts)


def _character(match: re.Match[bytes]) -> bytes:
    """The ASCII character of an XML reference or a JSON escape; any other stays as written."""
    number = int(match[1]) if match[1] else int(match[2], 16)
    return bytes((number,)) if number < 128 else match[0]


_WITHOUT_WIDTH = late(rb"\xe2\x80[\x8b-\x8f]|\xc2\xad")
"""Characters in UTF-8 that nobody sees, as pages and chats put them between letters."""
_REFERENCE = late(rb"&#(?:0{0,4}([0-9]{1,3})|[xX]0{0,4}([0-9a-fA-F]{1,2}));")
_ESCAPE = late(rb"\\u00()([0-7][0-9a-fA-F])")
_MAY_JOIN = (late(rb"\^\r?\n"), late(rb"&[ \t]{0,4}\""), late(rb"\+[ \t]{0,4}[\"']"))
"""The ends of marks that join the parts of a word, each quick to search; a row of carets is a line below a heading."""
_JOINED = late(rb"(?<!\^)\^\r?\n|(?:\"[ \t]{0,4}[&+][ \t]{0,4}\"|'[ \t]{0,4}\+[ \t]{0,4}')")


_LOWER = bytes(range(256)).lower()
