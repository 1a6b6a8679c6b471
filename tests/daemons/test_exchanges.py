"""Kinds of exchange, identities and EAP, held to what two daemons do: what drawn policies do not vary."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from ipseclint.engine.negotiate import answers
from ipseclint.semantics.negotiation.table import Side
from tests.daemons import lab
from tests.daemons.lab import ADDRESSES
from tests.daemons.policies import Policy, configuration, secrets
from tests.daemons.test_daemons import MISSING, PAIRS, happens
from tests.semantics.negotiation.two_ends import machine

pytestmark = [pytest.mark.long, pytest.mark.skipif(MISSING is not None, reason=f"the lab needs {MISSING}")]

KEY = "the key of both ends"
ANYBODY = f': PSK "{KEY}"\n'
Written = Callable[[str, str], str]
"""A configuration with something changed in it, by its kind of daemon."""


def policy(end: str, version: int) -> Policy:
    """The policy of one end, which agrees with that of the other."""
    suite, nets = ("aes256", "sha256", "modp2048"), ("10.1.0.0/16", "10.2.0.0/16")
    one = Policy(version, (suite,), (("aes256", "sha256", "esp"),), None, "tunnel", KEY, *nets)
    return one if end == "a" else replace(one, local=one.remote, remote=one.local)


def plain(text: str, _kind: str) -> str:
    """A configuration as it is."""
    return text


def aggressive(text: str, kind: str) -> str:
    """In aggressive mode."""
    if kind == "strongswan":
        return text.replace("  version = 1\n", "  version = 1\n  aggressive = yes\n")
    return text.replace("\tikev2=no\n", "\tikev2=no\n\taggressive=yes\n")


def named(end: str, own: str, other: str) -> Written:
    """With identities that are names."""

    def write(text: str, kind: str) -> str:
        if kind == "libreswan":
            return text.replace("\tauto=add\n", f"\tauto=add\n\tleftid=@{own}\n\trightid=@{other}\n")
        mine, theirs = (ADDRESSES[end], ADDRESSES["b" if end == "a" else "a"])
        return text.replace(f"id = {mine}", f"id = {own}").replace(f"id = {theirs}", f"id = {other}")

    return write


def nameless(text: str, kind: str) -> str:
    """Without an identity: an end with a key shows its address then."""
    return re.sub(r"   id = \S+\n", "", text, count=1) if kind == "strongswan" else text


def elsewhere(end: str) -> Written:
    """With its peer at an address where nobody is."""
    there = ADDRESSES["b" if end == "a" else "a"]
    words = f"remote_addrs = {there}", f"right={there}"

    def write(text: str, _kind: str) -> str:
        for each in words:
            text = text.replace(each, each.replace(there, "198.51.100.9"))
        return text

    return write


def sides_exchanged(text: str, kind: str) -> str:
    """Of libreswan alone: the file of the other end, whose `right` is this one."""
    if kind != "libreswan":
        return text
    return re.sub("left|right", lambda side: {"left": "right", "right": "left"}[side[0]], text)


def childless(word: str) -> Written:
    """Of strongSwan alone: whether IKEv2 begins without a child."""
    return lambda text, _kind: text.replace("  version = 2\n", f"  version = 2\n  childless = {word}\n")


def by_eap(side: str) -> Written:
    """Of strongSwan alone: one side proves who it is by EAP."""
    secret = f'secrets {{\n eap-x {{\n  id = {ADDRESSES["a"]}\n  secret = "{KEY}"\n }}\n'

    def write(text: str, _kind: str) -> str:
        head, sign, tail = text.partition(f"  {side} {{\n   auth = psk")
        return head + sign.replace("psk", "eap-md5") + tail.replace("secrets {\n", secret)

    return write


CASES: dict[str, tuple[int, Written, Written]] = {
    **{
        f"{one.__name__} with {other.__name__} mode": (1, one, other)
        for one in (plain, aggressive)
        for other in (plain, aggressive)
    },
    **{
        f"IKEv{version}, {what}": (version, named("a", "a.example", wanted), named("b", "b.example", expected))
        for version in (1, 2)
        for what, wanted, expected in (
            ("names that are expected", "b.example", "a.example"),
            ("another name of the responder", "z.example", "a.example"),
            ("another name of the initiator", "b.example", "z.example"),
        )
    },
}
CASES |= {
    f"IKEv{version}, {what}": (version, one, other)
    for version in (1, 2)
    for what, one, other in (
        ("no identity", nameless, plain),
        ("no identity where a name is expected", nameless, named("b", "b.example", "a.example")),
        ("a peer elsewhere", elsewhere("a"), plain),
        ("its peer elsewhere", plain, elsewhere("b")),
        ("sides exchanged at one end", plain, sides_exchanged),
        ("sides exchanged at the other", sides_exchanged, plain),
    )
}
OF_STRONGSWAN: dict[str, tuple[int, Written, Written]] = {
    **{
        f"childless {one} with {other}": (2, childless(one), childless(other))
        for one, other in (
            ("force", "never"),
            ("never", "force"),
            ("force", "force"),
            ("force", "allow"),
            ("allow", "force"),
        )
    },
    "EAP of the initiator": (2, by_eap("local"), by_eap("remote")),
    "EAP that the responder does not take": (2, by_eap("local"), plain),
    "EAP that the initiator does not do": (2, plain, by_eap("remote")),
}


def proved_by(words: str) -> Written:
    """Of libreswan alone: another way in which both ends prove who they are."""
    return lambda text, _kind: text.replace("\tauthby=secret\n", words)


NULL = proved_by("\tauthby=null\n")
OF_LIBRESWAN: dict[str, tuple[int, Written, Written]] = {
    "null of both ends, by no name": (2, NULL, proved_by("\tleftauth=null\n\trightauth=null\n")),
    "null of the initiator, by no name": (2, NULL, plain),
    "null of the responder, by no name": (2, plain, NULL),
}


def disagreements(kinds: tuple[str, str]) -> Iterator[str]:
    """The cases in which the verdict is not what the daemons do."""
    cases = {**CASES, **{"strongswan": OF_STRONGSWAN, "libreswan": OF_LIBRESWAN}.get("".join(set(kinds)), {})}
    with lab.Lab(*kinds) as two:
        for what, (version, *written) in cases.items():
            texts = {
                end: write(configuration(policy(end, version), end, kind), kind)
                for end, kind, write in zip("ab", kinds, written, strict=True)
            }
            keys = dict.fromkeys(
                "ab", ANYBODY if "name" in what or "identity" in what else secrets(policy("a", version))
            )
            seen = two.negotiate(texts, keys)
            ends = [
                machine(texts[end], end, keys[end] if kind == "libreswan" else None)
                for end, kind in zip("ab", kinds, strict=True)
            ]
            (row,) = answers(*ends, (Side.A,))
            said = happens(row.outcome)
            if said not in {None, seen}:
                yield f"{what}: {said} was said, and it {seen}"


@pytest.mark.parametrize("kinds", PAIRS, ids=" to ".join)
def test_kinds_of_exchange_are_what_the_daemons_do(kinds: tuple[str, str]) -> None:
    if "libreswan" in kinds and not lab.has_libreswan():
        pytest.skip("libreswan is not here")
    assert list(disagreements(kinds)) == []
