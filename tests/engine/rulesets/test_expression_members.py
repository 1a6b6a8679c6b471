"""A member that no object has is named when the rule is loaded, since CEL would only never find it."""

from __future__ import annotations

from typing import get_args

import pytest

from ipseclint.engine.rulesets.custom_rules import CustomRule
from ipseclint.engine.rulesets.expression_members import object_shape, site_shape, unknown_members
from tests.cases import cases


def unknown(expression: str, kind: str = "connection_security_rule") -> list[str]:
    roots = {"object": object_shape(kind), "site": site_shape()}
    return list(unknown_members(expression, roots))


@pytest.mark.parametrize(
    "expression",
    [
        'object.quick_mode.proposals.all(p, !p.encryption.startsWith("AES"))',
        "object.quick_mode.proposals[0].lifetime_seconds > 3",
        'object.endpoint1.exists(e, e.startsWith("10."))',
        "has(object.first_authentication_set) && object.enabled",
        'object.name == "objct.foo" // objct',
        'object.name == r"objct" || object.name == """objct.a"""',
        'site.nat_groups.exists(g, g.initiators > 3) || "10.0.0.1" in site.dns_servers',
        "object.quick_mode.proposals.filter(p, p.lifetime_seconds > 5).exists(q, q.encryption == 'AES128')",
        "size(object.quick_mode.proposals) > int(3.5)",
    ],
)
def test_members_of_the_model_are_known(expression: str) -> None:
    assert unknown(expression) == []


@cases(
    ("expression", "fault"),
    [
        ("objct.enabled", "unknown name 'objct'; an expression sees object and site"),
        ("has(object.quick_mod)", "a connection_security_rule has no 'quick_mod'; did you mean 'quick_mode'?"),
        ("object.quick_mode.proposal", "a quick_mode_crypto_set has no 'proposal'; did you mean 'proposals'?"),
        (
            'object.quick_mode.proposals.exists(p, p.encription == "x")',
            "a quick mode proposal has no 'encription'; did you mean 'encryption'?",
        ),
        (
            "object.quick_mode.proposals[0].lifetime > 3",
            "a quick mode proposal has no 'lifetime'; did you mean 'lifetime_seconds'?",
        ),
        (
            "object.quick_mode.proposals.encryption == 'x'",
            "'encryption' is asked of a list; index it, or use exists or all",
        ),
        (
            "object.quick_mode.proposals.filter(p, true).all(q, object.endpoint1.exists(e, q.encription == e))",
            "a quick mode proposal has no 'encription'; did you mean 'encryption'?",
        ),
        ("object.name.text == 'x'", "'text' is asked of a value without members"),
        ("site.nat_groups.exists(g, g.initiator > 3)", "a nat group has no 'initiator'; did you mean 'initiators'?"),
        (
            "object.quick_mode.proposals.all(p, true) && p.enabled",
            "unknown name 'p'; an expression sees object and site",
        ),
    ],
)
def test_a_slip_of_the_pen_is_named(expression: str, fault: str) -> None:
    assert unknown(expression) == [fault]


def test_every_kind_that_a_rule_can_look_at_has_a_shape() -> None:
    kinds = get_args(CustomRule.model_fields["object"].annotation)
    assert [kind for kind in kinds if {"kind", "name"} - set(object_shape(kind).members or {})] == []


@cases(
    ("kind", "known", "fault"),
    [
        (
            "filter_list",
            "object.filters.all(f, f.mirrored && f.destination_port == 445 && f.source == 'me')",
            ("object.filters[0].port == 1", "a legacy filter has no 'port'"),
        ),
        (
            "connection_security_rule",
            "object.kind == 'x' && object.quick_mode.kind == 'y'",
            ("object.quick_mode.proposals[0].kind == 'z'", "a quick mode proposal has no 'kind'"),
        ),
        (
            "vpn_connection",
            "object.eap.methods[0] == 13 && object.main_mode_crypto.target == 'S'",
            ("object.eap.method == 13", "a eap choice has no 'method'; did you mean 'methods'?"),
        ),
    ],
)
def test_members_are_known_however_deep_and_of_whatever_kind_of_value(
    kind: str, known: str, fault: tuple[str, str]
) -> None:
    assert unknown(known, kind) == []
    (said,) = unknown(fault[0], kind)
    assert said.startswith(fault[1])
