"""VPN connections of AWS declared in templates of CloudFormation, as JSON or YAML, with their parameters' defaults.

Of a resource `AWS::EC2::VPNConnection` the properties are those of EC2 (AWS CloudFormation Template Reference,
"AWS::EC2::VPNConnection" and "VpnTunnelOptionsSpecification"). `Ref` of a parameter is its default, unless the
parameter takes its value from Systems Manager; what other functions make is only known when the stack is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ipseclint.formats.kit.json_places import MERGES, Json, JsonObject
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.peers import aws
from ipseclint.formats.peers.members import as_default, members_of, text
from ipseclint.late import late

SIGN = "aws::ec2::vpnconnection"
"""The type of such a resource, folded."""
_REF = late(r"!?Ref[ ]+(\S+)")
_STORED = "aws::ssm::"
"""How the type of a parameter begins whose default names where its value is."""
_NOTHING = "AWS::NoValue"
_TUNNELS = 2


def connections(values: Iterable[Json]) -> list[Json]:
    """The values of a document, with the VPN connections of a template in its place."""
    return [made for value in values for made in _of_template(value)]


def _of_template(value: Json) -> list[Json]:
    members = members_of(value) if isinstance(value, JsonObject) else {}
    resources, parameters = members.get("resources"), members.get("parameters")
    if not isinstance(resources, JsonObject):
        return [value]
    known = _defaults(parameters) if isinstance(parameters, JsonObject) else {}
    made = [
        _connection(name, properties, known)
        for name, resource in resources.members
        if isinstance(resource, JsonObject)
        and (kind := text(members_of(resource), "type")) is not None
        and kind.word == SIGN
        and isinstance(properties := members_of(resource).get("properties"), JsonObject)
    ]
    return [*made] or [value]


def _defaults(parameters: JsonObject) -> dict[str, Json]:
    """The defaults of parameters, but of those that name a place."""
    defaults: dict[str, Json] = {}
    for name, declared in parameters.members:
        members = members_of(declared) if isinstance(declared, JsonObject) else {}
        kind = text(members, "type")
        if "default" in members and (kind is None or not kind.word.startswith(_STORED)):
            defaults[name.text] = as_default(members["default"])
    return defaults


def _connection(name: Token, properties: JsonObject, known: Mapping[str, Json]) -> JsonObject:
    """A connection, which has two tunnels: one without options of its own has all defaults."""
    members: list[tuple[Token, Json]] = [(name.standing_for("name"), name)]
    tunnels: Json = []
    for key, value in properties.members:
        meant = _meant(value, known)
        if key.word == aws.TUNNELS or (key.text == MERGES and not tunnels):
            tunnels = meant
        elif meant is not None:
            members.append((key, meant))
    listed: list[Json] = tunnels if isinstance(tunnels, list) else [tunnels]
    if listed:
        listed = [*listed, *(JsonObject(name.line, name.column, ()) for _ in range(_TUNNELS - len(listed)))]
    members.append((name.standing_for(aws.TUNNELS), listed))
    return JsonObject(name.line, name.column, tuple(members))


def _meant(value: Json, known: Mapping[str, Json]) -> Json:
    """What a value is when the stack is made, where that is known."""
    if isinstance(value, list):
        return [meant for part in value if (meant := _meant(part, known)) is not None]
    if isinstance(value, OpenToken):
        name = _REF.fullmatch(value.text)
        return value if name is None else _of_name(name[1], value, known)
    if not isinstance(value, JsonObject):
        return value
    if len(value.members) == 1:
        function, argument = value.members[0]
        if function.text == "Ref" and isinstance(argument, Token):
            return _of_name(argument.text, argument, known)
        if function.text.startswith("Fn::"):
            return OpenToken(function.text, function.path, function.line, function.column)
    members = ((name, meant) for name, part in value.members if (meant := _meant(part, known)) is not None)
    return JsonObject(value.line, value.column, tuple(members))


def _of_name(name: str, place: Token, known: Mapping[str, Json]) -> Json:
    if name == _NOTHING:
        return None
    return known.get(name, OpenToken(f"Ref {name}", place.path, place.line, place.column))
