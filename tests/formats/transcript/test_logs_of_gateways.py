"""Both ends of a tunnel in one text, with the gateway's log below its configuration: all three are read."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text

WINDOWS = """\
Windows 11 client:

AuthenticationTransformConstants : SHA256128
CipherTransformConstants         : AES256
DHGroup                          : Group14
EncryptionMethod                 : AES256
IntegrityCheckMethod             : SHA256
PfsGroup                         : None

The other end:

"""
FORTINET = """\
config vpn ipsec phase1-interface
    edit "win"
        set type dynamic
        set ike-version 2
        set proposal aes256-sha384
        set dhgrp 20
        set authmethod signature
    next
end
config vpn ipsec phase2-interface
    edit "win-2"
        set phase1name "win"
        set proposal aes256-sha256
        set pfs disable
    next
end

"""
CISCO = """\
crypto ikev2 proposal P
 encryption aes-cbc-256
 integrity sha384
 group 20
crypto ikev2 policy POL
 proposal P
crypto ikev2 profile PROF
 match identity remote any
 authentication remote eap query-identity
 authentication local rsa-sig
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
 mode tunnel
crypto ipsec profile IP
 set transform-set TS
 set ikev2-profile PROF

"""
UTM = """\
conn win
    authby=rsasig
    auto=add
    esp=aes256-sha256!
    ike=aes256-sha384-ecp384!
    keyexchange=ikev2
    left=198.51.100.1
    right=%any

"""
DEBUGGED = """\
IKEv2-PROTO-1: (12): Received Policies:
IKEv2-PROTO-1: (12): Proposal 1:  AES-CBC-128 SHA1 SHA96 DH_GROUP_1024_MODP/Group 2
IKEv2-PROTO-1: (12): Failed to find a matching policy
"""
LOGS = [
    (
        FORTINET,
        "ike 0:win:123: negotiation failure\nike Negotiate ISAKMP SA Error: ike 0:win:123: no SA proposal chosen\n",
    ),
    (FORTINET, "ike V=root:0:win:123: no SA proposal chosen\n"),
    (CISCO, "*Mar  1 00:05:12.345: IKEv2-ERROR:(SESSION ID = 12,SA ID = 1):: Failed to find a matching policy\n"),
    (CISCO, DEBUGGED),
    (CISCO, "[IKEv1 DEBUG]: Group = 192.0.2.7, IP = 192.0.2.7, All SA proposals found unacceptable\n"),
    (UTM, '2026:04:12-09:10:11 utm pluto[8114]: "win"[1] 203.0.113.9 #1: no acceptable Proposal in IPsec SA\n'),
]


@cases(("configuration", "log"), LOGS)
def test_both_ends_and_the_log_are_read(configuration: str, log: str) -> None:
    report = check_text(f"{WINDOWS}{configuration}{log}", "thread.txt")
    assert report.problems == ()
    found = {(finding.code, finding.span.line) for finding in report.findings}
    assert ("CR032", 6) in found
    assert {code for code, _ in found} == {"CR032", "RT016"}


@cases(("configuration", "log"), LOGS)
def test_words_between_the_configuration_and_the_log_are_no_part_of_either(configuration: str, log: str) -> None:
    report = check_text(f"{WINDOWS}{configuration}and the log says\n\n{log}\nAny idea?\n", "thread.md")
    assert report.problems == ()
    assert {finding.code for finding in report.findings} == {"CR032", "RT016"}
