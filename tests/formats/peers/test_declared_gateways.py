"""Gateways of Azure and AWS in Bicep and Terraform: read where they are literal, and a problem where they are not."""

from __future__ import annotations

import pytest
from tests import ROOT
from tests.cases import cases
from tests.formats.peers.test_peers import read

from ipseclint.finding import ProblemCode
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.peers import declared as declared_module
from ipseclint.model.peer import Peer
from ipseclint.model.setting import Secret, Unknown
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.authentication import AuthMethod

FIXTURES = ROOT / "fixtures" / "formats" / "declared-gateway"
BICEP = (
    "param policies array\nvar life = 3600\nvar suite = {{\n  one: 'AES256'\n}}\n"
    "resource c 'Microsoft.Network/connections@2024-05-01' = {{\n  name: 'c'\n  properties: {{\n"
    "    connectionType: 'IPsec'\n    virtualNetworkGateway1: {{ id: gateway.id }}\n{}  }}\n}}\n"
)
POLICY = (
    "    ipsecPolicies: [{{ ikeEncryption: {}, ikeIntegrity: 'SHA256', dhGroup: 'ECP384', ipsecEncryption: 'AES256'\n"
    "      ipsecIntegrity: 'SHA256', pfsGroup: 'None', saLifeTimeSeconds: {}, saDataSizeKilobytes: 0 }}]\n"
)
TERRAFORM = (
    'locals {{\n  life = 3600\n}}\nresource "azurerm_virtual_network_gateway_connection" "c" {{\n  name = "c"\n'
    '  type = "IPsec"\n  virtual_network_gateway_id = azurerm_virtual_network_gateway.g.id\n{}}}\n'
)
BLOCK = (
    '  ipsec_policy {{\n    ike_encryption = {}\n    ike_integrity = "SHA256"\n    dh_group = "ECP384"\n'
    '    ipsec_encryption = "AES256"\n    ipsec_integrity = "SHA256"\n    pfs_group = "None"\n'
    "    sa_lifetime = {}\n  }}\n"
)


def declared(text: str) -> Parsed:
    return read(text, "declared-gateway")


def whole(name: str) -> tuple[Peer, ...]:
    """The peers of a fixture, which is wholly understood."""
    parsed = declared((FIXTURES / name).read_text())
    assert parsed.problems == ()
    return parsed.policy.peers


def suite(peer: Peer) -> tuple[str, ...]:
    """The first suite of main mode and of quick mode."""
    main, quick = (peer.main_mode or ())[0], (peer.quick_mode or ())[0]
    return (*main.encryption, *main.integrity, *main.groups, *quick.encryption, *quick.integrity, *quick.groups)


@cases("name", ["connections.bicep", "connections.tf"])
def test_a_connection_is_read_with_what_names_stand_for(name: str) -> None:
    first, _ = whole(name)
    assert suite(first) == ("AES-256", "SHA-256", "DH14", "AES-256", "SHA-256", "DH14")
    assert first.quick_mode_seconds is not None
    assert first.quick_mode_seconds.value == {"connections.bicep": 27_000, "connections.tf": 3600}[name]
    assert first.own is not None
    key = {"connections.bicep": "Example-key-77", "connections.tf": "Example-key-88"}[name]
    assert first.own[0].secret == Secret(key)
    assert first.local is not None
    assert [str(address) for address in first.local.known or ()] == ["10.1.0.0/16"]


def test_a_connection_without_policies_has_those_of_azure_and_a_key_that_is_worked_out_is_not_known() -> None:
    _, second = whole("connections.bicep")
    assert second.name == "as Azure has it"
    assert len(second.main_mode or ()) == 6
    assert second.own is not None
    assert (second.own[0].secret, second.own[0].is_secret_known) == (None, False)


def test_a_link_of_a_virtual_wan_and_the_suites_for_clients_are_read() -> None:
    _, link = whole("connections.tf")
    assert suite(link) == ("AES-256", "SHA-384", "DH20", "AES-GCM-256", "DH20")
    (clients,) = whole("clients.tf")
    assert suite(clients) == ("AES-GCM-256", "DH20", "AES-GCM-256")
    assert [each.method for each in clients.accepted or ()] == [AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.EAP]


@pytest.mark.parametrize("encryption", ["'AES256'", "suite.one", "'AES256' // by contract"])
def test_bicep_is_read_where_it_is_literal(encryption: str) -> None:
    encryption, _, remark = encryption.partition(" //")
    parsed = declared(BICEP.format(POLICY.format(encryption, "life")).replace("0 }]", f"0 }}] //{remark}"))
    assert parsed.problems == ()
    (peer,) = parsed.policy.peers
    assert suite(peer)[0] == "AES-256"
    assert peer.quick_mode_seconds is not None
    assert peer.quick_mode_seconds.value == 3600


