"""The phases of gateways as people list them."""

from __future__ import annotations

import pytest
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

PAGE = """IKE (Phase 1) Proposal
Exchange: IKEv2 Mode
DH Group: Group 14
Encryption: AES-256
Authentication: SHA256
Life Time (seconds): 28800

Ipsec (Phase 2) Proposal
Protocol: ESP
Encryption: AES-128, 3DES
Authentication: SHA1
Enable Perfect Forward Secrecy: Yes
DH Group: Group 2
Life Time (seconds): 3600
"""
TABLE = """**Phase 1**
| Encryption Algorithm | AES 256 |
| Hash Algorithm | SHA2-256 |
| Diffie-Hellman Group | 14 (2048 bit) |
| Authentication Method | Pre-Shared Key |
| Key Lifetime (seconds) | 28800 |
**Phase 2**
| Encryption Algorithm | AES256-GCM |
| PFS | disabled |
"""
FIREBOX = """Phase 1 Settings
Version: IKEv2
Authentication: SHA2-256
Encryption: AES (256-bit)
SA Life: 24 hours
Key Group: Diffie-Hellman Group 14

Phase 2 Settings
PFS: Enabled, Group 19
Authentication: SHA2-256
Encryption: AES-GCM (128-bit)
"""
INTERFACE = """Add-VpnS2SInterface -Name site -Destination 198.51.100.7 -Protocol IKEv2 -AuthenticationMethod PSKOnly `
  -SharedSecret 'blue-kettle-19' -CustomPolicy -EncryptionMethod AES256 -IntegrityCheckMethod SHA1 -DHGroup Group2 `
  -CipherTransformConstants AES256 -AuthenticationTransformConstants SHA196 -PfsGroup None
"""


def read(text: str) -> Parsed:
    """What is read of a text that holds phases."""
    source = bytes_source("settings.txt", text.encode())
    format_ = recognise(source)
    assert format_ is not None
    return format_.parse(source)


def test_a_page_of_settings_is_a_gateway() -> None:
    (peer,) = read(PAGE).policy.peers
    ((main,), (quick,)) = (peer.main_mode or (), peer.quick_mode or ())
    assert (main.encryption, main.integrity, main.groups) == (("AES-256",), ("SHA-256",), ("DH14",))
    assert (quick.encryption, quick.integrity, quick.groups) == (("AES-128", "3DES"), ("SHA-1",), ("DH2",))
    assert [each and each.known for each in (peer.main_mode_seconds, peer.quick_mode_seconds)] == [28_800, 3600]
    assert main.is_understood
    assert quick.is_understood
    assert (main.span.line, main.span.column) == (4, 13)


@cases(
    "title",
    ["pfSense mobile IPsec, phase 1:", "The Sonicwall (TZ 370) has in phase 1:", "- Tunnel to Berlin, Phase I:"],
)
def test_a_heading_that_ends_with_a_colon_may_say_whose_phase_it_is(title: str) -> None:
    (peer,) = read(f"{title}\n- Encryption: AES 128\n- Hash: SHA1\n- DH group: 2 (1024 bit)\n").policy.peers
    assert len(peer.main_mode or ()) == 1


@pytest.mark.parametrize("title", ["pfSense mobile IPsec, phase 1", "It is a long story that we had in our phase 1:"])
def test_a_sentence_is_no_heading_of_a_phase(title: str) -> None:
    text = f"{title}\n- Encryption: AES 128\n- Hash: SHA1\n- DH group: 2 (1024 bit)\n"
    assert recognise(bytes_source("settings.txt", text.encode())) is None


def test_a_table_is_read_as_a_page() -> None:
    (peer,) = read(TABLE).policy.peers
    ((main,), (quick,)) = (peer.main_mode or (), peer.quick_mode or ())
    assert (main.encryption, main.integrity, main.groups) == (("AES-256",), ("SHA-256",), ("DH14",))
    assert (quick.encryption, quick.integrity, quick.groups) == (("AES-GCM-256",), (), ())
    assert [each.secret for each in peer.own or ()] == [None]


def test_sizes_groups_and_times_may_be_in_words() -> None:
    (peer,) = read(FIREBOX).policy.peers
    ((main,), (quick,)) = (peer.main_mode or (), peer.quick_mode or ())
    assert (main.encryption, main.groups, quick.encryption, quick.groups) == (
        ("AES-256",),
        ("DH14",),
        ("AES-GCM-128",),
        ("DH19",),
    )
    assert peer.main_mode_seconds is not None
    assert peer.main_mode_seconds.known == 86_400


