"""Registry carriers that are damaged, absurd or made to harm."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import cases
from tests.formats.places import read_in_place
from tests.formats.registry.test_firewall import STORE
from tests.formats.registry.writers import (
    POLICY_ROOT,
    SZ,
    Entry,
    HiveWriter,
    Node,
    below,
    hive_bytes,
    pol_bytes,
    pol_record,
    reg_text,
)

from ipseclint.finding import ProblemCode
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.registry import pol as registry_pol
from ipseclint.formats.registry import reg_query, wfw
from ipseclint.formats.registry import reg_text as reg_format
from ipseclint.source import Source, bytes_source, lines_of_text

pytestmark = pytest.mark.drawn(3)

HIVE = hive_bytes(STORE)
POL = pol_bytes(below(POLICY_ROOT, STORE))
REG = reg_text(below(POLICY_ROOT, STORE))


def read_hive(data: bytes) -> Parsed:
    return wfw.parse(bytes_source("p.wfw", data))


def read_pol(data: bytes) -> Parsed:
    return registry_pol.parse(bytes_source("p.pol", data))


def read_reg(text: str) -> Parsed:
    return reg_format.parse(bytes_source("p.reg", text.encode("utf-8", "surrogatepass")))


@cases("size", [4, 5, 100, 4095, 4096, 4097, 4200, 5000, 6000, len(HIVE) - 4096])
def test_a_hive_cut_off(size: int) -> None:
    parsed = read_hive(HIVE[:size])
    assert parsed.problems
    assert {each.code for each in parsed.problems} <= {ProblemCode.MALFORMED}


def test_a_hive_whose_keys_hold_themselves() -> None:
    writer = HiveWriter()
    data = bytearray(hive_bytes(STORE, writer))
    at = data.index(b"lf", 4096) + 4
    (root,) = struct.unpack_from("<I", data, 36)
    struct.pack_into("<I", data, at, root)
    parsed = read_hive(bytes(data))
    assert parsed.problems


def test_a_hive_that_lists_one_key_many_times() -> None:
    writer = HiveWriter()
    leaf = writer.key(Node("ConSecRules"))
    count = 60_000
    listing = writer.cell(struct.pack(f"<2sH{count}I", b"li", count, *[leaf] * count))
    numbers = (0, 0, count, 0, listing, 0xFFFF_FFFF, 0, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 0, 0, 0, 0, 0)
    name = b"ROOT"
    head = struct.pack("<2sHQ", b"nk", 0x2C, 0) + struct.pack("<15I", *numbers)
    root = writer.cell(head + struct.pack("<HH", len(name), 0) + name)
    parsed = read_hive(writer.finish(root))
    assert ProblemCode.REFUSED in {each.code for each in parsed.problems}


def test_a_hive_whose_keys_share_one_long_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipseclint.formats.registry.regf.MAX_READS", 20_000)
    writer = HiveWriter()
    store = Node("ConSecRules")
    store.keys = {str(number): Node(str(number)) for number in range(2000)}
    root = Node("ROOT")
    root.keys = {"ConSecRules": store}
    offset = writer.key(root, root=True)
    data = bytearray(writer.finish(offset))
    shared = data.index(struct.pack("<2sH", b"lf", 2000)) - 4 - 4096
    for offset in writer.key_offsets:
        struct.pack_into("<I", data, 4096 + offset + 4 + 20, 2000)
        struct.pack_into("<I", data, 4096 + offset + 4 + 28, shared)
    parsed = read_hive(bytes(data))
    assert any("more to read" in each.message for each in parsed.problems)


@cases("field", [16, 20, 24, 28, 32, 36, 40, 72])
def test_a_hive_whose_numbers_lie(field: int) -> None:
    writer = HiveWriter()
    data = bytearray(hive_bytes(STORE, writer))
    assert writer.key_offsets
    for number in (0, 1, 0x7FFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFF):
        for offset in writer.key_offsets:
            struct.pack_into("<I", data, 4096 + offset + 4 + field, number)
        read_hive(bytes(data))


def test_a_hive_of_a_gigabyte_is_not_read_whole() -> None:
    class Sparse(io.RawIOBase):
        """A file that is a small hive and then zeros, and tells how much was read of it."""

        taken = 0
        at = 0

        def seek(self, offset: int, _whence: int = 0) -> int:
            self.at = offset
            return offset

        def read(self, size: int = -1) -> bytes:
            assert 0 <= size <= 2 * 1024 * 1024
            Sparse.taken += size
            found = HIVE[self.at : self.at + size].ljust(size, b"\0") if self.at + size <= 2**30 else b""
            self.at += len(found)
            return found

    parsed = wfw.parse(Source("p.wfw", Sparse))  # type: ignore[arg-type]
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Servers"]
    assert Sparse.taken < 4 * 1024 * 1024


@cases("size", [4, 7, 8, 9, 10, 30, 200, len(POL) - 1, len(POL) - 30])
def test_registry_pol_cut_off(size: int) -> None:
    parsed = read_pol(POL[:size])
    expected = [] if size == 8 else [ProblemCode.MALFORMED]
    assert [each.code for each in parsed.problems] == expected


def test_what_stands_before_the_damage_is_kept() -> None:
    rules = [Entry("ConSecRules", f"{{{number}}}", SZ, f"v2.30|Action=Secure|Name={number}|") for number in range(3)]
    data = pol_bytes(below(POLICY_ROOT, rules))
    parsed = read_pol(data[:-20])
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["0", "1"]
    (problem,) = parsed.problems
    assert problem.span.column > len(data) // 2


@cases("size", [65_536, 0x7FFF_FFFF, 0xFFFF_FFFF])
def test_registry_pol_with_an_absurd_size(size: int) -> None:
    record = bytearray(pol_record(f"{POLICY_ROOT}\\ConSecRules", "{A}", SZ, b"ab"))
    at = record.index(b"ab") - 6
    struct.pack_into("<I", record, at, size)
    parsed = read_pol(b"PReg\x01\0\0\0" + bytes(record))
    assert [each.code for each in parsed.problems] == [ProblemCode.MALFORMED]
    assert parsed.policy.is_empty


def test_registry_pol_of_another_version_and_of_zeros() -> None:
    assert read_pol(b"PReg\x09\0\0\0").problems
    assert read_pol(b"PReg\x01\0\0\0" + bytes(1_000_000)).problems
    endless = b"PReg\x01\0\0\0" + "[".encode("utf-16-le") + b"A\0" * 200_000
    assert [each.message for each in read_pol(endless).problems] == ["a name without end; what follows is not read"]


RECORD = pol_record("SOFTWARE\\Other", "A", SZ, b"ab")
HEADER = b"PReg\x01\0\0\0"


@cases(
    ("data", "message", "offset"),
    [
        (b"PReg\x09\0\0\0" + RECORD, "unknown version 9 of Registry.pol", 4),
        (b"PReg\x01", "the file ends inside a record", 0),
        (HEADER + RECORD + b"[", "the file ends inside a record", 8 + len(RECORD)),
        (HEADER + b"]\0" + RECORD, "no `[` where a record has one", 8),
        (HEADER + RECORD[:-2] + b";\0", "no `]` where a record has one", 8 + len(RECORD) - 2),
        (HEADER + RECORD[:-1], "the file ends inside a record", 8 + len(RECORD) - 2),
        (HEADER + RECORD[:-5], "the file ends inside a record", 8 + len(RECORD) - 6),
        (HEADER + RECORD[:21], "the file ends inside a record", 8 + 20),
        (HEADER + b"[\0" + b"A\0" * 200_000, "a name without end", 8 + 2),
    ],
)
def test_what_breaks_a_registry_pol_is_said_at_its_byte(data: bytes, message: str, offset: int) -> None:
    (problem,) = read_pol(data).problems
    assert problem.message == f"{message}; what follows is not read"
    assert (problem.span.line, problem.span.column) == (1, offset + 1)


OWN_KEY = f"{POLICY_ROOT}\\ConSecRules"


@pytest.mark.drawn(5)
@cases(
    "data",
    [
        POL,
        POL[:-2],
        *(POL[:at] + bytes([value]) + POL[at + 1 :] for at in range(8, len(POL), 7) for value in (0, 0x3B, 0xD8)),
        HEADER + pol_record(f"{OWN_KEY}\0x", "A", SZ, b"ab") + RECORD,
        HEADER + pol_record(OWN_KEY, "A\0", SZ, b"ab") + RECORD,
        HEADER + pol_record(f"{OWN_KEY}\u3b00\u0100", "\u3b00", SZ, b"ab") + RECORD,
        HEADER + pol_record("", "", SZ, b"") + pol_record(OWN_KEY, "", SZ, b"\0\0;\0") + RECORD,
        HEADER + pol_record(OWN_KEY, "A" * 32_768, SZ, b"ab") + RECORD,
        HEADER + pol_record(OWN_KEY, "A" * 32_769, SZ, b"ab") + RECORD,
        HEADER + pol_record(OWN_KEY, "A", SZ, b"a" * 65_535) + RECORD,
        HEADER + pol_record(OWN_KEY, "A", SZ, b"a" * 65_536) + RECORD,
        HEADER
        + pol_record(OWN_KEY, "A", SZ, "v2.30|Action=Secure|".encode("utf-16-le"))
        + pol_record(f"{OWN_KEY}\\x", "A", SZ, b"")
        + pol_record(POLICY_ROOT, "**DeleteKeys", SZ, "ConSecRules".encode("utf-16-le"))
        + pol_record(OWN_KEY, "B", SZ, "v2.30|Action=Secure|".encode("utf-16-le")),
    ],
)
def test_a_record_as_it_should_be_is_read_as_any_other(data: bytes) -> None:
    quickly = read_pol(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry_pol._Records, "_usual_records", lambda _records: None)
        assert quickly == read_pol(data)


def test_records_as_they_should_be_are_read_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_pol._Records, "_record", lambda _records: pytest.fail("read slowly"))
    assert [rule.name for rule in read_pol(POL).policy.connection_security_rules] == ["Servers"]


def test_keys_deeper_than_windows_allows() -> None:
    path = POLICY_ROOT + "\\x" * 600
    assert [problem.code for problem in read_reg(reg_text([Entry(path, "a", SZ, "b")])).problems] == [
        ProblemCode.MALFORMED
    ]
    assert [problem.code for problem in read_pol(pol_bytes([Entry(path, "a", SZ, "b")])).problems] == [
        ProblemCode.MALFORMED
    ]


@cases(
    "line",
    ['"a"="no end', '"a"=hex(1):zz', '"a"=hex:0', '"a"=dword:', '"a"=qword:1', "rubbish", '"a', '"a"="b" trailing'],
)
def test_lines_of_reg_files_that_are_none(line: str) -> None:
    text = f"Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\{POLICY_ROOT}\\ConSecRules]\n{line}\n"
    assert {each.code for each in read_reg(text).problems} <= {ProblemCode.MALFORMED}
    assert read_reg(text).problems


def test_text_with_line_breaks() -> None:
    text = reg_text(below(POLICY_ROOT, [Entry("ConSecRules", "{A}", SZ, "v2.30|Action=Dance|\nName=two\nlines|")]))
    parsed = read_reg(text.replace("\r\n", "\n"))
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["two\nlines"]
    (problem,) = parsed.problems
    assert text.replace("\r\n", "\n").split("\n")[problem.span.line - 1][problem.span.column - 1 :].startswith("Dance")


def test_long_lines_of_blanks() -> None:
    blanks = " " * 300_000
    query = f"HKEY_LOCAL_MACHINE\\{POLICY_ROOT}\\ConSecRules\n{blanks}\n    a{blanks}REG_SZ{blanks}v2.30|Name=x|\n"
    parsed = reg_query.parse(bytes_source("p.txt", query.encode()))
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["x"]
    assert read_reg(f"REGEDIT4\n[HKEY_LOCAL_MACHINE\\{POLICY_ROOT}]\n{blanks}=\n" + '"' + "\\" * 300_000).problems


def test_many_escapes_in_many_fields() -> None:
    value = "v2.30|Action=Secure|Name=r|" + "EP1_4=10.0.0.0\\8|" * 30_000
    parsed = read_reg(reg_text(below(POLICY_ROOT, [Entry("ConSecRules", "{A}", SZ, value)])))
    assert len(parsed.policy.connection_security_rules) == 1
    assert [each.code for each in parsed.problems] == [ProblemCode.NOT_UNDERSTOOD]


def test_many_escaped_quotation_marks() -> None:
    value = "v2.30|Action=Secure|Name=" + '"' * 200_000 + "|"
    parsed = read_reg(reg_text(below(POLICY_ROOT, [Entry("ConSecRules", "{A}", SZ, value)])))
    assert [len(rule.name) for rule in parsed.policy.connection_security_rules] == [200_000]


def test_problems_are_limited() -> None:
    fields = "|".join(f"Strange{number}=1" for number in range(5000))
    parsed = read_reg(reg_text(below(POLICY_ROOT, [Entry("ConSecRules", "{A}", SZ, f"v2.30|Action=Secure|{fields}|")])))
    assert len(parsed.problems) == 1001
    assert parsed.problems[-1].code is ProblemCode.REFUSED


def _damaged(data: bytes, draw: st.DataObject) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 6))):
        at = draw.draw(st.integers(0, len(changed) - 1))
        patch = draw.draw(st.binary(min_size=1, max_size=8))
        changed[at : at + len(patch)] = patch
    cut = draw.draw(st.integers(0, 3))
    return bytes(changed[: len(changed) // 2] if cut == 3 else changed)


@given(st.data())
def test_a_damaged_hive_never_raises(data: st.DataObject) -> None:
    read_in_place(wfw.parse, bytes_source("p.wfw", HIVE[:8] + _damaged(HIVE[8:], data)))


@given(st.data())
def test_a_damaged_registry_pol_never_raises(data: st.DataObject) -> None:
    read_in_place(registry_pol.parse, bytes_source("p.pol", POL[:8] + _damaged(POL[8:], data)))


@given(st.data())
def test_a_damaged_reg_file_never_raises(data: st.DataObject) -> None:
    text = _damaged(REG.encode(), data).decode("utf-8", errors="replace")
    parsed = read_reg(text)
    lines = lines_of_text(text)
    assert all(1 <= problem.span.line <= len(lines) for problem in parsed.problems)


@pytest.mark.long
@pytest.mark.parametrize(("data", "parse"), [(HIVE, wfw.parse), (POL, registry_pol.parse)])
def test_many_damaged_binaries(data: bytes, parse: Callable[[Source], Parsed]) -> None:
    source = random.Random(1)
    for _ in range(20_000):
        changed = bytearray(data)
        for _ in range(source.randint(1, 20)):
            changed[source.randrange(8, len(changed))] = source.choice((0, 1, 0x7F, 0x80, 0xFF, source.randrange(256)))
        read_in_place(parse, bytes_source("p", bytes(changed)))
