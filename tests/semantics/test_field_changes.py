"""A field that says something else, in words: each kind of value, each length of a list, and what is any."""

from __future__ import annotations

from typing import Any

from ipseclint.model.policy import AuthMethod, Dialect, Profile
from ipseclint.model.selectors import ANY_ADDRESS, LegacyFilter, PortRange
from ipseclint.model.setting import Secret, Setting, Unknown
from ipseclint.semantics.field_changes import FieldChange, belongs_to_a_rule, field_change, set_words
from ipseclint.vocabulary.algorithms import DhGroup
from tests.cases import cases
from tests.made_objects import (
    SPAN,
    addresses,
    authentication_set,
    main_mode_proposal,
    main_mode_set,
    method,
    quick_mode_set,
    said,
    to,
)

(PEER,) = addresses("10.0.0.1")


def filter_(*fields: Any) -> LegacyFilter:
    return LegacyFilter(ANY_ADDRESS, PEER, *fields, 1, 1)


@cases(
    ("name", "old", "new", "was", "is_"),
    [
        ("name", None, "x", None, "x"),
        ("sa_idle_seconds", said(300), None, "300", None),
        ("action", Setting(Unknown("odd"), SPAN), Setting(Unknown("", hidden=True), SPAN),
         "not understood: odd", "hidden"),
        ("enabled", said(True), said(False), "yes", "no"),
        ("quick_mode_crypto", to("{A}"), to("{B}"), "{A}", "{B}"),
        ("mode", said(frozenset({"b", "a"})), said(frozenset()), "a, b", "none"),
        ("local_rules_merge", {"public": said(True)}, {}, "public: yes", "not set"),
        ("proposals", (main_mode_proposal(),), (), "DH20 AES-256 SHA-256", "none"),
        ("methods", (method(AuthMethod.COMPUTER_KERBEROS),), (method(AuthMethod.COMPUTER_NTLM),),
         "computer-kerberos", "computer-ntlm"),
        ("protocol", said(None), said(6), "any", "tcp"),
        ("protocol", said(17), None, "udp", None),
        ("port1", said(()), said((PortRange(80, 81), PortRange(443, 443))), "any", "80-81, 443"),
        ("profiles", said(frozenset()), said(frozenset({Profile.PUBLIC})), "any", "public"),
        ("endpoint1", said(()), said(addresses("10.0.0.1", "10.0.0.2")), "none", "10.0.0.1, 10.0.0.2"),
        ("filters", (filter_(None, 0, 0, True),), (filter_(6, 0, 445, False),),
         "any to 10.0.0.1 mirrored", "any to 10.0.0.1 tcp port any to 445"),
        ("filters", (filter_(17, 500, 0, False),), (), "any to 10.0.0.1 udp port 500 to any", "none"),
    ],
)  # fmt: skip
def test_what_a_field_said_and_says(name: str, old: Any, new: Any, was: str | None, is_: str | None) -> None:
    assert field_change(name, old, new) == FieldChange(name.replace("_", " "), was, is_)


def some(*numbers: int) -> Setting[Any]:
    return said(addresses(*(f"10.0.0.{number}" for number in numbers)))


@cases(
    ("old", "new", "was", "is_"),
    [
        (some(1, 2, 3, 4, 5), some(1), "10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5", "10.0.0.1"),
        (some(1, 2, 3, 4, 5, 6), some(1, 2, 3, 4, 5), "without none", "without 10.0.0.6"),
        (some(1), some(1, 2, 3, 4, 5, 6), "without 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5, 10.0.0.6", "without none"),
        (
            some(1, 2, 3, 4, 5, 6, 7),
            some(),
            "without none",
            "without 10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5 and 2 more",
        ),
        (
            some(1, 2, 3, 4, 5, 6),
            some(6, 5, 4, 3, 2, 1),
            "10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5 and 1 more",
            "10.0.0.6, 10.0.0.5, 10.0.0.4, 10.0.0.3, 10.0.0.2 and 1 more",
        ),
        (some(1, 1, 2, 3, 4, 5), some(1, 2, 3, 4, 5, 6), "without 10.0.0.6", "without 10.0.0.1"),
    ],
)
def test_of_a_long_list_the_parts_are_said_that_differ(old: Any, new: Any, was: str, is_: str) -> None:
    assert field_change("endpoint1", old, new) == FieldChange("endpoint1", was, is_)


def test_another_key_is_said_where_no_word_differs() -> None:
    def keyed(text: str) -> Any:
        return (method(AuthMethod.PRESHARED_KEY, preshared_key=said(Secret(text))),)

    one, other = keyed("first key of the two"), keyed("second key of the two")
    assert field_change("methods", one, other).new == "preshared-key, but another key"
    assert field_change("methods", one, keyed("first key of the two")).new == "preshared-key"


@cases(
    ("crypto", "is_own", "words"),
    [
        (None, False, "Windows' default"),
        (main_mode_set("P", id="{P}"), False, "P: DH20 AES-256 SHA-256"),
        (main_mode_set("P"), True, "DH20 AES-256 SHA-256"),
        (main_mode_set("P", proposals=()), True, "nothing"),
        (main_mode_set("P", dialect=Dialect.DYNAMIC), False, "P: DH20 AES-256 SHA-256"),
        (
            quick_mode_set("Q", pfs_group=said(DhGroup.ECP_384)),
            True,
            "ESP AES-128 SHA-256 60 min 100000 KB, perfect forward secrecy DH20",
        ),
        (authentication_set("A", method(AuthMethod.COMPUTER_NTLM)), True, "computer-ntlm"),
        (authentication_set("A", inline=False, id="{A}"), False, "A: nothing"),
        (authentication_set("A", inline=True, id="{A}"), True, "nothing"),
    ],
)
def test_a_set_in_words(crypto: Any, is_own: bool, words: str) -> None:
    assert (belongs_to_a_rule(crypto), set_words(crypto)) == (is_own, words)
