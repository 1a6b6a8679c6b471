"""What `set` gives a variable is what cmd.exe gives it: quotes around the whole end with the last one, others stay."""

from __future__ import annotations

import pytest

from ipseclint.formats.netsh.variables import Variables


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("set N=A", "A"),
        ("set n=A b", "A b"),
        ('set "N=A b"', "A b"),
        ('set "N=A" and more', "A"),
        ('set "N=A "b" c" d', 'A "b" c'),
        ('set "N=A', "A"),
        ('set N="A"', '"A"'),
        ('set N=say "hi" there', 'say "hi" there'),
        ("set N=%M%", None),
        ('set "N=!M!"', None),
    ],
)
@pytest.mark.parametrize("is_certain", [True, False])
def test_a_variable_holds_what_is_written(command: str, expected: str | None, is_certain: bool) -> None:
    variables = Variables()
    variables.take(command, is_certain=is_certain)
    assert variables.known("N") == (expected if is_certain else None)
