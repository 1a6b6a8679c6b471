"""Constructs that are not followed and may change IPsec, anywhere in a script: they are reported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ipseclint.formats.netsh.unfollowed import UNKNOWN_TEXT
from ipseclint.late import late

OTHER_SCRIPT = "another script is run here, which is not part of this run: it is not read"
MODULE_NOT_READ = "a module of its own is brought in here, which is not part of this run: it is not read"
CHANGED_THROUGH_CIM = "objects of IPsec are changed through CIM here: it is not followed"
CHANGED_BY_METHOD = "a method changes an object of IPsec here: it is not followed"
_SCRIPT_ELSEWHERE = "another script is run here: it is not read"

_WAYS = (
    (
        ("-pscomputername",),
        late(r"(?<=[ \t])-PSComputerName\b", re.IGNORECASE),
        "on which machines this runs is not followed: it is read as policy of this one",
    ),
    (
        (".ps1",),
        late(r"(?<![^\n;{}])[ \t]{0,80}[.&][ \t]{1,8}[^\s;|&(){}]{0,200}?\.ps1\b", re.IGNORECASE),
        OTHER_SCRIPT,
    ),
    (
        ("powershell", "pwsh"),
        late(r"\b(?:powershell|pwsh)(?:\.exe)?[^\n;|]{0,200}?[ \t]-e(?:c|nc|ncodedcommand)?[ \t]", re.IGNORECASE),
        "an encoded command is run here: it is not read",
    ),
    (
        ("powershell", "pwsh"),
        late(
            r"\b(?:powershell|pwsh)(?:\.exe)?[ \t](?![^\n;|]{0,200}?\$(?:PSCommandPath|MyInvocation)\b)"
            r"[^\n;|]{0,200}?(?:(?<=[ \t])-f(?:i(?:le?)?)?[ \t]|\.ps1\b)",
            re.IGNORECASE,
        ),
        _SCRIPT_ELSEWHERE,
    ),
    (
        ("msft_net",),
        late(
            r"\bMSFT_Net(?:ConSec|IPsec|IKE)\w{0,60}[^\n;]{0,300}?(?:\b(?:Remove|Set|Invoke)-|\.Delete\b)",
            re.IGNORECASE,
        ),
        CHANGED_THROUGH_CIM,
    ),
    (
        ("get-netipsec", "get-netike"),
        late(
            r"\bGet-Net(?:IPsec|IKE)\w{0,60}[^\n;]{0,300}?(?:\)[ \t]{0,8}\.[ \t]{0,8}"
            r"|\|[ \t]{0,8}(?:ForEach(?:-Object)?|%)[ \t]{1,8}(?:-MemberName[ \t]{1,8})?)(?:Delete|Put)\b",
            re.IGNORECASE,
        ),
        CHANGED_BY_METHOD,
    ),
    (
        ("changestartmode", "stopservice"),
        late(r"\.[ \t]{0,8}(?:ChangeStartMode|StopService)[ \t]{0,8}\(", re.IGNORECASE),
        "a service is changed through WMI here: which one is not followed",
    ),
    (
        ("add-type", "assembly]"),
        late(
            r"\bAdd-Type\b[^\n;|]{0,200}?[ \t]-(?:Path|LiteralPath)\b"
            r"|\bAdd-Type\b[^\n;|]{0,200}?\([ \t]{0,8}(?:Get-Content|gc|cat|type|\[(?:System\.)?IO\.File\])(?![\w-])"
            r"|\[(?:System\.)?Reflection\.Assembly\][ \t]{0,8}::[ \t]{0,8}(?:UnsafeLoadFrom|Load(?:File|From))\b"
            r"|\[(?:System\.)?Reflection\.Assembly\][ \t]{0,8}::[ \t]{0,8}Load[ \t]{0,8}\([ \t]{0,8}[$\[(]",
            re.IGNORECASE,
        ),
        "code of another file is loaded here: what it does is not followed",
    ),
    (
        ("using",),
        late(
            r"(?<![^\n;])[ \t]{0,80}using[ \t]{1,8}module[ \t]{1,8}"
            r"(?![A-Za-z0-9_.]{1,80}[ \t\r]*(?:\n|\Z|;))[^\n]{0,200}",
            re.IGNORECASE,
        ),
        MODULE_NOT_READ,
    ),
    (
        ("invoke-command", "icm", "start-job", "sajb", "start-threadjob"),
        late(
            r"\b(?:Invoke-Command|icm|Start-(?:Thread)?Job|sajb)\b[^\n;|]{0,200}?[ \t]-File(?:Path)?\b", re.IGNORECASE
        ),
        _SCRIPT_ELSEWHERE,
    ),
    (
        ("[powershell]", "automation.powershell]", "invokecommand"),
        late(
            r"\[(?:System\.Management\.Automation\.)?PowerShell\][ \t]{0,8}::[ \t]{0,8}Create\b"
            r"|\bInvokeCommand[ \t]{0,8}\.[ \t]{0,8}(?:InvokeScript|NewScriptBlock)\b",
            re.IGNORECASE,
        ),
        UNKNOWN_TEXT,
    ),
    (
        ("-az",),
        late(r"\b(?:New|Set)-Az(?:ureRm)?(?:VpnClientIpsec(?:Parameter|Policy)|IpsecPolicy)\b", re.IGNORECASE),
        "a gateway in Azure is set up here: it is not followed; `az network vpn-connection show` prints what is read",
    ),
)
"""Signs in code, with what is quoted or commented out left blank, and what each means; before each, words one of which
it holds, which are quicker to look for."""

CHANGES_FIREWALL = late(
    r"\.[ \t]{0,8}(?:(?:Add|Remove|RestoreLocalFirewallDefaults|EnableRuleGroup)[ \t]{0,8}\("
    r"|(?:\w{0,40}Enabled|BlockAllInboundTraffic|Default(?:In|Out)boundAction|\w{0,40}Interfaces|\w{0,40}Disabled"
    r"|SecureFlags|Action)[ \t]{0,8}(?:\([^()\n]{0,80}\)[ \t]{0,8})?=)",
    re.IGNORECASE,
)
"""What changes the firewall through its COM object. Source: INetFwPolicy2, INetFwRule and INetFwProfile in the Windows
API reference (netfw.h)."""

_TOGETHER = (
    (
        "hnetcfg",
        late(r"\bHNetCfg\.Fw\w{0,60}", re.IGNORECASE),
        CHANGES_FIREWALL,
        "the firewall is asked for through COM here: what is done to it is not followed",
    ),
    (
        "msft_net",
        late(r"\bMSFT_Net(?:ConSec|IPsec|IKE|MainMode)\w{0,60}", re.IGNORECASE),
        late(r"\b(?:Remove|Set|Invoke)-(?:Cim|Wmi)|\.[ \t]{0,8}(?:Put|Delete)[ \t]{0,8}\(", re.IGNORECASE),
        CHANGED_THROUGH_CIM,
    ),
    (
        "-com",
        late(r"[ \t]-Com(?:Object)?\b", re.IGNORECASE),
        late(r"\.[ \t]{0,8}(?:Run|Exec)[ \t]{0,8}\(", re.IGNORECASE),
        "a program is started through COM here: it is not followed",
    ),
)
"""Signs that count only if another is behind them."""

_CALLS_CODE = late(r"\[(?P<name>[\w.]{1,160}+)\][ \t]{0,8}::[ \t]{0,8}\w{1,80}+[ \t]{0,8}\(")
_DECLARED = late(r"\b(?:class|enum)[ \t]{1,8}(\w{1,100})", re.IGNORECASE)
"""A type by whose name something of IPsec is called, and those that a script declares itself, which are followed."""
_STARTS = late(
    r"\bProcessStartInfo\b(?!\](?:[ \t]|@\{))"
    r"|\bNew-Object[ \t]{1,8}(?:-TypeName[ \t]{1,8})?(?:System\.)?Diagnostics\.(?:Process|x{7})(?!\w)"
    r"|\[(?:System\.)?Diagnostics\.(?:Process|x{7})\][ \t]{0,8}::[ \t]{0,8}(?:Start|new)\b",
    re.IGNORECASE,
)
_APPLIES = late(
    r"\b(?:(?:Start|Publish|Update|Restore)-DscConfiguration|Invoke-DscResource)\b[^\n;|]{0,80}", re.IGNORECASE
)
_CONFIGURATION = late(r"(?<![^\n;])[ \t]{0,80}configuration[ \t]{1,8}['\"]?\w", re.IGNORECASE)
"""How a configuration of DSC is applied; and how a script has one itself."""
_ELEVATES = late(r"\.[ \t]{0,8}Verb\b", re.IGNORECASE)
"""A program that is started through .NET, where the code may have a keyword crossed out; and how a script starts itself
once more, with more rights."""


class Unfollowed(NamedTuple):
    """One such place: its offsets, and the message."""

    start: int
    end: int
    why: str


def unfollowed(code: str) -> Iterator[Unfollowed]:
    """The places of such constructs in the code, the first of each kind only."""
    lowered = "\n".join(dict.fromkeys(code.lower().split("\n")))  # of lines that are alike one is looked at
    for signs, pattern, why in _WAYS:
        match = pattern.search(code) if any(sign in lowered for sign in signs) else None
        if match is not None:
            lead = len(match[0]) - len(match[0].lstrip())
            yield Unfollowed(match.start() + lead, match.end(), why)
    for sign, pattern, beside, why in _TOGETHER:
        match = pattern.search(code) if sign in lowered else None
        if match is not None and beside.search(code, match.end()) is not None:
            yield Unfollowed(match.start(), match.end(), why)
    if "ipsec" in lowered:
        own = {match[1].casefold() for match in _DECLARED.finditer(code)}
        names = ((match["name"].casefold(), match) for match in _CALLS_CODE.finditer(code))
        match = next((match for name, match in names if "ipsec" in name and name not in own), None)
        if match is not None:
            why = "code that is not known is called here: what it does to IPsec is not followed"
            yield Unfollowed(match.start(), match.end(), why)
    match = _APPLIES.search(code) if "-dsc" in lowered and _CONFIGURATION.search(code) is None else None
    if match is not None:
        yield Unfollowed(match.start(), match.end(), "a configuration of DSC is applied here, which is not read")
    match = _STARTS.search(code) if "process" in lowered or "diagnostics" in lowered else None
    if match is not None and _ELEVATES.search(code) is None:
        yield Unfollowed(match.start(), match.end(), "a program is started through .NET here: it is not followed")
