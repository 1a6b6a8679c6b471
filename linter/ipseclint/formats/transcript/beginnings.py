"""Where one output follows another directly: by a first line that no other output has.

    Rule Name:    Servers              my "Personal"                         Log Name:  Security
    IKE Statistics                     ====== Certificate 0 ======           Windows Registry Editor Version 5.00

A text is split where the output of another program begins; outputs of one program stay together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, compress, count, islice
from operator import attrgetter

from ipseclint.formats.events.message import MESSAGE
from ipseclint.formats.pasted.signs import FENCE, FENCES
from ipseclint.formats.readers import ROOTS
from ipseclint.late import late
from ipseclint.vocabulary.audit_events import LOG_NAMES
from ipseclint.vocabulary.netsh_ipsec_labels import COLUMNS
from ipseclint.vocabulary.netsh_labels import HEADINGS, RULE_LABELS
from ipseclint.vocabulary.services import NAMES as SERVICE_NAMES

OF_CERTIFICATE = r"(?:={6,40} [^=\r\n]{1,30}|={3,5} Certificate) \d{1,6} ="
"""What `certutil` writes above each certificate, in every language: fewer signs rule a heading (`==== Step 2 ====`)."""
_RULE_NAMES = "|".join(
    sorted(re.escape(label) for labels in RULE_LABELS.values() for label, of in labels.items() if of == "name")
)
_SETTINGS = sorted(
    heading
    for headings in HEADINGS.values()
    for heading, of in headings.items()
    if of in {"domain", "private", "public"} or heading == "Global Settings:"
)
_OF_PHASE = r"[*#]{0,3}[ ]?(?:[A-Za-z]{2,9}[ ])?\(?Phase[ -]?(?:[12]|I{1,2})\b\)?"
"""How the settings of a gateway's phase begin."""
_SETS_SERVICE = (
    r"(?:sc(?:\.exe)?[ ]{1,4}(?:config|stop)|net1?(?:\.exe)?[ ]{1,4}stop|(?:Set|Stop)-Service)[ ][^\r\n]{0,60}?"
    rf"(?i:\b(?:{SERVICE_NAMES})\b)"
)
"""How a command begins that changes a service without which there is no IPsec."""
_CARRIED = (
    r"(?:\bnetsh(?:\.exe)?[ ][^\r\n]{0,80}?\b(?:add|set|delete)[ ]"
    rf"|\b(?:New|Set|Add|Remove)-(?:NetIPsec|NetFirewall|Vpn)[A-Za-z0-9]{{3,40}}[ ]|\b{_SETS_SERVICE})"
)
"""The command that stands in a line of one that starts it."""
_OF_WFP = {"wfpstate", "wfpdiag", "netEvents"}
_FAMILIES = {
    "rules": rf"(?:(?:{_RULE_NAMES})[ \u00a0]?:[ \t]{{1,40}}\S|(?:{'|'.join(map(re.escape, _SETTINGS))})[ \t]*\r?$)",
    "associations": r"(?:Main|Quick) Mode SA at ",
    "statistics": r"(?:IKE|IPsec) Statistics[ \t]*\r?$",
    "running": (
        r"(?:(?:IKE[ ])?(?:Main|Quick)[ ]?[Mm]ode[ ](?:Policies|Filters|SAs)|IPsec[ ]Configuration)\b"
        r"(?:[ ]at[ ][^\r\n]{1,40}|[^:\r\n]{0,60})\r?$"
    ),
    "stored": r"(?:Policy|FilterList|FilterAction) Name[ ]{1,40}: ",
    "article": r"(?:Policy|FilterList|FilterAction) Name: ",
    "objects": (
        r"(?:IPsecRuleName|Name|DisplayName|InstanceID|CreationClassName|Subject|Thumbprint|TunnelType"
        r"|PSParentPath(?![ ]{1,40}: Microsoft\.PowerShell\.Core\\)|AuthenticationTransformConstants)[ ]{1,40}: "
    ),
    "certificates": rf"(?:{OF_CERTIFICATE}|[A-Za-z]{{2,40}} \"[^\"\r\n]{{1,80}}\"[ \t]*\r?$)",
    "events": (
        r"(?:Event\[\d{1,6}\]:?[ \t]*\r?$|[-+] System[ \t]*\r?$|[-+] <Event xmlns="
        rf"|(?:{'|'.join(LOG_NAMES)})[ \t\u00a0]{{0,24}}[:\uff1a]|CoI[dD]=\{{)"
    ),
    "records": r"TimeCreated[ ]{1,40}: ",
    "message": rf"[ \t]{{0,8}}{MESSAGE}",
    "registry": r"(?:Windows Registry Editor Version 5|REGEDIT4[ \t]*\r?$|\[-?HKEY_)",
    "values": r"HKEY_[A-Z_]{4,20}\\[^\r\n|]*\r?$",
    "services": r"(?:SERVICE_NAME: |Status[ ]{1,20}Name[ ]{1,40}DisplayName[ \t]*\r?$)",
    "rows": r"(?:(?:key|OSPath|FullPath|KeyPath)[|,;\t]\"?[A-Za-z_]{2,40}[|,;\t\r]|\+-{2,200}\+)",
    "table": r"\"[A-Za-z][A-Za-z0-9 ]{1,40}\"(?:[,;]\"[A-Za-z][A-Za-z0-9 ]{1,40}\"){1,200}+[ \t]*\r?$",
    "audit": r"(?:Machine Name,Policy Target,|System audit policy[ \t]*\r?$)",
    "columns": r"-{2,80}[ ]{1,80}-{2,80}[ -]*+\r?$",
    "policies": r"(?:Computer|User)[ \t]*\r?$",
    "log": (
        r"(?:\*?[A-Z][a-z]{2}[ ]{1,2}\d{1,2}[ ](?:\d{4}[ ])?\d\d:\d\d:\d\d[ .:]|\d\d\[[A-Z]{3}\d?\][ ]"
        r"|\d{4}[:-]\d\d[:-]\d\d[ T-]\d\d:\d\d:\d\d[^\r\n]{0,80}?\b(?:charon\b|pluto\b|ike \d{1,3}:)|date=\d{4}-"
        r"|pluto\[\d{1,8}\]: |charon(?:\[\d{1,8}\])?: \d\d\["
        r"|\d{3} (?:#\d{1,8}: )?\"[\w./-]{1,60}\"(?::|\[\d{1,6}\] [\da-fA-F.:]{3,45},) "
        r"|(?:\d{3} )?\"[\w./-]{1,60}\"(?:\[\d{1,6}\])? (?:[\d.:a-fA-F]{3,45} )?#\d{1,8}: "
        r"|(?:\d\d:\d\d:\d\d )?ipsec,(?:error|info|debug)\b"
        r"|ike (?:\d{1,3}:|V=|Negotiate\b)|(?:ISAKMP|IKEv2)(?:-[A-Z]{2,10}(?:-\d)?)?:[ (]|%(?:ASA|CRYPTO)-\d-"
        r"|\[IKEv1(?: DEBUG)?\]:? )"
    ),
    "json": r"(?:[\[{][ \t]*\r?$|\[?\{\"|Record \d{1,12}[ \t]*\r?$)",
    "template": r"\[(?:Unicode|[Vv]ersion|System Access|Service General Setting|Registry Values)\][ \t]*\r?$",
    "commands": (
        r"(?:netsh(?:\.exe)?[ ][^\r\n]{0,80}?\b(?:add|set|delete)[ ]"
        r"|(?:ipsec[ ](?:static|dynamic)|advfirewall(?:[ ](?:consec|mainmode))?)"
        r"(?:[ ](?:add|set|delete)[ ]|[ \t]*\r?$)"
        r"|reg(?:\.exe)?[ ](?:add|delete)[ ]|(?:&[ ])?auditpol(?:\.exe)?[ ]{1,4}/(?:set|clear|restore|remove)\b"
        rf"|{_SETS_SERVICE}"
        rf"|(?:schtasks|cmd|start|for|powershell|pwsh|Invoke-Command)(?:\.exe)?[ ][^\r\n]{{0,160}}?{_CARRIED}"
        r"|(?:New|Set|Add|Remove)-(?:NetIPsec|NetFirewall|Vpn)[A-Za-z0-9]{3,40}[ ]"
        r"|<#[ \t]*\r?$|#[Rr]equires[ ]|\[CmdletBinding\(|[Pp]aram[ \t]?\([ \t]*\r?$)"
    ),
    "counters": r"(?:Timestamp[ ]{1,40}CounterSamples[ \t]*\r?$|\"\(PDH-(?:CSV|TSV) 4\.0\))",
    "modes": (
        rf"(?:AcceptPause=(?:TRUE|FALSE)|Name=(?i:{SERVICE_NAMES})"
        r"|ExitCode[ ]{1,4}Name[ ]{1,40}ProcessId[ ][^\r\n]{0,60})[ \t]*\r?$"
    ),
    "sections": r"(?:conn[ ]+\S+|(?:connections|secrets)[ ]*\{)[ \t]*\r?$",
    "shell": r"#!/(?:usr/)?bin/(?:env )?\w{0,4}sh\b",
    "gateways": (
        r"(?:/ip[ /]ipsec\b|crypto (?:ikev[12]|isakmp|ipsec|map) |config vpn ipsec |set vpn ipsec "
        r"|set security (?:ike|ipsec|vpn ipsec) |set ike (?:p[12]-proposal|gateway) "
        r"|set (?:template \S{1,63} config {1,2})?(?:devices \S{1,63} )?network (?:ike|tunnel) )"
    ),
    "device": r"(?:security|vpn) \{[ \t]*\r?$",
    "phases": rf"{_OF_PHASE}(?: \(?[A-Za-z]{{2,12}}\)?){{0,2}}[ \t*]*:?[ \t*]*\r?$",
    "phase": rf"{_OF_PHASE}(?: \(?[A-Za-z]{{2,12}}\)?)?[ \t*]*[:=-][^\r\n]{{0,60}}?\b(?:3des|des|aes|3DES|DES|AES)",
    "azure": (
        r"(?:(?:\$\w{1,40}[ ]?=[ ]?)?New-Az(?:ureRm)?(?:IpsecPolicy|VpnClientIpsec)|az network vpn-connection "
        r"|Policy\d{1,3}:[ ]?Cipher=|(?:SALifeTimeSeconds|IpsecEncryption|IkeEncryption)[ ]{1,40}: )"
    ),
    "xml": (
        rf"<(?:(?:Atomic|Add|Replace)>|(?:\?xml|{'|'.join(sorted(ROOTS - _OF_WFP))}"
        r"|key>(?:IKE|Child)SecurityAssociationParameters)\b)"
    ),
    "wfp": rf"<(?:{'|'.join(sorted(_OF_WFP))}|filters|providerContexts|item)(?:[ ][^<>\r\n]{{1,60}})?>[ \t]*\r?$",
    "nodes": (
        r"(?:(?:[\w -]{1,40}[|,;\t])?[ \t]{0,4}\"?OMA-?URI\"?[ \t]{0,20}[:|,;\t]"
        r"|\./(?:(?:Device|User)/)?Vendor/MSFT/(?:VPNv2|Firewall/MdmStore)/)"
    ),
    "entries": r"(?:version: 1[ \t]*\r?$|dn::?[ ](?:CN=|[A-Za-z0-9+/]{20}))",
    "loaded": r"[\w.%@-]{1,80}: IKEv(?:1/2|[12]), (?:no )?reauthentication\b",
    "keys": (
        r"(?:[\w.%@/*-]{1,60}[ \t]{1,4}){0,4}(?:[\w.%@/*-]{1,60})?:[ \t]{1,4}"
        r"(?:PSK[ \t]{1,4}[\"'\w]|(?:RSA|ECDSA|XAUTH|EAP)[ \t]{1,4}(?:[\"']|[\w./-]{1,80}\.(?:pem|der)))"
    ),
    "declared": r"(?:resource[ ]+(?:\"(?:aws|azurerm)_\w{1,60}\"[ ]|\w{1,60}[ ]+'Microsoft\.Network/))",
    "properties": r"PSPath[ ]{1,40}: Microsoft\.PowerShell\.Core\\Registry::",
    "phonebook": r"\[[^\[\]\r\n]{1,80}\][ \t]*\r?$",
}
_BEGINS = late(rf"\n(?:{'|'.join(f'(?:{first})(?P<{family}>)' for family, first in _FAMILIES.items())})", re.MULTILINE)
"""The first line of an output. The group that tells its family is behind it: before it, it would hide from the engine
by which character the line has to begin."""
_MAY_BEGIN = late(
    rf"(?:{_RULE_NAMES}|(?:Main|Quick)[ ]?[Mm]ode|(?:IKE|IPsec) (?:Stat|Conf|Main|Quick)"
    r"|(?:IPsecRuleName|(?:Display)?Name|InstanceID)[ ]"
    rf"|{'|'.join(re.escape(heading[:8]) for heading in _SETTINGS)}|System audit|TimeCreated "
    r"|Subject |Thumbprint |PS(?:Parent)?Path|TunnelType |AuthenticationTr"
    r"|CreationCl|===|[A-Za-z]{2,14} \"|[A-Za-z]{15}|Event\[|Log Name|Protokol|Nombre d|Nom du j|Nome |[^\x00-\x7f]"
    r"|CoI[dD]=|[ \t]{0,8}(?:An IPs|IPsec (?:[dr]|S)|During [MQEmqe]|PAStore |Network Po)"
    r"|[-+] (?:System|<Event)|Status |key[|,;\t]|OSPath|FullPath|KeyPath|\+--"
    r"|Windows |REGEDIT|\[|HKEY_|SERVICE_|\"|Machine |--|Computer|User"
    r"|\*?[A-Z][a-z]{2}[ ]{1,2}\d|ike |ISAKMP|IKEv2|%[AC]|\d\d\[|pluto\[|charon[\[:]|\d{3} [\"#]|\d\d:\d\d:\d\d ipsec"
    r"|ipsec,|\d{4}[:-]\d\d[:-]|date="
    r"|(?:Policy|Filter(?:List|Action))[ ]|Policy\d"
    r"|\{|Record \d|netsh|ipsec[ ]|advfirewal|reg|(?:New|Set|Add|Remove|Stop)-|sc[ .]|net1?[ .]|con[nf]|secrets|<"
    r"|schtasks|cmd[ .]|start[ ]|for[ ]|powershell|pwsh|Invoke-Co"
    r"|SALifeTimeSecon|IpsecEncryption|IkeEncryption"
    r"|/ip|crypto |[*#]{0,3}[ ]?(?:[A-Za-z]{2,9}[ ])?\(?Phase|set (?:vpn|secu|netw|temp|devi)|\$\w{1,40}|New-Az"
    r"|az network|[\w -]{0,12}[|,;\t]?[ \t\"]*OMA|\./|version|dn:|resource[ ]"
    r"|[\w.%@-]{1,14}:(?:[ \t]{1,4}(?:\Z|[IPRXE])|\Z)|[\w.%@*/-]{15}|[\w.:%@/*-]{2,15}[ \t]:|:[ \t]|[\d.]{7,15}[ ]|[%@]"
    r"|(?:& )?auditpol|AcceptPause|ExitCode |Name=|security \{|vpn \{"
    r"|#!/|<#|#[Rr]equires|\[Cmdl|[Pp]aram[ (]|Timestamp[ ])"
)
"""How the start of every such line looks, and of few others."""


