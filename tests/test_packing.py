"""Values packed into bytes come back as they were, a few at a time, and reading bytes of another runs nothing."""

from __future__ import annotations

import gc
import os
import pickle
import sys
import zlib
from pathlib import Path

import pytest

from ipseclint import packing
from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import ReadInput, read_input
from ipseclint.finding import Severity
from ipseclint.model.setting import Secret, Setting
from ipseclint.model.site import NO_FACTS
from ipseclint.packing import Chunk, Packed, PackingError, filled, packed, portions, texts_in, unpacked
from ipseclint.semantics.digest import MAX_DIGEST_BYTES, Digest
from ipseclint.source import Span
from tests import ROOT
from tests.cases import cases
from tests.made_objects import quick_mode_set

FORMATS = sorted(path for path in (ROOT / "fixtures/formats").iterdir() if path.is_dir())


@pytest.mark.drawn(4)
@cases("folder", FORMATS, ids=lambda folder: folder.name)
def test_what_a_format_reads_comes_back(folder: Path) -> None:
    read = [each for each in map(read_input, candidates([str(folder)])) if isinstance(each, ReadInput)]
    assert any(not each.parsed.is_empty or each.parsed.problems for each in read)
    for each in read:
        assert unpacked(packed(each.parsed)) == each.parsed


def test_sets_that_are_filled_have_one_table_of_names_for_all_of_them() -> None:
    made = quick_mode_set()
    one, other = (filled(type(made), dict(vars(made))) for _ in range(2))
    assert one == other == made
    assert list(vars(one)) == list(vars(made))
    assert sys.getsizeof(vars(one)) < sys.getsizeof(dict(vars(made)))


def test_a_set_that_is_filled_has_no_dictionary_until_somebody_asks_for_it() -> None:
    made = quick_mode_set()
    one = filled(type(made), dict(vars(made)))
    assert one.proposals is made.proposals
    assert not any(isinstance(each, dict) for each in gc.get_referents(one))


def test_a_value_is_pressed_unless_it_is_said_that_it_is_already() -> None:
    value = "netsh ipsec static " * 1_000
    assert len(packed(value)) < len(value) / 10 < len(value) < len(packed(value, pressed=False))
    assert unpacked(packed(value)) == unpacked(packed(value, pressed=False)) == value


def test_a_secret_stays_equal_and_hidden() -> None:
    value = (Setting(Secret("correct horse"), Span("a", 1, 1)),)
    data = packed(value)
    assert unpacked(data) == value
    assert b"correct horse" not in zlib.decompress(data)


class _Runs:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


@cases(
    "pickled",
    [
        pickle.dumps(_Runs()),
        b"cbuiltins\neval\n(S'1'\ntR.",
        b"cipseclint.api\ncheck_paths\n(S'/'\ntR.",
        b"cipseclint.cli.files\nos.remove\n(S'x'\ntR.",
        b"cipseclint.packing\nrestored\n(cipseclint.source\nSpan\ntR.",
        b"cbuiltins\ngetattr\n(cipseclint.source\nSpan\nVline\ntR.",
        b"cbuiltins\ngetattr\n(cipseclint.finding\nSeverity\nVmro\ntR.",
        b"cbuiltins\ngetattr\n(cipseclint.finding\nSeverity\nV__class__\ntR.",
    ],
)
def test_reading_runs_nothing_that_somebody_put_there(pickled: bytes) -> None:
    with pytest.raises(PackingError):
        unpacked(zlib.compress(pickled))


def test_a_member_of_an_enumeration_is_read_as_every_python_packs_it() -> None:
    of_old = pickle.dumps((_OldMember(),), 5)
    assert b"getattr" in of_old
    assert unpacked(zlib.compress(of_old)) == (Severity.ERROR,)
    assert unpacked(packed((Severity.ERROR,))) == (Severity.ERROR,)


