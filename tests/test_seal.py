"""The seal of a script that ipseclint wrote: it holds for all other lines, however they end, and for no other text."""

from __future__ import annotations

from collections.abc import Callable

from ipseclint.seal import is_sealed, seal_of, sealed
from tests.cases import cases

LINES = ("# From a to b", "Set-NetFirewallSetting -MaxSAIdleTimeSeconds 600", "")


@cases("end", ["\n", "\r\n"])
def test_a_seal_ends_its_line_as_the_script_ends_its_own(end: str) -> None:
    script = sealed(end.join(LINES), "#")
    assert script.startswith(end.join(LINES))
    assert script.count(end) == script.count("\n") == len(LINES)
    assert script.endswith(end)


@cases(
    ("changed", "holds"),
    [
        (lambda script: script, True),
        (lambda script: script.replace("\r\n", "\n"), True),
        (lambda script: f"\ufeff{script}\r\n \r\n", True),
        (lambda script: f"{script}# SIG # Begin signature block\r\n# AbC=\r\n# SIG # End signature block", True),
        (lambda script: f"{script}# SIG # Begin signature block\r\n& x\r\n# SIG # End signature block", False),
        (lambda script: f"{script}# SIG # Begin signature block\r\n# AbC=\r\nnetsh ipsec static delete all", False),
        (lambda script: f"{script}# AbC=\r\n# SIG # End signature block", False),
        (lambda script: script.replace("600", "300"), False),
        (lambda script: f"netsh ipsec static delete all\r\n{script}", False),
        (lambda script: f"{script}netsh ipsec static delete all", False),
    ],
)
def test_a_seal_holds_for_what_editors_and_signers_do_and_for_no_other_change(
    changed: Callable[[str], str], holds: bool
) -> None:
    assert is_sealed(changed(sealed("\r\n".join(LINES), "rem"))) == holds


@cases("blanks", ["", "\n", "\n\n", " \n\t\n\n"])
def test_blank_lines_before_a_seal_and_no_others_do_not_count(blanks: str) -> None:
    seal = seal_of("one\n\ntwo", "#")
    assert is_sealed(f"one\n\ntwo\n{blanks}{seal}\n")
    assert not is_sealed(f"one\ntwo\n{blanks}{seal}\n")
    assert is_sealed(f"{blanks}{seal_of('', '#')}")


@cases("script", ["# SIG # End signature block", "# AbC=\n# SIG # End signature block", "", "\n"])
def test_what_is_a_signature_alone_or_nothing_is_not_sealed(script: str) -> None:
    assert not is_sealed(script)
