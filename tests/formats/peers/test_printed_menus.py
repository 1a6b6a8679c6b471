"""What `print` lists in the menus of RouterOS is read as its export is."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.peer import Peer
from ipseclint.source import bytes_source

EXPORT = """/ip ipsec profile
add dh-group=modp2048 enc-algorithm=aes-256 hash-algorithm=sha256 lifetime=8h name=site
/ip ipsec peer
add address=198.51.100.7/32 exchange-mode=ike2 name=azure profile=site
/ip ipsec proposal
add auth-algorithms=sha256 enc-algorithms=aes-256-cbc,aes-128-cbc lifetime=1h name=site pfs-group=none
/ip ipsec identity
add peer=azure auth-method=pre-shared-key secret="{key}"
/ip ipsec policy
add peer=azure proposal=site src-address=10.1.0.0/16 dst-address=10.2.0.0/16 tunnel=yes
"""
KEY = "eleven-copper-kettles"
PRINTED = """{0}ip ipsec profile{1}
Flags: * - default
 0  * name="default" hash-algorithm=sha1 enc-algorithm=aes-128,3des dh-group=modp1024 lifetime=1d
 1    name="site" hash-algorithm=sha256 enc-algorithm=aes-256 dh-group=modp2048 lifetime=8h

{0}ip ipsec peer{1}
Flags: X - disabled, D - dynamic, R - responder
 0     name="azure" address=198.51.100.7/32 profile=site exchange-mode=ike2

{0}ip ipsec proposal{1}
Flags: X - disabled, * - default
 0    name="site" auth-algorithms=sha256 enc-algorithms=aes-256-cbc,
      aes-128-cbc lifetime=1h pfs-group=none

{0}ip ipsec identity{1}
Flags: D - dynamic, X - disabled
 0    ;;; to the gateway at name=head
      peer=azure auth-method=pre-shared-key
      secret="{key}"
{0}ip ipsec policy{1}
Flags: T - template, A - active
 0   A  peer=azure tunnel=yes src-address=10.1.0.0/16
        dst-address=10.2.0.0/16 proposal=site
"""
ASKED = {
    "export": EXPORT.format(key=KEY),
    "version 6": PRINTED.format("[admin@MikroTik] /", "> print detail", key=KEY),
    "version 7": PRINTED.format("[admin@edge 1] > /", " print", key=KEY).replace("ip ipsec ", "ip/ipsec/"),
    "no prompt": PRINTED.format("/", " print", key=KEY),
}


def read(text: str, name: str = "router.txt") -> Parsed:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


def told(peer: Peer) -> tuple[object, ...]:
    """What is known of a peer, without places."""
    main, quick = peer.main_mode or (), peer.quick_mode or ()
    offers = [(offer.encryption, offer.integrity, offer.groups) for offer in (*main, *quick)]
    seconds = [each and each.value for each in (peer.main_mode_seconds, peer.quick_mode_seconds)]
    assert len(offers) == 2
    return peer.name, offers, seconds


@cases("name", ASKED)
@cases("path", ["router.txt", "post.md"])
def test_what_is_printed_is_the_same_peer_as_the_export(name: str, path: str) -> None:
    text = f"The router:\n```\n{ASKED[name]}```\n" if path.endswith(".md") else ASKED[name]
    (peer,) = read(text, path).policy.peers
    (exported,) = read(ASKED["export"]).policy.peers
    assert told(peer) == told(exported)
    assert peer.own is not None


@cases("name", ASKED)
def test_a_key_that_is_printed_is_shown_nowhere(name: str) -> None:
    report = check_text(ASKED[name], "router.txt")
    assert KEY not in str(report)


OLD = "add address=198.51.100.8/32 {}name=old profile=site\n"
TEMPLATE = (
    "/ip ipsec proposal\nset [ find default=yes ] pfs-group=modp1024\n/ip ipsec policy\nset 0 {}proposal=default\n"
)


def peers(text: str) -> list[str]:
    return [peer.name for peer in read(text).policy.peers]


def test_what_is_disabled_is_none() -> None:
    assert peers(ASKED["export"].replace("/ip ipsec prop", f"{OLD.format('')}/ip ipsec prop")) == ["azure", "old"]
    assert peers(ASKED["export"].replace("/ip ipsec prop", f"{OLD.format('disabled=yes ')}/ip ipsec prop")) == ["azure"]
    printed = ASKED["version 6"].replace(
        '\n 0     name="a', '\n 0 X   ;;; old\n       name="old" profile=site\n\n 1     name="a'
    )
    assert peers(printed) == ["azure"]
    assert peers(printed.replace("0 X ", "0 D ")) == ["old", "azure"]


@cases(
    ("generates", "flags", "count"),
    [
        ("", "template=yes ", 1),
        (" generate-policy=no", "template=yes ", 1),
        (" generate-policy=port-strict", "template=yes ", 2),
        (" generate-policy=port-strict", "template=yes disabled=yes ", 1),
        ("", "", 1),
    ],
)
def test_a_template_is_a_policy_where_policies_are_generated(generates: str, flags: str, count: int) -> None:
    text = ASKED["export"].replace("-shared-key", f"-shared-key{generates}") + TEMPLATE.format(flags)
    (peer,) = read(text).policy.peers
    assert len(peer.quick_mode or ()) == count


def test_a_policy_may_be_for_several_peers() -> None:
    """As for two gateways of a cloud (`peer=a,b`)."""
    second = "add address=198.51.100.9/32 exchange-mode=ike2 name=other profile=site\n"
    text = (
        ASKED["export"]
        .replace("/ip ipsec prop", f"{second}/ip ipsec prop")
        .replace("peer=azure prop", "peer=azure,other prop")
    )
    policies = [
        (peer.name, str(peer.remote and peer.remote.known), len(peer.quick_mode or ()))
        for peer in read(text).policy.peers
    ]
    assert [name for name, _, _ in policies] == ["azure", "other"]
    assert {count for _, _, count in policies} == {1}
    assert len({remote for _, remote, _ in policies} - {"None"}) == 1


@cases(
    "command",
    ["export", "print", "remove [find name=x]", "disable numbers=0", "../peer print", "..profile print", "find name=x"],
)
def test_another_command_in_a_menu_is_no_object(command: str) -> None:
    (peer,) = read(f"[admin@MikroTik] /ip ipsec peer> {command}\n{ASKED['export']}").policy.peers
    assert peer.name == "azure"


@cases("text", ["[1, 2]", '["a@b"]', "[admin@MikroTik] > /system resource print\n", "[admin@MikroTik] > quit\n"])
def test_other_brackets_and_menus_are_none(text: str) -> None:
    assert recognise(bytes_source("router.txt", text.encode())) is None


def test_the_menu_that_is_open_alone_is_left_out() -> None:
    """Where the prompt names no menu and the command no path, which one is printed is not known."""
    assert recognise(bytes_source("router.txt", b"[admin@MikroTik] > print\n 0 name=a exchange-mode=ike2\n")) is None
