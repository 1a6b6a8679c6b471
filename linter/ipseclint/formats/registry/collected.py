"""Registry values as collectors write them, an object a line: osquery's table `registry`, Velociraptor's artefacts.

RECmd writes a table of what it finds in the files of hives, whose keys it names from the root of their file on.

Rows of other programs are read where their columns say the same in other words, and are problems where they do not.

    {"columns": {"key": ..., "name": ..., "type": "REG_DWORD", "data": "10"}, "action": "added", ...}    osquery, log
    [{"key": ..., "name": ..., "type": ..., "data": ...}]  osqueryi --json
    {"Name": 10, "PSPath": "Microsoft.PowerShell.Core\\Registry::HKEY_...", ...}  Get-ItemProperty KEY | ConvertTo-Json
    {"OSPath": "HKEY_LOCAL_MACHINE\\...\\Name", "Data": {"type": "DWORD", "value": 10}, ...}             Velociraptor

Source: the schema of osquery's table `registry`; Velociraptor's accessor `registry`, whose Data has type and value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.json_places import Json, JsonObject, is_json_alone, read_as_far
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.readers import Looked
from ipseclint.formats.registry.collected_tables import columns_of, lines_with_names, rows_of
from ipseclint.formats.registry.item_properties import take_properties
from ipseclint.formats.registry.policy import concerns_ipsec, decode
from ipseclint.formats.registry.tree import Key, Kind
from ipseclint.formats.registry.written import NUMBERS, hexadecimal, no_number, written_value
from ipseclint.late import late
from ipseclint.secrets.names import holds_any
from ipseclint.source import HEAD_BYTES, Source, behind_comments

_KINDS = {
    "sz": Kind.SZ, "string": Kind.SZ,
    "expandsz": Kind.EXPAND_SZ, "expandstring": Kind.EXPAND_SZ,
    "multisz": Kind.MULTI_SZ, "multistring": Kind.MULTI_SZ,
    "dword": Kind.DWORD,
    "qword": Kind.QWORD,
    "binary": Kind.BINARY,
}  # fmt: skip
"""Types of values by their words, folded, without `Reg` before them and what joins them."""
_KEY = ("key", "keypath", "registrykey", "registrypath")
_NAME = ("name", "valuename", "registryvaluename")
_TYPE = ("type", "valuetype", "registryvaluetype", "kind")
_DATA = ("data", "valuedata", "registryvaluedata", "value")
"""The columns of a row by what they hold, folded and without what joins their words.

`Registry...` is how Microsoft Defender's table DeviceRegistryEvents has them.
"""
_HIVE_COLUMNS = ("hivetype", "hivepath")
_WHOLE_PATH = ("ospath", "fullpath", "path")
_KEY_MEMBERS = ('"key"', '"keypath"', '"key_path"', '"registrykey"', '"registry_key"', '"registrypath"')
_NAME_MEMBERS = ('"name"', '"valuename"', '"value_name"', '"registryvaluename"', '"registry_value_name"')
_DATA_MEMBERS = ('"data"', '"valuedata"', '"value_data"', '"registryvaluedata"', '"registry_value_data"', '"value"')
_HIVE = late(r"(?:microsoft\.powershell\.core\\registry::)?(?:hkey_local_machine|hklm):?\\+", re.IGNORECASE)
_ROOT = late(r"(?:ROOT|C(?:MI|siTool)-CreateHive-?\{[0-9A-F-]{36}\})\\", re.IGNORECASE)
"""What the key at the root of a hive's file is called, which RECmd and Registry Explorer write out."""
_HIVES = frozenset({"system", "software"})
"""The files of which Windows makes HKEY_LOCAL_MACHINE that can hold what concerns IPsec, folded."""
_SIGNS = ("hkey_", "hklm", "\\\\registry", "hivetype", "hivepath")
_PROVIDER = "registry::"
_REMOVED = "removed"
_DELETED = "true"
_OF_ROWS = frozenset({"ospath", "fullpath", "pspath"})
_PATH_ALONE = late(r'"(?:(?:os|full)?path)"[ \t\r\n]*:[ \t\r\n]*"[^"]{0,20}(?:hkey_|\\\\registry)')
"""The member that holds a value's whole path: of Velociraptor, whose older releases say `FullPath`, and osquery."""


def recognise(source: Source) -> bool:
    """Whether it is JSON with registry values, or a table of them."""
    head = source.head_words if len(source.head) <= HEAD_BYTES else source.once(Looked.through_folded).words()
    if not holds_any(head, _SIGNS):
        return False
    if behind_comments(source.head_text.lstrip())[:1] not in {"[", "{"}:
        return any(map(_are_columns, lines_with_names(source.head_lines)))
    if '"pspath"' in head:
        return True
    if not holds_any(head, _DATA_MEMBERS):
        return False
    return (holds_any(head, _NAME_MEMBERS) and holds_any(head, _KEY_MEMBERS)) or (
        '"data"' in head and _PATH_ALONE.search(source.head_folded) is not None
    )


