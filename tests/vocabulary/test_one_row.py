"""A group is added by its row alone: every format then reads it, and every tool that has a word for it is told so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases import cases

ROW = """
    GROUP_99 = GroupRow(
        name="DH99",
        title="DH99 (made up for a test)",
        iana=99,
        strength_bits=100,
        curve=False,
        netsh="dhgroup99",
        netsh_ipsec="99",
        netsh_ipsec_pfs="GRP99",
        powershell="DH99",
        cim=99,
        registry="DH99",
        registry_pfs="ReKeyDH99",
        isakmp_policy=99,
        wfp="IKEEXT_DH_GROUP_99",
        wfp_pfs="IPSEC_PFS_99",
        vpn="Group99",
        vpn_pfs="PFS99",
        phone_book=99,
        phone_book_pfs=99,
        azure=None,
        azure_pfs=None,
        strongswan="modp99",
        peers="dh99",
    )
"""

WITH_THE_ROW = f"""
import importlib.util, sys

name = "ipseclint.vocabulary.groups"
spec = importlib.util.find_spec(name)
sys.modules[name] = module = importlib.util.module_from_spec(spec)
exec(compile(spec.loader.get_source(name) + {ROW!r}, spec.origin, "exec"), module.__dict__)
"""

SCRIPT = r"""
import json
from ipseclint import check_paths, read
from ipseclint.load.policy import policy_loads
from ipseclint.load.suite import suite_cost
from ipseclint.model.machine import PolicyIndex
from ipseclint.repair.commands.advfirewall_crypto import main_mode_methods, perfect_forward_secrecy
from ipseclint.repair.commands.powershell_values import GROUPS
from ipseclint.semantics.proposals import strength
from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.groups import DhGroup

new = DhGroup("DH99")
found = {}
for path in sys.argv[1:]:
    policy = read(path, partial=True).policy
    main = {each.dh_group.known for crypto in policy.main_mode_crypto_sets for each in crypto.proposals}
    quick = {crypto.pfs_group.known for crypto in policy.quick_mode_crypto_sets}
    main |= {group for peer in policy.peers for offer in peer.main_mode or () for group in offer.groups}
    quick |= {group for peer in policy.peers for offer in peer.quick_mode or () for group in offer.groups}
    found[path] = [new in main, new in quick]
