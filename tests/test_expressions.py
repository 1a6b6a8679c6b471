"""Expressions that were compiled before are as those that are compiled now, whatever became of what was kept."""

from __future__ import annotations

import ast
import importlib
import marshal
import os
import re
import subprocess
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ipseclint import expressions
from ipseclint.expressions import code_of, compiled, take_kept_expressions
from ipseclint.kept import CHECK_BYTES, KeptFile, check_of, keep
from tests import ROOT

ENGINE = ("has_match", "has_sign", "may_match")
UNICODE_CLASS = re.compile(r"(?<!\\)(?:\\\\)*\\[wWdDsSbBpP]")

PATTERNS: list[tuple[str | bytes, int]] = [
    (r"(?P<word>\w+)=(?:(\d+)|(?P<other>[a-zé]+))", re.IGNORECASE),
    (rb"(?<=\x00)psk[^\r\n]{0,8}+", re.IGNORECASE),
    (r"^(?i:rem)\b(?!x)|\bsuite(?-i:A)", re.MULTILINE),
    (r"(a)(?P<name>b)?(?(name)c|d)", 0),
]


def as_compiled(expression: re.Pattern[Any]) -> tuple[object, ...]:
    return expression, expression.flags, expression.groups, dict(expression.groupindex)


def forget() -> None:
    """Let go what was kept before, as at the end of a run."""
    held = expressions._kept()
    if held is not None:
        held.file.close()
    expressions._kept.cache_clear()


def kept_keys() -> set[object]:
    held = expressions._kept()
    return {key for number in range(expressions._GROUPS) for key in _keys(held, number)} if held else set()


def _keys(held: expressions._Kept, number: int) -> Iterator[object]:
    if held.said(number):
        yield from held.group(number)


def keep_as(held: object, python: object = expressions._PYTHON) -> bytes:
    """What is kept where each group holds the same."""
    data = marshal.dumps(held)
    group = check_of(data) + data
    ends = array("I", [len(group) * number for number in range(expressions._GROUPS + 1)]).tobytes()
    return with_index((python, ends)) + group * expressions._GROUPS


def with_index(index: object) -> bytes:
    data = marshal.dumps(index)
    return (4 + len(data)).to_bytes(4, "big") + check_of(data) + data


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    place = tmp_path / "__pycache__" / "kept"
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(expressions, "_place", lambda: place)
    monkeypatch.setattr(expressions, "_new", set())
    monkeypatch.setattr(expressions.atexit, "register", lambda _function: None)
    forget()
    yield place
    forget()


def begin_the_next_run() -> None:
    expressions._keep()
    forget()
    expressions._new.clear()


def in_the_next_run() -> list[tuple[object, ...]]:
    """What is compiled by what was kept, and that nothing was compiled anew."""
    begin_the_next_run()
    return [as_compiled(compiled(*each)) for each in PATTERNS]


def test_modules_that_are_loaded_take_their_expressions_from_what_was_kept(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(pattern: object, _flags: int) -> re.Pattern[Any]:
        raise AssertionError(pattern)

    re.purge()
    with take_kept_expressions():
        first = [as_compiled(re.compile(*each)) for each in PATTERNS]
    begin_the_next_run()
    re.purge()
    with monkeypatch.context() as patched:
        patched.setattr(importlib.import_module("re._compiler"), "compile", fails)
        with take_kept_expressions():
            assert [as_compiled(re.compile(*each)) for each in PATTERNS] == first
        with pytest.raises(AssertionError):
            re.compile("of an input")
    assert re.compile("of an input").search("of an input")
    assert expressions._new == set()


def test_what_is_kept_gives_what_is_compiled(kept: Path) -> None:
    expected = [as_compiled(re.compile(*each)) for each in PATTERNS]
    assert [as_compiled(compiled(*each)) for each in PATTERNS] == expected
    assert in_the_next_run() == expected
    assert expressions._new == set()
    expression = compiled(*PATTERNS[0])
    assert [match.groupdict() for match in expression.finditer("Aa=12 b=É")] == [
        {"word": "Aa", "other": None},
        {"word": "b", "other": "É"},
    ]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda _data: b"",
        lambda data: data.replace(sys.version.encode(), b"?" * len(sys.version)),
        lambda data: data.replace((4).to_bytes(4, "little"), (77).to_bytes(4, "little")),
        lambda data: data.replace(ord("p").to_bytes(4, "little"), ord("q").to_bytes(4, "little")),
    ],
)
def test_what_is_damaged_is_compiled(kept: Path, damage: Any) -> None:
    for each in PATTERNS:
        compiled(*each)
    expressions._keep()
    kept.write_bytes(damage(kept.read_bytes()))
    forget()
    for each in PATTERNS:
        assert as_compiled(compiled(*each)) == as_compiled(re.compile(*each))


