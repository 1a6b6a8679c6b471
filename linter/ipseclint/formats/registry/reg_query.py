"""The format of what `reg query KEY /s` prints."""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import Token, joined, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.policy import concerns_ipsec, decode
from ipseclint.formats.registry.tree import Key, Kind, Value
from ipseclint.source import Source, Span, lines_of_text

_KEY = re.compile(r"HKEY_[A-Z_]+(?:\\[^\r\n]*)?", re.IGNORECASE)
_TYPE = re.compile(r"(?:(?<=  )|(?<=\t))(REG_[A-Z_]+)(?=[ \t]|$)")
_COMMAND = re.compile(r"\breg(?:\.exe)? +query\b", re.IGNORECASE)

_VERSION = re.compile(r"! REG\.EXE VERSION ", re.IGNORECASE)
"""How the output of Windows XP and Server 2003 begins."""

_KINDS = {
    "REG_SZ": Kind.SZ,
    "REG_EXPAND_SZ": Kind.EXPAND_SZ,
    "REG_MULTI_SZ": Kind.MULTI_SZ,
    "REG_DWORD": Kind.DWORD,
    "REG_QWORD": Kind.QWORD,
    "REG_BINARY": Kind.BINARY,
    "REG_NONE": Kind.NONE,
}
_NUMBERS = frozenset({Kind.DWORD, Kind.QWORD})


def recognise(source: Source) -> bool:
    """Whether it begins with the path of a key and has lines of name, type and data below."""
    lines = lines_of_text(source.head_text)
    said = [line for line in lines if line.strip() and _COMMAND.search(line) is None and not _VERSION.match(line)]
    return bool(said) and _KEY.fullmatch(said[0].strip()) is not None and any(map(_type_of, said))


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policy in the keys that concern IPsec."""
    tree = Key("", Span(diagnostics.path, 1, 1))
    key: Key | None = None
    value: tuple[str, Kind, list[Token]] | None = None
    for line in lines_of(text, diagnostics.path):
        if _KEY.fullmatch(line.text.strip()) and not line.text[:1].isspace():
            _finish(key, value, diagnostics)
            value = None
            path = line.strip()
            key = tree.make(path.text, path.span) if concerns_ipsec(path.text) else None
            continue
        match = None if key is None else _type_of(line.text)
        if match is not None:
            _finish(key, value, diagnostics)
            kind = _KINDS.get(match[1])
            value = (
                None if kind is None else (line.text[: match.start()].strip(), kind, [line.part(match.end()).strip()])
            )
            if kind is None:
                diagnostics.not_understood(f"unknown type of value {quoted(match[1])}", line.strip().span)
        elif value is not None and line.text:
            # A text may hold line breaks, which are printed as they are.
            value[2].append(line)
    _finish(key, value, diagnostics)
    return decode(tree, diagnostics)


def _type_of(line: str) -> re.Match[str] | None:
    """Where the type of a value stands in a line, if it is a line of name, type and data."""
    return _TYPE.search(line) if line.startswith(("  ", "\t")) else None


def _finish(key: Key | None, value: tuple[str, Kind, list[Token]] | None, diagnostics: Diagnostics) -> None:
    """Set the value whose lines are complete."""
    if key is None or value is None:
        return
    name, kind, pieces = value
    text = joined(pieces)
    number = None
    if kind in _NUMBERS:
        digits = re.fullmatch(r"0x([0-9a-f]{1,16})", text.text.strip(), re.IGNORECASE)
        if digits is None:
            diagnostics.malformed(f"{quoted(name)} is not a number", text.span)
            return
        number = int(digits[1], 16)
    key.set(Value(name, kind, text, number=number))


FORMATS = (
    Format(
        name="reg-query",
        title="output of reg query on firewall and IPsec policy",
        recognise=recognise,
        parse=parse,
        how_to_export=(
            r"reg query HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy /s > local.txt"
            r" & reg query HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall /s > gpo.txt"
        ),
        can_express="the same as a .reg file",
        cannot_express="the same as a .reg file; texts with line breaks are joined",
    ),
)
