"""The tools that change IPsec policy, and how a line names them, so that no script does so unnoticed.

The names are those of Microsoft's pages: the modules NetSecurity, VpnClient and RemoteAccess, the contexts of netsh,
`reg`, `sc`, `net`, `secedit`, `auditpol`, LGPO, and the older `ipseccmd` and `ipsecpol`. Expressions are for text from
`folded`; none has a repeat whose start can be found at many places of one run, so that a search is linear.
"""

from __future__ import annotations

from msgspec import Struct

from ipseclint.late import late
from ipseclint.vocabulary import registry_keys, services


class Tool(Struct, frozen=True):
    """One way to change IPsec policy.

    `kind` is a name for it. `expression` finds it; `beside` must be found too. `says` is what a reader must know, with
    a place for the words found. `is_plain`: the words mean this also outside of a script.
    """

    kind: str
    expression: str
    says: str
    beside: str = ""
    is_plain: bool = False


RUNS_LATER = "{} makes a task that runs this later: what it then does is not followed"
"""What a reader must know of a command that is given to a task."""

PHONE_BOOK_WRITTEN = "a phone book is written here: what it then holds is not followed; check the phone book itself"
FIREWALL_STATE_UNREAD = "the state of a profile's firewall is not read: what it does to the rules here is not known"
"""What a reader must know of whatever turns the firewall of a profile on or off."""


PROGRAM = r"(?:netsh|reg|sc|net1?)"
"""The programs of a console whose lines set IPsec policy, in an expression that ignores case."""
CALL = rf"{PROGRAM}(?:\.exe)?"
"""How a line calls one of them."""
CMDLET = r"[a-z]{2,12}-[a-z]\w{2,60}"
"""How the name of a cmdlet looks, in an expression that ignores case."""

_VERBS = (
    "add", "clear", "copy", "disable", "enable", "install", "new", "open", "remove", "rename", "repair", "reset",
    "save", "set", "sync", "uninstall", "update",
)  # fmt: skip
_NOUNS = (
    "netipsec(?!(?:main|quick)modesa)",
    "netfirewall", "netgpo", "vpnconnection(?!proxy|route|trigger|username)", "vpnserver", "vpns2s(?!interfacestat)",
    "vpnauth", "vpnipaddress", "vpntrafficselector", "remoteaccess(?!accounting|inbox)", "netadapteripsec",
)  # fmt: skip
_NOUNS_OF_DIRECT_ACCESS = (
    "daappserver", "daclient", "daentrypoint", "damgmtserver", "damultisite", "daotpauthentication", "daserver",
)  # fmt: skip
_INSTALLS_DIRECT_ACCESS = r"install-remoteaccess\b(?=[^;|]{0,200}\s-da)"

_INSTALLS_ROLE = r"install-remoteaccess\b(?=[^;|]{0,200}\s-(?:vpnt|multit|prereq))(?![^;|]{0,200}\s-da)"
"""The installation of a VPN server role without DirectAccess, whose GPOs hold policy: other cmdlets configure it."""

_RUNNERS = r"\b(?:powershell|pwsh)(?:\.exe)?\b"
_OF_CONNECTING = r"(?<=rasman)[\\/]+(?:config|devicetunnel)\b"
"""The keys with the VPN profiles that Windows connects by itself, or no more (`AutoTriggerDisabledProfilesList`,
`AutoTriggerProfileEntryName`): they say nothing of how."""
_SERVICE_TOOLS = (
    r"\b(?:sc|net1?|nssm|psservice|wmic|taskkill|win32_service|spsv|(?:new|remove|restart|set|stop|suspend)-service)\b"
)

_CHANGES_OBJECTS = (
    r"(?:\b(?:remove|set|invoke)-(?:cim(?:instance|method)|wmi(?:object|instance|method))\b|\b[rsi](?:cim|wmi)\b"
    r"|\.\s*(?:delete|put)\b)"
)

_OTHER_CONTEXTS = r"bridge|dhcp\w*|dns\w*|http|int\w{0,6}|lan|mbn|namespace|netio|p2p|trace|wcn|winhttp|winsock|wlan"
"""Contexts of netsh that have nothing to do with IPsec."""

