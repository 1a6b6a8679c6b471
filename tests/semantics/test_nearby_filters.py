"""What is left of policies where only what is near a change is looked at."""

from __future__ import annotations

import pytest

from ipseclint.semantics import nearby_filters
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