_BELOW = {
    "{": late(r"[ \t]+\""),
    "[": late(r"[ \t]+[\"\[{]"),
    "wfp": late(r"[ \t]*<(?:timeStamp|sessions|item|netEvents?|filters|filterKey|provider(?:Context)?Key|header)\b"),
    "policies": late(r"(?:software|system)\\", re.IGNORECASE),
    "modes": late(r"AcceptStop=|StartMode=|State=|\d"),
    "device": late(r"[ \t]+(?:ike|ipsec)\b"),
    "phonebook": late(r"(?:Encoding|PBVersion|Type|VpnStrategy)="),
    "phases": late(
        r"[ \t>*|-]{0,8}(?:encr|ciph|auth|hash|integ|dh|diffie|ike|exch|life|sa |mode|vers|proto|pfs|perf|key|enable)",
        re.IGNORECASE,
    ),
    "SALifeTimeSeconds": late(r"[ \t]*SADataSizeKilobytes[ ]"),
    "IpsecEncryption": late(r"[ \t]*IpsecIntegrity[ ]"),
    "IkeEncryption": late(r"[ \t]*IkeIntegrity[ ]"),
}
"""What stands below the bracket with which a document of JSON begins, below a tag of WFP, below the head of a policy of
LGPO, and below a property that Windows' own objects have as well as those of Azure."""
_HAVE_COLUMNS = frozenset({"services", "counters"})
"""Outputs of which the names of columns are the first line."""
_BY_FIRST_WORD = frozenset({"json", "azure"})
"""Outputs whose first word tells what must be below the first line."""
_END_OF_JSON = late(r"[\]}][ \t]*\r?$")
_OPENS_TEXT = late(
    r"[^\r\n#]*(?:@(?P<quote>['\"])|<<-?[ \t]?(?P<mark>['\"]?)(?P<word>[A-Za-z_]\w{0,30})(?P=mark))[ \t]*\r?$"
)
"""How a text in a script begins, of PowerShell or of a shell, in which outputs and files may be quoted."""


