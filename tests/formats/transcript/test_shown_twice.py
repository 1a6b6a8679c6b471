"""A command that a document shows in several blocks is one, unless what it made was taken out between them."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.source import bytes_source

ADD = 'netsh advfirewall consec add rule name="{}" endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequireout\n'
A, B = ADD.format("A"), ADD.format("B")
OPEN = A.replace("\n", " ^\n")
"""The same, with a sign that goes on below, where nothing follows."""


def rules(*blocks: str, name: str = "guide.md") -> list[tuple[str, int]]:
    shown = [f"Then do this on each of the servers:\n\n```\n{block}```\n" for block in blocks]
    text = "# Guide\n\nThis sets up the rules of the servers and of the clients.\n\n" + "\n".join(shown)
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert parsed.problems == ()
    return [(rule.name, rule.span.line) for rule in parsed.policy.connection_security_rules]


@cases(
    ("blocks", "made"),
    [
        ((A, A), [("A", 8)]),
        ((A, f"  {A}"), [("A", 8)]),
        ((OPEN, OPEN), [("A", 8)]),
        ((A, A + B, B + A), [("A", 8), ("B", 15)]),
        ((A, 'netsh advfirewall consec delete rule name="A"\n', A), [("A", 20)]),
        ((A, "netsh advfirewall reset\n", A), [("A", 20)]),
    ],
    ids=["again", "indented", "open", "with another", "deleted", "reset"],
)
def test_what_is_shown_again_is_made_once(blocks: tuple[str, ...], made: list[tuple[str, int]]) -> None:
    assert rules(*blocks) == made


def test_in_a_text_without_an_ending_of_markdown_too() -> None:
    assert rules(A, A, name="guide.txt") == [("A", 8)]


BESIDE = "netsh advfirewall set global ipsec strongcrlcheck 1\n"
DIAL = 'Add-VpnConnection -Name "{}" `\n  -ServerAddress "vpn.example.net" `\n  -TunnelType IKEv2\n'
ON_ONE_LINE = 'Add-VpnConnection -Name "Branch" -ServerAddress "vpn.example.net" -TunnelType IKEv2\n'
OTHERWISE = 'Add-VpnConnection -Name "Branch" -ServerAddress "vpn2.example.net" -TunnelType IKEv2\n'
BRANCH = DIAL.format("Branch")
OPEN = 'Add-VpnConnection -Name $Name -ServerAddress "vpn.example.net" -TunnelType IKEv2\n'


@cases(
    ("first", "second", "refused"),
    [
        (BRANCH, BRANCH, 0),
        (BRANCH, ON_ONE_LINE, 0),
        (BRANCH, f"{BRANCH}{BRANCH}", 0),
        (f"{BRANCH}{BRANCH}", "", 1),
        (BRANCH, OTHERWISE, 1),
        (BRANCH, DIAL.format("Home"), 0),
        (f'$Name = "A"\n{OPEN}', f'$Name = "B"\n{OPEN}', 0),
    ],
)
def test_cmdlets_that_a_document_shows_as_a_whole_and_by_steps_are_run_once(
    first: str, second: str, refused: int
) -> None:
    blocks = "".join(
        f"```powershell\n{block}```\n\nThe name is what users see.\n\n" for block in (first, second) if block
    )
    source = bytes_source("guide.md", f"# Guide\n\n```cmd\n{BESIDE}```\n\n{blocks}".encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "transcript"
    policy = form.parse(source).policy
    assert len(policy.refused_commands) == refused
    expected = {name for name in ("Branch", "Home", "A", "B") if f'"{name}"' in first + second}
    assert {connection.name for connection in policy.vpn_connections} == expected
