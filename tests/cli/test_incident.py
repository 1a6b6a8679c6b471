"""A folder with a policy and what happened: one machine, and causes in order."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

WAITING = "requests that wait for something that needs IPsec itself"


@pytest.fixture
def host(tmp_path: Path, fixtures: Path) -> Path:
    return Path(shutil.copytree(fixtures / "runs" / "incident", tmp_path / "host"))


def causes(cli: Callable[..., Any], host: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(cli(host, "-o", "json").out).get("explanations", [])
    return found


def test_drops_at_boot_with_a_missing_exemption_point_to_that_rule(host: Path, cli: Callable[..., Any]) -> None:
    first = causes(cli, host)[0]
    assert first["cause"] == WAITING
    assert "EX001" in first["codes"]
    assert any('EX001 on connection security rule "Isolation"' in words for words in first["for"])
    assert any("13827 KERBEROS_ERROR" in words for words in first["for"])
    assert any("as at boot" in words for words in first["for"])


def test_without_the_policy_the_events_alone_speak_and_say_what_is_missing(host: Path, cli: Callable[..., Any]) -> None:
    (host / "policy.cmd").unlink()
    first = causes(cli, host)[0]
    assert first["cause"] == WAITING
    assert "no policy of this machine is among the inputs: give its export beside these events" in first["against"]


def test_without_events_nothing_is_explained(host: Path, cli: Callable[..., Any]) -> None:
    (host / "netevents.xml").unlink()
    assert causes(cli, host) == []


def test_one_dead_peer_comes_first(host: Path, cli: Callable[..., Any]) -> None:
    events = (host / "netevents.xml").read_text(encoding="utf-8-sig")
    for code, name in (("13811", "QUEUE_DROP_MM"), ("13809", "MM_ACQUIRE_DROP"), ("13827", "KERBEROS_ERROR")):
        events = events.replace(f"{code} (ERROR_IPSEC_IKE_{name})", "13805 (ERROR_IPSEC_IKE_TIMED_OUT)")
    for number in range(1, 32):
        events = events.replace(f"<remoteAddrV4>10.1.0.{number}<", "<remoteAddrV4>10.9.9.9<")
    (host / "netevents.xml").write_text(events, encoding="utf-8")
    (host / "policy.cmd").unlink()
    first = causes(cli, host)[0]
    assert first["cause"] == "requests that can never finish"
    assert any(
        re.match(r"(\d+) of \1 negotiations without an answer went to 10.9.9.9$", words) for words in first["for"]
    )


def test_the_folder_is_one_machine_and_files_named_apart_are_not(host: Path, cli: Callable[..., Any]) -> None:
    apart = json.loads(cli(host / "policy.cmd", host / "netevents.xml", "-o", "json").out)
    assert all("EX001" not in each["codes"] for each in apart.get("explanations", []))
    together = json.loads(cli(host / "policy.cmd", host / "netevents.xml", "--machine", "srv1", "-o", "json").out)
    assert together["explanations"][0]["machine"] == "srv1"
    assert "EX001" in together["explanations"][0]["codes"]


def test_every_report_for_people_tells_it(host: Path, cli: Callable[..., Any]) -> None:
    text = cli(host).out
    assert "most likely first" in text
    assert "for: 4 x 13827 KERBEROS_ERROR" in text[text.index(WAITING) :]
    assert WAITING in cli(host, "-o", "html").out


EVENT = (
    "Log Name:      Security\nSource:        Microsoft-Windows-Security-Auditing\nEvent ID:      4653\n"
    "Description:\nAn IPsec main mode negotiation failed.\n\nFailure Information:\n"
    "\tFailure Point:\t\tLocal computer\n\tFailure Reason:\t\tPolicy match error\n"
)
RULE = (
    'netsh advfirewall consec add rule name="R" endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequestout '
    "auth1=computerkerb\n"
)


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (None, "against: no policy of this machine is among the inputs"),
        (RULE, "against: no finding about this machine's policy supports it"),
    ],
)
def test_events_alone_ask_for_the_policy_and_say_what_explains_them(
    tmp_path: Path, cli: Callable[..., Any], policy: str | None, words: str
) -> None:
    (tmp_path / "events.txt").write_text(EVENT)
    if policy is not None:
        (tmp_path / "policy.cmd").write_text(policy)
    out = " ".join(cli(*sorted(tmp_path.iterdir()), "--machine", "pc").out.split())
    assert words in out
    assert "by hand, RT016: Causes between hosts with IPsec rules, in the order to check them" in out
    assert "`ipseclint explain 13868` has those at a VPN connection." in out
