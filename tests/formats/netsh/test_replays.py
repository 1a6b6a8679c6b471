"""What asks netsh for help sets nothing up and takes nothing out, whatever it asks about."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.netsh.inputs import messages, replay

GIVEN = "netsh ipsec static add policy name=P\nnetsh advfirewall consec add rule name=R endpoint1=any endpoint2=any"
GIVEN += " action=noauthentication\n"


@cases("sign", ["?", "/?", "-?"])
@cases(
    "asked",
    [
        "ipsec static",
        "ipsec static add policy",
        "ipsec static add policy name",
        "ipsec static delete all",
        "advfirewall consec delete rule",
        "advfirewall reset",
        "advfirewall consec",
    ],
)
def test_a_question_changes_nothing(asked: str, sign: str) -> None:
    parsed = replay(f"{GIVEN}netsh {asked} {sign}\n")
    assert messages(parsed) == []
    assert [policy.name for policy in parsed.policy.policies] == ["P"]
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["R"]


@cases(
    "asked",
    [
        "advfirewall consec show",
        "advfirewall monitor show",
        "advfirewall consec add",
        "ipsec static delete",
        "ipsec dynamic show",
    ],
)
def test_help_where_an_object_would_stand_is_a_question(asked: str) -> None:
    parsed = replay(f"{GIVEN}netsh {asked} help\n")
    assert (messages(parsed), parsed.policy.refused_commands) == ([], ())
    assert len(parsed.policy.policies) == 1


@cases(("words", "name"), [("help", "help"), ("name=Q ?", "Q"), ("??", "??"), ("x?", "x?")])
def test_what_is_no_question_is_a_command(words: str, name: str) -> None:
    parsed = replay(f"{GIVEN}netsh ipsec static add policy {words}\n")
    assert [policy.name for policy in parsed.policy.policies] == ["P", name]
