"""What no rule of a run looks at is named: kinds of objects with their number, values and services by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ipseclint import check_text
from ipseclint.engine import judged
from ipseclint.engine.judged import Named, _name_key, _words, kinds_of, not_judged
from ipseclint.engine.rulesets.ruleset import Ruleset, load_ruleset
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.setting import Setting
from ipseclint.model.settings import RegistryValue, ServiceState
from ipseclint.report import Input, InputStatus
from ipseclint.rule import Hit, LooksAt, NoOptions, Rule
from ipseclint.source import Span
from tests.cases import cases

AT = Span("hive.reg", 3, 1)


def input_(path: str, **objects: int) -> Input:
    return Input(path=path, format="netsh", status=InputStatus.UNDERSTOOD, objects=objects)


def of(name: str) -> tuple[Rule, Ruleset]:
    ruleset = load_ruleset("default")
    rule = ruleset.find(name)
    assert rule is not None
    return rule, ruleset


def looking_at(looks_at: LooksAt, check: object = lambda *_: ()) -> Rule:
    return Rule("XX001", "x", check, NoOptions, (), (), looks_at=looks_at)  # type: ignore[arg-type]


def _inner(machine: Machine) -> Iterator[Hit]:
    yield from ([] for _ in machine.policy.firewall_rules)  # type: ignore[misc]


def through_another(machine: Machine, _options: object) -> Iterator[Hit]:
    """A check whose fields are in another function of its module, that calls it back."""
    yield from _inner(machine)
    yield from () if machine.name else through_another(machine, _options)


def within(machine: Machine, _options: object) -> list[object]:
    """A check whose fields are in a function within it."""

    def services() -> list[object]:
        return [each for each in machine.policy.hosts]  # noqa: C416 - a function of its own within it

    return services()


@cases(
    ("looks_at", "kinds"),
    [
        (LooksAt.SETTINGS, {"global_settings"}),
        (LooksAt.SETS, {"main_mode_crypto_set", "quick_mode_crypto_set", "authentication_set"}),
        (LooksAt.EVIDENCE, {"event", "counter", "security_association"}),
        (LooksAt.SETTINGS | LooksAt.EVIDENCE, {"global_settings", "event", "counter", "security_association"}),
    ],
)
def test_a_rule_looks_at_the_kinds_that_it_says(looks_at: LooksAt, kinds: set[str]) -> None:
    assert kinds_of(looking_at(looks_at)) == kinds


def test_a_rule_looks_at_what_stands_by_itself_if_its_code_takes_it() -> None:
    settings = {"global_settings"}
    rule = looking_at(LooksAt.SETTINGS, through_another)
    assert kinds_of(rule) == {*settings, "firewall_rule"}
    assert kinds_of(rule, ["firewall_rule", "vpn_connection"]) == {*settings, "firewall_rule"}
    assert kinds_of(rule, ["vpn_connection"]) == kinds_of(rule, []) == settings
    assert kinds_of(looking_at(LooksAt.SETTINGS, within)) == {*settings, "windows_host"}
    assert kinds_of(looking_at(LooksAt.SETTINGS, len)) == settings


def test_kinds_that_no_rule_looks_at_are_counted_with_the_first_input_that_has_them() -> None:
    read = [
        (input_("a", event=1, filter_list=2, peer=1), Named("a")),
        (input_("b", event=2, counter=1, peer=2, main_mode_crypto_set=3), Named("b")),
    ]
    told = [(each.kind, each.name, each.path) for each in not_judged(read, [])]
    assert told == [
        ("event", "3 events", "a"),
        ("filter_list", "2 filter lists", "a"),
        ("peer", "3 peer's connections", "a"),
        ("counter", "1 counter", "b"),
        ("main_mode_crypto_set", "3 main-mode crypto sets", "b"),
    ]
    assert [(each.name, each.path) for each in not_judged(read, [], {"a"}) if each.kind == "peer"] == [
        ("2 peer's connections", "b")
    ]
    assert [each.kind for each in not_judged(read, [of("QD001")], {"a", "b"})] == ["event", "filter_list", "counter"]


def value(path: str) -> RegistryValue:
    return RegistryValue(path=path, data=Setting("1", AT))


def test_of_a_kind_that_a_rule_examines_no_further_rule_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [(looking_at(LooksAt.RULES, check), load_ruleset("default")) for check in (through_another, _inner)]
    asked: list[Rule] = []
    names_of = judged._names_of
    monkeypatch.setattr(judged, "_names_of", lambda rule: asked.append(rule) or names_of(rule))
    read = [(input_("rules.txt", firewall_rule=2), Named("rules.txt"))]
    assert list(not_judged(read, rules)) == []
    assert asked == [rules[0][0]]


def test_values_and_services_that_no_rule_names_are_named() -> None:
    policy = Policy(
        registry=(value("HKLM\\A\\one"), value("HKLM\\Services\\own\\Start")),
        services=(ServiceState(name="own"), ServiceState(name="other")),
    )
    named = Named.of("x.reg", policy)
    assert named.registry == (("HKLM\\A\\one", "hive.reg"), ("HKLM\\Services\\own\\Start", "hive.reg"))
    assert named.services == ("own", "other")
    told = [(each.kind, each.name, each.path) for each in not_judged([(input_("x.reg"), named)], [of("QD001")])]
    assert told == [
        ("registry_value", "HKLM\\A\\one", "hive.reg"),
        ("service", "own", "x.reg"),
        ("service", "other", "x.reg"),
    ]


@cases(
    ("words", "key", "is_named"),
    [
        (["one"], "HKLM\\A", True),
        (["one", "a\\b"], "HKLM\\A\\B", True),
        (["one", "hklm\\a\\b"], "HKLM\\A\\B", True),
        (["one", "b"], "HKLM\\A\\B", True),
        (["one", "a\\c"], "HKLM\\A\\B", False),
        (["one", "xa\\b"], "HKLM\\A\\B", False),
    ],
)
def test_a_value_is_named_with_the_end_of_its_key_if_keys_are(words: list[str], key: str, is_named: bool) -> None:
    assert _name_key(words, key) is is_named


def test_words_of_options_are_texts_alone_and_in_lists() -> None:
    assert _words(["One", 5, ("Two", 6), ["THREE"], {"four": 1}]) == {"one", "two", "three"}


def test_a_value_that_has_a_finding_was_looked_at() -> None:
    key = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services"
    values = '"NegotiateDH2048_AES256"="2"\n"Odd"=dword:00000001\n'
    text = f"Windows Registry Editor Version 5.00\n\n[{key}\\RasMan\\Parameters]\n{values}"
    report = check_text(text, "a.reg")
    assert [finding.code for finding in report.findings] == ["RF023"]
    assert [each.name.rpartition("\\")[2] for each in report.not_judged] == ["Odd"]
