"""A filter of WFP as the rule that it stands for: each field of it, with and without a policy of its own."""

from __future__ import annotations

from typing import Any

from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import ALL_PROFILES, AuthPhase, Dialect, NegotiationDiscovery, Policy
from ipseclint.model.selectors import PortRange, WfpFilter
from ipseclint.model.setting import Origin, Setting, Unknown
from ipseclint.semantics.wfp_rules import as_connection_security_rule
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.wfp_words import PROFILE_CONDITION
from tests.cases import cases
from tests.made_objects import addresses, authentication_set, quick_mode_set, said

LAYER = "FWPM_LAYER_IPSEC_V{}"
OWN, THEIRS = (PortRange(1, 2),), (PortRange(3, 4),)
FILTER = WfpFilter(
    key="{f}",
    name="F",
    layer=LAYER.format(4),
    sublayer="s",
    effective_weight=1,
    action="permit",
    context_key="{C}",
    local=addresses("10.0.0.1"),
    remote=addresses("10.0.0.2"),
    protocol=6,
    local_ports=OWN,
    remote_ports=THEIRS,
    not_understood=(),
    line=7,
    column=9,
)


def rule(row: WfpFilter, **fields: Any) -> Any:
    sets = (quick_mode_set("Q", id="{c}", dialect=Dialect.WFP, **fields),)
    policy = Policy(quick_mode_crypto_sets=sets, wfp_filters=(row,), wfp_filter_path="state.xml")
    return as_connection_security_rule(row, PolicyIndex(policy))


def test_every_condition_of_a_filter_is_that_of_its_rule() -> None:
    made = rule(FILTER, key_module=said(KeyModule.IKEV2))
    assert (made.name, made.id, made.dialect, made.enabled.known) == ("F", "{f}", Dialect.WFP, True)
    assert (made.span.path, made.span.line, made.span.column) == ("state.xml", 7, 9)
    assert (made.endpoint1.known, made.endpoint2.known) == (addresses("10.0.0.1"), addresses("10.0.0.2"))
    assert (made.protocol.known, made.port1.known, made.port2.known) == (6, OWN, THEIRS)
    assert (made.action.known, made.mode.known) == ("negotiate", "transport")
    assert (made.profiles.known, made.interface_types.known) == (ALL_PROFILES, frozenset())
    assert made.key_modules.known == {KeyModule.IKEV2}
    assert (made.quick_mode_crypto.target, made.second_authentication) == ("{C}", None)
    places = (made.endpoint1, made.endpoint2, made.protocol, made.port1, made.port2, made.enabled, made.action)
    assert {place.span for place in places} == {made.span}


@cases(("family", "words"), [(4, "0.0.0.0/0"), (6, "::/0")])
def test_no_address_is_every_address_of_the_family(family: int, words: str) -> None:
    made = rule(FILTER._replace(layer=LAYER.format(family), local=(), remote=()))
    assert (made.endpoint1.known, made.endpoint2.known) == (addresses(words), addresses(words))


def test_what_else_narrows_a_filter_is_not_known_of_its_rule() -> None:
    made = rule(FILTER._replace(not_understood=("a", PROFILE_CONDITION, "b"), disabled=True))
    assert (made.endpoint1.value, made.endpoint2.value) == (Unknown("a, b"), Unknown("a, b"))
    assert (made.profiles.value, made.enabled.known) == (Unknown(PROFILE_CONDITION), False)
    assert rule(FILTER._replace(not_understood=(PROFILE_CONDITION,))).endpoint1.known == addresses("10.0.0.1")


@cases(
    ("discovery", "inbound", "outbound"),
    [
        (None, "require", "require"),
        (NegotiationDiscovery.OFF, "require", "require"),
        (NegotiationDiscovery.SECURE, "require", "request"),
        (NegotiationDiscovery.BOUNDARY, "request", "request"),
    ],
)
def test_what_the_policy_discovers_is_how_firmly_it_secures(
    discovery: NegotiationDiscovery | None, inbound: str, outbound: str
) -> None:
    made = rule(FILTER, negotiation_discovery=discovery and said(discovery))
    assert (made.inbound.known, made.outbound.known) == (inbound, outbound)
    assert made.key_modules.value == Unknown("no policy")


@cases(("key", "action"), [(None, Unknown("permit")), ("{other}", "negotiate")])
def test_a_filter_without_a_policy_says_little(key: str | None, action: object) -> None:
    made = rule(FILTER._replace(context_key=key))
    assert made.action.value == action
    assert (made.inbound.value, made.outbound.value) == (Unknown("no policy"), Unknown("no policy"))
    assert (made.quick_mode_crypto and made.quick_mode_crypto.target) == key


def test_a_second_authentication_under_the_same_key_is_its_own() -> None:
    second = authentication_set("A", id="{c}", phase=AuthPhase.SECOND, inline=False)
    index = PolicyIndex(Policy(authentication_sets=(second,), wfp_filters=(FILTER,)))
    made = as_connection_security_rule(FILTER, index)
    assert made.second_authentication is not None
    assert made.second_authentication.target == "{C}"


@cases("fields", [{}, {"context_key": None}, {"context_key": "{other}"}, {"disabled": True}])
def test_every_setting_of_a_rule_has_a_place_and_an_origin(fields: dict[str, Any]) -> None:
    made = rule(FILTER._replace(**fields), key_module=said(KeyModule.IKEV2))
    settings = {name: each for name in type(made).model_fields if isinstance(each := getattr(made, name), Setting)}
    assert len(settings) > 10
    assert {name for name, each in settings.items() if type(each.span) is not Span} == set()
    assert {name for name, each in settings.items() if type(each.origin) is not Origin} == set()
