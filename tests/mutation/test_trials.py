"""The tool that changes rooms reaches every module, and a change that it makes is really there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FunctionType, SimpleNamespace

import pytest

from ipseclint import words
from tests import ROOT
from tests.mutation import mutate_rooms, rooms
from tests.mutation.changes import Change, changes
from tests.mutation.mutate_rooms import equivalents, is_equivalent
from tests.mutation.rooms import CONSTANTS, PACKAGE, ROOMS, modules_of
from tests.mutation.trials import (
    Known,
    MarkingLoader,
    Trials,
    can_be_taken_on,
    function_around,
    in_a_process,
    take_on,
)

pytestmark = pytest.mark.drawn(3)

WORDS = PACKAGE / "words.py"


@pytest.fixture(autouse=True)
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def change_of(kind: str, text: str) -> Change:
    return next(change for change in changes(WORDS) if (change.kind, change.text) == (kind, text))


def test_every_module_is_in_one_room() -> None:
    counts = Counter(module for room in ROOMS for module in modules_of(room))
    assert {module for module, count in counts.items() if count != 1} == set()
    assert set(PACKAGE.rglob("*.py")) - set(counts) == set()


@pytest.mark.parametrize("room", ROOMS)
def test_the_tests_that_a_room_names_are_there(room: str) -> None:
    assert [part for part in ROOMS[room][1] if not (Path("tests") / part).exists()] == []


def test_a_module_is_tried_on_its_mirror_first_and_on_those_that_import_it() -> None:
    near, broad = rooms.tests_of(PACKAGE / "load" / "erlang.py", "load")
    assert near[0] == Path("tests/load/test_erlang.py")
    assert Path("tests/cli/test_load.py") in broad
    assert set(near) & set(broad) == set()


def test_a_function_that_is_there_takes_on_a_change() -> None:
    change = change_of("flip comparison", "number == 1")
    index = {str(ROOT / WORDS): [each for each in vars(words).values() if isinstance(each, FunctionType)]}

    def changed_words() -> str:
        vars(words)["__entered__"] = set()
        take_on(change, index)
        return words.plural(1, "rule")

    assert function_around(change) == "plural"
    assert (in_a_process(changed_words), words.plural(1, "rule")) == ("1 rules", "1 rule")


def test_a_limit_is_tried_on_all_that_is_stored_of_constants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = next(each for each in changes(PACKAGE / "source.py") if each.kind == "off by one")
    tried: list[tuple[list[Path], dict[Path, set[str]]]] = []

    def note(_change: Change, tests: list[Path], _seconds: float, _known: Known, chosen: dict[Path, set[str]]) -> str:
        tried.append((tests, chosen))
        return "loading"

    monkeypatch.setattr(mutate_rooms, "fresh", note)
    assert mutate_rooms.unnoticed([limit], "source", 0) == []
    ((tests, chosen),) = tried
    assert tests[0] == CONSTANTS
    assert CONSTANTS not in chosen


def test_a_method_that_no_longer_calls_that_of_its_base_is_loaded_anew() -> None:
    error = PACKAGE / "model" / "intent.py"
    (call,) = (each for each in changes(error) if each.kind == "delete statement" and "super()" in each.text)
    assert not can_be_taken_on(call)
    assert can_be_taken_on(change_of("flip comparison", "number == 1"))


def test_a_function_that_ran_while_tests_were_collected_is_known(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = change_of("flip comparison", "number == 1")
    for entered, early in (({"plural"}, [7]), (set(), [])):
        monkeypatch.setattr(MarkingLoader, "entered", {str(WORDS): entered})
        trials = Trials([(7, change, [])], Known(tmp_path), 1)
        request.session.items, items = [], request.session.items
        try:
            trials.pytest_runtestloop(request.session)
        finally:
            request.session.items = items
        assert (trials.noticed, trials.early) == ([], early)


def test_the_budget_is_spent_on_the_quickest_files_first(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {Path("tests/slow.py"): 43.0, Path("tests/quick.py"): 1.0, Path("tests/other.py"): 2.0}
    tried = []

    class Told:
        def of(self, path: Path, _learn: object) -> tuple[float, dict[str, object]]:
            return seconds[path], {}

        def entering(self, _entered: object, _change: Change) -> list[str]:
            return ["test"]

        def red(self, _path: Path) -> list[str]:
            return []

    def note(work: partial[bool], _wall_seconds: int) -> bool:
        (item,) = work.args[1]
        tried.append(item.path.relative_to(ROOT))
        return False

    monkeypatch.setattr("tests.mutation.trials.in_a_process", note)
    session = SimpleNamespace(items=[SimpleNamespace(path=ROOT / path, name="test") for path in seconds])
    for budget, count in ((30, 3), (2, 2)):
        tried.clear()
        change = change_of("flip comparison", "number == 1")
        Trials([(7, change, list(seconds))], Told(), budget).pytest_runtestloop(session)  # type: ignore[arg-type]
        assert tried == [Path("tests/quick.py"), Path("tests/other.py"), Path("tests/slow.py")][:count]


def test_what_does_not_come_to_an_end_has_no_answer() -> None:
    assert in_a_process(exit_now) is None


def test_what_only_types_need_and_what_is_asserted_is_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(
        'T = TypeVar("T", A, B)\nPairs = Mapping[str, tuple[int, str]]\ndict(zip(a, strict=True))\nLIMITS = (5, 6)\n'
    )
    assert {change.line for change in changes(path)} == {3, 4}
    assert {change.kind for change in changes(path) if change.line == 3} == {"delete statement"}


def test_what_alters_nothing_is_listed_for_a_place_that_is_there() -> None:
    for entry in equivalents():
        text = Path(entry["where"]).read_text(encoding="utf-8")
        assert entry.get("line", "") in text, entry


def test_what_alters_nothing_in_one_module_may_alter_another() -> None:
    listed = next(entry for entry in equivalents() if entry["what"] == "flip bool")
    here = next(each for each in changes(Path(listed["where"])) if each.title.endswith("flip bool: False"))
    assert is_equivalent(here)
    assert not is_equivalent(replace(here, path=WORDS))


def exit_now() -> None:
    raise SystemExit(3)