def _are_columns(line: str) -> bool:
    """Whether a line names the columns of a table of values."""
    names = columns_of(line)
    has_name = not names.isdisjoint(_KEY) and not names.isdisjoint(_NAME)
    return (has_name or not names.isdisjoint(_WHOLE_PATH)) and not names.isdisjoint(_DATA)


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policy in the keys that concern IPsec; in a log, with the last state of each value."""
    rows: Iterable[Mapping[str, Json]]
    is_whole = True
    if behind_comments(text.lstrip("\ufeff \t\r\n"))[:1] not in {"[", "{"}:
        rows = rows_of(text, diagnostics)
    else:
        rows = _rows(read_as_far(text, diagnostics))
        is_whole = not diagnostics.problems
    tree = Key.root(diagnostics.path)
    for row in rows:
        if isinstance(place := row.get("pspath"), Token) and _PROVIDER in place.text.casefold():
            take_properties(tree, {name: data for name, data in row.items() if isinstance(data, Token)})
        elif not _take(row, tree, diagnostics):
            _note_unknown_columns(row, diagnostics)
    return decode(tree, diagnostics, is_whole=is_whole)


def _rows(values: list[Json]) -> Iterator[dict[str, Json]]:
    """The rows by folded member names; in osquery's log, `action` is what was done."""
    for value in values:
        if isinstance(value, list):
            yield from _rows(value)
        elif isinstance(value, JsonObject):
            members = _members(value)
            columns, snapshot = members.get("columns"), members.get("snapshot")
            if isinstance(columns, JsonObject):
                yield {"action": members.get("action"), **_members(columns)}
            elif isinstance(snapshot, list):
                yield from _rows(snapshot)
            elif isinstance(_column(members, _DATA), Token) or members.keys() & _OF_ROWS:
                yield members
            else:  # it holds rows, as the answer of a service does
                yield from _rows(list(members.values()))


def _members(value: JsonObject) -> dict[str, Json]:
    return {name.text.casefold().replace("_", ""): member for name, member in value.members}


def _column(row: Mapping[str, Json], names: tuple[str, ...]) -> Json:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _take(row: Mapping[str, Json], tree: Key, diagnostics: Diagnostics) -> bool:
    """Whether a row is understood, or of no concern; a value in a key that concerns IPsec is added to the tree."""
    path, name, kind, data = (_column(row, names) for names in (_KEY, _NAME, _TYPE, _DATA))
    whole = _column(row, _WHOLE_PATH)
    if isinstance(whole, Token) and path is None:
        at = whole.text.rfind("\\")
        last = whole.part(at + 1)
        if isinstance(name, Token) and name.text.casefold() != last.text.casefold():
            path = whole  # that of the key alone
        else:
            path, name = whole.part(0, max(at, 0)), last
    if isinstance(data, JsonObject):
        inner = _members(data)
        kind, data = inner.get("type"), inner.get("value")
    if not (isinstance(path, Token) and isinstance(name, Token) and isinstance(data, Token)):
        return False
    tidy = _tidy(path, row)
    deleted = row.get("deleted")
    if not concerns_ipsec(tidy) or (isinstance(deleted, Token) and deleted.word == _DELETED):
        return True
    key = tree.make(tidy, path.span)
    action = row.get("action")
    if key is not None and isinstance(action, Token) and action.text.casefold() == _REMOVED:
        key.drop(name.text)
        return True
    of_kind = _KINDS.get(kind.text.casefold().removeprefix("reg").replace("_", "")) if isinstance(kind, Token) else None
    if key is None or of_kind is None:
        return False
    if of_kind is Kind.BINARY and "-" in data.text:
        data = data.replaced_by(data.text.replace("-", ""))
    if of_kind in NUMBERS:
        number = decimal(data.text)
        if number is None and (shown := hexadecimal(data.text.strip(), "0x")) is not None:
            data = data.standing_for(str(shown))
        elif number is None or number >> 64:
            diagnostics.malformed(no_number(name.text, data), data.span)
    key.set(written_value(name.text, of_kind, data))
    return True


def _tidy(path: Token, row: Mapping[str, Json]) -> str:
    """The path of a key as in registry exports; empty in a hive that is not the machine's."""
    text = path.text.strip("\\").removeprefix("Registry\\")
    said = (part for name in _HIVE_COLUMNS if isinstance(part := row.get(name), Token) and part.text)
    file = next((part.text.replace("/", "\\").rpartition("\\")[2] for part in said), "")
    if not file or _HIVE.match(text) is not None:
        return _HIVE.sub(lambda _: "HKEY_LOCAL_MACHINE\\", text, count=1)
    return f"HKEY_LOCAL_MACHINE\\{file}\\{_ROOT.sub('', text, count=1)}" if file.casefold() in _HIVES else ""


def _note_unknown_columns(row: Mapping[str, Json], diagnostics: Diagnostics) -> None:
    """Report a row that names an IPsec key and is not read, since its columns are unknown."""
    for value in row.values():
        tidy = _tidy(value, row) if isinstance(value, Token) else ""
        if isinstance(value, Token) and tidy.startswith("HKEY_LOCAL_MACHINE\\") and concerns_ipsec(tidy):
            message = "a row of the registry in columns that are not known: read are `key`, `name`, `type` and `data`"
            diagnostics.not_understood(message, value.span)
            return


FORMATS = (
    Format(
        name="collected-registry",
        title="registry values of IPsec as osquery and Velociraptor collect them (JSON, tables)",
        short="registry values that osquery or Velociraptor collected",
        recognise=recognise,
        parse=parse,
        is_alone=is_json_alone,
        how_to_export='osqueryi --json "SELECT key, name, type, data FROM registry WHERE key LIKE '
        "'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\%%' \" > registry.json",
        can_express="the same as an export of the registry, where the query covers its keys",
        cannot_express="keys that the query leaves out; binary values that the collector cuts",
    ),
)
