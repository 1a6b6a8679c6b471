"""Site-to-site interfaces that another script makes, and that a script gives a suite."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed

SUITE = (
    "-CustomPolicy -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -DHGroup Group2 "
    "-CipherTransformConstants AES256 -AuthenticationTransformConstants SHA256128 -PfsGroup PFS2048 -Force"
)
ADDED = "Add-VpnS2SInterface -Name Hub -Destination 203.0.113.9 -Protocol IKEv2 -AuthenticationMethod EAP"
CHANGED = "Set-VpnS2SInterface changes what this script does not make: it is not known"


@cases(
    ("script", "names"),
    [
        (f"Set-VpnS2SInterface -Name Hub {SUITE}", ["Hub"]),
        (f"Set-VpnS2SInterface Hub {SUITE}", ["Hub"]),
        (f"foreach ($n in 'A', 'B') {{ Set-VpnS2SInterface -Name $n {SUITE} }}", ["A", "B"]),
        (f"Set-VpnS2SInterface -Name Hub {SUITE}\nSet-VpnS2SInterface -Name Hub -Persistent -Force", ["Hub"]),
        (f"{ADDED}\nSet-VpnS2SInterface -Name Hub {SUITE}", ["Hub"]),
        (f"{ADDED}\nGet-VpnS2SInterface | Set-VpnS2SInterface {SUITE}", ["Hub"]),
        (
            (
                f"if (Get-VpnS2SInterface -Name Hub) {{ Set-VpnS2SInterface -Name Hub {SUITE} }} else {{ {ADDED} }}\n"
                f"Set-VpnS2SInterface -Name Hub {SUITE}"
            ),
            ["Hub"],
        ),
    ],
)
def test_the_suite_of_an_interface_is_read(script: str, names: list[str]) -> None:
    read = parsed(script)
    assert read.problems == ()
    assert [interface.name for interface in read.policy.vpn_interfaces] == names
    assert [crypto.proposals[0].dh_group.known for crypto in read.policy.main_mode_crypto_sets] == ["DH2"] * len(names)


@cases(
    "script",
    [
        "Set-VpnS2SInterface -Name Hub -EncryptionType MaximumEncryption",
        "Set-VpnS2SInterface -Name Hub -Persistent -Force",
        f"Get-VpnS2SInterface | Set-VpnS2SInterface {SUITE}",
    ],
)
def test_what_another_script_makes_is_said_where_no_suite_is_given(script: str) -> None:
    read = parsed(script)
    assert [problem.message for problem in read.problems] == [CHANGED]
    assert read.policy.vpn_interfaces == ()


def test_a_part_of_a_suite_is_said() -> None:
    (problem,) = parsed("Set-VpnS2SInterface -Name Hub -CustomPolicy -DHGroup Group14").problems
    assert problem.message.startswith("a suite of its own without `IntegrityCheckMethod`, `EncryptionMethod`")


def test_an_interface_that_is_changed_once_asked_is_not_known() -> None:
    messages = [each.message for each in parsed(f"Set-VpnS2SInterface -Name Hub {SUITE} -Confirm").problems]
    assert messages == ["`-Confirm` asks first: whether this is done is not known", CHANGED]
