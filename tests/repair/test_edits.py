"""The order of edits: parts of others, what protects, what changes, what exempts, what goes, and new names."""

from __future__ import annotations

from ipseclint.model.change import Edit
from ipseclint.model.policy import Dialect
from ipseclint.repair.edits import turn
from tests.cases import cases
from tests.made_objects import exemption, main_mode_rule, main_mode_set, quick_mode_set, rule

SET, RULE, EXEMPT, MAIN = quick_mode_set(), rule(), exemption("E", "10.0.0.1"), main_mode_rule()
HALF = main_mode_set(dialect=Dialect.IP_SECURITY_POLICY)


@cases(
    ("edit", "expected"),
    [
        (Edit(None, HALF), -1),
        (Edit(None, SET), 0),
        (Edit(None, RULE), 1),
        (Edit(None, MAIN), 1),
        (Edit(SET, SET, ("pfs_group",)), 2),
        (Edit(HALF, HALF, ("lifetime_seconds",)), 2),
        (Edit(RULE, RULE, ("action",)), 3),
        (Edit(EXEMPT, EXEMPT, ("endpoint2",)), 3),
        (Edit(None, EXEMPT), 4),
        (Edit(EXEMPT, None), 5),
        (Edit(RULE, None), 6),
        (Edit(MAIN, None), 6),
        (Edit(SET, None), 7),
        (Edit(SET, SET, ("name",)), 8),
        (Edit(SET, SET, ("name", "pfs_group")), 2),
    ],
)
def test_each_edit_has_its_turn(edit: Edit, expected: int) -> None:
    assert turn(edit, frozenset()) == expected
