"""Intune device configurations in JSON, from Microsoft Graph and tools that back them up.

Each setting is converted to the CSP node that Intune sets. Sources: windows10CustomConfiguration, omaSetting,
windows10VpnConfiguration, windows10EndpointProtectionConfiguration and deviceManagementConfigurationSettingInstance
(Microsoft Graph reference). What Intune leaves at its default sets no node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from ipseclint.formats.kit.base64_text import from_base64
from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.json_places import Json, JsonError, JsonObject, is_json_alone, read_json
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.mdm.nodes import FIREWALL, MAX_BASE64_CHARACTERS, Node, Nodes, path_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.vpn.profile import NOT_KNOWN
from ipseclint.late import late
from ipseclint.model.policy import Policy
from ipseclint.source import MAX_TEXT_BYTES, Source
from ipseclint.vocabulary import intune

_KINDS = late(
    r"microsoft\.graph\.(?:windows10(?:custom|vpn|endpointprotection)configuration|omasetting)"
    r'|"omauri"\s*:|"settingdefinitionid"\s*:\s*"(?:device_|user_)?vendor_msft_(?:firewall|vpnv2)_'
    r"|--windows10endpointprotectionconfiguration_firewall"
)
"""What only such configurations have, in folded text."""
_SIGNS = ("microsoft.graph.", '"omauri"', "settingdefinitionid", "--windows10endpoint")
"""Words of which they have one: quicker to look for."""
_TYPE = "@odata.type"
_CATALOG = late(r"(?:device_)?vendor_msft_firewall_mdmstore_(global|\w+?profile)_(\w+)", re.IGNORECASE)
_OF_VPN = late(r"(?:device_|user_)?vendor_msft_vpnv2_", re.IGNORECASE)
_OF_INTENT = late(r"deviceConfiguration--windows10EndpointProtectionConfiguration_(firewall\w+)", re.IGNORECASE)
"""A setting of an endpoint security policy that a template lists: the member of the configuration that it sets."""
_NEXT = "@odata.nextlink"
_CONNECTION = "windows10vpnconfiguration"
_OBJECTS = {
    _CONNECTION: ("servers",),
    "windows10endpointprotectionconfiguration": tuple(intune.PROFILES),
    "windows10customconfiguration": ("omasettings",),
}
"""Members that hold objects, of which a tool that writes few levels leaves their names alone."""
_ENCRYPTED = "true"
_Members = dict[str, Json]


def recognise(source: Source) -> bool:
    """Whether it is JSON with such configurations, which may stand behind many that are none."""
    if source.head_text.lstrip()[:1] not in {"{", "["} or not any(sign in source.head_words for sign in _SIGNS):
        return False
    if _KINDS.search(source.head_folded) is not None:
        return True
    return not source.is_in_head and _KINDS.search(replace(source, head_bytes=MAX_TEXT_BYTES).head_folded) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The settings and connections of all configurations."""
    try:
        values = read_json(text, diagnostics.path)
    except JsonError as error:
        error.note(diagnostics)
        return Parsed(problems=diagnostics.listed())
    return diagnostics.parsed(policy_in(values, diagnostics))


def policy_in(values: Json, diagnostics: Diagnostics) -> Policy:
    """The policy that the configurations in these values set."""
    nodes = Nodes(diagnostics)
    connections: list[Nodes] = []
    written: dict[tuple[str, ...], str] = {}
    for value in _objects(values):
        _note_members(value, diagnostics)
        members = _members(value)
        own = Nodes(diagnostics) if _kind_of(members) == _CONNECTION else nodes
        if own is not nodes:  # another may have its name
            connections.append(own)
        for node in (*_nodes(members, diagnostics), *_of_intent(members, diagnostics)):
            own.add(node)
            _note_other(node, written, diagnostics)
    parts = nodes.parts()
    for own in connections:
        parts.extend(own.parts())
    return parts.policy()


def _kind_of(members: _Members) -> str:
    kind = members.get(_TYPE)
    return kind.word.rpartition(".")[2] if isinstance(kind, Token) else ""


