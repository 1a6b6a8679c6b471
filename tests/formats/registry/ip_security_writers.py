"""Writers of IP Security Policies as registry values and LDIF, for tests that read them back."""

from __future__ import annotations

import base64
import struct
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from tests.formats.registry.writers import BINARY, DWORD, SZ, Entry

ROOT = "SOFTWARE\\Policies\\Microsoft\\Windows\\IPSec\\Policy\\Local"
MULTI_SZ = 7
SECURE, PERMIT, BLOCK, INPASS = (
    "{8A171DD3-77E3-11D1-8659-A04F00000000}",
    "{8A171DD2-77E3-11D1-8659-A04F00000000}",
    "{3F91A819-7647-11D1-864D-D46A00000000}",
    "{3F91A81A-7647-11D1-864D-D46A00000000}",
)
STANDARD, DEFAULT_RESPONSE = "{62F49E10-6C37-11D1-864C-14A300000000}", "{62F49E13-6C37-11D1-864C-14A300000000}"


class Stored(NamedTuple):
    """One object to write: class, id, name, data, and other attributes by name."""

    kind: str
    id: str
    name: str
    data: bytes
    more: dict[str, str | list[str]]

    @property
    def key(self) -> str:
        return f"{self.kind}{self.id}"


def guid(number: int) -> str:
    return f"{{00000000-0000-4000-8000-{number:012x}}}"


def text(value: str) -> bytes:
    data = value.encode("utf-16-le") + b"\0\0"
    return struct.pack("<I", len(data)) + data


def head(type_id: str, rest: bytes, length: int | None = None) -> bytes:
    return uuid.UUID(type_id).bytes_le + struct.pack("<I", len(rest) if length is None else length) + rest


def policy_data(seconds: int = 10_800) -> bytes:
    return head("{22202163-4F4C-11D1-863B-00A0248D3021}", struct.pack("<I", seconds)) + b"\0"


class Method(NamedTuple):
    cipher: int = 3
    hash: int = 2
    group: int = 2
    limit: int = 0
    seconds: int = 28_800
    combined: int = 0


def main_mode_data(
    methods: Sequence[Method], *, limit: int = 0, seconds: int = 28_800, pfs: int = 0, combined: bytes = bytes(4)
) -> bytes:
    rest = bytes(20) + struct.pack("<II", pfs, 0) + combined + struct.pack("<II", limit, seconds) + bytes(20)
    rest += struct.pack("<I", len(methods))
    for method in methods:
        row = bytearray(64)
        struct.pack_into("<Q", row, 4, method.cipher)
        struct.pack_into("<Q", row, 16, method.hash)
        row[36] = method.combined
        struct.pack_into("<IIII", row, 44, method.group, method.limit, 0, method.seconds)
        rest += bytes(row)
    return head("{80DC20B8-2EC8-11D1-A89E-00A0248D3021}", rest) + b"\0"


class Offer(NamedTuple):
    slots: tuple[tuple[int, int, int], ...] = ((3, 2, 2),)
    seconds: int = 3600
    kilobytes: int = 100_000
    pfs: int = 0


def negotiation_data(offers: Sequence[Offer]) -> bytes:
    rest = struct.pack("<I", len(offers))
    for offer in offers:
        row = struct.pack("<IIIII", offer.seconds, offer.kilobytes, 0, offer.pfs, len(offer.slots))
        for slot in offer.slots:
            row += struct.pack("<III", *slot) + bytes(8)
        rest += row.ljust(80, b"\0")
    return head("{80DC20B9-2EC8-11D1-A89E-00A0248D3021}", rest) + b"\0"


def nfa_data(
    methods: Sequence[tuple[int, str]] = ((5, ""),),
    *,
    interface: int = 0xFFFF_FFFD,
    tunnel: str | None = None,
    active: int = 1,
    flags: Sequence[int] | None = None,
) -> bytes:
    rest = struct.pack("<I", len(methods))
    for kind, value in methods:
        rest += struct.pack("<I", kind) + text(value)
    address = bytes(map(int, (tunnel or "0.0.0.0").split(".")))  # noqa: S104 - not bound to
    rest += struct.pack("<I", interface) + text("") + address + struct.pack("<II", int(tunnel is not None), active)
    rest += text("")
    more = uuid.UUID("{01010101-0101-0101-0101-010101010101}").bytes_le + struct.pack("<I", len(methods))
    for kind, _ in methods:
        more += struct.pack("<II", kind, 0)
    numbers = flags if flags is not None else [0] * len(methods)
    more += uuid.UUID("{01010101-0101-0101-0101-010101010102}").bytes_le
    more += struct.pack(f"<I{len(numbers)}I", len(numbers), *numbers) + b"\0"
    return head("{11BBAC00-498D-11D1-8639-00A0248D3021}", rest) + more


class Spec(NamedTuple):
    source: tuple[str, str] = ("0.0.0.0", "255.255.255.255")  # noqa: S104 - an address to match
    destination: tuple[str, str] = ("0.0.0.0", "0.0.0.0")  # noqa: S104 - an address to match
    protocol: int = 0
    source_port: int = 0
    destination_port: int = 0
    mirrored: int = 1
    special: int = 0


def spec_bytes(spec: Spec) -> bytes:
    parts = [bytes(map(int, each.split("."))) for each in (*spec.source, *spec.destination)]
    found = text("") * 3 + uuid.UUID(guid(99)).bytes_le + struct.pack("<I", spec.mirrored) + b"".join(parts) + bytes(4)
    return found + struct.pack("<IHHBBH", spec.protocol, spec.source_port, spec.destination_port, 0, spec.special, 0)


