"""`ipseclint fix --in-place` and `--diff`: the script itself is repaired, or shown as it would be."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.outcome import Exit
from ipseclint.secrets.masks import MASK
from ipseclint.semantics import sameness

Cli = Callable[..., Any]

KEY = "Example-Key-0001"
SCRIPT = f"""@echo off
rem Servers of the second site
netsh ipsec static add policy name="Secure" mmlife=5 ^
    qmpermm=1 assign=y
netsh ipsec static add filter filterlist=Peers srcaddr=me dstaddr=10.0.0.9 & rem the one peer
netsh ipsec static add filteraction name=Require qmsec="ESP[3DES,SHA1]:100000k/3600s"
netsh ipsec static add rule name=R policy=Secure filterlist=Peers filteraction=Require psk={KEY} & rem {KEY}
""".replace("\n", "\r\n")
EXPECTED = ['netsh ipsec static add policy name="Secure" mmlife=480 ^', "    qmpermm=0 assign=y"]
ONLY = ("--only", "QD001", "--only", "QD002")


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "policy.cmd"
    path.write_bytes(SCRIPT.encode("utf-16"))
    return path


def test_where_nothing_is_repaired_no_script_is_printed(cli: Cli, script: Path) -> None:
    ran = cli("fix", "policy.cmd", "--only", "DP001")
    assert (ran.code, ran.out) == (Exit.CLEAN, "")
    assert ran.err == "ipseclint: nothing to repair: no finding of what --only names\n"


def test_the_diff_shows_the_change_and_makes_none(cli: Cli, script: Path) -> None:
    before = script.read_bytes()
    ran = cli("fix", "policy.cmd", "--diff", *ONLY)
    assert ran.code == Exit.CLEAN, ran
    lines = ran.out.splitlines()
    assert lines[:2] == ["--- policy.cmd", "+++ policy.cmd"]
    assert [line for line in lines[2:] if line[0] in "+-"] == [
        '-netsh ipsec static add policy name="Secure" mmlife=5 ^',
        "-    qmpermm=1 assign=y",
        *(f"+{line}" for line in EXPECTED),
    ]
    assert f"psk={MASK} & rem {MASK}" in ran.out
    assert KEY not in ran.out + ran.err
    assert script.read_bytes() == before


def test_the_diff_shows_no_lines_around_where_one_is_refused(cli: Cli, script: Path) -> None:
    script.write_bytes(SCRIPT.replace("rem Servers of the second site", "netsh ipsec static ad polcy Site").encode())
    ran = cli("fix", "policy.cmd", "--diff", *ONLY)
    assert [line[0] for line in ran.out.splitlines()] == [*"-+@--++"]


def test_the_diff_shows_no_rest_of_a_key_that_a_break_has_left_on_the_line_below(cli: Cli, script: Path) -> None:
    broken = 'curl --user "admin:Fimz\r\n  wetnudvol" https://next/'
    script.write_bytes(SCRIPT.replace("rem Servers of the second site", broken).encode())
    ran = cli("fix", "policy.cmd", "--diff", *ONLY)
    assert ran.code == Exit.CLEAN, ran
    assert ("wetnudvol" in ran.out, f"psk={MASK} & rem {MASK}" in ran.out) == (False, True)


def test_in_place_changes_the_file_and_nothing_else_in_it(cli: Cli, script: Path) -> None:
    script.chmod(0o640)
    ran = cli("fix", "policy.cmd", "--in-place", *ONLY)
    assert ran.code == Exit.CLEAN, ran
    assert ran.out == ""
    text = script.read_bytes().decode("utf-16")
    changed = [(old, new) for old, new in zip(SCRIPT.split("\r\n"), text.split("\r\n"), strict=True) if old != new]
    assert [new for _, new in changed] == EXPECTED
    if os.name != "nt":
        assert script.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in script.parent.iterdir()] == ["policy.cmd"]
    again = cli("fix", "policy.cmd", "--diff", *ONLY)
    assert (again.code, again.out) == (Exit.CLEAN, "")


def test_a_link_stays_a_link(cli: Cli, script: Path) -> None:
    link = script.with_name("link.cmd")
    try:
        link.symlink_to(script)
    except OSError:
        pytest.skip("this system lets nobody make links")
    assert cli("fix", "link.cmd", "--in-place", *ONLY).code == Exit.CLEAN
    assert link.is_symlink()
    assert EXPECTED[0] in script.read_bytes().decode("utf-16")


def test_what_cannot_get_in_is_named_and_the_rest_is_done(cli: Cli, script: Path) -> None:
    script.write_text(
        "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n"
        'netsh advfirewall consec add rule name="All" endpoint1=any endpoint2=10.0.0.1 action=requestinrequestout'
        " qmsecmethods=esp:sha1-3des+5min+100000kb\n"
    )
    ran = cli("fix", "policy.cmd", "--in-place", "--include-risky")
    assert ran.code == Exit.FINDINGS, ran
    assert "left out: " in ran.err
    assert "netsh takes the name 'all' for every object" in ran.err
    assert "mmkeylifetime 480min,0sess" in script.read_text()


def test_standard_input_can_be_shown_and_not_written(cli: Cli, script: Path) -> None:
    ran = cli("fix", "-", "--diff", *ONLY, stdin=SCRIPT.encode())
    assert ran.code == Exit.CLEAN
    assert "+" + EXPECTED[0] in ran.out.splitlines()
    title = cli("fix", "-", *ONLY, stdin=SCRIPT.encode()).out.partition("\n")[0]
    assert title.startswith("# Repair of standard input, made by ipseclint ")
    assert cli("diff", "-", "policy.cmd", stdin=SCRIPT.encode()).out.startswith("standard input -> policy.cmd\n")
    ran = cli("fix", "-", "--in-place", *ONLY, stdin=SCRIPT.encode())
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "--in-place needs a file" in ran.err


def test_other_exports_and_several_inputs_are_refused(cli: Cli, fixtures: Path, script: Path) -> None:
    export = next((fixtures / "rules").glob("*/bad*.xml"))
    ran = cli("fix", export, "--in-place")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "edit scripts of netsh and PowerShell and VPN profiles, and this is " in ran.err
    script.with_name("second.cmd").write_bytes(script.read_bytes())
    ran = cli("fix", ".", "--diff")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "here are 2 inputs" in ran.err


def test_one_way_at_a_time(cli: Cli, script: Path) -> None:
    ran = cli("fix", "policy.cmd", "--diff", "--in-place")
    assert (ran.code, ran.out) == (Exit.USAGE, "")


def test_a_file_that_cannot_be_written_stays_whole(cli: Cli, script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = script.read_bytes()

    def refuse(_path: Path, _target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        ran = cli("fix", "policy.cmd", "--in-place", *ONLY)
    assert ran.code == Exit.USAGE
    assert "cannot write" in ran.err
    assert script.read_bytes() == before
    assert [each.name for each in script.parent.iterdir()] == ["policy.cmd"]


@pytest.mark.parametrize("way", ["--in-place", "--diff"])
def test_an_edit_that_would_say_something_else_is_not_made(
    cli: Cli, script: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    before = script.read_bytes()
    monkeypatch.setattr(sameness, "same_policy", lambda _before, _after: False)
    ran = cli("fix", "policy.cmd", way, *ONLY)
    assert ran.code == Exit.USAGE
    assert ran.out == ""
    assert "policy.cmd: the edited file would not say what the repair means; nothing is written" in ran.err
    assert script.read_bytes() == before


def test_what_is_called_by_its_key_is_not_changed_in_place(cli: Cli, tmp_path: Path) -> None:
    script = tmp_path / "named.cmd"
    text = (
        f"netsh ipsec static add policy name={KEY} mmlife=5\n"
        "netsh ipsec static add filterlist name=f\n"
        "netsh ipsec static add filter filterlist=f srcaddr=me dstaddr=any\n"
        "netsh ipsec static add filteraction name=a action=negotiate\n"
        f"netsh ipsec static add rule name=r policy={KEY} filterlist=f filteraction=a psk={KEY}\n"
    )
    script.write_text(text)
    ran = cli("fix", script, "--in-place", "--only", "QD001")
    assert (ran.code, ran.out) == (Exit.FINDINGS, "")
    assert f"not repaired here: QD001 short-main-mode-lifetime on {MASK}" in ran.err
    assert script.read_text() == text


def test_the_diff_of_a_script_that_begins_like_json_is_empty(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "notes.toml"
    path.write_text(
        '[[finding]]\nnetsh advfirewall consec add rule name="Peer" endpoint1=10.2.0.7 endpoint2=10.1.0.5'
        ' action=requireinrequireout auth1=computercert auth1ca="CN=CA 1,O=Example,C=US"\n'
    )
    ran = cli("fix", path, "--diff")
    assert (ran.code, ran.out) == (Exit.CLEAN, ""), ran


def test_every_finding_that_a_change_repairs_is_named(cli: Cli, script: Path) -> None:
    script.write_text(
        "netsh advfirewall consec add rule name=A endpoint1=10.0.0.1 endpoint2=10.0.0.2 action=requireinrequireout "
        "auth1=computerkerb qmsecmethods=esp:sha1-3des+60min+100000kb\n"
    )
    ran = cli("fix", "policy.cmd", "--diff", "--include-risky")
    named = [line.split()[1] for line in ran.err.splitlines() if line.startswith("ipseclint: ")]
    assert (ran.code, named) == (Exit.CLEAN, ["CR002", "QD005"])