@cases("line", ["Enable Perfect Forward Secrecy: Yes", "DH Group: Group 2"])
def test_whether_keys_are_exchanged_anew_is_not_guessed(line: str) -> None:
    (peer,) = read(
        PAGE.replace(f"{line}\n", "", 1) if "Perfect" in line else PAGE[::-1].replace(f"{line}\n"[::-1], "", 1)[::-1]
    ).policy.peers
    assert peer.quick_mode is None


@pytest.mark.parametrize("line", ["DH Group: Group 14", "Authentication: SHA256"])
def test_a_first_phase_that_lacks_a_part_is_said(line: str) -> None:
    parsed = read(PAGE.replace(f"{line}\n", "", 1))
    assert parsed.policy.peers == ()
    assert [(each.message.partition(":")[0], each.span.line) for each in parsed.problems] == [
        ("a first phase has to say its cipher, its hash and its group", 1)
    ]


def test_a_first_phase_without_a_cipher_is_none() -> None:
    assert recognise(bytes_source("settings.txt", PAGE.replace("Encryption: AES-256\n", "", 1).encode())) is None


@cases("name", ["Encryption", "Authentication", "DH Group"])
def test_a_value_that_is_none_is_told(name: str) -> None:
    parsed = read("\n".join(f"{name}: Foo-99" if row.startswith(name) else row for row in PAGE.split("\n")[:6]))
    assert [problem.message for problem in parsed.problems] == ["unknown algorithm `Foo-99`"]


def test_names_that_nobody_reads_are_counted() -> None:
    assert read(PAGE.replace("Exchange:", "Keep Alive:")).unread == (("`Keep Alive`", 1),)


def test_prose_ends_a_phase_and_another_first_phase_is_another_gateway() -> None:
    parsed = read(f"{PAGE}That was ours, and theirs is this\nEncryption: DES\n{TABLE}")
    assert [peer.span.line for peer in parsed.policy.peers] == [1, 17]
    assert [len(peer.quick_mode or ()) for peer in parsed.policy.peers] == [1, 1]


def test_a_plan_has_phases_too() -> None:
    assert recognise(bytes_source("plan.txt", b"Phase 1\nEncryption: all drives\nPhase 2\nEncryption: IPsec\n")) is None


def test_an_interface_beside_it_is_held_to_it() -> None:
    report = check_text(f"The gateway has this:\n\n{PAGE}\nAnd on Windows we ran this:\n\n{INTERFACE}", "post.txt")
    assert report.problems == ()
    assert {"CR032", "CR030"} <= {finding.code for finding in report.findings}


@cases("label", ["Pre-Shared Key", "Shared Secret", "PSK"])
def test_a_key_in_the_list_is_never_shown(label: str) -> None:
    text = PAGE.replace("Exchange: IKEv2 Mode", f"{label}: brown-teapot-77").replace("AES-256", "AES-2560")
    report = check_text(f"{text}\n{INTERFACE}", "post.txt")
    shown = [*(each.snippet or "" for each in report.problems), *(each.snippet or "" for each in report.findings)]
    assert not any("teapot" in str(each) for each in shown)


@cases("page", [PAGE, TABLE, FIREBOX])
@cases("text", ["{page}\n{interface}", "{interface}\n{page}", "{page}\nWindows side:\n{interface}"])
def test_commands_with_nothing_between_are_read_too(page: str, text: str) -> None:
    report = check_text(text.format(page=page, interface=INTERFACE), "post.txt")
    assert report.problems == ()
    assert {"CR005", "CR032"} <= {finding.code for finding in report.findings}


