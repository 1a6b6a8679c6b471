"""Many negotiations that come to the same are told once, to the letter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from ipseclint.finding import Basis
from ipseclint.reporters.negotiation import html
from ipseclint.reporters.negotiation.text import known_from
from ipseclint.semantics.negotiation import rule_ends
from ipseclint.semantics.negotiation.implementations import WINDOWS
from tests.cases import cases
from tests.command_line import Ran
from tests.semantics.negotiation.two_ends import answer

SITES = "".join(
    f'netsh advfirewall consec add rule name="Site {number}" endpoint1=any endpoint2=10.{number}.0.0/16 '
    "action=requireinrequestout auth1=computerkerb qmsecmethods=esp:sha1-3des+15min+20480kb\n"
    for number in range(1, 6)
)
TOLD = """\
50 negotiations between 15 rules: FAILS at quick-mode-suite (AuthIP)
   AES-128+SHA-1+DH2
   no quick-mode proposal of one end is whole in the other's list
   quick-mode proposals: ESP 3DES+SHA-1 asks, ESP AES-256+SHA-256 answers
   fleet/one/policy.cmd:1 rule "Site 1" -> fleet/three/policy.cmd:1 rule "Site 1"
   fleet/one/policy.cmd:1 rule "Site 1" -> fleet/three/policy.cmd:2 rule "Site 2"
   fleet/one/policy.cmd:1 rule "Site 1" -> fleet/three/policy.cmd:3 rule "Site 3"
   and 47 more; --format json lists all

50 negotiations between 15 rules: FAILS at quick-mode-suite (AuthIP)
   AES-128+SHA-1+DH2
   no quick-mode proposal of one end is whole in the other's list
   quick-mode proposals: ESP AES-256+SHA-256 asks, ESP 3DES+SHA-1 answers
   fleet/three/policy.cmd:1 rule "Site 1" -> fleet/one/policy.cmd:1 rule "Site 1"
   fleet/three/policy.cmd:2 rule "Site 2" -> fleet/one/policy.cmd:1 rule "Site 1"
   fleet/three/policy.cmd:3 rule "Site 3" -> fleet/one/policy.cmd:1 rule "Site 1"
   and 47 more; --format json lists all

50 negotiations between 10 rules: SECURED (AuthIP)
   AES-128+SHA-1+DH2; ESP 3DES+SHA-1
   fleet/one/policy.cmd:1 rule "Site 1" -> fleet/two/policy.cmd:1 rule "Site 1"
   fleet/two/policy.cmd:1 rule "Site 1" -> fleet/one/policy.cmd:1 rule "Site 1"
   fleet/one/policy.cmd:1 rule "Site 1" -> fleet/two/policy.cmd:2 rule "Site 2"
   and 47 more; --format json lists all

75 pairs, each end as initiator: secured 50, fails 100
"""


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three machines with five rules each, one of which asks for other proposals."""
    monkeypatch.chdir(tmp_path)
    for host, text in {"one": SITES, "two": SITES, "three": SITES.replace("sha1-3des", "sha256-aes256")}.items():
        (tmp_path / "fleet" / host).mkdir(parents=True)
        (tmp_path / "fleet" / host / "policy.cmd").write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("fleet")
def test_what_comes_to_the_same_in_a_fleet_is_told_once(cli: Callable[..., Ran]) -> None:
    ran = cli("negotiate", "fleet")
    assert (ran.code, ran.out, ran.err) == (1, TOLD, "")


@pytest.mark.usefixtures("fleet")
@pytest.mark.parametrize(("most", "listed"), [(48, 48), (49, 49), (50, 49)])
def test_the_page_groups_as_the_text_does(
    cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, most: int, listed: int
) -> None:
    monkeypatch.setattr(html, "MAX_ALIKE", most)
    page = cli("negotiate", "fleet", "-o", "html").out
    assert '<h1 class="error">100 of 150 negotiations fail</h1>' in page
    assert page.count('<article class="rule') == 3
    assert page.count("<summary>49 more come to the same</summary>") == 3
    assert page.count("</span> asks rule ") == 3 * listed
    assert page.count(f"<li>and {49 - listed} more: <code>") == (3 if listed < 49 else 0)


def test_a_pair_of_which_no_packet_was_found_in_time_is_told_without_one(
    cli: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(rule_ends, "STEPS", 0)
    rule = "netsh advfirewall consec add rule name={} endpoint1=any endpoint2={} action={}\n"
    text = rule.format("All", "10.0.0.0/8", "requireinrequestout") + rule.format(
        "Few", "10.1.0.0/16", "noauthentication"
    )
    for host in ("one", "two"):
        (tmp_path / host).mkdir()
        (tmp_path / host / "policy.cmd").write_text(text, encoding="utf-8")
    told = cli("negotiate", "one", "two").out.splitlines()
    assert told[:3] == [
        'a  one/policy.cmd:1 rule "All"',
        'b  two/policy.cmd:1 rule "All"',
        "   whoever asks: SECURED (AuthIP)",
    ]


PEER = """\
connections {{
  peer {{
    local_addrs = {}
    remote_addrs = {}
    local {{ auth = psk }}
    remote {{ auth = psk }}
    children {{ net {{ mode = transport }} }}
  }}
}}
"""


@cases(
    ("here", "there", "told"),
    [
        (True, True, "documented by Microsoft"),
        (True, False, "documented by Microsoft or by the maker of the other end"),
        (False, True, "documented by Microsoft or by the maker of the other end"),
        (False, False, "documented by the maker of an end"),
    ],
)
def test_what_is_documented_is_so_by_the_maker_of_an_end(here: bool, there: bool, told: str) -> None:
    outcome = answer(*(PEER.format(*hosts) for hosts in (("10.1.0.5", "10.2.0.7"), ("10.2.0.7", "10.1.0.5")))).outcome
    initiator, responder = (
        replace(end, implementation=WINDOWS) if is_windows else end
        for end, is_windows in ((outcome.initiator, here), (outcome.responder, there))
    )
    met = replace(outcome, initiator=initiator, responder=responder)
    assert known_from(replace(met, basis=Basis.DOCUMENTED)) == told
    assert known_from(replace(met, basis=Basis.STANDARD)) == "a published standard"
