"""Tables as PowerShell prints them are read as far as they go, and said not to be all."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

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


def test_a_value_that_goes_on_in_the_line_below_is_one() -> None:
    parsed = read(
        "Name   ServerAddress   TunnelType AuthenticationMethod\n"
        "----   -------------   ---------- --------------------\n"
        "Office vpn.example.org Ikev2      {MachineCertificate,\n"
        "       :4500                      Eap}\n"
        "Home   192.0.2.1       Ikev2      {Eap}\n"
    )
    office, home = parsed.policy.vpn_connections
    assert (office.servers and office.servers.known, home.name) == (("vpn.example.org:4500",), "Home")
    assert len(parsed.problems) == 1


def test_a_key_that_goes_on_in_the_line_below_is_hidden_on_both() -> None:
    parsed = read(
        "Name Destination   ResponderAuthenticationMethod SharedSecret\n"
        "---- -----------   ----------------------------- ------------\n"
        "Site {203.0.113.9} PSKOnly                       made-up, no\n"
        "                                                 key\n"
    )
    assert {(3, 11), (4, 3)} <= {(span.line, span.length) for span in parsed.secrets}


def test_names_of_columns_may_go_on_in_the_line_below() -> None:
    (rule,) = read(
        "IPsecRuleName DisplayName Enabled InboundSec OutboundSe\n"
        "                                  urity      curity\n"
        "------------- ----------- ------- ---------- ----------\n"
        "{A1}          Isolation   True    Require    Request\n"
    ).policy.connection_security_rules
    assert rule.name == "Isolation"
    assert [side and side.known for side in (rule.inbound, rule.outbound)] == ["require", "request"]


def test_a_row_whose_first_value_is_empty_is_a_row() -> None:
    parsed = read(
        "Name LocalEndpoint RemoteEndpoint EncapsulationMode\n---- ------------- -------------- -----------------\n"
        "     10.0.0.5      10.0.0.6       Transport\n     10.0.0.5      10.0.0.7       Transport\n"
    )
    assert [each.remote_address for each in parsed.associations] == ["10.0.0.6", "10.0.0.7"]


@cases(
    "text",
    [
        "Name Id\n---- --\npowershell 4\n",
        "Name   StartType\n----   ---------\nSpooler Automatic\n",
        "Name   Status\n----   ------\nSpooler Running\n",
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


@cases("more", ["EncryptionMethod CipherTransformConstants DHGroup", "CipherTransformConstants DHGroup"])
def test_the_suite_of_a_site_to_site_interface_is_none_of_a_connection(more: str) -> None:
    names = ["Name", "Destination", *more.split()]
    values = {"Name": "Azure", "Destination": "{203.0.113.9}", "DHGroup": "ECP384"}
    rows = [names, ["-" * len(name) for name in names], [values.get(name, "GCMAES256") for name in names]]
    text = "".join(" ".join(cell.ljust(24) for cell in row).rstrip() + "\n" for row in rows)
    policy = read(text).policy
    assert [each.name for each in policy.vpn_interfaces] == ["Azure"]
    assert policy.vpn_connections == ()


RULES = (
    "Name Enabled InboundSecurity OutboundSecurity\n---- ------- --------------- ----------------\n"
    "R1   True    Require         Request\n"
)


@cases("prompt", ["PS C:\\>", "PS C:\\Users\\a>  ", "C:\\>", "PS C:\\> exit", "[srv01]: PS C:\\>"])
def test_a_prompt_below_the_rows_is_none_of_them(prompt: str) -> None:
    parsed = read(f"{RULES}{prompt}\n")
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["R1"]
    assert {line for line, *_ in said(parsed)} == {1, 3}


def test_what_only_looks_like_a_prompt_is_a_row() -> None:
    parsed = read(f"{RULES}PS   True    Require         Request\n")
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["R1", "PS"]


@cases(
    ("text", "lines"),
    [
        (
            "\nName   ServerAddress TunnelType\n\n----   ------------- ----------\n\nA v Ikev2\n\nB b L2tp\n\n",
            [6, 8],
        ),
        ("Name   ServerAddress TunnelType\n----   ------------- ----------\nOffice v.example.org Ikev2\n\nx\n", [3]),
    ],
)
def test_a_table_with_an_empty_line_behind_each_line_is_read(text: str, lines: list[int]) -> None:
    assert [each.span.line for each in read(text).policy.vpn_connections] == lines
