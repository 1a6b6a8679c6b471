"""Commands that were typed at a gateway are read behind its prompt, and a slip in a word of a configuration is said."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.engine.unread.other_ends import instead_of
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

SUITE = (
    *("crypto ikev2 policy 10", " encryption aes-256", " integrity sha256", " group 14", " prf sha256"),
    *("crypto ipsec ikev2 ipsec-proposal P", " protocol esp encryption aes-256", " protocol esp integrity sha-256"),
    *("crypto map M 1 set peer 198.51.100.7", "crypto map M 1 set ikev2 ipsec-proposal P"),
)


def read(text: str, name: str = "gw.txt") -> Parsed:
    """A text, in its own format."""
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


def typed_at_asa() -> str:
    """The suite as it is typed, below what enters the mode in which it is."""
    prompts = ("asa(config)# ", "asa(config-mode)# ")
    lines = [f"{prompts[line[0] == ' ']}{line.strip()}" for line in SUITE]
    return "\n".join(("asa> enable", "asa# configure terminal", *lines, "asa(config)# exit"))


@cases(
    "text",
    [
        typed_at_asa(),
        """\
vyos@vyos:~$ configure
vyos@vyos# set vpn ipsec ike-group I proposal 1 encryption 'aes256'
vyos@vyos# set vpn ipsec ike-group I proposal 1 hash 'sha256'
vyos@vyos# set vpn ipsec ike-group I proposal 1 dh-group '14'
vyos@vyos# set vpn ipsec site-to-site peer win remote-address '198.51.100.7'
vyos@vyos# set vpn ipsec site-to-site peer win ike-group 'I'
""",
        """\
FGT # config vpn ipsec phase1-interface
FGT (phase1-interface) # edit "win"
FGT (win) # set remote-gw 198.51.100.7
FGT (win) # set proposal aes256-sha256
FGT (win) # set dhgrp 14
FGT (win) # next
FGT (phase1-interface) # end
""",
    ],
)
def test_what_was_typed_is_read_as_the_configuration_is(text: str) -> None:
    parsed = read(text)
    ((offer,),) = [peer.main_mode or () for peer in parsed.policy.peers]
    assert [*offer.encryption, *offer.integrity, *offer.groups] == ["AES-256", "SHA-256", "DH14"]
    assert parsed.problems == ()


def test_what_a_page_shows_at_two_prompts_is_read() -> None:
    typed = "\n".join(f"  vyos@vyos# set vpn ipsec esp-group E proposal 1 {word}" for word in ("encryption aes256",))
    page = f"""\
VyOS
====

.. code-block:: none

  vyos@vyos# set vpn ipsec ike-group I proposal 1 encryption aes256
  vyos@vyos# set vpn ipsec ike-group I proposal 1 hash sha256
  vyos@vyos# set vpn ipsec ike-group I proposal 1 dh-group 14
{typed}
  vyos@vyos# set vpn ipsec site-to-site peer win ike-group I
  vyos@vyos# set vpn ipsec site-to-site peer win remote-address 198.51.100.7

.. code-block:: none

  vyos@vyos:~$ show vpn ipsec sa
  Connection    State    Uptime    Bytes In/Out    Packets In/Out    Remote address    Remote ID    Proposal
"""
    (peer,) = read(page, "a.rst").policy.peers
    assert peer.main_mode is not None


@cases(
    ("written", "slip", "meant"),
    [
        (" encryption aes-256", " encryptoin aes-256", "encryption"),
        (" integrity sha256", " integritty sha256", "integrity"),
        ("crypto map M 1 set peer", "crypto map M 1 set peer", ""),
    ],
)
def test_a_slip_in_a_word_is_said_with_what_is_meant(written: str, slip: str, meant: str) -> None:
    problems = read("\n".join(SUITE).replace(written, slip)).problems
    told = [problem.message for problem in problems]
    assert any(f"did you mean `{meant}`" in message for message in told) is bool(meant)


def test_an_authentication_that_is_none_is_said() -> None:
    text = "crypto isakmp policy 10\n encr aes 256\n hash sha256\n authentication pre-sahre\n group 14\n"
    (problem,) = read(text).problems
    assert problem.message == "unknown authentication `pre-sahre`"


def test_a_configuration_of_screenos_is_named() -> None:
    assert "ScreenOS" in (instead_of('set ike p1-proposal "p1" preshare group2 esp 3des sha-1 second 28800\n') or "")
    assert "ScreenOS" in (instead_of("ssg5-> get ike gateway\nId   Name            Gateway Address\n") or "")
