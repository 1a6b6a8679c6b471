"""What the bytes of IP Security Policies say, and what is said where a number of them is another, is as stored.

Each number of each structure is made 0, 1, 2, 4 and all ones in turn, and each structure is cut off at each place;
`Registry.pol` and hives are so damaged too. Stored is what then is another. After a change that is meant,
`python -m tests.formats.registry.test_stored_bytes` stores it anew: read the difference.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from itertools import product, zip_longest
from pathlib import Path
from typing import Any

import pytest
from tests import ROOT
from tests.formats.registry.ip_security_writers import (
    ROOT as STORE,
)
from tests.formats.registry.ip_security_writers import (
    Method,
    Offer,
    Spec,
    Stored,
    filter_data,
    main_mode_data,
    negotiation_data,
    nfa_data,
    registry_entries,
    whole_policy,
)
from tests.formats.registry.writers import (
    BINARY,
    DWORD,
    SZ,
    Entry,
    HiveWriter,
    hive_bytes,
    pol_bytes,
    pol_record,
    raw,
    reg_query_text,
    reg_text,
)
from tests.formats.test_stored_damage import changed
from tests.formats.test_stored_decodings import plain

from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.registry.ip_security.blob import Blob, BlobError
from ipseclint.formats.registry.ip_security.filters import read_filters
from ipseclint.formats.registry.ip_security.main_mode import read_main_mode
from ipseclint.formats.registry.ip_security.negotiation import read_quick_mode
from ipseclint.formats.registry.ip_security.rules import read_nfa
from ipseclint.source import HEAD_BYTES, Span, bytes_source, file_source

pytestmark = pytest.mark.drawn(3)

EXPECTED = ROOT / "tests" / "data" / "registry_bytes.txt"
AFTER_TYPE = 14
"""Before it stands the GUID of a structure's type, of which each damage says the same."""
NUMBERS = (0, 1, 2, 4, 0xFFFF_FFFF)

Reader = Callable[[Blob, Diagnostics], Any]


# ---- the structures ----


def address(kind: int, version: int, first: bytes = b"", second: bytes = b"") -> bytes:
    return struct.pack("<II", kind, version) + first.ljust(16, b"\0") + second.ljust(16, b"\0")


def port(kind: int, first: int, last: int) -> bytes:
    return struct.pack("<IHH", kind, first, last)


def second_layout(*rows: tuple[bytes, bytes, bytes, bytes]) -> bytes:
    """Filters of the first layout, and of the second: source, destination and both ports."""
    spec = struct.pack("<I", 2) + b"\0\0"
    written = b"".join(
        spec * 3 + bytes(16) + struct.pack("<I", number % 2) + b"".join(row) + struct.pack("<II", 6 * (number % 3), 8)
        for number, row in enumerate(rows)
    )
    marker = bytes.fromhex("3dcdfe3529ae73438a6ac5d8fab2fb08")
    return filter_data([Spec()]) + marker + struct.pack("<III", len(written), 0, len(rows)) + written


ANY_PORT = port(0, 0, 0)
V4 = bytes([10, 1, 2, 3])
V6 = bytes.fromhex("20010db8000100020003000400050006")
EVERY_ADDRESS = [
    (address(kind, version, first, second), address(1, 1, V4), ANY_PORT, port(1, 445, 445))
    for kind, version in product(range(12), range(4))
    for first, second in ((V4, bytes([255, 255, 0, 0])), (V6, bytes([64])))
]
EDGES = [
    (address(4, 2, V6, bytes([bits])), address(4, 1, V4, bytes(mask)), port(2, 80, 80), ANY_PORT)
    for bits in (0, 1, 127, 128, 129, 255)
    for mask in ((0, 0, 0, 0), (255,) * 4, (128, 0, 0, 0), (255, 255, 255, 254), (255, 0, 255, 0))
]
FIRST_LAYOUT = [
    Spec(source, destination, protocol, 1, 2, mirrored, special)
    for source, destination in product(
        (("0.0.0.0", "0.0.0.0"), ("0.0.0.0", "255.255.255.255"), ("10.1.2.3", "255.255.255.255")),  # noqa: S104
        (("10.1.2.3", "255.255.0.0"), ("0.0.0.0", "255.0.0.0"), ("10.0.0.0", "255.0.255.0")),  # noqa: S104
    )
    for protocol, mirrored, special in ((6, 1, 0), (0, 0, 1), (17, 2, 0x81), (17, 1, 0x02), (1, 1, 0x84), (0, 1, 0x7F))
]
TUNNEL6 = bytes.fromhex("01010101010101010101010101010103")

