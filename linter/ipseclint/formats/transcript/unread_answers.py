"""What stands in a text and in no piece of it that is read: output of commands that show policy, and commands.

PS C:\\> Get-NetIPsecRule | Format-Table Name, Enabled
PS C:\\> Get-VpnS2SInterface | Select-Object Name, NumberOfTries
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from ipseclint.formats.pasted.prose import COMMAND, PARAMETER, may_command
from ipseclint.formats.transcript.parting_lines import LOOKS
from ipseclint.formats.transcript.piece import Piece
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import CHANGES_OTHERWISE

_SIGNS = ("get-netipsec", "show-netipsec", "get-netfirewallsetting", "get-vpn")
_SHOWS = late(
    r"(?:Get|Show)-(?:NetIPsec(?!\w*SA\b)\w+|NetFirewallSetting"
    r"|Vpn(?:Connection|ServerConfiguration|ServerIPsecConfiguration|S2SInterface|AuthProtocol))\b",
    re.IGNORECASE,
)
"""Cmdlets that show policy; who is connected, routes and triggers are none."""
_OF_OBJECTS = late(
    r"^[ \t]*(?:[A-Za-z][\w() .-]{0,60}?[ ]{1,40}: |-{2,80}(?:[ ]{1,80}-{2,80})*[ \t]*\r?$|class CimInstance#)",
    re.MULTILINE,
)
"""A property with its value, the ruler below the names of columns, the head of Format-Custom: no sentence has any."""
_OF_ERROR = late(r"^[ \t]*\+ (?:CategoryInfo|FullyQualifiedErrorId)", re.MULTILINE)

_OF_POLICY = late(
    r"[ \t]{0,64}(?:(?:IPsecRuleName|(?:In|Out)boundSecurity|Phase[12]AuthSet|(?:Main|Quick)ModeCryptoSet|Master PFS"
    r"|TunnelType|ForceDiffieHellman|PerfectForwardSecrecyGroup|(?:Authentication|Cipher)TransformConstants"
    r"|IntegrityCheckMethod|IPsecTunnelEndpoints|IPsecRootCertificate|IPsecCustomPolicy|L2tpIPsecAuth|MMSALifeTime"
    r"|LocalFirstId|RemoteFirstId)"
    r"(?:Seconds|\(s\))?[ ]{1,40}: [ ]?\S"
    r"|(?:Endpoint1|Endpoint2|Auth1|MainModeSecMethods|QuickModeSecMethods|MM Offer|QM Offer):[ ]{2,60}\S"
    r"|(?:CustomIPSecPolicies|VpnStrategy|NumCustomPolicy|IpSecFlags)=\w"
    r"|(?:ProhibitIpSec|NegotiateDH2048_AES256|AssumeUDPEncapsulationContextOnSendRule)[ ]{2,8}REG_\w+[ ]{2,8}\S)",
    re.IGNORECASE,
)
"""A line of what PowerShell, netsh, a phone book or `reg query` shows of policy, and nothing else does."""
_SIGNS_OF_POLICY = (
    *("ipsecrulename", "boundsecurity", "authset", "cryptoset", "forcediffie", "perfectforward", "transformconst"),
    *("integritycheck", "ipsec", "mmsalife", "firstid", "endpoint", "auth1:", "secmethods:", "m offer:", "vpnstrategy"),
    *("numcustompolicy", "negotiatedh2048", "assumeudp", "tunneltype", "master pfs"),
)
"""One of these is in every such line, in lower case: quicker to look for."""

_CHANGES = late(CHANGES_OTHERWISE, re.IGNORECASE)
_ASKS = late(r"\b(?:get-help|help|man|get-command|gcm)[ \t]+(?:-\w+[ \t]+)?\Z", re.IGNORECASE)
"""What asks for help on the command behind it."""

_OF_NO_POLICY = late(
    r"(?:Add|Remove|Set)-VpnConnection(?:Route|Proxy|UserName|Trigger\w{1,40})\b|Remove-NetIPsec(?:Main|Quick)ModeSA\b"
    r"|(?:Add|Remove|Set)-Vpn(?:Sstp\w{1,40}|IPAddressRange)\b",
    re.IGNORECASE,
)
"""A cmdlet that sets routes, triggers and addresses, or ends associations, which are no policy."""

_QUOTED_BY_ERROR = late(r"[ \t]*(?:\+|\d{1,6} \|)[ \t]")
_PLACE_OF_ERROR = late(r"[ \t]*(?:At [^\r\n]*:\d|Line \|)")
_LINES_OF_PLACE = 3
"""The line of a script that an error of PowerShell quotes, and the line at most so many above it that says where."""


class Unread(NamedTuple):
    """The row where output begins of which nothing is read, and the cmdlet that printed it."""

    row: int
    cmdlet: str


def shows_objects(folded: str) -> bool:
    """Whether such a command may stand in a folded text; a fast test."""
    return any(sign in folded for sign in _SIGNS)


def unread_answers(pieces: Iterable[Piece], read: Collection[int]) -> Iterator[Unread]:
    """The outputs, none of whose rows is `read`, behind the commands that they answer."""
    cmdlet = ""
    for piece in pieces:
        rows = [number for number, line in piece.lines.items() if line.strip()]
        if not rows:
            continue
        if piece.kind != "output":
            words = piece.lines[rows[-1]].strip().removeprefix("(")
            shows = _SHOWS.match(words) if LOOKS.match(words) else None
            cmdlet = "" if shows is None else shows[0]
        elif cmdlet:
            if not any(number in read for number in rows) and _tells_of_objects(piece.text):
                yield Unread(rows[0], cmdlet)
            cmdlet = ""


def may_show_policy(folded: str) -> bool:
    """Whether a line of shown policy may stand in a folded text; a fast test."""
    return any(sign in folded for sign in _SIGNS_OF_POLICY)


def unread_policy(lines: Sequence[str], read: Collection[int], told: Collection[int]) -> Iterator[tuple[int, int, int]]:
    """Line, column and length of the first line of shown policy in each run of lines that are not read.

    A run of which something is `told` already is left out.
    """
    is_told = False
    for number, line in enumerate(lines, start=1):
        if number in read:
            is_told = False
        elif number in told:
            is_told = True
        elif not is_told and _OF_POLICY.match(line) is not None:
            is_told = True
            yield number, len(line) - len(line.lstrip()) + 1, len(line.strip())


def _tells_of_objects(text: str) -> bool:
    return _OF_OBJECTS.search(text) is not None and _OF_ERROR.search(text) is None


def unread_changes(text: str, done: Collection[int]) -> Iterator[tuple[int, int, str]]:
    """Line, column and words of what a script that nobody has read changes in VPN connections by other means."""
    if "rasphone" not in (folded := text.casefold()) and "mdm_vpnv2_01" not in folded:
        return
    for match in _CHANGES.finditer(text):
        start, end = match.span(match.lastgroup or 0)
        number = text.count("\n", 0, start) + 1
        if number not in done:
            yield number, start - text.rfind("\n", 0, start), text[start:end]


def unread_commands(lines: Sequence[str], done: Collection[int]) -> Iterator[tuple[int, int, int]]:
    """Line, column and length of commands on lines that nobody has read, behind marks or words that are not known."""
    for number, line in enumerate(lines, start=1):
        if number in done or not may_command(line):
            continue
        match = COMMAND.search(line)
        if (
            match is None
            or _OF_NO_POLICY.match(line, match.start()) is not None
            or _ASKS.search(line, 0, match.start()) is not None
        ):
            continue
        if f"`{match[0]}`" in line and PARAMETER.fullmatch(match[0]) is not None:
            continue
        above = lines[max(0, number - 1 - _LINES_OF_PLACE) : number - 1]
        if _QUOTED_BY_ERROR.match(line) is None or not any(map(_PLACE_OF_ERROR.match, above)):
            yield number, match.start() + 1, len(match[0])
