"""A VPN profile is repaired where its suite stands, and in nothing else."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as with_value

from ipseclint.formats import recognise
from ipseclint.model.change import Edit
from ipseclint.repair.script.writing import written
from ipseclint.semantics.defaults import completed
from ipseclint.semantics.vpn_suites import main_mode_of, quick_mode_of
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import Integrity
from tests.cases import cases

Cli = Callable[..., Any]

WEAK = {
    "CipherTransformConstants": "AES256",
    "AuthenticationTransformConstants": "SHA256128",
    "EncryptionMethod": "AES256",
    "IntegrityCheckMethod": "SHA256",
    "DHGroup": "Group2",
    "PfsGroup": "PFS2",
}
SUITE_OF_OURS = (
    ("AuthenticationTransformConstants", "GCMAES256"),
    ("CipherTransformConstants", "GCMAES256"),
    ("PfsGroup", "ECP384"),
    ("DHGroup", "ECP384"),
    ("IntegrityCheckMethod", "SHA384"),
    ("EncryptionMethod", "AES256"),
)
HEAD = """<?xml version="1.0" encoding="utf-8"?>
<!-- the tunnel of Gruß & co: <Authentication> follows -->
<VPNProfile>
  <ProfileName>Office</ProfileName>
  <NativeProfile>
    <Servers>vpn.example.org</Servers>
    <NativeProtocolType>IKEv2</NativeProtocolType>
    <!-- <Authentication> as the guide has it -->
"""
TAIL = """    <Authentication>
      <MachineMethod>Certificate</MachineMethod>
    </Authentication>
  </NativeProfile>
