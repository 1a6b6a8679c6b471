r"""Values of a registry key from `Get-ItemProperty KEY`, which prints the key below its values.

    NegotiateDH2048_AES256 : 1
    PSPath                 : Microsoft.PowerShell.Core\Registry::HKEY_LOCAL_MACHINE\SYSTEM\...\RasMan\Parameters

    Hive: HKEY_LOCAL_MACHINE\SYSTEM\...\RasMan         as `Get-ChildItem` and `Get-Item` list keys with their values
    Name                           Property
    ----                           --------
    Parameters                     NegotiateDH2048_AES256 : 1

    FullKeyPath : HKEY_LOCAL_MACHINE\SYSTEM\...\RasMan\Parameters          as `Get-GPRegistryValue` lists one of a GPO
    Value       : 1
    ValueName   : NegotiateDH2048_AES256

The command itself may stand above. For a missing value PowerShell prints an error with the path of the key. Numbers are
decimal, and negative from 2^31 on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.token import Token, joined, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.policy import concerns_ipsec, decode
from ipseclint.formats.registry.tree import Key, Kind, Value
from ipseclint.formats.registry.written import KINDS_IN_SCRIPTS, written_value
from ipseclint.formats.transcript.parting_lines import NOTHING_BEHIND, own_line
from ipseclint.late import late
from ipseclint.source import Source, Span, first_line
from ipseclint.vocabulary.registry_keys import VPN_SERVER, VPN_SUITE

_COMMAND = late(
    r"(?:^|> ?)(?P<member>\()?(?:get-itemproperty|gp)(?P<value>value|v)?\b(?P<rest>[^\r\n]*)", re.IGNORECASE
)
_KEY = late(r"(?:hklm:|(?:registry::)(?:hklm|hkey_local_machine))\\*([^\"'|)\r\n]*)", re.IGNORECASE)
_NAMED = late(r"-n(?:ame?)?\s+(['\"]?)([\w*.]{1,100}+)\1(?!\s*,)", re.IGNORECASE)
_NAMED_BY_PLACE = late(r"\s(['\"]?)([\w*.]{1,100})\1\s*\Z")
"""The name behind the path, as the second word of `Get-ItemPropertyValue`, which must be given one."""
_MEMBER = late(r"\)\.(['\"]?)([\w*.]{1,100})\1\s*\Z")
_CHOOSES = late(r"\s-n|\|\s*(?:select|fl|ft|format)", re.IGNORECASE)
_PLACE = late(
    r"^[ \t]{0,8}PSPath[ ]{1,80}: Microsoft\.PowerShell\.Core\\Registry::"
    r"(HKEY_LOCAL_MACHINE\\[^\r\n]*+(?:\r?\n[ ]{9,80}(?=\S)[^\r\n]*+)*+)",
    re.IGNORECASE | re.MULTILINE,
)
_IN_GPO = late(r"^[ \t]{0,8}FullKeyPath[ ]{1,80}: (HKEY_LOCAL_MACHINE\\[^\r\n]{1,400})", re.IGNORECASE | re.MULTILINE)
_HIVE = late(r"^[ \t]{0,8}Hive: (HKEY_LOCAL_MACHINE[^\r\n]{0,400})", re.MULTILINE)
_LISTS_KEYS = late(r"^[ \t]{0,8}Name[ ]+Property[ \t]*\r?\n[ \t]{0,8}----[ ]+--------", re.MULTILINE)
_PROPERTY_OF_KEY = late(r"([^\s:][^:\r\n]{0,240}?)[ ]*:(?: (.*)|$)")
_WRAPPED = late(r"\n[ ]{9,80}(?=\S)")
"""Where a long value goes on in its column."""
_PROPERTY = late(r"([ \t]{0,8})([^\s:][^:\r\n]{0,240}) :(?: |$)")
_ABSENT = late(
    r"\bProperty\s+(\S{1,100})\s+does\s+not\s+exist\s+at\s+(?:\|\s+)?path\s+(?:\|\s+)?"
    r"(HKEY_LOCAL_MACHINE\\\S{1,400}?)\.(?=\s|$)",
    re.IGNORECASE,
)
_OF_PROVIDER = frozenset(
    {"pspath", "psparentpath", "pschildname", "psdrive", "psprovider"}
    | {"pscomputername", "psshowcomputername", "runspaceid"}
)
"""What the provider adds to an object, and what PowerShell does that had another machine give it, folded."""
_PLACE_NAME = "PSPath"
_RULER = late(r"[ ]*-+(?:[ ]+-+)*")
_NUMBER = late(r"-?\d{1,20}\Z")
_MAX_LINES_OF_VALUE = 500
"""Over how many lines one value goes on (reasoned, as in lists of objects)."""
_ROOT = "HKEY_LOCAL_MACHINE\\"


class _Listed(Struct):
    """One list: the values by name, in order, and the key, if it names one; `column` is where its values begin."""

    margin: int
    column: int = 0
    values: dict[str, list[Token]] = field(default_factory=dict)


_OWN_LINE = late(
    own_line(
        rf"Get-ItemProperty(?:Value)?[ ](?!:){NOTHING_BEHIND}",
        r"Get-ItemProperty(?:Value)?[ ]:[ ]Property[ ]\S{1,100}[ ]does[ ]not[ ]exist[ ]at[ ]path"
        r"(?:[ ]HKEY_LOCAL_MACHINE\\[^\r\n]{1,400}\.)?",
        r"HKEY_LOCAL_MACHINE\\[^|&<>\r\n]{1,400}\.",
        r"At line:\d{1,6} char:\d{1,6}",
        r"\+[ ](?:~{1,300}|\(?Get-ItemProperty[^|;\r\n]{1,300})",
        r"[ ]{4}\+[ ](?:CategoryInfo|FullyQualifiedErrorId)[ ]{1,12}:[ ][^\r\n]{1,300}",
    ),
    re.IGNORECASE,
)
"""A line of a session in which values are asked for that are not there."""


def recognise(source: Source) -> bool:
    """Whether it lists values of a key that concerns IPsec, or says that there is none."""
    head, words = source.head_text, source.head_words
    if _has_place(head, words):
        return True
    if "fullkeypath" in words and any(concerns_ipsec(match[1]) for match in _IN_GPO.finditer(head)):
        return True
    text = _unwrapped(head)
    words = words if text == head else text.casefold()  # a line may end within a word
    if (text != head and _has_place(text, words)) or (
        "exist" in words and any(concerns_ipsec(match[2]) for match in _ABSENT.finditer(text))
    ):
        return True
    if "hive:" in words and _LISTS_KEYS.search(text) is not None and _HIVE.search(text) is not None:
        return _take_keys(Key.root(source.path), source.head_text, source.path)
    first = _COMMAND.search(first_line(text))
    return first is not None and concerns_ipsec(_key_of(first) or "")


def _has_place(text: str, words: str) -> bool:
    """Whether a list names a key that concerns IPsec, on one line or several. `words` are the text's, folded."""
    return "pspath" in words and any(concerns_ipsec(_unwrapped(match[1]).strip()) for match in _PLACE.finditer(text))


