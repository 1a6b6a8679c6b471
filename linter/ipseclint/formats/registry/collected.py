"""Registry values as collectors write them, an object a line: osquery's table `registry`, Velociraptor's artefacts.

    {"columns": {"key": ..., "name": ..., "type": "REG_DWORD", "data": "10"}, "action": "added", ...}    osquery, log
    [{"key": ..., "name": ..., "type": ..., "data": ...}]  osqueryi --json
    {"Name": 10, "PSPath": "Microsoft.PowerShell.Core\\Registry::HKEY_...", ...}  Get-ItemProperty KEY | ConvertTo-Json
    {"OSPath": "HKEY_LOCAL_MACHINE\\...\\Name", "Data": {"type": "DWORD", "value": 10}, ...}             Velociraptor

Source: the schema of osquery's table `registry`; Velociraptor's accessor `registry`, whose Data has type and value.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.json_places import Json, JsonError, JsonObject, read_json
from ipseclint.formats.kit.token import Token
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.item_properties import take_properties
from ipseclint.formats.registry.policy import concerns_ipsec, decode
from ipseclint.formats.registry.tree import Key, Kind
from ipseclint.formats.registry.written import written_value
from ipseclint.late import late
from ipseclint.model.machine import merge_policies
from ipseclint.source import Source, Span

_KINDS = {
    "reg_sz": Kind.SZ, "sz": Kind.SZ,
    "reg_expand_sz": Kind.EXPAND_SZ, "expand_sz": Kind.EXPAND_SZ,
    "reg_multi_sz": Kind.MULTI_SZ, "multi_sz": Kind.MULTI_SZ,
    "reg_dword": Kind.DWORD, "dword": Kind.DWORD,
    "reg_qword": Kind.QWORD, "qword": Kind.QWORD,
    "reg_binary": Kind.BINARY, "binary": Kind.BINARY,
}  # fmt: skip
_OTHER_TABLES = late(r'"(?:not_valid_after|start_type)"[ \t]*:')
"""Columns of tables whose rows may stand in the same log."""
_REMOVED = "removed"
_OF_ROWS = frozenset({"ospath", "fullpath", "pspath"})
_PATH_ALONE = late(r'"(?:(?:os|full)?path)"[ \t\r\n]*:[ \t\r\n]*"[^"]{0,20}(?:hkey_|\\\\registry)')
"""The member that holds a value's whole path: of Velociraptor, whose older releases say `FullPath`, and osquery."""


def recognise(source: Source) -> bool:
    """Whether it is JSON with values of a registry."""
    head = source.head_words
    if "hkey_" not in head and "\\\\registry" not in head:
        return False
    if '"pspath"' in head:
        return True
    if '"data"' not in head:
        return False
    return ('"key"' in head and '"name"' in head) or _PATH_ALONE.search(source.head_folded) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policy in the keys that concern IPsec; of lines of a log, as the last of each value leaves it."""
    try:
        values = read_json(text, diagnostics.path)
    except JsonError as error:
        error.note(diagnostics)
        return Parsed(problems=diagnostics.listed())
    tree = Key("", Span(diagnostics.path, 1, 1))
    for row in _rows(values):
        if isinstance(row.get("pspath"), Token):
            take_properties(tree, {name: data for name, data in row.items() if isinstance(data, Token)})
        else:
            _take(row, tree)
    parsed = decode(tree, diagnostics)
    return _with_other_tables(parsed, values, diagnostics.path) if _OTHER_TABLES.search(text) else parsed


def _with_other_tables(parsed: Parsed, values: list[Json], path: str) -> Parsed:
    """What a log of osquery says besides, with rows of its certificates and services."""
    from ipseclint.formats.powershell.cim_json import decode_values

    other = decode_values(values, Diagnostics(path))
    if other.is_empty:
        return parsed
    policies = tuple(each.policy for each in (parsed, other) if not each.policy.is_empty)
    return replace(
        parsed,
        policy=merge_policies(policies) if policies else parsed.policy,
        problems=(*parsed.problems, *other.problems),
        unread=(*parsed.unread, *other.unread),
    )


def _rows(values: list[Json]) -> Iterator[dict[str, Json]]:
    """The rows by the folded names of their members; those of osquery's log have what was done as `action`."""
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
            elif isinstance(members.get("data"), Token) or members.keys() & _OF_ROWS:
                yield members
            else:  # it holds rows, as the answer of a service does
                yield from _rows(list(members.values()))


def _members(value: JsonObject) -> dict[str, Json]:
    return {name.text.casefold(): member for name, member in value.members}


def _take(row: dict[str, Json], tree: Key) -> None:
    path, name, kind, data = row.get("key"), row.get("name"), row.get("type"), row.get("data")
    whole = next((row[each] for each in ("ospath", "fullpath", "path") if isinstance(row.get(each), Token)), None)
    if isinstance(whole, Token) and path is None:
        at = whole.text.rfind("\\")
        path, name = whole.part(0, max(at, 0)), whole.part(at + 1)
    if isinstance(data, JsonObject):
        inner = _members(data)
        kind, data = inner.get("type"), inner.get("value")
    if not (isinstance(path, Token) and isinstance(name, Token) and isinstance(data, Token)):
        return
    tidy = path.text.strip("\\").removeprefix("Registry\\")
    if not concerns_ipsec(tidy):
        return
    key = tree.make(tidy, path.span)
    if key is None:
        return
    action = row.get("action")
    if isinstance(action, Token) and action.text.casefold() == _REMOVED:
        key.values.pop(name.text.casefold(), None)
        return
    of_kind = _KINDS.get(kind.text.casefold()) if isinstance(kind, Token) else None
    if of_kind is not None:
        key.set(written_value(name.text, of_kind, data))


FORMATS = (
    Format(
        name="collected-registry",
        title="registry values of IPsec as osquery and Velociraptor collect them (JSON)",
        recognise=recognise,
        parse=parse,
        how_to_export='osqueryi --json "SELECT key, name, type, data FROM registry WHERE key LIKE '
        "'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\%%' \" > registry.json",
        can_express="the same as an export of the registry, where the query covers its keys",
        cannot_express="keys that the query leaves out; binary values that the collector cuts",
    ),
)
