"""Commands in comments and between quotation marks are said at their place, for a script of these makes no policy."""

from __future__ import annotations

from ipseclint.api import check_text
from ipseclint.engine.unread.not_run import not_run
from tests.cases import cases

SET = "netsh advfirewall set global mainmode mmsecmethods dhgroup2:3des-sha1"
MADE = "$p = New-NetIPsecMainModeCryptoProposal -Encryption DES3 -Hash MD5 -KeyExchange DH2"


@cases(
    ("path", "line", "says"),
    [
        (
            "a.txt",
            f"# {SET}",
            "`netsh advfirewall set global mainmode` stands in a comment, which nothing runs: if `#`",
        ),
        ("a.cmd", f"rem {SET}", "`netsh advfirewall set global mainmode` stands in a comment, which nothing runs"),
        ("a.cmd", f":: {SET}", "`netsh advfirewall set global mainmode` stands in a comment, which nothing runs"),
        ("a.txt", f"\u201c{MADE}\u201d", "`New-NetIPsecMainModeCryptoProposal` stands between quotation marks"),
    ],
)
def test_the_first_of_them_is_said_at_its_place(path: str, line: str, says: str) -> None:
    (problem,) = check_text(f"\n{line}\n{line}\n", path).problems
    assert problem.code == "IN004"
    assert problem.message.startswith(says)
    assert problem.span is not None
    assert problem.span.line == 2


@cases("text", ["# IPsec of the servers\n", "# netsh wlan show all\n", f"{SET}\n", ""])
def test_other_comments_and_commands_that_are_run_are_none(text: str) -> None:
    assert not_run(text) is None