LINES = {
    "Phase 1: AES256, SHA256, DH14, lifetime 28800, IKEv2\nPhase 2: AES256, SHA256, PFS group 14, lifetime 3600": (
        ("AES-256", "SHA-256", "DH14", 28_800),
        ("AES-256", "SHA-256", "DH14", 3600),
    ),
    "Phase 1 - AES-256-CBC / SHA-1 / DH Group 2 / 8 hours\nPhase 2 - 3DES / MD5 / no PFS / 3600 s": (
        ("AES-256", "SHA-1", "DH2", 28_800),
        ("3DES", "MD5", "", 3600),
    ),
    "IKE Phase 1: aes256-sha256-modp2048\nIPsec Phase 2: aes256-sha256-modp2048": (
        ("AES-256", "SHA-256", "DH14", None),
        ("AES-256", "SHA-256", "DH14", None),
    ),
    "* Phase I: 3DES or AES128, MD5, Group 2\n* Phase II: ESP, 3DES, MD5, PFS none": (
        ("3DES AES-128", "MD5", "DH2", None),
        ("3DES", "MD5", "", None),
    ),
    "Phase 1 (IKE): encryption AES 256, hash SHA 256, group 14, psk\nPhase 2 (IPsec): AES 256 GCM, PFS 14": (
        ("AES-256", "SHA-256", "DH14", None),
        ("AES-GCM-256", "", "DH14", None),
    ),
    "Phase 1: AES256, SHA1, DH 2 (1024 bit)\nPhase 2: AES256, SHA1, PFS group 2 (1024 bit), 28,800 s": (
        ("AES-256", "SHA-1", "DH2", None),
        ("AES-256", "SHA-1", "DH2", 28_800),
    ),
    "Phase 1: AES (256 bit), SHA2-256, DH 19 (256-bit random ECP), 1440 minutes\n"
    "Phase 2: AES-CBC-256, SHA-2 256, no PFS, 4608000 KB, 3600": (
        ("AES-256", "SHA-256", "DH19", 86_400),
        ("AES-256", "SHA-256", "", 3600),
    ),
    "Phase 1: AES256/SHA256/DH14 (MODP 2048), UDP port 500 and 4500, MTU 1400\n"
    "Phase 2: aes256gcm16-ecp384, PFS 20, PSK 128 characters": (
        ("AES-256", "SHA-256", "DH14", None),
        ("AES-GCM-256", "", "DH20", None),
    ),
    "Phase 1 - Gateway: 198.51.100.7 / Encryption algorithm: AES 256 / Hash: SHA256 / DH Key Group: 14\n"
    "Phase 2 - Local: 192.168.100.0/24 / Remote: 169.254.21.1 / AES 256 / SHA256 / PFS: 14 / Lifetime: 3600": (
        ("AES-256", "SHA-256", "DH14", None),
        ("AES-256", "SHA-256", "DH14", 3600),
    ),
}
"""Phases that a line tells whole, with what each offers and how long it lasts."""


@pytest.mark.parametrize("text", LINES)
def test_a_line_may_tell_a_phase_whole(text: str) -> None:
    parsed = read(text)
    assert (parsed.problems, parsed.unread) == ((), ())
    (peer,) = parsed.policy.peers
    (main,), (quick,) = peer.main_mode or (), peer.quick_mode or ()
    for offer, seconds, wanted in zip(
        (main, quick), (peer.main_mode_seconds, peer.quick_mode_seconds), LINES[text], strict=True
    ):
        parts = (offer.encryption, offer.integrity, offer.groups)
        assert (*(" ".join(map(str, part)) for part in parts), seconds and seconds.value) == wanted


@pytest.mark.parametrize("text", ["Phase 1: AES256/SHA256/DH14, AES128/SHA1/DH2", "Phase 1: AES256 and SHA256"])
def test_a_line_that_does_not_tell_one_suite_whole_makes_no_peer(text: str) -> None:
    parsed = read(text)
    assert parsed.policy.peers == ()
    assert len(parsed.problems) == 1


def test_a_line_without_a_suite_is_none() -> None:
    text = b"Phase 1: fails after 30 s with a timeout\nPhase 2: never"
    assert recognise(bytes_source("settings.txt", text)) is None


def test_what_lacks_is_said_beside_a_script() -> None:
    script = "Add-VpnConnection -Name A -ServerAddress vpn.example.com -TunnelType IKEv2\n\n"
    report = check_text(f"{script}Phase 1: AES256, SHA256\nPhase 2: AES256, SHA256, no PFS\n", "post.txt")
    assert [each.span.line for each in report.problems if each.span is not None] == [3]


def test_a_line_with_several_suites_is_a_problem_beside_others() -> None:
    parsed = read(f"{PAGE}\nPhase 1: AES256/SHA256/DH14, AES128/SHA1/DH2\n")
    assert [problem.message for problem in parsed.problems] == ["several suites in one line: it is not read"]
    assert len(parsed.policy.peers) == 1


def test_a_command_within_a_configuration_is_a_problem() -> None:
    command = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess"
    text = f"crypto ikev2 proposal P\n encryption aes-cbc-256\n integrity sha256\n group 14\n {command}\n"
    (problem,) = check_text(text, "gateway.txt").problems
    assert problem.span.line == 5
    assert "is not read: give it as an input of its own" in problem.message


