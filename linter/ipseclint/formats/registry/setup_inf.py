r"""Setup information files (INF): the values of the registry that their sections add and delete.

    [DefaultInstall]
    AddReg = L2tp.AddReg
    [L2tp.AddReg]
    HKLM,"SYSTEM\CurrentControlSet\Services\PolicyAgent","AssumeUDPEncapsulationContextOnSendRule",0x00010001,2

Sources: INF AddReg, DelReg, AddService directives, INF DefaultInstall, DefaultUninstall and Version sections (Windows
driver documentation).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry import inf_services
from ipseclint.formats.registry.inf_text import Entry, Section, number_in, sections_in
from ipseclint.formats.registry.policy import concerns_ipsec, decode
from ipseclint.formats.registry.tree import Key, Kind, Value
from ipseclint.formats.registry.written import HIVES, NUMBERS, written_value
from ipseclint.late import late
from ipseclint.source import Source
from ipseclint.vocabulary.ipsec_tools import mention_in
from ipseclint.vocabulary.services import NAMES

_SIGNATURE = late(r"^[ \t]*signature[ \t]*=[ \t]*\"?\$(?:chicago|windows (?:nt|95))\$", re.IGNORECASE | re.MULTILINE)
_DIRECTIVE = late(r"^[ \t]*(?:addreg|delreg|addservice)[ \t]*=", re.IGNORECASE | re.MULTILINE)
_ADDS_SERVICE = late(rf"^[ \t]*addservice[ \t]*=[ \t]*\"?(?:{NAMES})\b", re.IGNORECASE | re.MULTILINE)
_KEY = late(
    r"^[ \t]*(?:\"?(?:HKLM|HKCU|HKU)\"?[ \t]*,|[\w.]{1,60}[ \t]*=)[ \t]*\"?((?:SYSTEM|SOFTWARE)\\[^\r\n,\"]*+)",
    re.IGNORECASE | re.MULTILINE,
)
"""The key of an entry, or a string that may be one."""
_RELATIVE = "HKR"
_ROOTS = {**HIVES, _RELATIVE: ""}
_ALL_ROOTS = frozenset({*_ROOTS, "HKCR", "HKCU", "HKU"})
"""What an entry may begin with (INF AddReg Directive)."""
_ADDS, _DELETES = "addreg", "delreg"
_INSTALLS, _UNINSTALLS = "defaultinstall", "defaultuninstall"
_DELETE, _IF_ABSENT, _KEY_ONLY, _IF_THERE = 0x4, 0x2, 0x2010, 0x20
_TYPE_BITS = 0xFFFF0001
_KINDS = {
    0x00000000: Kind.SZ,
    0x00000001: Kind.BINARY,
    0x00010000: Kind.MULTI_SZ,
    0x00010001: Kind.DWORD,
    0x00020000: Kind.EXPAND_SZ,
    0x00020001: Kind.NONE,
}
"""The types that flags name; of any other the data are bytes."""
_FIELDS = 4
"""The fields before the value: root, key, name of the value, flags."""


def recognise(source: Source) -> bool:
    """Whether it is an INF, or a part of one, with an entry for a key of IPsec or one of its services."""
    head = source.head_text
    if _DIRECTIVE.search(head) is None:
        return False
    if "addservice" in source.head_folded and _ADDS_SERVICE.search(head) is not None:
        return True
    keys = (match[1] for match in _KEY.finditer(head))
    return any(concerns_ipsec(f"HKEY_LOCAL_MACHINE\\{key.strip()}") for key in keys)


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policy in the values that its installation leaves."""
    sections = sections_in(text, diagnostics.path)
    if _SIGNATURE.search(text) is None:
        lines = (entry.line.span for section in sections.values() for entry in section.entries)
        why = "no section [Version] with a signature stands here, without which Windows installs nothing of an INF"
        diagnostics.malformed(why, next(lines, diagnostics.place(1, 1)))
    tree = Key.root(diagnostics.path)
    installed = _installed(sections)
    read: set[str] = set()
    services = [service for section in installed for service in inf_services.added_in(section)]
    for directive in (_DELETES, _ADDS):
        named = [("", each) for section in installed for each in _named(section, directive)]
        for service in services:
            own = _section(service.section, sections, diagnostics if directive == _ADDS else None, read)
            named += [(service.path, each) for each in _named(own, directive)]
        for below, place in {(below, each.text.casefold()): (below, each) for below, each in named}.values():
            for entry in _section(place, sections, diagnostics, read).entries:
                _carry_out(entry, tree, diagnostics, deletes=directive == _DELETES, below=below)
    for service in services:
        inf_services.set_start(service, sections, tree)
    _tell_choice(installed, sections, diagnostics)
    _tell_others(sections, read, {id(service.entry) for service in services}, diagnostics)
    return decode(tree, diagnostics, is_whole=False)


def _installed(sections: Mapping[str, Section]) -> list[Section]:
    """The sections whose directives are carried out: the default ones, else all but those of a removal."""
    defaults = [section for name, section in sections.items() if name.partition(".")[0] == _INSTALLS]
    return defaults or [section for name, section in sections.items() if name.partition(".")[0] != _UNINSTALLS]


def _section(
    named: Token | None, sections: Mapping[str, Section], diagnostics: Diagnostics | None, read: set[str]
) -> Section:
    """The section that is named, which then is read; an empty one if there is none, which is said."""
    section = None if named is None else sections.get(named.text.casefold())
    if section is not None:
        read.add(section.name.casefold())
    elif named is not None and diagnostics is not None:
        diagnostics.malformed(f"it has no section [{named.text}], which is named here", named.span)
    return section or Section("")


