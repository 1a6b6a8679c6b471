"""Gateways exported as JSON: connections and `ipsecPolicies` of Azure, VPN connections of AWS, VPNs of UniFi.

Azure: connections and gateways from ARM templates, `az network vpn-connection show` and
Get-AzVirtualNetworkGatewayConnection; each policy has eight members, of which `ikeEncryption`, `ikeIntegrity` and
`dhGroup` are main mode and the `ipsec` ones quick mode, whatever its documentation calls the phases
(Microsoft.Network/connections, IpsecPolicy). A connection without policies has the gateway's default, which is shipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.json_places import Json, JsonError, JsonObject, is_json_alone, read_json
from ipseclint.formats.kit.token import Token
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers import aws, cloudformation, description, unifi
from ipseclint.formats.peers.commands_beside import tell_commands
from ipseclint.formats.peers.members import (
    Members,
    as_default,
    is_worked_out,
    literal_key,
    members_of,
    note_defaults,
    note_members,
    note_worked_out,
    number,
    preshared,
    text,
)
from ipseclint.formats.peers.words import Parts
from ipseclint.late import late
from ipseclint.model.peer import Credential, Offer, Order, Peer
from ipseclint.model.policy import Policy, RuleMode
from ipseclint.model.selectors import Addresses, parse_address
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.secrets import key_spans
from ipseclint.source import Source, Span
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod
from ipseclint.vocabulary.rows import folded, names, readings

_AZURE_CIPHERS = folded(readings(Cipher, lambda cipher: cipher.row.azure))
_AZURE_GROUPS = folded(
    readings(DhGroup, lambda group: group.row.azure) | readings(DhGroup, lambda group: group.row.azure_pfs)
)

_POLICY = names(
    "ikeencryption ikeintegrity dhgroup ipsecencryption ipsecintegrity pfsgroup salifetimeseconds salifetime "
    "sadatasizekilobytes sadatasize"
)
_OF_OFFERS = ("ikeEncryption", "ikeIntegrity", "dhGroup", "ipsecEncryption", "ipsecIntegrity", "pfsGroup")
"""What a policy of a connection must have (Microsoft Learn, Microsoft.Network/connections, IpsecPolicy)."""
_QUOTE = '"'
"""What stands around a name of Terraform that has something put in."""
_WAITS = "responderonly"
_MODES = frozenset({"default", _WAITS})
"""Who may begin, by `connectionMode` (Microsoft.Network/connections): a gateway that only begins is not told apart."""
_SIDES = ("localaddressranges", "remoteaddressranges")
_SELECTORS = frozenset(_SIDES)
_READ = names(
    "name connectiontype connectionprotocol virtualnetworkgateway1 sharedkey ipsecpolicies vpnclientipsecpolicies "
    "trafficselectorpolicies connectionmode"
)
"""The members of a policy, of a pair of selectors, and of a connection or gateway that are read, folded."""

OF_NO_CONCERN = names(
    "id type kind location etag tag tags resourceguid resourcegroup resourcegroupname subscription provisioningstate "
    "extendedlocation systemdata apiversion dependson scale plan sku zones comments properties "
    "$schema contentversion parameters variables functions resources outputs metadata value nextlink "
    "localnetworkgateway2 virtualnetworkgateway2"
)
"""Members that name and keep a resource or what it stands in; properties of resources are looked at themselves."""


def recognise(source: Source) -> bool:
    """Whether it is JSON with members that only these have."""
    words = source.head_words
    pairs = (
        ("ikeencryption", "dhgroup"),
        ("ikeencryption", "ipsecencryption"),
        ("ikeintegrity", "ipsecintegrity"),
        ("tunneloptions", ""),
        (cloudformation.SIGN, ""),
        ('"ipsec_', '"site-vpn"'),
        ('"vpnconnectionid"', '"customergatewayid"'),
        ('"connectiontype"', '"virtualnetworkgateway1"'),
    )
    is_gateway = any(first in words and second in words for first, second in pairs)
    return is_gateway and source.head_text.lstrip().startswith(("{", "["))


@of_text
def parse(document: str, diagnostics: Diagnostics) -> Parsed:
    """The gateways that a document describes."""
    diagnostics.secrets += key_spans(document, diagnostics.path)
    try:
        values = read_json(document, diagnostics.path)
    except JsonError as error:
        error.note(diagnostics)
        return Parsed(problems=diagnostics.listed(), secrets=tuple(diagnostics.secrets))
    tell_commands(document, diagnostics)
    return gateways(values, diagnostics)


def gateways(values: Iterable[Json], diagnostics: Diagnostics) -> Parsed:
    """The gateways in the values of a document."""
    peers = tuple(peer for value in cloudformation.connections(values) for peer in _peers(value, {}, diagnostics))
    return diagnostics.parsed(Policy(peers=peers))


def _peers(value: Json, around: Members, diagnostics: Diagnostics) -> Iterator[Peer]:
    """The peers in a value; `around` are the members of the enclosing objects."""
    if isinstance(value, list):
        for part in value:
            yield from _peers(part, around, diagnostics)
    elif isinstance(value, JsonObject):
        members = members_of(value)
        known = {**{name: member for name, member in around.items() if not isinstance(member, list)}, **members}
        options = members.get("tunneloptions") or members.get("vpntunneloptionsspecifications")
        if aws.is_connection(members) or isinstance(options, list):
            settings = members.get("options")
            inner = members_of(settings) if isinstance(settings, JsonObject) else {}
            listed = options or inner.get("tunneloptions")
            aws.note_connection(value, settings, listed, diagnostics)
            yield from aws.connection_peers({**known, **inner}, listed, diagnostics)
        elif unifi.is_connection(members):
            yield unifi.connection(value, diagnostics)
        elif "ikeencryption" in members or _is_azure_connection(members) or any(_policies(members, known)):
            yield from _azure(value, known, diagnostics)
        else:
            below = [peer for member in members.values() for peer in _peers(member, known, diagnostics)]
            if below:
                holds = frozenset(name for name, member in members.items() if isinstance(member, JsonObject | list))
                note_members(value, _READ, OF_NO_CONCERN | aws.AROUND | holds, diagnostics)
            yield from below


_LISTS_OF_POLICIES = ("ipsecpolicies", "vpnclientipsecpolicies")
_Part = JsonObject | Token | None
"""A list element: an object, a text for an expression, or None for anything else."""


def _policies(members: Members, known: Members) -> list[_Part]:
    """The policies of an Azure object; none if it is a policy itself."""
    first, second = map(members.get, _LISTS_OF_POLICIES)
    return _parts(first or second, known)


def _parts(listed: Json, known: Members) -> list[_Part]:
    """The parts of a list of objects, or the one that stands in its place."""
    meant = _meant(listed, known)
    if isinstance(meant, list):
        parts = [_meant(part, known) for part in meant]
        return [part if isinstance(part, JsonObject) or is_worked_out(part) else None for part in parts]
    if meant is None:
        return []
    return [meant if is_worked_out(meant) else None]


_NAME = late(r"\[(variables|parameters)\('([^']+)'\)\]")


def _meant(value: Json, known: Members) -> Json:
    """What a variable or the default of a parameter of a template of ARM is, if that is all of a value; else it."""
    name = _NAME.fullmatch(value.text) if isinstance(value, Token) else None
    declared = None if name is None else known.get(name[1])
    if name is None or not isinstance(declared, JsonObject):
        return value
    meant = members_of(declared).get(name[2].casefold(), value)
    if name[1] == "variables":
        return meant
    members = members_of(meant) if isinstance(meant, JsonObject) else {}
    return as_default(members["defaultvalue"]) if "defaultvalue" in members else value


def _note_part(part: Token | None, owner: JsonObject, names: Iterable[str], diagnostics: Diagnostics) -> Span:
    """Note a part of a list that is not read, and say where: at the list's name if it has no place of its own."""
    if part is not None:
        note_worked_out(part, diagnostics)
        return part.span
    name = next(name for name, member in owner.members if name.word in names and member)
    diagnostics.not_understood(f"{quoted(name.text)} is not a list of objects", name.span)
    return name.span


