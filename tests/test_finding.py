"""What a repair says of itself: whether there are commands, and what to know before they are run."""

from __future__ import annotations

import pytest

from ipseclint.finding import FixText


@pytest.mark.parametrize(
    ("protection", "risky", "caution"),
    [
        (None, False, None),
        (None, True, "may cut connections"),
        ("raises", False, None),
        ("keeps", True, "may cut connections"),
        ("lowers", False, "lowers protection"),
        ("lowers", True, "may cut connections, lowers protection"),
        ("cannot be told", False, "may lower protection"),
    ],
)
def test_a_repair_warns_of_what_it_cuts_and_what_it_protects_less(
    protection: str | None, risky: bool, caution: str | None
) -> None:
    fix = FixText(netsh="netsh", risky=risky, protection=protection, why="a group is weaker", note="Look first.")
    assert fix.caution == caution
    lowers = protection in ("lowers", "cannot be told")
    assert fix.is_lowering is lowers
    assert fix.advice == "Look first." + (" Protection: a group is weaker." if lowers else "")


@pytest.mark.parametrize(
    ("fields", "has_commands", "is_by_script"),
    [
        ({}, False, False),
        ({"note": "Ask."}, False, False),
        ({"netsh": "netsh"}, True, True),
        ({"powershell": "Set-X"}, True, True),
        ({"powershell": "Set-X", "of_one_end": True}, True, False),
    ],
)
def test_words_alone_are_no_commands_and_what_one_end_needs_is_in_no_script(
    fields: dict[str, object], has_commands: bool, is_by_script: bool
) -> None:
    fix = FixText(**fields)  # type: ignore[arg-type]
    assert (fix.has_commands, fix.is_by_script) == (has_commands, is_by_script)
