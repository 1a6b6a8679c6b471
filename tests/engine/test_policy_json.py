"""All that an input says is in its JSON, and no more: parts that hold nothing are left out, keys are masked."""

from __future__ import annotations

import json

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import read_inputs
from ipseclint.engine.policy_json import parsed_dict
from ipseclint.source import bytes_source
from tests.cases import cases

RULE = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requestinrequestout "
EVENT = "Event ID: 4654\nFailure Reason:\tIKE authentication credentials are unacceptable\n"


@cases(
    ("name", "text", "parts"),
    [
        ("a.cmd", f"{RULE}auth1=computerkerb\n", ["policy"]),
        ("a.cmd", f"{RULE}auth1=computerpsk auth1psk=Zaubertrank-7\n{RULE}frob=1\n", ["policy"]),
        ("a.txt", EVENT, ["events"]),
        ("a.xml", "<wfpstate><item>", ["problems"]),
        ("a.cmd", RULE.replace("requestinrequestout", "%ACTION%"), ["policy", "problems"]),
    ],
)
def test_what_an_input_says_is_in_it_part_by_part(name: str, text: str, parts: list[str]) -> None:
    (read,) = read_inputs([Candidate(bytes_source(name, text.encode()), named=True)])
    said = parsed_dict(read.parsed)
    assert list(said) == parts
    assert all(said.values())
    assert "Zaubertrank" not in json.dumps(said)


@cases(
    "text",
    [
        (
            'Set-NetFirewallSetting -MaxSAIdleTimeSeconds 300\n{"run": "powershell -c \\"Add-VpnConnection -Name {key} '
            "-L2tpPsk '{key}'\\\"\"}"
        ),
        "Set-NetFirewallSetting -MaxSAIdleTimeSeconds 300\nNew-NetIPsecAuthProposal -PreSharedKey '{key}' ) )\n",
    ],
)
def test_words_of_what_was_left_out_are_no_part_of_it(text: str) -> None:
    key = "Zaubertrank7"
    (read,) = read_inputs([Candidate(bytes_source("a.ps1", text.replace("{key}", key).encode()), named=True)])
    said = parsed_dict(read.parsed)
    assert said["policy"]
    assert read.parsed.policy.names_not_followed
    assert key.casefold() not in json.dumps(said).casefold()