STRUCTURES: dict[str, tuple[Reader, bytes]] = {
    "filters": (read_filters, filter_data([Spec(("10.1.0.0", "255.255.0.0"), protocol=6, destination_port=445)])),
    "filters twice": (
        read_filters,
        second_layout((address(2, 1, V4, bytes([10, 1, 2, 9])), address(4, 2, V6, b"\x40"), ANY_PORT, port(1, 445, 0))),
    ),
    "main mode": (read_main_mode, main_mode_data([Method(limit=3, seconds=600)], limit=5, seconds=900, pfs=1)),
    "combined": (read_main_mode, main_mode_data([Method(combined=4)], combined=bytes([1, 2, 3, 0]))),
    "offers": (read_quick_mode, negotiation_data([Offer(((2, 0, 1), (3, 2, 2)), 900, 9000, 1), Offer(())])),
    "rule": (read_nfa, nfa_data([(5, ""), (1, "a key"), (3, "CN=R")], tunnel="192.0.2.1", flags=[0, 0, 3])),
    "rule to IPv6": (read_nfa, nfa_data(tunnel="192.0.2.1")[:-1] + TUNNEL6 + V6 + b"\0"),
}
MORE: dict[str, tuple[Reader, bytes]] = {
    "every address": (read_filters, second_layout(*EVERY_ADDRESS)),
    "edges of subnets": (read_filters, second_layout(*EDGES)),
    "every filter of the first layout": (read_filters, filter_data(FIRST_LAYOUT)),
    "every method": (
        read_main_mode,
        main_mode_data(
            [
                Method(cipher, hash_, group)
                for cipher, hash_, group in zip(range(12), range(12), [*range(10), 0x1000_0001, 24], strict=True)
            ]
        ),
    ),
    "every offer": (
        read_quick_mode,
        negotiation_data(
            [Offer(((first, second, kind),)) for first, second, kind in product((*range(6), 11), (0, 1, 9), (1, 2, 3))]
        ),
    ),
    "several rules of authentication": (read_nfa, nfa_data([(kind, "name") for kind in range(10)], flags=range(10))),
}


def read(reader: Reader, data: bytes) -> list[str]:
    """What a reader says of some bytes, a line for each part; the column of a place is that of the byte."""
    notes = Diagnostics("")
    try:
        found = reader(Blob(data, lambda offset, size: (Span("", 1, offset + 1, size),)), notes)
    except BlobError as error:
        found = [f"{error} at {error.span.column}"]
    lines = []
    for number, part in enumerate(found):
        several = part if isinstance(part, tuple) and not hasattr(part, "_fields") else [part]
        lines += [f"{number} {text_of(each)}" for each in several]
    return [*lines, *map(text_of, (*notes.problems, *notes.secrets))]


def text_of(value: Any) -> str:
    """A value on one line, without what each setting and place would repeat."""
    text = json.dumps(plain(value)).replace('"', "").replace(", origin: explicit", "").replace(", hidden: false", "")
    return text.replace("is: Setting, value: ", "").replace("span: ", "at ")


def differences(before: list[str], after: list[str]) -> Iterator[str]:
    """Lines that are new, by what is another in them, and how many are gone."""
    kept = set(before)
    new = [line for line in after if line not in kept]
    old = [line for line in before if line not in set(after)]
    yield from (f"+ {changed(line, was)}" for line, was in zip_longest(new, old[: len(new)], fillvalue=""))
    if len(old) > len(new):
        yield f"- {len(old) - len(new)}"


def of_structures() -> Iterator[str]:
    for name, (reader, data) in (STRUCTURES | MORE).items():
        yield f"# {name}"
        yield from read(reader, data)
    for name, (reader, data) in STRUCTURES.items():
        whole = read(reader, data)
        for at in range(AFTER_TYPE, len(data), 2):
            yield f"# {name}: {at} bytes"
            yield from differences(whole, read(reader, data[:at]))
            for number in NUMBERS:
                spoilt = data[:at] + struct.pack("<I", number) + data[at + 4 :]
                if told := list(differences(whole, read(reader, spoilt[: len(data)]))):
                    yield f"# {name}: {at} is {number:x}"
                    yield from told


# ---- files ----


def parsed(name: str, data: bytes) -> list[str]:
    """What a file says, a line for each object."""
    source = bytes_source(name, data)
    form = recognise(source)
    if form is None:
        return ["not recognised"]
    lines = []
    for part, member in plain(form.parse(source)).items():
        for key, row in member.items() if isinstance(member, dict) else [("", member)]:
            lines += [f"{part}.{key} {text_of(each)}" for each in (row if isinstance(row, list) else [row])]
    return lines


