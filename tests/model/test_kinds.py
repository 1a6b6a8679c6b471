from __future__ import annotations

from typing import get_args, get_origin, get_type_hints

from ipseclint.engine.rulesets.custom_rules import CustomRule
from ipseclint.late import loaded
from ipseclint.model.kinds import KIND_OF, KINDS, OBJECT_KINDS, ObjectKind, PolicyObject, label, noun_of
from ipseclint.model.policy import ConnectionSecurityRule, Dialect, MainModeRule, Policy
from ipseclint.source import Span
from tests import made_objects as made
from tests.cases import cases


def test_every_field_of_a_policy_that_holds_objects_is_of_one_kind() -> None:
    of_tuples = {
        name: loaded(get_args(hint)[0]) for name, hint in get_type_hints(Policy).items() if get_origin(hint) is tuple
    }
    held = {name: each for name, each in of_tuples.items() if isinstance(each, type) and each not in {str, Span}}
    assert [(kind.field, kind.type) for kind in KINDS] == list(held.items())


def test_what_can_be_the_subject_of_a_finding_is_what_has_a_kind() -> None:
    assert [kind.type for kind in OBJECT_KINDS] == list(map(loaded, get_args(PolicyObject)))
    assert [kind.key for kind in KINDS if getattr(kind.type, "kind", None)] == [kind.key for kind in OBJECT_KINDS]
    assert [kind.type.kind for kind in OBJECT_KINDS] == [kind.key for kind in OBJECT_KINDS]


def test_custom_rules_can_look_at_every_kind_of_object() -> None:
    assert get_args(CustomRule.model_fields["object"].annotation) == tuple(kind.key for kind in OBJECT_KINDS)


@cases("kind", KINDS, ids=lambda kind: kind.key)
def test_references_and_halves_are_fields_that_exist(kind: ObjectKind) -> None:
    fields = {*ConnectionSecurityRule.model_fields, *MainModeRule.model_fields}
    assert fields >= set(kind.references)
    assert kind.half is None or kind.half in Policy.model_fields


@cases(
    ("key", "dialect", "word"),
    [
        ("main_mode_crypto_set", Dialect.WFAS, "main-mode crypto set"),
        ("main_mode_crypto_set", Dialect.IP_SECURITY_POLICY, "policy"),
        ("quick_mode_crypto_set", Dialect.DYNAMIC, "qmpolicy"),
        ("authentication_set", Dialect.IP_SECURITY_POLICY, "rule"),
        ("global_settings", Dialect.WFAS, "global settings"),
    ],
)
def test_a_kind_is_called_as_its_tool_calls_it(key: str, dialect: Dialect, word: str) -> None:
    assert KIND_OF[key].called(dialect) == word


@cases(
    ("thing", "noun", "title"),
    [
        (made.rule("R"), "connection security rule", 'connection security rule "R"'),
        (made.rule("R", dialect=Dialect.DYNAMIC), "rule", 'rule "R"'),
        (made.main_mode_set("P", dialect=Dialect.IP_SECURITY_POLICY), "policy", 'policy "P"'),
    ],
)
def test_an_object_is_called_by_its_kind_and_name(thing: PolicyObject, noun: str, title: str) -> None:
    assert (noun_of(thing), label(thing)) == (noun, title)
