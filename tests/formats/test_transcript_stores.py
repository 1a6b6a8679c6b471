"""What a transcript has twice, typed and printed, is that which was printed; what was only typed stays."""

from __future__ import annotations

from typing import Any

from tests import made_objects as made
from tests.cases import cases
from tests.formats.test_every_format import FORMATS

from ipseclint.formats.parsed import Parsed
from ipseclint.formats.transcript.stores import one_store
from ipseclint.model.policy import Dialect, FilterAction, Policy, RuleAction

LEGACY = Dialect.IP_SECURITY_POLICY


def action(name: str) -> FilterAction:
    negotiate, off = made.said(RuleAction.NEGOTIATE), made.left(value=False)
    return FilterAction(
        name=name, span=made.SPAN, action=negotiate, accept_unsecured_inbound=off, allow_unsecured_fallback=off
    )


KINDS: dict[str, Any] = {
    "filter_actions": action,
    "main_mode_crypto_sets": lambda name: made.main_mode_set(name, dialect=LEGACY),
    "quick_mode_crypto_sets": lambda name: made.quick_mode_set(name, dialect=LEGACY),
    "connection_security_rules": lambda name: made.rule(name, dialect=LEGACY),
}


@cases("script", ["netsh-script", "powershell-script"])
@cases("kind", KINDS)
def test_what_was_only_typed_stays_and_what_was_printed_too_is_held_once(kind: str, script: str) -> None:
    make = KINDS[kind]
    typed = Policy(**{kind: (make("Both"), make("Typed"))})
    printed = Policy(**{kind: (make("BOTH"),), "filter_actions": (action("BOTH"),)})
    parts = [Parsed(policy=typed), Parsed(policy=printed)]
    joined = one_store(parts, [FORMATS[script], FORMATS["netsh-ipsec-show"]])
    assert [[each.name for each in getattr(part.policy, kind)] for part in joined] == [["Typed"], ["BOTH"]]


@cases("kind", KINDS)
def test_where_nothing_is_printed_all_that_was_typed_stays(kind: str) -> None:
    parts = [Parsed(policy=Policy(**{kind: (KINDS[kind]("A"),)})), Parsed()]
    assert one_store(parts, [FORMATS["netsh-script"], FORMATS["netsh-ipsec-show"]]) == parts
