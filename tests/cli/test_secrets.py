"""No preshared key appears in any output, whatever was understood of the line it stands on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.reporters import format_names

pytestmark = pytest.mark.drawn(4)

KEY = "Tr0ub4dor-and-3"
KEY_HEX = KEY.encode("utf-16-le").hex()
CONSEC = "netsh advfirewall consec add rule endpoint1=any endpoint2=any auth1=computerpsk"
SOURCES = {
    "netsh.cmd": f"""netsh ipsec static add policy name=P mmlifetime=5
netsh ipsec static add rule name=R policy=P filterlist=F filteraction=A psk="{KEY}" kerberos=no
netsh ipsec static add rule name=R2 policy=P filterlist=F filteraction=A psk={KEY} unknowntag=1
netsh ipsec static add rule name=R3 policy=P filterlist=F filteraction=A conntype={KEY} psk = {KEY}
{CONSEC} name=C action=requireinrequestout auth1psk={KEY}
{CONSEC} name=D action=nonsense auth1psk="{KEY}"
""",
    "show.txt": f"""Rule Name:                            test
----------------------------------------------------------------------
Enabled:                              Yes
Profiles:                             Domain,Private,Public
Type:                                 Static
Mode:                                 Transport
Endpoint1:                            Any
Endpoint2:                            Any
Protocol:                             Any
Action:                               RequestInRequestOut
Auth1:                                ComputerPSK
Auth1PSK:                             {KEY}
MainModeSecMethods:                   DHGroup1-DES-MD5
QuickModeSecMethods:                  ESP:SHA1-None+60min+100000kb
""",
}


@pytest.mark.parametrize("output", [*format_names(), "inspect"])
@pytest.mark.parametrize("name", SOURCES)
def test_no_output_shows_a_key(tmp_path: Path, cli: Callable[..., object], name: str, output: str) -> None:
    path = tmp_path / name
    path.write_text(SOURCES[name], encoding="utf-8", newline="\r\n")
    ran = cli("inspect", path) if output == "inspect" else cli(path, "-o", output, "-v")
    assert ran.out
    assert KEY not in ran.out + ran.err
    assert KEY_HEX not in (ran.out + ran.err).lower()


def test_a_secret_is_never_shown_by_python_either() -> None:
    from ipseclint.model.setting import Secret

    secret = Secret(KEY)
    assert KEY not in f"{secret!r} {secret} {secret!s}"
    assert repr(secret) == "psk (hidden)"
    assert secret == Secret(KEY)
    assert secret != Secret("other")


@pytest.mark.parametrize(
    "command",
    [
        ("load", "{}", "--peers", "9"),
        ("load", "{}", "--peers", "9", "-o", "json"),
        ("load", "{}", "{}", "--peers", "9"),
        ("load", "--calibrate", "{}"),
        ("negotiate", "{}"),
        ("negotiate", "{}", "{}"),
        ("which", "{}", "--src", "10.1.1.1", "--dst", "10.2.0.1"),
        ("coverage", "{}"),
        ("inspect", "{}"),
        ("fix", "{}", "--verify"),
        ("diff", "{}", "{}", "-o", "json"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("name", [f"{KEY}.cmd", f"{KEY}/policy.cmd"])
def test_no_answer_has_the_name_of_a_file_that_is_its_key(
    tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, name: str, command: tuple[str, ...]
) -> None:
    (tmp_path / KEY).mkdir()
    (tmp_path / name).write_text(f"{CONSEC} name=C action=requireinrequestout auth1psk={KEY}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = cli(*(word.format(name) for word in command))
    assert ran.out + ran.err
    assert KEY not in ran.out + ran.err


PASTED = (
    f"Auth1PSK: {KEY}",
    f"PreSharedKey   {KEY}",
    f"Set-VpnConnection -Name V -L2tpPsk '{KEY}'",
    f"psk={KEY}",
    f"---------\nAuth1:      ComputerPSK\nAuth1PSK:\n            {KEY}",
)
"""What is pasted as a word of the command line, or as the value of an option."""

PLACES = (
    ("WORD",),
    *((name, "WORD") for name in ("check", "inspect", "fix", "load", "negotiate", "coverage", "init", "explain")),
    ("diff", "WORD", "WORD"),
    ("explain", "RF001", "WORD"),
    ("explain", "--", "WORD"),
    *(("check", "p.cmd", option, "WORD") for option in ("-o", "--select", "--fail-on", "--as-of", "--jobs", "--shard")),
    *(("check", "p.cmd", option, "WORD") for option in ("--config", "--baseline", "--waivers", "--ruleset", "--since")),
)


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_a_key_that_is_pasted_into_the_command_line_is_not_repeated(
    place: tuple[str, ...], cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.cmd").write_text(f"{CONSEC} name=C action=requireinrequestout auth1psk=Other-than-that\n")
    for pasted in PASTED:
        ran = cli(*(pasted if word == "WORD" else word for word in place))
        assert ran.out + ran.err
        assert KEY not in ran.out + ran.err


def test_a_peer_of_the_site_that_is_called_by_a_key_is_in_no_pair_and_a_waiver_has_no_key(
    tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    peers = ("Sommerregen7", "Gate")
    entries = [f'[[site.peer]]\nname = "{name}"\nlike = "azure-gateway"\n' for name in peers]
    Path("ipseclint.toml").write_text("\n".join(entries))
    rule = "netsh advfirewall consec add rule name=r endpoint1=any endpoint2=any action=requireinrequireout"
    Path("p.cmd").write_text(f"{rule} auth1=computerpsk auth1psk=Sommerregen7\n")
    shown = cli("check", "p.cmd", "-o", "html").out
    assert "Gate" in shown
    assert "Sommerregen7" not in shown
    words = ("--reason", "psk=Winterabend9", "--owner", "psk=Winterabend9", "--ticket", "T-7")
    assert cli("waive", "AU001", "p.cmd", *words, "--file", "w.toml").code == 0
    written = Path("w.toml").read_text()
    assert "T-7" in written
    assert f"psk={'*' * 8}" in written
    assert "Winterabend9" not in written
