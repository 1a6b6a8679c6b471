"""Tables of PowerShell objects give what lists of the same objects give."""

from __future__ import annotations

import pytest
from tests import ROOT

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source, file_source

FIXTURES = ROOT / "fixtures" / "formats" / "powershell-table"


def read(text: str) -> Parsed:
    source = bytes_source("x.csv", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "powershell-table"
    return form.parse(source)


@pytest.mark.parametrize(
    ("name", "rules", "connections", "services"),
    [
        ("rules.csv", ["Servers"], [], []),
        ("connections.csv", [], ["Head office"], []),
        ("services.txt", [], [], [("IKEEXT", "stopped"), ("PolicyAgent", "running")]),
    ],
)
def test_every_row_is_an_object(
    name: str, rules: list[str], connections: list[str], services: list[tuple[str, str]]
) -> None:
    source = file_source(FIXTURES / name, name)
    form = recognise(source)
    assert form is not None
    policy = form.parse(source).policy
    assert [rule.name for rule in policy.connection_security_rules] == rules
    assert [connection.name for connection in policy.vpn_connections] == connections
    assert [(state.name, state.status and state.status.known) for state in policy.services] == services


def test_what_a_table_cannot_hold_is_not_missing() -> None:
    parsed = read('"InstanceID","ForceDiffieHellman","Proposal"\n"a","False","System.Object[]"\n')
    (set_,) = parsed.policy.main_mode_crypto_sets
    assert [proposal.encryption.known for proposal in set_.proposals] == [None]
    assert [problem.code.value for problem in parsed.problems] == ["IN003"]


def test_a_field_beyond_every_limit_is_refused() -> None:
    parsed = read('"ServerAddress","TunnelType"\n"a","' + "x" * 200_000 + '"\n')
    assert [problem.code.value for problem in parsed.problems] == ["IN006"]