@cases(
    "text",
    [
        BICEP.format(POLICY.format("cipher", "life")),
        BICEP.format(POLICY.format("'${cipher}256'", "life")),
        BICEP.format(POLICY.format("strong ? 'AES256' : 'AES128'", "life")),
        BICEP.format("    ipsecPolicies: policies\n"),
        BICEP.format("    ipsecPolicies: [policies[0]]\n"),
        BICEP.format("    ipsecPolicies: union(policies, [])\n"),
        BICEP.format("    ipsecPolicies: [for each in policies: { ikeEncryption: each.e, dhGroup: each.g }]\n"),
        TERRAFORM.format(BLOCK.format("var.cipher", "local.life")),
        TERRAFORM.format(BLOCK.format('"${var.cipher}"', "local.life")),
        TERRAFORM.format('  dynamic "ipsec_policy" {\n    for_each = var.x\n    content {\n      ike_encryption = '
                         "ipsec_policy.value.e\n    }\n  }\n"),
    ],
)  # fmt: skip
def test_what_is_worked_out_when_it_is_deployed_is_a_problem_and_no_suite(text: str) -> None:
    parsed = declared(text)
    assert parsed.problems
    assert all(not offer.is_understood for peer in parsed.policy.peers for offer in peer.main_mode or ())


def test_a_lifetime_or_a_version_that_is_worked_out_is_not_known() -> None:
    for text in (
        BICEP.format(POLICY.format("'AES256'", "lifes[0]") + "    connectionProtocol: version\n"),
        TERRAFORM.format(BLOCK.format('"AES256"', "var.life") + "  connection_protocol = var.version\n"),
    ):
        parsed = declared(text)
        assert len(parsed.problems) == 2
        (peer,) = parsed.policy.peers
        assert peer.quick_mode_seconds is not None
        assert isinstance(peer.quick_mode_seconds.value, Unknown)
        assert peer.key_modules is not None
        assert isinstance(peer.key_modules.value, Unknown)


@cases(("mode", "waits"), [("ResponderOnly", True), ("Default", False)])
def test_who_begins_is_read_of_terraform_and_no_misspelt_argument(mode: str, waits: bool) -> None:
    own = f'  shared_key = var.key\n  connection_mode = "{mode}"\n  resource_group_name = "net"\n'
    parsed = declared(TERRAFORM.format(own + "  local_network_gateway_id = azurerm_local_network_gateway.l.id\n"))
    assert not parsed.problems
    assert parsed.unread == ()
    assert [peer.is_server for peer in parsed.policy.peers] == [waits]


def test_a_name_that_has_something_put_in_is_shown_without_its_quotation_marks() -> None:
    text = TERRAFORM.format("").replace('name = "c"', 'name = "con-${each.key}"')
    (peer,) = declared(text).policy.peers
    assert peer.name == "con-${each.key}"


def test_a_misspelt_argument_is_a_problem() -> None:
    parsed = declared(TERRAFORM.format(BLOCK.format('"AES256"', "3600").replace("ike_integrity", "ike_integrty")))
    assert any("ike_integrty" in problem.message for problem in parsed.problems)


def test_a_connection_of_aws_has_two_tunnels_each_with_what_is_declared_of_it_or_all_defaults() -> None:
    first, second, plain = whole("aws.tf")
    assert [first.name, second.name, plain.name] == ["rras, tunnel 1", "rras, tunnel 2", "plain"]
    assert suite(first) == ("AES-256", "SHA-256", "DH14", "AES-GCM-256", "DH20")
    assert first.key_modules is not None
    assert first.key_modules.value == {KeyModule.IKEV2}
    assert first.own is not None
    assert first.own[0].secret == Secret("Example-key-31")
    assert first.main_mode_seconds is not None
    assert first.main_mode_seconds.value == 14_400
    assert first.remote is not None
    assert [str(address) for address in first.remote.known or ()] == ["10.20.0.0/16"]
    for peer in (second, plain):
        assert peer.key_modules is not None
        assert len(peer.key_modules.value) == 2
        assert [len(offer.groups) for offer in peer.main_mode or ()] == [12, 12]
        assert peer.own is not None
        assert not peer.own[0].is_secret_known


AWS = 'resource "aws_vpn_connection" "main" {{\n  customer_gateway_id = "cgw"\n{}}}\n'


@cases(
    "argument",
    [
        "tunnel1_phase1_dh_group_numbers = var.groups",
        "tunnel1_phase1_encryption_algorithms = [var.cipher]",
        'tunnel1_phase1_integrity_algorithms = ["SHA2-256", each.value]',
        'tunnel1_phase1_encryption_algorithms = ["AES-256-SUPER"]',
    ],
)
def test_a_suite_of_aws_that_is_worked_out_is_not_taken_for_the_default(argument: str) -> None:
    parsed = declared(AWS.format(f"  {argument}\n"))
    assert [problem.span.line for problem in parsed.problems] in ([3], [1])
    first, second = parsed.policy.peers
    assert [offer.is_understood for offer in first.main_mode or ()] == [False]
    assert all(offer.is_understood for offer in (*(first.quick_mode or ()), *(second.main_mode or ())))


