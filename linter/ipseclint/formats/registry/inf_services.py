r"""Services of IPsec that an INF adds: how they start, and the sections with values below their keys.

    [DefaultInstall.Services]
    AddService = IKEEXT,,Ike.Service
    [Ike.Service]
    StartType = 4
    AddReg = Ike.Values

Source: INF AddService directive (Windows driver documentation): `HKR` in the values of a service is its own key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ipseclint.formats.kit.token import Token
from ipseclint.formats.registry.inf_text import Entry, Section, number_in
from ipseclint.formats.registry.tree import Key, Kind, Value
from ipseclint.vocabulary.registry_keys import SERVICES_OF_MACHINE
from ipseclint.vocabulary.services import SERVICES

ADDS, DELETES = "addservice", "delservice"
_START = "starttype"
_KEEPS_START = 0x10
"""The flag by which a service that is there keeps its start, as each of Windows' own is."""
_FLAGS_AT, _SECTION_AT = 1, 2


class AddedService(NamedTuple):
    """A service of IPsec that an entry adds: its name, the section with what it is, and the flags."""

    name: str
    entry: Entry
    section: Token | None
    flags: int

    @property
    def path(self) -> str:
        """Its key in the registry."""
        return f"{SERVICES_OF_MACHINE}\\{self.name}"


def added_in(section: Section) -> Iterator[AddedService]:
    """The services of IPsec that a section adds."""
    for entry in section.entries:
        name = service_of(entry) if entry.name == ADDS else None
        if name is None:
            continue
        fields = (*entry.fields, *([None] * _SECTION_AT))
        flags, named = fields[_FLAGS_AT], fields[_SECTION_AT]
        yield AddedService(
            name,
            entry,
            None if named is None or not named.text else named,
            0 if flags is None else number_in(flags.text) or 0,
        )


def service_of(entry: Entry) -> str | None:
    """The service of IPsec that an entry adds or deletes; None for another."""
    return SERVICES.get(entry.fields[0].text.casefold()) if entry.name in {ADDS, DELETES} else None


def set_start(service: AddedService, sections: Mapping[str, Section], tree: Key) -> None:
    """Set how a service starts as its section says, if its flags let it."""
    own = None if service.section is None else sections.get(service.section.text.casefold())
    if own is None or service.flags & _KEEPS_START:
        return
    for entry in own.entries:
        if entry.name == _START and entry.fields and (key := tree.make(service.path, entry.line.span)) is not None:
            key.set(Value("Start", Kind.DWORD, entry.fields[0], number=number_in(entry.fields[0].text)))
