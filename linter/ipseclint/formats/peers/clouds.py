"""What clouds export of their gateways, as JSON: `ipsecPolicies` of Azure, the tunnel options of AWS.

Azure: connections and gateways as ARM templates, `az network vpn-connection show` and
Get-AzVirtualNetworkGatewayConnection write them; each policy has eight members, of which `ikeEncryption`,
`ikeIntegrity` and `dhGroup` are main mode and the `ipsec` ones quick mode, whatever its documentation calls the phases
(Microsoft.Network/connections, IpsecPolicy). AWS: TunnelOptions of
`aws ec2 describe-vpn-connections` and VpnTunnelOptionsSpecifications of CloudFormation
(AWS::EC2::VPNConnection); what is not listed there is allowed with all its defaults.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.json_places import Json, JsonError, JsonObject, read_json
from ipseclint.formats.kit.token import Token
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers.words import Parts
from ipseclint.model.peer import Credential, Offer, Order, Peer
from ipseclint.model.policy import Policy, RuleMode
from ipseclint.model.selectors import Addresses, parse_address
from ipseclint.model.setting import Secret, Setting, Unknown, default
from ipseclint.secrets import key_spans
from ipseclint.source import Source, Span
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod

_AZURE_WORDS = {
    "gcmaes128": "aes128gcm16",
    "gcmaes192": "aes192gcm16",
    "gcmaes256": "aes256gcm16",
    "des3": "3des",
    "none": "null",
}
_AZURE_GROUPS = {
    **{f"dhgroup{number}": f"dh{number}" for number in (1, 2, 14, 24)},
    "dhgroup2048": "dh14",
    "ecp256": "ecp256",
    "ecp384": "ecp384",
    "none": "none",
    "pfs1": "dh1",
    "pfs2": "dh2",
    "pfs2048": "dh14",
    "pfs24": "dh24",
    "pfs14": "dh14",
    "pfsmm": "mainmode",
}
_AWS_WORDS = {"aes128-gcm-16": "aes128gcm16", "aes256-gcm-16": "aes256gcm16"}
_AWS_CIPHERS = ("AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16")
_AWS_HASHES = ("SHA1", "SHA2-256", "SHA2-384", "SHA2-512")
_AWS_GROUPS = tuple(map(str, (2, *range(14, 25))))
_AWS_PFS_GROUPS = tuple(map(str, (2, 5, *range(14, 25))))
_BOTH = frozenset({KeyModule.IKEV1, KeyModule.IKEV2})


def recognise(source: Source) -> bool:
    """Whether it is JSON with members that only these have."""
    text = source.head_text
    return text.lstrip().startswith(("{", "[")) and is_gateway(text)


def is_gateway(text: str) -> bool:
    """Whether a text has members that only exports of these gateways have."""
    folded = text.casefold()
    return ("ikeencryption" in folded and "dhgroup" in folded) or "tunneloptions" in folded


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The gateways that a document describes."""
    diagnostics.secrets += key_spans(text, diagnostics.path)
    try:
        values = read_json(text, diagnostics.path)
    except JsonError as error:
        note = diagnostics.refused if error.refused else diagnostics.malformed
        note(f"not read: {error}", Span(diagnostics.path, error.line, error.column))
        return Parsed(problems=diagnostics.listed(), secrets=tuple(diagnostics.secrets))
    peers = tuple(peer for value in values for peer in _peers(value, {}, diagnostics))
    return Parsed(policy=Policy(peers=peers), problems=diagnostics.listed(), secrets=tuple(diagnostics.secrets))


Members = Mapping[str, Json]
"""The members of an object by their names, folded."""


def _members(value: JsonObject) -> dict[str, Json]:
    members: dict[str, Json] = {}
    for name, member in value.members:
        members.setdefault(name.text.casefold(), member)
    return members


