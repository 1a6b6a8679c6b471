"""What a coverage says of each range: for which kinds of its traffic, in words, and how many of them are named."""

from __future__ import annotations

from collections.abc import Sequence

from ipseclint.semantics.covered import GroupCoverage, Range, coverages
from tests.cases import cases
from tests.semantics.test_object_changes import machine

OWN = [f"192.0.2.{number}" for number in range(1, 11, 2)]
EVERY = "every profile"


def rule(own: str = "any", more: str = "", peer: str = "10.1.0.0/16", name: str = "R") -> str:
    return (
        f"advfirewall consec add rule name={name} endpoint1={own} endpoint2={peer} action=requireinrequireout"
        f" auth1=computerkerb {more}"
    )


def covered(*rules: str, listed: int = 9, direction: str | None = "out") -> tuple[GroupCoverage, ...]:
    return coverages(machine(*rules), None, listed, direction)


def kinds(*rules: str, direction: str = "out") -> str:
    """For what kinds of traffic IPsec is required in the one range that differs from all other addresses."""
    (one,) = covered(*rules, direction=direction)
    (only,) = one.ranges
    assert (only.addresses, only.count, only.classes) == ("10.1.0.0/16", 65536, ("required", "untouched"))
    return only.words.removeprefix("required for ").removesuffix("; otherwise untouched")


@cases(
    ("own", "said"),
    [
        (1, "192.0.2.1/32"),
        (3, "192.0.2.1/32 or 192.0.2.3/32 or 192.0.2.5/32"),
        (4, "192.0.2.1/32 or 192.0.2.3/32 or 192.0.2.5/32 and 1 more range"),
        (5, "192.0.2.1/32 or 192.0.2.3/32 or 192.0.2.5/32 and 2 more ranges"),
    ],
)
def test_three_ranges_of_own_addresses_are_named_and_the_others_counted(own: int, said: str) -> None:
    assert kinds(rule(",".join(OWN[:own]))) == f"own address {said}"


@cases(("count", "more"), [(3, ""), (4, " or 1 more kind"), (5, " or 2 more kinds")])
def test_three_kinds_of_traffic_are_named_and_the_others_counted(count: int, more: str) -> None:
    ports = range(1, count + 1)
    named = [f"protocol tcp, the peer's port {port}, own address {OWN[port - 1]}/32" for port in ports[:3]]
    said = kinds(*(rule(OWN[port - 1], f"protocol=tcp port2={port}", name=f"R{port}") for port in ports))
    assert said == " or ".join(named) + more


@cases(
    ("more", "out", "inbound"),
    [
        ("protocol=tcp", "protocol tcp", None),
        ("protocol=tcp port1=443", "protocol tcp, own port 443", None),
        ("protocol=tcp port2=443", "protocol tcp, the peer's port 443", None),
        (
            "protocol=udp port1=1-2 port2=3",
            "protocol udp, own port 1-2, the peer's port 3",
            "protocol udp, the peer's port 3, own port 1-2",
        ),
        ("interfacetype=ras", "ras", None),
    ],
)
def test_a_kind_of_traffic_is_told_by_the_fields_that_are_narrower(more: str, out: str, inbound: str | None) -> None:
    assert kinds(rule(more=more)) == out
    assert kinds(rule(more=more), direction="in") == inbound or out


@cases(
    ("rules", "expected"),
    [
        (
            [rule(more="profile=domain")],
            [("domain", ["10.1.0.0/16"]), ("private and public", [])],
        ),
        (
            [rule(more="profile=domain"), rule(more="profile=public", peer="10.7.0.0/16", name="S")],
            [("domain", ["10.1.0.0/16"]), ("private", []), ("public", ["10.7.0.0/16"])],
        ),
        ([rule(), rule(peer="fe80::1", name="S")], [(EVERY, ["10.1.0.0/16"]), (EVERY, ["fe80::1/128"])]),
    ],
)
def test_profiles_with_the_same_answer_are_one(rules: Sequence[str], expected: list[tuple[str, list[str]]]) -> None:
    found = covered(*rules)
    assert [(each.on, [row.addresses for row in each.ranges]) for each in found] == expected
    assert {each.under for each in found} == {"exemptions first or most specific filter first"}


@cases(("listed", "unlisted"), [(0, 2), (1, 1), (2, 0), (3, 0)])
def test_what_is_not_listed_is_counted_and_the_rest_is_all_other_addresses(listed: int, unlisted: int) -> None:
    two = (rule(), rule(peer="10.7.0.0/16", name="S"))
    found = covered(*two, listed=listed, direction=None)
    assert [each.direction for each in found] == ["out", "in"]
    for one in found:
        assert ([row.addresses for row in one.ranges], one.unlisted) == (
            ["10.1.0.0/16", "10.7.0.0/16"][:listed],
            unlisted,
        )
        assert one.otherwise == Range("all other addresses", 2**32 - 2 * 65536, ("untouched",), "untouched")


def test_rules_for_no_address_in_particular_are_for_every_address() -> None:
    first, other = covered(rule(peer="any"))
    for one, bits in ((first, 32), (other, 128)):
        assert (one.ranges, one.otherwise) == ((), Range("every address", 2**bits, ("required",), "required"))