_PARTS_TEXT = ("@", *FENCES)
"""What of one stands in each line that opens or ends a here-string, or a block of code."""
_ASSIGNS = late(r"\$\w+[ \t]*=")
_OF_COMMANDS = frozenset({"values", "objects"})
"""What a command above may tell the key of: it stays with that."""
_WITHIN: dict[str | None, str] = {"message": "events", "stored": "running", "article": "running", "device": "gateways"}
"""Lines that begin an output only behind another program's, and otherwise belong to what precedes them."""


_IN_EVENT = late(r"\t[^\t:]{1,40}:\t")
"""A value in the message of an event, some of which have the labels of netsh."""
_LIST = late(r"[ \t]{0,8}[A-Za-z][\w()]{0,60} {1,60}: ")
_WORD = late(r"[^\W_]+")
_LISTED = 3
"""So many lines of a list of properties, one below the other, are no head of a mail and no sentence (reasoned)."""
_MAX_LISTED = 200
"""So many lines has a list of properties at most (reasoned: an interface to another site has about 60)."""
_MAX_ABOVE_VALUE = 3
"""How many lines above a value its node stands at most (reasoned: one is empty)."""
_MAX_ABOVE = 40
"""How many lines that are not empty may stand above the first output of a text (reasoned: captions are short)."""


