"""Palo Alto's firewalls as peers, by commands and by XML."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.peer import Peer
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod

FIXTURES = ROOT / "fixtures" / "formats"
LINES = (FIXTURES / "gateway-configuration" / "paloalto.txt").read_text()
XML = (FIXTURES / "gateway-xml" / "paloalto.xml").read_text()


def read(text: str) -> Parsed:
    source = bytes_source("gateway", text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


def only(text: str) -> Peer:
    (peer,) = read(text).policy.peers
    return peer


def networks(peer: Peer) -> list[str]:
    return [str(address) for side in (peer.local, peer.remote) if side is not None for address in side.known or ()]


def test_a_tunnel_is_a_peer_with_its_gateway_its_profiles_and_its_networks() -> None:
    peer = only(LINES)
    assert (peer.name, [*map(str, peer.answers_on)], [*map(str, peer.looks_for)]) == (
        "WINDOWS",
        ["203.0.113.1"],
        ["198.51.100.7"],
    )
    assert networks(peer) == ["10.1.0.0/16", "10.2.0.0/16"]
    assert [(each.method, each.is_secret_known) for each in peer.own or ()] == [(AuthMethod.PRESHARED_KEY, True)]
    assert peer.identity is None
    assert peer.expected_identity is not None
    assert peer.expected_identity.known == "rras.example.org"


@cases("prefix", ["set template T config ", "set template T config devices localhost.localdomain "])
def test_panorama_writes_the_same_for_a_template(prefix: str) -> None:
    peer = only(LINES.replace("set ", prefix))
    assert peer.main_mode_seconds is not None
    assert (peer.main_mode_seconds.known, networks(peer)) == (28_800, ["10.1.0.0/16", "10.2.0.0/16"])


def in_braces(lines: str, around: tuple[str, ...]) -> str:
    """Lines of `set` as a file of PAN-OS has them: each word a block, the last a value."""
    words = [line.split()[1:] for line in lines.splitlines()]
    first = "".join(f"{word} {{\n" for word in around)
    return (
        first
        + "".join(
            "".join(f"{word} {{\n" for word in line[:-1]) + f"{line[-1]};\n" + "}\n" * (len(line) - 1) for line in words
        )
        + "}\n" * len(around)
    )


@cases(
    "around",
    [
        (),
        ("config",),
        ("config", "devices", "localhost.localdomain"),
        ("config", "devices", "localhost.localdomain", "template", "T", "config", "devices", "localhost.localdomain"),
        ("template", "T", "config"),
    ],
)
def test_braces_say_what_commands_say(around: tuple[str, ...]) -> None:
    peer, plain = only(in_braces(LINES, around)), only(LINES)
    told = [(each.main_mode, each.quick_mode, networks(each)) for each in (peer, plain)]
    offers = [[(o.encryption, o.integrity, o.groups) for o in (*(m or ()), *(q or ()))] for m, q, _ in told]
    assert offers[0] == offers[1] != []
    assert told[0][2] == told[1][2] != []


def test_keys_on_one_line_are_those_on_lines_of_their_own() -> None:
    begin = "set network ike crypto-profiles ike-crypto-profiles MAIN"
    apart = [line for line in LINES.splitlines() if line.startswith(begin)]
    one = " ".join([begin, *(line.removeprefix(begin).strip() for line in apart)])
    peers = [only(text) for text in (LINES, "\n".join([one, *LINES.splitlines()[len(apart) :]]) + "\n")]
    told = [[(each.encryption, each.integrity, each.groups) for each in peer.main_mode or ()] for peer in peers]
    assert told[0] == told[1] != []
    assert [None if peer.main_mode_seconds is None else peer.main_mode_seconds.known for peer in peers] == [28_800] * 2


def test_xml_says_what_commands_say_each_network_a_peer() -> None:
    net, web = read(XML).policy.peers
    assert (net.name, networks(net)) == ("WINDOWS, NET", ["10.1.0.0/16", "10.2.0.0/16"])
    assert web.local is not None
    assert web.local.known is None  # a port alone
    assert net.key_modules is not None
    assert net.key_modules.known == {KeyModule.IKEV1, KeyModule.IKEV2}
    assert [(each.encryption, each.integrity, each.groups) for each in net.main_mode or ()] == [
        (("AES-256", "AES-128"), ("SHA-256",), ("DH14",))
    ]
    assert [(each.encryption, each.integrity, each.groups) for each in net.quick_mode or ()] == [
        (("AES-GCM-256",), (), ("DH14",))
    ]
    assert net.quick_mode_seconds is not None
    assert net.quick_mode_seconds.known == 45 * 60


def test_each_template_of_panorama_has_profiles_of_its_own() -> None:
    body = XML[XML.index("<network>") : XML.index("</network>") + len("</network>")]
    other = body.replace("198.51.100.7", "198.51.100.8").replace("<member>sha256</member>", "<member>sha384</member>")
    peers = read(f"<config><template><a>{body}</a><b>{other}</b></template></config>").policy.peers
    told = {str(peer.looks_for[0]): (peer.main_mode or ())[0].integrity for peer in peers}
    assert told == {"198.51.100.7": ("SHA-256",), "198.51.100.8": ("SHA-384",)}


@cases("text", [LINES, XML])
def test_a_key_that_the_firewall_encrypted_is_unknown_and_hidden_as_well(text: str) -> None:
    hidden = text.replace("aKeyOfThisGate6", "-AQ==fm9uZQ==").replace("aKeyOfThisGate7", "-AQ==fm9uZQ==")
    parsed = read(hidden)
    for peer in parsed.policy.peers:
        assert [(each.secret, each.is_secret_known) for each in peer.own or ()] == [(None, False)]
    assert parsed.secrets


@cases(("between",), [(" ",), ("\t",), (" & ",), ('\\"',), ("\\ ",), (" / ",), ('" "',)])
def test_what_stands_behind_a_key_is_not_named_for_it_may_be_of_the_key(between: str) -> None:
    parsed = read(LINES.replace("aKeyOfThisGate6", f"zuluWord{between}yankWord"))
    assert not [name for name, _ in parsed.unread if "zulu" in name or "yank" in name]
    assert ("`not-known`", 1) in read(f"{LINES}set network ike gateway SITE protocol not-known yes\n").unread


def test_a_gateway_without_a_tunnel_and_profiles_without_a_gateway_are_peers() -> None:
    gateway = only("".join(line for line in LINES.splitlines(keepends=True) if "tunnel ipsec" not in line))
    assert (gateway.name, gateway.quick_mode) == ("SITE", None)
    profiles = only("".join(line for line in LINES.splitlines(keepends=True) if "crypto-profiles" in line))
    assert (profiles.name, profiles.key_modules, len(profiles.quick_mode or ())) == ("MAIN", None, 2)


@cases(("line", "groups"), [("", ("DH2",)), ("dh-group no-pfs", ()), ("dh-group group19", ("DH19",))])
def test_pfs_is_on_with_group_2_unless_it_is_written(line: str, groups: tuple[str, ...]) -> None:
    begin = "set network ike crypto-profiles ipsec-crypto-profiles CHILD"
    text = LINES.replace(f"{begin} dh-group no-pfs\n", f"{begin} {line}\n" if line else "")
    assert {each.groups for each in only(text).quick_mode or ()} == {groups}


def test_other_words_are_read_or_said() -> None:
    text = LINES.replace("esp authentication", "ah authentication").replace("version ikev2", "version ikev1")
    text = text.replace("protocol ikev2 ike", "protocol ikev1 ike").replace("aes-256-cbc\n", "rot13\n")
    text += "set network ike gateway SITE protocol ikev1 exchange-mode aggressive\n"
    parsed = read(text)
    (peer,) = parsed.policy.peers
    assert peer.is_aggressive
    assert {each.encapsulation for each in peer.quick_mode or ()} == {Encapsulation.AH}
    assert [each.message for each in parsed.problems] == ["unknown algorithm `rot13`"]
    signed = LINES.replace("authentication pre-shared-key key aKeyOfThisGate6", "authentication certificate use-id yes")
    assert [each.method for each in only(signed).own or ()] == [AuthMethod.COMPUTER_CERTIFICATE]


def test_aes_gcm_of_the_first_phase_agrees_with_nothing_since_its_function_is_unknown() -> None:
    offers = only(LINES.replace("encryption aes-256-cbc", "encryption [ aes-256-cbc aes-256-gcm ]", 1)).main_mode
    assert [(each.encryption, each.is_understood) for each in offers or ()] == [
        (("AES-256",), True),
        (("AES-GCM-256",), False),
    ]
