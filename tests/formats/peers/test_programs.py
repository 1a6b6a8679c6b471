"""Programs that hold a configuration as a text are no configuration; a shell script that writes one is."""

from __future__ import annotations

from typing import Any

from tests.cases import cases

from ipseclint.formats.peers import ipsec_conf, ipsec_secrets, swanctl
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import KeyModule

CONN = "conn win\n  keyexchange=ikev2\n  left=%any\n  right=10.0.0.1\n  ike=aes256-sha256-modp2048!\n  auto=add\n"
SECTIONS = "connections {\n  win {\n    version = 2\n    proposals = aes256-sha256-modp2048\n  }\n}\n"
KEYS = '%any 10.0.0.1 : PSK "a-key"\n'
READERS = ((ipsec_conf.recognise, CONN), (swanctl.recognise, SECTIONS), (ipsec_secrets.recognise, KEYS))


@cases("number", [0, 1, 2])
@cases(
    ("before", "behind", "is_one"),
    [
        ("", "", True),
        ("#!/bin/sh\ncat > /etc/x.conf <<EOF\n", "EOF\n", True),
        ('TEXT = """\n', '"""\n', False),
        ("text = f'''\n", "'''\n", False),
        ("from pathlib import Path\nTEXTS = ['''\n", "''']\n", False),
        ('def test_it():\n    assert read("""\n', '""")\n', False),
        ("package main\n\nvar text = `\n", "`\n", False),
        ("func text(r *Reader) string {\n\treturn `\n", "`\n}\n", False),
        ("pub fn text() -> &'static str {\n", "}\n", False),
        ("export const text = `\n", "`\n", False),
        ('using System.IO;\nvar text = @"\n', '";\n', False),
        ("<?php\n$text = <<<EOT\n", "EOT;\n", False),
        ("let count=1\nfunction usage() {\n  echo x\n}\ncat > /etc/x.conf <<EOF\n", "EOF\n", True),
    ],
)
def test_a_text_in_a_program_is_no_configuration(number: int, before: str, behind: str, is_one: bool) -> None:
    recognise, text = READERS[number]
    assert recognise(bytes_source("x", f"{before}{text}{behind}".encode())) is is_one


@cases(
    "line",
    [
        """  its('content') { should match /: PSK "a-key"/ }""",
        """      should include '192.0.2.1 : PSK "a-key"'""",
        """    - '192.0.2.1 : PSK "a-key"'""",
        """  content => '%any : PSK "a-key"',""",
        """expect(file).to contain(%any : PSK "a-key")""",
    ],
)
def test_a_line_that_a_program_quotes_is_no_secret(line: str) -> None:
    assert not ipsec_secrets.recognise(bytes_source("x", f"a\n{line}\n".encode()))


@cases(
    "names",
    [
        "",
        "192.0.2.1 2001:db8::1 ",
        "@vpn.example.org %any ",
        '"C=DE, O=A (B)" ',
        "'a b' ",
        "{{ left }} {{ right }} ",
        "<%= @ip %> ${peer} $PEER ",
        "left$X ",
        "echo '192.0.2.1 ",
        "    printf '",
    ],
)
def test_names_of_ends_stand_before_a_secret(names: str) -> None:
    assert ipsec_secrets.recognise(bytes_source("x", f'{names}: PSK "a-key"\n'.encode()))


@cases("text", ["connections: {{ conns }}\n", "secrets: {a: 1}\n", "connections {{ conns }}\n", "secrets {% if a %}\n"])
def test_what_data_calls_so_is_no_section(text: str) -> None:
    assert not swanctl.recognise(bytes_source("x", f"{text}  proposals = a\n".encode()))


def test_a_section_may_take_another_over() -> None:
    text = "connections : base {\n  proposals = aes256-sha256-modp2048\n}\n"
    assert swanctl.recognise(bytes_source("x", text.encode()))


def test_the_other_lines_of_a_script_are_no_secrets() -> None:
    script = f"#!/bin/bash\nread -p 'Which address is it?' address\n(cat <<-KEYS\n{KEYS}KEYS\n) > /etc/ipsec.secrets\n"
    parsed = ipsec_secrets.parse(bytes_source("x.sh", script.encode()))
    assert parsed.problems == ()
    assert [(key.identities, key.span.line) for key in parsed.policy.peer_keys] == [(("10.0.0.1",), 4)]


@cases("dots", ["...", "[...]", "\u2026", "(...)", "... ...", "\u2026 ..."])
@cases(("reader", "text"), [(ipsec_conf, CONN), (swanctl, SECTIONS)])
def test_what_an_excerpt_leaves_out_of_a_section_is_said_and_between_sections_is_not(
    reader: Any, text: str, dots: str
) -> None:
    before, key, rest = text.partition("version" if "{" in text else "left")
    cut = f"{dots}\n\n{before}{dots}\n    {key}{rest}{dots}\n"
    parsed = reader.parse(bytes_source("x", cut.encode()))
    assert [(each.code.value, each.message) for each in parsed.problems] == [
        ("IN003", "what is left out here is not known")
    ]
    assert [peer.name for peer in parsed.policy.peers] == ["win"]


_EXCERPTS = [
    (ipsec_conf, "conn win\n    {dots}\n    left=192.0.2.1\n"),
    (ipsec_conf, "conn win\n    left=192.0.2.1\n    also=more\n\nconn more\n    {dots}\n"),
    (ipsec_conf, "conn win\n    left=192.0.2.1\n    auto=add\n\nconn %default\n    {dots}\n"),
    (
        swanctl,
        (
            "connections {{\n win {{\n  {dots}\n  local {{\n   {dots}\n  }}\n  remote {{\n   {dots}\n  }}\n"
            "  children {{\n   net {{\n    {dots}\n   }}\n  }}\n }}\n}}\n"
        ),
    ),
]


@cases(("reader", "text"), _EXCERPTS)
def test_defaults_do_not_hold_for_what_an_excerpt_leaves_out(reader: Any, text: str) -> None:
    (peer,) = reader.parse(bytes_source("x", text.format(dots="[...]").encode())).policy.peers
    for name in ("key_modules", "main_mode", "main_mode_seconds", "quick_mode", "quick_mode_seconds", "mode"):
        assert getattr(peer, name) is None, name
    assert (peer.own, peer.accepted) == (None, None)
    assert (peer.local.known, peer.remote.known) == (None, None)


@cases(("reader", "text"), _EXCERPTS)
def test_defaults_hold_for_a_section_that_is_whole(reader: Any, text: str) -> None:
    (peer,) = reader.parse(bytes_source("x", text.format(dots="").encode())).policy.peers
    assert None not in (peer.key_modules, peer.main_mode, peer.quick_mode, peer.mode, peer.own, peer.accepted)


def test_what_an_excerpt_has_of_a_cut_section_holds() -> None:
    text = "conn win\n    keyexchange=ikev2\n    ike=aes256-sha256-modp2048!\n    leftsubnet=10.1.0.0/16\n    [...]\n"
    (peer,) = ipsec_conf.parse(bytes_source("x", text.encode())).policy.peers
    assert (peer.key_modules.known, len(peer.main_mode)) == ({KeyModule.IKEV2}, 1)
    assert peer.local.known is not None
    assert (peer.remote.known, peer.quick_mode) == (None, None)
