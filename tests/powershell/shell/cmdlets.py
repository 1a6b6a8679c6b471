"""The cmdlets of PowerShell itself that this project's scripts call."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.powershell.shell.language import Call, Cmdlet
from tests.powershell.shell.values import (
    Block,
    Table,
    Thing,
    Thrown,
    UnknownError,
    date_text,
    items,
    like,
    of_json,
    regex,
    same,
    text,
    to_json,
    truth,
)


def file_item(path: Path) -> Thing:
    """What Get-Item gives."""
    kind = "System.IO.DirectoryInfo" if path.is_dir() else "System.IO.FileInfo"
    item = Thing((kind, "System.IO.FileSystemInfo"), FullName=str(path), Name=path.name, PSIsContainer=path.is_dir())
    item.methods["ToString"] = lambda: str(path)
    return item


def _path(call: Call, position: int = 0) -> Path:
    value = call.get("LiteralPath")
    return Path(text(value if value is not None else call.get("Path", position)))


def _join_path(call: Call) -> list[Any]:
    parent, child = text(call.get("Path", 0)), text(call.get("ChildPath", 1 if call.get("Path") is None else 0))
    if not parent:
        raise Thrown("Cannot bind argument to parameter 'Path' because it is null.", "ParameterArgumentValidationError")
    return [f"{parent.rstrip('/')}/{child}".replace("\\", "/")]


def _get_content(call: Call) -> list[Any]:
    path = _path(call)
    if not path.exists():
        raise Thrown(f"Cannot find path '{path}'.", "PathNotFound")
    content = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n") if not call.get("Raw") else ""
    return [path.read_bytes().decode("utf-8-sig")] if call.get("Raw") else content.splitlines()


def _set_content(call: Call) -> list[Any]:
    if text(call.get("Encoding")).casefold() != "utf8":
        raise UnknownError("another encoding than UTF8")
    value = call.get("Value", 1) if call.piped is None else call.piped
    ending = "" if call.get("NoNewline") else "\r\n"
    written = "\r\n".join(map(text, items(value))) + ending
    # Windows PowerShell writes a byte order mark.
    with _path(call).open("w", encoding="utf-8-sig" if call.shell.version < (6,) else "utf-8", newline="") as file:
        file.write(written)
    return []


def _new_item(call: Call) -> list[Any]:
    path = _path(call)
    path.mkdir(parents=True, exist_ok=bool(call.get("Force")))
    return [file_item(path)]


def _remove_item(call: Call) -> list[Any]:
    path = _path(call)
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()
    else:
        raise Thrown(f"Cannot find path '{path}'.", "PathNotFound")
    return []


def _copy_item(call: Call) -> list[Any]:
    path, target = _path(call), Path(text(call.get("Destination")))
    if path.is_dir():
        shutil.copytree(path, target / path.name if target.is_dir() else target, dirs_exist_ok=True)
    else:
        shutil.copy(path, target)
    return []


def _get_item(call: Call) -> list[Any]:
    path = _path(call)
    if not path.exists():
        raise Thrown(f"Cannot find path '{path}'.", "PathNotFound")
    return [file_item(path)]


def _get_child_item(call: Call) -> list[Any]:
    path = _path(call)
    if not path.is_dir():
        raise Thrown(f"Cannot find path '{path}'.", "PathNotFound")
    return [file_item(child) for child in sorted(path.iterdir())]


def _where(call: Call) -> list[Any]:
    if not isinstance(call.rest[0], Block):
        (name, value) = call.rest[0], next((v for k, v in call.named.items() if k in {"eq", "ne"}), None)
        del name, value
        raise UnknownError("Where-Object without a block")
    return [item for item in call.piped or [] if truth(_one(call.shell.for_item(call.rest[0], item)))]


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _for_each(call: Call) -> list[Any]:
    return [made for item in call.piped or [] for made in call.shell.for_item(call.rest[0], item)]


def _select(call: Call) -> list[Any]:
    given = call.piped or []
    if call.get("ExpandProperty"):
        return [
            item for each in given for item in items(each.properties[each.properties.key(call.get("ExpandProperty"))])
        ]
    first, last = call.get("First"), call.get("Last")
    if call.get("Unique"):
        given = [item for index, item in enumerate(given) if not any(same(item, other) for other in given[:index])]
    return given[:first] if first is not None else given[-last:] if last else given


def _sort(call: Call) -> list[Any]:
    properties = items(call.get("Property", 0) or [])

    def key(item: Any) -> tuple[Any, ...]:
        made = []
        for each in properties:
            inner = each["Expression"] if isinstance(each, Table) else each
            value = (
                _one(call.shell.for_item(inner, item))
                if isinstance(inner, Block)
                else item.properties[item.properties.key(inner)]
            )
            made.append(value.casefold() if isinstance(value, str) else value)
        return tuple(made) or (text(item).casefold(),)

    return sorted(call.piped or [], key=key, reverse=bool(call.get("Descending")))


def _write_error(call: Call) -> list[Any]:
    message = text(call.get("Message", 0))
    raise Thrown(message, text(call.get("ErrorId")))


def _log(name: str) -> Cmdlet:
    def work(call: Call) -> list[Any]:
        getattr(call.shell, name).append(text(call.get("Message", 0)))
        return []

    return work


def _strict(call: Call) -> list[Any]:
    call.shell.is_strict = call.get("Version") is not None
    return []


def _guid(call: Call) -> list[Any]:
    del call
    guid, value = Thing("System.Guid"), uuid4()
    guid.methods["ToString"] = lambda form="D": value.hex if form == "N" else str(value)
    return [guid]


def _get_command(call: Call) -> list[Any]:
    found = []
    for name in items(call.get("Name", 0)):
        if text(call.get("CommandType")) == "Application":
            folders = call.shell.environment.get("PATH", "").split(":")
            paths = [
                Path(folder) / text(name) for folder in folders if folder and (Path(folder) / text(name)).is_file()
            ]
            found += [Thing("ApplicationInfo", Name=path.name, Path=str(path), Source=str(path)) for path in paths]
        elif text(name).casefold() in call.shell.cmdlets or text(name).casefold() in call.shell.functions:
            found.append(Thing("CommandInfo", Name=text(name)))
    if not found:
        raise Thrown(f"The term '{call.get('Name', 0)}' is not recognized.", "CommandNotFoundException")
    return found


def _get_date(call: Call) -> list[Any]:
    moment = call.get("Date", 0) or datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    form = call.get("Format")
    return [date_text(moment, form) if form else moment]


def _to_json(call: Call) -> list[Any]:
    value = call.get("InputObject") if call.piped is None else _one(call.piped)
    indent = None if call.get("Compress") else 2
    return [json.dumps(to_json(value, call.get("Depth", default=2)), indent=indent)]


def _from_json(call: Call) -> list[Any]:
    value = call.get("InputObject", 0) if call.piped is None else "\n".join(map(text, call.piped))
    # Whether every release of Windows PowerShell has this limit of its serializer is not known: threads tell of both.
    if call.shell.version < (6,) and len(text(value)) > 2_097_152:
        raise Thrown(
            "The length of the string exceeds the value set on the maxJsonLength property.", "ArgumentException"
        )
    try:
        made = of_json(json.loads(text(value)))
    except json.JSONDecodeError as error:
        raise Thrown(f"Conversion from JSON failed with error: {error}", "JsonConversion") from error
    # Windows PowerShell gives a list as one object, PowerShell its elements.
    return [made] if call.shell.version < (6,) else items(made)


def _hash(call: Call) -> list[Any]:
    return [Thing("FileHash", Hash=hashlib.sha256(_path(call).read_bytes()).hexdigest().upper())]


def _split_path(call: Call) -> list[Any]:
    path = _path(call)
    return [path.name if call.get("Leaf") else str(path.parent)]


def _test_path(call: Call) -> list[Any]:
    path = _path(call)
    if text(call.get("PathType")).casefold() == "container":
        return [path.is_dir()]
    return [path.exists()]


def _select_string(call: Call) -> list[Any]:
    pattern = regex(call.get("Pattern", 0))
    made = []
    for line in call.piped or []:
        matches = [Thing("Match", Value=match[0]) for match in pattern.finditer(text(line))]
        if matches:
            made.append(Thing("MatchInfo", Matches=matches if call.get("AllMatches") else matches[:1]))
    return made


def _get_random(call: Call) -> list[Any]:
    del call
    return [uuid4().int % 2**31]


def _new_object(call: Call) -> list[Any]:
    if text(call.get("TypeName", 0)).casefold() not in {"psobject", "pscustomobject"}:
        raise Thrown("Cannot create type. Only core types are supported in this language mode.", "CannotCreateType")
    made = Thing("System.Management.Automation.PSCustomObject")
    made.properties = call.get("Property")
    return [made]


def _add_member(call: Call) -> list[Any]:
    thing = call.get("InputObject")
    if call.get("TypeName") is None:
        raise UnknownError("Add-Member without a name of a type")
    thing.types = (text(call.get("TypeName")), *thing.types)
    return [thing] if call.get("PassThru") else []


def _set_variable(call: Call) -> list[Any]:
    name, value = text(call.get("Name", 0)), call.get("Value", 1)
    call.shell.asked.append((text(value),))
    if call.shell.preference("whatifpreference", "False") == "False":
        call.shell.assign(name, value)
    return []


def _nothing(call: Call) -> list[Any]:
    del call
    return []


CMDLETS: dict[str, Cmdlet] = {
    "Join-Path": _join_path,
    "Split-Path": _split_path,
    "Convert-Path": lambda call: [f"converted:{_path(call)}"],
    "Test-Path": _test_path,
    "Get-Item": _get_item,
    "Get-ChildItem": _get_child_item,
    "New-Item": _new_item,
    "New-Object": _new_object,
    "Add-Member": _add_member,
    "Set-Variable": _set_variable,
    "Remove-Item": _remove_item,
    "Copy-Item": _copy_item,
    "Get-Content": _get_content,
    "Set-Content": _set_content,
    "Get-FileHash": _hash,
    "Get-Location": lambda call: [Thing("PathInfo", Path=call.shell.environment["PWD"])],
    "Get-Date": _get_date,
    "New-Guid": _guid,
    "Get-Command": _get_command,
    "Where-Object": _where,
    "ForEach-Object": _for_each,
    "Select-Object": _select,
    "Select-String": _select_string,
    "Get-Random": _get_random,
    "Sort-Object": _sort,
    "Out-Null": _nothing,
    "Write-Output": lambda call: [item for each in call.rest for item in items(each)],
    "Write-Error": _write_error,
    "Write-Warning": _log("warnings"),
    "Write-Verbose": _log("verbose"),
    "Set-StrictMode": _strict,
    "Register-ArgumentCompleter": _nothing,
    "Export-ModuleMember": _nothing,
    "ConvertTo-Json": _to_json,
    "ConvertFrom-Json": _from_json,
}


def matching(names: list[str], pattern: str) -> list[str]:
    """The names that a wildcard takes."""
    return [name for name in names if like(name, pattern)]