_LOCAL_GPO = r"[\\/](?:system32|sysnative)[\\/]grouppolicy(?:users)?\b"
"""The folder of the machine's own GPO (Microsoft Learn, Local Group Policy)."""

CATEGORIES_WITHOUT_IPSEC = (
    "account logon", "account management", "detailed tracking", "ds access", "object access", "policy change",
    "privilege use",
)  # fmt: skip
"""The categories of the audit policy, folded, that have no subcategory of IPsec."""

TOOLS = (
    Tool(
        "cmdlet",
        rf"\b(?!{_INSTALLS_ROLE}|{_INSTALLS_DIRECT_ACCESS})(?:{'|'.join(_VERBS)})-(?:{'|'.join(_NOUNS)})\w*",
        "the cmdlet {} is not evaluated",
        is_plain=True,
    ),
    Tool(
        "DirectAccess",
        rf"\b(?:{'|'.join(_VERBS)})-(?:{'|'.join(_NOUNS_OF_DIRECT_ACCESS)})\w*|\b{_INSTALLS_DIRECT_ACCESS}",
        "{} sets up DirectAccess, whose rules Windows writes into GPOs: give a backup of these",
        is_plain=True,
    ),
    Tool(
        "name resolution policy",
        r"\b(?:add|set)-dnsclientnrptrule\b(?=[^;|]{0,800}?\s-(?:da|dnssec|directaccessquery)?ipsec[a-z])",
        "{} demands IPsec for the queries of names, and is not read",
        is_plain=True,
    ),
    Tool(
        "another context",
        r"\bfirewall\s+(?:set\s+op\w*+(?=[^;|]{0,300}\bdisable\b)|reset\b)|\bwfp\s+set\s+opt\w*\s+netevents\s*=\s*off\b",
        "{} changes what the rules here do, or what is seen of their failures; it is not read",
    ),
    Tool(
        "session of netsh",
        r"(?<![$\w])netsh(?:\.exe)?[ \t]*+(?=[\r\n;]|\Z)",
        "{} alone waits for commands that somebody types: none is read here",
    ),
    Tool(
        "netsh",
        r"\bips(?:e|ec)?\s+(?:sta(?!tus|rt)|dyn)\w*|\bipsecdos\w*|\badvf\w*(?:\s+(?:c|ma|mo|f|set)\w*)?|\badv\s+(?:c|ma|mo|f|set)\w*"
        r"|\bconsec\s+(?:add|set|del)\w*|\bmainmode\s+(?:add|set|del)\w*|\b(?:add|set|delete)\s+rule\b"
        rf"|\bnetsh\b(?!(?:\.exe)?\s+(?:{_OTHER_CONTEXTS})\b)"
        r"|\b[qm]msecmethods\b|\bfilteraction\b|\bfilterlist\b|\bendpoint[12]\b|\bauth[12](?:psk|ca)?\s*="
        r"|\bikev2(?:connection|saexpiry)\b",
        "{} is for netsh and is not followed here",
    ),
    Tool(
        "older tool",
        r"\bipseccmd\b|\bipsecpol\b|\blgpo(?:\.exe)?\s+/(?!b\b|parse\b)\w*|\bsecedit(?:\.exe)?\s+/(?:configure|import)\b",
        "{} changes the policy of the machine and is not read",
        is_plain=True,
    ),
    Tool(
        "manifest",
        r"\bwindows_firewall_global\b",
        "{} of Puppet sets what holds for all of IPsec, and is not read",
        is_plain=True,
    ),
    Tool(
        "group policy",
        r"\b(?:copy|import|restore)-gpo\b|\bset-gp\w{0,4}registryvalue\b",
        "{} changes a GPO and is not evaluated",
    ),
    Tool(
        "registry file",
        r"\breg(?:\.exe)?\s+(?:import|restore|load)\b|\bregedit(?:\.exe)?\s+(?!/(?:e|v[ea]?|f)\b)\S{1,40}"
        r"|\bregini\b|\bcmstp(?:\.exe)?\s+(?!/(?:v[ea]?|f)\b)\S{1,40}|\binstallhinfsection\b|\bmofcomp(?:\.exe)?\s+(?!-check\b)\S{1,40}"
        r"|\b(?:invoke-item|ii)\s+\S{1,80}\.reg\b",
        "{} brings in a file that is not part of this input",
    ),
    Tool(
        "file of a GPO",
        r"[\\/]grouppolicy[\\/](?:machine|user)(?:[\\/]registry\.pol|[\\/])?(?=(?:\s+[/-]\w+)*\s*\Z)"
        rf"|{_LOCAL_GPO}[\\/]?(?=(?:\s+[/-]\w+)*\s*\Z)",
        "{} gets a file that is not part of this input",
        beside=r"\b(?:x?copy|robocopy|move|(?:copy|move)-item|cp|copy|mv|expand|expand-archive|tar|7z)\b",
    ),
    Tool(
        "folder of a GPO",
        _LOCAL_GPO,
        "{} holds the GPO of the machine itself, and what is done to it here is not followed",
        beside=r"(?:\A|[\s@(&|])(?:del|erase|rd|rmdir|rm|ri|ren|mklink|move|(?:remove|rename|move)-item)\s",
    ),
    Tool(
        "library",
        r"\b(?:fwpuclnt|polstore|ipsecsnp|ipsecsvc|winipsec|ikeext|firewallapi)(?:\.dll\b|(?=,\w))",
        "{} holds calls that change IPsec, and what is called here is not followed",
    ),
    Tool(
        "feature",
        r"\b(?:uninstall|remove|disable)-windows(?:optional)?feature\b(?=[^;|]*\b(?:remoteaccess|routing|directaccess-vpn"
        r"|rasserver\w*)\b)|/disable-feature\b(?=[^;|]*\b(?:remoteaccess|routing|directaccess-vpn|rasserver\w*)\b)",
        "{} takes the server of VPN connections away; it is not followed",
    ),
    Tool(
        "event log",
        r"\bwevtutil(?:\.exe)?\s+(?:(?:cl|clear-log)\s+security\b|(?:sl|set-log)\s+security\b(?=[^;|]*/e\w*:f))"
        r"|\b(?:clear|limit|remove)-eventlog\b(?=[^;|]*\bsecurity\b)",
        "{} empties or changes the log in which failures of IPsec leave an event; it is not followed",
    ),
    Tool(
        "registry",
        rf"[\\/](?:{services.NAMES}|sharedaccess[\\/]+parameters)\b(?!{_OF_CONNECTING})|\bfirewallpolicy\b|{registry_keys.MENTIONS}"
        r"|\bwindowsfirewall\b|\bconsecrules\b|\bphase[12](?:crypto|authentication)sets\b"
        rf"|{registry_keys.VALUES}",
        "{} in the registry bears on IPsec, and what is done to it here is not followed",
    ),
    Tool(
        "service",
        services.MENTIONS,
        "the service {} bears on IPsec, and what is done to it here is not followed",
        beside=_SERVICE_TOOLS,
    ),
    Tool(
        "objects of WMI",
        r"\bmsft_net(?:consec|mainmode|ike|ipsec|firewall|sa)\w*|\bmdm_vpnv2\w*|\bps_vpn\w*"
        r"|\be2b3c97f-6ae1-41ac-817a-f6f92166d7dd\b|\b2c5bc43e-3369-4c33-ab0c-be9469677af4\b",
        "{} holds IPsec policy, and what is done to it here is not followed",
    ),
    Tool(
        "object of the firewall",
        r"\bhnetcfg\.fw\w+",
        "{} is the firewall of Windows, and what is done to it here is not followed",
    ),
    Tool(
        "unnamed objects of WMI",
        r"\bstandardcimv2\b",
        "{} holds IPsec policy among other things, and what is changed in it here is not followed",
        beside=rf"\A(?![^\0]*\bmsft_net)[^\0]*{_CHANGES_OBJECTS}",
    ),
    Tool(
        "profile",
        r"<cryptographysuite\b|<nativeprotocoltype\b|<l2tppsk\b|\bcustomipsecpolicies\b|\brasphone\.pbk\b",
        "{} belongs to a VPN profile, which is not read from a script",
    ),
    Tool(
        "audit policy",
        r"\bauditpol(?:\.exe)?(?:\s+--%)?\s+/(?:set|clear|restore|remove)\b",
        "{} changes what is audited, and with it whether failures of IPsec leave an event; it is not read: "
        "give it as a script of its own, or `auditpol /backup /file:FILE` of the machine",
        beside=r"/(?:clear|restore|remove)\b|\A(?=[^\0]*:disable\b)[^\0]*"
        rf"(?:\bipsec\b|/category:(?!(?:{'|'.join(CATEGORIES_WITHOUT_IPSEC)})\s*(?:[/>]|\Z))|0cce921[389a])",
    ),
    Tool(
        "task",
        r"\bschtasks(?:\.exe)?\s+/create\b(?=[^;|]*/xml\b)|\bregister-scheduledtask\b(?=[^;|]*\s-xml\b)",
        "{} brings in a task from a file or a text whose commands are not known",
    ),
    Tool(
        "process of WMI",
        r"\bwin32_process\b(?=[^|]*\bcreate\b)|\bprocess\s+call\s+create\b",
        "{} starts a program here, which is not followed",
    ),
    Tool(
        "hidden code",
        r"\b(?:iex|invoke-expression)\b|\[scriptblock\]::create\b|(?<=\s)[-/]e(?:c|n[a-z]{0,13})?[\s:]+[a-z0-9/=]{16,40}",
        "runs a text whose commands are not known",
        beside=rf"{_RUNNERS}|\b(?:iex|invoke-expression)\b|\[scriptblock\]",
    ),
)
"""All of them, in the order they are asked."""

