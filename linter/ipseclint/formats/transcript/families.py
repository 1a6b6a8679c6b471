"""The first line of an output, which no other output has, by the family of the program that printed it.

    Rule Name:    Servers              my "Personal"                         Log Name:  Security
    IKE Statistics                     ====== Certificate 0 ======           Windows Registry Editor Version 5.00

A text whose lines begin several families may hold several outputs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cached_property
from operator import attrgetter

from ipseclint.formats.events.message import MESSAGE
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
OF_SCRIPTS = frozenset({"commands"})
"""The families of the lines with which scripts begin."""
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
_BY_FIRST_WORD = frozenset({"json", "azure"})
"""Outputs whose first word tells what must be below the first line."""


WITHIN: dict[str | None, str] = {"message": "events", "stored": "running", "article": "running", "device": "gateways"}
"""Lines that begin an output only behind another program's, and otherwise belong to what precedes them."""


_WORD = late(r"[^\W_]+")


def is_confirmed(own: str, line: str, following: str) -> bool:
    """Whether the next line confirms a first line that alone does not identify an output."""
    below = _BELOW.get(next(iter(line.split()), "") if own in _BY_FIRST_WORD else own)
    return below is None or below.match(following) is not None


def are_of_methods(line: str) -> bool:
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
    told = {WITHIN.get(each, each) for each in families}
    return len(told) > 1 and not (told.issubset(own) and family_of(starts.first) in own)


def _stands_below_names(text: str, ruler: str) -> bool:
    """Whether a ruler is below names other than those of security methods."""
    at = text.find(ruler)
    of_methods: set[str] = set()
    while at >= 0:
        above = text[text.rfind("\n", 0, at) + 1 : at]
        if above not in of_methods and not are_of_methods(above):
            return True
        of_methods.add(above)
        at = text.find(ruler, at + 1)
    return text.startswith(ruler[1:])


def family_of(line: str) -> str:
    """The family of the output that a line begins; empty for most lines."""
    match = _BEGINS.match(f"\n{line}") if _MAY_BEGIN.match(line) else None
    return "" if match is None else match.lastgroup or ""


def families_of(once: Collection[str]) -> dict[str, str]:
    """The family that each of these distinct lines begins, if any."""
    starts = set(filter(_MAY_BEGIN.match, {line[:START_CHARACTERS] for line in once}))
    begun = {line: family_of(line) for line in once if line[:START_CHARACTERS] in starts}
    return {line: family for line, family in begun.items() if family}
