"""What errors end: `-ErrorAction` and `$ErrorActionPreference` (about_CommonParameters, about_Preference_Variables)."""

from __future__ import annotations

from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator, StatementError
from ipseclint.formats.powershell.script.values.value import Value, text_of

_STOP = frozenset({"stop", "1"})
"""Values of ActionPreference that make an error end what it occurs in: the word, or its number."""


def action_of(call: Call) -> Value | None:
    """What a command is told to do at an error, if it is."""
    named, _ = parameters(call)
    return given(named, "erroraction") or named.get("ea")


def stops_at_error(action: Value | None, run: Evaluator) -> bool:
    """Whether an error of a command ends what it stands in: by its own `-ErrorAction`, or by the preference."""
    asked = action or run.look_up("erroractionpreference")
    return asked is not None and text_of(asked).casefold() in _STOP


def end_at_error(call: Call, run: Evaluator) -> None:
    """End what `Write-Error` stands in, as `throw` does, if errors are to stop it."""
    if stops_at_error(action_of(call), run):
        run.tries.may_fail()
        raise StatementError(stops=True)