def _peers(value: Json, around: Members, diagnostics: Diagnostics) -> Iterator[Peer]:
    """The peers in a value; `around` are the members of the objects that it stands in."""
    if isinstance(value, list):
        for each in value:
            yield from _peers(each, around, diagnostics)
    elif isinstance(value, JsonObject):
        members = _members(value)
        known = {**{name: member for name, member in around.items() if not isinstance(member, list)}, **members}
        policies = members.get("ipsecpolicies") or members.get("vpnclientipsecpolicies")
        options = members.get("tunneloptions") or members.get("vpntunneloptionsspecifications")
        if isinstance(policies, list) and policies:
            yield _azure(value, known, [each for each in policies if isinstance(each, JsonObject)], diagnostics)
        elif "ikeencryption" in members:
            yield _azure(value, known, [value], diagnostics)
        elif isinstance(options, list):
            for number, each in enumerate((one for one in options if isinstance(one, JsonObject)), start=1):
                yield _aws(each, known, number, diagnostics)
        else:
            for member in members.values():
                yield from _peers(member, known, diagnostics)


def _text(members: Members, *names: str) -> Token | None:
    return next((member for name in names if isinstance(member := members.get(name), Token)), None)


def _azure(value: JsonObject, known: Members, policies: Sequence[JsonObject], diagnostics: Diagnostics) -> Peer:
    span = Span(diagnostics.path, value.line, value.column)
    main: list[Offer] = []
    quick: list[Offer] = []
    life: Setting[int] | None = None
    volume: Setting[int] | None = None
    for policy in policies:
        members = _members(policy)
        place = Span(diagnostics.path, policy.line, policy.column)
        main.append(_azure_offer(members, ("ikeencryption", "ikeintegrity", "dhgroup"), None, place, diagnostics))
        names = ("ipsecencryption", "ipsecintegrity", "pfsgroup")
        quick.append(_azure_offer(members, names, Encapsulation.ESP, place, diagnostics))
        life = life or _number(members, diagnostics, "salifetimeseconds", "salifetime")
        volume = volume or _number(members, diagnostics, "sadatasizekilobytes", "sadatasize")
    protocol = _text(known, "connectionprotocol")
    modules = (
        frozenset({KeyModule.IKEV1})
        if protocol is not None and protocol.word == "ikev1"
        else frozenset({KeyModule.IKEV2})
    )
    key = _text(known, "sharedkey")
    name = _text(known, "name")
    return Peer(
        name="Azure gateway" if name is None else name.text,
        span=span,
        implementation="azure",
        key_modules=default(modules, span) if protocol is None else Setting(modules, protocol.span),
        order=Order.OWN,
        main_mode=tuple(main),
        main_mode_seconds=default(28_800, span),
        quick_mode=tuple(quick),
        quick_mode_seconds=life,
        quick_mode_kilobytes=volume,
        mode=default(RuleMode.TUNNEL, span),
        own=_preshared(key, span),
        accepted=_preshared(key, span),
    )


def _azure_offer(
    members: Members,
    names: tuple[str, str, str],
    encapsulation: Encapsulation | None,
    place: Span,
    diagnostics: Diagnostics,
) -> Offer:
    parts = Parts()
    tokens = [_text(members, name) for name in names]
    for token, table in zip(tokens, (_AZURE_WORDS, {}, _AZURE_GROUPS), strict=True):
        if token is not None and not (token is tokens[1] and token.word.startswith("gcm")):
            word = table.get(token.word, token.word)
            parts.take(word if table is not _AZURE_GROUPS or token.word in table else f"? {token.text}")
    offer = parts.offer(Token("", place.path, place.line, place.column), encapsulation)
    if parts.unknown:
        diagnostics.not_understood(f"unknown algorithm {quoted(', '.join(parts.unknown))}", place)
    if offer.groups == ("none",) and encapsulation is not None:
        return offer.model_copy(update={"groups": ()})
    return offer


def _preshared(key: Token | None, span: Span) -> tuple[Credential, ...]:
    secret = None if key is None or set(key.text) <= {"*"} else Secret(key.text)
    return (Credential(span=span, method=AuthMethod.PRESHARED_KEY, secret=secret, is_secret_known=secret is not None),)


