"""What is made for each of two ends goes to that end; what a folder of machines answers, few or many."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.engine.negotiate import MANY_INPUTS, answers, matrix, read_ends
from ipseclint.model.site import Site
from ipseclint.semantics.negotiation.table import Side
from tests.cases import cases
from tests.semantics.negotiation.two_ends import PSK, machine

pytestmark = pytest.mark.drawn(3)

HERE, THERE = ("10.1.0.5", "10.2.0.7"), ("10.2.0.7", "10.1.0.5")
OFFER_256 = "Offer ESP AES-256+SHA-1 in quick mode."
WEAKER = "It is weaker than what this end offers now: the repair of the other end keeps that."
OFFER_128 = f"Offer ESP AES-128+SHA-1 in quick mode. {WEAKER}"


def rule(name: str, ends: tuple[str, str], rest: str) -> str:
    """A rule under its own name, which only its own machine has."""
    add = f'netsh advfirewall consec add rule name="{name}" endpoint1={ends[0]} endpoint2={ends[1]}'
    return f"{add} action=requireinrequireout {PSK} {rest}\n"


@cases(
    ("here", "there", "expected"),
    [
        (
            "qmsecmethods=esp:sha1-aes128",
            "qmsecmethods=esp:sha1-aes256",
            (
                (OFFER_256, 'set rule name="Here" new qmsecmethods=esp:sha1-aes256,esp:sha1-aes128'),
                (OFFER_128, 'set rule name="There" new qmsecmethods=esp:sha1-aes128,esp:sha1-aes256'),
            ),
        ),
        (
            "qmpfs=dhgroup14 qmsecmethods=esp:sha1-aes128",
            "qmpfs=none qmsecmethods=esp:sha1-aes128",
            (
                (
                    f"Leave perfect forward secrecy out, as the other end does. {WEAKER}",
                    'set rule name="Here" new qmpfs=none',
                ),
                (
                    "Ask for perfect forward secrecy with DH14, as the other end does.",
                    'set rule name="There" new qmpfs=dhgroup14',
                ),
            ),
        ),
    ],
)
@cases("side", list(Side))
def test_each_end_is_told_its_own_repair(
    here: str, there: str, expected: tuple[tuple[str, str], ...], side: Side
) -> None:
    one, other = machine(rule("Here", HERE, here), "one"), machine(rule("There", THERE, there), "other")
    (row,) = answers(one, other, (side,))
    told = []
    for advice in row.advice:
        assert advice is not None
        assert advice.commands is not None
        told.append((advice.words, (advice.commands.netsh or "").removeprefix("netsh advfirewall consec ")))
    assert tuple(told) == expected


SHORT = (
    "a.cmd is only partly understood "
    "(a variable is put in here when the script runs: what this command does is not known)"
)
OTHERS = {f"z{number}.cmd": (f"10.8.{number}.1", f"10.9.{number}.1") for number in range(MANY_INPUTS)}


@pytest.mark.parametrize("others", [0, MANY_INPUTS - 2, MANY_INPUTS])
@pytest.mark.parametrize(
    ("start", "initiators"), [(None, ["a.cmd", "b.cmd"]), ("a.cmd", ["a.cmd"]), ("b.cmd", ["b.cmd"]), ("c.cmd", [])]
)
@pytest.mark.parametrize("is_whole", [True, False])
def test_a_folder_of_few_and_of_many_answers_alike(
    others: int, start: str | None, initiators: list[str], is_whole: bool, tmp_path: Path
) -> None:
    half = "" if is_whole else "netsh advfirewall set global mainmode mmkeylifetime %M%min,0sess\n"
    (tmp_path / "a.cmd").write_text(rule("Here", HERE, "qmsecmethods=esp:sha1-aes128") + half)
    (tmp_path / "b.cmd").write_text(rule("There", THERE, "qmsecmethods=esp:sha1-aes256"))
    for name, ends in list(OTHERS.items())[:others]:
        (tmp_path / name).write_text(rule("Other", ends, ""))
    found = matrix(str(tmp_path), Site(), start)
    assert [Path(row.outcome.initiator.path).name for row in found.rows] == initiators
    assert {row.outcome.verdict.value for row in found.rows} <= {"fails"}
    assert [Path(why).name for why in found.shortfalls] == ([] if is_whole else [SHORT])
    assert (found.has_start, found.is_alone) == (start != "c.cmd", False)
    advice = [advice for row in found.rows for advice in row.advice if advice is not None]
    assert len(advice) == 2 * len(initiators)
    assert {each.commands is None for each in advice} == ({others == MANY_INPUTS} if advice else set())


CONNECTION = (
    "Add-VpnConnection -Name V -ServerAddress vpn.example.com -TunnelType Ikev2 "
    "-AuthenticationMethod MachineCertificate\n"
)
OWN_SUITE = (
    "Set-VpnConnectionIPsecConfiguration -ConnectionName V -AuthenticationTransformConstants SHA256128 "
    "-CipherTransformConstants AES128 -EncryptionMethod AES128 -IntegrityCheckMethod SHA256 -DHGroup Group14 "
    "-PfsGroup PFS2048\n"
)


def gateway(ike: str, esp: str) -> str:
    return f"conn rw\n  keyexchange=ikev2\n  ike={ike}!\n  esp={esp}!\n  left=%any\n  leftauth=pubkey\n  right=%any\n"


def side_of_windows(folder: Path, script: str, peer: str) -> tuple[str, str | None]:
    """The advice for the Windows end: its words, and the command."""
    (folder / "vpn.ps1").write_text(script)
    (folder / "ipsec.conf").write_text(peer)
    one, other = (read_ends(str(folder / name), Site(), as_one=False) for name in ("vpn.ps1", "ipsec.conf"))
    (row, *_) = answers(one.machines[0], other.machines[0], (Side.A,))
    advice = row.advice[0]
    assert advice is not None
    return advice.words, None if advice.commands is None else advice.commands.powershell


@cases(
    ("script", "peer", "ends"),
    [
        (CONNECTION, gateway("aes256-sha256-modp1024", "aes256-sha256"), "-PfsGroup None -DHGroup Group2 -Force"),
        (
            CONNECTION,
            gateway("aes256-sha256-modp2048", "aes256gcm16-modp2048"),
            "-PfsGroup PFS2048 -DHGroup Group14 -Force",
        ),
        (
            CONNECTION + OWN_SUITE,
            gateway("aes256-sha384-ecp384", "aes256gcm16-ecp384"),
            "-PfsGroup ECP384 -DHGroup ECP384 -Force",
        ),
        (CONNECTION + OWN_SUITE, gateway("aes128-sha256-modp2048", "aes128-sha256"), "-PfsGroup None -DHGroup Group14"),
    ],
)
def test_an_end_of_remote_access_is_given_one_command_that_states_a_suite_of_both(
    script: str, peer: str, ends: str, tmp_path: Path
) -> None:
    words, command = side_of_windows(tmp_path, script, peer)
    assert words.startswith("Set the strongest suite that both can do.")
    assert command is not None
    assert command.startswith("Set-VpnConnectionIPsecConfiguration -ConnectionName 'V' ")
    assert ends in command


def test_an_end_that_can_be_given_nothing_of_the_other_gets_no_command(tmp_path: Path) -> None:
    words, command = side_of_windows(tmp_path, CONNECTION, gateway("aes256-sha512-modp2048", "aes256-sha256"))
    assert words == (
        "Change the other end: nothing of what that offers in main mode can be set here. AES-256+SHA-256+DH14 can be "
        "set at both ends."
    )
    assert command is None