_CMDLETS, _DIRECT_ACCESS = TOOLS[:2]
_SETS_SERVICE = r"(?:sc(?:\.exe)?[ \t]+(?:config|delete|stop)|net1?(?:\.exe)?[ \t]+stop)\b"
SETS_SERVICE = late(rf"\b{_SETS_SERVICE}")
"""A command for cmd.exe that stops or configures a service, in lower case."""
COMMANDS = (
    rf"{_CMDLETS.expression}|{_DIRECT_ACCESS.expression}|ipseccmd\b|ipsecpol\b"
    rf"|reg(?:\.exe)?[ \t]+(?:add|delete)\b[^\r\n]*?(?:{registry_keys.MENTIONS}|{registry_keys.SERVICES})"
    rf"|{_SETS_SERVICE}[^\r\n]*?{services.MENTIONS}"
)
"""Commands that, at the start of a line, make a text a script about IPsec."""

PLAIN = "|".join(tool.expression for tool in TOOLS if tool.is_plain)
"""Words that mean a tool of IPsec anywhere, in lower case."""

CHANGES_OTHERWISE = (
    r"(?:\b(?:new|set|remove)-ciminstance\b|(?:\A|\n)[ \t]*\$\w{1,60}[ \t]*=)[^\n]{0,260}?\b(?P<through>mdm_vpnv2_01)\b"
    r"|(?:\A|\n)[ \t]*(?:set|add)-content\b[^\n]{0,260}?\b(?P<into>rasphone\.pbk)\b"
    r"|(?:\A|\n)[ \t]*(?:\$\w{1,60}[ \t]*=|\(?get-content\b)[^\n]{0,260}?\b(?P<book>rasphone\.pbk)\b"
    r"(?=[^\0]{0,2000}?\b(?:(?:set|add)-content|out-file|writeall(?:text|lines)|writeprivateprofilestring)\b)"
)
"""How a script of PowerShell changes VPN connections through WMI, or in a phone book."""

