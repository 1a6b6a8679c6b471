"""By what a rule has an end prove who it is, where it names no methods of a phase."""

from __future__ import annotations

from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthPhase, Policy
from ipseclint.semantics.proofs import proof_of
from tests.made_objects import main_mode_rule


def test_no_method_weighs_what_its_phase_says() -> None:
    """A second phase that is not there asks less than any; a first that is not there is not known."""
    rule = main_mode_rule("M")
    machine = Machine(name="m", policy=Policy(main_mode_rules=(rule,)))
    for missing in (-1, None, 2):
        assert proof_of(machine, rule, AuthPhase.SECOND, missing).weight == missing