def test_versions_and_lifetimes_of_aws_that_are_worked_out_are_not_known() -> None:
    parsed = declared(AWS.format("  tunnel2_ike_versions = var.v\n  tunnel2_phase2_lifetime_seconds = var.s\n"))
    assert [problem.span.line for problem in parsed.problems] == [3, 4]
    _, second = parsed.policy.peers
    assert second.key_modules is not None
    assert isinstance(second.key_modules.value, Unknown)
    assert second.quick_mode_seconds is not None
    assert isinstance(second.quick_mode_seconds.value, Unknown)


def test_a_key_of_aws_that_is_the_default_of_a_variable_is_not_known_and_a_group_is_read_and_said() -> None:
    variables = 'variable "k" {\n  default = "Example-key-77"\n}\nvariable "g" {\n  default = [20]\n}\n'
    arguments = "  tunnel1_preshared_key = var.k\n  tunnel1_phase1_dh_group_numbers = var.g\n"
    parsed = declared(variables + AWS.format(arguments))
    assert [problem.span.line for problem in parsed.problems] == [5]
    assert 2 in {span.line for span in parsed.secrets}
    first, _ = parsed.policy.peers
    assert {offer.groups for offer in first.main_mode or ()} == {("DH20",)}
    assert first.own is not None
    assert not first.own[0].is_secret_known


def test_an_argument_of_aws_that_is_not_known_is_named_as_it_is_written() -> None:
    parsed = declared(AWS.format("  tunnel1_phase1_dh_groups = [2]\n"))
    assert parsed.unread == (("`tunnel1_phase1_dh_groups`", 1),)


def test_what_exists_already_and_other_resources_make_no_peer() -> None:
    existing = BICEP.format("").replace("' = {", "' existing = {", 1)
    assert declared(existing).policy.peers == ()
    assert declared('resource "azurerm_virtual_network_gateway" "g" {\n  name = "g"\n}\n').policy.peers == ()


@cases(
    "text",
    [
        BICEP.format("    a: " + "[" * 3000),
        BICEP.format("    a: " + "{a:" * 3000),
        "".join(f"var v{number} = [{', '.join([f'v{number + 1}'] * 50)}]\n" for number in range(12))
        + BICEP.format("    ipsecPolicies: v0\n"),
        "var a = b\nvar b = a\n" + BICEP.format("    ipsecPolicies: a\n"),
        BICEP.format("    a: 'no end\n"),
        BICEP.format("    /* no end"),
    ],
)
def test_hostile_text_is_bounded_and_makes_no_suite(text: str) -> None:
    assert all(not offer.is_understood for peer in declared(text).policy.peers for offer in (peer.main_mode or ())[6:])


ONE = (
    "{ ikeEncryption: 'AES256', ikeIntegrity: 'SHA256', dhGroup: 'ECP384', ipsecEncryption: 'AES256'"
    ", ipsecIntegrity: 'SHA256', pfsGroup: 'None', saLifeTimeSeconds: 3600, saDataSizeKilobytes: 0 }"
)


@cases(
    ("written", "offers", "unknown"),
    [
        (f"[{ONE}]", 1, False),
        (f"[{ONE}] // one", 1, False),
        (f"[{ONE}, {ONE}]", 2, False),
        (f"[\n {ONE}\n {ONE}\n]", 2, False),
        (f"[for each in policies: {ONE}]", 1, False),
        (f"[{ONE}][0]", 1, True),
        (f"[{ONE}] + policies", 1, True),
        ("[policies][0]", 1, True),
        ("[for each]", 1, True),
        ("[for each in [policies]]", 1, True),
        ("[...policies]", 1, True),
        (f"flatten([{ONE}])", 1, True),
        (f"c ? [{ONE}] : []", 1, True),
        ("[]", 6, False),
    ],
)
def test_a_list_is_read_where_nothing_is_worked_out_of_it(written: str, offers: int, unknown: bool) -> None:
    parsed = declared(BICEP.format(f"    ipsecPolicies: {written}\n"))
    (peer,) = parsed.policy.peers
    assert len(peer.main_mode or ()) == offers
    assert any(not offer.is_understood for offer in peer.main_mode or ()) is unknown
    assert [
        (problem.span.line, problem.message.endswith("is worked out when it is deployed"))
        for problem in parsed.problems
    ] == ([(11, True)] if unknown else [])


