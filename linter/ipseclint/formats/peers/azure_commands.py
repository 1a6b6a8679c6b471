"""Commands that give a gateway of Azure its policy, and lists that show it, with the members of Azure's JSON for it.

`New-AzIpsecPolicy`, `New-AzVpnClientIpsecPolicy` and `New-AzVpnClientIpsecParameter` (Az.Network; `New-AzureRm...` in
AzureRM.Network, before it), and of Azure CLI
`az network vpn-connection ipsec-policy add`, `vpn-gateway connection ipsec-policy add` for a virtual WAN and
`vnet-gateway vpn-client ipsec-policy set` for clients: Microsoft Learn, "Configure custom IPsec/IKE connection policies
for S2S VPN and VNet-to-VNet", and the help and tests of Azure CLI. A list is what `$connection.IpsecPolicies` or
`az network vpn-connection ipsec-policy list -o yaml` prints; that of a whole connection is read by `azure_lists`.
Only values that are written are read; a variable is no word that is known. What gateways offer in main mode is also
shown as "Policy1:Cipher=AES-CBC-256 Integrity=SHA1 DhGroup=DhGroup2" (MicrosoftDocs/azure-stack-docs issue 577): lines
that begin at 1 anew are those of another gateway.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.json_places import JsonObject
from ipseclint.formats.kit.token import Token, joined, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers.azure_lists import listed_gateways, naming_cipher, shows_gateway
from ipseclint.formats.peers.clouds import gateways
from ipseclint.formats.peers.gateways.parts import IKEV2, Maker
from ipseclint.late import late
from ipseclint.model.peer import Offer, Peer
from ipseclint.model.policy import Policy, RuleMode
from ipseclint.model.setting import default
from ipseclint.secrets import key_spans
from ipseclint.source import Source
from ipseclint.vocabulary.rows import names

_COMMAND = late(
    r"\b(?P<clients>New-Az(?:ureRm)?VpnClientIpsec(?:Parameter|Policy)"
    r"|az\s+network\s+vnet-gateway\s+vpn-client\s+ipsec-policy\s+set)\b"
    r"|\bNew-Az(?:ureRm)?IpsecPolicy\b|\baz\s+network\s+(?:vpn-connection|vpn-gateway\s+connection)\s+ipsec-policy\s+add\b",
    re.IGNORECASE,
)
_SIGNS = ("azipsecpolicy", "azurermipsecpolicy", "vpnclientipsec", "vpn-connection", "vpn-gateway", "vnet-gateway")
"""One of these stands in every such command, in lower case: quicker to look for."""
_GETS = late(r"\b(?:New|Set|Update)-Az(?:ureRm)?(?:Vpn|VirtualNetworkGateway|P2sVpn)\w*[ \t]", re.IGNORECASE)
_SIGNS_OF_GETS = ("-azvpn", "-azurermvpn", "-azvirtual", "-azurermvirtual", "-azp2svpn", "-azurermp2svpn")
"""One of these stands in every such name, in lower case."""
_HANDED = late(
    r"(?<=[ \t])-(?:IpsecPolic(?:y|ies)|VpnClientIpsecP(?:olicy|arameter))(?=[ \t:]{1,8}@?\(?\$(?!null\b)\w)",
    re.IGNORECASE,
)
"""A command that sets a gateway up, and its option for a policy that another command has made."""
_OPTION = late(r"(?<=\s)--?([A-Za-z][\w-]{1,40})[ \t=:]+[\"']?([\w-]++(?:[.,'\u2019\u00a0]\w++|[ ]\d++)*+)")
"""An option and its value, of which a number may have its thousands parted, as no tool takes it."""
_LISTED = late(r"[ \t]*+(?:-[ ]++)?(\w{6,20})[ \t]*+:[ \t]*+((?=[\w-])\S++(?:[^\S\r\n]\S++)*+)[ \t]*+\r?")
_CIPHER_LISTED = late(r"[ \t]*+(?:-[ ]++)?ikeencryption[ \t]*+:")
_OFFER = late(
    r"[ \t>]*Policy(?P<number>\d{1,3}):[ ]?(?P<offer>Cipher=(?P<cipher>[\w-]{2,20})[ ]+Integrity=(?P<hash>[\w-]{2,20})"
    r"[ ]+DhGroup=(?P<group>\w{1,24}))"
)
_OFFERED = late(rf"^{_OFFER.pattern}", re.MULTILINE)
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
_OF_NO_CONCERN = names(
    "connectionname resourcegroup g name n gatewayname subscription nowait output o query verbose debug onlyshowerrors "
    "defaultprofile azcontext confirm whatif erroraction"
)
"""Options that say for which gateway a command is, or how it runs."""


def recognise(source: Source) -> bool:
    """Whether it has such a command with its ciphers, or such a list."""
    head = source.head_text
    if "DhGroup=" in head and _OFFERED.search(head) is not None:
        return True
    words = source.head_words
    if "ipsecp" in words and any(sign in words for sign in _SIGNS_OF_GETS) and any(_handed(head, source.path)):
        return True
    is_commanded = any(sign in words for sign in _SIGNS) and _COMMAND.search(head) is not None
    is_listed = any(map(_CIPHER_LISTED.match, naming_cipher(source.head_lines_folded)))
    return ((is_commanded or is_listed) and any(_policies(head, source.path))) or shows_gateway(head)


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The gateways whose policies are given by commands or shown in lists."""
    diagnostics.secrets += key_spans(text, diagnostics.path)
    for name in _unread_options(text, diagnostics.path):
        diagnostics.not_read(name)
    for option in _handed(text, diagnostics.path):
        diagnostics.not_understood("a gateway gets a policy here that this input does not make", option.span)
    listed = listed_gateways(text, diagnostics) if shows_gateway(text) else []
    made = gateways([*_policies(text, diagnostics.path), *listed], diagnostics)
    offering = tuple(_offering(text, diagnostics))
    return replace(made, policy=Policy(peers=made.policy.peers + offering), problems=diagnostics.listed())


