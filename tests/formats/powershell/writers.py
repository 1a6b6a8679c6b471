"""Writes objects as the cmdlets of PowerShell do: `Export-Clixml`, `ConvertTo-Json`, `ConvertTo-Xml`, lists."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr


@dataclass(frozen=True)
class Cim:
    """An object of a CIM class."""

    name: str
    properties: dict[str, Any]


def clixml_text(objects: Sequence[Cim], *, crlf: bool = True) -> str:
    """The objects as `Export-Clixml` writes them: types and objects that repeat are references."""
    writer = _Clixml()
    lines = ['<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">']
    for policy_object in objects:
        lines.extend(writer.object(policy_object, None, 1))
    lines.append("</Objs>")
    return ("\r\n" if crlf else "\n").join(lines)


class _Clixml:
    def __init__(self) -> None:
        self._next = 0
        self._types: dict[str, int] = {}

    def object(self, each: Cim, name: str | None, depth: int) -> list[str]:
        """The lines of one object."""
        pad = "  " * depth
        lines = [f'{pad}<Obj{_name(name)} RefId="{self._number()}">', *self._type(each, pad + "  ")]
        lines.append(f"{pad}  <ToString>{each.name}</ToString>")
        lines.append(f"{pad}  <Props>")
        for key, value in each.properties.items():
            lines.extend(self.property(key, value, depth + 2))
        lines.extend([f"{pad}  </Props>", f"{pad}</Obj>"])
        return lines

    def property(self, name: str | None, value: Any, depth: int) -> list[str]:
        """The lines of one property."""
        pad = "  " * depth
        if value is None:
            return [f"{pad}<Nil{_name(name)} />"]
        if isinstance(value, Cim):
            return self.object(value, name, depth)
        if isinstance(value, list):
            inner = [line for each in value for line in self.property(None, each, depth + 2)]
            begin = [f'{pad}<Obj{_name(name)} RefId="{self._number()}">', f"{pad}  <LST>"]
            return [*begin, *inner, f"{pad}  </LST>", f"{pad}</Obj>"]
        tag = "B" if isinstance(value, bool) else "U32" if isinstance(value, int) else "S"
        text = str(value).lower() if isinstance(value, bool) else _escaped(str(value))
        return [f"{pad}<{tag}{_name(name)}>{text}</{tag}>"]

    def _type(self, each: Cim, pad: str) -> list[str]:
        if each.name in self._types:
            return [f'{pad}<TNRef RefId="{self._types[each.name]}" />']
        self._types[each.name] = len(self._types)
        kind = f"Microsoft.Management.Infrastructure.CimInstance#root/standardcimv2/{each.name}"
        types = (kind, "Microsoft.Management.Infrastructure.CimInstance", "System.Object")
        names = "".join(f"<T>{one}</T>" for one in types)
        return [f'{pad}<TN RefId="{self._types[each.name]}">{names}</TN>']

    def _number(self) -> int:
        self._next += 1
        return self._next - 1


def _name(name: str | None) -> str:
    return "" if name is None else f" N={quoteattr(name)}"


def _escaped(text: str) -> str:
    text = text.replace("_x", "_x005F_x")
    return escape("".join(each if each >= " " else f"_x{ord(each):04X}_" for each in text))


def json_text(objects: Sequence[Cim]) -> str:
    """The objects as `ConvertTo-Json` writes them: the class is in a property of its own."""
    return json.dumps([_plain(each) for each in objects], indent=4)


def _plain(value: Any) -> Any:
    if isinstance(value, Cim):
        system = {"Namespace": "root/standardcimv2", "ServerName": "HOST", "ClassName": value.name, "Path": None}
        return {name: _plain(item) for name, item in value.properties.items()} | {"CimSystemProperties": system}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def xml_text(objects: Sequence[Cim]) -> str:
    """The objects as `ConvertTo-Xml -Depth 5 -As String` writes them."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<Objects>"]
    for policy_object in objects:
        kind = f"Microsoft.Management.Infrastructure.CimInstance#root/standardcimv2/{policy_object.name}"
        lines.append(f'  <Object Type="{kind}">')
        for key, value in policy_object.properties.items():
            lines.extend(_property(key, value, 2))
        lines.append("  </Object>")
    return "\r\n".join([*lines, "</Objects>"])


def _property(name: str | None, value: Any, depth: int) -> list[str]:
    pad = "  " * depth
    label = "" if name is None else f" Name={quoteattr(name)}"
    if value is None:
        return [f'{pad}<Property{label} Type="System.String" />']
    if isinstance(value, Cim):
        kind = f"Microsoft.Management.Infrastructure.CimInstance#root/standardcimv2/{value.name}"
        inner = [line for key, item in value.properties.items() for line in _property(key, item, depth + 1)]
        return [f'{pad}<Property{label} Type="{kind}">', *inner, f"{pad}</Property>"]
    if isinstance(value, list):
        inner = [line for each in value for line in _property(None, each, depth + 1)]
        return [f'{pad}<Property{label} Type="System.Object[]">', *inner, f"{pad}</Property>"]
    kind = (
        "System.Boolean" if isinstance(value, bool) else "System.UInt16" if isinstance(value, int) else "System.String"
    )
    return [f'{pad}<Property{label} Type="{kind}">{escape(str(value))}</Property>']
