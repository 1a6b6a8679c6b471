from __future__ import annotations

import pickle
import re
import sys
from copy import copy
from types import ModuleType
from typing import Any

import pytest

from ipseclint.late import LateModule, LateName, late, late_names, loaded, standing_in
from tests.cases import cases

NAME = "written_for_a_test"


@pytest.fixture
def _module(tmp_path, monkeypatch):
    text = "class Kind:\n    ONE = 1\ndef twice(number, *, more=0):\n    return 2 * number + more\n"
    (tmp_path / f"{NAME}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop(NAME, None)


@pytest.mark.usefixtures("_module")
def test_a_name_is_loaded_when_it_is_called_or_a_member_is_asked_for() -> None:
    twice, kind = late_names(NAME, "twice", "Kind")
    assert (twice.__module__, twice.__qualname__) == (NAME, "twice")
    assert NAME not in sys.modules
    assert twice(3, more=1) == 7
    assert kind.ONE == 1
    with pytest.raises(AttributeError, match="TWO"):
        _ = kind.TWO


@pytest.mark.usefixtures("_module")
def test_what_python_asks_of_any_object_loads_nothing() -> None:
    for each in (LateModule(NAME), LateName(NAME, "Kind")):
        assert not hasattr(each, "__path__")
    assert NAME not in sys.modules
    assert LateModule(NAME).twice(3) == 6


@pytest.mark.usefixtures("_module")
def test_what_is_imported_while_a_late_module_stands_in_is_loaded_when_it_is_used(monkeypatch) -> None:
    package = ModuleType("package_for_a_test")
    package.__path__ = []
    monkeypatch.setitem(sys.modules, package.__name__, package)
    with monkeypatch.context() as meanwhile:
        meanwhile.setitem(sys.modules, f"{package.__name__}.part", LateModule(NAME))
        names: dict[str, Any] = {}
        exec("from package_for_a_test import part", names)  # noqa: S102 - a statement alone takes what stands in
    assert NAME not in sys.modules
    assert names["part"].twice(3) == 6


@pytest.mark.usefixtures("_module")
def test_a_late_module_that_is_used_while_it_stands_in_gives_way() -> None:
    late_module = LateModule(NAME)
    with standing_in({NAME: late_module, "sys": late_module}):
        assert sys.modules[NAME] is late_module
        assert sys.modules["sys"] is sys
        assert late_module.twice(3) == 6
        module = sys.modules[NAME]
        assert module is not late_module
    assert sys.modules[NAME] is module


def test_what_stands_in_is_gone_behind_it_whatever_happens() -> None:
    with pytest.raises(ValueError, match="such"), standing_in({NAME: LateModule(NAME)}):
        raise ValueError("such")
    assert NAME not in sys.modules


@pytest.mark.usefixtures("_module")
def test_of_a_class_that_is_not_loaded_there_are_no_objects() -> None:
    kind, function = late_names(NAME, "Kind", "twice")
    assert not isinstance(1, kind)
    assert NAME not in sys.modules
    made = kind()
    assert isinstance(made, kind)
    assert isinstance(made, (str, kind))
    assert type(made) is loaded(kind)
    assert not isinstance(1, kind)
    assert loaded(function) is sys.modules[NAME].twice
    assert loaded(1) == 1


def test_names_of_one_function_are_one_and_cross_to_another_process() -> None:
    one, other = LateName(NAME, "twice"), LateName(NAME, "Kind")
    assert {one, *late_names(NAME, "twice")} == {one}
    assert one != other
    assert pickle.loads(pickle.dumps(one)) == one
    assert NAME not in sys.modules


@cases(("flags", "expected"), [(0, ["ab"]), (re.IGNORECASE, ["ab", "AB"])])
def test_an_expression_is_what_re_compiles(flags: int, expected: list[str]) -> None:
    made, text = late("a.", flags), "ab AB"
    assert [match[0] for match in made.finditer(text)] == expected
    assert made.findall(text) == made.findall(text) == expected
    assert (made.pattern, made.flags) == ("a.", re.compile("a.", flags).flags)
    assert made.sub("-", "ab") == "-"
    assert {"search", "finditer", "sub"} <= vars(made).keys()  # asked of the expression itself from now on


def test_an_expression_has_no_more_than_one_of_re_has() -> None:
    made = late("a")
    assert not hasattr(made, "__len__")
    assert not hasattr(made, "__wrapped__")
    with pytest.raises(AttributeError):
        _ = made.no_such  # type: ignore[attr-defined]
    assert copy(made).search("a") is not None
