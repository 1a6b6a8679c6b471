"""Commands that give a gateway of Azure its policy, with the members that Azure's JSON has for it.

`New-AzIpsecPolicy`, `New-AzVpnClientIpsecPolicy` and `New-AzVpnClientIpsecParameter` (Az.Network), and of Azure CLI
`az network vpn-connection ipsec-policy add` and `az network vnet-gateway`: Microsoft Learn, "Configure custom IPsec/IKE
connection policies for S2S VPN and VNet-to-VNet". Only values that are written are read; a variable is no word that is
known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.json_places import JsonObject
from ipseclint.formats.kit.token import Token, joined, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers.clouds import gateways
from ipseclint.late import late
from ipseclint.secrets import key_spans
from ipseclint.source import Source

_COMMAND = late(
    r"\b(?P<clients>New-Az(?:Rm)?VpnClientIpsec(?:Parameter|Policy))\b|\bNew-Az(?:Rm)?IpsecPolicy\b"
    r"|\baz\s+network\s+vpn-connection\s+ipsec-policy\s+add\b",
    re.IGNORECASE,
)
_OPTION = late(r"(?<=\s)--?([A-Za-z][\w-]{1,40})[ \t=:]+[\"']?([\w-]+)")
_CONTINUED = late(r"[`\\][ \t]*+$")
_MAX_LINES = 20
"""So many lines of one command are taken (reasoned: it has eight options to give)."""
_MEMBERS = {
    **{
        name.lower(): name
        for name in (
            *("ikeEncryption", "ikeIntegrity", "dhGroup", "ipsecEncryption", "ipsecIntegrity", "pfsGroup"),
            *("saLifeTimeSeconds", "saDataSizeKilobytes", "saLifeTime", "saDataSize"),
        )
    },
    "samaxsize": "saDataSizeKilobytes",
}
"""The members by the options, in lower case and without hyphens, as either tool has them."""


def recognise(source: Source) -> bool:
    """Whether such a command with its ciphers stands in it."""
    head = source.head_text
    return _COMMAND.search(head) is not None and any(_policies(head, source.path))


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The gateways whose policy commands of a text give."""
    diagnostics.secrets += key_spans(text, diagnostics.path)
    return gateways(list(_policies(text, diagnostics.path)), diagnostics)


def _policies(text: str, path: str) -> Iterator[JsonObject]:
    """The policy of each command, as Azure's JSON has it."""
    for line in _commands(text, path):
        match = _COMMAND.search(line.text)
        if match is None:
            continue
        members = []
        for option in _OPTION.finditer(line.text, match.end()):
            if (name := _MEMBERS.get(option[1].replace("-", "").lower())) is not None:
                place = line.part(option.start(1), option.end(1))
                members.append((replace(place, text=name, breaks=()), line.part(option.start(2), option.end(2))))
        if not any(name.text == "ikeEncryption" for name, _ in members):
            continue
        policy = JsonObject(line.line, line.column + match.start(), tuple(members))
        if match["clients"] is None:
            yield policy
        else:
            listed = Token("vpnClientIpsecPolicies", path, policy.line, policy.column)
            yield JsonObject(policy.line, policy.column, ((listed, [policy]),))


def _commands(text: str, path: str) -> Iterator[Token]:
    """Lines, those that a backtick or a backslash continues in one piece."""
    pieces: list[Token] = []
    for line in lines_of(text, path):
        end = _CONTINUED.search(line.text)
        if end is not None and len(pieces) < _MAX_LINES:
            pieces.append(line.part(0, end.start()))
            continue
        yield joined([*pieces, line])
        pieces = []
    if pieces:
        yield joined(pieces)


FORMATS = (
    Format(
        name="azure-commands",
        title="commands that give a gateway of Azure its IPsec policy",
        recognise=recognise,
        parse=parse,
        how_to_export="the commands as they were typed: New-AzIpsecPolicy, New-AzVpnClientIpsecPolicy, or "
        "az network vpn-connection ipsec-policy add",
        can_express="what such a gateway offers, its lifetimes",
        cannot_express="its preshared key; whether the policy was set; Windows policy",
    ),
)
