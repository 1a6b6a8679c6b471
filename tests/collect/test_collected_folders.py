"""The folder that the collector writes on each release of Windows is read whole, and says what it lacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.collect.windows import KEY, RELEASES, Host, Release
from tests.powershell.shell.values import Thrown

pytestmark = pytest.mark.drawn(4)

FILES = {
    "auditpol.csv", "certificates.json", "events.xml", "mmsa.txt", "netevents.xml", "notes.txt", "policy.json",
    "qmsa.txt",
    "registry.reg", "services.json", "statistics.txt", "vpn.json", "wfpstate.xml",
}  # fmt: skip


def checked(cli: Callable[..., Any], folder: Path) -> dict[str, Any]:
    ran = cli("check", "--machine", "host", folder, "-o", "json", "--fail-on", "never", "--isolated")
    report: dict[str, Any] = json.loads(ran.out)
    return report


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


@pytest.mark.drawn(3)
@pytest.mark.parametrize("is_constrained", [False, True], ids=["full", "constrained"])
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_a_folder_of_each_release_is_read_with_nothing_left_over(
    release: Release, is_constrained: bool, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    host = Host(release, tmp_path, is_constrained=is_constrained)
    folder = host.collect()
    expected = FILES | ({"rras.json"} if release.is_server else set())
    if is_constrained:
        expected = expected - {"events.xml"} | {f"events-{log}.evtx" for log in ("Security", "Application", "System")}
    assert names(folder) == expected
    report = checked(cli, folder)
    assert report["problems"] == []
    assert {Path(each["path"]).name for each in report["inputs"]} == expected
    assert host.shell.warnings == []
    assert list(host.temp.iterdir()) == [], "nothing stays behind"
    notes = (folder / "notes.txt").read_text(encoding="utf-8-sig").splitlines()
    absent = [] if release.is_server else ["Not on this machine: remote access: there is no Get-VpnServerConfiguration"]
    assert notes[1:] == [*absent, "Everything else was collected."]
    assert not any(
        KEY in path.read_text(encoding="utf-8-sig", errors="replace") for path in folder.rglob("*") if path.is_file()
    )
    # A plain message of what no rule looks at: values and services that no rule is about, and no object of policy.
    assert set(report["coverage"]["not_judged"]) <= {"certificate", "registry_value", "service"}
    kinds = report["coverage"]["read"]
    assert (kinds["connection_security_rule"], kinds["vpn_connection"], kinds["security_association"]) == (1, 1, 2)
    assert kinds.get("vpn_interface", 0) == release.is_server


PARTS = {
    "Get-NetIPsecRule": ("policy objects", "policy.json"),
    "Get-NetFirewallPortFilter": ("policy objects", "policy.json"),
    "Get-NetIPsecPhase2AuthSet": ("policy objects", "policy.json"),
    "Get-VpnConnection": ("VPN connections", "vpn.json"),
    "Get-VpnServerConfiguration": ("remote access", "rras.json"),
    "Get-VpnS2SInterface": ("remote access", "rras.json"),
    "Get-ChildItem": ("certificates", "certificates.json"),
    "Get-CimInstance": ("services", "services.json"),
    "Get-WinEvent": ("events of the log Security", ""),
    "auditpol.exe": ("audit policy", "auditpol.csv"),
}


@pytest.mark.drawn(3)
@pytest.mark.parametrize("broken", PARTS)
def test_what_fails_is_noted_and_reported_and_the_rest_is_collected(
    broken: str, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    part, file = PARTS[broken]
    why = f"Zugriff verweigert,\r\n  Schl\u00fcssel {KEY}"
    host = Host(RELEASES[3], tmp_path, failing={broken: why})
    folder = host.collect()
    lost = {file} - {""} if broken != "Get-CimInstance" else {file, "rras.json"}
    kept = FILES | {"rras.json"} | ({"consec.txt", "mainmode.txt", "global.txt"} if file == "policy.json" else set())
    assert names(folder) == kept - lost
    lines = [line for line in (folder / "notes.txt").read_text(encoding="utf-8-sig").splitlines() if "Not coll" in line]
    # The key is known where the policy could be read before.
    shown = f" {KEY}" if broken in {"Get-NetIPsecRule", "Get-NetFirewallPortFilter"} else ""
    first = next(line for line in lines if line.startswith(f"Not collected: {part}"))
    assert first == f"Not collected: {part}: Zugriff verweigert, Schl\u00fcssel{shown}"
    report = checked(cli, folder)
    of_notes = [each for each in report["problems"] if each["location"]["path"].endswith("notes.txt")]
    assert [each["code"] for each in of_notes] == ["IN005"] * len(lines)
    assert f"not collected: {part}: Zugriff verweigert" in " ".join(each["message"] for each in of_notes)


def test_without_elevation_it_goes_on_and_says_what_is_missing(tmp_path: Path, cli: Callable[..., Any]) -> None:
    host = Host(RELEASES[5], tmp_path, is_elevated=False, failing={"Get-WinEvent": "unauthorized operation"})
    folder = host.collect()
    missing = {"wfpstate.xml", "netevents.xml", "auditpol.csv"}
    assert names(folder) == FILES - missing
    report = checked(cli, folder)
    messages = [each["message"] for each in report["problems"]]
    assert messages[0] == (
        "not collected: rights: this was not run elevated, so Windows may have withheld parts of the policy"
    )
    assert [message.split(": ")[1] for message in messages] == [
        "rights", "state of the filtering engine", "network events", "audit policy", "events of the log Security",
        "events of the log Application", "events of the log System",
    ]  # fmt: skip


def test_where_the_cmdlets_are_not_the_policy_is_as_netsh_prints_it(tmp_path: Path, cli: Callable[..., Any]) -> None:
    folder = Host(Release("Windows Server 2008 R2", 7601, (4, 0), is_server=False), tmp_path,
                  has_firewall_cmdlets=False).collect()  # fmt: skip
    assert names(folder) == FILES - {"policy.json", "vpn.json"} | {"consec.txt", "mainmode.txt", "global.txt"}
    notes = (folder / "notes.txt").read_text(encoding="utf-8-sig")
    for missing in ("policy objects: there is no Get-NetIPsecRule", "VPN connections: there is no Get-VpnConnection"):
        assert f"Not on this machine: {missing}" in notes
    report = checked(cli, folder)
    assert report["coverage"]["read"]["connection_security_rule"] >= 1
    assert [each for each in report["problems"] if each["location"]["path"].endswith("notes.txt")] == []


@pytest.mark.parametrize("is_constrained", [False, True], ids=["full", "constrained"])
def test_events_are_asked_for_since_a_moment(is_constrained: bool, tmp_path: Path) -> None:
    host = Host(RELEASES[3], tmp_path, is_constrained=is_constrained)
    host.collect(Since=datetime(2026, 11, 20, 6, 30, tzinfo=UTC))
    asked = host.queries or [words[3] for name, words in host.tools if name == "wevtutil.exe"]
    assert len(asked) == 3
    assert all("TimeCreated[@SystemTime >= '2026-11-20T06:30:00.0000000Z']" in query for query in asked)
    host = Host(RELEASES[3], tmp_path / "days")
    host.collect(Days=2)
    assert "@SystemTime >= '2026-11-24T09:30:00.0000000Z'" in host.queries[0]


def test_names_of_the_site_are_replaced_alike_in_every_file(tmp_path: Path, cli: Callable[..., Any]) -> None:
    host = Host(RELEASES[3], tmp_path)
    folder = host.collect(Redact=True)
    everything = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8-sig", errors="replace")
        for path in folder.rglob("*")
        if path.is_file()
    }
    for name, text in everything.items():
        for word in ("corp.example", "hub01", "s-1-5-21-1004336348", "dc=corp"):
            assert word not in text.casefold(), (name, word)
    certificate = json.loads(everything["certificates.json"])[0]
    (alias,) = {certificate["Subject"].removeprefix("CN=")} & set(certificate["DnsNameList"])
    assert alias.endswith(".domain.example")
    assert certificate["Issuer"] == "CN=Issuing CA, DC=domain, DC=example"
    assert "10.0.0.0/8" in everything["policy.json"], "addresses stay"
    report = checked(cli, folder)
    assert report["problems"] == []


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x").touch()
    with pytest.raises(Thrown, match="is not empty"):
        Host(RELEASES[3], tmp_path).collect()
