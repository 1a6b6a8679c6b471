"""Output of netsh advfirewall in other languages: told by known labels, by values and by places, or reported."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from tests.cases import cases
from tests.formats.netsh.advfirewall.inputs import PATH, covered, messages, read_shown
from tests.formats.places import read_in_place

from ipseclint.formats.netsh.advfirewall import show as advfirewall_show
from ipseclint.formats.netsh.advfirewall.show import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import ConnectionSecurityRule, Profile, RuleMode, Security
from ipseclint.model.setting import Secret, Setting, Unknown
from ipseclint.source import bytes_source
from ipseclint.vocabulary.netsh_labels import RULE_LABELS, WORDS

RULES = """\

Rule Name:                            Hub
----------------------------------------------------------------------
Enabled:                              Yes
Profiles:                             Domain,Private
Type:                                 Static
Mode:                                 Tunnel
LocalTunnelEndpoint:                  198.51.100.1
RemoteTunnelEndpoint:                 203.0.113.7
InterfaceTypes:                       Any
Endpoint1:                            10.1.0.0/16
Endpoint2:                            10.2.0.0/16,
                                      10.9.0.0/16
Port1:                                Any
Port2:                                445
Protocol:                             TCP
Action:                               RequireInRequireOut
Auth1:                                ComputerPSK
Auth1PSK:                             open sesame
MainModeSecMethods:                   DHGroup2-AES128-SHA1,DHGroup2-3DES-SHA1
MainModeKeyLifetime:                  480min,0sess
QuickModeSecMethods:                  ESP:SHA1-AES128+60min+100000kb
QuickModePFS:                         DHGroup2
Rule source:                          Local Setting