def _aws(value: JsonObject, known: Members, number: int, diagnostics: Diagnostics) -> Peer:
    members = _members(value)
    span = Span(diagnostics.path, value.line, value.column)
    name = _text(known, "vpnconnectionid", "name")
    words = [token.word for token in _values(members, "ikeversions")] or ["ikev1", "ikev2"]
    modules = frozenset(module for module in _BOTH if module.casefold() in words)
    outside = _text(members, "outsideipaddress")
    address = None if outside is None else parse_address(outside.text)
    own = _preshared(_text(members, "presharedkey"), span)
    main = [_listed(members, f"phase1{each}", defaults) for each, defaults in zip(_AWS_PARTS, _AWS_MAIN, strict=True)]
    quick = [_listed(members, f"phase2{each}", defaults) for each, defaults in zip(_AWS_PARTS, _AWS_QUICK, strict=True)]
    return Peer(
        name=f"{'AWS VPN' if name is None else name.text}, tunnel {number}",
        span=span,
        implementation="aws",
        answers_on=() if address is None else (address,),
        key_modules=Setting(modules, span),
        order=Order.OWN,
        main_mode=_aws_offers(main, None, span, diagnostics),
        main_mode_seconds=_number(members, diagnostics, "phase1lifetimeseconds") or default(28_800, span),
        quick_mode=_aws_offers(quick, Encapsulation.ESP, span, diagnostics),
        quick_mode_seconds=_number(members, diagnostics, "phase2lifetimeseconds") or default(3600, span),
        mode=default(RuleMode.TUNNEL, span),
        local=_networks(known, "remoteipv4networkcidr"),
        remote=_networks(known, "localipv4networkcidr"),
        own=own,
        accepted=own,
    )


_AWS_PARTS = ("encryptionalgorithms", "integrityalgorithms", "dhgroupnumbers")
_AWS_MAIN = (_AWS_CIPHERS, _AWS_HASHES, _AWS_GROUPS)
_AWS_QUICK = (_AWS_CIPHERS, _AWS_HASHES, _AWS_PFS_GROUPS)


def _listed(members: Members, name: str, standard: tuple[str, ...]) -> list[str]:
    return [token.text for token in _values(members, name)] or list(standard)


def _values(members: Members, name: str) -> list[Token]:
    """A list of words, or of objects with a member Value, as two tools write it."""
    listed = members.get(name)
    found = []
    for each in listed if isinstance(listed, list) else ():
        value = _members(each).get("value") if isinstance(each, JsonObject) else each
        if isinstance(value, Token):
            found.append(value)
    return found


def _aws_offers(
    parts: Sequence[list[str]], encapsulation: Encapsulation | None, span: Span, diagnostics: Diagnostics
) -> tuple[Offer, ...]:
    """All combinations, those with and without a cipher that authenticates apart."""
    ciphers, hashes, groups = parts
    offers = []
    for aead in (False, True):
        some = [cipher for cipher in ciphers if ("gcm" in cipher.casefold()) is aead]
        if not some:
            continue
        made = Parts()
        for word in some:
            made.take(_AWS_WORDS.get(word.casefold(), word))
        for word in hashes if not aead or encapsulation is None else ():
            made.take(word.casefold().replace("sha2-", "sha"))
        for word in groups:
            made.take(f"dh{word}")
        if made.unknown:
            diagnostics.not_understood(f"unknown algorithm {quoted(', '.join(made.unknown))}", span)
        offers.append(made.offer(Token("", span.path, span.line, span.column), encapsulation))
    return tuple(offers)


def _networks(known: Members, name: str) -> Setting[Addresses] | None:
    token = _text(known, name)
    address = None if token is None else parse_address(token.text)
    return None if token is None or address is None else Setting((address,), token.span)


def _number(members: Members, diagnostics: Diagnostics, *names: str) -> Setting[int] | None:
    token = _text(members, *names)
    if token is None:
        return None
    if not token.text.isdecimal():
        diagnostics.not_understood(f"{quoted(token.text)} is no number", token.span)
        return Setting(Unknown(token.text), token.span)
    return Setting(int(token.text), token.span)


FORMATS = (
    Format(
        name="cloud-gateway",
        title="IPsec policies of an Azure gateway, tunnel options of an AWS VPN (JSON)",
        recognise=recognise,
        parse=parse,
        how_to_export="az network vpn-connection show -g GROUP -n NAME, or aws ec2 describe-vpn-connections",
        can_express="what such a gateway offers, its lifetimes, its preshared key where it is shown",
        cannot_express="Windows policy; the addresses behind an Azure gateway",
    ),
)