def _handed(text: str, path: str) -> Iterator[Token]:
    """The options that give gateways their policy, in a text that makes none."""
    if _COMMAND.search(text) is None:
        for line in _commands(text, path):
            match = _HANDED.search(line.text)
            if match is not None and _GETS.search(line.text, 0, match.start()) is not None:
                yield line.part(*match.span())


def _offering(text: str, diagnostics: Diagnostics) -> Iterator[Peer]:
    """The gateways whose main-mode proposals are listed."""
    make = Maker(diagnostics)
    lists: list[list[Offer]] = []
    for line in lines_of(text, diagnostics.path) if "DhGroup=" in text else ():
        match = _OFFER.match(line.text)
        if match is None:
            continue
        cipher, integrity, group = (line.part(*match.span(part)) for part in ("cipher", "hash", "group"))
        spelt = re.sub(r"^dhgroup", "", group.text.casefold())
        offer = make.offer(
            line.part(*match.span("offer")),
            [cipher.standing_for(_cipher(cipher.text))],
            [] if "gcm" in cipher.text.casefold() else [integrity],
            [group.standing_for(spelt)],
            prfs=[integrity] if "gcm" in cipher.text.casefold() else [],
        )
        if not lists or int(match["number"]) == 1:
            lists.append([])
        lists[-1].append(offer)
    for offers in lists:
        yield Peer(
            name=f"Azure gateway of line {offers[0].span.line}",
            span=offers[0].span,
            implementation="azure",
            key_modules=default(IKEV2, offers[0].span),
            main_mode=tuple(offers),
            mode=default(RuleMode.TUNNEL, offers[0].span),
        )


def _cipher(word: str) -> str:
    """`AES-CBC-256` in the spelling of others."""
    return re.sub(r"^aes-(cbc|gcm)-(\d{3})$", r"aes-\2-\1", word.casefold())


def _policies(text: str, path: str) -> Iterator[JsonObject]:
    """The policy of each command and each list, as Azure's JSON."""
    listed: list[tuple[Token, Token]] = []
    for line in _commands(text, path):
        row = _LISTED.fullmatch(line.text)
        if row is not None and row[1].lower() in _MEMBERS:
            if line.text.lstrip().startswith("-"):  # as YAML begins an item of a list
                yield from _policy(listed)
                listed = []
            listed += _members(line, [row])
            continue
        yield from _policy(listed)
        listed = []
        match = _COMMAND.search(line.text)
        if match is None:
            continue
        for policy in _policy(_members(line, _OPTION.finditer(line.text, match.end())), line, match.start()):
            if match["clients"] is None:
                yield policy
            else:
                place = Token("vpnClientIpsecPolicies", path, policy.line, policy.column)
                yield JsonObject(policy.line, policy.column, ((place, [policy]),))
    yield from _policy(listed)


def _members(line: Token, pairs: Iterable[re.Match[str]]) -> list[tuple[Token, Token]]:
    """The members in pairs of name and value on a line."""
    members = []
    for pair in pairs:
        if (name := _MEMBERS.get(_folded(pair[1]))) is not None:
            place = line.part(pair.start(1), pair.end(1))
            members.append((replace(place, text=name, breaks=()), line.part(pair.start(2), pair.end(2))))
    return members


def _unread_options(text: str, path: str) -> Iterator[str]:
    """The options of such commands that are not read: new ones, and misspelt ones, without which a part is missing."""
    for line in _commands(text, path):
        if (match := _COMMAND.search(line.text)) is not None:
            for option in _OPTION.finditer(line.text, match.end()):
                if _folded(option[1]) not in _OF_NO_CONCERN | _MEMBERS.keys():
                    yield option[1]


def _folded(option: str) -> str:
    return option.replace("-", "").lower()


def _policy(members: list[tuple[Token, Token]], line: Token | None = None, start: int = 0) -> Iterator[JsonObject]:
    """The policy in members with ciphers, at the place of its command, or of the first member."""
    if any(name.text == "ikeEncryption" for name, _ in members):
        first = members[0][0] if line is None else line
        yield JsonObject(first.line, first.column + start, tuple(members))


def _commands(text: str, path: str) -> Iterator[Token]:
    """The lines, joined where a backtick or a backslash continues one."""
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
        title="commands that give a gateway of Azure its IPsec policy, and lists that show it",
        short="commands and lists of Azure",
        recognise=recognise,
        parse=parse,
        how_to_export="the commands as they were typed: New-AzIpsecPolicy, New-AzVpnClientIpsecPolicy, or "
        "az network vpn-connection ipsec-policy add; what Get-AzVirtualNetworkGatewayConnection prints",
        can_express="what such a gateway offers, its lifetimes",
        cannot_express="its preshared key; whether the policy was set; Windows policy",
    ),
)
