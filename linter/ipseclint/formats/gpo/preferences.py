"""Group Policy Preferences: Registry.xml and Services.xml of a GPO, or items copied from its editor.

    <RegistrySettings><Registry name="..."><Properties action="U" hive="HKEY_LOCAL_MACHINE" key="..." name="..." .../>
    <NTServices><NTService name="..."><Properties startupType="DISABLED" serviceName="IKEEXT" serviceAction="STOP" .../>

Source: [MS-GPPREF] 2.2.1.10 (Registry: action C, R, U or D; numbers in hexadecimal) and 2.2.1.12 (Services).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.kit.xml.document import elements
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.kit.xml.wanted import Structure, Wanted, note_unknown
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.policy import concerns_ipsec, decode
from ipseclint.formats.registry.tree import Key, Kind
from ipseclint.formats.registry.written import KINDS, NUMBERS, hexadecimal, written_value
from ipseclint.late import late
from ipseclint.model.policy import ServiceState
from ipseclint.model.setting import Setting
from ipseclint.source import Source
from ipseclint.vocabulary.registry_keys import SERVICES_OF_MACHINE
from ipseclint.vocabulary.rows import names
from ipseclint.vocabulary.services import SERVICES, STATES_BY_ACTION

_ROOT = late(r"<(?:RegistrySettings|NTServices|Registry|NTService|Collection)[\s>]")
_ITEMS = late(r"<(?:Registry|NTService)[\s>]")
_STARTS = {"automatic": "2", "manual": "3", "disabled": "4"}
_UNCHANGED = frozenset({"", "nochange"})
_ALL = frozenset[str]()
_GROUPS = names("Registry NTService Collection RegistrySettings NTServices")
_WANTED = Wanted(
    subtrees={"Registry": _ALL, "NTService": _ALL},
    around=dict.fromkeys(("RegistrySettings", "NTServices"), _GROUPS) | {"Collection": _GROUPS | {"Filters"}},
)
_ITEM: Structure = {"Properties": {"Values": None, "SubProp": None}, "Filters": None}
_COMMON = names("clsid name status image changed uid desc descr bypassErrors userContext removePolicy disabled")
_PROPERTIES = {
    "Registry": names("action displayDecimal default hive key name type value bitfield"),
    "NTService": names(
        "startupType serviceName serviceAction timeout accountName password cpassword cPassword interact firstFailure"
        " secondFailure thirdFailure resetFailCountDelay program args append restartServiceDelay restartMessage"
        " restartComputerDelay"
    ),
}
"""The attributes of items ([MS-GPPREF]: common attributes, element-specific attributes of Registry and of Services)."""


def recognise(source: Source) -> bool:
    """Whether it is a preferences file for the registry or for services."""
    head = source.head_text
    return _ROOT.search(head) is not None and _ITEMS.search(head) is not None and "<Properties" in head


def parse(source: Source) -> Parsed:
    """The policy that the items set where they apply."""
    diagnostics = Diagnostics(source.path)
    tree = Key.root(source.path)
    states: list[ServiceState] = []
    for element in elements(source, _WANTED, diagnostics):
        properties = element.child("Properties")
        if properties is None or element.attributes.get("disabled") == "1":
            continue
        said = properties.attributes
        is_ours = (
            _registry(properties, said, tree, diagnostics)
            if element.name == "Registry"
            else _service(properties, said, tree, states, diagnostics)
        )
        if is_ours:
            _note_members(element, properties, diagnostics)
        if is_ours and element.child("Filters") is not None:
            message = "it applies only where its item-level targeting says so: it is read as if it did"
            diagnostics.not_understood(message, _at(properties, "", source.path).span)
    parsed = decode(tree, diagnostics, is_whole=False)
    policy = parsed.policy.model_copy(update={"services": _with_states(parsed.policy.services, states)})
    return Parsed(
        policy=policy,
        problems=diagnostics.listed(),
        secrets=parsed.secrets,
        unread=diagnostics.unread_names(),
    )


def _note_members(item: Element, properties: Element, diagnostics: Diagnostics) -> None:
    """Count unknown elements and attributes of an item that concerns IPsec."""
    note_unknown(item, _ITEM, diagnostics)
    for element, known in ((item, _COMMON), (properties, _PROPERTIES[item.name])):
        for name in element.attributes:
            if name not in known:
                span = _at(element, "", diagnostics.path).span
                note_unread(name, span, known, diagnostics, kind="attribute", of=element.name)


def _registry(properties: Element, said: Mapping[str, str], tree: Key, diagnostics: Diagnostics) -> bool:
    """Carry out an item for a value; whether it concerns IPsec."""
    path = f"{said.get('hive', '')}\\{said.get('key', '')}"
    if not concerns_ipsec(path):
        return False
    action, name = said.get("action", "U").upper(), said.get("name", "")
    data = _at(properties, said.get("value", ""), diagnostics.path)
    key, kind = tree.make(path, data.span), KINDS.get(said.get("type", "REG_SZ").upper())
    number = hexadecimal(data.text) if kind in NUMBERS else None
    if action == "D" and name and key is not None:
        key.take_out(_at(properties, name, diagnostics.path))
    elif action == "D":
        diagnostics.not_understood("deletes a value of the registry: what it held is not known", data.span)
    elif key is None or kind is None:
        diagnostics.malformed(f"unknown type of value {quoted(said.get('type', ''))}", data.span)
    elif kind in NUMBERS and number is None:
        diagnostics.malformed(f"{quoted(data.text)} is not a number in hexadecimal", data.span)
    else:
        key.set(written_value(name, kind, data, number=number))
    return True


def _service(
    properties: Element, said: Mapping[str, str], tree: Key, states: list[ServiceState], diagnostics: Diagnostics
) -> bool:
    """Carry out an item for a service; whether IPsec depends on it."""
    name = SERVICES.get(said.get("serviceName", "").casefold())
    if name is None:
        return False
    place = _at(properties, "", tree.span.path)
    word = said.get("startupType", "")
    start = _STARTS.get(word.casefold())
    if start is None and word.casefold() not in _UNCHANGED:
        diagnostics.not_understood(f"unknown start of a service {quoted(word)}", place.span)
    key = tree.make(f"{SERVICES_OF_MACHINE}\\{name}", place.span)
    if start is not None and key is not None:
        key.set(written_value("Start", Kind.DWORD, replace(place, text=start, breaks=((1, *place.end),))))
    state = STATES_BY_ACTION.get(said.get("serviceAction", "").casefold())
    if state is not None:
        states.append(ServiceState(name=name, status=Setting(state, place.span)))
    return True


def _with_states(services: tuple[ServiceState, ...], states: list[ServiceState]) -> tuple[ServiceState, ...]:
    """The services, with the states in which the items' actions leave them."""
    by_name = {service.name: service for service in services}
    for state in states:
        before = by_name.get(state.name, state)
        by_name[state.name] = before.model_copy(update={"status": state.status})
    return tuple(by_name.values())


def _at(element: Element, text: str, path: str) -> Token:
    """A text that stands for an element, with its place."""
    end = (len(text), element.line, element.column + len(element.name) + 1)
    return Token(text, path, element.line, element.column, (end,))


FORMATS = (
    Format(
        name="gpo-preferences",
        title="Group Policy Preferences: Registry.xml, Services.xml",
        recognise=recognise,
        parse=parse,
        how_to_export="copy Registry.xml and Services.xml below the GPO's folder Machine\\Preferences in SYSVOL",
        can_express="values of the services that do IPsec, how these services start, one item a value",
        cannot_express="to whom an item applies; what a deleted value held; policies of the GPO itself",
    ),
)