machine = read(sys.argv[1])
index = PolicyIndex(machine.policy)
main, quick = machine.policy.main_mode_crypto_sets[0], machine.policy.quick_mode_crypto_sets[0]
written = [str(part.value) for part in (*main_mode_methods(main, index), *perfect_forward_secrecy(quick, index))]
written += [GROUPS[new], vpn.DH_GROUP.written[new], vpn.PFS_GROUP.written[new]]
unmeasured = sorted({name for load in policy_loads(machine) for name in suite_cost(machine, load).unmeasured})
refused = [hit.message for hit in check_paths([sys.argv[1]], select=["CR013"]).findings]
print(json.dumps([found, written, unmeasured, strength(main.proposals[0]), refused]))
"""

NETSH = """netsh advfirewall set global mainmode mmsecmethods dhgroup99:aes256-sha384
netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout \
auth1=computerkerb qmsecmethods=esp:sha256-aes256 qmpfs=dhgroup99
"""
PEER = """[peer]
name = "partner"
[peer.main_mode]
proposals = ["aes256-sha256-modp99"]
[peer.quick_mode]
proposals = ["aes256-sha256-dh99"]
"""
NETSH_IPSEC = """netsh ipsec static add policy name=P mmsecmethods="3DES-SHA1-99"
netsh ipsec dynamic add qmpolicy name=Q pfsgroup=GRP99 qmsecmethods="ESP[3DES,SHA1]"
netsh ipsec dynamic add mmpolicy name=M mmsecmethods="3DES-SHA1-99"
netsh ipsec dynamic add rule srcaddr=me dstaddr=10.0.0.0 dstmask=8 mmpolicy=M qmpolicy=Q
"""


def with_another_group(text: str) -> str:
    """A registry export whose ISAKMP policy has the number 99 where its method has its group."""

    def changed(match: re.Match[str]) -> str:
        data = bytearray.fromhex(re.sub(r"[^0-9a-f]", "", match[2]))
        if data[:4].hex() != "b820dc80":
            return match[0]
        data[128:132] = (99).to_bytes(4, "little")
        return match[1] + data.hex(",")

    return re.sub(r'("ipsecData"=hex:)([0-9a-f,\\\s]+[0-9a-f]{2})', changed, text)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory, fixtures: Path) -> tuple[dict[str, list[bool]], list[object]]:
    folder = tmp_path_factory.mktemp("one-row")
    formats = fixtures / "formats"

    def fixture(name: str) -> str:
        data = (formats / name).read_bytes()
        return data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8-sig")

    inputs = {
        "advfirewall.cmd": NETSH,
        "ipsec.cmd": NETSH_IPSEC,
        "peer.toml": PEER,
        "policy.json": fixture("powershell-json/policy.json")
        .replace('"GroupID": 20', '"GroupID": 99')
        .replace('"PfsGroupID": 19', '"PfsGroupID": 99'),
        "words.json": fixture("powershell-json/policy.json")
        .replace('"GroupID": 20', '"GroupID": "DH99"')
        .replace('"PfsGroupID": 19', '"PfsGroupID": "DH99"'),
        "store.reg": fixture("firewall-registry-reg/store.reg")
        .replace('KeyExchange"="DH24"', 'KeyExchange"="DH99"')
        .replace('PFS"="ReKeyDH2048"', 'PFS"="ReKeyDH99"'),
        "isakmp.reg": with_another_group(fixture("firewall-registry-reg/ip-security-policy.reg")),
        "state.xml": fixture("wfp-state/site-policies.xml")
        .replace("IKEEXT_DH_ECP_384", "IKEEXT_DH_GROUP_99")
        .replace("IPSEC_PFS_ECP_384", "IPSEC_PFS_99"),
        "profile.xml": fixture("vpn-profile-xml/one-line.xml").replace("Group24", "Group99").replace("PFSMM", "PFS99"),
        "rasphone.pbk": fixture("vpn-phone-book/rasphone.pbk").replace(
            "030000000400000002000000050000000200000000000000", "030000000400000063000000050000000200000063000000"
        ),
    }
    for name, text in inputs.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", WITH_THE_ROW + SCRIPT, *inputs]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found, *rest = json.loads(done.stdout)
    return found, rest


@cases(
    ("name", "both_modes"),
    [
        ("advfirewall.cmd", [True, True]),
        ("ipsec.cmd", [True, True]),
        ("peer.toml", [True, True]),
        ("policy.json", [True, True]),
        ("words.json", [True, True]),
        ("store.reg", [True, True]),
        ("isakmp.reg", [True, False]),  # there the flag of perfect forward secrecy names no group
        ("state.xml", [True, True]),
        ("profile.xml", [True, True]),
        ("rasphone.pbk", [True, True]),
    ],
)
def test_every_format_reads_the_new_group(
    outcome: tuple[dict[str, list[bool]], list[object]], name: str, both_modes: list[bool]
) -> None:
    assert outcome[0][name] == both_modes


def test_every_tool_is_told_the_new_group(outcome: tuple[dict[str, list[bool]], list[object]]) -> None:
    assert outcome[1][0] == ["dhgroup99:aes256-sha384", "dhgroup99", "DH99", "Group99", "PFS99"]


def test_the_load_model_says_that_the_new_group_was_not_measured(
    outcome: tuple[dict[str, list[bool]], list[object]],
) -> None:
    assert outcome[1][1] == ["DH99"]


def test_the_new_group_is_as_strong_as_its_row_says(outcome: tuple[dict[str, list[bool]], list[object]]) -> None:
    assert outcome[1][2] == [256, 192, 100]


def test_no_rule_takes_the_new_group_for_one_that_windows_does_not_know(
    outcome: tuple[dict[str, list[bool]], list[object]],
) -> None:
    assert outcome[1][3] == []
