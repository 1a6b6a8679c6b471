"""What the expressions of the published schema take: as much as the program that reads the same words."""

from __future__ import annotations

import re
from typing import Any

from ipseclint.model import patterns
from tests.cases import cases

RANGES = (
    "10.0.0.1 10.0.0.0/8 10.0.0.0/255.0.0.0 10.0.0.1-10.0.0.9 "
    "2001:db8::/32 ::1 1:2:3:4:5:6:7:8 ::ffff:10.0.0.1 fe80::1%eth0"
)
NO_RANGES = (
    "10.0.0 10.0.0.256 10.0.0.0/33 2001:db8::/129 1:2:3:4:5:6:7:8:9 10.0.0.1- -10.0.0.1 5 % 10.0.0.1-2001:db8::1"
)
PORTS = "1 65535 1,2 1-5 1-5,7 80,0 065535"
NO_PORTS = "0 65536 70000 1- -1 1,,2 1;2"


def takes(schema: Any, text: str) -> bool:
    """Whether a schema of a text takes it."""
    said = getattr(schema, "json_schema", schema)
    no = said.get("not")
    return (
        ("pattern" not in said or re.search(said["pattern"], text) is not None)
        and all(takes(part, text) for part in said.get("allOf", ()))
        and (no is None or not takes(no, text))
    )


@cases(
    ("schema", "taken", "refused"),
    [
        (patterns.RANGE, RANGES, f"{NO_RANGES} name"),
        (patterns.RANGE_OR_NAME, f"{RANGES} name na-me_1", f"{NO_RANGES} -name na.me"),
        (
            patterns.SINGLE,
            "10.0.0.1 10.0.0.1/32 10.0.0.1/255.255.255.255 ::1/128",
            "10.0.0.1/31 ::1/127 10.0.0.1-10.0.0.2",
        ),
        (patterns.PORTS, PORTS, f"{NO_PORTS} http 1,http"),
        (patterns.PORTS_OR_NAMES, f"{PORTS} http 1,http", f"{NO_PORTS} 1http"),
        (patterns.protocol(["tcp", "ipv6-icmp"]), "tcp TCP IPv6-ICMP 0 17 255 0255", "256 udp tcpp icmp 1000"),
        (patterns.VERSIONS, "<1 >=0.1,<1 ==1.0.* ===1 ~=1.2 !=2 >v1.0-rc1", "1 =1 <1, ,<1 <x"),
        (patterns.NAME, "name", "\0"),
    ],
)  # fmt: skip
def test_what_a_schema_takes_and_refuses(schema: Any, taken: str, refused: str) -> None:
    assert [text for text in taken.split(" ") if not takes(schema, text)] == []
    assert [text for text in refused.split(" ") if takes(schema, text)] == []


def test_a_release_is_taken_in_any_case_with_windows_before_it_or_not() -> None:
    schema = patterns.release(["Windows Server 2022", "Windows 8.1 (x)"])
    taken = ["Windows Server 2022", "server 2022", "WINDOWS 8.1 (X)", "windows  8.1 (x)"]
    assert [text for text in taken if not takes(schema, text)] == []
    assert [
        text for text in ("Windows Server 2021", "8x1 (x)", "8.1 x", "Linux Server 2022") if takes(schema, text)
    ] == []


def test_blanks_around_a_range_and_its_dash_are_left_out() -> None:
    assert takes(patterns.RANGE, " 10.0.0.1 - 10.0.0.9 ")
    assert takes(patterns.PORTS, " 1 - 5 , 7 ")
    assert not takes(patterns.protocol(["tcp"]), " tcp ")