def _is_azure_connection(members: Members) -> bool:
    kind = text(members, "connectiontype")
    may_be = kind is not None and (kind.word == "ipsec" or is_worked_out(kind))
    return may_be and "virtualnetworkgateway1" in members


def _azure(value: JsonObject, known: Members, diagnostics: Diagnostics) -> Iterator[Peer]:
    """A peer for each pair of selectors that a connection or gateway has; one, without selectors, where it has none."""
    span = Span(diagnostics.path, value.line, value.column)
    main: list[Offer] = []
    quick: list[Offer] = []
    life: Setting[int] | None = None
    volume: Setting[int] | None = None
    members = members_of(value)
    if "ikeencryption" not in members:
        note_members(value, _READ, OF_NO_CONCERN, diagnostics)
    for policy in [value] if "ikeencryption" in members else _policies(members, known):
        if not isinstance(policy, JsonObject):
            unread = _note_part(policy, value, _LISTS_OF_POLICIES, diagnostics)
            main.append(Offer(span=unread, encapsulation=None, encryption=(), integrity=(), is_understood=False))
            quick.append(main[-1].model_copy(update={"encapsulation": Encapsulation.ESP}))
            continue
        own = {name: _meant(member, known) for name, member in members_of(policy).items()}
        note_defaults((own[name] for name in own if name in _POLICY), diagnostics)
        note_members(policy, _POLICY, _READ | OF_NO_CONCERN, diagnostics)
        for tag, _ in policy.members:
            if tag.word in _POLICY and isinstance(own[tag.word], list | JsonObject):
                diagnostics.not_understood(f"{quoted(tag.text)} is not one word", tag.span)
        place = Span(diagnostics.path, policy.line, policy.column)
        if missing := [each for each in _OF_OFFERS if own.get(each.casefold()) is None]:
            why = f"the policy does not say {', '.join(map(quoted, missing))}: what the gateway offers is not known"
            diagnostics.not_understood(why, place)
        main.append(_azure_offer(own, ("ikeencryption", "ikeintegrity", "dhgroup"), None, place, diagnostics))
        names = ("ipsecencryption", "ipsecintegrity", "pfsgroup")
        quick.append(_azure_offer(own, names, Encapsulation.ESP, place, diagnostics))
        life = life or number(own, diagnostics, "salifetimeseconds", "salifetime")
        volume = volume or number(own, diagnostics, "sadatasizekilobytes", "sadatasize")
    usual = None if main else description.shipped_peer("azure-gateway")
    known = {name: _meant(member, known) for name, member in known.items()}
    protocol = text(known, "connectionprotocol")
    name = text(known, "name")
    title = "Azure gateway" if name is None else name.text.strip(_QUOTE)
    mode = text(known, "connectionmode")
    note_defaults((protocol, mode), diagnostics)
    if mode is not None and mode.word not in _MODES:
        diagnostics.not_read(mode.text)
    secret = preshared(literal_key(text(known, "sharedkey"), diagnostics), span)
    for_clients = "vpnclientipsecpolicies" in members
    pairs = _selectors(value, known, diagnostics) or [(None, None)]
    for position, (local, remote) in enumerate(pairs, start=1):
        yield Peer(
            name=title if len(pairs) == 1 else f"{title}, selectors {position}",
            span=span,
            implementation="azure",
            is_server=mode is not None and mode.word == _WAITS,
            key_modules=_modules(protocol, span, diagnostics),
            order=Order.OWN,
            main_mode=tuple(main) if usual is None else usual.main_mode,
            main_mode_seconds=default(28_800, span),
            quick_mode=tuple(quick) if usual is None else usual.quick_mode,
            quick_mode_seconds=life if usual is None else usual.quick_mode_seconds,
            quick_mode_kilobytes=volume if usual is None else usual.quick_mode_kilobytes,
            mode=default(RuleMode.TUNNEL, span),
            local=local,
            remote=remote,
            own=_certificate(span) if for_clients else secret,
            accepted=(*_certificate(span), Credential(span=span, method=AuthMethod.EAP)) if for_clients else secret,
        )