def below(lines: Mapping[int, str]) -> dict[int, str]:
    """The lines from the first at which another output begins; empty if none does, or if it is the very first line."""
    rows = list(islice((row for row in lines.items() if row[1].strip()), _MAX_ABOVE + _LISTED))
    following = [*(line for _, line in rows[1:]), ""]
    for at, (number, line) in enumerate(rows[: _MAX_ABOVE + 1]):
        own = "" if _IN_EVENT.match(line) else family_of(line.lstrip())
        if not _goes_on(own, line, following[at]) or (own == "columns" and at and _are_of_methods(rows[at - 1][1])):
            own = ""
        listed = rows[at : at + _LISTED]
        if own or (len(listed) == _LISTED and all(_LIST.match(row) for _, row in listed)):
            first = rows[at - 1][0] if own == "columns" and at else number
            return {row: kept for row, kept in lines.items() if row >= first} if first != rows[0][0] else {}
    return {}


def _goes_on(own: str, line: str, following: str) -> bool:
    """Whether the next line confirms a first line that alone does not identify an output."""
    below = _BELOW.get(next(iter(line.split()), "") if own in _BY_FIRST_WORD else own)
    return below is None or below.match(following) is not None


def _first_line(own: str, lines: Sequence[str], at: int) -> int:
    """Where an output begins that is told by a line of it: columns have names, and a key stands below its values."""
    if own == "columns":
        return at - 1
    return _top_of_list(lines, at)


