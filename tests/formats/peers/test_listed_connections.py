"""Each child of a connection that strongSwan lists is a peer with what the list says of it; the rest is said."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import RuleMode
from ipseclint.source import bytes_source, file_source
from ipseclint.vocabulary.authentication import AuthMethod

FOLDER = ROOT / "fixtures" / "formats" / "swanctl-conns"
LISTED = """office: IKEv2, no reauthentication, rekeying every 7200s
  local:  198.51.100.1
  remote: %any
  local public key authentication:
    id: gw.example.org
  remote public key authentication:
  net: TUNNEL, rekeying every 3600s
    local:  10.1.0.0/16
    remote: dynamic
"""


def read(text: str) -> Parsed:
    source = bytes_source("connections.txt", text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases(
    ("name", "peers"),
    [
        ("two-sites.md", ["cloud-to-remote-site", "cloud-ipsec"]),
        ("windows-clients.txt", ["windows"]),
        ("transport.txt", ["servers/smb", "servers/rest"]),
    ],
)
def test_each_child_that_protects_is_a_peer(name: str, peers: list[str]) -> None:
    source = file_source(FOLDER / name, name)
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [peer.name for peer in parsed.policy.peers] == peers
    assert not parsed.problems


@cases(
    ("before", "after", "field", "value"),
    [
        ("rekeying every 7200s", "no rekeying", "main_mode_seconds", None),
        (
            "no reauthentication, rekeying every 7200s",
            "reauthentication every 900s, no rekeying",
            "main_mode_seconds",
            900,
        ),
        ("rekeying every 3600s", "no rekeying", "quick_mode_seconds", None),
        ("dynamic", "10.2.0.0/16 10.3.0.0/16", "remote", ["10.2.0.0/16", "10.3.0.0/16"]),
        ("dynamic", "10.2.0.0/16[tcp/22]", "remote", None),
        ("gw.example.org", "%any", "identity", None),
        ("TUNNEL", "BEET", "mode", RuleMode.TUNNEL),
        ("TUNNEL", "BUNDLE", "mode", None),
    ],
)
def test_a_value_is_what_its_line_says(before: str, after: str, field: str, value: object) -> None:
    assert before in LISTED
    (peer,) = read(LISTED.replace(before, after)).policy.peers
    setting = getattr(peer, field)
    known = None if setting is None else setting.known
    assert (list(map(str, known)) if isinstance(known, tuple) else known) == value


@cases(
    ("words", "method"),
    [
        ("pre-shared key", AuthMethod.PRESHARED_KEY),
        ("EAP_TLS", AuthMethod.EAP),
        ("XAuth", AuthMethod.XAUTH),
        ("quantum", None),
    ],
)
def test_how_an_end_proves_who_it_is(words: str, method: AuthMethod | None) -> None:
    parsed = read(LISTED.replace("remote public key", f"remote {words}"))
    (peer,) = parsed.policy.peers
    assert peer.accepted is not None
    assert [credential.method for credential in peer.accepted] == [method]
    assert [problem.span.line for problem in parsed.problems] == ([] if method else [6])


def test_blanks_at_the_end_of_a_line_are_no_part_of_it() -> None:
    said = read(LISTED.replace("\n", "  \n"))
    assert (said.policy.peers, said.problems) == (read(LISTED).policy.peers, ())


def test_a_line_that_is_not_known_is_said() -> None:
    assert [problem.span.line for problem in read(f"{LISTED}    phase of the moon\n").problems] == [10]


def test_what_stands_below_is_none_of_it() -> None:
    parsed = read(f"{LISTED}gateway# swanctl --list-pools\nnone\n")
    assert (len(parsed.policy.peers), parsed.problems) == (1, ())


@cases(("selector", "is_said"), [("10.1.0.0/12x", True), ("10.1.0.0/24[tcp/http]", False), ("dynamic", False)])
def test_a_selector_that_is_no_address_is_said(selector: str, is_said: bool) -> None:
    problems = read(LISTED.replace("10.1.0.0/16", selector)).problems
    assert ["is not an address" in problem.message for problem in problems] == [True] * is_said


@cases("text", ["{setting}\n\n{listed}", "{listed}\n{setting}\n", "{listed}{setting}\n"])
@cases("setting", ["\tproposals = aes256-sha256-modp2048", "esp_proposals=aes256-sha256", "\tconnections {"])
def test_a_line_of_swanctl_conf_beside_a_list_is_told(text: str, setting: str) -> None:
    parsed = read(text.format(setting=setting, listed=LISTED))
    assert [peer.name for peer in parsed.policy.peers] == ["office"]
    why = "a line of swanctl.conf beside listed connections is not read: give the file by itself"
    assert [each.message for each in parsed.problems] == [why]
