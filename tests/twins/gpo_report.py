"""The policy as `Get-GPOReport -ReportType Xml` shows it: the registry's words as elements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from tests.formats.registry.writers import Entry
from tests.twins.policy import DEFAULT_MAIN_MODE, Told
from tests.twins.registry import POLICY_ROOT, entries

_SUITES = {
    "Phase1AuthenticationSets": "AuthenticationSuites",
    "Phase2AuthenticationSets": "AuthenticationSuites",
    "Phase1CryptoSets": "Phase1Suites",
    "Phase2CryptoSets": "Phase2Suites",
}
_RULES = {"ConSecRules": "ConnectionSecurityRules", "MainModeRules": "MainModeRules"}


def text(told: Told) -> str:
    """The whole report."""
    values = entries(told)
    inside = "".join([*_settings(values), *_rules(values), *_sets(values)])
    return (
        '<?xml version="1.0" encoding="utf-16"?>'
        '<GPO xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xmlns="http://www.microsoft.com/GroupPolicy/Settings"><Identifier>'
        '<Identifier xmlns="http://www.microsoft.com/GroupPolicy/Types">{7A11C0DE-0000-4000-8999-000000000000}'
        '</Identifier><Domain xmlns="http://www.microsoft.com/GroupPolicy/Types">corp.example</Domain></Identifier>'
        "<Name>Twin</Name><Computer><Enabled>true</Enabled><ExtensionData>"
        '<Extension xmlns:q1="http://www.microsoft.com/GroupPolicy/Settings/WindowsFirewall"'
        f' xsi:type="q1:WindowsFirewallSettings">{inside}</Extension>'
        "<Name>Windows Firewall</Name></ExtensionData></Computer></GPO>"
    ).replace("><", ">\r\n<") + "\r\n"


def _element(name: str, inside: str) -> str:
    return f"<q1:{name}>{inside}</q1:{name}>"


def _leaf(name: str, value: str | int | bytes) -> str:
    shown = str(value)
    return _element(name, shown.lower() if shown in {"TRUE", "FALSE"} else escape(shown))


def _settings(values: Sequence[Entry]) -> Iterator[str]:
    own = [each for each in values if each.key == POLICY_ROOT]
    yield _element("GlobalSettings", "".join(_element(each.name, _leaf("Value", each.data)) for each in own))


def _rules(values: Sequence[Entry]) -> Iterator[str]:
    for value in values:
        name = _RULES.get(value.key.rpartition("\\")[2])
        if name is not None:
            version, *fields = str(value.data).rstrip("|").split("|")
            parts = [_leaf(*field.split("=", 1)) for field in fields]
            yield _element(name, _leaf("Version", version.removeprefix("v")) + "".join(parts))


def _sets(values: Sequence[Entry]) -> Iterator[str]:
    """Sets in their order; the names that a set itself has in the registry come first, its suites last."""
    keys = list(dict.fromkeys(each.key for each in values))
    for key in keys:
        parts = key.removeprefix(POLICY_ROOT).strip("\\").split("\\")
        if len(parts) != 2 or parts[0] not in _SUITES:
            continue
        own = {each.name: each.data for each in values if each.key == key}
        inside = _leaf("LocalName", own.pop("Name")) + _leaf("Version", own.pop("Version")) + _leaf("GUID", parts[1])
        inside += "".join(_leaf(name, data) for name, data in own.items())
        for suite in (each for each in keys if each.startswith(f"{key}\\")):
            rows = "".join(_leaf(value.name, value.data) for value in values if value.key == suite)
            inside += _element(_SUITES[parts[0]], rows)
        yield _element("DefaultPhase1CryptoSet" if parts[1] == DEFAULT_MAIN_MODE else parts[0], inside)