class _OldMember:
    """Pickled as Python 3.11.0 to 3.11.3 pickle a member."""

    def __reduce__(self) -> tuple[object, tuple[type[Severity], str]]:
        return getattr, (Severity, "ERROR")


def test_what_somebody_put_there_loads_no_module_of_theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "of_theirs.py").write_text("from enum import Enum\nclass Kind(Enum):\n    ONE = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PackingError, match=r"of_theirs\.Kind is not a value of ours"):
        unpacked(zlib.compress(b"cof_theirs\nKind\n(I1\ntR."))
    assert "of_theirs" not in sys.modules


@cases("name", ["ipseclint.packing packed", "ipseclint.finding Chunk", "ipseclint.packing none", "re RegexFlag"])
def test_of_our_modules_only_values_that_they_define_are_made(name: str) -> None:
    module, _, member = name.partition(" ")
    with pytest.raises(PackingError, match=f"{module}.{member} is not a value of ours"):
        unpacked(zlib.compress(f"c{module}\n{member}\n.".encode()))


def test_texts_stand_as_themselves_in_what_is_searched_for_keys() -> None:
    data = packed(("Größe", {"a": ["Stra\u00dfe"]}))
    assert "Größe".encode() not in data
    assert all(text.encode() in texts_in(data) for text in ("Größe", "Straße"))


@cases("data", [b"", b"damaged", zlib.compress(b"damaged"), packed((1, 2))[:-3]])
def test_damaged_bytes_are_told_as_such(data: bytes) -> None:
    with pytest.raises(PackingError):
        unpacked(data)


def test_many_values_are_a_sequence() -> None:
    values = [Span("a", number, 1) for number in range(1, 10_001)]
    sequence = Packed.of(values)
    assert len(sequence) == 10_000
    assert list(sequence) == values
    assert sequence == values
    assert (sequence[0], sequence[-1], sequence[70:73]) == (values[0], values[-1], tuple(values[70:73]))
    assert sequence != values[1:]
    with pytest.raises(IndexError):
        sequence[10_000]
    assert not Packed.of([])
    assert repr(sequence) == "Packed(10000 values)"
    assert [value for portion in portions(sequence) for value in portion] == values
    assert [value for portion in portions(values) for value in portion] == values
    assert max(map(len, portions(values))) < 100


@cases(
    ("chunks", "values", "unpackings"),
    [(256, 8, 256), (257, 8, 2 * 257), (64, 100, 64), (65, 100, 2 * 65)],
    ids=["many small ones", "more than stay open", "few large ones", "more of these than stay open"],
)
def test_what_is_small_or_few_is_unpacked_once(
    chunks: int, values: int, unpackings: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[bytes] = []
    monkeypatch.setattr(packing, "unpacked", lambda data: (made.append(data), unpacked(data))[1])
    sequence = Packed([Chunk.of(range(number, number + values)) for number in range(chunks)])
    for _ in range(2):
        assert sum(1 for _ in sequence) == chunks * values
    assert len(made) == unpackings


def test_what_others_may_have_written_is_unpacked_to_so_many_bytes() -> None:
    value = "x" * 1_000
    assert unpacked(packed(value), 2_000) == value
    with pytest.raises(PackingError, match="it is cut, or larger than 500 bytes"):
        unpacked(packed(value), 500)
    with pytest.raises(PackingError, match="it is cut"):
        unpacked(packed(value)[:-4], 2_000)


def test_the_policy_of_a_machine_in_a_store_is_no_bomb() -> None:
    digest = Digest("a", ("a",), None, zlib.compress(bytes(MAX_DIGEST_BYTES + 1)))
    with pytest.raises(PackingError, match="larger than 67,108,864 bytes"):
        digest.machine(NO_FACTS)


def test_the_fields_of_a_model_are_asked_for_as_every_pydantic_that_is_allowed_has_them() -> None:
    kind = type("OfPydantic28", (), {"model_fields": {"name": None, "span": None}})
    assert packing.all_fields(kind) == {"name", "span"}
