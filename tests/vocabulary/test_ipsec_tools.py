"""The pieces by which a text is known to name no tool are in every way of naming one."""

from __future__ import annotations

from importlib import import_module
from itertools import product
from typing import Any

from ipseclint.vocabulary.ipsec_tools import SIGNS, TOOLS, Tool, mention_in
from tests.cases import cases

_PARSER, _WORDS = import_module("re._parser"), import_module("re._constants")
_GAP = "\0"


def _ways(parts: Any) -> set[str]:
    """The letters of each way through an expression, with a gap for what is no letter of its own."""
    texts = {""}
    for kind, given in parts:
        texts = {"".join(pair) for pair in product(texts, _ways_of_one(kind, given))}
    return texts


def _ways_of_one(kind: Any, given: Any) -> set[str]:
    if kind is _WORDS.LITERAL:
        return {chr(given)}
    if kind is _WORDS.BRANCH:
        return set().union(*(_ways(branch) for branch in given[1]))
    if kind is _WORDS.SUBPATTERN:
        return _ways(given[3])
    if kind is _WORDS.IN and all(inner is _WORDS.LITERAL for inner, _ in given):
        return {chr(code) for _, code in given}
    if kind in {_WORDS.MAX_REPEAT, _WORDS.MIN_REPEAT, _WORDS.POSSESSIVE_REPEAT}:
        fewest, most, repeated = given
        if most == 1:
            return {"", *_ways(repeated)}
        return {text + _GAP for text in _ways(repeated)} if fewest else {_GAP}
    return {""} if kind in {_WORDS.AT, _WORDS.ASSERT, _WORDS.ASSERT_NOT} else {_GAP}


def _has_sign(expression: str) -> bool:
    return all(any(sign in text for sign in SIGNS) for text in _ways(_PARSER.parse(expression)))


@cases("tool", TOOLS, ids=lambda tool: tool.kind)
def test_what_finds_a_tool_or_what_must_stand_beside_it_holds_a_sign(tool: Tool) -> None:
    assert _has_sign(tool.expression) or _has_sign(tool.beside)


def test_a_tool_without_a_sign_would_be_noticed() -> None:
    assert not _has_sign(r"\bnew-(?:netipsec|tool)\w*")
    assert _has_sign(r"\bnew-netipsec(?:rule)?\w*")


@cases(
    ("command", "is_named"),
    [
        (r"reg add HKLM\SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters\Ip /v UseDhcpAddressing /d 1", False),
        (r"Set-ItemProperty HKLM:\SYSTEM\x\Services\RemoteAccess\Parameters\AccountLockout -Name MaxDenials 3", False),
        (r"reg delete HKLM\SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters\Ip /f", True),
        (r"reg add HKLM\SYSTEM\x\Services\RemoteAccess\Parameters\Ip\StaticAddressPool\0 /v From /d 1", True),
        ("Install-RemoteAccess -VpnType VPN", False),
        ("Install-RemoteAccess -ComputerName r1 `\n  -VpnType VpnS2S", False),
        ("Install-RemoteAccess -DAInstallType FullInstall", True),
        ("Install-RemoteAccess -VpnType VPN -DAInstallType FullInstall", True),
        ("Install-RemoteAccess", True),
        ("Uninstall-RemoteAccess -VpnType Vpn", True),
        ("Install-RemoteAccess -VpnType Vpn; Set-VpnServerConfiguration -CustomPolicy", True),
    ],
)
def test_the_role_of_a_vpn_server_alone_is_no_policy(command: str, *, is_named: bool) -> None:
    assert (mention_in(command) is not None) is is_named


@cases(
    ("command", "is_named"),
    [
        ("netsh ipsec static show all", True),
        ("ipsec stat add policy name=A", True),
        ("ipsec dyn show all", True),
        ("docker exec vpn ipsec status", False),
        ("ipsec statusall", False),
        ("ipsec start --nofork", False),
    ],
)
def test_what_a_daemon_is_told_is_not_for_netsh(command: str, *, is_named: bool) -> None:
    assert (mention_in(command) is not None) is is_named
