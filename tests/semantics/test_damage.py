"""A damaged or mixed export is told from a changed policy."""

from __future__ import annotations

from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.semantics.damage import Fit, Mixture, best_first, mixture, signs_of_damage
from ipseclint.vocabulary.algorithms import Cipher
from tests.made_objects import quick_mode_proposal, quick_mode_set, rule, said, to


def state(*ciphers: Cipher) -> Machine:
    sets = tuple(
        quick_mode_set("Shared", id="{S}", proposals=(quick_mode_proposal(encryption=said(each)),)) for each in ciphers
    )
    rules = (rule(name="R", quick_mode_crypto=to("{S}")),)
    return Machine(name="m", policy=Policy(quick_mode_crypto_sets=sets, connection_security_rules=rules))


def test_a_changed_policy_is_not_damaged() -> None:
    assert list(signs_of_damage(state(Cipher.AES_128), "new", state(Cipher.AES_256), "old")) == []


def test_a_set_that_a_rule_still_uses_was_lost() -> None:
    (sign,) = signs_of_damage(state(), "new", state(Cipher.AES_256), "old")
    assert sign.startswith('connection security rule "R" uses {S}, which old has and new has not')


def test_one_id_with_two_meanings_is_of_two_states() -> None:
    mixed = state(Cipher.AES_128, Cipher.AES_256, Cipher.AES_192)
    (sign,) = signs_of_damage(mixed, "new", state(Cipher.AES_256), "old")
    assert sign == "new has two objects of the id {S} that say different things: it is mixed from two states"


def test_two_gpos_may_each_have_a_set_of_one_id() -> None:
    machine = state(Cipher.AES_128, Cipher.AES_256)
    one, other = machine.policy.quick_mode_crypto_sets
    moved = machine.policy.model_copy(
        update={"quick_mode_crypto_sets": (one, other.model_copy(update={"store": "example\\IPsec"}))}
    )
    assert list(signs_of_damage(machine.with_policy(moved), "new", state(Cipher.AES_256), "old")) == []


def fits(*alike: str, other: str = "", foreign: str = "", missing: str = "", name: str = "a") -> Fit:
    return Fit(name, alike, tuple(other), tuple(missing), tuple(foreign))


def test_two_backups_explain_together_what_neither_does_alone() -> None:
    other = fits("y", "z", foreign="x", name="b")
    for best in (fits("x", "z", other="y"), fits("x", "z", foreign="y")):
        assert mixture([best, fits("z", name="c"), other]) == Mixture(("a", "b"), (("x",), ("y",)))
    assert mixture([fits("x", "z", other="y"), fits("z", name="b")]) is None
    assert mixture([fits("z", other="y"), other]) is None
    assert mixture([]) is None


def test_the_backup_that_leaves_least_unexplained_fits_best() -> None:
    best = [
        fits("x", "z"),
        fits("x", "z", missing="w"),
        fits("x", "z", "v", foreign="y"),
        fits("x", "z", other="y"),
        fits("x", other="y", foreign="z"),
        fits(),
    ]
    assert best_first(best[::-1]) == tuple(best)