def _top_of_list(lines: Sequence[str], at: int) -> int:
    """The first line of the property list around a line: the colons are aligned."""
    own = _LIST.match(lines[at])
    if own is None:
        return at
    top = at
    for row in range(at - 1, max(at - _MAX_LISTED, 0) - 1, -1):
        other = _LIST.match(lines[row])
        if other is not None and (other.end() == own.end() or (_is_close(other) and _is_close(own))):
            top = row
        elif not lines[row].strip() or lines[row][: own.end()].strip():
            break  # neither a property nor the rest of a value
    return top


def _is_close(listed: re.Match[str]) -> bool:
    """Whether a single blank precedes the colon, as when a paste lost the others."""
    return listed[0][-4:-3] != " "


def _are_of_methods(line: str) -> bool:
    """Whether column names are those of security methods that `netsh ipsec` prints within an object."""
    words = _WORD.findall(line.casefold())
    return bool(words) and COLUMNS.issuperset(words)


_FAMILY = attrgetter("lastgroup")

START_CHARACTERS = 16
"""How many characters of a line are its start: enough for an indent, and the beginning of a sign behind it."""


class LineStarts:
    """Distinct lines, tested by their starts, of which there are few."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = list(lines)
        self._starts = [line[:START_CHARACTERS] for line in self._lines]
        self._once = frozenset(self._starts)

    @property
    def first(self) -> str:
        """The first line that is not empty."""
        return next(filter(str.strip, self._lines), "")

    def has(self, sign: re.Pattern[str]) -> bool:
        """Whether a line begins with a pattern."""
        return any(map(sign.match, self._lines))

    @cached_property
    def begun(self) -> list[re.Match[str]]:
        """The lines with which outputs begin."""
        return list(_BEGINS.finditer(self.begun_with(_MAY_BEGIN)))

    def begun_with(self, sign: re.Pattern[str]) -> str:
        """The lines whose start matches a pattern, each behind a line end."""
        fitting = set(filter(sign.match, self._once))
        if not fitting:
            return ""
        rows = zip(self._lines, self._starts, strict=True)
        return "\n".join(("", *(line for line, start in rows if start in fitting)))


def families_begun(starts: LineStarts) -> set[str]:
    """The families of outputs that begin in a text."""
    return set(map(_FAMILY, starts.begun))


def may_hold_several(starts: LineStarts, whole: str | None = None, own: Collection[str] = ()) -> bool:
    """Whether outputs of several programs may begin in a text; a fast test.

    `whole` is the text, if a format reads all of it: as it begins like an output, a first line of another counts only
    if its usual next line is in the text, and a ruler only below column names. Parts of that format begin like its
    `own` families.
    """
    families = families_begun(starts)
    if whole is not None and len(families) > 1:
        rulers = [match[0] for match in starts.begun if match.lastgroup == "columns"]
        if rulers and not any(_stands_below_names(whole, ruler) for ruler in rulers):
            families.remove("columns")
        kept = families - {each for each, sign in _BELOW.items() if each in families and not starts.has(sign)}
        families = kept if family_of(starts.first) in kept else families
    told = {_WITHIN.get(each, each) for each in families}
    return len(told) > 1 and not (told.issubset(own) and family_of(starts.first) in own)


def _stands_below_names(text: str, ruler: str) -> bool:
    """Whether a ruler is below names other than those of security methods."""
    at = text.find(ruler)
    of_methods: set[str] = set()
    while at >= 0:
        above = text[text.rfind("\n", 0, at) + 1 : at]
        if above not in of_methods and not _are_of_methods(above):
            return True
        of_methods.add(above)
        at = text.find(ruler, at + 1)
    return text.startswith(ruler[1:])


def beginnings(lines: Sequence[str]) -> Iterator[int]:
    """The indices of lines at which another program's output begins, or anything behind JSON."""
    family = until = ""
    is_over = is_below = False
    assigned: int | None = None  # the first line of what the next commands take
    once = set(lines)
    families = _families_of(once)
    begun = _begun(lines, families)
    first = _first_row(lines, families)
    between = _between(lines, once, families)
    if not between and _are_of_one(begun, first):
        return
    for at in filter(first.__le__, sorted({first, *begun, *between})):
        line = lines[at]
        if until:
            until = "" if line.startswith(until) else until
            continue
        own = begun.get(at)
        top = at if own is None else _top_of_list(lines, at)
        is_within = top < at and any(map(families.__contains__, lines[top:at]))  # a list that has begun
        if own is not None and not is_within:
            is_part = own in _WITHIN
            own = _WITHIN.get(own, own)
            if top < at and not any(map(str.strip, lines[:top])):
                pass  # the first list of all, told by a property in its middle
            elif own != family and (family or (is_below and not is_part and own not in _OF_COMMANDS)):
                if own == "commands" and assigned is not None:
                    yield assigned
                else:
                    yield _first_line(own, lines, at)
            family, is_over, assigned = own, False, None
        elif is_over and line.strip():
            yield at
            family, is_over = "", False
        elif assigned is not None:
            assigned = None if FENCE.match(line) else assigned
        elif line.startswith("$") and _ASSIGNS.match(line):
            assigned = at
        is_below = is_below or bool(line.strip())
        if family == "json" and _END_OF_JSON.match(line):
            is_over = True
        until = _opened(line)


