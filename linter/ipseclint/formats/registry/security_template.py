"""Security templates (`secedit /export`, GptTmpl.inf of a GPO): registry values, and start types of services.

    [Registry Values]
    MACHINE\\System\\CurrentControlSet\\Services\\PolicyAgent\\AssumeUDPEncapsulationContextOnSendRule=4,2
    [Service General Setting]
    "IKEEXT",4,"D:AR(A;;...)"

Source: [MS-GPSB] 2.2.6 (Registry Values: path=type,value) and 2.2.8 (Service General Setting: name, start, descriptor).
"""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.policy import concerns_ipsec, decode
from ipseclint.formats.registry.tree import Key, Kind
from ipseclint.formats.registry.written import NUMBERS, no_number, written_value
from ipseclint.late import late
from ipseclint.source import Source
from ipseclint.vocabulary.ipsec_tools import mention_in
from ipseclint.vocabulary.registry_keys import SERVICES_OF_MACHINE
from ipseclint.vocabulary.services import NAMES, SERVICES

_SECTION = late(r"\[([^\]]+)\][ \t]*")
_OURS = late(
    r"^\[(?:Registry Values|Service General Setting|System Access|Privilege Rights)(?:\]|[ \t]*\r?$)", re.MULTILINE
)
_SIGNATURE = late(r"^[ \t]*signature[ \t]*=[ \t]*\"?\$CHICAGO\$", re.IGNORECASE | re.MULTILINE)
_WORD = late(r"\w+")
_KINDS = {kind.value: kind for kind in (Kind.SZ, Kind.EXPAND_SZ, Kind.BINARY, Kind.DWORD, Kind.MULTI_SZ)}
_HIVE = "machine\\"
_IS_NONE = "lines of this section are `{}`, and this is none"
_VALUE = late(r"\"?machine\\[^=]*=[ \t]*\d", re.IGNORECASE)
"""The beginning of a registry value; a key whose permissions are set has no `=`."""
_OF_SERVICE = late(rf"\"?(?:{NAMES})\b", re.IGNORECASE)
"""The name of a service of IPsec at the beginning of a line."""
_SERVICE = late(rf"\"?(?:{NAMES})\"?[ \t]*,[ \t]*\d", re.IGNORECASE)
"""The beginning of how one starts."""


def recognise(source: Source) -> bool:
    """Whether it has the signature and a section of a security template."""
    head = source.head_text
    return _SIGNATURE.search(head) is not None and _OURS.search(head) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policy in its registry values, and the start types of IPsec services."""
    tree = Key.root(diagnostics.path)
    section = ""
    for line in lines_of(text, diagnostics.path):
        stripped = line.strip()
        if match := _SECTION.fullmatch(stripped.text):
            section = match[1]
        elif stripped.text.startswith("["):
            section = stripped.text.strip("[] \t")
            diagnostics.malformed("the head of a section is not closed by `]`", stripped.span)
        elif stripped.text and not stripped.text.startswith(";"):
            take_line(section, stripped, tree, diagnostics)
    return decode(tree, diagnostics, is_whole=False)


def take_line(section: str, line: Token, tree: Key, diagnostics: Diagnostics) -> None:
    """Add what a line of a section sets to the tree, if it concerns IPsec."""
    if section.casefold() == "registry values":
        _registry_value(line, tree, diagnostics)
    elif section.casefold() == "service general setting":
        _service(line, tree, diagnostics)
    elif _VALUE.match(line.text) is not None and mention_in(line.text) is not None:
        _misplaced("a registry value", "Registry Values", section, line, diagnostics)
    elif _SERVICE.match(line.text) is not None:
        _misplaced("the start of a service", "Service General Setting", section, line, diagnostics)


def _misplaced(what: str, belongs: str, section: str, line: Token, diagnostics: Diagnostics) -> None:
    where = f"in [{section}]" if section else "above all sections"
    diagnostics.malformed(f"{what} {where} is not set; its section is [{belongs}]", line.span)


def _registry_value(line: Token, tree: Key, diagnostics: Diagnostics) -> None:
    whole, written = line.cut("=")
    above, _, name = whole.text.rpartition("\\")
    if not above.casefold().startswith(_HIVE):
        if mention_in(line.text) is not None:
            diagnostics.malformed(_IS_NONE.format("MACHINE\\KEY\\NAME=type,data"), line.span)
        return
    path = f"HKEY_LOCAL_MACHINE\\{above[len(_HIVE) :]}"
    if not concerns_ipsec(path):
        return
    kind_token, data = (whole, None) if written is None else written.cut(",")
    kind = _KINDS.get(decimal(kind_token.text) or 0)
    key = tree.make(path, whole.span)
    if key is None or kind is None or data is None:
        shown = _WORD.match(name)  # what stands behind it may be a key
        what = "a line that ends with its key" if shown is None else quoted(shown[0])
        diagnostics.malformed(f"{what} is not a value with its type", line.span)
        return
    is_quoted = len(data.text) > 1 and data.text[0] == data.text[-1] == '"'
    value = written_value(name, kind, data.part(1, len(data.text) - 1) if is_quoted else data)
    if kind in NUMBERS and value.number is None:
        diagnostics.malformed(no_number(name, data), data.span)
    key.set(value)


def _service(line: Token, tree: Key, diagnostics: Diagnostics) -> None:
    parts = line.split(",")
    name = SERVICES.get(parts[0].text.strip('"').casefold())
    if name is not None and len(parts) > 1:
        key = tree.make(f"{SERVICES_OF_MACHINE}\\{name}", parts[0].span)
        if key is not None and parts[1].text.strip():
            start = written_value("Start", Kind.DWORD, parts[1])
            if start.number is None:
                diagnostics.malformed(no_number(f"{name}\\Start", parts[1]), parts[1].span)
            key.set(start)
    elif _OF_SERVICE.match(line.text) is not None or mention_in(line.text) is not None:
        diagnostics.malformed(_IS_NONE.format('"name",start,"..."'), line.span)


FORMATS = (
    Format(
        name="security-template",
        title="security template (.inf): values of the registry, how services start",
        recognise=recognise,
        parse=parse,
        how_to_export="secedit /export /cfg template.inf, or GptTmpl.inf in a backup of a GPO",
        can_express="values of the services that do IPsec, and how these services start",
        cannot_express="rules, sets and policies; values that the template does not name",
    ),
)
