"""Sets of values as PowerShell takes them, and what it has no word for."""

from __future__ import annotations

from ipseclint.repair.commands.arguments import Unwritable
from ipseclint.repair.commands.powershell_values import Text, words
from tests.cases import cases
from tests.made_objects import said

TABLE = {"one": "One", "two": "Two"}


@cases(
    ("values", "expected"),
    [
        ((), "None"),
        (("two",), "Two"),
        (("two", "one"), "'One','Two'"),
        (("two", "four", "five"), Unwritable("PowerShell has no word for the number five, four")),
    ],
)
def test_a_set_is_written_in_the_order_of_the_table_or_not_at_all(values: tuple[str, ...], expected: Text) -> None:
    assert words(said(frozenset(values)), TABLE, "number") == expected