def _unwrapped(text: str) -> str:
    *above, last = _WRAPPED.split(text.replace("\r\n", "\n"))
    return "".join([*(line.rstrip(" \t") for line in above), last])


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policy in the values, and which values are missing."""
    tree = Key.root(diagnostics.path)
    if _HIVE.search(text) is not None:
        _take_keys(tree, text, diagnostics.path)
    command: re.Match[str] | None = None
    for line, listed in _lists(text, diagnostics.path):
        if line is None:
            _take(tree, listed, command)
            continue
        match = _COMMAND.search(line.text.lstrip())
        if match is not None and _key_of(match) is not None:
            command = match
        elif command is not None:
            _take_answer(tree, line, command)
    for match in _ABSENT.finditer(text):
        if concerns_ipsec(match[2]):
            number = text.count("\n", 0, match.start(1)) + 1
            column = match.start(1) - text.rfind("\n", 0, match.start(1))
            name = Token(match[1], diagnostics.path, number, column)
            key = _made(tree, match[2], name.span, is_whole=False)
            if key is not None:
                key.lack(name)
    return decode(tree, diagnostics)


def _take_keys(tree: Key, text: str, path: str) -> bool:
    """Add the keys in tables of `Get-ChildItem` to the tree; whether one of them concerns IPsec.

    The values of each are beside it; long ones continue below.
    """
    hive, column, key, last = "", 0, "", ""
    concerns = False
    properties: dict[str, Token] = {}
    for line in (*lines_of(text, path), Token("Hive: ", path, 1, 1)):
        begins = line.text.lstrip().startswith("Hive: ")
        name = "" if begins else line.text[:column].strip() if column else ""
        if (begins or name) and properties:
            take_properties(tree, properties, f"{hive}\\{key}", is_whole=True)
            concerns = concerns or concerns_ipsec(f"{hive}\\{key}")
        if begins or name:
            key, properties, last = name, {}, ""
        if begins:
            hive, column = line.text.partition("Hive: ")[2].strip(), 0
        elif hive and not column and line.text.lstrip().startswith("----"):
            column = line.text.rfind("--------")
        elif column and key and line.text[column:].strip():
            cell = line.part(column)
            if (match := _PROPERTY_OF_KEY.match(cell.text)) is not None:
                last = match[1]
                start = match.start(2) if match[2] is not None else len(cell.text)
                properties[last] = cell.part(start).strip()
            elif last:
                properties[last] = joined((properties[last], cell.strip()))
    return concerns


def _lists(text: str, path: str) -> Iterator[tuple[Token | None, _Listed]]:
    """The lines outside lists, and each list at its end."""
    listed = _Listed(0)
    last: list[Token] = []
    above: Token | None = None
    columns: tuple[tuple[str, int, int], ...] = ()
    for line in (*lines_of(text, path), Token("", path, 1, 1)):
        if columns and line.text.strip():
            yield None, _Listed(0, 0, {name: [cell] for name, cell in _cells(line, columns) if cell.text})
            continue
        columns = ()
        if above is not None and _RULER.fullmatch(line.text.rstrip()):
            columns, above = _columns(above.text, line.text), None
            continue
        above = line if line.text.strip() else None
        match = _PROPERTY.match(line.text)
        is_moved = match is not None and listed.margin != len(match[1]) < listed.column
        if match is not None and is_moved and not {match[2].rstrip(), _PLACE_NAME}.isdisjoint(listed.values):
            yield None, listed  # another list that somebody moved in; what goes on of a value stands in its column
            listed = _Listed(0)
        if match is not None and (not listed.values or is_moved or len(match[1]) == listed.margin):
            listed = listed if listed.values else _Listed(len(match[1]), match.end() - 1)
            last = [line.part(match.end()).strip()]
            listed.values.setdefault(match[2].rstrip(), last)
        elif listed.values and line.text.strip() and line.text[: listed.margin + 1].isspace():
            if len(last) < _MAX_LINES_OF_VALUE:
                last.append(line.strip())
        else:
            if listed.values:
                yield None, listed
                listed = _Listed(0)
            if line.text.strip():
                yield line, listed


def _columns(names: str, ruler: str) -> tuple[tuple[str, int, int], ...]:
    """The columns of a table of selected values: name, end of the column before it, and its own end."""
    rules = [match.span() for match in re.finditer("-+", ruler)]
    before = [0, *(end for _, end in rules[:-1])]
    return tuple((names[start:end].strip(), left, end) for (start, end), left in zip(rules, before, strict=True))


def _cells(line: Token, columns: tuple[tuple[str, int, int], ...]) -> Iterator[tuple[str, Token]]:
    """The values of a row: the text below each column; the last one to the end of the line."""
    for number, (name, left, end) in enumerate(columns, start=1):
        yield name, line.part(left, len(line.text) if number == len(columns) else end).strip()


def _take(tree: Key, listed: _Listed, command: re.Match[str] | None) -> None:
    """Add the values of a list to its key."""
    values = {name: joined(pieces) for name, pieces in listed.values.items()}
    if _take_of_gpo(tree, {name.casefold(): token for name, token in values.items()}):
        return
    asked = None if command is None else _key_of(command)
    chosen = None if command is None or asked is None else _CHOOSES.search(command["rest"]) is not None
    take_properties(tree, values, asked, is_whole=None if chosen is None else not chosen)


def _take_of_gpo(tree: Key, said: Mapping[str, Token]) -> bool:
    """Add the value that a GPO sets or deletes, if a list is of one."""
    path, name, data = (said.get(each) for each in ("fullkeypath", "valuename", "value"))
    if path is None:
        return False
    key = _made(tree, path.text, path.span, is_whole=False) if name is not None and concerns_ipsec(path.text) else None
    state = said.get("policystate")
    if key is not None and name is not None and state is not None and state.word == "delete":
        key.lack(name)
    elif key is not None and name is not None and data is not None:
        kind = KINDS_IN_SCRIPTS.get(said["type"].word) if "type" in said else None
        key.set(_value(name.text, data) if kind is None else written_value(name.text, kind, data))
    return True


def take_properties(
    tree: Key, properties: Mapping[str, Token], path: str | None = None, *, is_whole: bool | None = None
) -> None:
    """Add the properties of one object to the key of its PSPath, else to the key that was asked for.

    `is_whole`: all values of the key were asked for. None: unknown; then a single value was selected, several were not.
    """
    place = next((token for name, token in properties.items() if name.casefold() == "pspath"), None)
    named = path if place is None else place.text.partition("::")[2]
    if named is None or not properties or not concerns_ipsec(named):
        return
    own = {name: token for name, token in properties.items() if name.casefold() not in _OF_PROVIDER}
    span = (place or next(iter(properties.values()))).span
    key = _made(tree, named, span, is_whole=len(own) > 1 if is_whole is None else is_whole)
    if key is None:
        return
    for name, token in own.items():
        key.set(_value(name, token))
    if named.casefold().endswith(VPN_SERVER.casefold()):
        # Keys below are not shown: there may be one with a suite.
        tree.make(f"{named}\\{VPN_SUITE.rpartition(chr(92))[2]}", span)


def _take_answer(tree: Key, line: Token, command: re.Match[str]) -> None:
    """Add the bare answer below a command for one value to its key."""
    if command["member"]:
        named = _MEMBER.search(command[0].rstrip())
    else:
        named = (_NAMED.search(command[0]) or _NAMED_BY_PLACE.search(command[0])) if command["value"] else None
    path = _key_of(command)
    data = line.strip()
    if not named or path is None or not concerns_ipsec(path) or _NUMBER.match(data.text) is None:
        return
    key = _made(tree, path, data.span, is_whole=False)
    if key is not None and key.get(named[2]) is None:
        key.set(_value(named[2], data))


def _key_of(command: re.Match[str]) -> str | None:
    """The key that a command asks for, from the root."""
    match = _KEY.search(command["rest"])
    if match is None:
        return None
    path = re.split(r"\s+-\w|\s{2,}", match[1], maxsplit=1)[0].strip().rstrip("\\")
    return _ROOT + (path.rpartition(" ")[0] if " " in path and "\\" not in path.rpartition(" ")[2] else path)


def _made(tree: Key, path: str, span: Span, *, is_whole: bool) -> Key | None:
    """The key at a path; it is whole if one list showed all of it."""
    is_new = tree.find(path) is None
    key = tree.make(path, span)
    if key is not None:
        key.is_whole = is_whole or (key.is_whole and not is_new)
    return key


def _value(name: str, data: Token) -> Value:
    if _NUMBER.match(data.text):
        number = int(data.text)
        return Value(name, Kind.DWORD, data, number=number if number >= 0 else number & 0xFFFF_FFFF)
    return Value(name, Kind.SZ, data, data=data.text.encode("utf-16-le", "surrogatepass") + b"\0\0")


FORMATS = (
    Format(
        name="registry-properties",
        title="values of registry keys as Get-ItemProperty prints them",
        recognise=recognise,
        parse=parse,
        how_to_export=r"Get-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Services\RasMan\Parameters > rasman.txt",
        can_express="the values of one key, and which of them are not there",
        cannot_express="keys below; binary values, whose lists are cut short",
        is_alone=lambda source: source.has_only(_OWN_LINE),
    ),
)
