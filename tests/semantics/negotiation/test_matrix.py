"""What machines of a matrix share: a rule that is the same in all that decides, and nothing else."""

from __future__ import annotations

from ipseclint.semantics.negotiation.matrix import Fleet
from tests.cases import cases
from tests.semantics.negotiation.test_pairs import filters
from tests.semantics.negotiation.two_ends import PSK, machine, rule

HERE, THERE = ("10.1.0.5", "10.2.0.7"), ("10.2.0.7", "10.1.0.5")
TUNNEL = "mode=tunnel localtunnelendpoint=10.1.0.5 remotetunnelendpoint=10.2.0.7 exemptipsecprotectedconnections=no"


def shared_by(*texts: str) -> list[tuple[list[int], list[int]]]:
    """The machines on either side of each pair, by number."""
    fleet = Fleet()
    for number, text in enumerate(texts):
        fleet.add(machine(text, str(number)))
    return sorted((sorted(one.hosts), sorted(other.hosts)) for _, one, other in fleet.pairs())


@cases(
    ("first", "second"),
    [
        (rule(PSK), rule(PSK, "requireinrequestout")),
        (rule(PSK, "requestinrequestout"), rule(PSK, "requireinrequestout")),
        (rule(PSK), rule(f"{PSK} qmpfs=dhgroup14")),
        (rule(PSK), rule(f"{PSK} qmsecmethods=esp:sha256-aes256")),
        (rule(PSK), rule("auth1=computerpsk auth1psk=another-key")),
        (rule(PSK), rule(f"{PSK} {TUNNEL}")),
    ],
    ids=["outbound", "inbound", "PFS", "quick mode", "key", "mode"],
)
def test_rules_that_differ_in_one_thing_are_not_taken_for_one(first: str, second: str) -> None:
    other = rule(PSK, ends=THERE)
    assert shared_by(first, first, other) == [([0, 1], [2])]
    pairs = shared_by(first, second, other)
    assert len({tuple(hosts) for pair in pairs for hosts in pair} & {(0,), (1,), (0, 1)}) == 2


@cases("name", ["R", "S"])
def test_names_and_places_are_not_what_decides(name: str) -> None:
    renamed = "rem one line more\n" + rule(PSK).replace('name="R"', f'name="{name}"')
    assert shared_by(rule(PSK), renamed, rule(PSK, ends=THERE)) == [([0, 1], [2])]


def test_what_one_takes_and_another_sends_too_is_not_taken_for_one() -> None:
    both, here, there = filters("both", "10.2.0.7"), filters("in", "10.2.0.7"), filters("in", "10.1.0.5")
    assert shared_by(both, here, there) == [([0], [1]), ([0], [2])]
