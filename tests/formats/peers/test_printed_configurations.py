"""A configuration that a shell script prints to a file with `echo` is read, each value at its place in the script."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.peers import ipsec_conf, swanctl
from ipseclint.formats.peers.shell import written
from ipseclint.model.peer import Peer
from ipseclint.source import bytes_source

CONN = """\
conn win
    left=192.0.2.1
    leftid="@gw.example.net"
    leftsubnet=10.1.0.0/16
    right=192.0.2.2
    rightsubnet=$OTHER
    authby=secret
    ike=aes256-sha256-modp2048!
"""
SECTIONS = """\
connections {
  win {
    remote_addrs = 192.0.2.2
    proposals = aes256-sha256-modp2048
    children {
      net {
        local_ts = 10.1.0.0/16
      }
    }
  }
}
"""
LITERAL = CONN.replace("'", "")
ESCAPED = CONN.replace('"', '\\"')


def _read(script: str) -> Parsed:
    source = bytes_source("setup.sh", script.encode())
    known = recognise(source)
    assert known is not None
    return known.parse(source)


def _peer(parsed: Parsed) -> Peer:
    assert parsed.policy is not None
    (peer,) = parsed.policy.peers
    return peer


@cases(
    "script",
    [
        f'#!/bin/bash\napt install strongswan\necho "{ESCAPED}" > /etc/ipsec.conf\nipsec restart\n',
        f'#!/bin/bash\necho "\n{CONN}" > /etc/ipsec.conf\n',
        f'echo "{ESCAPED}" | sudo tee /etc/ipsec.conf >/dev/null\n',
        f"  echo -e '{LITERAL}' | tee -a /etc/ipsec.conf\n",
        f'echo "config setup\n    uniqueids=no\n\n{ESCAPED}" > /etc/ipsec.conf\n'.replace("\n", "\r\n"),
    ],
)
def test_a_printed_configuration_is_read(script: str) -> None:
    peer = _peer(_read(script))
    assert (peer.name, peer.identity and peer.identity.known) == ("win", "@gw.example.net")
    assert peer.local is not None
    assert [str(address) for address in peer.local.known or ()] == ["10.1.0.0/16"]


def test_sections_are_read_and_their_places_are_those_in_the_script() -> None:
    peer = _peer(_read(f"#!/bin/sh\nset -e\necho '{SECTIONS}' > /etc/swanctl/conf.d/win.conf\n"))
    assert (peer.span.line, peer.span.column) == (4, 3)
    (offer,) = peer.main_mode
    assert offer.span.line == 6


def test_the_place_behind_an_escaped_mark_is_that_in_the_script() -> None:
    peer = _peer(_read(f'echo "{ESCAPED}" > /etc/ipsec.conf\n'))
    assert peer.identity is not None
    span = peer.identity.span
    assert (span.line, span.column) == (3, 14)
    assert (peer.span.line, peer.span.column) == (1, 12)


def test_what_the_shell_fills_in_is_unknown_and_said() -> None:
    filled, literal = (_read(f"echo {mark}{text}{mark} > c\n") for mark, text in (('"', ESCAPED), ("'", LITERAL)))
    assert [problem.message for problem in filled.problems] == [
        "an address is only known when the script or template is used: `$OTHER`"
    ]
    assert [problem.message for problem in literal.problems] == ["`$OTHER` is not an address"]


def test_keys_are_read_from_lines_that_are_printed() -> None:
    script = (
        "#!/bin/sh\n"
        "echo '192.0.2.1 : PSK \"Kan4rie7Q9zX\"' > /etc/ipsec.secrets\n"
        'echo "%any 192.0.2.2 : PSK \\"Kan4rie7Q9zY\\"" >> /etc/ipsec.secrets\n'
        'echo "192.0.2.3 : PSK \\"$KEY\\"" >> /etc/ipsec.secrets\n'
    )
    parsed = _read(script)
    assert parsed.policy is not None
    keys = parsed.policy.peer_keys
    assert [(key.identities, key.secret is not None) for key in keys] == [
        (("192.0.2.1",), True),
        (("192.0.2.2",), True),
        (("192.0.2.3",), False),
    ]
    assert not parsed.problems


@cases(
    "script",
    [
        f'#!/bin/sh\necho "{ESCAPED}"\n',
        f"#!/bin/sh\necho '{SECTIONS}' | less\n",
    ],
)
def test_what_is_only_shown_is_written_to_no_file(script: str) -> None:
    assert not any(written(script, "setup.sh", each.recognise).is_in_script for each in (ipsec_conf, swanctl))


@cases(
    ("value", "said"),
    [
        ("<Subnet in azure>", "the placeholder `<Subnet in azure>` stands where an address has to"),
        ("xx.xx.0.0/16", "the address `xx.xx.0.0/16` was made unreadable"),
        ("2a01:xxxx::/64", "the address `2a01:xxxx::/64` was made unreadable"),
        ("office", "`office` is not an address"),
    ],
)
def test_why_an_address_cannot_be_compared_is_said(value: str, said: str) -> None:
    connection = CONN.replace("$OTHER", value)
    sections = SECTIONS.replace("10.1.0.0/16", value)
    for text in (connection, sections):
        assert [problem.message for problem in _read(text).problems] == [said]