def _note_other(node: Node, written: dict[tuple[str, ...], str], diagnostics: Diagnostics) -> None:
    """Note a setting of the firewall that another configuration sets to another value."""
    path = tuple(part.casefold() for part in node.path)
    if path[0] == FIREWALL and written.setdefault(path, node.data.text) != node.data.text:
        name = quoted(node.path[-1])
        why = f"{name} has another value in a configuration above: which a device gets is not known, and this is read"
        diagnostics.not_understood(why, node.data.span)


def _objects(value: Json) -> Iterator[JsonObject]:
    """All objects, outer before inner ones."""
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, JsonObject):
        yield value
        for _, member in value.members:
            yield from _objects(member)


def _note_members(value: JsonObject, diagnostics: Diagnostics) -> None:
    """Note unread members of an object, whose kind its other members tell."""
    members = _members(value)
    name = _kind_of(members)
    kinds = (key for key in ("omauri", "settingdefinitionid", *intune.SUITE_MEMBERS) if key in members)
    read = intune.READ.get(name) or intune.READ.get(next(kinds, ""), frozenset())
    for member, _ in value.members:
        if member.word not in read | intune.OF_NO_CONCERN:
            note_unread(member.text, member.span, read, diagnostics)
    for member, inner in value.members:
        if isinstance(inner, Token) and member.word.endswith(_NEXT):
            why = "one page of several: what the pages behind it hold is not known; join all that `nextLink` leads to"
            diagnostics.not_understood(why, member.span)
    for of_objects in _OBJECTS.get(name, ()):
        if isinstance(inner := members.get(of_objects), Token):
            _note_level(inner, diagnostics)


def _note_level(name: Token, diagnostics: Diagnostics) -> None:
    why = "the name of an object in its place: what it holds was left out; write all levels (ConvertTo-Json -Depth 20)"
    diagnostics.not_understood(why, name.span)


def _members(value: JsonObject) -> _Members:
    return {name.text.casefold(): member for name, member in reversed(value.members)}


def _nodes(members: _Members, diagnostics: Diagnostics) -> Iterator[Node]:
    """The nodes that one object sets; inner objects set their own, unless they are parts of it."""
    name = _kind_of(members)
    if isinstance(uri := members.get("omauri"), Token):
        yield from _oma_setting(uri, members, diagnostics)
    elif isinstance(definition := members.get("settingdefinitionid"), Token):
        yield from _catalog_setting(definition, members, diagnostics)
    elif name == _CONNECTION:
        yield from _connection(members, diagnostics)
    elif name == "windows10endpointprotectionconfiguration":
        yield from _firewall(members, diagnostics)


def _oma_setting(uri: Token, members: _Members, diagnostics: Diagnostics) -> Iterator[Node]:
    path, value = path_of(uri, diagnostics), members.get("value")
    if path is None:
        return
    if not isinstance(value, Token):
        diagnostics.not_understood(f"the setting {quoted(uri.text)} stands here without its value", uri.span)
        return
    encrypted = members.get("isencrypted")
    if isinstance(encrypted, Token) and encrypted.word == _ENCRYPTED and not value.text.strip("*"):
        message = f"Intune did not show the value of {quoted(uri.text)}; export it with getOmaSettingPlainTextValue"
        diagnostics.hidden(message, value.span)
        return
    yield Node(path, value)


def _catalog_setting(definition: Token, members: _Members, diagnostics: Diagnostics) -> Iterator[Node]:
    """A settings catalogue entry: a value, a choice, or the bits of several choices."""
    match = _CATALOG.fullmatch(definition.text)
    if match is None:
        if _OF_VPN.match(definition.text):
            why = f"{quoted(definition.text)} is not read: give the ProfileXML of the connection"
            diagnostics.not_understood(why, definition.span)
        diagnostics.not_read(definition.text)
        return
    path = ("Firewall", "MdmStore", match[1], match[2])
    match members:
        case {"simplesettingvalue": JsonObject() as simple}:
            values = [simple]
        case {"choicesettingvalue": JsonObject() as choice}:
            values = [choice]
        case {"choicesettingcollectionvalue": list() as choices}:
            values = [choice for choice in choices if isinstance(choice, JsonObject)]
        case {"simplesettingvalue": Token() as name} | {"choicesettingvalue": Token() as name}:
            _note_level(name, diagnostics)
            return
        case {"choicesettingcollectionvalue": Token() as name}:
            _note_level(name, diagnostics)
            return
        case _:
            diagnostics.not_read(definition.text)
            return
    tokens = [token for value in values if isinstance(token := _members(value).get("value"), Token)]
    words = [token.part(len(_chosen(token, definition))) for token in tokens]
    if len(words) == 1:
        yield Node(path, words[0])
    elif words:
        bits = [int(word.text) for word in words if word.text.isascii() and word.text.isdigit() and len(word.text) < 4]
        if len(bits) < len(words):
            diagnostics.not_understood(f"unknown choice of {quoted(definition.text)}", tokens[0].span)
        else:
            yield Node(path, tokens[0].standing_for(str(sum({*bits}))))


