"""What is wrong with a file of the user's own is said in a sentence that names the file."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Annotated, ClassVar

import pydantic
import pytest
from pydantic import Field

from ipseclint.engine.configuration import toml_files
from ipseclint.engine.configuration.toml_files import HYPHENS, ConfigError, bytes_of, decode, explain, read_toml
from ipseclint.model.values import Table, model_of
from tests.cases import cases


class Inner(Table):
    """A table."""

    form: ClassVar[pydantic.ConfigDict] = HYPHENS

    peers: int = 1
    answers_on: tuple[str, ...] = ()
    name: Annotated[str, Field(examples=["Office"])] = ""
    names: frozenset[str] = frozenset()
    is_on: bool = False


class Outer(Table):
    """A file."""

    form: ClassVar[pydantic.ConfigDict] = HYPHENS

    site: Inner = Inner()
    many: tuple[Inner, ...] = ()
    must_be: float


@cases(
    ("value", "expected"),
    [
        ({}, "must-be: it must be given"),
        ({"must-be": "x"}, "must-be: 'x' should be a number, unable to parse string as a number"),
        ({"must-be": 1, "sites": {}}, "sites: unknown key; did you mean site?"),
        ({"must-be": 1, "q": {}}, "q: unknown key; the keys are site, many, must-be"),
        ({"must_be": 1}, "must_be: unknown key; did you mean must-be?; must-be: it must be given"),
        ({"must-be": 1, "site": {"peer": 1}}, "site.peer: unknown key; did you mean peers?"),
        ({"must-be": 1, "many": [{}, {"peer": 1}]}, "many.1.peer: unknown key; did you mean peers?"),
        ({"must-be": 1, "site": 3}, "site: 3 should be a table"),
        ({"must-be": 1, "site": {"answers-on": "a"}}, "site.answers-on: 'a' should be a list, such as [\"a\"]"),
        ({"must-be": 1, "site": {"answers-on": 5}}, "site.answers-on: 5 should be a list, such as [5]"),
        ({"must-be": 1, "site": {"answers-on": {}}}, "site.answers-on: a table should be a list"),
        ({"must-be": 1, "site": {"names": "a"}}, "site.names: 'a' should be a list; did you mean name?"),
        ({"must-be": 1, "site": {"names": 5}}, "site.names: 5 should be a list, such as [5]"),
        (
            {"must-be": 1, "site": {"name": ["a"]}},
            "site.name: a list should be text in quotation marks; did you mean names?",
        ),
        (
            {"must-be": 1, "site": {"name": {"a": 1}}},
            'site.name: a table should be text in quotation marks, such as "Office"',
        ),
        ({"must-be": 1, "site": {"name": 1}}, "site.name: 1 should be text in quotation marks"),
        (
            {"must-be": 1, "site": {"name": ["a"], "names": ["a"]}},
            "site.name: a list should be text in quotation marks; did you mean names?",
        ),
        (
            {"must-be": 1, "site": {"is-on": "perhaps"}},
            "site.is-on: 'perhaps' should be true or false, unable to interpret input",
        ),
        (
            {"must-be": 1, "site": {"peers": 1.5}},
            "site.peers: 1.5 should be a whole number, got a number with a fractional part",
        ),
        (
            {"must-be": 1, "site": {"peers": "many"}},
            "site.peers: 'many' should be a whole number, unable to parse string as an integer",
        ),
    ],
)
def test_what_is_wrong_with_a_key_is_explained(value: dict[str, object], expected: str) -> None:
    with pytest.raises(pydantic.ValidationError) as caught:
        Outer.of(value)
    told = explain(caught.value, model_of(Outer))
    assert told == expected


def test_so_many_mistakes_are_told_those_of_spelling_first() -> None:
    wrong = {f"k{number}": 1 for number in range(7)}
    with pytest.raises(pydantic.ValidationError) as caught:
        Outer.of(wrong)
    told = explain(caught.value, model_of(Outer))
    assert [part.split(":")[0] for part in told.split("; k")] == ["k0", "1", "2", "3", "4"]
    assert "must-be: " not in told


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xff\xff", "it is not text in UTF-8 or UTF-16 (at byte 0)"),
        (b"a = 'x\xff'", "it is not text in UTF-8 or UTF-16 (at byte 6)"),
        (b"a = " + b"[" * 100_000, "not TOML: its values are nested too deep"),
        (b"a = ", "not TOML: Invalid value (at end of document)"),
        (None, "it does not exist"),
        (b"a = 1 " + b" " * 2**20, "it holds more than 0 MB, too much for such a file"),
    ],
)
def test_a_file_that_is_no_toml_is_refused_with_the_reason(
    data: bytes | None, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.toml"
    if data is not None:
        path.write_bytes(data)
    monkeypatch.setattr(toml_files, "_MAX_TOML_BYTES", 500_000)
    with pytest.raises(ConfigError) as caught:
        read_toml(path)
    assert str(caught.value).casefold() == f"{path}: {words}".casefold()


def test_a_file_may_be_as_long_as_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert bytes_of(path, 5) == b"12345"
    with pytest.raises(OSError, match="it holds more than 0 MB"):
        bytes_of(path, 4)


@pytest.mark.parametrize(("limit_bytes", "megabytes"), [(2 * 1024 * 1024, 2), (2 * 1024 * 1024 - 1, 1)])
def test_of_a_file_without_an_end_it_is_said_how_much_is_read(tmp_path: Path, limit_bytes: int, megabytes: int) -> None:
    path = tmp_path / "a"
    with path.open("wb") as stream:
        stream.truncate(limit_bytes + 1)
    with pytest.raises(OSError, match=rf"it holds more than {megabytes} MB, too much for such a file$") as caught:
        bytes_of(path, limit_bytes)
    assert caught.value.errno == errno.EFBIG


@cases("data", ["\ufeffä".encode("utf-16-le"), "\ufeffä".encode("utf-16-be"), "ä".encode(), "\ufeffä".encode()])
def test_text_of_any_editor_is_read(data: bytes) -> None:
    assert decode(data) == "ä"
    assert decode("a\u00e4".encode("utf-16-le")) == "aä"
