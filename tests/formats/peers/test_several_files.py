"""Files that one text holds, and that name their connections alike, are told apart; parts of one file are not."""

from __future__ import annotations

from collections.abc import Sequence

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.model.peer import Peer
from ipseclint.source import bytes_source

HEAVY = "conn branch\n    left=192.0.2.1\n    right=192.0.2.9\n    ike=aes256-sha256-modp2048!\n    authby=secret\n"
LIGHT = HEAVY.replace("192.0.2.1", "192.0.2.5").replace("aes256-sha256-modp2048", "3des-sha1-modp1024")
SAME_ENDS = HEAVY.replace("aes256-sha256-modp2048", "3des-sha1-modp1024")
DEFAULT = "conn %default\n    ike={}!\n    authby=secret\n"
OTHER_DEFAULT = DEFAULT.format("aes256-sha256-ecp256") + "\nconn b\n    right=192.0.2.2\n"
ADDED = "conn branch\n    ikelifetime=2h\n    ike=aes128-sha256-ecp256!\n"
WORDS = "And this is what the other server has in its file:"


def _script(*files: str, name: str = "/srv/{}/ipsec.conf", to: str = ">") -> str:
    parts = (f"cat {to} {name.format(number)} <<EOF\n{text}EOF\n" for number, text in enumerate(files))
    return "#!/bin/sh\n" + "".join(parts)


def _prose(*files: str) -> str:
    return f"\n{WORDS}\n\n".join(files)


def _document(*files: str) -> str:
    return "# Servers\n\n" + f"\n{WORDS}\n\n".join(f"```\n{text}```\n" for text in files)


def _peers(text: str, name: str) -> tuple[Peer, ...]:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None, text
    return form.parse(source).policy.peers


def _ciphers(peers: Sequence[Peer]) -> list[str]:
    return [str(peer.main_mode[0].encryption[0]) for peer in peers]


HOLDERS = ((_script, "up.sh"), (_prose, "post.txt"), (_document, "post.md"))


@cases(
    "files",
    [
        (HEAVY, LIGHT),
        (HEAVY, SAME_ENDS),
        (LIGHT, HEAVY, LIGHT),
        (DEFAULT.format("3des-sha1-modp1024") + "\nconn a\n    right=192.0.2.1\n", OTHER_DEFAULT),
    ],
    ids=["both ends", "one algorithm", "three", "defaults"],
)
def test_a_connection_of_another_file_hides_none(files: tuple[str, ...]) -> None:
    alone = [cipher for text in files for cipher in _ciphers(_peers(text, "ipsec.conf"))]
    for holder, name in HOLDERS:
        assert _ciphers(_peers(holder(*files), name)) == alone, name


@cases("added", [ADDED, HEAVY], ids=["an addition", "the same again"])
def test_what_is_added_to_a_connection_is_of_it(added: str) -> None:
    for holder, name in HOLDERS:
        (peer,) = _peers(holder(HEAVY, added), name)
        assert str(peer.main_mode[0].groups[0]) == ("DH19" if added is ADDED else "DH14"), name


def test_of_what_one_file_says_twice_the_last_counts() -> None:
    (peer,) = _peers(HEAVY + LIGHT, "ipsec.conf")
    assert _ciphers([peer]) == ["3DES"]


def test_a_part_takes_over_from_the_file_that_it_is_added_to() -> None:
    base = DEFAULT.format("aes256-sha256-ecp384")
    (peer,) = _peers(_script(base, "conn branch\n    left=192.0.2.1\n    right=192.0.2.9\n", to=">>"), "up.sh")
    assert str(peer.main_mode[0].groups[0]) == "DH20"


@cases(
    ("text", "counted"),
    [
        (HEAVY + "\n" + ADDED, ["`ike of which a later line says something else`"]),
        (HEAVY + "    ike=aes128-sha256-ecp256!\n", ["`ike of which a later line says something else`"]),
        (HEAVY + "\n" + HEAVY, []),
        (HEAVY + "\nconn branch\n    ikelifetime=2h\n", []),
        (HEAVY + "\nconn other\n    ike=aes128-sha256-ecp256!\n", []),
        (DEFAULT.format("aes256-sha256-ecp256") + HEAVY, []),
    ],
)
def test_what_a_later_line_replaces_is_counted(text: str, counted: list[str]) -> None:
    source = bytes_source("ipsec.conf", text.encode())
    form = recognise(source)
    assert form is not None
    assert [name for name, _ in form.parse(source).unread] == counted
