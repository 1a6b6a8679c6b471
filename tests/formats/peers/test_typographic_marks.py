"""Quotation marks of a word processor: no configuration takes them for any, so that what stands in them is said."""

from __future__ import annotations

from tests.cases import cases

from ipseclint import api

KEY = "aKeyOfThatGate7"
CASES = {
    "ipsec.secrets": f"203.0.113.7 : PSK \u201c{KEY}\u201d\n",
    "ipsec.secrets of anybody": f": PSK \u2018{KEY}\u2019\n",
    "ipsec.conf": "conn a\n keyexchange=ikev2\n left=203.0.113.1\n right=203.0.113.7\n leftid=\u201cgate one\u201d\n",
    "swanctl.conf": (
        "connections {\n  a {\n    remote_addrs = 203.0.113.7\n  }\n}\nsecrets {\n  ike-a {\n"
        f"    secret = \u201e{KEY}\u201c\n  }}\n}}\n"
    ),
    "VyOS": (
        "set vpn ipsec ike-group MAIN key-exchange ikev2\nset vpn ipsec ike-group MAIN proposal 1 encryption aes256\n"
        "set vpn ipsec site-to-site peer 198.51.100.7 authentication mode pre-shared-secret\n"
        f"set vpn ipsec site-to-site peer 198.51.100.7 authentication pre-shared-secret \u2018{KEY}\u2019\n"
        "set vpn ipsec site-to-site peer 198.51.100.7 ike-group MAIN\n"
    ),
    "FortiOS": (
        "config vpn ipsec phase1-interface\n  edit \u201cbranch\u201d\n    set remote-gw 203.0.113.7\n"
        f"    set psksecret \u201c{KEY}\u201d\n  next\nend\n"
    ),
    "a script": f"#!/bin/sh\ncat > /etc/ipsec.secrets <<EOF\n%any 203.0.113.7 : PSK \u201c{KEY}\u201d\nEOF\n",
}


@cases("kind", CASES)
def test_what_stands_in_typographic_marks_is_said_and_no_key_is_shown(kind: str) -> None:
    report = api.check_text(CASES[kind])
    said = [problem.message for problem in report.problems]
    assert any("typographic" in message for message in said), said
    assert KEY not in "\n".join(said)
