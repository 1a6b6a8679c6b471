"""Programs that hold a configuration as a text are no configuration; a shell script that writes one is."""

from __future__ import annotations

from typing import Any

import pytest

from ipseclint.formats.peers import ipsec_conf, ipsec_secrets, swanctl
from ipseclint.source import bytes_source

CONN = "conn win\n  keyexchange=ikev2\n  left=%any\n  right=10.0.0.1\n  ike=aes256-sha256-modp2048!\n  auto=add\n"
SECTIONS = "connections {\n  win {\n    version = 2\n    proposals = aes256-sha256-modp2048\n  }\n}\n"
KEYS = '%any 10.0.0.1 : PSK "a-key"\n'
READERS = ((ipsec_conf.recognise, CONN), (swanctl.recognise, SECTIONS), (ipsec_secrets.recognise, KEYS))


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize(
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


def test_the_other_lines_of_a_script_are_no_secrets() -> None:
    script = f"#!/bin/bash\nread -p 'Which address is it?' address\n(cat <<-KEYS\n{KEYS}KEYS\n) > /etc/ipsec.secrets\n"
    parsed = ipsec_secrets.parse(bytes_source("x.sh", script.encode()))
    assert parsed.problems == ()
    assert [(key.identities, key.span.line) for key in parsed.policy.peer_keys] == [(("10.0.0.1",), 4)]


@pytest.mark.parametrize("dots", ["...", "[...]", "\u2026", "(...)", "... ...", "\u2026 ..."])
@pytest.mark.parametrize(("reader", "text"), [(ipsec_conf, CONN), (swanctl, SECTIONS)])
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
