"""Captions between pasted parts, and configurations below a log."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text

CONF = "conn a\n  left=192.0.2.1\n  right=192.0.2.2\n  keyexchange=ikev2\n  auto=add\n"
COMMAND = "Add-VpnConnection -Name A -ServerAddress vpn.example.com -TunnelType IKEv2\n"
LOG = (
    " 12:01:22 ipsec,info respond new phase 1 (Identity Protection): 198.51.100.2[500]<=>203.0.113.77[500]\n"
    " 12:01:22 ipsec,error 203.0.113.77 failed to get valid proposal.\n"
    " 12:01:22 ipsec,error 203.0.113.77 phase1 negotiation failed.\n"
)
ROUTER = (
    "/ip ipsec profile\nset [ find default=yes ] dh-group=modp2048 enc-algorithm=aes-256 hash-algorithm=sha512\n"
    "/ip ipsec proposal\nset [ find default=yes ] auth-algorithms=sha512 enc-algorithms=aes-256-cbc pfs-group=none\n"
    "/interface l2tp-server server\nset enabled=yes ipsec-secret=aKeyOfThisRouter9 use-ipsec=required\n"
)
FORTIGATE = (
    'config vpn ipsec phase1-interface\n    edit "far"\n        set ike-version 2\n        set proposal aes256-sha256\n'
    "        set dhgrp 14\n        set remote-gw 198.51.100.20\n    next\nend\n"
)


@cases(
    "caption",
    [
        "Windows:",
        "On Windows:",
        "Client (PowerShell):",
        "**Windows**:",
        "## Windows 11:",
        "2) Client:",
        "Server side",
        "\u5ba2\u6237\u7aef\uff1a",
    ],
)
def test_a_caption_below_a_file_belongs_to_what_it_announces(caption: str) -> None:
    report = check_text(f"{CONF}\n{caption}\n\n{COMMAND}", "post.txt")
    assert report.problems == ()
    assert [each.objects for each in report.inputs] == [{"peer": 1, "vpn_connection": 1}]


@cases(
    "caption",
    [
        "/etc/ipsec.conf:",
        "/etc/ipsec.d/office.conf",
        "`~/ipsec.conf`",
        "*ipsec.conf*",
        "<ipsec.conf>",
        "--- ipsec.conf ---",
        "2. /etc/ipsec.conf",
        "ipsec.conf on the server",
        "Linux: /etc/ipsec.conf",
        "$ sudo cat /etc/ipsec.conf",
    ],
)
@cases("space", ["", "\n"])
def test_the_name_of_a_file_below_commands_announces_it(caption: str, space: str) -> None:
    report = check_text(f"{COMMAND}\n{caption}\n{space}{CONF}", "post.txt")
    assert report.problems == ()
    assert [each.objects for each in report.inputs] == [{"peer": 1, "vpn_connection": 1}]


@cases(
    "line", ["policy.cmd", "C:\\scripts\\policy.cmd", ".\\policy.ps1", "reg import policy.reg", "netsh -f policy.txt"]
)
def test_a_command_with_the_name_of_a_file_is_no_caption(line: str) -> None:
    report = check_text(f"{COMMAND}\n{line}\n\n{CONF}", "post.txt")
    assert {each.span.line for each in report.problems if each.span is not None} == {3}


@cases("line", ["windows client\n", "nonsense:more\n"])
def test_a_line_of_a_file_that_is_no_caption_is_said(line: str) -> None:
    report = check_text(f"{CONF}{line}\n{COMMAND}", "post.txt")
    assert [each.span.line for each in report.problems if each.span is not None] == [6]


@cases("above", ["", "Windows 10 cannot connect to it, and this is in the log of the router:\n\n"])
@cases("between", ["\n", "\nIts configuration:\n\n", "\nThis is how the router is set up.\n\n"])
@cases("gateway", [ROUTER, FORTIGATE])
def test_a_gateway_below_its_log_is_read(above: str, between: str, gateway: str) -> None:
    report = check_text(above + LOG + between + gateway, "ticket.txt")
    assert report.problems == ()
    assert [each.objects for each in report.inputs] == [{"peer": 1, "event": 1}]
    assert "RT016" in {each.code for each in report.findings}


def test_a_log_alone_stays_one() -> None:
    (read,) = check_text(LOG, "router.log").inputs
    assert read.format == "ike-log"