SIGNS = (
    "-netipsec", "-netfirewall", "-netgpo", "-netadapteripsec", "-vpn", "-remoteaccess", "-daserver", "-daclient",
    "-daappserver", "-damgmt", "-daotp", "-daentrypoint", "-damultisite", "firewall", "wfp", "ips", "adv", "consec",
    "mainmode", "rule", "netsh", "msecmethods", "filteraction", "filterlist", "endpoint1", "endpoint2", "auth1",
    "auth2", "ikev2", "lgpo", "secedit", "-gp", "reg", "cmstp", "infsection", "mofcomp", "fwpuclnt", "polstore",
    "ikeext", "feature", "wevtutil", "-eventlog", "policyagent", "bfe", "mpssvc", "rasman", "remoteaccess",
    "sharedaccess", "cryptosets", "authenticationsets", "assumeudp", "negotiatedh2048", "l2tpweak", "authip",
    "base filtering", "remote access", "routing and", "grouppolicy", "msft_net", "mdm_vpnv2", "ps_vpn", "hnetcfg",
    "e2b3c97f", "2c5bc43e", "standardcimv2", "<cryptographysuite", "<nativeprotocoltype", "<l2tppsk", "rasphone",
    "auditpol", "schtasks", "scheduledtask", "win32_process", "call", "iex", "invoke-expression", "[scriptblock]",
    "powershell", "pwsh", "-dnsclientnrpt",
)  # fmt: skip
"""Pieces of which each match of `mention_in` contains one: searching for these is several times quicker."""

