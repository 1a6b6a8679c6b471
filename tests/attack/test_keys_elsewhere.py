"""Keys in files of other tools, and under names that are misspelt, are never shown; no command ends with 70."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.attack.keys import KEY, shown_in

RULE = f"netsh advfirewall consec add rule name=a endpoint1=any endpoint2=any auth1psk={KEY}"
CONNECTION = f"Add-VpnConnection -Name a -ServerAddress b -TunnelType L2tp -L2tpPsk '{KEY}' -Force"
TUNNELS = [{"PreSharedKeyy": KEY, "PreSharedKey": KEY, "Phase1DHGroupNumbers": [{"Value": "x"}]}]


def encoded(script: str) -> str:
    return base64.b64encode(script.encode("utf-16-le")).decode()


VARIABLE = f'$k = "{KEY}"\nNew-NetIPsecAuthProposal -Machine -PreSharedKey $k'
FILES: dict[str, str] = {
    "cut-page.xml": f"-body><![CDATA[{VARIABLE}]]></ac:plain-text-body></ac:structured-macro>\n",
    "cut-page.html": f"<b><code>{VARIABLE}</code>, <i>as it was</i>\n",
    "cut-block.ps1": f"}}) {VARIABLE}`\n",
    "emphasis.txt": f"Please type **{VARIABLE}** and tell us what it says.\n",
    "two-consoles.txt": f"[srv01]: PS C:\\> {RULE}\n[srv02]: PS C:\\> {CONNECTION}\n",
    "outside.rst": f"VPN\n===\n\nRun::\n\n    {CONNECTION}\n\nand\n\n{RULE}\n\nAuth1PSK:        {KEY}\n",
    "outside.adoc": f"= VPN\n\n----\n{CONNECTION}\n----\n\nC:\\>{RULE}\n",
    "outside.html": f"<pre>{CONNECTION}</pre><p>{RULE}</p><td>Auth1PSK:</td><td>{KEY}</td>\n",
    "handed.sh": f'#!/bin/sh\ncat > a <<E\n{CONNECTION}\nE\necho "{RULE}" > b\n',
    "ansible.yml": f"- hosts: win\n  tasks:\n    - win_shell: {RULE}\n",
    "module.yml": f"- win_powershell:\n    script: |\n      {CONNECTION}\n",
    "values.yml": f'vpn_psk: {KEY}\ncmd: netsh ipsec static add rule name=a policy=p psk="{{{{ vpn_psk }}}}"\n',
    "aws.tf": f'resource "aws_vpn_connection" "x" {{\n  tunnel1_preshared_key = "{KEY}"\n}}\n',
    "azure.tf": f'resource "x" "y" {{\n  shared_key = "{KEY}"\n  ipsec_policy {{\n    dh_group = "1"\n  }}\n}}\n',
    "state.json": json.dumps(
        {"shared_key": KEY, "sharedKey": KEY, "ipsecPolicies": [{"ikeEncryption": "x", "dhGroup": "y"}]}
    ),
    "configuration.ps1": f"Configuration A {{ Script S {{ SetScript = {{ {CONNECTION} }} }} }}\n",
    "recipe.rb": f"execute 'x' do\n  command '{RULE}'\nend\n",
    "escapes.json": '{"sharedKey":"'
    + "".join(f"\\u{ord(sign):04x}" for sign in KEY)
    + '","ipsecPolicies":[{"dhGroup":"x"}]}',
    "encoded.ps1": f"powershell -EncodedCommand {encoded(RULE)}\n",
    "encoded.cmd": f"powershell -enc {encoded(CONNECTION)}\n",
    "references.xml": "<VPNProfile><NativeProfile><L2tpPsk>"
    + "".join(f"&#{ord(sign)};" for sign in KEY)
    + "</L2tpPsk><Bad>",
    f"psk-{KEY}.cmd": f"{RULE}\n",
    "address.ps1": f"Invoke-WebRequest 'https://h/?psk={KEY}'\nNew-NetIPsecRule -DisplayName a -InboundSecurity X\n",
    "comment.cmd": f"rem preshared key: {KEY}\nnetsh advfirewall consec add rule name=a endpoint1=any action=bogus\n",
    "ipsec.conf": f"# psk was {KEY}\nconn a\n  left=1.2.3.4\n  right=2.3.4.5\n  zzpsk={KEY}\n  authby=secret\n",
    "swanctl.conf": f"connections {{\n  a {{\n    version = 2\n    secret = {KEY}\n    psk = {KEY}\n  }}\n}}\n",
    "rasphone.pbk": f"[A]\nPBVersion=8\nType=2\nPreSharedKeyy={KEY}\nL2tpPsk={KEY}\n",
    "ipsec.secrets": f'1.2.3.4 PSK "{KEY}"\n: PSK {KEY}\n1.1.1.1 : PSK "a"\n',
    "connections.json": json.dumps(
        {"VpnConnectionId": "v", "CustomerGatewayId": "c", "Options": {"TunnelOptions": TUNNELS}}
    ),
    "profile.xml": f"<VPNProfile><L2tpPskk>{KEY}</L2tpPskk><NativeProfile><L2tpPSK>{KEY}</L2tpPSK></NativeProfile>",
    "nodes.xml": "<SyncML><SyncBody><Delete><Item><Target><LocURI>./Vendor/MSFT/VPNv2/a/NativeProfile/L2tpPsk/"
    f"{KEY}</LocURI></Target></Item></Delete></SyncBody></SyncML>",
}
COMMANDS = (("check", "IN", "-v"), ("check", "IN", "-o", "json"), ("inspect", "IN"), ("fix", "IN", "--diff"))


@pytest.mark.drawn(3)
@pytest.mark.parametrize("name", FILES)
def test_no_key_is_shown(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    for words in COMMANDS:
        ran = cli(*(name if word == "IN" else word for word in words))
        assert (shown_in(ran.out + ran.err), ran.code == 70) == (None, False), words


@pytest.mark.parametrize(
    "words",
    [
        ("netsh", "ipsec", "static", "add", "rule", "name=r", f"psk={KEY}"),
        ("check", "p.cmd", f'auth1psk="{KEY}"', "-o", "json"),
        ("check", "p.cmd", "--select", f"psk={KEY}"),
        ("check", "p.cmd", "-o", f"psk={KEY}"),
        ("which", "p.cmd", "--src", f"presharedkey={KEY}", "--dst", "10.0.0.1"),
        ("negotiate", "p.cmd", f"psk={KEY}"),
        ("fix", "p.cmd", "--as", f"psk={KEY}"),
        ("diff", "p.cmd", f"psk={KEY}"),
        ("waive", f"psk={KEY}", "p.cmd", "--reason", "x"),
        ("rules", f"psk={KEY}"),
    ],
)
def test_a_key_in_a_command_of_windows_that_is_pasted_behind_ours_is_not_repeated(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.cmd").write_text("netsh ipsec static add policy name=p\n")
    ran = cli(*words)
    assert (shown_in(ran.out + ran.err), int(ran.code) in {2, 4}) == (None, True)
    assert "********" in ran.out + ran.err