def _modules(protocol: Token | None, span: Span, diagnostics: Diagnostics) -> Setting[frozenset[KeyModule]]:
    if protocol is None:
        return default(frozenset({KeyModule.IKEV2}), span)
    module = {"ikev1": KeyModule.IKEV1, "ikev2": KeyModule.IKEV2}.get(protocol.word)
    if module is None:
        diagnostics.not_understood(f"{quoted(protocol.text)} is neither IKEv1 nor IKEv2", protocol.span)
        return Setting(Unknown(protocol.text), protocol.span)
    return Setting(frozenset({module}), protocol.span)


def _certificate(span: Span) -> tuple[Credential, ...]:
    return (Credential(span=span, method=AuthMethod.COMPUTER_CERTIFICATE),)


Side = Setting[Addresses] | None


def _selectors(value: JsonObject, known: Members, diagnostics: Diagnostics) -> list[tuple[Side, Side]]:
    """Both sides of each of `trafficSelectorPolicies`."""
    sides: list[tuple[Side, Side]] = []
    for pair in _parts(members_of(value).get("trafficselectorpolicies"), known):
        if isinstance(pair, JsonObject):
            note_members(pair, _SELECTORS, frozenset(), diagnostics)
            local, remote = (_ranges(pair, name, diagnostics) for name in _SIDES)
            sides.append((local, remote))
        else:
            place = _note_part(pair, value, ["trafficselectorpolicies"], diagnostics)
            side = Setting[Addresses](Unknown("trafficSelectorPolicies" if pair is None else pair.text), place)
            sides.append((side, side))
    return sides