</VPNProfile>
"""


def suite(parts: dict[str, str]) -> str:
    lines = [f"      <{name}>{word}</{name}> <!-- {name} -->" for name, word in parts.items()]
    return "\n".join(["    <CryptographySuite>", *lines, "    </CryptographySuite>", ""])


def fixed(cli: Cli, file: Path, data: bytes) -> bytes:
    """What a file becomes; it must then be free of the weak groups."""
    file.write_bytes(data)
    ran = cli("fix", str(file), "--in-place", "--include-risky")
    assert (ran.code, " repaired" in ran.err) == (0, True), ran.err
    assert "CR005" not in cli(str(file)).out
    return file.read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("parts", [WEAK, dict(reversed(WEAK.items()))], ids=["as the page", "turned"])
def test_two_words_change_and_no_other_byte(
    encoding: str, line_end: str, parts: dict[str, str], tmp_path: Path, cli: Cli
) -> None:
    text = (HEAD + suite(parts) + TAIL).replace("\n", line_end)
    expected = text.replace(">Group2<", ">ECP384<").replace(">PFS2<", ">ECP384<")
    changed = fixed(cli, tmp_path / "profile.xml", text.encode(encoding))
    assert changed == expected.encode(encoding)


def test_a_profile_without_a_suite_gets_one_before_the_authentication(tmp_path: Path, cli: Cli) -> None:
    lines = [f"      <{name}>{word}</{name}>" for name, word in SUITE_OF_OURS]
    new = "\n".join(["    <CryptographySuite>", *lines, "    </CryptographySuite>", ""])
    changed = fixed(cli, tmp_path / "profile.xml", (HEAD + TAIL).encode())
    assert changed.decode() == HEAD + new + TAIL


def test_where_nothing_follows_it_is_the_last_of_the_native_profile(tmp_path: Path, cli: Cli) -> None:
    begin = "<VPNProfile>\r\n\t<NativeProfile>\r\n\t\t<Servers>vpn.example.org</Servers>\r\n"
    begin += "\t\t<NativeProtocolType>IKEv2</NativeProtocolType>\r\n"
    end = "\t</NativeProfile>\r\n</VPNProfile>\r\n"
    lines = [f"\t\t\t<{name}>{word}</{name}>" for name, word in SUITE_OF_OURS]
    new = "\r\n".join(["\t\t<CryptographySuite>", *lines, "\t\t</CryptographySuite>", ""])
    assert fixed(cli, tmp_path / "profile.xml", (begin + end).encode()).decode() == begin + new + end


def test_a_profile_on_one_line_stays_on_one_line(tmp_path: Path, cli: Cli) -> None:
    begin = (
        "<VPNProfile><NativeProfile><Servers>vpn.example.org</Servers><NativeProtocolType>IKEv2</NativeProtocolType>"
    )
    end = "<Authentication><MachineMethod>Certificate</MachineMethod></Authentication></NativeProfile></VPNProfile>"
    new = "".join(f"<{name}>{word}</{name}>" for name, word in SUITE_OF_OURS)
    changed = fixed(cli, tmp_path / "profile.xml", (begin + end).encode()).decode()
    assert changed == f"{begin}<CryptographySuite>{new}</CryptographySuite>{end}"


@pytest.mark.parametrize("has_suite", [True, False])
@pytest.mark.parametrize("escaped", [True, False])
def test_a_profile_in_syncml_is_changed_as_it_is_written(
    has_suite: bool, escaped: bool, tmp_path: Path, cli: Cli
) -> None:
    profile = (HEAD + (suite(WEAK) if has_suite else "") + TAIL).partition("-->\n")[2]
    begin = "<SyncML><SyncBody><Replace><Item><Target><LocURI>./Vendor/MSFT/VPNv2/A/ProfileXML</LocURI></Target><Data>"
    end = "</Data></Item></Replace></SyncBody></SyncML>\n"
    changed = fixed(cli, tmp_path / "sync.xml", (begin + _held(profile, escaped) + end).encode()).decode()
    lines = [f"      <{name}>{word}</{name}>" for name, word in SUITE_OF_OURS]
    new = "\n".join(["    <CryptographySuite>", *lines, "    </CryptographySuite>", ""])
    place = "    <Authentication>\n      <MachineMethod>"
    expected = profile if has_suite else profile.replace(place, new + place)
    expected = expected.replace(">Group2<", ">ECP384<").replace(">PFS2<", ">ECP384<")
    assert changed == begin + _held(expected, escaped) + end


def _held(profile: str, escaped: bool) -> str:
    return escape(profile, quote=False) if escaped else f"<![CDATA[{profile}]]>"


def test_what_is_no_suite_is_left(tmp_path: Path, cli: Cli) -> None:
    file = tmp_path / "profile.xml"
    text = HEAD.replace("IKEv2", "L2tp") + "    <L2tpPsk>Example-Key-0001</L2tpPsk>\n" + suite(WEAK) + TAIL
    file.write_text(text, encoding="utf-8", newline="")
    ran = cli("fix", str(file), "--in-place", "--include-risky")
    assert "2 findings repaired" in ran.err
    assert "Example-Key-0001" not in ran.out + ran.err
    assert ">Example-Key-0001<" in file.read_text(encoding="utf-8")


@cases(
    ("integrity", "why"),
    [(Integrity.SHA384, []), (Integrity.AES_GMAC_128, ["a profile has no word for this IntegrityCheckMethod"])],
)
def test_a_suite_of_which_a_profile_has_no_word_is_not_written(integrity: Integrity, why: list[str]) -> None:
    source = bytes_source("profile.xml", (HEAD + TAIL).encode())
    format_ = recognise(source)
    assert format_ is not None
    policy = completed(format_.parse(source).policy)
    (owner,) = policy.vpn_connections
    halves = main_mode_of(policy, owner), quick_mode_of(policy, owner)
    edits = []
    for half in halves:
        assert half is not None
        proposal = half.proposals[-1]
        if half is halves[0]:
            proposal = proposal.model_copy(update={"integrity": with_value(proposal.integrity, value=integrity)})
        edits.append(Edit(half, half.model_copy(update={"proposals": (proposal,), "builtin": None})))
    done = written(source, format_.name, policy, [tuple(edits)])
    assert [each.reason for each in done.left_out] == why
    assert ("<IntegrityCheckMethod>SHA384</" in done.source.read_text()) is (not why)
