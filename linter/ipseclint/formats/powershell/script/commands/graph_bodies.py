"""Device configurations of Intune that a script sends to Microsoft Graph: JSON in a text, or a table that becomes it.

Sources: the pages of ConvertTo-Json and Invoke-RestMethod (Microsoft.PowerShell.Utility), Invoke-MgGraphRequest
(Microsoft.Graph.Authentication) and New-MgDeviceManagementDeviceConfiguration (Microsoft.Graph.DeviceManagement).
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.json_places import Json, JsonError, JsonObject, read_json
from ipseclint.formats.kit.token import Token, token_at
from ipseclint.formats.mdm import intune
from ipseclint.formats.netsh.cmdlet_signs import SENT_TO_INTUNE
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell.script.arguments.binding import spread
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.value import Table, Value, text_of
from ipseclint.formats.vpn.profile import NOT_KNOWN
from ipseclint.late import late

_SENDS = late(
    r"invoke-(?:restmethod|webrequest|(?:mg|ms|az)\w{0,20}request|mgrestmethod)|irm|iwr|convertto-json"
    r"|(?:new|update)-mg\w{0,40}device(?:management)?configuration\w{0,40}"
)
_MARKUP = str.maketrans("<&\r\n", "    ")
_MAX_DEPTH = 20


class GraphBodies:
    """The configurations that a script sends; `read` has what is read of each."""

    def __init__(self, syntax: Syntax) -> None:
        self.read: list[Parsed] = []
        self._syntax = syntax
        self._taken: set[tuple[int, int]] = set()

    def take(self, call: Call) -> bool:
        """Read what a command sends or makes JSON of; whether it is a configuration with IPsec."""
        if _SENDS.fullmatch(call.name) is None:
            return False
        given = (each.value for each in spread(call.arguments) if each.value is not None)
        sent = [value for value in (*given, *(call.piped or ())) if _is_configuration(value)]
        for value in sent:
            if (value.start, value.end) not in self._taken:
                self._taken.add((value.start, value.end))
                self.read.append(self._parsed(value))
        return bool(sent)

    def _parsed(self, value: Value) -> Parsed:
        span = self._syntax.span(value.start, value.end)
        diagnostics = Diagnostics(span.path)
        unknown: list[Token] = []
        try:
            values = self._of_text(value) if isinstance(value.data, str) else [self._json(value, unknown)]
        except JsonError as error:
            diagnostics.malformed(f"not read: {error}", span)
            return Parsed(problems=diagnostics.listed())
        if "<vpnprofile" in self._syntax.text.lower():  # which is read where it stands
            values = [_without_profiles(each) for each in values]
        policy = intune.policy_in(values, diagnostics)
        told = {(problem.span.line, problem.span.column) for problem in diagnostics.problems}
        for each in unknown:
            if (each.line, each.column) not in told:
                diagnostics.given[f"{quoted(each.text.replace(NOT_KNOWN, ''))}, line {each.line}"] += 1
        return diagnostics.parsed(policy)

    def _of_text(self, value: Value) -> list[Json]:
        """The values in a text; each has its own place where the script writes the text as it is."""
        text, whole = text_of(value), self._syntax.text
        span = self._syntax.span(value.start, value.end)
        at = whole.find(text, value.start, value.end)
        if at < 0 or self._syntax.files[0][0] != span.path:
            return [_placed(each, token_at("", span)) for each in read_json(text, span.path)]
        before = whole[:at]
        column = len(before) - before.rfind("\n") - 1
        return read_json("\n" * before.count("\n") + " " * column + text, span.path)

    def _json(self, value: Value, unknown: list[Token], depth: int = 0) -> Json:
        """What `ConvertTo-Json` makes of a value; what is not known stands as its expression behind a sign for that,
        and is added to the unknown."""
        data = value.data
        span = self._syntax.span(value.start, value.end)
        if data is None or depth > _MAX_DEPTH:
            return None
        if isinstance(data, Table):
            members = ((self._syntax.token(data.name_of(key)), each) for key, each in data.values.items())
            rows = [(name, self._json(each, unknown, depth + 1)) for name, each in members]
            return JsonObject(span.line, span.column, tuple(rows))
        if isinstance(data, list):
            return [self._json(each, unknown, depth + 1) for each in data]
        if value.is_unknown:
            written = self._syntax.text[value.start : value.end]
            token = token_at(NOT_KNOWN + written.translate(_MARKUP), span)
            unknown.append(token)
            return token
        return token_at(str(data).lower(), span) if isinstance(data, bool) else self._syntax.token(value)


def _is_configuration(value: Value) -> bool:
    return any(SENT_TO_INTUNE.search(f'"{text.lower()}') is not None for text in _texts(value, 0))


def _texts(value: Value, depth: int) -> Iterator[str]:
    """The texts in a value, and the names of the members in it."""
    data = value.data
    if isinstance(data, str):
        yield data
    elif isinstance(data, list | Table) and depth < _MAX_DEPTH:
        if isinstance(data, Table):
            yield from data.values
        for each in data.values.values() if isinstance(data, Table) else data:
            yield from _texts(each, depth + 1)


def _without_profiles(value: Json) -> Json:
    """A value without the settings that are whole VPN profiles."""
    if isinstance(value, list):
        return [each for each in map(_without_profiles, value) if each is not None]
    if not isinstance(value, JsonObject):
        return value
    if any(
        name.word == "omauri" and isinstance(uri, Token) and uri.word.endswith("/profilexml")
        for name, uri in value.members
    ):
        return None
    return JsonObject(value.line, value.column, tuple((name, _without_profiles(each)) for name, each in value.members))


def _placed(value: Json, place: Token) -> Json:
    """A value with this place for all that is in it."""
    if isinstance(value, Token):
        return place.replaced_by(value.text)
    if isinstance(value, list):
        return [_placed(each, place) for each in value]
    if isinstance(value, JsonObject):
        members = tuple((place.replaced_by(name.text), _placed(each, place)) for name, each in value.members)
        return JsonObject(place.line, place.column, members)
    return None
