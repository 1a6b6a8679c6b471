"""Scripts that a document of JSON has in base64, as Intune's export does: each is an input of its own.

    {"displayName": "VPN", "fileName": "vpn.ps1", "scriptContent": "TmV3LU5ldElQc2VjUnVsZSAuLi4="}
    {"displayName": "IKE", "detectionScriptContent": "...", "remediationScriptContent": "..."}

Source: the resource types deviceManagementScript, deviceHealthScript, deviceComplianceScript and
win32LobAppPowerShellScriptRule of Microsoft Graph, whose properties of these names are Edm.Binary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

import msgspec

from ipseclint.formats.kit.base64_text import from_base64
from ipseclint.late import late
from ipseclint.source import Source, bytes_source, text_source

_MEMBER = "scriptcontent"
_VALUE = late(r"(\"\w{0,40}[sS]criptContent\"[ \t\r\n]*+:[ \t\r\n]*+)\"[A-Za-z0-9+/=]{4,}+\"")
_NAME_CHARACTERS = 80
"""How much of what a script is called stands in its name (reasoned)."""
_UNFIT = late(r"[^\w .()-]+")
_ENDING = ".ps1"


def scripts_in(source: Source) -> list[Source]:
    """The scripts in a document, each under the name of its file; empty if it has none. Raises SourceError."""
    text = source.read_text()
    try:
        document: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return []
    named: dict[str, bytes] = {}
    for name, data in _scripts(document):
        named[f"{len(named) + 1}-{name}" if name in named else name] = data
    return [bytes_source(f"{source.path}/{name}", data) for name, data in named.items()]


def beside_scripts(source: Source) -> Source:
    """The document without the scripts in it. Raises SourceError."""
    return text_source(source.path, _VALUE.sub(r'\1""', source.read_text()))


def _scripts(document: object) -> Iterator[tuple[str, bytes]]:
    """The name and the text of each script, in the order of the document."""
    left = [document]
    while left:
        value = left.pop()
        if isinstance(value, list):
            left += reversed(value)
        elif isinstance(value, dict):
            for member, held in value.items():
                if member.casefold().endswith(_MEMBER) and isinstance(held, str) and (data := _decoded(held)):
                    yield _name(member, value), data
            left += reversed([held for held in value.values() if isinstance(held, dict | list)])


def _decoded(text: str) -> bytes:
    try:
        return from_base64(text)
    except ValueError:
        return b""


def _name(member: str, script: Mapping[str, object]) -> str:
    """The name of a script's file, or one made of what the script is called and what it does."""
    given = {name.casefold(): held for name, held in script.items() if isinstance(held, str)}
    file = PurePosixPath(given.get("filename", "").replace("\\", "/")).name
    if file:
        return file
    does = member[: -len(_MEMBER)]
    shown = _UNFIT.sub("-", given.get("displayname", "") or "script").strip("-. ")[:_NAME_CHARACTERS]
    return f"{shown}{'-' if does else ''}{does}{_ENDING}"