@cases(
    "command",
    ["New-NetIPsecRule -DisplayName hq -InboundSecurity Require", "netsh advfirewall set global saidletimemin 5"],
)
def test_a_command_that_an_extension_of_a_machine_runs_is_said(command: str) -> None:
    extension = (
        f'resource "azurerm_virtual_machine_extension" "e" {{\n  settings = "{{commandToExecute: {command}}}"\n}}\n'
    )
    parsed = declared(f"{TERRAFORM.format('')}# {command}\n{extension}")
    (problem,) = parsed.problems
    assert problem.span.line == 11
    assert "is not read" in problem.message


@pytest.mark.parametrize("name", ["connections.bicep", "connections.tf"])
def test_of_a_file_with_more_words_than_any_nothing_that_it_declares_is_read(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    text = (FIXTURES / name).read_text()
    monkeypatch.setattr(declared_module, "MAX_PIECES", 1_000)
    beyond = text.rstrip("\n") + "\n(((\n" * 400
    parsed = declared(beyond)
    (problem,) = parsed.problems
    assert problem.code is ProblemCode.REFUSED
    assert beyond.splitlines()[problem.span.line - 1] == "((("
    assert parsed.policy.peers == ()
    assert declared(text).policy.peers


DEFAULT = "is the default of a parameter: it is read, and a deployment may replace it"


@cases(
    ("text", "said"),
    [
        (
            "param cipher string = 'AES128'\nparam other string = 'x'\n" + BICEP.format(POLICY.format("cipher", 3600)),
            [(1, 23, f"`AES128` {DEFAULT}")],
        ),
        (
            "@allowed(['AES128', 'AES256'])\nparam cipher string = 'AES128'\nvar used = cipher\n"
            + BICEP.format(POLICY.format("used", 3600)),
            [(2, 23, f"`AES128` {DEFAULT}")],
        ),
        (
            'variable "cipher" {\n  type = string\n  default = "AES128"\n}\n'
            + TERRAFORM.format(BLOCK.format("var.cipher", 3600)),
            [(3, 13, f"`AES128` {DEFAULT}")],
        ),
        (
            'variable "suite" {\n  default = {\n    cipher = "AES128"\n    life = 3600\n  }\n}\n'
            + TERRAFORM.format(BLOCK.format("var.suite.cipher", "var.suite.life")),
            [(2, 13, f"what begins here {DEFAULT}")],
        ),
    ],
)
def test_the_default_of_a_parameter_is_read_and_said_not_to_be_sure(
    text: str, said: list[tuple[int, int, str]]
) -> None:
    parsed = declared(text)
    assert [(each.span.line, each.span.column, each.message) for each in parsed.problems] == said
    (peer,) = parsed.policy.peers
    assert suite(peer)[0] == "AES-128"
    assert peer.quick_mode_seconds is not None
    assert peer.quick_mode_seconds.value == 3600


@cases(
    ("text", "said"),
    [
        ("param cipher string\n" + BICEP.format(POLICY.format("cipher", 3600)), "`cipher`"),
        ("param cipher string = pick()\n" + BICEP.format(POLICY.format("cipher", 3600)), "`pick()`"),
        ('variable "a" {\n  type = string\n}\n' + TERRAFORM.format(BLOCK.format("var.a", 3600)), "`var.a`"),
        (TERRAFORM.format(BLOCK.format('"AES256"', "var.life")), "`var.life`"),
    ],
)
def test_a_parameter_without_a_literal_default_is_worked_out_and_shown_as_it_is_written(text: str, said: str) -> None:
    assert [each.message for each in declared(text).problems] == [f"{said} is worked out when it is deployed"]


def test_the_default_of_a_key_is_neither_taken_nor_shown() -> None:
    text = "param pass string = 'DoNotShowThis1'\n" + BICEP.format("    sharedKey: pass\n")
    parsed = declared(text)
    (peer,) = parsed.policy.peers
    assert [each.is_secret_known for each in peer.own or ()] == [False]
    assert any(span.line == 1 for span in parsed.secrets)
    assert not any("DoNotShow" in each.message for each in parsed.problems)


OVER_LINES = (
    "/* two\n lines */ param x string // one\nvar note = '''a\n  b''' var y = x\n"
    'locals {\n  text = <<EOT\n    a\n    EOT\n  z = "w" /* a\n\n  b */ q = 5\n}\n'
)


@cases("text", [OVER_LINES, OVER_LINES.replace("\n", "\r\n"), f"\n\n \t{OVER_LINES}\n", "'''a\nb''' x"])
def test_each_piece_has_its_place_whatever_goes_over_lines_before_it(text: str) -> None:
    lines = text.splitlines()
    pieces = [piece for piece in declared_module._pieces(text, "main.bicep") if piece.kind != "line"]
    assert {"x", "y", "5"} & {piece.text for piece in pieces}
    for piece in pieces:
        assert lines[piece.token.line - 1][piece.token.column - 1 :].startswith(piece.text.partition("\n")[0])
