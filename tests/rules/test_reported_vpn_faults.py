"""The cause of each reported VPN fault is named, and stands first in the report."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.api import check_paths
from ipseclint.reporters.grouping import groups
from tests.rules.reported_gateway_logs import GATEWAYS
from tests.rules.reported_gateways import SHOWN
from tests.rules.reported_vpn_faults import FURTHER, KNOWN, Reported
from tests.rules.reported_vpn_logs import LOGGED, charon, pluto
from tests.rules.reported_vpn_pastes import PASTED
from tests.rules.reported_vpn_threads import THREADS
from tests.rules.reported_vpn_words import WORDED, Worded

pytestmark = pytest.mark.drawn(3)

REPORTED = KNOWN | FURTHER | PASTED | LOGGED | GATEWAYS | SHOWN | THREADS


def codes_in_order(reported: Reported, folder: Path) -> list[str]:
    """The codes of the findings as the text report has them."""
    for name, text in reported.files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    config = folder / "ipseclint.toml"
    config.write_text(f"[site]\n{reported.facts}\n")
    paths = sorted({folder / Path(name).parts[0] for name in reported.files})
    report = check_paths(paths, config=config)
    assert [problem.message for problem in report.problems] == []
    return [finding.code for group in groups(report.findings) for finding in group.findings]


@pytest.mark.drawn(2)
@pytest.mark.parametrize("reported", REPORTED.values(), ids=REPORTED)
def test_the_cause_is_named(reported: Reported, tmp_path: Path) -> None:
    codes = codes_in_order(reported, tmp_path)
    assert reported.code in codes
    if reported.is_first:
        assert codes[0] == reported.code


def test_how_many_there_are() -> None:
    assert (len(KNOWN), sum(each.is_first for each in KNOWN.values())) == (20, 19)
    assert (len(FURTHER), len(PASTED), len(LOGGED), len(GATEWAYS), len(SHOWN)) == (29, 48, 29, 19, 9)
    assert len(THREADS) == 30


@pytest.mark.parametrize(
    "name", ["hwdsl2-676", "libreswan-801", "libreswan-125", "journal-iso", "routeros-no-proposal", "azure-44049"]
)
def test_a_configuration_below_a_log_is_read_too(name: str, tmp_path: Path) -> None:
    path = tmp_path / "post.txt"
    path.write_text(THREADS[name].files["post.txt"], encoding="utf-8")
    (read,) = check_paths([path]).inputs
    assert (read.objects.get("peer"), read.objects.get("event")) == (1, 1)


@pytest.mark.parametrize(
    "last", ["STATE_MAIN_R1: sent MR1, expecting MI2", "ISAKMP SA established {auth=PRESHARED_KEY}"]
)
def test_what_was_refused_is_no_failure_once_another_transform_was_taken(last: str, tmp_path: Path) -> None:
    path = tmp_path / "pluto.log"
    (text,) = pluto(
        "responding to Main Mode from unknown peer 192.0.2.7:500",
        "Oakley Transform [AES_CBC (256), HMAC_SHA1, DH20] refused",
        last,
    ).values()
    path.write_text(text)
    assert check_paths([path]).findings == []


def test_the_only_end_that_a_log_shows_is_told(tmp_path: Path) -> None:
    path = tmp_path / "charon.log"
    (text,) = THREADS["algo-1063"].files.values()
    path.write_text(text)
    (finding,) = check_paths([path]).findings
    assert "in main mode the responder takes AES-GCM-256+PRF SHA-512+DH20" in finding.message


def test_a_request_that_came_twice_and_was_then_agreed_on_is_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "charon.log"
    (text,) = charon(
        ("IKE", "192.0.2.6 is initiating an IKE_SA"),
        ("IKE", "received retransmit of request with ID 0, retransmitting response"),
        ("IKE", "IKE_SA office[1] established between 203.0.113.9[a]...192.0.2.6[b]"),
    ).values()
    path.write_text(text)
    assert check_paths([path]).findings == []


@pytest.mark.parametrize("worded", WORDED.values(), ids=WORDED)
def test_the_first_finding_says_what_names_the_cause(worded: Worded, tmp_path: Path) -> None:
    for name, text in worded.reported.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = check_paths([tmp_path])
    assert [problem.message for problem in report.problems] == []
    first = groups(report.findings)[0].first
    assert first.code == worded.reported.code
    assert worded.words in first.message
