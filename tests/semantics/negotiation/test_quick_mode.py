"""What becomes of the groups of quick mode, and which is taken, by what each end offers and what is read of it."""

from __future__ import annotations

from ipseclint.engine.negotiate import answers
from ipseclint.semantics.negotiation.stage import Stage
from ipseclint.semantics.negotiation.table import Side
from tests.cases import cases
from tests.semantics.negotiation.two_ends import PSK, machine, main_mode, peer, rule

BOTH = "both ends have it"
UNREAD_BESIDE = "both ends have it; what was not understood beside it may be taken before it"
NONE_IN_COMMON = "the group for perfect forward secrecy is part of the offer, and the two ends have none in common"
ASKED = "only the initiator asks for a group, and whether peer takes it is not known"
UNREAD = "a PFS group was not understood"
PLAIN, WITH_14, UNKNOWN = "esp:aes256-sha256", "esp:aes256-sha256-modp2048", "esp:aes256-sha999"


def groups(one: str, other: str, *, is_whole: bool = True) -> list[tuple[str, str | None, str]]:
    """What the stage of the groups says: of the one end as initiator, and of the other, if that is something else."""
    rows = answers(machine(one, "one"), machine(other, "other", is_whole=is_whole))
    assert [row.initiator for row in rows] == list(Side)
    results = [result for row in rows for result in row.outcome.stages if result.stage is Stage.PFS]
    return list(dict.fromkeys((result.answer.value, result.chosen, result.why) for result in results))


@cases(
    ("here", "there", "expected"),
    [
        ("none", "none", ("agreed", "none", BOTH)),
        ("dhgroup14", "dhgroup14", ("agreed", "DH14", BOTH)),
        ("mainmode", "mainmode", ("agreed", "DH2", BOTH)),
        ("dhgroup14", "none", ("fails", None, NONE_IN_COMMON)),
        ("none", "dhgroup14", ("fails", None, NONE_IN_COMMON)),
        ("dhgroup14", "dhgroup1", ("fails", None, NONE_IN_COMMON)),
        ("mainmode", "none", ("fails", None, NONE_IN_COMMON)),
    ],
)
def test_two_rules_have_a_group_in_common_or_fail(here: str, there: str, expected: tuple[str, str | None, str]) -> None:
    one, other = (f"{PSK} qmsecmethods=esp:sha1-aes128 qmpfs={group}" for group in (here, there))
    assert groups(rule(one), rule(other, ends=("10.2.0.7", "10.1.0.5"))) == [expected]


@cases(
    ("group", "proposals", "expected"),
    [
        ("dhgroup14", [WITH_14], [("agreed", "DH14", BOTH)]),
        ("dhgroup14", [PLAIN], [("depends", None, ASKED), ("fails", None, NONE_IN_COMMON)]),
        ("dhgroup14", [UNKNOWN], [("unknown", None, UNREAD)]),
        ("dhgroup14", [PLAIN, UNKNOWN], [("unknown", None, UNREAD)]),
        ("dhgroup14", [WITH_14, UNKNOWN], [("agreed", "DH14", UNREAD_BESIDE)]),
        ("none", [WITH_14], [("fails", None, NONE_IN_COMMON)]),
        ("none", [PLAIN], [("agreed", "none", BOTH)]),
        ("none", [UNKNOWN], [("unknown", None, UNREAD)]),
        ("none", [PLAIN, UNKNOWN], [("agreed", "none", UNREAD_BESIDE)]),
        ("none", [WITH_14, UNKNOWN], [("unknown", None, UNREAD)]),
    ],
)
def test_what_is_not_read_of_a_peer_decides_nothing_of_the_groups(
    group: str, proposals: list[str], expected: list[tuple[str, str | None, str]]
) -> None:
    mine = rule(f"{PSK} qmsecmethods=esp:sha256-aes256 qmpfs={group}") + main_mode("dhgroup14:aes256-sha256")
    listed = ", ".join(f'"{proposal}"' for proposal in proposals)
    theirs = peer(head='keying = ["ikev1"]', quick=f"proposals = [{listed}]")
    assert groups(mine, theirs, is_whole=UNKNOWN not in proposals) == expected


@cases(
    ("group", "proposals", "fails"),
    [
        ("none", [WITH_14, PLAIN], False),
        ("dhgroup14", [PLAIN, WITH_14], False),
        ("none", [WITH_14], True),
        ("ecdhp256", [PLAIN, WITH_14], True),
    ],
)
def test_a_group_that_both_ends_name_is_no_fault_of_its_own_where_their_suites_differ(
    group: str, proposals: list[str], fails: bool
) -> None:
    mine = rule(f"{PSK} qmsecmethods=esp:sha1-aes128 qmpfs={group}") + main_mode("dhgroup14:aes256-sha256")
    listed = ", ".join(f'"{proposal}"' for proposal in proposals)
    theirs = peer(head='keying = ["ikev1"]', quick=f"proposals = [{listed}]")
    outcomes = [row.outcome for row in answers(machine(mine, "one"), machine(theirs, "other"))]
    assert {outcome.stage for outcome in outcomes} == {Stage.QUICK_MODE_SUITE}
    assert {Stage.PFS in outcome.behind for outcome in outcomes} == {fails}


def router(group: str) -> str:
    """A router of MikroTik that takes L2TP, with a group for its keys."""
    return (
        "/ip ipsec profile\nset [ find default=yes ] dh-group=modp2048 enc-algorithm=aes-256 hash-algorithm=sha1\n"
        "/ip ipsec proposal\n"
        f"set [ find default=yes ] auth-algorithms=sha1 enc-algorithms=aes-256-cbc pfs-group={group}\n"
        "/ip ipsec peer\nadd address=0.0.0.0/0 exchange-mode=main name=l2tp passive=yes profile=default\n"
        "/ip ipsec identity\nadd generate-policy=port-override peer=l2tp secret=Five-red-plums\n"
    )


DIAL = "Add-VpnConnection -Name L2 -ServerAddress vpn.example.org -TunnelType L2tp -L2tpPsk Five-red-plums -Force\n"


@cases(
    ("group", "answer"),
    [
        (
            "modp2048",
            ("depends", "only the responder has a group, and whether RouterOS takes an offer without one is not known"),
        ),
        ("none", ("agreed", BOTH)),
    ],
)
def test_a_router_that_obeys_the_initiator_may_take_an_offer_without_its_group(
    group: str, answer: tuple[str, str]
) -> None:
    rows = answers(machine(router(group), "router"), machine(DIAL, "client"))
    results = [result for row in rows for result in row.outcome.stages if result.stage is Stage.PFS]
    assert {(result.answer.value, result.why) for result in results} == {answer}
