"""What every report says about the run itself: inputs that were not read, and the configuration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec.structs import asdict

from ipseclint.escape import visible
from ipseclint.report import GIVEN_LATER, NOT_HELD, OTHER_EVENTS, UNREAD, Report
from ipseclint.vocabulary.netsh_ipsec_labels import NAMED_ONLY, NOT_PRINTED
from ipseclint.words import plural

MAX_NAMES = 50
"""The most ignored files named in one line; of others only the kinds are counted, unless all are asked for."""


def coverage_dict(report: Report) -> dict[str, Any]:
    """What was read, by kind of object; what no rule examines, by name; and what was ignored, by path."""
    read: Counter[str] = Counter()
    for input_ in report.inputs:
        read.update(input_.objects)
    ignored: dict[str, list[str]] = {}
    for entry in report.ignored:
        ignored.setdefault(entry.kind, []).append(entry.path)
    not_judged: dict[str, list[str]] = {}
    for value in report.not_judged:
        not_judged.setdefault(value.kind, []).append(value.name)
    return {
        "read": dict(sorted(read.items())),
        "not_judged": dict(sorted(not_judged.items())),
        "ignored": dict(sorted(ignored.items())),
    }


def settings_dict(report: Report) -> dict[str, Any]:
    """The settings of the run, and what they switched off; keys as in ipseclint.toml."""
    used = report.settings
    return {
        "configuration": used.configuration,
        "isolated": used.isolated,
        "rulesets": list(used.rulesets),
        "waivers": used.waivers,
        "baseline": used.baseline,
        "select": list(used.select),
        "ignore": list(used.ignore),
        "severity": dict(used.severity),
        "overrides": [asdict(each) for each in used.overrides],
        "exclude": list(used.exclude),
        "fail_on": used.fail_on,
        "allow_partial": used.allow_partial,
        "allow_empty": used.allow_empty,
        "redacted": used.redacted,
    } | {name: word for name, word in (("shard", used.shard), ("as_of", used.as_of)) if word}


def settings_line(report: Report) -> str:
    """The settings of the run in one line for a terminal."""
    used = report.settings
    parts = [f"configured by {used.configuration or 'no file'}{' (isolated)' if used.isolated else ''}"]
    parts.append(f"rulesets: {', '.join(used.rulesets)}")
    parts += [f"{title}: {name}" for title, name in (("waivers", used.waivers), ("baseline", used.baseline)) if name]
    excluded = sum(setting.kind.startswith("excluded") for setting in report.ignored)
    lists = (
        ("only", used.select),
        ("ignored", used.ignore),
        ("severity changed", tuple(f"{code} {severity}" for code, severity in used.severity.items())),
        ("overridden for", tuple(path for each in used.overrides for path in each.paths)),
        (f"excluded ({plural(excluded, 'file')})", used.exclude),
    )
    parts += [f"{title}: {', '.join(words)}" for title, words in lists if words]
    if used.fail_on != "warning":
        parts.append(f"fail-on: {used.fail_on}")
    if used.shard:
        parts.append(f"shard {used.shard}, without the rules that compare machines")
    if used.as_of:
        parts.append(f"as of {used.as_of}")
    if used.redacted:
        parts.append("names and addresses are replaced")
    return visible("; ".join(parts))


def ignored_lines(report: Report, *, every_name: bool) -> Iterator[str]:
    """What was ignored, in one line by kind; skipped parts of inputs in lines of their own."""
    ignored = [entry for entry in report.ignored if entry.kind not in _OF_INPUTS and entry.kind != NOT_HELD]
    named = every_name or len(ignored) <= MAX_NAMES
    by_kind: dict[str, list[str]] = {}
    for entry in ignored:
        by_kind.setdefault(entry.kind, []).append(entry.path)
    words = "; ".join(
        f"{len(paths)} {kind}: {', '.join(paths)}" if named else f"{len(paths)} {kind}"
        for kind, paths in by_kind.items()
    )
    if words:
        yield visible(f"passed over: {words}{'' if named else ' (-v names them)'}")
    for kind, title in _OF_INPUTS.items():
        paths = [entry.path for entry in report.ignored if entry.kind == kind]
        if paths:
            yield visible(f"{title}: {_named(paths, every_name=every_name)}")


_OF_INPUTS = {
    OTHER_EVENTS: "passed over, since they tell of no failure of IPsec or of a VPN that uses it",
    UNREAD: "parts that are not read",
    GIVEN_LATER: "given when the script runs, and so not judged",
}
"""For each kind of skipped part of an input, the beginning of its line."""


def _named(paths: Sequence[str], *, every_name: bool) -> str:
    named = every_name or len(paths) <= MAX_NAMES
    return ", ".join(paths) if named else f"{plural(len(paths), 'file')} (-v names them)"


def not_held_line(report: Report, *, every_name: bool) -> str | None:
    """The inputs that lack members that rules examine, in one line, and how to export these; None if none does."""
    paths = [entry.path for entry in report.ignored if entry.kind == NOT_HELD]
    if not paths:
        return None
    of_netsh = [any(name in path for name in (NOT_PRINTED, *NAMED_ONLY.values())) for path in paths]
    of_connections = any(_SUITE in path for path in paths)
    shown_by = (
        *((_BY_REGISTRY,) if any(of_netsh) else ()),
        *((_BY_POWERSHELL,) if not all(of_netsh) else ()),
        *((f"`(Get-VpnConnection NAME).{_SUITE}` shows a connection's suite",) if of_connections else ()),
    )
    return visible(f"not held, and so not judged: {_named(paths, every_name=every_name)}; {', '.join(shown_by)}")


_SUITE = "IPSecCustomPolicy"
_BY_POWERSHELL = "`... | ConvertTo-Json -Depth 5` without Select-Object holds objects whole"
_BY_REGISTRY = r"`reg export HKLM\SOFTWARE\Policies\Microsoft\Windows\IPSec ipsec.reg` holds policies whole"


def not_judged_line(report: Report, *, every_name: bool) -> str | None:
    """What was read and no rule examines, in one line; None if there is nothing."""
    if not report.not_judged:
        return None
    names = list(
        dict.fromkeys(f"service {each.name}" if each.kind == "service" else each.name for each in report.not_judged)
    )
    named = every_name or len(names) <= MAX_NAMES
    words = ", ".join(_by_key(names)) if named else f"{plural(len(names), 'value')} (-v names them)"
    has_peer = any(each.kind == "peer" for each in report.not_judged)
    how = "; `ipseclint negotiate POLICY PEER` tells what fails with a peer" if has_peer else ""
    return visible(f"read, and no rule looks at it: {words}{how}")


def _by_key(names: Iterable[str]) -> Iterator[str]:
    """Names, those of several values of one registry key as the key with its values."""
    keys: dict[str, list[str]] = {}
    for name in names:
        keys.setdefault(name.rpartition("\\")[0] or name, []).append(name)
    for key, of_key in keys.items():
        values = ", ".join(name.removeprefix(key + "\\") for name in of_key)
        yield of_key[0] if len(of_key) == 1 else f"{key} ({values})"


def accounting_lines(report: Report, *, every_name: bool = False) -> list[str]:
    """What was not judged, what was not read, the settings of the run, which facts are old: a line each."""
    lines = (
        not_judged_line(report, every_name=every_name),
        not_held_line(report, every_name=every_name),
        *ignored_lines(report, every_name=every_name),
        *report.outdated,
        settings_line(report),
    )
    return [line for line in lines if line]