def _named(section: Section, *directives: str) -> Iterator[Token]:
    """The names of the sections that directives of a section name."""
    for entry in section.entries:
        if entry.name in directives:
            yield from (each for each in entry.fields if each.text)


def _carry_out(entry: Entry, tree: Key, diagnostics: Diagnostics, *, deletes: bool, below: str) -> None:
    """Add or delete what an entry names, if it concerns IPsec; `below` is the key that `HKR` stands for, if known."""
    root, path, name, written, *data = (*entry.fields, *[Token("", *_end(entry))] * (_FIELDS - len(entry.fields)))
    hive = _ROOTS.get(root.text.upper()) or (below if root.text.upper() == _RELATIVE else "")
    if root.text.upper() not in _ALL_ROOTS:
        diagnostics.malformed("a line that begins with no root of the registry, such as HKLM", entry.line.span)
        return
    if not hive:
        _tell(entry, "is relative to a key of a device or a service, and is not read", diagnostics)
        return
    whole = f"{hive}\\{path.text}".rstrip("\\")
    if not concerns_ipsec(whole):
        if "%" in path.text:
            _tell(entry, "stands where a string is not known, and is not read", diagnostics)
        return
    key, flags = tree.make(whole, path.span), number_in(written.text)
    if key is None or flags is None:
        diagnostics.malformed(f"{quoted(written.text)} are no flags of an entry, which are a number", entry.line.span)
    elif deletes or flags & _DELETE:
        key.take_out(name) if name.text else key.take_out_all(path.span)
    elif not flags & _KEY_ONLY:
        _set(key, name, flags, data, diagnostics)


def _end(entry: Entry) -> tuple[str, int, int]:
    return entry.line.path, *entry.line.end


def _set(key: Key, name: Token, flags: int, data: Sequence[Token], diagnostics: Diagnostics) -> None:
    """Set a value as its flags say."""
    if flags & _IF_ABSENT and key.get(name.text) is not None:
        return
    if flags & _IF_THERE:
        why = f"{quoted(name.text)} is set only where it is there already: it is read as if it were"
        diagnostics.not_understood(why, name.span)
    kind = _KINDS.get(flags & _TYPE_BITS, Kind.BINARY)
    first = data[0] if data else name.standing_for("")
    if kind in NUMBERS:
        number = number_in(first.text) if first.text else None
        if number is None or len([each for each in data if each.text]) > 1:
            diagnostics.malformed(f"{quoted(','.join(each.text for each in data))} is not a number", first.span)
        key.set(Value(name.text, kind, first, number=number))
    elif kind is Kind.BINARY:
        shown = "".join(each.text.removeprefix("0x").zfill(2) for each in data if each.text)
        key.set(written_value(name.text, kind, first.standing_for(shown)))
    else:
        key.set(written_value(name.text, kind, first))


def _tell_choice(installed: Sequence[Section], sections: Mapping[str, Section], diagnostics: Diagnostics) -> None:
    """Say where it is not known which of several sections a machine installs."""
    choosing = [
        section
        for section in installed
        if any(
            _is_of_ipsec(entry)
            for named in _named(section, _ADDS)
            for entry in (sections[named.text.casefold()].entries if named.text.casefold() in sections else ())
        )
    ]
    if len(choosing) > 1:
        names = ", ".join(quoted(section.name) for section in choosing[:3])
        why = f"which of its sections a machine installs is not known ({names}): each is read as if it were"
        diagnostics.not_understood(why, choosing[1].entries[0].line.span)


def _is_of_ipsec(entry: Entry) -> bool:
    if len(entry.fields) < 2:
        return False
    hive = _ROOTS.get(entry.fields[0].text.upper())
    return bool(hive) and concerns_ipsec(f"{hive}\\{entry.fields[1].text}")


def _tell_others(
    sections: Mapping[str, Section], read: set[str], added: Collection[int], diagnostics: Diagnostics
) -> None:
    """Say what bears on IPsec in sections that no directive of the installation names."""
    removals = (section for name, section in sections.items() if name.partition(".")[0] == _UNINSTALLS)
    removed = {each.text.casefold() for section in removals for each in _named(section, _ADDS, _DELETES)}
    for name, section in sections.items():
        if name in read or name in removed or name.startswith("strings"):
            continue
        for entry in section.entries:
            if id(entry) in added:
                continue
            if (service := inf_services.service_of(entry)) is not None:
                why = f"how the service {quoted(service)} is installed or removed here is not read"
                diagnostics.not_understood(why, entry.fields[0].span)
            else:
                _tell(entry, f"stands in [{section.name}], which is not installed or not read", diagnostics)


def _tell(entry: Entry, why: str, diagnostics: Diagnostics) -> None:
    mention = mention_in(entry.line.text)
    if mention is not None:
        diagnostics.not_understood(f"{quoted(mention.words)} {why}", entry.line.span)


FORMATS = (
    Format(
        name="setup-inf",
        title="setup information file (.inf) that sets values of the registry",
        recognise=recognise,
        parse=parse,
        how_to_export="none: it is the file that is installed (InstallHinfSection, CMAK, pnputil)",
        can_express="values of the services that do IPsec, and how these services start",
        cannot_express="rules, sets and policies; values that it does not name",
    ),
)
