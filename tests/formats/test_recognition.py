"""What says cheaply that an input is not for a reader never keeps its own inputs from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests import ROOT

from ipseclint import formats
from ipseclint.formats import all_formats, recognise, shape_of
from ipseclint.formats.powershell.decode import SHAPES
from ipseclint.formats.transcript.pieces import is_page
from ipseclint.source import Source, bytes_source, file_source


def inputs() -> list[Path]:
    folders = (ROOT / "fixtures" / name for name in ("formats", "rules", "runs", "twins"))
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".toml")


def without_signs(source: Source) -> str | None:
    """The format that the readers themselves say, each of them asked."""
    shape = shape_of(source)
    shapes = {name: reader.shape for reader in formats._READERS for name in names_of(reader.module)}
    transcript = formats._transcript()
    is_text = shape in {formats.Shape.TEXT, formats.Shape.JSON} or is_page(source.head_text)
    if is_text and transcript.recognise(source):
        return transcript.name
    readers = (each for each in all_formats() if shapes.get(each.name) is shape)
    return next((each.name for each in readers if each.recognise(source)), None)


def names_of(module: str) -> list[str]:
    return [each.name for each in formats._formats_of(module)]


def test_signs_change_nothing_for_any_fixture() -> None:
    told = {path: (recognise(source), without_signs(source)) for path in inputs() if (source := file_source(path))}
    assert {path: pair for path, pair in told.items() if (pair[0] and pair[0].name) != pair[1]} == {}
    assert {each.name for each in all_formats()} <= {pair[1] for pair in told.values()} | {"gpo-backup"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_signs_are_seen_in_any_case_and_encoding(encoding: str) -> None:
    text = "\ufeff  WINDOWS REGISTRY EDITOR VERSION 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE]\r\n"
    source = bytes_source(
        "x.reg", text.replace("WINDOWS REGISTRY EDITOR VERSION", "Windows Registry Editor Version").encode(encoding)
    )
    found = recognise(source)
    assert found is not None
    assert found.name == "firewall-registry-reg"


def test_a_script_loads_no_reader_of_other_things(tmp_path: Path) -> None:
    import subprocess
    import sys

    path = tmp_path / "policy.cmd"
    path.write_text("netsh advfirewall set global ipsec saidletimemin 5\n", encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from ipseclint.formats import recognise; "
        "from ipseclint.source import file_source; "
        "print(recognise(file_source(Path(sys.argv[1]))).name); "
        "print(*sorted(name for name in sys.modules if name.startswith('ipseclint.formats.registry.')))"
    )
    ran = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["netsh-script"]


def test_the_columns_of_every_table_are_a_sign_of_it() -> None:
    heads = [",".join(("Enabled", *properties)).casefold() for _, properties in SHAPES]
    assert [head for head in heads if not formats._may_be_table(f"{head}\n")] == []


TYPED = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Require\n"


@pytest.mark.parametrize("lines", [0, 30, 300])
def test_a_script_is_known_behind_any_head_of_comments_and_whatever_it_quotes_further_on(lines: int) -> None:
    quoted = "$peer = @'\nconnections {\n    a {\n        proposals = aes256-sha256-ecp256\n    }\n}\n'@\n"
    head = "# Agreed on with the owners of the servers; ask the network group before anything is changed.\n" * lines
    known = recognise(
        bytes_source("a.ps1", f"#Requires -RunAsAdministrator\n{head}{TYPED}{'# more' * 600}\n{quoted}".encode())
    )
    assert known is not None
    assert known.name == "powershell-script"


def test_what_shows_at_the_beginning_is_asked_before_a_script() -> None:
    log = "Nov 26 20:00:01 gw charon: 05[CFG] received proposals: IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256\n"
    known = recognise(bytes_source("a.txt", (log * 40 + TYPED).encode()))
    assert known is not None
    assert known.name == "ike-log"


@pytest.mark.parametrize("lines", [0, 40, 100])
def test_a_script_of_a_shell_that_writes_a_configuration_is_that_wherever_it_stands(lines: int) -> None:
    head = (
        "#!/bin/bash -e\n"
        + 'echo "what is asked here is written below, and is asked again when it is run anew"\n' * lines
    )
    conf = "cat > /etc/ipsec.conf <<EOF\nconn roadwarrior\n  keyexchange=ikev2\n  ike=aes256-sha256-ecp256!\nEOF\n"
    client = "cat > client.ps1 <<EOF\nAdd-VpnConnection -Name VPN -ServerAddress vpn.example -TunnelType Ikev2\nEOF\n"
    known = recognise(bytes_source("setup.sh", (head + conf + client).encode()))
    assert known is not None
    assert known.name == "ipsec-conf"