@cases("label", ["Key Exchange version", "Key exchange", "Exchange mode", "IKE version", "Version"])
@cases(("word", "modules"), [("V1", {"IKEv1"}), ("V2", {"IKEv2"}), ("IKEv2", {"IKEv2"})])
def test_the_version_of_a_phase_has_several_labels(label: str, word: str, modules: set[str]) -> None:
    text = f"Phase 1\n{label}: {word}\nEncryption algorithm: AES 256\nHash algorithm: SHA256\nDH key group: 14\n"
    (peer,) = read(text).policy.peers
    assert peer.key_modules is not None
    assert peer.key_modules.value == modules


@pytest.mark.parametrize(
    "suite",
    [
        "AES 256 bits, SHA384, DH group 20 (nist ecp384)",
        "AES 256 bits / SHA384 / DH Group 20",
        "AES-256-CBC SHA384 DH 20",
    ],
)
def test_the_row_of_the_cipher_may_name_the_whole_suite(suite: str) -> None:
    text = (
        f"Phase 1\n- Key Exchange version: IKEv2\n- Encryption Algorithm: {suite}\n\n"
        "Phase 2\n- Encryption Algorithms: AES 256 bits\n- Hash Algorithms: SHA256\n- PFS key group: off\n"
    )
    parsed = read(text)
    (peer,) = parsed.policy.peers
    (offer,) = peer.main_mode
    assert (offer.encryption, offer.integrity, offer.groups) == (("AES-256",), ("SHA-384",), ("DH20",))
    assert parsed.problems == ()


@cases("group", ["DHGroup2", "DH Group 2", "DH2", "group 2"])
def test_a_group_on_the_line_of_a_phase_is_written_in_many_ways(group: str) -> None:
    parsed = read(f"Selected Phase 1: AES256 / SHA2-256 / {group}\nSelected Phase 2: AES256 / SHA2-256 / PFS: None\n")
    (peer,) = parsed.policy.peers
    assert not parsed.problems
    assert [each.groups for each in peer.main_mode or ()] == [("DH2",)]


@cases("name", ["a.ps1", "a.psm1", "a.cmd", "a.bat"])
def test_what_a_script_tells_of_phases_is_no_gateway(name: str) -> None:
    command = (
        "New-NetIPsecRule -DisplayName R -InboundSecurity Require"
        if ".ps" in name
        else "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout"
    )
    told = "Phase 1: AES256, SHA256, DH group 14\nPhase 2: AES256, SHA256\n"
    text = f'<#\n{told}#>\n$text = "\n{told}"\n' if ".ps" in name else told.replace("Phase", "echo Phase")
    (input_,) = check_text(f"{text}{command}\n", name).inputs
    assert input_.objects["connection_security_rule"] == 1
    assert "peer" not in input_.objects


ITEMS = """---Phase 1---
*IKEV1
*D-H Group 14
*aes-256
*sha-1
*lifetime: 86400s
---Phase 2---
* ESP
* 3-des
* sha-1
* NO PFS
* 3600s
"""


def test_the_values_of_a_phase_may_be_items_without_names() -> None:
    (peer,) = read(ITEMS).policy.peers
    ((main,), (quick,)) = (peer.main_mode or (), peer.quick_mode or ())
    assert (main.encryption, main.integrity, main.groups) == (("AES-256",), ("SHA-1",), ("DH14",))
    assert (quick.encryption, quick.integrity, quick.groups) == (("3DES",), ("SHA-1",), ())
    assert [each and each.known for each in (peer.main_mode_seconds, peer.quick_mode_seconds)] == [86_400, 3600]
    assert (main.span.line, main.span.column, read(ITEMS).unread) == (4, 2, ())


def test_an_item_that_is_no_value_is_counted_and_not_named() -> None:
    parsed = read(ITEMS.replace("*IKEV1", "*brown-teapot-77"))
    assert parsed.unread == (("`an item of a phase`", 1),)
    assert len(parsed.policy.peers) == 1


def test_phases_beside_a_log_are_said() -> None:
    log = '"hq" #2: STATE_MAIN_R3: sent MR3, ISAKMP SA established {auth=PRESHARED_KEY cipher=aes_256 group=MODP2048}\n'
    (problem,) = check_text(f"Theirs is:\n{ITEMS}and our log has:\n\n{log}", "post.txt").problems
    assert (problem.span.line, problem.message.partition(" stand ")[0]) == (2, "phases of a gateway")
