"""XML from `ConvertTo-Xml`."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.xml.document import elements
from ipseclint.formats.kit.xml.element import Element, secret_places, text_of
from ipseclint.formats.kit.xml.wanted import Structure, Wanted, note_unknown
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.powershell.authentication import KEY_PROPERTY
from ipseclint.formats.powershell.decode import concerns_ipsec, decode
from ipseclint.formats.powershell.instance import MAX_INSTANCES, TOO_MANY, Instance, Node, class_of
from ipseclint.late import late
from ipseclint.source import Source, Span

_ROOT = late(r"<Objects[\s>]")
_OBJECT = late(r"<Object\s[^<>]*Type=")
_CLASS_PROPERTIES = ("cimclass", "cimsystemproperties")
_STRINGS = late(r"^(?:System\.)?(?:String|Boolean|U?Int\d\d|Byte|Guid|DateTime|TimeSpan)$")

_WANTED = Wanted(subtrees={"Object": frozenset({"Objects"})}, around={"Objects": frozenset({"Object"})})
_HELD: Structure = {"Property": None}
"""What an object or a property holds is properties alone."""


def recognise(source: Source) -> bool:
    """Whether it is such XML with objects that concern IPsec."""
    text = source.head_text
    return _ROOT.search(text) is not None and _OBJECT.search(text) is not None and concerns_ipsec(text)


def parse(source: Source) -> Parsed:
    """The policy in the exported objects."""
    diagnostics = Diagnostics(source.path)
    return decode(_read(source, diagnostics), diagnostics)


def _read(source: Source, diagnostics: Diagnostics) -> Iterator[Instance]:
    left = MAX_INSTANCES
    for element in elements(source, _WANTED, diagnostics):
        left -= 1
        if left == -1:
            place = Span(source.path, element.line, element.column)
            diagnostics.refused(TOO_MANY, place)
        if left >= 0:
            yield _instance(element, source.path, diagnostics)


def _instance(element: Element, path: str, diagnostics: Diagnostics) -> Instance:
    properties: dict[str, Node] = {}
    note_unknown(element, _HELD, diagnostics)
    for property_element in element.named("Property"):
        name = property_element.attributes.get("Name", "").casefold()
        if name == KEY_PROPERTY.casefold():
            diagnostics.secrets.extend(secret_places(property_element, path))
        properties.setdefault(name, _node(property_element, path, diagnostics))
    return Instance(_class(element, properties), Span(path, element.line, element.column), properties)


def _node(element: Element, path: str, diagnostics: Diagnostics) -> Node:
    inner = element.named("Property")
    if not inner:
        note_unknown(element, _HELD, diagnostics)
        text = text_of(element, path)
        return text.strip() if text.text.strip() else None
    if any("Name" in each.attributes for each in inner):
        return _instance(element, path, diagnostics)
    note_unknown(element, _HELD, diagnostics)
    return [_node(each, path, diagnostics) for each in inner]


def _class(element: Element, properties: dict[str, Node]) -> str:
    """The class, from the object's type or from the properties that name its CIM class."""
    kind = element.attributes.get("Type", "")
    if "#" in kind:
        return class_of(kind)
    for name in _CLASS_PROPERTIES:
        node = properties.get(name)
        if isinstance(node, Instance):
            named = node.text("ClassName", "CimClassName")
            if named is not None:
                return class_of(named.text)
        elif node is not None and not isinstance(node, list) and "/" in node.text:
            return class_of(node.text)
    return "" if _STRINGS.match(kind) else class_of(kind.rpartition(".")[2])


FORMATS = (
    Format(
        name="powershell-xml",
        title="objects of the NetSecurity cmdlets (ConvertTo-Xml)",
        recognise=recognise,
        parse=parse,
        how_to_export="the objects that powershell-clixml names | ConvertTo-Xml -As String -Depth 5 "
        "| Set-Content policy.xml",
        can_express="what powershell-clixml can",
        cannot_express="what powershell-clixml cannot",
    ),
)
