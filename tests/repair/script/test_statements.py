"""Which object each command of a script is about, and where it stands."""

from __future__ import annotations

import pytest

from ipseclint.formats.netsh.hosts import BATCH
from ipseclint.repair.script.statements import Subject, read_statements

STATIC = "ipsec static"


@pytest.mark.parametrize(
    ("command", "subject"),
    [
        ("add policy name=P", Subject(STATIC, "policy", ("p",))),
        ("set policy name=P newname=Q", Subject(STATIC, "policy", ("p",))),
        ("add filterlist name=L", Subject(STATIC, "filterlist", ("l",))),
        ("add filter filterlist=L srcaddr=me dstaddr=any", Subject(STATIC, "filter", ("l",))),
        ("add filteraction name=A", Subject(STATIC, "filteraction", ("a",))),
        ("add rule name=R policy=P filterlist=L filteraction=A", Subject(STATIC, "rule", ("p", "r"))),
        ("set defaultrule policy=P activate=no", Subject(STATIC, "defaultrule", ("p",))),
    ],
)
def test_a_command_of_netsh_ipsec_static_is_about_the_object_that_its_keys_name(command: str, subject: Subject) -> None:
    (statement,) = read_statements([f"netsh {STATIC} {command}"], BATCH)
    assert statement.subject == subject
    assert statement.lines == (1, 1)


@pytest.mark.parametrize(
    ("command", "subject"),
    [
        ("add mmpolicy name=M", Subject("ipsec dynamic", "mmpolicy", ("m",))),
        ("add qmpolicy name=Q", Subject("ipsec dynamic", "qmpolicy", ("q",))),
        ("set config property=ipsecdiagnostics value=7", Subject("ipsec dynamic", "config", ("ipsecdiagnostics",))),
        # A dynamic rule has no name.
        ("add rule srcaddr=me dstaddr=any mmpolicy=M", Subject("ipsec dynamic", "rule", ())),
    ],
)
def test_a_command_of_netsh_ipsec_dynamic_is_about_the_object_that_its_keys_name(
    command: str, subject: Subject
) -> None:
    (statement,) = read_statements([f"netsh ipsec dynamic {command}"], BATCH)
    assert statement.subject == subject