_ALL = tuple((tool, late(tool.expression), late(tool.beside)) for tool in TOOLS)
_ANY = late(r"(?=\b\w|[\\/<\[-])(?:" + "|".join(f"(?:{tool.expression})" for tool in TOOLS) + ")")
"""Any of them; none begins within a word, so that most positions of a long text are skipped at once."""

_READS = late(
    r"\s*@?(?:\$[\w:]{1,60}\s*=\s*)?(?:reg(?:\.exe)?\s+(?:query|export|save|compare)\b|regedit(?:\.exe)?\s+/e\b"
    r"|sc(?:\.exe)?\s+(?:\\\\\S{1,64}\s+)?(?:q\w*|start|sdshow)\b|net1?(?:\.exe)?\s+start\b|(?:get|test|measure)-\w+"
    r"|start-service\b|(?:where|find|findstr|dir|type|more|tasklist|whoami|help|man)(?:\.exe)?\s)"
)
"""Commands that only read, or start a service: they change nothing they name."""

_OF_NO_CONCERN = late(
    r"\b(?:windowsfirewall|firewallpolicy)[\\/]{1,2}(?:\w{1,40}[\\/]{1,2})?(?:logging|restrictedservices)\b"
    r"|[\\/]remoteaccess[\\/]{1,2}parameters[\\/]{1,2}(?:accountlockout|ip(?:v6)?)(?=[\s,;](?:[^;|&]{0,200}\s)?[-/](?:n\w{0,3}|v)\s)"
)
"""Keys without relation to IPsec: of the firewall's stores its log and the hardening of services; of RRAS a value of
how it hands out addresses and locks accounts (MS-RRASM 2.2.3.4), while the whole key has ranges of addresses below."""

_HIDES = dict.fromkeys(map(ord, "^\"'`+\0\u2018\u2019\u201c\u201d\u201e"))
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_SPELT_AS = _HIDES | _DASHES


def folded(text: str) -> str:
    """Text in lower case, without anything that hides a word: carets, quotes, zero bytes, joined pieces, other
    dashes."""
    return text.replace("' + '", "").replace('" + "', "").translate(_SPELT_AS).lower()


class Mention(Struct, frozen=True):
    """A tool named in a text, and the words that name it, in the form of `folded`."""

    tool: Tool
    words: str

    def sentence(self, words: str) -> str:
        """What a reader must know, with the words as they are to be shown."""
        return self.tool.says.format(words)


def signs_in(text: str) -> tuple[str, ...]:
    """The signs of tools that a text contains, so that parts of a long text are searched for no others."""
    whole = folded(text)
    lines = "\n".join(dict.fromkeys(whole.split("\n")))
    words = " ".join(dict.fromkeys(lines.split()))  # of what stands in it again and again one is looked at
    return tuple(sign for sign in SIGNS if sign in (whole if " " in sign else words))


def mention_in(text: str, signs: tuple[str, ...] = SIGNS) -> Mention | None:
    """The tool that a simple command, or a text that becomes one, names; None if it only reads.

    `signs` are those in the whole text, where this is a part of it.
    """
    return _named(folded(text), signs, may_look=False)


def mention_within(text: str, signs: tuple[str, ...] = SIGNS) -> Mention | None:
    """The tool that one of several commands names; the first may only read."""
    return _named(folded(text), signs, may_look=True)


def _named(line: str, signs: tuple[str, ...], *, may_look: bool) -> Mention | None:
    if not line.strip() or not any(map(line.__contains__, signs)) or _ANY.search(line) is None:
        return None
    if not may_look and _READS.match(line):
        return None
    line = _OF_NO_CONCERN.sub("", line)
    for tool, expression, beside in _ALL:
        if (match := expression.search(line)) and beside.search(line):
            return Mention(tool, match[0])
    return None
