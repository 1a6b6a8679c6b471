"""Authentication sets as arguments of netsh advfirewall, and those that no command can state."""

from __future__ import annotations

from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import AuthenticationSet, AuthMethod, AuthPhase, Policy
from ipseclint.repair.commands.arguments import PSK_PLACEHOLDER, Argument, Unwritable
from ipseclint.repair.commands.authentication import advfirewall_methods
from tests.cases import cases
from tests.made_objects import authentication_set, method

KERBEROS = method(AuthMethod.COMPUTER_KERBEROS)
KEY = method(AuthMethod.PRESHARED_KEY)
USER = method(AuthMethod.USER_KERBEROS)


@cases(
    ("authentication", "parts"),
    [
        (authentication_set("A", KERBEROS), (Argument("auth1", "computerkerb"),)),
        (
            authentication_set("A", KERBEROS, KEY),
            (Argument("auth1", "computerkerb,computerpsk"), Argument("auth1psk", PSK_PLACEHOLDER)),
        ),
        (authentication_set("A", USER, phase=AuthPhase.SECOND), (Argument("auth2", "userkerb"),)),
        (authentication_set("A"), (Unwritable("an authentication set without a method cannot be written"),)),
        (
            authentication_set("A", KERBEROS, KEY, KERBEROS),
            (Unwritable("netsh advfirewall takes each authentication method once"),),
        ),
    ],
)
def test_an_authentication_set_is_stated_whole_or_not_at_all(
    authentication: AuthenticationSet, parts: tuple[Argument | Unwritable, ...]
) -> None:
    assert advfirewall_methods(authentication, PolicyIndex(Policy())) == parts
