"""IKEv2 connections of Apple's configuration profiles, whole and in parts."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import Encapsulation
from ipseclint.vocabulary.authentication import AuthMethod

KEY = "brown-teapot-77"
SUITE = """<key>{part}SecurityAssociationParameters</key>
<dict>
  <key>EncryptionAlgorithm</key><string>{cipher}</string>
  <key>IntegrityAlgorithm</key><string>SHA2-256</string>
  <key>DiffieHellmanGroup</key>
  <integer>14</integer>
  <key>LifeTimeInMinutes</key><integer>480</integer>
</dict>
"""
IKE, CHILD = SUITE.format(part="IKE", cipher="AES-256"), SUITE.format(part="Child", cipher="AES-256-GCM")
SERVER = """Get-VpnServerIPsecConfiguration

AuthenticationTransformConstants : SHA256128
CipherTransformConstants         : AES256
CustomPolicy                     : True
DHGroup                          : Group2
EncryptionMethod                 : AES256
EncryptionType                   : CustomPolicy
IkeV2Ports                       : 128
IntegrityCheckMethod             : SHA256
PfsGroup                         : None
TunnelType                       : IKEV2
"""


def profile(*parts: str) -> str:
    """A profile with these parts in its connection."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict><key>PayloadContent</key><array><dict>\n'
        f"<key>IKEv2</key>\n<dict>\n{''.join(parts)}</dict>\n</dict></array></dict></plist>\n"
    )


def read(text: str) -> Parsed:
    """What is read of a profile."""
    source = bytes_source("vpn.mobileconfig", text.encode())
    format_ = recognise(source)
    assert format_ is not None
    assert format_.name == "gateway-xml"
    return format_.parse(source)


@cases("text", [profile(IKE, CHILD), IKE + CHILD], ids=["profile", "part"])
def test_both_modes_are_read(text: str) -> None:
    (peer,) = read(text).policy.peers
    ((main,), (quick,)) = (peer.main_mode or (), peer.quick_mode or ())
    assert (main.encryption, main.integrity, main.groups) == (("AES-256",), ("SHA-256",), ("DH14",))
    assert (quick.encapsulation, quick.encryption, quick.integrity) == (Encapsulation.ESP, ("AES-GCM-256",), ())
    assert quick.groups == ()
    assert main.is_understood
    assert quick.is_understood
    assert peer.is_client
    assert [each and each.known for each in (peer.main_mode_seconds, peer.quick_mode_seconds)] == [28_800, 28_800]


def test_keys_are_exchanged_anew_where_the_profile_says_so() -> None:
    (peer,) = read(profile(IKE, CHILD, "<key>EnablePFS</key><true/>\n")).policy.peers
    (quick,) = peer.quick_mode or ()
    assert quick.groups == ("DH14",)


@cases("missing", ["EncryptionAlgorithm", "IntegrityAlgorithm", "DiffieHellmanGroup"])
def test_what_a_profile_leaves_to_the_system_is_not_known(missing: str) -> None:
    (peer,) = read(profile(IKE.replace(missing, "Other"))).policy.peers
    assert (peer.main_mode, peer.quick_mode) == (None, None)


def test_a_word_that_is_no_algorithm_has_its_place() -> None:
    parsed = read(profile(IKE.replace("AES-256", "AES-2560")))
    (problem,) = parsed.problems
    assert (problem.span.line, problem.span.column) == (7, 41)


@cases(
    ("said", "method"),
    [
        (f"<key>AuthenticationMethod</key><string>SharedSecret</string>\n<key>SharedSecret</key><string>{KEY}</string>\n",
         AuthMethod.PRESHARED_KEY),
        ("<key>AuthenticationMethod</key><string>Certificate</string>\n", AuthMethod.COMPUTER_CERTIFICATE),
        ("<key>AuthenticationMethod</key><string>None</string>\n<key>ExtendedAuthEnabled</key><integer>1</integer>\n",
         AuthMethod.EAP),
    ],
    ids=["key", "certificate", "eap"],
)  # fmt: skip
def test_how_it_proves_who_it_is_is_read_and_no_key_shown(said: str, method: AuthMethod) -> None:
    parsed = read(profile(said, IKE))
    (peer,) = parsed.policy.peers
    assert [each.method for each in peer.own or ()] == [method]
    assert KEY not in repr(parsed)
    assert bool(parsed.secrets) is (KEY in said)


def test_a_post_with_the_server_s_suite_tells_what_they_lack_in_common() -> None:
    report = check_text(
        f"The phone does not connect to the server. Here is what it has:\n\n{SERVER}\nThe phone:\n\n{IKE}", "post.txt"
    )
    (finding,) = (each for each in report.findings if each.code == "CR032")
    assert "AES-256+SHA-256+DH2 here, AES-256+SHA-256+DH14 there" in finding.message