def _ranges(pair: JsonObject, wanted: str, diagnostics: Diagnostics) -> Side:
    """The addresses of one side of a pair of selectors."""
    name, value = next(((name, value) for name, value in pair.members if name.word == wanted), (None, None))
    listed = value if isinstance(value, list) else [value]
    tokens = [token for token in listed if isinstance(token, Token)]
    if name is not None and value and len(tokens) < len(listed):
        diagnostics.not_understood(f"{quoted(name.text)} is not a list of addresses", name.span)
        return Setting(Unknown(name.text), name.span)
    if not tokens:
        return None
    note_defaults(tokens, diagnostics)
    addresses = [parse_address(token.text) for token in tokens]
    known = tuple(address for address in addresses if address is not None)
    if len(known) < len(tokens):
        diagnostics.not_understood("a range of a traffic selector is not an address", tokens[0].span)
        return Setting(Unknown(tokens[0].text), tokens[0].span)
    return Setting(known, tokens[0].span)


def _azure_offer(
    members: Members,
    names: tuple[str, str, str],
    encapsulation: Encapsulation | None,
    place: Span,
    diagnostics: Diagnostics,
) -> Offer:
    parts = Parts()
    tokens = [text(members, name) for name in names]
    cipher, integrity, group = tokens
    if cipher is not None and cipher.word in _AZURE_CIPHERS:
        parts.encryption.append(_AZURE_CIPHERS[cipher.word])
    elif cipher is not None:
        parts.take(cipher.word)
    if integrity is not None and not integrity.word.startswith("gcm"):
        parts.take(integrity.word)
    if group is not None and group.word in _AZURE_GROUPS:
        parts.groups.append(_AZURE_GROUPS[group.word])
    elif group is not None:
        parts.unknown.append(f"? {group.text}".casefold())
    offer = parts.offer(Token("", place.path, place.line, place.column), encapsulation)
    if any(isinstance(members.get(name), list | JsonObject) for name in names):
        return offer.model_copy(update={"is_understood": False})
    deployed = list(filter(is_worked_out, tokens))
    for token in deployed:
        note_worked_out(token, diagnostics)
    if parts.unknown and not deployed:
        diagnostics.not_understood(f"unknown algorithm {quoted(', '.join(parts.unknown))}", place)
    if offer.groups == ("none",) and encapsulation is not None:
        return offer.model_copy(update={"groups": ()})
    return offer


FORMATS = (
    Format(
        name="cloud-gateway",
        title="connections and IPsec policies of an Azure gateway, VPN connections of AWS, VPNs of UniFi (JSON)",
        short="JSON of a cloud gateway",
        recognise=recognise,
        parse=parse,
        is_alone=is_json_alone,
        how_to_export="az network vpn-connection show -g GROUP -n NAME, or aws ec2 describe-vpn-connections",
        can_express="what such a gateway offers, its lifetimes, its preshared key where it is shown",
        cannot_express="Windows policy; the addresses behind an Azure gateway",
    ),
)
