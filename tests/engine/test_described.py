"""Inputs of one machine are checked together; what was found on an only input holds for it."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.checked import Checked, Work, check_alone
from ipseclint.engine.described import Described, described
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.secrets.masks import MASK
from ipseclint.source import bytes_source
from tests.cases import cases

KEY = "open-sesame-77"
TEXTS = {
    "f/a.cmd": 'netsh ipsec static add policy name="P" mmlifetime=5\r\n',
    "f/b.cmd": f'netsh advfirewall consec add rule name="R" endpoint1=any endpoint2=any action=requestinrequestout '
    f'auth1=computerpsk auth1psk="{KEY}"\r\n',
}


def left_of(folder: str | None, **changes: Any) -> tuple[list[Checked], Work]:
    """What is left of the texts, and by what they were looked at."""
    ruleset = load_ruleset("default")
    rule = ruleset.find("QD001")
    assert rule is not None
    job = Job(plans=(Plan(ruleset, (rule,)),))
    work = Work(plans=job.plans, site=job.site, as_of=job.today, **changes)
    left = []
    for path, text in TEXTS.items():
        one = check_alone(Candidate(source=bytes_source(path, text.encode()), named=True, folder=folder), work)
        assert isinstance(one, Checked)
        left.append(one)
    return left, work


def test_each_input_is_a_machine_of_its_own() -> None:
    left, work = left_of(None, objects=True, digests=True)
    machines = list(described(left, None, work))
    assert machines == [
        Described(each.source.path, (each,), None, each.crashes, each.objects, each.digest) for each in left
    ]


@cases("wanted", [True, False])
def test_what_is_named_as_one_machine_is_checked_as_one(wanted: bool) -> None:
    left, work = left_of("f", objects=wanted, digests=wanted)
    (machine,) = described(left, f"host {KEY}", work)
    assert machine.name == f"host {MASK}"
    assert machine.inputs == tuple(left)
    assert machine.findings is not None
    assert [(each.code, each.span.path, each.machine) for each in machine.findings] == [
        ("QD001", "f/a.cmd", f"host {MASK}")
    ]
    assert (machine.crashes, machine.objects is not None, machine.digest is not None) == ((), wanted, wanted)
    assert machine.has_evidence is False
    again = machine.machine(work.site, work.as_of)
    assert again.name == machine.name
    assert len(again.policy.policies) == len(again.policy.connection_security_rules) == 1


def test_what_is_not_checked_alone_is_checked_here() -> None:
    left, work = left_of("f", alone=False)
    assert [each.findings for each in left] == [None, None]
    machines = list(described(left[:1], None, work))
    assert [len(each.findings or ()) for each in machines] == [1]


def test_a_machine_has_evidence_if_one_of_its_inputs_has() -> None:
    left, _ = left_of("f")
    some = Described("m", tuple(left), None, (), None, None)
    assert not some.has_evidence

    assert replace(some, inputs=(left[0], replace(left[1], has_evidence=True))).has_evidence