def test_nothing_is_unpacked_where_any_byte_is_damaged(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `marshal` reads damaged may end Python itself."""
    monkeypatch.setattr(expressions, "_GROUPS", 4)
    key = "psk=[a-z]+", 0
    compiled(*key)
    expressions._keep()
    forget()
    assert expressions._given(key) is not None
    data = kept.read_bytes()
    for at in range(CHECK_BYTES, len(data)):
        kept.write_bytes(data[:at] + bytes([data[at] ^ 0x21]) + data[at + 1 :])
        forget()
        assert expressions._given(key) is None


def test_an_input_reads_of_what_is_kept_what_it_uses(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [(f"{number}{'x' * 1000}", 0) for number in range(200)]
    for each in (*many, *PATTERNS):
        compiled(*each)
    begin_the_next_run()
    read: list[int] = []
    part = KeptFile.part

    def counted(file: KeptFile, begin: int, end: int) -> bytes:
        read.append(end - begin)
        return part(file, begin, end)

    monkeypatch.setattr(KeptFile, "part", counted)
    for each in PATTERNS:
        compiled(*each)
    assert expressions._new == set()
    assert len(read) == 2 + len(PATTERNS)
    assert sum(read) < kept.stat().st_size / 5


def test_what_another_input_uses_is_kept_beside_what_was_kept(kept: Path) -> None:
    for each in (*PATTERNS, ("a", 0), ("a", re.IGNORECASE), ("\ud800", 0)):
        compiled(*each)
        begin_the_next_run()
    assert kept_keys() == {*PATTERNS, ("a", 0), ("a", int(re.IGNORECASE)), ("\ud800", 0)}


def test_of_what_was_kept_what_is_damaged_is_kept_anew_and_the_rest_stays(kept: Path) -> None:
    for each in PATTERNS:
        compiled(*each)
    begin_the_next_run()
    data = kept.read_bytes()
    kept.write_bytes(data.replace(ord("p").to_bytes(4, "little"), ord("q").to_bytes(4, "little")))
    forget()
    for each in PATTERNS:
        compiled(*each)
    assert expressions._new == {PATTERNS[1]}
    begin_the_next_run()
    assert kept.read_bytes() == data


def test_what_is_replaced_meanwhile_is_read_as_it_was(kept: Path) -> None:
    for each in PATTERNS:
        compiled(*each)
    begin_the_next_run()
    compiled(*PATTERNS[0])
    keep(kept, b"of another run")
    for each in PATTERNS:
        assert as_compiled(compiled(*each)) == as_compiled(re.compile(*each))
    assert expressions._new == set() or sys.platform == "win32"


def test_where_nothing_may_be_written_nothing_is_compiled_for_it(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled(*PATTERNS[0])
    monkeypatch.setattr(expressions, "may_keep", lambda _place: False)
    monkeypatch.setattr(expressions, "_form", None)
    expressions._keep()
    assert not kept.exists()


def test_an_expression_that_is_damaged_finds_what_it_is_to_find(kept: Path) -> None:
    compiled("psk=[a-z]+", 0)
    expressions._keep()
    data = kept.read_bytes()
    other = data.replace(ord("s").to_bytes(4, "little"), ord("t").to_bytes(4, "little"))
    assert other != data
    kept.write_bytes(other)
    forget()
    assert compiled("psk=[a-z]+", 0).search("psk=secret") is not None


@pytest.mark.parametrize(
    "held",
    [
        b"",
        b"nonsense",
        b"\xff" * 100,
        marshal.dumps((expressions._PYTHON, {})),
        *map(with_index, (None, (expressions._PYTHON, []), (expressions._PYTHON, b"123"), (expressions._PYTHON, b""))),
        with_index((expressions._PYTHON, b"\xff" * 4 * (expressions._GROUPS + 1))),
        keep_as({("psk=[a-z]+", 0): marshal.dumps((0, b"", 0, {}, (None,)))}, python="another"),
        *map(keep_as, (None, 3, [], {}, {("psk=[a-z]+", 0): None})),
        *(
            keep_as({("psk=[a-z]+", 0): marshal.dumps(parts)})
            for parts in ((), (0, "text", 0, {}, (None,)), (0, b"12345678", "0", {}, ()), (0, b"123", 0, {}, ()))
        ),
    ],
)
def test_what_is_kept_whole_and_is_something_else_is_compiled(kept: Path, held: bytes) -> None:
    keep(kept, held)
    assert compiled("psk=[a-z]+", 0).search("psk=secret") is not None
    assert expressions._new == {("psk=[a-z]+", 0)}
    begin_the_next_run()
    assert compiled("psk=[a-z]+", 0).search("psk=secret") is not None
    assert expressions._new == set()


def test_what_a_run_compiles_is_kept_at_its_end_and_that_is_asked_for_once(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_the_end: list[Any] = []
    monkeypatch.setattr(expressions.atexit, "register", at_the_end.append)
    for each in PATTERNS:
        compiled(*each)
    (work,) = at_the_end
    work()
    forget()
    assert kept_keys() == set(PATTERNS)


def test_a_pipe_in_the_place_of_what_is_kept_is_not_waited_for(kept: Path) -> None:
    kept.parent.mkdir()
    os.mkfifo(kept)
    assert compiled("psk=[a-z]+", 0).search("psk=secret") is not None


def test_nothing_is_kept_where_python_is_to_write_nothing(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    compiled(*PATTERNS[0])
    expressions._keep()
    assert expressions._new == set()
    assert not kept.exists()


@pytest.mark.parametrize("lacking", [ImportError, AttributeError])
def test_nothing_is_kept_where_another_python_makes_expressions_in_another_way(
    lacking: type[Exception], kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parts(_pattern: str | bytes, _flags: int) -> None:
        raise lacking

    monkeypatch.setattr(expressions, "_parts", parts)
    assert compiled("psk=[a-z]+", 0).search("psk=secret") is not None
    expressions._keep()
    assert not kept.exists()


CODES = [("1 + 2", "eval"), ("def three():\n return 3", "exec")]


def as_it_is_compiled(text: str, mode: str) -> object:
    return compile(text, "<string>", mode, dont_inherit=True)


def test_code_that_is_kept_is_what_is_compiled(kept: Path) -> None:
    expected = [as_it_is_compiled(*each) for each in CODES]
    assert [code_of(*each) for each in CODES] == expected
    begin_the_next_run()
    assert [code_of(*each) for each in CODES] == expected
    assert expressions._new == set()


@pytest.mark.parametrize("parts", [b"", b"nonsense", marshal.dumps("text"), None, 3])
def test_code_that_is_damaged_is_compiled(parts: object, kept: Path) -> None:
    keep(kept, keep_as({CODES[0]: parts}))
    assert code_of(*CODES[0]) == as_it_is_compiled(*CODES[0])
    begin_the_next_run()
    assert code_of(*CODES[0]) == as_it_is_compiled(*CODES[0])
    assert expressions._new == set()


def test_a_text_that_is_no_code_is_refused_and_not_kept(kept: Path) -> None:
    with pytest.raises(SyntaxError):
        code_of("list[", "eval")
    assert expressions._new == set()


MADE = """
import sys
from ipseclint.expressions import take_kept_code
compiled = []
sys.addaudithook(lambda event, given: event == "compile" and given[0] is not None and compiled.append(given[0]))
take_kept_code()
from collections import namedtuple
from dataclasses import dataclass, field
from typing import ForwardRef, NamedTuple
Point = namedtuple("Point", "x y", defaults=[2])
class Row(NamedTuple):
    name: "str"
    size: int = 3
@dataclass(frozen=True, order=True)
class Lifetime:
    minutes: int
    of: list["Lifetime"] = field(default_factory=list)
assert Point(1) == (1, 2) and Row("a") == ("a", 3)
assert Lifetime(1) < Lifetime(2) and Lifetime(1).of == [] and repr(Lifetime(1)) == "Lifetime(minutes=1, of=[])"
assert eval(ForwardRef("Row | None").__forward_code__) == Row | None
print(len(compiled))
"""


def test_what_modules_of_python_make_of_texts_is_compiled_once() -> None:
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in ("the first run keeps it", "the second takes it up"):
        ran = subprocess.run([sys.executable, "-c", MADE], capture_output=True, text=True, check=False, env=alone)
    assert ran.stdout == "0\n", ran.stderr


def test_no_expression_that_is_kept_is_made_in_a_function_where_something_of_an_input_could_stand_in_it() -> None:
    texts = {path: path.read_text("utf-8") for path in (ROOT / "linter").rglob("*.py")}
    # A function is indented, or has its word before it on the line.
    may_be = re.compile(r"^(?:[ \t]|.*\b(?:def|lambda)\b).*\blate\(", re.MULTILINE)
    assert sum(may_be.search(text) is not None for text in texts.values()) > 5
    made = [
        f"{path.name}:{call.lineno}"
        for path, text in texts.items()
        if may_be.search(text)
        for function in ast.walk(ast.parse(text))
        if isinstance(function, ast.FunctionDef | ast.Lambda)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "late"
    ]
    assert made == []


def test_no_expression_is_compiled_while_a_module_is_loaded() -> None:
    below = {"late.py", "expressions.py", "old_engine.py"}
    texts = {path: path.read_text("utf-8") for path in (ROOT / "linter").rglob("*.py") if path.name not in below}
    made = [
        f"{path.name}:{node.lineno}"
        for path, text in texts.items()
        if "re.compile(" in text
        for node in _outside_of_functions(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
    ]
    assert made == []


def _outside_of_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.Lambda):
            yield from _outside_of_functions(child)


def test_the_engine_is_asked_for_no_class_of_unicode_whose_signs_it_would_have_to_learn() -> None:
    asked = {
        f"{path.name}: {name}: {pattern[:20]}": pattern
        for path in (ROOT / "linter").rglob("*.py")
        if any(f"{function}(" in (text := path.read_text("utf-8")) for function in ENGINE)
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ENGINE
        for name in [ast.unparse(given).removeprefix("*") for given in call.args]
        if isinstance(patterns := getattr(_module(path), name, None), str | tuple)
        for pattern in ([patterns] if isinstance(patterns, str) else patterns)
    }
    assert len(asked) > 10
    assert [name for name, pattern in asked.items() if UNICODE_CLASS.search(pattern)] == []


def _module(path: Path) -> object:
    name = ".".join(path.relative_to(ROOT / "linter").with_suffix("").parts)
    return importlib.import_module(name.removesuffix(".__init__"))


@pytest.mark.parametrize(
    ("pattern", "text", "parts"),
    [
        (r"(?:ab?c)++", "aca", ["ac"]),
        (r"(?:ab?c)++", "abcab", ["abc"]),
        (r"(?:ab?c)?+d", "acdabd", ["acd", "d"]),
        (r"(?:ab?c){1,2}+c?", "abcacc", ["abcacc"]),
        (r"(?:ab?c){2}+c", "abcaccab", ["abcacc"]),
        (r"x(?:[ab]++|(?=c)c{1,3}?)*+c", "xabc", []),
        (r"(?:(?:a|ab)++|b(?!c))*+c", "aabbcabc", ["c", "c"]),
        (r"(?i:k(?:ey)?){2}+=(?:.*)", "KKEY=x", ["KKEY=x"]),
        (rb"(?:\s++|<!--.*?-->)*+<", b" <!-- a --> <", [b" <!-- a --> <"]),
        (r"[ab]*+c?+", "abcd", ["abc", "", ""]),
    ],
)
def test_a_group_that_is_repeated_gives_nothing_back_in_an_old_engine(
    pattern: str | bytes, text: str | bytes, parts: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expressions, "_kept", dict)
    monkeypatch.setattr(expressions, "_GIVES_BACK", True)
    mended = compiled(pattern, 0)
    assert mended.findall(text) == parts
    assert (mended.pattern, mended.flags) == (pattern, re.compile(pattern).flags)