def _chosen(token: Token, definition: Token) -> str:
    """The prefix of a choice's word, which is the name of its setting."""
    prefix = f"{definition.text}_"
    return prefix if token.text.casefold().startswith(prefix.casefold()) else ""


def _is_native(kind: Json, diagnostics: Diagnostics) -> bool:
    """Whether Windows makes a connection of a type itself."""
    if not isinstance(kind, Token) or kind.word in intune.NATIVE_TYPES:
        return isinstance(kind, Token)
    if kind.word not in intune.PLUG_IN_TYPES:
        diagnostics.not_understood(f"unknown type of connection {quoted(kind.text)}", kind.span)
    return False


def _connection(members: _Members, diagnostics: Diagnostics) -> Iterator[Node]:
    """A VPN connection as the nodes of its profile."""
    named = members.get("connectionname") or members.get("displayname")
    name = named.text if isinstance(named, Token) else "VPN profile"
    kind = members.get("connectiontype")
    is_native = _is_native(kind, diagnostics)
    form = "NativeProfile" if is_native else "PluginProfile"

    def node(*path: str, data: Token) -> Node:
        return Node(("VPNv2", name, *path), data)

    servers = _servers(members.get("servers"))
    if servers is not None:
        yield node(form, "Servers" if is_native else "ServerUrlList", data=servers)
    for member, element in (("enablealwayson", "AlwaysOn"), ("enabledevicetunnel", "DeviceTunnel")):
        if isinstance(value := members.get(member), Token):
            yield node(element, data=value)
    if not (is_native and isinstance(kind, Token)):
        return
    yield node(form, "NativeProtocolType", data=kind)
    if isinstance(split := members.get("enablesplittunneling"), Token):
        word = "SplitTunnel" if split.word == "true" else "ForceTunnel"
        yield node(form, "RoutingPolicyType", data=split.standing_for(word))
    for path, data in _authentication(members, diagnostics):
        yield node(form, "Authentication", *path, data=data)
    suite = members.get("cryptographysuite")
    if isinstance(suite, Token):
        yield node(form, "CryptographySuite", data=suite.standing_for(NOT_KNOWN))
    if isinstance(suite, JsonObject):
        parts = _members(suite)
        for part, words in intune.SUITE.items():
            if isinstance(value := parts.get(part.casefold()), Token):
                yield node(form, "CryptographySuite", part, data=value.standing_for(words.get(value.word, value.text)))


def _servers(value: Json) -> Token | None:
    """The server addresses, the default one first, at the place of the first."""
    rows = [_members(row) for row in value if isinstance(row, JsonObject)] if isinstance(value, list) else []
    rows.sort(key=lambda row: not (isinstance(first := row.get("isdefaultserver"), Token) and first.word == "true"))
    addresses = [address for row in rows if isinstance(address := row.get("address"), Token)]
    return addresses[0].standing_for(";".join(address.text for address in addresses)) if addresses else None


