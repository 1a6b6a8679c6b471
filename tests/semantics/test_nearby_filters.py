"""What is left of policies where only what is near a change is looked at."""

from __future__ import annotations

import pytest

from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.selectors import WfpFilter
from ipseclint.semantics import nearby_filters
from tests.cases import cases
from tests.semantics.test_object_changes import machine

LISTS = (
    "ipsec static add filterlist name=L",
    "ipsec static add filter filterlist=L srcaddr=me dstaddr=10.1.0.1",
    "ipsec static add filter filterlist=L srcaddr=me dstaddr=10.2.0.1",
    "ipsec static add filteraction name=A action=negotiate",
    "ipsec static add rule name=R policy=P filterlist=L filteraction=A kerberos=yes",
)


@pytest.mark.parametrize(
    ("more", "then", "left"),
    [
        ((), (), 0),
        ((), ("ipsec static add filter filterlist=L srcaddr=me dstaddr=10.2.0.0 dstmask=255.255.255.0",), 1),
        ((), ("ipsec static add policy name=P assign=yes",), 2),
        (("ipsec static add policy name=P assign=no",), ("ipsec static set policy name=P assign=yes",), 2),
    ],
)
def test_filters_are_near_a_change_of_others_or_of_what_uses_them(
    monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], then: tuple[str, ...], left: int
) -> None:
    monkeypatch.setattr(nearby_filters, "FEW_RULES", -1)
    monkeypatch.setattr(nearby_filters, "FEW_FILTERS", -1)
    old, _ = nearby_filters.nearby(machine(*more, *LISTS), machine(*more, *LISTS, *then))
    assert [len(each.filters) for each in old.policy.filter_lists] == [left]


def test_what_only_stands_on_other_lines_is_no_change_of_what_uses_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby_filters, "FEW_RULES", -1)
    monkeypatch.setattr(nearby_filters, "FEW_FILTERS", -1)
    policy = "ipsec static add policy name=P mmsecmethods={}"
    given = [
        machine(*before, policy.format(offer), *LISTS)
        for before, offer in (
            ((), "3DES-SHA1-2"),
            (("interface show",), "3DES-SHA1-2"),
            ((), "3DES-SHA1-3"),
        )
    ]
    left = [nearby_filters.nearby(given[0], other)[0].policy.filter_lists[0].filters for other in given]
    assert [len(each) for each in left] == [0, 0, 2]


RULES = tuple(
    f"advfirewall consec add rule name=R{number} endpoint1=any endpoint2=10.{number}.0.0/16 action=requireinrequireout"
    for number in range(4)
)


@cases("most", [1, 2, 3])
@cases(("old", "new"), [(1, 3), (3, 1), (2, 2), (2, 3), (3, 3), (0, 4)])
@cases("kind", ["connection_security_rules", "filter_lists", "wfp_filters"])
def test_only_of_many_rules_and_filters_in_both_states_those_near_are_sought(
    kind: str, old: int, new: int, most: int
) -> None:
    def state(count: int) -> Machine:
        if kind == "connection_security_rules":
            return machine(*RULES[:count])
        if kind == "filter_lists":
            more = (f"ipsec static add filter filterlist=L srcaddr=me dstaddr=10.1.0.{each}" for each in range(count))
            return machine("ipsec static add filterlist name=L", *more)
        rows = [
            WfpFilter(f"k{each}", "f", "l", "s", 1, "a", None, (), (), None, (), (), (), 1, 1) for each in range(count)
        ]
        return Machine(name="m", policy=Policy(wfp_filters=tuple(rows)))

    given = state(old), state(new)
    is_few = {"FEW_RULES": 10, "FEW_FILTERS": 10} | {
        "FEW_RULES" if kind == "connection_security_rules" else "FEW_FILTERS": most
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, number in is_few.items():
            patch.setattr(nearby_filters, name, number)
        found = nearby_filters.nearby(*given)
    are_given = [one is other for one, other in zip(found, given, strict=True)]
    assert are_given == [min(old, new) <= most] * 2
