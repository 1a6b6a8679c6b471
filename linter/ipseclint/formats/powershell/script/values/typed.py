"""Type conversions that end the statement if they fail: casts, typed variables, parameters."""

from __future__ import annotations

from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.values.conversions import converted
from ipseclint.formats.powershell.script.values.value import Nothing, Perhaps, Unknown, Value


def as_type(value: Value, type_name: str, run: Evaluator) -> Value:
    """A value converted to a type, by folded name without brackets; a failure ends the statement."""
    of_class = run.classes.converted(value, type_name, run)
    if of_class is not None:
        return certain(of_class, run)
    data = converted(value, type_name)
    if type_name == "void":
        return Nothing(None, value.start, value.end)
    for item in data if isinstance(data, list) and data is not value.data else ():
        certain(item, run)
    kind = Perhaps if isinstance(value, Perhaps) else Value
    return certain(value if data is value.data else kind(data, value.start, value.end), run)


def certain(value: Value, run: Evaluator) -> Value:
    """A computed value; if PowerShell raises an error instead, the statement ends."""
    if isinstance(value.data, Unknown) and value.data.is_error:
        run.end_statement(value.data.why, value.start, value.end)
    return value
