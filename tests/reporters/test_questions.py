"""Which rules answer which question of a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ipseclint import check_paths, check_text
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.finding import Basis, Cause, Concern
from ipseclint.reporters.grouping import groups
from ipseclint.reporters.questions import Reply, answers
from ipseclint.reporters.verdict import verdict
from ipseclint.rule import LooksAt, rule
from tests.cases import cases


def concerns(code: str, **facts: Any) -> list[str]:
    made = rule(code, "made-up", basis=Basis.REASONED, **facts)(lambda *_: ())
    return [concern.name for concern in made.concerns]


@pytest.mark.parametrize(
    ("code", "facts", "expected"),
    [
        ("CR999", {}, ["WEAK"]),
        ("CR999", {"cause": Cause.NEVER_FINISHES}, ["FAIL"]),
        ("CR999", {"cause": Cause.NEVER_FINISHES, "concern": Concern.WEAK}, ["WEAK"]),
        ("CR999", {"cause": Cause.TOO_EXPENSIVE}, ["WEAK"]),
        ("AU999", {"concern": Concern.WEAK, "leads_to": (13801,)}, ["WEAK"]),
        ("RF999", {}, ["CONTRADICT"]),
        ("FL999", {"leads_to": (13805,)}, ["CONTRADICT", "FAIL"]),
        ("FL999", {"leads_to": (13805, 13809)}, ["CONTRADICT", "QUEUE", "FAIL"]),
        ("EX999", {"leads_to": (13811,)}, ["FAIL", "QUEUE"]),
        ("QD999", {"leads_to": (13811,)}, ["QUEUE"]),
        ("RT999", {"leads_to": (13811,), "looks_at": LooksAt.EVIDENCE}, ["FAIL", "QUEUE"]),
        ("IT001", {}, ["INTENT"]),
        ("XX001", {"leads_to": (13811,)}, []),
    ],
)
def test_what_a_rule_is_about_follows_from_its_facts(code: str, facts: dict[str, Any], expected: list[str]) -> None:
    assert concerns(code, **facts) == expected


def test_ends_of_a_vpn_without_a_common_suite_are_a_negotiation_that_fails(tmp_path: Path) -> None:
    words = "-AuthenticationTransformConstants SHA256128 -IntegrityCheckMethod SHA256 -DHGroup Group14 -PfsGroup None"
    (tmp_path / "client.ps1").write_text(
        "Add-VpnConnection -Name A -ServerAddress vpn.example.com -TunnelType Ikev2\n"
        f"Set-VpnConnectionIPsecConfiguration -ConnectionName A -Force -EncryptionMethod AES128 {words} "
        "-CipherTransformConstants AES128\n"
    )
    (tmp_path / "server.ps1").write_text(
        f"Set-VpnServerConfiguration -CustomPolicy -EncryptionMethod AES256 {words} -CipherTransformConstants AES256\n"
    )
    told = {answer.question: answer.codes for answer in answers(check_paths([tmp_path]))}
    assert "CR026" in told[Concern.FAIL]
    assert "CR026" not in told[Concern.WEAK]


EVENT = (
    "Event ID:      4653\nDescription:\nAn IPsec main mode negotiation failed.\n\nLocal Endpoint:\n"
    "\tNetwork Address:\t10.1.0.5\n\nRemote Endpoint:\n\tNetwork Address:\t10.2.0.7\n\nFailure Information:\n"
    "\tFailure Point:\tLocal computer\n\tFailure Reason:\tNegotiation timed out\n"
)


def test_evidence_without_a_policy_says_nothing_of_what_is_weak_or_contradicts() -> None:
    replies = {each.question: each.reply for each in answers(check_text(EVENT, "event.txt"))}
    assert replies == {
        Concern.QUEUE: Reply.NOTHING_FOUND,
        Concern.FAIL: Reply.YES,
        Concern.WEAK: Reply.CANNOT_BE_TOLD,
        Concern.CONTRADICT: Reply.CANNOT_BE_TOLD,
    }


@cases(
    "beside",
    [
        '203.0.113.1 : PSK "abc"\n',
        'ipsec.secrets\n```\n203.0.113.1 : PSK "abc"\n```\n```\ncharon: 05[IKE] received proposals inacceptable\n```\n',
    ],
)
def test_a_key_of_the_other_end_alone_or_beside_a_log_is_no_policy_that_rules_looked_at(beside: str) -> None:
    told = answers(check_text(beside, "ipsec.secrets"))
    assert {each.reply for each in told if each.question is Concern.WEAK} == {Reply.CANNOT_BE_TOLD}


def test_the_rules_about_evidence_are_of_one_family() -> None:
    rules = load_ruleset("default").known
    assert {rule.code[:2] for rule in rules if LooksAt.EVIDENCE in rule.looks_at} == {"RT"}


def test_what_happened_without_a_policy_is_nothing_to_deploy() -> None:
    assert verdict(check_text(EVENT, "event.txt")).sentence == "Look at what happened: 1 warning"


RAS_EVENT = (
    "The user EXAMPLE\\anna dialed a connection named Office which has failed. "
    "The error code returned on failure is 789."
)
PROHIBITED = (
    "Windows Registry Editor Version 5.00\n\n"
    '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters]\n"ProhibitIpSec"=dword:00000001\n'
)
L2TP = (
    'Add-VpnConnection -Name Office -ServerAddress vpn.example.org -TunnelType L2tp -L2tpPsk "Winter-Sun-42" -Force\n'
)


def test_what_leads_to_an_error_that_was_seen_stands_first_and_then_its_evidence(tmp_path: Path) -> None:
    (tmp_path / "event.txt").write_text(RAS_EVENT)
    (tmp_path / "vpn.ps1").write_text(L2TP)
    (tmp_path / "rasman.reg").write_text(PROHIBITED)
    report = check_paths([tmp_path])
    assert [group.first.code for group in groups(report.findings)] == ["RF022", "RT023", "AU001"]


WEAK_IN_USE = """Main Mode SA at 10/12/2026 09:15:00
----------------------------------------------------------------------
Local IP Address:                     10.1.0.5
Remote IP Address:                    10.20.0.9
First Auth:                           ComputerCert
Second Auth:                          None
MM Offer:                             {}
Cookie Pair:                          203d575055d08870:0123456789abcdef
Health Pair:                          No

Ok.
"""


@cases(
    ("text", "select", "reply", "ran"),
    [
        (WEAK_IN_USE.format("DHGroup2-3DES-SHA1"), (), Reply.YES, 0),
        (WEAK_IN_USE.format("ECDHP384-AES256-SHA384"), (), Reply.CANNOT_BE_TOLD, 0),
        (
            "netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes256-sha384\n",
            ("RT",),
            Reply.CANNOT_BE_TOLD,
            0,
        ),
        (
            "netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes256-sha384\n",
            ("CR001", "RT"),
            Reply.NOTHING_FOUND,
            1,
        ),
    ],
)
def test_that_no_weak_suite_is_in_use_does_not_say_that_none_is_offered(
    text: str, select: tuple[str, ...], reply: Reply, ran: int
) -> None:
    report = check_text(text, "a.txt", select=select)
    (weak,) = (each for each in answers(report) if each.question is Concern.WEAK)
    assert (weak.reply, weak.ran) == (reply, ran)
