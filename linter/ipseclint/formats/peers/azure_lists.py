"""Connections and gateways of Azure as PowerShell lists them, with policies as JSON behind their names.

Get-AzVirtualNetworkGatewayConnection, Get-AzVpnConnection and Get-AzVirtualNetworkGateway (Az.Network) print:

IpsecPolicies           : [
                            {
                              "SALifeTimeSeconds": 3600,
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.json_places import Json, JsonError, JsonObject, read_json
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.late import late
from ipseclint.source import lines_with
from ipseclint.vocabulary.rows import names

_ROW = late(r"[ \t]*+(\w{2,60})[ \t]*+:[ \t]*+([^\r]*+)\r?")
_AS_JSON = names("ipsecpolicies vpnclientconfiguration trafficselectorpolicies")
"""The members whose values are looked into; those of others are texts."""
_BEGINS_JSON = late(r"[\[{][ \t]*+(?:[\"\[{\]}].*)?")
"""Not the name of a type in braces, which `Select-Object` leaves of a policy."""
_GOES_ON = late(r"[ \t]*(?:[\"\[{\]},\d-]|true|false|null|\r?$)")
_CONNECTION = late(r"\n[ \t]*ConnectionType[ \t]*:[ \t]*IPsec[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_POLICY = late(r"[ \t]*\"ikeencryption\"[ \t]*:")
_HOLDS_POLICIES = late(r"\n[ \t]*(?:IpsecPolicies|VpnClientConfiguration)[ \t]*:[ \t]*[\[{]", re.IGNORECASE)


def shows_gateway(text: str) -> bool:
    """Whether a text lists a connection, or anything else that has policies."""
    lines = f"\n{text}"
    is_connection = (
        "ConnectionType" in text and "VirtualNetworkGateway1" in text and _CONNECTION.search(lines) is not None
    )
    return is_connection or (
        any(map(_POLICY.match, naming_cipher(text.casefold()))) and _HOLDS_POLICIES.search(lines) is not None
    )


def naming_cipher(folded: str) -> Iterator[str]:
    """The lines of a folded text that name the cipher of a policy, which is quicker to look for than how they begin."""
    return (folded[begin:end] for begin, end in lines_with(folded, ("ikeencryption",)))


def listed_gateways(text: str, diagnostics: Diagnostics) -> list[JsonObject]:
    """Each object that is listed, with its members as Azure's JSON has them; none if the JSON is damaged."""
    listed: list[dict[str, tuple[Token, Token | None]]] = []
    json_lines: list[str] = []
    is_within = False
    for line in lines_of(text, diagnostics.path):
        row = _ROW.fullmatch(line.text)
        if row is None:
            is_within = is_within and _GOES_ON.match(line.text) is not None
            json_lines.append(line.text if is_within else "")
            continue
        name, value = line.part(*row.span(1)), line.part(*row.span(2))
        is_within = name.word in _AS_JSON and _BEGINS_JSON.fullmatch(value.text) is not None
        json_lines.append(" " * row.start(2) + value.text if is_within else "")
        if not listed or name.word == "name" or name.word in listed[-1]:
            listed.append({})
        listed[-1][name.word] = (name, None if is_within else value.strip())
    try:
        values = iter(read_json("\n".join(json_lines), diagnostics.path))
    except JsonError as error:
        error.note(diagnostics)
        return []
    return [_object(list(members.values()), values) for members in listed]


def _object(rows: list[tuple[Token, Token | None]], values: Iterator[Json]) -> JsonObject:
    """The object of some rows, of which those without a text have the next values."""
    first, _ = rows[0]
    members = tuple((name, next(values, None) if value is None else value) for name, value in rows)
    return JsonObject(first.line, first.column, members)