def filter_data(specs: Sequence[Spec], length: int | None = None, count: int | None = None) -> bytes:
    rest = b"".join(map(spec_bytes, specs))
    number = struct.pack("<I", len(specs) if count is None else count)
    return head("{80DC20B5-2EC8-11D1-A89E-00A0248D3021}", number + rest, len(rest) if length is None else length)


def registry_entries(objects: Sequence[Stored], active: str | None = None) -> list[Entry]:
    entries = [] if active is None else [Entry(ROOT, "ActivePolicy", SZ, f"{ROOT}\\{active}")]
    for policy_object in objects:
        key = f"{ROOT}\\{policy_object.key}"
        entries += [Entry(key, "ClassName", SZ, policy_object.kind), Entry(key, "name", SZ, policy_object.key)]
        if policy_object.name:
            entries.append(Entry(key, "ipsecName", SZ, policy_object.name))
        entries += [Entry(key, "ipsecDataType", DWORD, 256), Entry(key, "ipsecData", BINARY, policy_object.data)]
        for name, value in policy_object.more.items():
            if isinstance(value, str):
                entries.append(Entry(key, name, SZ, _path(value)))
            else:
                texts = "".join(f"{_path(one)}\0" for one in value) + "\0"
                entries.append(Entry(key, name, MULTI_SZ, texts.encode("utf-16-le")))
    return entries


def _path(value: str) -> str:
    return f"{ROOT}\\{value}" if value.startswith("ipsec") else value


def ldif(objects: Sequence[Stored]) -> str:
    lines = ["version: 1", ""]
    base = "CN=IP Security,CN=System,DC=corp,DC=example"
    for policy_object in objects:
        lines += [f"dn: CN={policy_object.key},{base}", "changetype: add", f"objectClass: {policy_object.kind}"]
        if policy_object.name:
            lines.append(f"ipsecName: {policy_object.name}")
        code = base64.b64encode(policy_object.data).decode()
        folded = [code[at : at + 60] for at in range(0, len(code), 60)] or [""]
        lines += [f"ipsecData:: {folded[0]}", *(f" {piece}" for piece in folded[1:])]
        for name, value in policy_object.more.items():
            for one in [value] if isinstance(value, str) else value:
                lines.append(f"{name}: CN={one},{base}" if one.startswith("ipsec") else f"{name}: {one}")
        lines.append("")
    return "\r\n".join(lines) + "\r\n"


def whole_policy() -> list[Stored]:
    """A policy of two rules and the default response, with every class of object."""
    names = {"p": guid(1), "m": guid(2), "n": guid(3), "n2": guid(4), "r": guid(5), "r2": guid(6), "f": guid(7)}
    names |= {"d": guid(8), "rd": guid(9), "f2": guid(10)}
    return [
        Stored(
            "ipsecPolicy",
            names["p"],
            "Servers",
            policy_data(),
            {
                "ipsecISAKMPReference": f"ipsecISAKMPPolicy{names['m']}",
                "ipsecNFAReference": [f"ipsecNFA{names[each]}" for each in ("r", "r2", "rd")],
            },
        ),
        Stored("ipsecISAKMPPolicy", names["m"], "", main_mode_data([Method(), Method(group=0x1000_0001)]), {}),
        Stored(
            "ipsecNegotiationPolicy",
            names["n"],
            "Protect",
            negotiation_data([Offer(), Offer(((2, 0, 1), (3, 2, 2))), Offer(())]),
            {"ipsecNegotiationPolicyAction": SECURE, "ipsecNegotiationPolicyType": STANDARD},
        ),
        Stored(
            "ipsecNegotiationPolicy",
            names["n2"],
            "Permit",
            negotiation_data([]),
            {"ipsecNegotiationPolicyAction": PERMIT, "ipsecNegotiationPolicyType": STANDARD},
        ),
        Stored(
            "ipsecNegotiationPolicy",
            names["d"],
            "",
            negotiation_data([Offer(seconds=0, kilobytes=0)]),
            {"ipsecNegotiationPolicyAction": SECURE, "ipsecNegotiationPolicyType": DEFAULT_RESPONSE},
        ),
        Stored(
            "ipsecNFA",
            names["r"],
            "To the files",
            nfa_data([(5, ""), (1, "open sesame"), (3, "CN=Root")], flags=[0, 0, 2]),
            {
                "ipsecNegotiationPolicyReference": f"ipsecNegotiationPolicy{names['n']}",
                "ipsecFilterReference": [f"ipsecFilter{names['f']}"],
            },
        ),
        Stored(
            "ipsecNFA",
            names["r2"],
            "Names",
            nfa_data(tunnel="192.0.2.1", interface=0xFFFF_FFFE),
            {
                "ipsecNegotiationPolicyReference": f"ipsecNegotiationPolicy{names['n2']}",
                "ipsecFilterReference": [f"ipsecFilter{names['f2']}"],
            },
        ),
        Stored(
            "ipsecNFA",
            names["rd"],
            "",
            nfa_data(active=0),
            {"ipsecNegotiationPolicyReference": f"ipsecNegotiationPolicy{names['d']}"},
        ),
        Stored(
            "ipsecFilter",
            names["f"],
            "Files",
            filter_data([Spec(destination=("10.1.0.0", "255.255.0.0"), protocol=6, destination_port=445)]),
            {},
        ),
        Stored(
            "ipsecFilter", names["f2"], "DNS", filter_data([Spec(special=0x81, protocol=17, destination_port=53)]), {}
        ),
    ]
