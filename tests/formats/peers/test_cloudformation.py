"""VPN connections of AWS in templates of CloudFormation, and as YAML of its command line."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases
from tests.formats.peers.test_gateway_configuration import brief
from tests.formats.peers.test_peers import read

from ipseclint.formats.parsed import Parsed
from ipseclint.model.peer import Peer
from ipseclint.model.setting import Secret, Unknown

FORMATS = ROOT / "fixtures" / "formats"
JSON, YAML = "cloud-gateway", "declared-gateway"
TEMPLATE = """Parameters:
  Life: {Type: Number, Default: 14400}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /vpn/cipher}
Resources:
  Vpn:
    Type: AWS::EC2::VPNConnection
    Properties:
      CustomerGatewayId: cgw-1
      VpnTunnelOptionsSpecifications:
"""
ALL = {"AES-128", "AES-256"}


def template(options: str) -> Parsed:
    """What is read of a template with these options of tunnels."""
    return read(TEMPLATE + options, YAML)


def seconds(peer: Peer) -> list[object]:
    """The lifetimes of both phases."""
    return [None if each is None else each.value for each in (peer.main_mode_seconds, peer.quick_mode_seconds)]


@cases(
    ("name", "form", "peers"),
    [
        (
            "connections.yaml",
            YAML,
            [
                ("BranchVpn, tunnel 1", "AES-256+SHA-256++DH14|DH20", [28_800, 3600], "lantern_basin_5120"),
                ("BranchVpn, tunnel 2", None, [28_800, 3600], None),
            ],
        ),
        (
            "vpn-connections.yaml",
            YAML,
            [
                (
                    "vpn-0a1b2c3d4e5f60002, tunnel 1",
                    "AES-256+SHA-256++DH14",
                    [28_800, 3600],
                    "copper.wharf.8834",
                ),
                ("vpn-0a1b2c3d4e5f60002, tunnel 2", None, [28_800, 3600], "copper.wharf.8835"),
            ],
        ),
        (
            "aws-stack.json",
            JSON,
            [
                ("BranchVpn, tunnel 1", None, [14_400, 3600], "mortar_delta_6071"),
                ("BranchVpn, tunnel 2", None, [28_800, 3600], None),
            ],
        ),
    ],
)
def test_each_tunnel_of_a_connection_is_a_peer(
    name: str, form: str, peers: list[tuple[str, str | None, list[int], str | None]]
) -> None:
    parsed = read((FORMATS / form / name).read_text(), form)
    assert (parsed.problems, parsed.unread) == ((), ())
    for peer, (title, suite, lifetimes, key) in zip(parsed.policy.peers, peers, strict=True):
        assert (peer.name, peer.implementation, seconds(peer)) == (title, "aws", lifetimes)
        assert suite is None or brief(peer.main_mode) == [suite]
        assert [each.secret for each in peer.own or ()] == [None if key is None else Secret(key)]


def test_a_connection_with_options_for_one_tunnel_has_a_second_with_all_defaults() -> None:
    first, second = template("      - Phase1DHGroupNumbers: [{Value: 20}]\n").policy.peers
    assert [{group for offer in peer.main_mode or () for group in offer.groups} for peer in (first, second)] == [
        {"DH20"},
        {group for offer in second.main_mode or () for group in offer.groups},
    ]
    assert len(second.main_mode or ()) > 1


def test_a_connection_without_options_has_the_defaults() -> None:
    (peer,) = read(TEMPLATE.replace("      VpnTunnelOptionsSpecifications:\n", ""), YAML).policy.peers
    assert peer.name == "Vpn"
    assert seconds(peer) == [28_800, 3600]
    text = '{"Resources": {"Vpn": {"Type": "AWS::EC2::VPNConnection", "Properties": {"Type": "ipsec.1"}}}}'
    (of_json,) = read(text, JSON).policy.peers
    assert of_json.name == "Vpn"


@cases(
    ("value", "lifetime", "message"),
    [
        ("!Ref Life", 14_400, "`14400` is the default of a parameter: it is read, and a deployment may replace it"),
        ("{Ref: Life}", 14_400, "`14400` is the default of a parameter: it is read, and a deployment may replace it"),
        ("!Ref Other", Unknown("Ref Other"), "`Ref Other` is worked out when it is deployed"),
        ("!FindInMap [A, B, C]", Unknown("!FindInMap"), "`!FindInMap` is worked out when it is deployed"),
        ("{'Fn::If': [A, 1, 2]}", Unknown("Fn::If"), "`Fn::If` is worked out when it is deployed"),
        ("!Ref AWS::NoValue", 28_800, ""),
    ],
)
def test_a_value_is_what_the_template_makes_of_it(value: str, lifetime: object, message: str) -> None:
    parsed = template(f"      - Phase1LifetimeSeconds: {value}\n")
    assert seconds(parsed.policy.peers[0])[0] == lifetime
    assert [problem.message for problem in parsed.problems] == ([message] if message else [])


def test_the_default_of_a_parameter_that_names_a_place_is_no_value() -> None:
    parsed = template("      - Phase1EncryptionAlgorithms: [{Value: !Ref Stored}]\n")
    assert [problem.message for problem in parsed.problems] == ["`Ref Stored` is worked out when it is deployed"]
    assert [offer.is_understood for offer in parsed.policy.peers[0].main_mode or ()] == [False]


@cases("options", ["      - !If\n        - A\n        - PreSharedKey: harbour7Key\n        - !Ref AWS::NoValue\n"])
def test_options_that_are_worked_out_are_none_that_are_known(options: str) -> None:
    parsed = template(options)
    first, second = parsed.policy.peers
    assert [offer.is_understood for offer in first.main_mode or ()] == [False]
    assert seconds(first) == [Unknown("!If"), Unknown("!If")]
    assert all(offer.is_understood for offer in second.main_mode or ())
    assert {problem.message for problem in parsed.problems} == {"`!If` is worked out when it is deployed"}


def test_a_line_that_is_no_yaml_is_told() -> None:
    parsed = template("      - <<: *options\n        PreSharedKey: harbour7Key\n")
    assert ("a line that is not read as YAML", 10) in [
        (problem.message, problem.span.line) for problem in parsed.problems
    ]


@cases(
    "options",
    [
        "      - <<: *options\n        Phase2LifetimeSeconds: 1800\n",
        "      - {<<: *options, Phase2LifetimeSeconds: 1800}\n",
        "      - {<<: [*options, *others], Phase2LifetimeSeconds: 1800}\n",
    ],
)
def test_options_that_an_alias_brings_are_not_known(options: str) -> None:
    first, second = template(options).policy.peers
    assert [offer.is_understood for offer in first.main_mode or ()] == [False]
    assert seconds(first) == [Unknown("<<\u2026"), 1800]
    assert seconds(second) == [28_800, 3600]
