from __future__ import annotations

from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy


def test_what_a_function_works_out_of_a_machine_is_worked_out_once_and_not_for_another() -> None:
    asked: list[str] = []

    def length(machine: Machine) -> int:
        asked.append(machine.name)
        return len(machine.name)

    one, other = Machine(name="one", policy=Policy()), Machine(name="other", policy=Policy())
    assert [one.once(length), one.once(length), other.once(length)] == [3, 3, 5]
    assert asked == ["one", "other"]
    assert one.with_policy(Policy()).once(length) == 3
    assert asked == ["one", "other", "one"]


def test_what_was_worked_out_is_no_part_of_a_machine() -> None:
    one = Machine(name="one", policy=Policy())
    one.once(lambda machine: machine.name)
    assert one == Machine(name="one", policy=Policy())
