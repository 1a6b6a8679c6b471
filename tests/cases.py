"""Cases that go one way through the code: one test that tries them all and names those that fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import update_wrapper
from inspect import Parameter, Signature
from itertools import product
from reprlib import Repr
from typing import Any, NamedTuple

import pytest

Test = Callable[..., None]
Ids = Iterable[object] | Callable[[Any], object] | None

IN_SHORT = Repr()
IN_SHORT.maxstring = IN_SHORT.maxother = 200


def cases(names: str | tuple[str, ...], values: Iterable[Any], ids: Ids = None) -> Callable[[Test], Test]:
    """Makes a function one test of all cases; `pytest.mark.parametrize` of the same arguments makes a test of each.

    For pytest to know a case costs more than to try most. All are tried, whatever fails, and share their fixtures: a
    case that needs a folder or a patch of its own, or that people ask for by name, is a test of its own. Of two above
    one function each case of one is tried with each of the other. A mark `drawn(n)` draws of the cases.
    """
    axis = _Axis((names,) if isinstance(names, str) else names, list(values), ids)
    assert axis.values, f"no case of {names}"
    return lambda function: _tries_all(function, (axis, *getattr(function, "axes", ())))


class _Axis(NamedTuple):
    """What some arguments are, case by case, and what the cases are called."""

    names: tuple[str, ...]
    values: list[Any]
    ids: Ids

    def arguments(self, number: int) -> dict[str, Any]:
        return dict(zip(self.names, self._values(number), strict=True))

    def name(self, number: int) -> str:
        if self.ids is None or callable(self.ids):
            return "-".join(str((self.ids or IN_SHORT.repr)(value)) for value in self._values(number))
        return str(list(self.ids)[number])

    def _values(self, number: int) -> tuple[Any, ...]:
        return self.values[number] if len(self.names) > 1 else (self.values[number],)


def _tries_all(function: Test, axes: tuple[_Axis, ...]) -> Test:
    of_one_case = getattr(function, "of_one_case", function)

    def test(**fixtures: Any) -> None:
        failures = []
        for numbers in test.tried:
            case = list(zip(axes, numbers, strict=True))
            arguments = {name: value for axis, number in case for name, value in axis.arguments(number).items()}
            try:
                of_one_case(**fixtures, **arguments)
            except pytest.skip.Exception as skipped:
                raise AssertionError("what is skipped here hides the cases below it") from skipped
            except (Exception, pytest.fail.Exception) as failure:  # noqa: BLE001  # whatever a test fails by
                failure.add_note(f"case: {', '.join(axis.name(number) for axis, number in case)}")
                failures.append(failure)
        if len(failures) == 1:
            raise failures[0]
        if failures:
            raise BaseExceptionGroup(f"{len(failures)} cases", failures)

    update_wrapper(test, function)
    given = {name for axis in axes for name in axis.names}
    code = of_one_case.__code__
    asked = [name for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if name not in given]
    test.__signature__ = Signature([Parameter(name, Parameter.KEYWORD_ONLY) for name in asked])
    test.of_one_case, test.axes = of_one_case, axes
    test.every = test.tried = list(product(*(range(len(axis.values)) for axis in axes)))
    return test
