"""Objects that a script changes and does not make: what it sets of them is known, and that no more is is said once."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, said_of

from ipseclint.model.policy import Policy

WEAK = "New-NetIPsecMainModeCryptoProposal -Encryption DES3 -Hash MD5 -KeyExchange DH1"


def _other_values(cmdlet: str) -> str:
    return f"{cmdlet} changes what this script does not make: its other values are not known"


def _policy_of(script: str) -> Policy:
    return parsed(script).policy


def test_the_proposals_that_a_set_is_given_are_read_and_its_lifetimes_are_not_known() -> None:
    result = parsed(f"Set-NetIPsecMainModeCryptoSet -DisplayName M -Proposal ({WEAK})")
    (made,) = result.policy.main_mode_crypto_sets
    assert made.name == "M"
    assert [str(each.dh_group.known) for each in made.proposals] == ["DH1"]
    assert made.lifetime_seconds is not None
    assert made.lifetime_seconds.known is None
    assert [each.message for each in result.problems] == [_other_values("Set-NetIPsecMainModeCryptoSet")]
    assert result.policy.names_not_followed == ("m",)
    assert result.not_held == ()


def test_a_lifetime_that_a_set_is_given_is_read_and_its_proposals_are_not_known() -> None:
    result = parsed("Set-NetIPsecMainModeCryptoSet -Name '{11111111-0000-0000-0000-000000000001}' -MaxMinutes 5")
    (made,) = result.policy.main_mode_crypto_sets
    assert made.lifetime_seconds is not None
    assert made.lifetime_seconds.known == 300
    assert [each.encryption.known for each in made.proposals] == [None]
    assert [each.message for each in result.problems] == [_other_values("Set-NetIPsecMainModeCryptoSet")]


def test_what_a_connection_is_set_to_is_read() -> None:
    script = (
        "Set-VpnConnection -Name Own -TunnelType L2tp -AuthenticationMethod Pap -L2tpPsk blackbird9\n"
        "Set-VpnConnection -Name Own -EncryptionLevel Optional\n"
    )
    (made,) = _policy_of(script).vpn_connections
    assert (made.name, made.servers) == ("Own", None)
    assert made.encryption_level is not None
    assert made.encryption_level.known == "Optional"
    assert said_of(script) == [(1, 1, _other_values("Set-VpnConnection"))]


def test_a_connection_of_all_users_is_found_in_its_phone_book_by_what_follows() -> None:
    suite = "-AuthenticationTransformConstants SHA256128 -CipherTransformConstants AES256 -EncryptionMethod AES256"
    script = (
        "Set-VpnConnection -Name Own -AllUserConnection -TunnelType Ikev2\n"
        f"Set-VpnConnectionIPsecConfiguration -ConnectionName Own -AllUserConnection {suite}"
        " -IntegrityCheckMethod SHA256 -DHGroup Group14 -PfsGroup None\n"
    )
    policy = _policy_of(script)
    assert policy.refused_commands == ()
    assert [each.name for each in policy.main_mode_crypto_sets] == ["Own"]
    assert _policy_of(f"{script}Remove-VpnConnection -Name Own -AllUserConnection\n").vpn_connections == ()


def test_each_set_of_a_list_of_names_is_changed() -> None:
    sets = _policy_of(f"Set-NetIPsecMainModeCryptoSet -DisplayName A, B -Proposal ({WEAK})").main_mode_crypto_sets
    assert [each.name for each in sets] == ["A", "B"]


def test_a_set_of_a_gpo_is_in_its_store() -> None:
    script = f"Set-NetIPsecMainModeCryptoSet -PolicyStore corp.example\\IPsec -DisplayName A -Proposal ({WEAK})"
    (made,) = _policy_of(script).main_mode_crypto_sets
    assert made.store == "corp.example\\IPsec"


@cases(
    "command",
    [
        "Set-NetIPsecMainModeCryptoSet -DisplayName 'Iso*' -MaxMinutes 5",
        "Get-NetIPsecMainModeCryptoSet | Set-NetIPsecMainModeCryptoSet -MaxMinutes 5",
        "Set-NetIPsecMainModeCryptoSet -DisplayName M -MaxMinutes 5 -Confirm",
    ],
)
def test_what_is_not_named_or_may_stay_as_it_is_makes_no_object(command: str) -> None:
    result = parsed(command)
    assert result.policy.main_mode_crypto_sets == ()
    message = "Set-NetIPsecMainModeCryptoSet changes what this script does not make: it is not known"
    assert message in [each.message for each in result.problems]


def test_a_rule_that_is_changed_alone_makes_no_rule_and_the_sets_that_it_is_given_are_used() -> None:
    script = f"New-NetIPsecMainModeCryptoSet -DisplayName N -Name N -Proposal ({WEAK})\n"
    script += "Set-NetIPsecMainModeRule -DisplayName R -MainModeCryptoSet N\n"
    policy = _policy_of(script)
    assert policy.main_mode_rules == ()
    assert policy.names_not_followed == ("n",)
