r"""What a GPO report says of IPsec outside the firewall's part: security options, settings of templates, auditing.

    <SecurityOptions><KeyName>MACHINE\System\...\IPSEC\NoDefaultExempt</KeyName><SettingNumber>3</SettingNumber>
    <RegistrySetting><KeyPath>System\...\IPSEC</KeyPath><Value><Name>NoDefaultExempt</Name><Number>3</Number></Value>
    <Policy><Name>MSS: (NoDefaultExempt) ...</Name><DropDownList><Value><Name>Only ISAKMP is exempt ...</Name></Value>
    <AuditSetting><SubcategoryGuid>{0cce9218-...}</SubcategoryGuid><SettingValue>3</SettingValue></AuditSetting>

Sources: public reports; MS-GPAC 2.2.1.3.1 has the numbers of audit settings; the words of a template are those of
MSS-legacy.adml of Microsoft's security baselines.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ipseclint.formats.events.audit_policy import SUBCATEGORIES, of_number
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.registry.policy import concerns_ipsec
from ipseclint.formats.registry.tree import Key, Kind
from ipseclint.formats.registry.written import written_value
from ipseclint.model.policy import AuditSetting
from ipseclint.vocabulary.registry_keys import IPSEC_DRIVER

_OF_MACHINE = "HKEY_LOCAL_MACHINE"
_EXEMPTIONS = {
    "allow all exemptions": 0,
    "multicast, broadcast, & isakmp exempt": 1,
    "rsvp, kerberos, and isakmp are exempt": 2,
    "only isakmp is exempt": 3,
}
"""What the template offers, without what is said of it in brackets."""
_EXEMPTION = rf"SYSTEM\CurrentControlSet\{IPSEC_DRIVER}\NoDefaultExempt"


class _Found(NamedTuple):
    """A value below HKEY_LOCAL_MACHINE, as text with its element; `is_number`: it is stored as a number."""

    path: str
    text: str
    place: Element
    is_number: bool = True


def set_values(element: Element, tree: Key, path: str) -> bool:
    """Set the values of a setting below an IPsec key; whether it was understood, and set any."""
    found = [each for each in _found(element) if concerns_ipsec(rf"{_OF_MACHINE}\{each.path}")]
    for each in found:
        key_path, _, name = each.path.rpartition("\\")
        data = _token(each.text, each.place, path)
        key = tree.make(rf"{_OF_MACHINE}\{key_path}", data.span)
        if key is None or (each.is_number and not each.text.isdecimal()):
            return False
        key.set(written_value(name, Kind.DWORD if each.is_number else Kind.SZ, data))
    return bool(found)


def audited(element: Element, path: str, diagnostics: Diagnostics) -> tuple[AuditSetting, ...] | None:
    """What is audited of a subcategory of IPsec, none if a GPO leaves it unchanged; None of another element."""
    name = SUBCATEGORIES.get(element.child_text("SubcategoryGuid").casefold())
    value = element.child("SettingValue")
    if name is None or value is None:
        return None
    setting = of_number(name, _token(value.text.strip(), value, path), diagnostics)
    return () if setting is None else (setting,)


def _token(text: str, place: Element, path: str) -> Token:
    """The text of an element at its place."""
    return Token(text, path, place.line, place.column, ((len(text), place.line, place.column + len(place.name) + 1),))


def _found(element: Element) -> Iterator[_Found]:
    if element.name == "SecurityOptions":
        root, _, path = element.child_text("KeyName").partition("\\")
        for name, is_number in (("SettingNumber", True), ("SettingString", False)):
            value = element.child(name)
            if value is not None and root.casefold() == "machine":
                yield _Found(path, value.text.strip().strip('"'), value, is_number=is_number)
    elif element.name == "RegistrySetting":
        for holder in (child for child in element.children if child.name == "Value"):
            for name, is_number in (("Number", True), ("String", False)):
                value = holder.child(name)
                if value is not None:
                    path = rf"{element.child_text('KeyPath')}\{holder.child_text('Name')}"
                    yield _Found(path, value.text.strip(), value, is_number=is_number)
    elif element.name == "Policy" and "(NoDefaultExempt)" in element.child_text("Name"):
        yield from _exemption(element)


def _exemption(element: Element) -> Iterator[_Found]:
    """The value of the one template setting that IPsec reads, if enabled."""
    chosen = element.child("DropDownList")
    value = None if chosen is None else chosen.child("Value")
    name = None if value is None else value.child("Name")
    if name is None or element.child_text("State").casefold() != "enabled":
        return
    level = _EXEMPTIONS.get(name.text.casefold().partition("(")[0].strip(" ."))
    if level is not None:
        yield _Found(_EXEMPTION, str(level), name)
