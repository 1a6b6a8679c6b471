"""The scripts that `fix` and `diff` print are read back: all of them, as the tool that they are written for."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import pytest

from ipseclint.formats import recognise
from ipseclint.source import bytes_source
from tests import ROOT
from tests.command_line import run_cli

pytestmark = pytest.mark.drawn(3)

RULES = ROOT / "fixtures/rules"
REPAIRED = (
    "QD002-few-quick-modes-per-main-mode/bad-show-global.txt",
    "QD010-too-many-main-mode-proposals/bad-legacy.cmd",
    "QD024-policy-polling-too-frequent/bad-abbreviated.cmd",
    "QD025-main-mode-expires-before-quick-mode/bad-main-mode-rule-for-all.cmd",
    "FL012-malformed-tunnel-rule/bad-tunnels.ps1",
    "CR002-triple-des-offered/bad-legacy.cmd",
    "FL005-redundant-rule/bad-twice.cmd",
    "CR023-no-forward-secrecy/bad-integrity-first.cmd",
    "CR015-mixed-dh-groups-in-one-set/bad-main-mode-rule.cmd",
    "AU014-ntlm-authentication/bad-script.cmd",
    "../formats/netsh-script/file-servers.cmd",
)
ONLY_BY_CMDLETS = (
    "DP004-dosp-blocks-used-key-module/bad-default.ps1",
    "CR025-vpn-server-keeps-default-suite/bad-interface.json",
    "../formats/powershell-script/domain-isolation.ps1",
)
"""What netsh cannot repair: other objects, or a GPO."""
COMPARED = (
    (
        "EX008-boot-time-dependency-under-require/good-at-once.reg",
        "EX008-boot-time-dependency-under-require/bad-delayed.reg",
    ),
    ("RF003-empty-set/good-filled-list.cmd", "RF003-empty-set/bad-authentication.reg"),
    ("RF020-missing-legacy-object/bad-filter-action.cmd", "RF020-missing-legacy-object/good-directory.ldf"),
    ("CR023-no-forward-secrecy/good-disabled.cmd", "CR023-no-forward-secrecy/bad-integrity-first.cmd"),
    (
        "CR015-mixed-dh-groups-in-one-set/good-each-its-own.cmd",
        "CR015-mixed-dh-groups-in-one-set/bad-main-mode-rule.cmd",
    ),
    (
        "QD024-policy-polling-too-frequent/bad-abbreviated.cmd",
        "QD024-policy-polling-too-frequent/good-default.cmd",
    ),
)
TOOLS = {"netsh": ("repair.cmd", "netsh-script"), "powershell": ("repair.ps1", "powershell-script")}
OF_THE_MACHINE = re.compile(
    r"changes (?:a rule|(?:policy|rule|filter action) `.+`,?) (?:that this script|which this input) does not create.*"
    r"|Set-\w+ changes what this script does not make: (?:it is|its other values are) not known"
    r"|which objects Set-\w+ changes is not known"
    r"|in which store this is, is not known: it is read as the machine's own"
    r"|this command stands behind a jump under a condition: whether it runs is not known.*"
)
"""What is said of a command that changes an object which only the machine has, stands behind its `delete`, or is for a
store that is named when the script is run."""


def said_of(script: str, tool: str) -> list[str]:
    """What is said of a script as PowerShell 7, PowerShell 5.1 and an editor with a byte order mark store it."""
    name, kind = TOOLS[tool]
    stored = (script.encode(), codecs.BOM_UTF16_LE + script.encode("utf-16-le"), codecs.BOM_UTF8 + script.encode())
    told = []
    for content in stored:
        source = bytes_source(name, content)
        recognised = recognise(source)
        assert recognised is not None
        assert recognised.name == kind
        parsed = recognised.parse(source)
        assert parsed.policy.refused_commands == ()
        told.append([problem.message for problem in parsed.problems])
    assert told[0] == told[1] == told[2]
    return told[0]


@pytest.mark.drawn(3)
@pytest.mark.parametrize(
    ("path", "tool"),
    [*((path, tool) for path in REPAIRED for tool in TOOLS), *((path, "powershell") for path in ONLY_BY_CMDLETS)],
)
def test_a_repair_is_read_back(path: str, tool: str) -> None:
    printed = [
        run_cli("fix", RULES / path, "--as", tool, *options).out
        for options in ((), ("--include-risky", "--allow-lowering"))
    ]
    assert any(printed)
    told = [message for script in printed if script for message in said_of(script, tool)]
    assert [message for message in told if not OF_THE_MACHINE.fullmatch(message)] == []


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(("old", "new"), COMPARED)
def test_a_change_is_read_back(old: str, new: str, tool: str) -> None:
    told = said_of(run_cli("diff", RULES / old, RULES / new, "--script", tool).out, tool)
    assert [message for message in told if not OF_THE_MACHINE.fullmatch(message)] == []


def test_a_repair_of_an_ip_security_policy_says_the_same_in_both_languages(tmp_path: Path) -> None:
    policy = tmp_path / "policy.cmd"
    policy.write_text('netsh ipsec static add policy name="Branch" mmpfs=yes qmpermm=1 mmlifetime=5 assign=yes\n')
    told = {tool: said_of(run_cli("fix", policy, "--as", tool).out, tool) for tool in TOOLS}
    message = "changes policy `Branch`, which this input does not create: its other values are not known"
    assert told == {"netsh": [message, message], "powershell": [message, message]}