def _first_row(lines: Sequence[str], families: Mapping[str, str]) -> int:
    """The first line that is not empty; of a template the first one below the comments above it."""
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    rows = range(first, len(lines))
    below = next((at for at in rows if (line := lines[at].lstrip()) and not line.startswith(";")), len(lines))
    return below if "template" in map(families.get, lines[below : below + 1]) else first


def _is_value_of_node(lines: Sequence[str], at: int) -> bool:
    """Whether a line is the value of the node that stands alone on the last line above."""
    above = next((line for line in reversed(lines[max(at - _MAX_ABOVE_VALUE, 0) : at]) if line.strip()), "")
    return family_of(above) == "nodes"


def _opened(line: str) -> str:
    """The end of the here-string or heredoc that a line opens; empty if it opens none."""
    opened = _OPENS_TEXT.match(line) if "@" in line or "<<" in line else None
    if opened is None:
        return ""
    return f"{opened['quote']}@" if opened["quote"] else opened["word"]


def _between(lines: Sequence[str], once: Collection[str], families: Mapping[str, str]) -> Collection[int]:
    """The indices of lines other than first lines that may matter: ends of JSON, and lines that open texts or end
    them, or what is assigned. Any line may end a heredoc."""
    text = "\n".join(("", *once))
    if "json" in families.values() or "<<" in text:
        return range(len(lines))
    if "\n$" not in text and "@" not in text:
        return ()
    parting = {line for line in once if line.startswith("$") or any(map(line.__contains__, _PARTS_TEXT))}
    return [*compress(count(), map(parting.__contains__, lines))]