def pol(*entries: Entry) -> bytes:
    return pol_bytes(entries)


IKE = "SYSTEM\\CurrentControlSet\\Services\\IKEEXT\\Parameters"
AGENT = "SYSTEM\\CurrentControlSet\\Services\\PolicyAgent"
CONTROL_SETS = ("ControlSet002", "ControlSet001", "CurrentControlSet", "ControlSet01")
SETS = [
    Entry(IKE.replace("CurrentControlSet", name), "IkeNumEstablishedForInitialQuery", DWORD, number)
    for number, name in enumerate(CONTROL_SETS)
]
VALUES = [Entry(IKE, name, DWORD, number) for number, name in enumerate(("one", "two", "three", "four"))]


def instructions() -> Iterator[tuple[str, bytes]]:
    """Each instruction of Registry.pol after some values, in every spelling of its name."""
    below = Entry(f"{IKE}\\Deeper", "five", DWORD, 5)
    for name, text in (
        ("**del.two", " "),
        ("**DEL.Two", " "),
        ("**delvals.", " "),
        ("**DelVals", ""),
        ("**DeleteValues", "one; THREE ;none"),
        ("**DeleteKeys", "Deeper; none"),
        ("**Soft.one", "kept"),
        ("**soft.six", "new"),
        ("**SecureKey", "1"),
        ("**Other", "1"),
        ("", "of the key"),
    ):
        yield name or "no name", pol(*VALUES, below, Entry(IKE, name, SZ, text))


def policies() -> Iterator[tuple[str, list[Stored]]]:
    """IP Security Policies without one kind of object, or with two of it, or where none has a name."""
    whole = whole_policy()
    for kind in sorted({each.kind for each in whole}):
        yield f"without {kind}", [each for each in whole if each.kind != kind]
        yield f"{kind} without data", [each._replace(data=b"") if each.kind == kind else each for each in whole]
        more = [each._replace(id=each.id[:-2] + "f}") for each in whole if each.kind == kind]
        yield f"more of {kind}", [*whole, *more]
    yield "without names", [each._replace(name="") for each in whole]
    yield "without references", [each._replace(more={}) for each in whole]


def of_files() -> Iterator[str]:
    active = f"ipsecPolicy{whole_policy()[0].id}"
    entries = registry_entries(whole_policy(), active)
    data = pol_bytes(entries)
    whole = parsed("whole.pol", data)
    yield "# whole"
    yield from whole
    for name, objects in policies():
        yield f"# {name}"
        yield from differences(whole, parsed("some.pol", pol_bytes(registry_entries(objects, active))))
    cut = [entry._replace(data=raw(entry)[:-3]) if entry.kind == BINARY else entry for entry in entries]
    for printed in (entries, cut):
        yield "# as it is printed" if printed is entries else "# as it is printed, cut off"
        yield from parsed("printed.txt", reg_query_text(printed).encode())
    second = [entry._replace(key=entry.key.replace(STORE, STORE.replace("Local", "Cache"))) for entry in entries]
    yield "# two stores, and one without policies"
    yield from differences(whole, parsed("two.pol", pol(*entries, *second[1:4])))
    yield from differences(whole, parsed("none.pol", pol(*entries, Entry(f"{STORE[:-5]}Cache", "other", SZ, "x"))))
    for name, spoilt in instructions():
        yield f"# instruction: {name}"
        yield from parsed("instructions.pol", spoilt)
    for count in range(len(SETS) + 1):
        yield f"# control sets: {count}"
        yield from parsed("sets.reg", reg_text(SETS[:count]).encode())
    small = pol(Entry(IKE, "one", DWORD, 1), Entry(AGENT, "Start", DWORD, 4))
    whole = parsed("small.pol", small)
    yield "# small"
    yield from whole
    for at in range(len(small)):
        yield f"# small: {at} bytes"
        yield from differences(whole, parsed("small.pol", small[:at]))
    for at in (*range(30), *range(len(small) - 60, len(small))):
        for byte in (0x00, 0x5D, 0xFF):
            yield f"# small: {at} is {byte:x}"
            yield from differences(whole, parsed("small.pol", small[:at] + bytes([byte]) + small[at + 1 :]))
    for size in (65_535, 65_536):
        yield f"# a value of {size} bytes"
        told = parsed("long.pol", small + pol_record(IKE, "long", BINARY, bytes(size)))
        yield from (line[:200] for line in differences(whole, told))
    for size in (32_766, 32_767, 32_768, 32_769, 40_000):
        yield f"# a name of {size} characters"
        told = parsed("long.pol", small + pol_record(IKE, "n" * size, DWORD, bytes(4)))
        yield from (line[:200] for line in differences(whole, told))


