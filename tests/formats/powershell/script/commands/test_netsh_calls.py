"""netsh in a script where it is not known whether it runs."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed

CONDITION = "whether `$env:X` holds is not known: what it decides is read as if it ran"
MAY_NOT_RUN = "whether this command runs is not known: it is not followed, as it changes what may not be there"


def _said(commands: str) -> list[str]:
    return [problem.message for problem in parsed(f"if ($env:X) {{\n{commands}\n}}").problems]


@cases(
    "commands",
    [
        "netsh ras set ikev2connection idletimeout = 30 nwoutagetime = 20",
        "netsh advfirewall set global saidletimemin 5",
        "netsh advfirewall set global saidletimemin 5\nnetsh ras set ikev2connection idletimeout = 30",
    ],
)
def test_what_is_set_once_is_read_as_if_it_ran(commands: str) -> None:
    assert _said(commands) == [CONDITION]


@cases(
    ("commands", "said"),
    [
        ("netsh advfirewall firewall set rule group=Log new enable=yes", []),
        ("netsh advfirewall firewall delete rule name=Log", []),
        (
            (
                "netsh advfirewall firewall add rule name=Log dir=in action=allow\n"
                "netsh advfirewall firewall set rule name=Log new enable=no"
            ),
            [CONDITION, MAY_NOT_RUN],
        ),
        ("netsh advfirewall consec set rule name=Log new enable=no", [CONDITION, MAY_NOT_RUN]),
    ],
)
def test_a_change_of_rules_is_said_where_the_script_may_have_made_them(commands: str, said: list[str]) -> None:
    assert _said(commands) == said


def test_what_is_not_followed_at_all_is_said_without_the_loop_around_it() -> None:
    runs = r"\\tools\psexec64.exe -s \\$each cmd /c netsh advfirewall consec add rule name=x"
    (problem,) = parsed(f"foreach ($each in Get-Content names.txt) {{ {runs} }}").problems
    assert problem.message == "`netsh` is for netsh and is not followed here"
