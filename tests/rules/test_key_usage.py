"""How long one secret serves: which quick modes count, and which lifetimes are shortened."""

from __future__ import annotations

from ipseclint.model.kinds import label
from tests.cases import cases
from tests.rules.rule_inputs import consec, hits, machine, registry

ENDS = "endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout auth1=computerkerb"
LONG = "netsh advfirewall set global mainmode mmkeylifetime 500min,0sess"
ASKED = "quick modes take their keys from the main mode's secret; the profile asks for PFS"


@cases(
    ("offers", "subjects"),
    [
        (("",), ['connection security rule "R0"']),
        (("", ""), ['connection security rule "R0"']),
        (("qmsecmethods=esp:sha256-aes128",), ['quick-mode crypto set "R0"']),
        (("", "qmsecmethods=esp:sha256-aes128"), ['connection security rule "R0"', 'quick-mode crypto set "R1"']),
        (("qmsecmethods=esp:sha256-none",), []),
        (("qmsecmethods=ah:sha256",), []),
        (("qmsecmethods=ah:sha256,esp:sha256-aes128",), ['quick-mode crypto set "R0"']),
        (("qmsecmethods=esp:sha256-aes128 qmpfs=ecdhp256",), []),
    ],
)
def test_a_profile_that_asks_for_forward_secrecy_asks_it_of_each_set_that_encrypts(
    offers: tuple[str, ...], subjects: list[str]
) -> None:
    subject = machine(*(consec(f"name=R{number} {ENDS} {offer}") for number, offer in enumerate(offers)))
    found = hits("CR023", subject, every_quick_mode=True)
    assert [(label(hit.subject), hit.message) for hit in found] == [(name, ASKED) for name in subjects]


def test_a_set_that_is_not_there_is_asked_for_no_forward_secrecy() -> None:
    text = "v2.30|Action=SecureServer|Active=TRUE|EP2_4=10.0.0.0/255.0.0.0|Crypto2Set={gone}|Name=R|"
    subject = registry(("ConSecRules", "{00000000-0000-4000-8000-000000000001}", text))
    assert hits("CR023", subject, every_quick_mode=True) == []


@cases(
    ("offers", "related"),
    [
        (("",), None),
        (("", "qmsecmethods=esp:sha256-aes128"), ['quick-mode crypto set "R1" has no PFS']),
        (("", "qmsecmethods=esp:sha256-aes128 qmpfs=ecdhp256"), None),
    ],
)
def test_sets_of_windows_itself_do_not_lack_forward_secrecy(offers: tuple[str, ...], related: list[str] | None) -> None:
    subject = machine(LONG, *(consec(f"name=R{number} {ENDS} {offer}") for number, offer in enumerate(offers)))
    assert [[name for name, _ in hit.related] for hit in hits("CR023", subject)] == ([related] if related else [])
