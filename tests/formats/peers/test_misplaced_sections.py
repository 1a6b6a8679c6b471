"""Sections of swanctl.conf that stand where it has none."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.peers.swanctl import parse
from ipseclint.source import bytes_source

CONNECTION = """connections {{
  a {{
    proposals = aes256-sha256-modp2048
    {}
    remote {{
      auth = psk
      {}
    }}
    children {{
      net {{
        esp_proposals = aes256-sha256
        {}
      }}
    }}
  }}
}}
"""


def told(*within: str) -> list[str]:
    return [each.message for each in parse(bytes_source("a.conf", CONNECTION.format(*within).encode())).problems]


@cases(
    ("within", "name", "around"),
    [
        (("odd { version = 2 }", "", ""), "odd", "a"),
        (("", "connections { b { version = 2 } }", ""), "connections", "remote"),
        (("", "", "other { mode = tunnel }"), "other", "net"),
    ],
)
def test_a_section_in_which_another_has_no_place_is_said(within: tuple[str, str, str], name: str, around: str) -> None:
    assert told(*within) == [f"`{name}` is not a section of `{around}` in swanctl.conf"]


def test_the_sections_that_each_has_are_not() -> None:
    assert told("local-1 { auth = psk }", "cacert1 { file = ca.pem }", "") == []
