"""JSON from `ConvertTo-Json`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from sys import intern
from typing import cast

from msgspec.structs import replace

from ipseclint.formats.events import event_json
from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.json_places import (
    ESCAPED,
    JsonError,
    JsonObject,
    is_json_alone,
    read_made,
    text_between,
)
from ipseclint.formats.kit.token import Token
from ipseclint.formats.mdm import intune
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers import clouds
from ipseclint.formats.powershell.alike_texts import AlikeTexts
from ipseclint.formats.powershell.authentication import KEY_PROPERTY, hide_key
from ipseclint.formats.powershell.decode import concerns_ipsec, decode
from ipseclint.formats.powershell.instance import Instance, Node, class_of
from ipseclint.late import late
from ipseclint.source import Source, Span, behind_comments

_CLASS_MEMBERS = frozenset({"CimClass", "CimSystemProperties"})
_FOLDED_CLASS_MEMBERS = frozenset(map(str.casefold, _CLASS_MEMBERS))
_ARRAY_WRAPPER = frozenset({"value", "count"})
_ENUM_WRAPPER = frozenset({"value", "Value"})
_KEY = KEY_PROPERTY.casefold()
_OF_AZURE = ("deploymenttemplate.json#", "deploymentparameters.json#")
"""The schemas of what Azure deploys, whose objects are none of PowerShell, whatever their members are called."""
_STRANGE = late(r"\\")
"""The sign in a text of JSON that makes others of what is behind it."""
_NO_JSON = late(r"\[[ \t]*[^\s\[{\"\]]|\{[%#{]|\{[\w-]{1,60}\}")
"""How lines begin that have a time, a level or a section in brackets, templates, and attributes of AsciiDoc: no list of
objects begins so."""


def recognise(source: Source) -> bool:
    """Whether it is JSON with objects that concern IPsec."""
    text = behind_comments(source.head_text.lstrip())
    if not text.startswith(("{", "[")) or _NO_JSON.match(text):
        return False
    if any(source.once(other.recognise) for other in (clouds, event_json, intune)):
        return False
    if any(map(source.head_words.__contains__, _OF_AZURE)):
        return False
    has_comments = len(text) < len(source.head_text.lstrip())
    return concerns_ipsec(text, "" if has_comments else source.head_lines_folded)


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policy in the exported objects, up to where the text is cut or damaged: what is behind that may be of any
    name."""
    if "PSComputerName" in text:
        from ipseclint.formats.transcript.remote_objects import tell_machines

        tell_machines(text, lambda: text, diagnostics)
    alike = AlikeTexts(diagnostics, ('"', '"'), _STRANGE, escaped=ESCAPED, meant=text_between)
    values = read_made(text, diagnostics.path, partial(_object, diagnostics=diagnostics), _CLASS_MEMBERS, alike)
    ends: list[Span] = []
    parsed = decode(
        (item for value in _until_cut(values, ends, diagnostics) for item in _instances(value)), diagnostics
    )
    if not ends or parsed.is_empty:
        return parsed
    return replace(parsed, policy=parsed.policy.model_copy(update={"open_ends": tuple(ends)}))


def _until_cut(values: Iterator[Node], ends: list[Span], diagnostics: Diagnostics) -> Iterator[Node]:
    """The values up to where reading stops, which is noted and added to `ends`."""
    try:
        yield from values
    except JsonError as error:
        error.note(diagnostics)
        ends.append(Span(diagnostics.path, error.line, error.column))


def _instances(node: Node) -> Iterator[Instance]:
    """The top-level objects, also in lists and in objects that only wrap lists."""
    if isinstance(node, list):
        for child in node:
            yield from _instances(child)
    elif isinstance(node, Instance):
        if node.class_name:  # as most have
            yield node
            return
        holds = [property_ for property_ in node.properties.values() if isinstance(property_, (list, Instance))]
        if len(holds) < len(node.properties):
            yield node
        else:
            for child in holds:
                yield from _instances(child)


def _object(value: JsonObject, diagnostics: Diagnostics) -> Node:
    """A JSON object whose members were converted already."""
    members = cast("tuple[tuple[Token, Node], ...]", value.members)
    if members and members[0][0].text.casefold() in _ARRAY_WRAPPER:
        names = {name.text for name, _ in members}
        if len(names) == len(_ARRAY_WRAPPER) and {name.casefold() for name in names} == _ARRAY_WRAPPER:
            # Windows PowerShell writes some arrays as an object that holds them.
            return next(member for name, member in members if name.text.casefold() == "value")
        if names == _ENUM_WRAPPER:
            # ... and some members of enumerations as number and name.
            return next(member for name, member in members if name.text == "Value")
    properties: dict[str, Node] = {}
    class_name = ""
    for name, member in members:
        folded = _folded(name.text)
        if folded in _FOLDED_CLASS_MEMBERS:
            class_name = class_name or _class(member)
            continue
        if folded == _KEY and isinstance(member, Token):
            hide_key(member, diagnostics)
        properties.setdefault(folded, member)
    return Instance(class_name, Span(diagnostics.path, value.line, value.column), properties)


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return intern(name.casefold())


def _class(node: Node) -> str:
    if isinstance(node, Instance):
        named = node.text("ClassName", "CimClassName")
        return "" if named is None else class_of(named.text)
    return "" if node is None or isinstance(node, list) else class_of(node.text)


FORMATS = (
    Format(
        name="powershell-json",
        title="objects of the NetSecurity, VpnClient and service cmdlets (ConvertTo-Json)",
        short="objects of PowerShell as JSON",
        recognise=recognise,
        parse=parse,
        is_alone=is_json_alone,
        how_to_export="ipseclint collect-script, or the objects that powershell-clixml names "
        "| ConvertTo-Json -Depth 5 | Set-Content policy.json",
        can_express="what powershell-clixml can; VPN connections; how the services of IPsec start; "
        "what adapters do of IPsec",
        cannot_express="what powershell-clixml cannot",
    ),
)
