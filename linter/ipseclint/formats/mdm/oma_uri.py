"""OMA-URIs with values, as people copy them from the Intune portal or write them down.

Name  OMA-URI                                        Data type  Value       a table with tabs, commas or bars
DH    ./Device/Vendor/MSFT/VPNv2/Lab/.../DHGroup     String     Group14

- **OMA-URI:** `./Vendor/MSFT/Firewall/MdmStore/Global/CRLcheck`            labelled lines, a list, a table of
- **Data type:** Integer                                                    labels with their values
- **Value:** 2

./Vendor/MSFT/VPNv2/Lab/NativeProfile/Servers                               a line each
vpn.example.org
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.mdm.nodes import Node, Nodes, path_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.late import late
from ipseclint.source import Source, lines_of_text

_NODE = r"\./(?:(?:Device|User)/)?Vendor/MSFT/(?:VPNv2|Firewall/MdmStore)/"
_URI = _NODE + r"[^\s`*|]{1,400}"
_MARKS = r"[ \t>*_`|+-]{0,12}(?:\d{1,2}[.)][ \t]{1,4})?"
_BEHIND_LABEL = r"[ \t*_`]{0,4}[:|\t][ \t*_`|]{0,80}"
_LABELLED_URI = late(rf"{_MARKS}(?:\w{{2,20}}[ ]){{0,2}}[*_]{{0,2}}OMA-?URI\b{_BEHIND_LABEL}({_URI})", re.IGNORECASE)
_LABELLED_VALUE = late(rf"{_MARKS}[*_]{{0,2}}(?:Value|Wert|Valeur|Valore?)\b{_BEHIND_LABEL}", re.IGNORECASE)
_URI_ALONE = late(rf"{_MARKS}({_URI}?)[*_`]{{0,3}}[ \t]{{0,8}}", re.IGNORECASE)
_URI_IN_A_CELL = late(rf"[*`]{{0,4}}({_NODE}[^`*|]{{1,400}})[*`]{{0,4}}", re.IGNORECASE)
"""In a cell a name may have blanks."""
_VALUE_ALONE = late(
    r"[ \t*`]{0,8}(?:<(?:EapHostConfig|VPNProfile)\b.*|[\w%.,:/\\-]{1,200}(?: [\w.-]{1,40}){0,2})[ \t*`]{0,8}"
)
"""A line below a URI that is its value: a word, few of them, or XML, but no sentence."""
_BASE64 = late(r"[A-Za-z0-9+/]{80,}={0,2}")
_URIS = frozenset({"oma-uri", "omauri", "oma uri"})
_VALUES = frozenset({"value", "wert", "valeur", "valor", "valore"})
"""What the columns are called, folded."""
_IN_ALL_URIS = "oma"
"""It stands in each name of a column of URIs: quicker to look for."""
_DELIMITERS = ("|", "\t", ";", ",")
_CELL = {
    sign: late(rf'[ \t]{{0,8}}"((?:[^"]|""){{0,200000}})"[ \t]{{0,8}}(?=[{sign}]|$)|([^{sign}]*)')
    for sign in _DELIMITERS
}
_AROUND = " \t\u00a0`*|"
_PROFILE = "profilexml"
_MAX_LINES_BETWEEN = 8
"""How many lines may stand between a URI and the label of its value (reasoned: name, description, type)."""


class _Setting(Struct, frozen=True):
    """A URI and its value; None if its label has no value."""

    uri: Token
    value: Token | None


class _Table(Struct, frozen=True):
    """A table: the indices of the URI and value columns, and the delimiter."""

    uri: int
    value: int
    sign: str

    @classmethod
    def of_head(cls, line: Token) -> _Table | None:
        """The table whose columns a line names; None if it names none."""
        if _IN_ALL_URIS not in line.text.casefold():
            return None
        for sign in _DELIMITERS:
            names = [cell.text.strip(" *`").casefold() for cell in _cells(line, sign)] if sign in line.text else []
            uri = next((at for at, name in enumerate(names) if name in _URIS), None)
            value = next((at for at, name in enumerate(names) if name in _VALUES), None)
            if uri is not None and value is not None:
                return cls(uri, value, sign)
        return None

    def setting(self, line: Token, *, is_apart: bool) -> _Setting | None:
        """The setting in a row; None if it is of another CSP. Behind an empty line a row has two cells or more."""
        if is_apart and self.sign not in line.text:
            return None
        cells = _cells(line, self.sign)
        match = _URI_IN_A_CELL.fullmatch(cells[self.uri].text) if len(cells) > self.uri else None
        if match is None:
            return None
        value = _plain(cells[self.value]) if len(cells) > self.value else None
        return _Setting(cells[self.uri].part(*match.span(1)), value)


def recognise(source: Source) -> bool:
    """Whether it has nodes of the Firewall or VPNv2 CSP, one of them with a value."""
    return any(map(_is_said, _settings(source.head_text, source.path)))


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The settings and connections in the nodes."""
    nodes = Nodes(diagnostics)
    for setting in _settings(text, diagnostics.path):
        path, value = path_of(setting.uri, diagnostics), setting.value
        if path is not None and value is not None and _is_said(setting):
            nodes.add(Node(path, value))
        else:
            diagnostics.not_understood(f"{quoted(setting.uri.text)} stands here without its value", setting.uri.span)
    return diagnostics.parsed(nodes.parts().policy())