def _authentication(members: _Members, diagnostics: Diagnostics) -> Iterator[tuple[tuple[str, ...], Token]]:
    """The authentication of the user, or in a device tunnel of the computer.

    A device tunnel accepts computer certificates only (VPN device tunnel, learn.microsoft.com).
    """
    method, tunnel, configuration = (
        members.get(name) for name in ("authenticationmethod", "enabledevicetunnel", "eapxml")
    )
    if not isinstance(method, Token):
        return
    if isinstance(tunnel, Token) and tunnel.word == "true" and method.word == "certificate":
        yield ("MachineMethod",), method
    elif method.word in {"customeapxml", "certificate", "derivedcredential"}:
        yield ("UserMethod",), method.standing_for("Eap")
    if isinstance(configuration, Token) and len(configuration.text) <= MAX_BASE64_CHARACTERS:
        try:
            text = from_base64(configuration.text).decode("utf-8-sig")
        except ValueError:
            text = configuration.text
        if "<EapHostConfig" in text:
            xml = text[text.index("<EapHostConfig") :]
            yield ("Eap", "Configuration"), configuration.replaced_by(xml)
        elif text.strip():
            diagnostics.malformed("an EAP configuration that is neither XML nor base64 of it", configuration.span)


def _firewall(members: _Members, diagnostics: Diagnostics) -> Iterator[Node]:
    """The firewall settings that concern IPsec."""

    def node(name: str, data: Token, place: str = "Global") -> Node:
        return Node(("Firewall", "MdmStore", place, name), data)

    if isinstance(idle := members.get(intune.SA_IDLE_TIME), Token):
        yield node("SaIdleTime", idle)
    exempted = {bit: value for name, bit in intune.EXEMPTIONS.items() if (value := _true(members, name))}
    first = next(iter(exempted.values()), _true(members, intune.NO_EXEMPTIONS))
    if first is not None:
        yield node("IPsecExempt", first.standing_for(str(sum(exempted))))
    for member, (name, words) in intune.FIREWALL_WORDS.items():
        chosen = members.get(member)
        if isinstance(chosen, Token) and chosen.word in words:
            yield node(name, chosen.standing_for(words[chosen.word]))
        elif isinstance(chosen, Token) and chosen.word not in intune.NOT_CONFIGURED:
            diagnostics.not_understood(f"unknown value {quoted(chosen.text)} of {quoted(name)}", chosen.span)
    for member, place in intune.PROFILES.items():
        if isinstance(profile := members.get(member), JsonObject):
            said = _members(profile)
            merge = next((flag for name, word in intune.MERGED if (flag := _flag(said, name, word))), None)
            if merge is not None:
                yield node("AllowLocalIpsecPolicyMerge", merge, place)


def _of_intent(members: _Members, diagnostics: Diagnostics) -> Iterator[Node]:
    """The firewall settings that a policy of a template lists, each by the name of a member."""
    rows = members.get("settings") or members.get("value") or members.get("settingsdelta")
    listed: _Members = {}
    for row in rows if isinstance(rows, list) else ():
        said = _members(row) if isinstance(row, JsonObject) else {}
        match = (
            _OF_INTENT.fullmatch(definition.text) if isinstance(definition := said.get("definitionid"), Token) else None
        )
        value = said.get("value") or said.get("valuejson")
        if match is None or not isinstance(value, Token):
            continue
        name = match[1].casefold()
        if name in intune.PROFILES and any(word in value.word for word, _ in intune.MERGED):
            diagnostics.not_understood(f"a text of JSON as the value of {quoted(match[1])} is not read", value.span)
        listed[name] = value.part(1, len(value.text) - 1) if value.text[:1] == '"' else value
    if listed:
        yield from _firewall(listed, diagnostics)


def _true(members: _Members, name: str) -> Token | None:
    """The member, if it is true."""
    value = members.get(name)
    return value if isinstance(value, Token) and value.word == "true" else None


def _flag(members: _Members, name: str, word: str) -> Token | None:
    value = _true(members, name)
    return None if value is None else value.standing_for(word)


FORMATS = (
    Format(
        name="intune-json",
        title="device configurations of Intune (Microsoft Graph JSON)",
        recognise=recognise,
        parse=parse,
        is_alone=is_json_alone,
        how_to_export="Invoke-MgGraphRequest -OutputType Json "
        "-Uri https://graph.microsoft.com/beta/deviceManagement/deviceConfigurations | Set-Content intune.json",
        can_express="what mdm-syncml can, in custom profiles, VPN profiles, endpoint protection and the settings "
        "catalogue",
        cannot_express="connection security rules and their sets; values that Intune encrypts; who a profile is for",
    ),
)
