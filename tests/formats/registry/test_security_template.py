"""Security templates: what stands in no section that is read, and lines that lack a part, are said."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.registry.security_template import parse
from ipseclint.source import bytes_source

_HEAD = '[Version]\nsignature="$CHICAGO$"\n'
_KEY = r"MACHINE\System\CurrentControlSet\Services\RasMan\Parameters"


def _said(text: str) -> list[str]:
    problems = parse(bytes_source("a.inf", f"{_HEAD}{text}".encode())).problems
    return [f"{each.span.line} {each.message}" for each in problems]


@cases(
    ("text", "said"),
    [
        (
            rf"{_KEY}\ProhibitIPSec=4,1",
            ["3 a registry value in [Version] is not set; its section is [Registry Values]"],
        ),
        (
            f"[Registry Value]\n{_KEY}\\ProhibitIPSec=4,1",
            ["4 a registry value in [Registry Value] is not set; its section is [Registry Values]"],
        ),
        (f'[Registry Keys]\n"{_KEY}",0,"D:PAR(A;CI;KA;;;BA)"', []),
        ("[Version]\nMACHINE\\Software\\Example\\Value=4,1", []),
        (f"[registry values]\n{_KEY}\\ProhibitIPSec=4,1", []),
        (
            '"IKEEXT",4,""',
            ["3 the start of a service in [Version] is not set; its section is [Service General Setting]"],
        ),
        (f"[Registry Values\n{_KEY}\\ProhibitIPSec=4,1", ["3 the head of a section is not closed by `]`"]),
        ("[Service General Setting\n; none", ["3 the head of a section is not closed by `]`"]),
        (f"[Registry Values]\n{_KEY}\\", ["4 a line that ends with its key is not a value with its type"]),
    ],
)
def test_a_line_that_sets_nothing_is_said(text: str, said: list[str]) -> None:
    assert _said(text) == said


def test_a_line_without_a_start_leaves_the_service_as_it_is() -> None:
    text = f'{_HEAD}[Service General Setting]\n"PolicyAgent",4,""\n"PolicyAgent",,""\n'
    (service,) = parse(bytes_source("a.inf", text.encode())).policy.services
    assert service.start is not None
    assert service.start.value == "disabled"