def _is_said(setting: _Setting) -> bool:
    """Whether the value itself is given, and not, as for a profile, only a file name."""
    value = setting.value
    if value is None or not value.text:
        return False
    is_profile = setting.uri.text.casefold().endswith(_PROFILE)
    return not is_profile or value.text.startswith("<VPN") or _BASE64.fullmatch(value.text) is not None


def _settings(text: str, path: str) -> Iterator[_Setting]:
    """The settings, in order."""
    table: _Table | None = None
    uri: Token | None = None
    is_labelled, waited = False, 0
    is_apart = False
    rows = zip(lines_of_text(text), lines_of_text(text.casefold()), strict=True)
    for number, (row, folded) in enumerate(rows, start=1):
        if table is None and uri is None and _IN_ALL_URIS not in folded and "/msft/" not in folded:
            continue  # neither the head of a table nor a URI
        line = Token(row, path, number, 1)
        if not folded.strip():
            is_apart = True
        elif head := _Table.of_head(line):
            table, is_apart = head, False
        elif (table is None or is_apart) and (named := _named_in(line.text)):
            if uri is not None:
                yield _Setting(uri, None)
            table, uri, waited = None, line.part(*named.span(1)), 0
            is_labelled = _URI_ALONE.fullmatch(line.text) is None
        elif table is not None:
            setting = table.setting(line, is_apart=is_apart)
            if setting is not None:
                yield setting
        elif uri is not None:
            waited += 1
            setting = _behind(uri, line, is_labelled=is_labelled, waited=waited)
            if setting is not None:
                yield setting
                uri = None
    if uri is not None:
        yield _Setting(uri, None)


def _named_in(line: str) -> re.Match[str] | None:
    """The URI that a line outside of a table names, whose value stands below."""
    return _LABELLED_URI.match(line) or _URI_ALONE.fullmatch(line)


def _behind(uri: Token, line: Token, *, is_labelled: bool, waited: int) -> _Setting | None:
    """The setting of a path with the text `waited` lines behind it; None while its value may still follow."""
    label = _LABELLED_VALUE.match(line.text)
    if label is not None:
        return _Setting(uri, _plain(line.part(label.end())))
    if not is_labelled:
        return _Setting(uri, _plain(line) if _VALUE_ALONE.fullmatch(line.text) else None)
    return _Setting(uri, None) if waited > _MAX_LINES_BETWEEN else None


def _cells(line: Token, sign: str) -> list[Token]:
    """The cells of a row, without frame and quotes."""
    text = line.strip()
    if sign == "|":
        begin = 1 if text.text.startswith(sign) else 0
        text = text.part(begin, len(text.text) - 1 if text.text.endswith(sign) else None)
    cells, at = [], 0
    while at <= len(text.text):
        match = _CELL[sign].match(text.text, at)
        if match is None:
            break
        cells.append(text.part(*match.span(1 if match[1] is not None else 2)).strip())
        at = match.end() + 1
    return cells


def _plain(value: Token) -> Token:
    """A value without surrounding marks."""
    begin = len(value.text) - len(value.text.lstrip(_AROUND))
    return value.part(begin, begin + len(value.text.strip(_AROUND)))


FORMATS = (
    Format(
        name="oma-uri",
        title="OMA-URIs of the Firewall and VPNv2 CSPs with their values: tables, labelled lines",
        short="OMA-URIs with their values",
        recognise=recognise,
        parse=parse,
        how_to_export="copy the settings of a custom profile from the Intune portal (better: its JSON from Graph)",
        can_express="the same as mdm-syncml, as far as each value is written out",
        cannot_express="a profile of which only a file is named; connection security rules, which no CSP has",
    ),
)
