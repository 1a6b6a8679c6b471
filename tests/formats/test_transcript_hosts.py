"""A text of the consoles of several machines is said to be one, since it is judged as of one."""

from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats.test_transcript import RULE, read

from ipseclint.formats.transcript import hosts
from ipseclint.formats.transcript.hosts import hosts_in, may_be_parted, parts_of

SERVICE = "sc config IKEEXT start= disabled"
OF_SEVERAL = "and is judged as of one: make it a file for each"


@cases(
    ("text", "row"),
    [
        (f"[srv01]: PS C:\\> {RULE}\n[srv02.corp.example]: PS C:\\> {SERVICE}\n", 2),
        (f"C:\\>hostname\nSRV01\n\nC:\\>{RULE}\n\nC:\\>hostname\n\nSRV02\n\nC:\\>{SERVICE}\n", 6),
        (f"PS C:\\> hostname\nSRV01\nPS C:\\> {RULE}\n[srv02]: PS C:\\> {SERVICE}\n", 4),
    ],
)
def test_commands_of_two_machines_are_told(text: str, row: int) -> None:
    parsed = read(text)
    (problem,) = parsed.problems
    assert problem.message == f"it is of 2 machines, `SRV01`, `SRV02`, {OF_SEVERAL}"
    assert problem.span.line == row
    assert [rule.name for rule in parsed.policy.connection_security_rules] != []


@cases(
    "text",
    [
        f"[srv01]: PS C:\\> {RULE}\n[SRV01.corp.example]: PS C:\\> {SERVICE}\n",
        f"C:\\>hostname\nSRV01\n\nC:\\>{RULE}\n\nC:\\>hostname\nsrv01\n",
        f"PS C:\\> {RULE}\n[127.0.0.1]: PS C:\\> {SERVICE}\n[srv01]: PS C:\\> exit\n",
        f"PS C:\\> hostname\nThe term was not found.\nPS C:\\> {RULE}\n[srv02]: PS C:\\> {SERVICE}\n",
    ],
)
def test_one_machine_by_two_spellings_is_one(text: str) -> None:
    assert [problem.message for problem in read(text).problems if OF_SEVERAL in problem.message] == []


def test_of_many_machines_some_are_named() -> None:
    text = "".join(f"[srv{number:02}]: PS C:\\> {RULE}\n" for number in range(1, 9))
    assert "it is of 8 machines" in read(text).problems[0].message
    assert "`SRV05` and 3 more" in read(text).problems[0].message
    assert len(hosts_in(text.split("\n"), "a.txt")) == 8


def test_what_stands_behind_the_end_of_a_session_is_read() -> None:
    typed = f"PS C:\\> {RULE}\nPS C:\\> exit\n\nPS C:\\> Set-Service IKEEXT -StartupType Disabled\nPS C:\\> exit\n"
    parsed = read(typed)
    assert [rule.name for rule in parsed.policy.connection_security_rules] != []
    assert [service.name for service in parsed.policy.services] == ["IKEEXT"]


@cases(
    "text",
    [
        "C:\\>reg query \\\\srv02\\HKLM\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT /v Start\n",
        "C:\\>sc \\\\srv02 config IKEEXT start= disabled\n",
        "C:\\>Set-Service IKEEXT -ComputerName srv02\n",
        "C:\\>Get-NetIPsecRule -CimSession srv02\n",
        "C:\\>hostname\nSRV02\n",
        "[srv02]: PS C:\\> Get-Service IKEEXT\n",
        "root@srv02:~# cat /etc/ipsec.conf\n",
        "srv02(config)#crypto ikev2 policy 1\n",
    ],
)
def test_whatever_has_a_machine_is_asked_for_its_machines(text: str) -> None:
    both = text + text.replace("02", "03")
    assert set(parts_of(both.split("\n"), lambda: False)) - {""} == {"SRV02", "SRV03"}
    assert may_be_parted(text, "a.txt")


@cases(
    "line",
    [
        *(
            "# A",
            "==== A \u00c4 ====",
            "--- A ---:",
            "h2. \u00c4",
            "> > \u2022 H\u00f4te A:",
            "1) **Left side**",
            "__A\uff1a__",
        ),
        *("\u0663) A:", "\u65e5\u672c\uff1a", "A:\r", "</h2>", "root@gw1:~# cat /etc/ipsec.conf", "[ann@gw1 ~]$ ls"),
        *(
            "gw1# show running-config",
            "gw-\u00e9/vdom(config)#get vpn",
            "[srv02]: PS C:\\>",
            "sc \\\\srv02 query IKEEXT",
        ),
        *("Host: berlin", "**Computer Name:** berlin", "**Server**: srv-\u00e9", "HOST : 10.0.0.1"),
        *("[srv01]", "1. srv01", "srv01", "'''srv01'''", "*fs-04*", "srv01 \u2013"),
    ],
)
def test_what_may_name_a_machine_is_found_in_a_long_text(line: str) -> None:
    plain = "Rule Name:                            \u00c4 #1\n" * 2_000
    assert not may_be_parted(plain, "a.txt")
    assert may_be_parted(f"{plain}{line}\n{plain}", "a.txt")


def test_a_long_text_is_asked_part_by_part_and_no_line_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []

    def asked(text: str) -> str:
        lengths.append(len(text))
        return text

    monkeypatch.setattr(hosts, "_PART_CHARACTERS", 20)
    monkeypatch.setattr(hosts, "asked", asked)
    plain = "Rule Name:  A #1\n"
    for line in ("sc \\\\srv02 query IKEEXT", "[srv01]", "root@gw1:~# cat /etc/ipsec.conf", "C:\\>hostname"):
        for above in range(60):
            text = f"{'x' * above}\n{plain}{line}\n{plain * 5}"
            assert may_be_parted(text, "a.txt"), (line, above)
    lengths.clear()
    assert not may_be_parted(plain * 100, "a.txt")
    assert max(lengths) < 40


@cases("text", ["", f"{RULE}\n", "A note of Monday.\n"])
def test_what_has_no_machine_is_not(text: str) -> None:
    assert not may_be_parted(text, "a.txt")