# ---- hives ----


class Writer(HiveWriter):
    """Writes keys in lists of a kind, within lists of lists or not."""

    def __init__(self, kind: bytes, *, lists: bool) -> None:
        super().__init__()
        self.kind, self.lists = kind, lists

    def cell(self, content: bytes) -> int:
        if content[:2] != b"lf":
            return super().cell(content)
        places = struct.unpack(f"<{(len(content) - 4) // 4}I", content[4:])[::2]
        numbers = [number for place in places for number in ((place,) if self.kind == b"li" else (place, 0))]
        whole = super().cell(struct.pack(f"<2sH{len(numbers)}I", self.kind, len(places), *numbers))
        return super().cell(struct.pack("<2sHI", b"ri", 1, whole)) if self.lists else whole


HIVE_ENTRIES = (
    Entry("", "PolicyVersion", DWORD, 0x21E),
    Entry("", "SAIdlTime", DWORD, 300),
    Entry("", "Odd", SZ, ""),
    Entry("MainModeRules", "a", SZ, "v2.30|Active=TRUE|Name=A|"),
    Entry("MainModeRules", "", SZ, "v2.30|Active=TRUE|Name=B|"),
    Entry("PublicProfile", "AllowLocalIPsecPolicyMerge", DWORD, 0),
    Entry("Other\\Deeper", "b", SZ, "x"),
)
HIVE_NUMBERS = (0, 1, 0x8000_0000, 0xFFFF_FFFF, 0x0001_0001)


def of_hives() -> Iterator[str]:
    for kind, lists in product((b"lf", b"lh", b"li", b"lx"), (False, True)):
        yield f"# a hive with {kind.decode()}{' in lists' if lists else ''}"
        yield from parsed("hive.wfw", hive_bytes(HIVE_ENTRIES, Writer(kind, lists=lists)))
    data = hive_bytes(HIVE_ENTRIES, Writer(b"lh", lists=True))
    whole = parsed("hive.wfw", data)
    for at in range(4096 + 32, len(data.rstrip(b"\0")), 4):
        for number in HIVE_NUMBERS:
            spoilt = data[:at] + struct.pack("<I", number) + data[at + 4 :]
            if told := list(differences(whole, parsed("hive.wfw", spoilt))):
                yield f"# hive: {at} is {number:x}"
                yield from (line[:200] for line in told)
    for at in range(4096, len(data.rstrip(b"\0")), 8):
        yield f"# hive: {at} bytes"
        yield from (line[:200] for line in differences(whole, parsed("hive.wfw", data[:at])))
    for size in (16_344, 16_345, 40_000):
        long = hive_bytes([*HIVE_ENTRIES, Entry("MainModeRules", "long", SZ, "v2.30|Name=" + "n" * (size // 2))])
        yield f"# a hive with a value of {size} bytes"
        yield from (line[:200] for line in differences(whole, parsed("hive.wfw", long)))
        at = long.find(b"db\x02")
        for place in (at, at + 2, at + 4) if at > 0 else ():
            for number in HIVE_NUMBERS:
                spoilt = long[:place] + struct.pack("<H", number & 0xFFFF) + long[place + 2 :]
                yield f"# a hive with a value of {size} bytes: {place - at} is {number & 0xFFFF:x}"
                yield from (line[:200] for line in differences(whole, parsed("hive.wfw", spoilt)))
    for key in ("RestrictedServices\\Static", "Logging", "NoLogging"):
        long = hive_bytes([*HIVE_ENTRIES, Entry(key, "odd-value", SZ, "n" * 9)])
        yield f"# a hive with a value that cannot be read in {key}"
        at = long.find(b"odd-value") - 12
        yield from differences(whole, parsed("hive.wfw", long[:at] + b"\xff\xff\xff\x7f" + long[at + 4 :]))


def answers() -> list[str]:
    return [*of_structures(), *of_files(), *of_hives()]


def test_what_bytes_say_is_as_stored() -> None:
    assert answers() == EXPECTED.read_text("utf-8").split("\n")[:-1]


@pytest.mark.parametrize("name", ["a.pol", "a.wfw"])
def test_a_file_that_cannot_be_opened_any_more_is_said(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    data = pol() if name == "a.pol" else hive_bytes([Entry(IKE, "one", DWORD, 1)])
    path.write_bytes(data + bytes(HEAD_BYTES))  # what the head holds is not opened again
    source = file_source(path)
    form = recognise(source)
    assert form is not None
    path.unlink()
    (problem,) = form.parse(source).problems
    assert problem.code is ProblemCode.UNREADABLE
    assert problem.span == Span(source.path, 1, 1)


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