def _are_of_one(begun: Mapping[int, str | None], first: int) -> bool:
    """Whether all outputs that begin in a text are of the first one's family."""
    families = {_WITHIN.get(own, own) for own in set(begun.values()) if own is not None}
    own = begun.get(first)
    return families <= {_WITHIN.get(own, own)}


def family_of(line: str) -> str:
    """The family of the output that a line begins; empty for most lines."""
    match = _BEGINS.match(f"\n{line}") if _MAY_BEGIN.match(line) else None
    return "" if match is None else match.lastgroup or ""


def _begun(lines: Sequence[str], families: Mapping[str, str]) -> dict[int, str | None]:
    """The family that each line seems to begin, by index; `families` tells it for a line alone."""
    are_of_some = list(map(families.__contains__, lines))
    around = (chain(("",), lines), lines, chain(lines[1:], ("",)))
    rows = list(zip(*(compress(each, are_of_some) for each in around), strict=True))
    begun = {row: families[row[1]] for row in set(rows) if _begins_with(families, *row)}
    found = dict(zip(compress(count(), are_of_some), map(begun.get, rows), strict=True))
    values = [at for at, own in found.items() if own == "xml" and _is_value_of_node(lines, at)]
    return found | dict.fromkeys(values)


def _begins_with(families: Mapping[str, str], above: str, line: str, following: str) -> bool:
    """Whether an output really begins at such a line, judged by its neighbours."""
    own = families[line]
    if own == "columns" and (_are_of_methods(above) or families.get(above) in _HAVE_COLUMNS):
        return False
    return _goes_on(own, line, following)


def _families_of(once: Collection[str]) -> dict[str, str]:
    """The family that each of these distinct lines begins, if any."""
    starts = set(filter(_MAY_BEGIN.match, {line[:START_CHARACTERS] for line in once}))
    begun = {line: family_of(line) for line in once if line[:START_CHARACTERS] in starts}
    return {line: family for line, family in begun.items() if family}