Rule Name:                            Off
----------------------------------------------------------------------
Enabled:                              No
Profiles:                             Domain,Private,Public
Type:                                 Static
Mode:                                 Transport
Endpoint1:                            Any
Endpoint2:                            Any
Protocol:                             Any
Action:                               RequestInRequestOut
Auth1:                                ComputerKerb
Auth2:                                UserKerb
MainModeSecMethods:                   DHGroup2-AES128-SHA1,DHGroup2-3DES-SHA1
MainModeKeyLifetime:                  480min,0sess
Ok.
"""

MADE_UP = {label: f"Ž{number}ž" for number, label in enumerate(RULE_LABELS["english"])}
"""What labels are called in no language: letters at both ends, and never the same."""


def in_language(text: str, language: str, *, values: bool = True) -> str:
    """The output with the labels and words that are known of a language, and every other label made up."""
    known = {meaning: label for label, meaning in RULE_LABELS.get(language, {}).items()}
    known["qmpfs"] = "QuickModePFS"  # the name of a parameter
    words = {english.casefold(): word for word, english in WORDS.get(language, {}).items()} if values else {}
    lines = []
    for line in text.split("\n"):
        label, colon, value = line.partition(":")
        if label not in RULE_LABELS["english"]:
            lines.append(line)
            continue
        meaning = RULE_LABELS["english"][label]
        name = known.get(meaning, MADE_UP[label])
        if meaning != "name":
            value = re.sub(r"\b(Yes|No|Any|Domain|Private|Public)\b", lambda m: words.get(m[1].casefold(), m[1]), value)
        lines.append(f"{name}{colon}{value}")
    return "\n".join(lines)


def said(parsed: Parsed) -> list[dict[str, object]]:
    """What the rules say, without where."""
    return [
        {
            name: value.value if isinstance(value, Setting) else None
            for name in type(rule).model_fields
            if (value := getattr(rule, name)) is not None
        }
        for rule in parsed.policy.connection_security_rules
    ]


@cases("language", [*WORDS])
def test_rules_in_known_languages_say_the_same(language: str) -> None:
    text = in_language(RULES, language)
    assert recognise(bytes_source(PATH, text.encode()))
    parsed = read_shown(text)
    assert said(parsed) == said(read_shown(RULES))
    assert parsed.problems == ()


def test_the_preshared_key_stays_secret_under_any_label() -> None:
    text = in_language(RULES, "german")
    parsed = read_shown(text)
    assert "open sesame" in [covered(text, each) for each in parsed.secrets]
    assert "open sesame" not in " ".join(messages(parsed))
    (key,) = [
        method.preshared_key
        for each in parsed.policy.authentication_sets
        for method in each.methods
        if method.preshared_key is not None
    ]
    assert isinstance(key.value, Secret)


def test_a_language_that_is_not_known_is_read_as_far_as_order_and_values_go() -> None:
    text = in_language(RULES, "no language").replace(": Yes", ": 예").replace("Yes", "예").replace("Any", "모두")
    assert recognise(bytes_source(PATH, text.encode()))
    parsed = read_shown(text)
    hub, off = parsed.policy.connection_security_rules
    assert isinstance(hub, ConnectionSecurityRule)
    assert hub.name == "Hub"
    assert hub.mode.value is RuleMode.TUNNEL
    assert hub.profiles.value == {Profile.DOMAIN, Profile.PRIVATE}
    assert [str(each) for each in hub.endpoint2.known or ()] == ["10.2.0.0/16", "10.9.0.0/16"]
    assert (hub.inbound.value, hub.outbound.value) == (Security.REQUIRE, Security.REQUIRE)
    assert hub.port2.known is not None
    assert hub.enabled.value == Unknown("예")
    assert isinstance(hub.port1.value, Unknown)
    assert off.enabled.value is False
    assert isinstance(off.endpoint1.value, Unknown)
    reported = [covered(text, each.span) for each in parsed.problems]
    assert "예" in reported
    assert reported.count("모두") == 5


def test_lines_that_order_and_values_leave_open_are_reported() -> None:
    lines = in_language(RULES, "no language").split("\n")
    extra = "Ževen moreŽ:                          word"
    at = next(number for number, line in enumerate(lines) if "RequestInRequestOut" in line)
    parsed = read_shown("\n".join([*lines[: at - 4], extra, extra, *lines[at - 4 :]]))
    assert any("even more" in each for each in messages(parsed))
    assert [each.name for each in parsed.policy.connection_security_rules] == ["Hub"]
    assert any("is printed without its endpoint1, endpoint2" in each for each in messages(parsed))


def test_a_profile_under_an_unknown_heading_is_reported() -> None:
    settings = (
        "-" * 70 + "\nLocalFirewallRules                    Enable\nLocalConSecRules                      Disable\n"
    )
    text = f"Domänenprofil-Einstellungen:\n{settings}\nŽprofilu:\n{settings}"
    parsed = read_shown("Global Settings:\nIPsec:\nSAIdleTimeMin   5min\n" + text)
    (found,) = parsed.policy.global_settings
    assert set(found.local_rules_merge) == {Profile.DOMAIN}
    assert "no known profile heading precedes this line" in messages(parsed)


def test_rules_of_the_firewall_are_left_alone_in_every_language() -> None:
    for language, labels in RULE_LABELS.items():
        names = {meaning: label for label, meaning in labels.items()}
        text = (
            f"{names['name']}:     Remote desktop\n{'-' * 70}\n{names['enable']}:   x\n"
            f"{names['firewall']}:   y\n{names['action']}:  z\nOther:   word\n"
        )
        parsed = read_shown(text)
        assert (parsed.policy.connection_security_rules, parsed.problems) == ((), ()), language


def test_a_description_of_several_lines_may_hold_colons() -> None:
    lines = "Description:      For all\n                  Owner: network team\nEnabled:"
    parsed = read_shown(RULES.replace("Enabled:", lines, 1))
    assert parsed.problems == ()
    assert parsed.policy.connection_security_rules[0].description == "For allOwner: network team"


def test_a_heading_of_the_collector_is_no_rule() -> None:
    heading = f"Host: server1\n{'-' * 70}\nCollected: yesterday\n\n"
    parsed = read_shown(heading + RULES)
    assert said(parsed) == said(read_shown(RULES))
    assert parsed.problems == ()


@given(st.text(alphabet="ab:：,- \n예10./Ž", max_size=200))
def test_never_raises(text: str) -> None:
    shown = f"Ž: name\n{'-' * 70}\n{text}\nŽ2: RequireInRequireOut\nŽ3: ComputerPSK\n{text}"
    read_in_place(advfirewall_show.parse, bytes_source(PATH, shown.encode()))
