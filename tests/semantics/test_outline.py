"""The picture of a policy: what each rule uses, each word of it, and where it ends."""

from __future__ import annotations

from typing import Any

from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthMethod, AuthPhase, Policy, RuleAction, Security
from ipseclint.model.setting import Setting, Unknown
from ipseclint.report import OutlineNode
from ipseclint.semantics.outline import MAX_RULES, outline, proposal_words
from ipseclint.vocabulary.algorithms import Cipher, Encapsulation, Integrity
from tests.cases import cases
from tests.made_objects import (
    SPAN,
    addresses,
    authentication_set,
    exemption,
    main_mode_proposal,
    main_mode_rule,
    main_mode_set,
    method,
    quick_mode_proposal,
    quick_mode_set,
    rule,
    said,
    to,
)

UNKNOWN: Setting[Any] = Setting(Unknown("strange"), SPAN)


def drawn(nodes: tuple[OutlineNode, ...]) -> list[Any]:
    """Kind and name, detail, and what is below."""
    return [(f"{node.subject.kind} {node.subject.name}", node.detail, *drawn(node.uses)) for node in nodes]


def test_each_rule_stands_with_its_sets_and_loose_sets_behind() -> None:
    policy = Policy(
        main_mode_crypto_sets=(
            main_mode_set("M", id="{M}"),
            main_mode_set("Loose", proposals=(), lifetime_seconds=said(90), quick_mode_limit=said(5)),
            main_mode_set("Shipped", builtin=True),
        ),
        quick_mode_crypto_sets=(quick_mode_set("Q", id="{Q}"),),
        authentication_sets=(
            authentication_set("A", method(AuthMethod.COMPUTER_KERBEROS), method(AuthMethod.PRESHARED_KEY), id="{A}"),
            authentication_set("B", id="{B}", phase=AuthPhase.SECOND),
        ),
        connection_security_rules=(
            rule(
                "R",
                quick_mode_crypto=to("{Q}"),
                first_authentication=to("{A}"),
                second_authentication=to("{B}"),
                inbound=said(Security.REQUIRE),
                outbound=said(Security.REQUEST),
            ),
        ),
        main_mode_rules=(main_mode_rule("X", main_mode_crypto=to("{M}"), first_authentication=to("{A}")),),
    )
    picture = outline(Machine(name="m", policy=policy))
    assert picture is not None
    first = ("authentication_set A", "first authentication: computer-kerberos, preshared-key")
    assert (picture.machine, picture.left_out) == ("m", 0)
    assert drawn(picture.nodes) == [
        (
            "connection_security_rule R",
            "any to 10.0.0.0/8; in require, out request",
            first,
            ("authentication_set B", "second authentication: no methods"),
            (
                "quick_mode_crypto_set Q",
                "PFS none",
                ("proposal ESP AES-128 SHA-256 60 min 100000 KB", ""),
            ),
        ),
        (
            "main_mode_rule X",
            "any to 10.0.0.0/8",
            (
                "main_mode_crypto_set M",
                "480 min, no limit of quick modes",
                ("proposal DH20 AES-256 SHA-256", ""),
            ),
            first,
        ),
        ("main_mode_crypto_set Loose", "90 s, 5 quick modes each"),
    ]


@cases(
    ("fields", "detail"),
    [
        ({"enabled": said(value=False)}, "disabled; any to 10.0.0.0/8; in require, out request"),
        ({"enabled": UNKNOWN}, "any to 10.0.0.0/8; in require, out request"),
        ({"endpoint2": UNKNOWN}, "any to ?; in require, out request"),
        ({"endpoint2": said(())}, "any to any; in require, out request"),
        ({"endpoint2": said(addresses("1.0.0.1", "1.0.0.2", "1.0.0.3"))},
         "any to 1.0.0.1, 1.0.0.2, 1.0.0.3; in require, out request"),
        ({"endpoint2": said(addresses("1.0.0.1", "1.0.0.2", "1.0.0.3", "1.0.0.4"))},
         "any to 1.0.0.1, 1.0.0.2, 1.0.0.3 and 1 more; in require, out request"),
        ({"filter_list": to("L"), "inbound": UNKNOWN}, "filter list L; in strange, out request"),
        ({"action": said(RuleAction.BLOCK)}, "any to 10.0.0.0/8; block"),
        ({"action": UNKNOWN}, "any to 10.0.0.0/8; strange"),
    ],
)  # fmt: skip
def test_a_rule_in_a_line(fields: dict[str, Any], detail: str) -> None:
    picture = outline(Machine(name="m", policy=Policy(connection_security_rules=(rule(**fields),))))
    assert picture is not None
    assert [node.detail for node in picture.nodes] == [detail]


def test_more_than_a_page_shows_is_counted() -> None:
    policy = Policy(
        connection_security_rules=tuple(exemption(f"R{number}", "10.0.0.1") for number in range(MAX_RULES + 2)),
        quick_mode_crypto_sets=tuple(quick_mode_set(f"Q{number}") for number in range(MAX_RULES + 3)),
    )
    picture = outline(Machine(name="m", policy=policy))
    assert picture is not None
    assert (len(picture.nodes), picture.left_out) == (2 * MAX_RULES, 5)
    assert outline(Machine(name="m", policy=Policy())) is None


@cases(
    ("fields", "words"),
    [
        ({}, "ESP AES-128 SHA-256 60 min 100000 KB"),
        ({"encryption": said(Cipher.NONE)}, "ESP unencrypted SHA-256 60 min 100000 KB"),
        (
            {
                "encapsulation": said(Encapsulation.AH),
                "encryption": said(Cipher.NONE),
                "esp_integrity": said(Integrity.NONE),
                "ah_integrity": said(Integrity.SHA1),
            },
            "AH SHA-1 60 min 100000 KB",
        ),
        ({"encryption": UNKNOWN, "ah_integrity": said(Integrity.MD5)}, "ESP strange SHA-256 MD5 60 min 100000 KB"),
        ({"lifetime_seconds": UNKNOWN, "lifetime_kilobytes": UNKNOWN}, "ESP AES-128 SHA-256 ? min ? KB"),
        ({"lifetime_seconds": said(90)}, "ESP AES-128 SHA-256 90 s 100000 KB"),
    ],
)
def test_a_proposal_in_a_line(fields: dict[str, Any], words: str) -> None:
    assert proposal_words(quick_mode_proposal(**fields)) == words


def test_a_set_that_is_not_understood_is_drawn_with_marks() -> None:
    sets = (
        main_mode_set(
            lifetime_seconds=UNKNOWN,
            quick_mode_limit=UNKNOWN,
            proposals=(main_mode_proposal().model_copy(update={"dh_group": UNKNOWN}),),
        ),
    )
    picture = outline(Machine(name="m", policy=Policy(main_mode_crypto_sets=sets)))
    assert picture is not None
    assert drawn(picture.nodes) == [
        ("main_mode_crypto_set P", "? min, ? quick modes each", ("proposal strange AES-256 SHA-256", ""))
    ]
