"""Tables as PowerShell prints them are read as far as they go, and said not to be all."""

from __future__ import annotations

import pytest
from tests import ROOT

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import Security
from ipseclint.source import bytes_source, file_source
from ipseclint.vocabulary.remote_access import TunnelStrategy

FIXTURES = ROOT / "fixtures" / "formats" / "powershell-printed-table"
LEAVES_OUT = (
    "a printed table leaves out what does not fit: print the objects with `| Format-List *`, or with `| ConvertTo-Json`"
)
CUT_SHORT = "a value that PowerShell cut short: print the objects with `| Format-List *`, or with `| ConvertTo-Json`"


def read(text: str) -> Parsed:
    source = bytes_source("printed.txt", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "powershell-printed-table"
    return form.parse(source)


def fixture(name: str) -> Parsed:
    return read((FIXTURES / name).read_text(encoding="utf-8"))


def said(parsed: Parsed) -> list[tuple[int, int, str]]:
    return [(each.span.line, each.span.column, each.message) for each in parsed.problems]


def test_a_row_is_a_connection_with_places_and_says_nothing_of_its_suite() -> None:
    parsed = fixture("connections.txt")
    office, branch = parsed.policy.vpn_connections
    assert (office.name, branch.name) == ("Head office", "Branch")
    assert office.strategy is not None
    assert office.strategy.known is TunnelStrategy.IKEV2
    assert (office.strategy.span.line, office.strategy.span.column) == (4, 36)
    assert parsed.policy.quick_mode_crypto_sets == ()
    assert said(parsed) == [(2, 1, LEAVES_OUT)]


def test_the_view_of_interfaces_is_read() -> None:
    (interface,) = fixture("interfaces.txt").policy.vpn_interfaces
    assert interface.name == "branch"


def test_what_powershell_cut_is_not_known_and_said() -> None:
    parsed = fixture("cut-short.txt")
    (rule,) = parsed.policy.connection_security_rules
    assert rule.inbound is not None
    assert (rule.inbound.known, rule.id) == (Security.REQUIRE, None)
    assert (4, 1, CUT_SHORT) in said(parsed)
    assert (2, 1, LEAVES_OUT) in said(parsed)


def test_numbers_that_stand_to_the_right_are_in_their_column() -> None:
    parsed = read(
        "Name        StartType  Status\n----        ---------  ------\n"
        "IKEEXT      Automatic Running\nPolicyAgent    Manual Stopped\n"
    )
    assert [(state.name, state.start and state.start.known) for state in parsed.policy.services] == [
        ("IKEEXT", "automatic"),
        ("PolicyAgent", "manual"),
    ]
    assert parsed.problems == ()


def test_a_row_whose_blanks_a_page_has_changed_is_parted_by_what_stands_there() -> None:
    parsed = read(
        "Name ServerAddress TunnelType AuthenticationMethod\n---- ------------- ---------- --------------------\n"
        "office vpn.example.org Ikev2 {Eap}\nhead office vpn.example.org Ikev2 {Eap}\n"
    )
    assert [each.name for each in parsed.policy.vpn_connections] == ["office"]
    assert said(parsed)[1][:2] == (4, 1)


def test_a_value_over_several_lines_is_said() -> None:
    parsed = read(
        "Name   ServerAddress   TunnelType\n----   -------------   ----------\nOffice vpn.example.org Ikev2\n"
        "       :4500\n"
    )
    assert [each.name for each in parsed.policy.vpn_connections] == ["Office"]
    assert said(parsed)[1][0] == 4


@pytest.mark.parametrize(
    "text",
    [
        "Name Id\n---- --\npowershell 4\n",
        "Name   StartType\n----   ---------\nSpooler Automatic\n",
        "a ServerAddress\n---- -------------\n",
    ],
)
def test_tables_of_other_things_are_none_of_ours(text: str) -> None:
    form = recognise(bytes_source("other.txt", text.encode()))
    assert form is None or form.name != "powershell-printed-table"


def test_every_fixture_is_recognised() -> None:
    for path in sorted(FIXTURES.iterdir()):
        form = recognise(file_source(path, path.name))
        assert form is not None
        assert form.name == "powershell-printed-table"
